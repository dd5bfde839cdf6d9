"""What is drawn for one grapheme, and how many cells it takes.

Cells are counted by the table that Textual lays out with. What that table and terminals count
differently is changed to something on which they agree: a lone half of a flag becomes its
letter, a mark without a base stands on a dotted circle.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from rich.cells import cell_len

Emoji = Literal["full", "simple"]
"""`simple`: no skin tones, no emoji variants, one figure of a joined group. For terminals that
count these cells differently from Textual (tmux 3.3, VTE 0.70)."""

TAB = "    "
"""What a tab looks like: there are no tab stops between the borders of a cell."""

MARKS_A_BASE = 3
"""Most combining marks drawn over one letter; more is only ever an attack on the screen."""

# The longest emoji in use, two kissing people with skin tones, has 10 code points.
_LONGEST_CLUSTER = 12
_ZWJ, _ZWNJ, _VS16, _CIRCLE = "\u200d", "\u200c", "\ufe0f", "\u25cc"
_SKIN_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")
_SELECTORS = re.compile("[\u180b-\u180d\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_LONE_FLAG_HALF = re.compile("[\U0001f1e6-\U0001f1ff]")
_TAGGED_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,7}\U000e007f")
_NONCHARACTERS = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")
_EACH_ALONE = re.compile(
    "[\t\n -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u05d0-\u05ea\u0620-\u064a"
    "\u0660-\u066f\u0671-\u06d5\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u25ff]*"
)
"""Letters and signs that are never part of a longer grapheme among themselves: most of what is
written in Latin, Greek, Cyrillic, Hebrew and Arabic letters without marks."""
_JOINED_FIGURES = re.compile("[\u203c-\u3299\U0001f000-\U0001faff]")


def clusters(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each grapheme; absurdly long ones come in several parts."""
    if _EACH_ALONE.fullmatch(text):
        yield from zip(range(len(text)), range(1, len(text) + 1), strict=True)
        return
    # 8 ms that a console does not pay before its first screen.
    from wcwidth import iter_graphemes

    start = 0
    for grapheme in iter_graphemes(text):
        end = start + len(grapheme)
        if len(grapheme) > _LONGEST_CLUSTER:
            yield from _parts(text, start, end)
        else:
            yield start, end
        start = end


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A long grapheme cut before its base characters."""
    first = start
    for place in range(start + 1, end):
        if _is_mark(text[place]) or text[place] in (_ZWJ, _ZWNJ):
            continue
        yield first, place
        first = place
    yield first, end


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


@lru_cache(maxsize=8192)
def drawn(grapheme: str, emoji: Emoji = "full", *, joins: bool = False) -> tuple[str, int]:
    """The characters that show a grapheme, and the cells they take.

    With `joins` the terminal joins Arabic letters: it needs to know where it may not.
    """
    if grapheme == "\t":
        return TAB, len(TAB)
    if emoji == "simple":
        grapheme = _SKIN_TONES.sub("", grapheme).replace(_VS16, "")
        if _JOINED_FIGURES.match(grapheme):
            grapheme = grapheme.split(_ZWJ, 1)[0]
    shown = _shown(grapheme)
    if joins and len(grapheme) > 1 and grapheme[-1] == _ZWNJ and shown == grapheme[:-1]:
        shown = grapheme
    width = cell_len(shown)
    if shown and width == 0:
        shown, width = _CIRCLE + shown, 1
    return shown, width


def _shown(grapheme: str) -> str:
    if len(grapheme) == 1 and grapheme.isalnum():
        return grapheme
    if _LONE_FLAG_HALF.fullmatch(grapheme):
        return chr(ord(grapheme) - 0x1F1E6 + ord("A"))
    if _TAGGED_FLAG.fullmatch(grapheme):
        return grapheme
    kept: list[str] = []
    marks = 0
    for character in grapheme:
        if _SKIN_TONES.match(character):
            if kept and _JOINED_FIGURES.match(kept[-1]):
                kept.append(character)
            elif not kept:
                kept.append("\u25aa")
        elif _SELECTORS.match(character):
            if character == _VS16 and kept and not marks and kept[-1] != _VS16:
                kept.append(character)
        elif character in (_ZWJ, _ZWNJ):
            kept.append(character)
        elif _NONCHARACTERS.match(character):
            kept.append("\ufffd")
        elif unicodedata.category(character) in ("Cf", "Cc", "Cs"):
            # Number signs of Arabic are format characters with a width; the rest has none.
            kept.append(character if cell_len(character) else "")
        elif unicodedata.category(character) in ("Mn", "Me"):
            marks += 1
            if marks <= MARKS_A_BASE:
                kept.append(character)
        else:
            marks = 0
            kept.append(" " if unicodedata.category(character) in ("Zl", "Zp") else character)
    return _with_useful_joiners("".join(kept))


def _with_useful_joiners(shown: str) -> str:
    """Without joiners at the ends, where they would bind a neighbour, and between letters that
    are already shaped; those of emoji and of Indic conjuncts stay."""
    if _ZWJ not in shown and _ZWNJ not in shown:
        return shown
    shown = shown.strip(_ZWJ + _ZWNJ)
    if shown and unicodedata.bidirectional(shown[0]) in ("R", "AL"):
        return shown.replace(_ZWJ, "").replace(_ZWNJ, "")
    return re.sub("([\u200c\u200d])[\u200c\u200d]+", r"\1", shown)
