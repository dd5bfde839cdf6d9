"""The reader for everything odd or broken: feedparser, without its own cleaning.

What feedparser gives is markup from strangers; `reading.item()` takes the markup out, so its
sanitiser (half of its time) is left off.
"""

from __future__ import annotations

import io
import re
from calendar import timegm
from datetime import UTC, datetime
from typing import Any

import feedparser

from sources.documents import Document
from sources.reading import Raw, address, best_link, item, wait_s
from sources.said import say
from sources.text import TITLE_LIMIT, clip, plain

_ENDS = re.compile(r"</(?:rss|feed|rdf:RDF|html)\s*>\s*(?:<!--.*?-->\s*)*\Z", re.I | re.S)
_OPENED = re.compile(r"<(?:\w{1,20}:)?(item|entry)[\s>]", re.IGNORECASE)


def read_leniently(text: str, url: str) -> Document:
    """Whatever feedparser finds in `text`. An item that was cut before its id ended is left out."""
    found = feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    feed, atom = found.feed, (found.version or "").startswith("atom")
    document = Document(
        form=found.version or "",
        title=clip(plain(_text(feed, "title")), TITLE_LIMIT),
        link=address(_text(feed, "link"), url),
        wait_s=wait_s(
            _text(feed, "ttl"), _text(feed, "sy_updateperiod"), _text(feed, "sy_updatefrequency")
        ),
        items=[item(_raw(entry, atom=atom), url) for entry in found.entries],
    )
    if found.bozo and document.items:
        document.note = say("the document is malformed; what could be read was taken")
        if _cut_inside_an_id(text):
            document.items.pop()
            document.note = say("the document ends in the middle; its last item was left out")
    return document


def _raw(entry: Any, *, atom: bool) -> Raw:
    title, content = _detail(entry, "title_detail"), _content(entry)
    author, reply_to = _detail(entry, "author_detail"), _detail(entry, "thr_in-reply-to")
    return Raw(
        id=_text(entry, "id"),
        link=_link(entry),
        title=title.get("value") or _text(entry, "title"),
        title_is_text=atom and title.get("type") == "text/plain",
        body=content.get("value") or _text(entry, "summary"),
        body_is_text=atom and content.get("type") == "text/plain",
        author=author.get("name") or _text(entry, "author"),
        author_id=author.get("href") or author.get("email") or "",
        published=_text(entry, "published"),
        published_at=_understood(entry, "published_parsed"),
        updated=_text(entry, "updated"),
        updated_at=_understood(entry, "updated_parsed"),
        rating=_text(entry, "im_rating"),
        thread=str(reply_to.get("ref") or ""),
        extra={"version": _text(entry, "im_version")},
    )


def _text(holder: Any, name: str) -> str:
    # feedparser's own get() answers "updated" with "published"; dict's does not.
    value = dict.get(holder, name)
    return value if isinstance(value, str) else ""


def _detail(entry: Any, name: str) -> dict[str, Any]:
    value = dict.get(entry, name)
    return value if isinstance(value, dict) else {}


def _content(entry: Any) -> dict[str, Any]:
    """The fullest text of an entry, with its type."""
    for content in dict.get(entry, "content") or ():
        if content.get("value", "").strip():
            return dict(content)
    return _detail(entry, "summary_detail")


def _link(entry: Any) -> str:
    links = dict.get(entry, "links") or ()
    found = best_link([(str(link.get("rel", "")), str(link.get("href", ""))) for link in links])
    link = _text(entry, "link")
    # A guid that poses as a link is none unless it is an address.
    return found or (link if address(link, "") or not dict.get(entry, "guidislink") else "")


def _understood(entry: Any, name: str) -> datetime | None:
    """The instant as feedparser reads forms of its own (Korean, Greek, Hungarian), in UTC."""
    value = dict.get(entry, name)
    if value is None:
        return None
    try:
        return datetime.fromtimestamp(timegm(value), UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _cut_inside_an_id(text: str) -> bool:
    """True where the document stops inside an item whose id or link may be cut as well."""
    if _ENDS.search(text[-2000:]):
        return False
    opened = list(_OPENED.finditer(text))
    if not opened:
        return False
    last = opened[-1]
    rest = text[last.end() :]
    whole = re.search(rf"</(?:\w{{1,20}}:)?{last.group(1)}\s*>|</guid|</id|</link", rest, re.I)
    return whole is None
