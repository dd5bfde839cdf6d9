"""Lines of foreign text as they stand on the screen: wrapped, shaped, in visual order.

Text stays in logical order everywhere else; only what is drawn passes through here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from console.ui.text.bidi import Base, classes, levels, line_levels, reordered
from console.ui.text.mirror import MIRRORED
from console.ui.text.shaping import needs_shaping, shaped
from console.ui.text.widths import Emoji, clusters, drawn


class Rendering(Struct, frozen=True):
    """How this terminal wants its text."""

    reorder: bool = True
    """Whether the console puts right-to-left text into visual order, and at the right edge."""
    shape: bool = True
    """Whether the console joins Arabic letters."""
    fence: bool = False
    """Whether fields are kept apart for a terminal that puts whole lines into visual order."""
    emoji: Emoji = "full"
    parts_lam: bool = False
    """Whether lam is written in its lone form where it is not ours to join: mlterm 3.9 draws the
    letters lam and alef in one cell whoever wrote them, and the rest of the row moves."""


class Cell(NamedTuple):
    """One grapheme on a line."""

    start: int
    """Its first character in the logical text."""
    end: int
    """The character after its last."""
    column: int
    """Its first column on the line."""
    width: int
    """Its columns: 0 for what leaves no trace, such as a direction mark."""
    text: str
    """What is drawn."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line on the screen."""

    text: str
    """In visual order, padded on the left where the paragraph stands at the right edge."""
    start: int
    """The first character of the logical text that belongs to the line."""
    end: int
    """The character after its last, blanks at the line's end included."""
    rtl: bool
    """Whether its paragraph runs from right to left."""
    cells: tuple[Cell, ...] = field(repr=False)
    """From left to right."""

    @property
    def width(self) -> int:
        """The columns it takes, its padding included."""
        return max((cell.column + cell.width for cell in self.cells), default=len(self.text))

    @property
    def columns(self) -> dict[int, int]:
        """The column of each logical index on the line."""
        return {i: cell.column for cell in self.cells for i in range(cell.start, cell.end)}

    def index(self, column: int) -> int | None:
        """The logical index of what is drawn in a column, None where nothing is."""
        for cell in self.cells:
            if cell.column <= column < cell.column + cell.width:
                return cell.start
        return None


_rendering = Rendering()


def use_rendering(rendering: Rendering) -> None:
    """Draws all text in this manner from now on. Refresh what is on the screen afterwards."""
    global _rendering
    _rendering = rendering


def rendering() -> Rendering:
    """The manner in use."""
    return _rendering


def display_lines(
    text: str,
    width: int | None = None,
    base: Base | None = None,
    manner: Rendering | None = None,
) -> tuple[Line, ...]:
    """The lines that show a text, which must be clean, in a region of `width` columns.

    Each paragraph is wrapped in logical order and takes its direction from its first strong
    letter, or from `base`; right-to-left ones are aligned right. Without a width, each
    paragraph is one line of its own length. No line is ever wider than `width`. `manner` is
    the one in use, but for samples of others.
    """
    if width is not None:
        width = max(1, width)
    remember = _remembered if len(text) <= _SHORT else _remembered_long
    return remember(text, width, base, manner or _rendering)


# A queue shows some hundred short texts over and over, a conversation some long ones.
_SHORT = 500


@lru_cache(maxsize=4096)
def _remembered(
    text: str, width: int | None, base: Base | None, rendering: Rendering
) -> tuple[Line, ...]:
    return tuple(_lines(text, width, base, rendering))


@lru_cache(maxsize=64)
def _remembered_long(
    text: str, width: int | None, base: Base | None, rendering: Rendering
) -> tuple[Line, ...]:
    return tuple(_lines(text, width, base, rendering))


class _Piece(NamedTuple):
    start: int
    end: int
    text: str
    width: int


def _lines(text: str, width: int | None, base: Base | None, rendering: Rendering) -> Iterator[Line]:
    offset = 0
    for paragraph in text.split("\n"):
        yield from _paragraph(paragraph, offset, width, base, rendering)
        offset += len(paragraph) + 1


def _paragraph(
    text: str, offset: int, width: int | None, base: Base | None, rendering: Rendering
) -> Iterator[Line]:
    pieces = list(_pieces(text, rendering))
    level, resolved = levels(text, base) if rendering.reorder else (0, [0] * len(text))
    types = classes(text) if level or any(resolved) else ""
    for first, last, following in _wrapped(text, pieces, width):
        line = pieces[first:last]
        if types:
            found = line_levels(
                "".join([types[piece.start] for piece in line]),
                [resolved[piece.start] for piece in line],
                level,
            )
            order = reordered(found)
            line = [_mirrored(line[i]) if found[i] & 1 else line[i] for i in order]
        yield _placed(line, pieces[last:following], offset, width, rtl=level == 1)


def _mirrored(piece: _Piece) -> _Piece:
    """Rule L4."""
    turned = MIRRORED.get(piece.text[:1])
    return piece._replace(text=turned + piece.text[1:]) if turned else piece


