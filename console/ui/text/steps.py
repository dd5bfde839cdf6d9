"""Where a caret may stand in a line of logical text: between graphemes, and between words."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import Literal

_Kind = Literal["blank", "word", "sign"]
# ZWNJ stands inside Persian words, ZWJ inside Indic ones, an apostrophe inside "don't".
_INSIDE_WORDS = "\u200c\u200d"
_APOSTROPHES = "'’ʼ׳״"


@lru_cache(maxsize=16)
def grapheme_bounds(line: str) -> tuple[int, ...]:
    """Every index at which no grapheme is split, 0 and the line's length included."""
    if line.isascii():
        return tuple(range(len(line) + 1))
    from wcwidth import iter_graphemes

    bounds = [0]
    for grapheme in iter_graphemes(line):
        bounds.append(bounds[-1] + len(grapheme))
    return tuple(bounds)


def before(line: str, index: int) -> int:
    """The start of the grapheme that ends at or holds `index`; 0 at the start."""
    bounds = grapheme_bounds(line)
    return bounds[max(0, bisect_left(bounds, index) - 1)]


def after(line: str, index: int) -> int:
    """The end of the grapheme that begins at or holds `index`; the line's end at its end."""
    bounds = grapheme_bounds(line)
    return bounds[min(len(bounds) - 1, bisect_right(bounds, index))]


def whole(line: str, index: int) -> int:
    """`index` where it splits no grapheme, else the end of the one that it splits."""
    bounds = grapheme_bounds(line)
    return bounds[min(len(bounds) - 1, bisect_left(bounds, index))]


@lru_cache(maxsize=16)
def _kinds(line: str) -> tuple[_Kind, ...]:
    """What each character belongs to; marks and joiners go with what they follow."""
    kinds: list[_Kind] = []
    for index, character in enumerate(line):
        if character.isspace():
            kinds.append("blank")
        elif character.isalnum() or character == "_":
            kinds.append("word")
        elif kinds and (character in _INSIDE_WORDS or unicodedata.category(character)[0] == "M"):
            kinds.append(kinds[-1])
        elif (
            character in _APOSTROPHES
            and kinds
            and kinds[-1] == "word"
            and line[index + 1 : index + 2].isalpha()
        ):
            kinds.append("word")
        else:
            kinds.append("sign")
    return tuple(kinds)


def word_before(line: str, index: int) -> int:
    """The start of the word, or of the run of signs, that ends before `index`."""
    kinds = _kinds(line)
    while index > 0 and kinds[index - 1] == "blank":
        index -= 1
    kind = kinds[index - 1] if index else "blank"
    while index > 0 and kinds[index - 1] == kind:
        index -= 1
    return index


def word_after(line: str, index: int) -> int:
    """The end of the word, or of the run of signs, that begins after `index`."""
    kinds = _kinds(line)
    while index < len(line) and kinds[index] == "blank":
        index += 1
    kind = kinds[index] if index < len(line) else "blank"
    while index < len(line) and kinds[index] == kind:
        index += 1
    return index
