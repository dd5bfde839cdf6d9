"""What a channel makes of a draft: its own markup taken out, links shown short."""

from __future__ import annotations

import re

from console.core.asks import ConversationPage
from sources.text import plain

_LINK = re.compile(r"https?://(?:www\.)?([^\s<>\"']+)", re.IGNORECASE)
_SHOWN_OF_LINK = 30
"""Characters of a link that Mastodon and X show."""
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
# Every stretch is bounded: this runs at each key, and a draft may be one sign repeated.
_MARKDOWN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.MULTILINE), shown)
    for pattern, shown in (
        (r"^ {0,3}#{1,6} +", ""),
        (r"^ {0,3}> ?", "│ "),
        (r"^( *)[-*+] +", r"\1• "),
        (r"!?\[([^\[\]\n]{0,300})\]\([^)\s]*(?: \"[^\"\n]*\")?\)", r"\1"),
        (r"(\*\*|__)(?=\S)([^\n]{1,300}?)(?<=\S)\1", r"\2"),
        (r"(?<![\w*])\*(?=\S)([^*\n]{1,300}?)(?<=\S)\*(?![\w*])", r"\1"),
        (r"(?<!\w)_(?=\S)([^_\n]{1,300}?)(?<=\S)_(?!\w)", r"\1"),
        (r"~~(?=\S)([^\n]{1,300}?)(?<=\S)~~", r"\1"),
        (r"`([^`\n]{1,300})`", r"\1"),
    )
)


def published(draft: str, page: ConversationPage) -> str:
    """The draft as its readers will see it on this channel."""
    text = draft.strip()
    match page.markup:
        case "html":
            text = plain(text)
        case "stripped":
            text = _TAG.sub("", text)
        case "markdown":
            for pattern, shown in _MARKDOWN:
                text = pattern.sub(shown, text)
    if page.link_size:
        text = _LINK.sub(_short, text)
    return text


def _short(link: re.Match[str]) -> str:
    address = link[1]
    return address if len(address) <= _SHOWN_OF_LINK else address[:_SHOWN_OF_LINK] + "…"
