"""Text from outside made safe to store: no controls, no overrides, no markup, no endless fields.

Everything that a source reads passes `clean()` after its last decoding step, in every field:
author, title, body, address, id, and the words of an error.
"""

from __future__ import annotations

import re
import unicodedata

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
    # 8 ms that a console, which never clips, does not pay.
    from wcwidth import iter_graphemes

    end = 0
    for grapheme in iter_graphemes(text[: limit + 1]):
        if end + len(grapheme) > limit:
            break
        end += len(grapheme)
    return text[: end or limit]


# A quote counts only after "=", as in a browser: `<a "'>` ends at its first ">".
_REST_OF_TAG = r"""(?:[^>=]++|=\s*+"[^"]*+"|=\s*+'[^']*+'|=)*+"""
# Every alternative but the last takes an unclosed construct to the end of the text, so that no
# position is tried twice for long: the whole costs linear time.
_MARKUP = re.compile(
    rf"""
      <!--.*?(?:-->|\Z)
    | <!\[CDATA\[(?P<literal>.*?)(?:\]\]>|\Z)
    | <(?P<unseen>script|style|template|noscript|iframe|object|svg|math|textarea)\b
      {_REST_OF_TAG}(?<!/)>.*?(?:</(?P=unseen)\b[^>]*+>?|\Z)
    | (?:</?(?P<name>[a-z][^\s/>]*+){_REST_OF_TAG}|<[!?][^>]*+)(?:>|(?P<unclosed>\Z))
    | <
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_PARAGRAPHS = re.compile(
    "p|h[1-6]|[uod]l|table|blockquote|pre|hr|article|section|header|footer", re.IGNORECASE
)
_LINES = re.compile("br|div|li|d[td]|tr|fig(ure|caption)|address|form|option", re.IGNORECASE)
_CELLS = re.compile("t[dh]", re.IGNORECASE)
_ALT = re.compile(r"""\balt\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")
_SPACED_NEWLINE = re.compile(r"[ \t]*\n[ \t]*")


def plain(markup: str) -> str:
    """The words of an HTML text, cleaned: a line for a block, a blank line around paragraphs.

    Entities are decoded once, links keep their text, images their `alt`; scripts, styles and
    comments are dropped. Time is linear in the length, whatever the markup.
    """
    pieces: list[str] = []
    position = 0
    for found in _MARKUP.finditer(markup):
        pieces.append(_words(markup[position : found.start()]))
        pieces.append(_left_by(found))
        position = found.end()
    pieces.append(_words(markup[position:]))
    text = _SPACED_NEWLINE.sub("\n", clean("".join(pieces)))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" {2,}", " ", text)).strip()


def _words(raw: str) -> str:
    """Text between tags: blanks collapsed before the entities are decoded, as a browser does."""
    # here, because a console cleans text, but never markup, and opens sooner without its tables
    import html

    return html.unescape(_BLANKS.sub(" ", raw))


def _left_by(markup: re.Match[str]) -> str:
    """What a piece of markup leaves in the text: a line end, a gap, words, or nothing."""
    name: str | None = markup["name"]
    if markup["unclosed"] is not None:
        return _words(markup.group())
    if markup["literal"] is not None:
        return _words(markup["literal"])
    if name is None:
        return "<" if markup.group() == "<" else ""  # "I <3 it", "2 < 3"
    if _PARAGRAPHS.fullmatch(name):
        return "\n\n"
    if _LINES.fullmatch(name):
        return "\n"
    if _CELLS.fullmatch(name):
        return " "
    if name.lower() == "img" and (alt := _ALT.search(markup.group())):
        return _words(alt[1] or alt[2] or "")
    return ""