def _pieces(text: str, rendering: Rendering) -> Iterator[_Piece]:
    """The graphemes of a paragraph as they are drawn; lam and alef are one."""
    if not (rendering.shape and needs_shaping(text)):
        for start, end in clusters(text):
            grapheme = text[start:end]
            yield _Piece(start, end, *drawn(grapheme, rendering.emoji, joins=not rendering.shape))
        return
    forms = shaped(text)
    pending: tuple[int, int] | None = None
    for start, end in clusters(text):
        if pending is not None:
            # An empty form is an alef that has gone into the lam before it.
            if forms[start]:
                yield _shaped_piece(forms, *pending, rendering.emoji)
            else:
                start = pending[0]
        pending = (start, end)
    if pending is not None:
        yield _shaped_piece(forms, *pending, rendering.emoji)


def _shaped_piece(forms: list[str], start: int, end: int, emoji: Emoji) -> _Piece:
    return _Piece(start, end, *drawn("".join(forms[start:end]), emoji))


_BLANKS = frozenset(
    " \t\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f\u3000"
)
_BREAK_AFTER = frozenset("-\u2010\u2013\u2014\u200b")
_NEVER_FIRST = frozenset("、。，．！？：；）〕］｝〉》」』】〙〗〟’”»ーっゃゅょッャュョ々…‥")
_NEVER_LAST = frozenset("（〔［｛〈《「『【〘〖〝‘“«")
_WORD = re.compile(r"\w")


def _wrapped(text: str, pieces: list[_Piece], width: int | None) -> Iterator[tuple[int, int, int]]:
    """First piece, end of what is drawn, and start of the next line, for each line.

    Blanks at the end of a wrapped line are not drawn.
    """
    if width is None:
        yield 0, len(pieces), len(pieces)
        return
    first = used = place = 0
    drawn_end = chance = 0
    while place < len(pieces):
        piece = pieces[place]
        if text[piece.start] in _BLANKS:
            used += piece.width
            place += 1
            chance = place
            continue
        if place > first and _may_break(text, pieces[place - 1], piece):
            chance = place
        if used + piece.width > width and place > first:
            # A word longer than the line is cut where the line ends.
            following = chance if chance > first else place
            drawn_end = following
            while drawn_end > first and text[pieces[drawn_end - 1].start] in _BLANKS:
                drawn_end -= 1
            yield first, drawn_end, following
            first = chance = following
            used = sum(piece.width for piece in pieces[first:place])
            continue
        used += piece.width
        place += 1
    drawn_end = len(pieces)
    while used > width and drawn_end > first + 1:
        drawn_end -= 1
        used -= pieces[drawn_end].width
    yield first, drawn_end, len(pieces)


def _may_break(text: str, before: _Piece, after: _Piece) -> bool:
    """Whether a line may end between two graphemes that no blank parts (much less than UAX #14:
    after hyphens between letters, and between wide characters but for Chinese punctuation)."""
    last, following = text[before.start], text[after.start]
    if last in _BREAK_AFTER:
        return last == "\u200b" or (
            before.start > 0
            and _WORD.match(text[before.start - 1]) is not None
            and following.isalpha()
        )
    if before.width < 2 and after.width < 2:
        return False
    return following not in _NEVER_FIRST and last not in _NEVER_LAST


def _placed(
    line: list[_Piece], hidden: list[_Piece], offset: int, width: int | None, *, rtl: bool
) -> Line:
    """The line with a column for each piece; `hidden` blanks stand, unseen, at its end."""
    cells: list[Cell] = []
    total = sum(piece.width for piece in line)
    indent = width - total if rtl and width is not None and total < width else 0
    column = indent
    for start, end, drawn_text, piece_width in line:
        if width is not None and piece_width > width:
            drawn_text, piece_width = "…", 1
        cells.append(Cell(offset + start, offset + end, column, piece_width, drawn_text))
        column += piece_width
    edge = indent if rtl else column
    for piece in hidden:
        cells.append(Cell(offset + piece.start, offset + piece.end, edge, 0, ""))
    starts = [cell.start for cell in cells]
    return Line(
        text=" " * indent + "".join([cell.text for cell in cells]),
        start=min(starts, default=offset),
        end=max([cell.end for cell in cells], default=offset),
        rtl=rtl,
        cells=tuple(cells),
    )


def visual_ranges(lines: Iterable[Line], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the characters from `start` to `end` stand in the lines joined by newlines."""
    line_start = 0
    for line in lines:
        place = line_start + len(line.text) - sum(len(cell.text) for cell in line.cells)
        first = last = place
        for cell in line.cells:
            if cell.start < end and cell.end > start:
                first = first if last == place and last > first else place
                last = place + len(cell.text)
            elif last > first:
                yield first, last
                first = last
            place += len(cell.text)
        if last > first:
            yield first, last
        line_start += len(line.text) + 1
