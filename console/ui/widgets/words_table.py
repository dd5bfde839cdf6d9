"""A table of words: a cursor goes from line to line, Enter asks for what stands behind one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.message import Message

from console.core.report_tables import Row
from console.ui.text import cell
from console.ui.widgets.page_table import PageTable

GAP = 2
LEAST = 12
"""Columns that a column of words keeps, however little room there is."""


class WordsTable(PageTable):
    """Draws rows under heads, the widest column giving way until all fit."""

    BINDINGS = [
        Binding("j,down", "move(1)", show=False, id="words.down"),
        Binding("k,up", "move(-1)", show=False, id="words.up"),
        Binding("enter", "open", show=False, id="words.open"),
    ]

    @dataclass
    class Opened(Message):
        """A person wants what stands behind a line."""

        name: str
        title: str

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("", markup=False, id=id)
        self._heads: tuple[str, ...] = ()
        self._rows: tuple[Row, ...] = ()
        self._at = 0

    def show(self, heads: Sequence[str], rows: Sequence[Row]) -> None:
        """Heads and rows; the cursor stays on what it stood on."""
        kept = self._chosen
        self._heads, self._rows = tuple(heads), tuple(rows)
        names = [row.names[0] if row.names else "" for row in rows]
        if kept and kept in names:
            self._at = names.index(kept)
        self._at = min(self._at, max(0, len(rows) - 1))
        # what has nothing behind it is read, not walked through.
        self.can_focus = any(names)
        self.draw()

    @property
    def _chosen(self) -> str:
        if self._at < len(self._rows) and self._rows[self._at].names:
            return self._rows[self._at].names[0]
        return ""

    def action_move(self, down: int) -> None:
        at = self._at + down
        if not 0 <= at < len(self._rows):
            self.leave(down)
            return
        self._at = at
        self.draw()
        self._follow()

    def _follow(self) -> None:
        """Keep the cursor's line in sight; the page scrolls, not the table."""
        page = next((one for one in self.ancestors if isinstance(one, VerticalScroll)), None)
        if page is not None:
            line = self._at + bool(any(self._heads))
            at = self.content_region.y - page.region.y + page.scroll_offset.y + line
            page.scroll_to_region(Region(0, at, 1, 1), animate=False, x_axis=False)

    def action_open(self) -> None:
        if self._chosen:
            self.post_message(self.Opened(self._chosen, self._rows[self._at].cells[0]))

    # --- drawing ---------------------------------------------------------------------------------

    def draw(self) -> None:
        lines = [row.cells for row in self._rows]
        if any(self._heads):
            lines.insert(0, self._heads)
        if not lines:
            self.update("")
            return
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        width = max(LEAST, self.size.width)
        while sum(widths) + GAP * len(widths) > width and max(widths) > LEAST:
            widths[widths.index(max(widths))] -= 1
        drawn = [_columns(line, widths) for line in lines]
        if any(self._heads):
            drawn[0] = drawn[0].stylize("$head")
        if self.has_focus and self._chosen:
            here = self._at + bool(any(self._heads))
            drawn[here] = drawn[here].stylize("reverse")
        self.update(Content("\n").join(drawn))


def _columns(cells: Sequence[str], widths: Sequence[int]) -> Content:
    parts = [cell(text, width) for text, width in zip(cells, widths, strict=True)]
    return Content(" " * GAP).join(parts)
