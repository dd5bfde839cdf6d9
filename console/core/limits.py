"""How long a reply may be, counted the way its channel counts.

Knows the counting rules of the channels; everything else asks `count`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

import msgspec

Unit = Literal["characters", "utf16", "bytes", "graphemes", "bluesky", "x", "mastodon"]

_LINK_LENGTH = 23
# x and mastodon both replace every link by one of 23 characters, whatever its length.
_LINK = re.compile(
    r"https?://[^\s<>\"']+"
    r"|(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,8}(?:com|org|net|io|co|uk|ru|ir|sa|ae|eg|de|app|dev|me|info|shop)"
    r"(?![\w@])(?:/[^\s<>\"']*)?",
    re.IGNORECASE,
)
_REMOTE_MENTION = re.compile(r"(?<![\w/])@([\w.-]+)@[\w.-]+\w")
# the code points that x counts once (its text library, configuration 3); others count twice.
_X_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_PICTOGRAM = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")
_BLUESKY_BYTES_PER_GRAPHEME = 10


class Limit(msgspec.Struct, frozen=True):
    """The longest reply that a channel takes."""

    size: int
    """How many units fit, 1 or more."""
    unit: Unit = "characters"
    """What is counted. `bluesky` counts graphemes and, at ten for each, bytes."""


def count(text: str, limit: Limit) -> tuple[int, int]:
    """How much of the limit the text takes, and how much there is.

    Bluesky limits graphemes and bytes: the pair that is nearer to its end is
    given.
    """
    if limit.unit == "bluesky":
        shown = (sum(1 for _ in graphemes(text)), limit.size)
        stored = (len(_encoded(text)), limit.size * _BLUESKY_BYTES_PER_GRAPHEME)
        return max(shown, stored, key=lambda pair: pair[0] / pair[1])
    return _used(text, limit.unit), limit.size


def graphemes(text: str) -> Iterator[str]:
    """The characters as a reader sees them: accents, flags and families count once."""
    start = 0
    for position in range(1, len(text)):
        if not _joined(text, position):
            yield text[start:position]
            start = position
    if text:
        yield text[start:]


def _used(text: str, unit: Unit) -> int:
    match unit:
        case "utf16":
            return len(text.encode("utf-16-le", "surrogatepass")) // 2
        case "bytes":
            return len(_encoded(text))
        case "graphemes":
            return sum(1 for _ in graphemes(text))
        case "x":
            return _weighted(text)
        case "mastodon":
            short = _REMOTE_MENTION.sub(r"@\1", _LINK.sub("-" * _LINK_LENGTH, text))
            return sum(1 for _ in graphemes(short))
        case _:
            return len(text)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _weighted(text: str) -> int:
    """The length on x: links 23, emoji 2, the scripts of `_X_LIGHT` 1, others 2."""
    links = len(_LINK.findall(text))
    rest = unicodedata.normalize("NFC", _LINK.sub("", text))
    return links * _LINK_LENGTH + sum(map(_weight, graphemes(rest)))


def _weight(grapheme: str) -> int:
    if _PICTOGRAM.match(grapheme):
        return 2
    return sum(1 if any(a <= ord(c) <= b for a, b in _X_LIGHT) else 2 for c in grapheme)


def _joined(text: str, position: int) -> bool:
    """Whether no boundary stands before this position: UAX 29 without its rarest rules."""
    before, here = text[position - 1], text[position]
    if before == "\r" and here == "\n":
        return True
    if unicodedata.category(here) in ("Mn", "Me", "Mc") or here in "\u200d\u200c":
        return before not in "\r\n"
    if before == "\u200d" and _PICTOGRAM.match(here):
        return True
    if "\U0001f3fb" <= here <= "\U0001f3ff" and _PICTOGRAM.match(before):
        return True
    if _flag_half(here) and _flag_half(before):
        return _flag_halves_before(text, position) % 2 == 1
    return _hangul(before, here)


def _flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_halves_before(text: str, position: int) -> int:
    start = position
    while start and _flag_half(text[start - 1]):
        start -= 1
    return position - start


def _hangul(before: str, here: str) -> bool:
    """Korean letters that are typed one by one and read as one syllable."""
    leading = "\u1100" <= before <= "\u115f"
    vowel = "\u1160" <= before <= "\u11a7" or "\uac00" <= before <= "\ud7a3"
    return (leading and "\u1100" <= here <= "\u11a7") or (vowel and "\u1160" <= here <= "\u11ff")
