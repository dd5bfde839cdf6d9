"""Text from outside made safe to store: no controls, no overrides, no markup, no endless fields.

Everything that a source reads passes `clean()` after its last decoding step, in every field:
author, title, body, address, id, and the words of an error.
"""

from __future__ import annotations

import html
import re
import unicodedata

from wcwidth import iter_graphemes

AUTHOR_LIMIT = 200
"""Most characters kept of a customer's name."""
TITLE_LIMIT = 500
"""Most characters kept of a title."""
BODY_LIMIT = 64_000
"""Most characters kept of a post's text."""
URL_LIMIT = 2_000
"""Most characters kept of an address."""

_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")
_SURROGATE_PAIRS = re.compile("[\ud800-\udbff][\udc00-\udfff]")
# C0 but newline and tab, DEL, C1; embeddings and overrides; isolates; surrogates.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+",
)


def clean(text: str) -> str:
    """The text without anything that could steer a terminal or reorder its neighbours.

    Removed: control characters (newline and tab stay), bidi embeddings, overrides and
    isolates, lone surrogates. Every kind of line end becomes a newline. ZWJ, ZWNJ, LRM and
    RLM stay: emoji, Persian words and mixed lines need them. The result is in form NFC, and
    cleaning it again changes nothing.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _LINE_ENDS.sub("\n", text)
    text = _SURROGATE_PAIRS.sub(_joined_surrogates, text)
    return unicodedata.normalize("NFC", _FORBIDDEN.sub("", text))


def _joined_surrogates(pair: re.Match[str]) -> str:
    return pair.group().encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def clip(text: str, limit: int) -> str:
    """The text, or as many whole graphemes from its start as fit into `limit` characters.

    A single grapheme above the limit, such as a letter under a thousand accents, is cut.
    """
    if len(text) <= limit:
        return text
    end = 0
    for grapheme in iter_graphemes(text[: limit + 1]):
        if end + len(grapheme) > limit:
            break
        end += len(grapheme)
    return text[: end or limit]


_TAG_NAME = re.compile(r"</?([a-zA-Z][^\s/>]*)")
_QUOTED_TAG_END = re.compile(r"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")
_ALT = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")
_SPACED_NEWLINE = re.compile(r"[ \t]*\n[ \t]*")
_PARAGRAPHS = frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre hr article section header footer".split()
)
_LINES = frozenset("br div li dt dd tr figcaption figure address form option".split())
_CELLS = frozenset(("td", "th"))
# Their content is not text: skipped up to the closing tag.
_UNSEEN = frozenset("script style template noscript iframe object svg math textarea".split())


def plain(markup: str) -> str:
    """The words of an HTML text, cleaned: one line per line, a blank line between paragraphs.

    Entities are decoded once, links keep their text, images their `alt`; scripts, styles and
    comments are dropped. Time is linear in the length, whatever the markup: nothing here
    recurses, and no unclosed tag is looked for twice.
    """
    pieces: list[str] = []
    position, quotes_close = 0, True
    while (opening := markup.find("<", position)) >= 0:
        pieces.append(_words(markup[position:opening]))
        if markup.startswith("<!--", opening):
            end = markup.find("-->", opening)
            position = end + 3 if end >= 0 else len(markup)
            continue
        if markup.startswith("<![CDATA[", opening):
            end = markup.find("]]>", opening)
            end = end if end >= 0 else len(markup)
            pieces.append(_words(markup[opening + 9 : end]))
            position = end + 3
            continue
        name = _TAG_NAME.match(markup, opening)
        if name is None and not markup.startswith(("<!", "<?"), opening):
            pieces.append("<")  # "I <3 it", "2 < 3"
            position = opening + 1
            continue
        tag_end = -1
        if quotes_close and (match := _QUOTED_TAG_END.match(markup, opening)):
            tag_end = match.end()
        else:
            # A quote that never closes: from here on the first ">" ends a tag.
            quotes_close = False
            tag_end = markup.find(">", opening) + 1
        if tag_end <= 0:
            pieces.append(_words(markup[opening:]))
            position = len(markup)
            break
        position = tag_end
        if name is not None:
            tag = name.group(1).lower()
            closing = markup.startswith("</", opening)
            pieces.append(_mark(tag, markup[opening:tag_end]))
            if tag in _UNSEEN and not closing and not markup.startswith("/>", tag_end - 2):
                position = _after(tag, markup, tag_end)
    pieces.append(_words(markup[position:]))
    return _tidy("".join(pieces))


def _words(raw: str) -> str:
    """Text between tags: blanks collapsed before the entities are decoded, as a browser does."""
    return html.unescape(_BLANKS.sub(" ", raw))


def _mark(tag: str, markup: str) -> str:
    """What a tag leaves in the text: a line end, a gap, or the words of an image."""
    if tag in _PARAGRAPHS:
        return "\n\n"
    if tag in _LINES:
        return "\n"
    if tag in _CELLS:
        return " "
    if tag == "img" and (alt := _ALT.search(markup)):
        return _words(alt.group(1) or alt.group(2) or "")
    return ""


def _after(tag: str, markup: str, position: int) -> int:
    """Where the content of an unseen element ends; an unclosed one swallows the rest."""
    closing = re.compile(rf"</{re.escape(tag)}\b[^>]*>?", re.IGNORECASE).search(markup, position)
    return closing.end() if closing else len(markup)


def _tidy(text: str) -> str:
    text = _SPACED_NEWLINE.sub("\n", clean(text))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" {2,}", " ", text)).strip()
