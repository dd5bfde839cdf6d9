"""A table of numbers: a cursor goes from one to the next, Enter asks for the rows behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.binding import Binding
from textual.content import Content
from textual.message import Message

from console.ui.text import cell
from console.ui.widgets.page_table import PageTable

GAP = 2
LEAST_LABEL = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one column: a text, and the number it is."""

    text: str
    name: str = ""
    """The number's name; empty where no rows stand behind it."""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A label and its cells, or words over the whole width where there are none."""

    label: str
    cells: tuple[Cell, ...] = ()
    style: str = ""


class NumbersTable(PageTable):
    """Draws lines under heads; knows nothing of what the numbers mean."""

    BINDINGS = [
        Binding("j,down", "move(1, 0)", show=False, id="numbers.down"),
        Binding("k,up", "move(-1, 0)", show=False, id="numbers.up"),
        Binding("l,right", "move(0, 1)", show=False, id="numbers.right"),
        Binding("h,left", "move(0, -1)", show=False, id="numbers.left"),
        Binding("enter", "open", show=False, id="numbers.open"),
    ]

    @dataclass
    class Opened(Message):
        """A person wants the rows behind a number."""

        name: str
        title: str

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("", markup=False, id=id)
        self._heads: tuple[str, ...] = ()
        self._lines: tuple[Line, ...] = ()
        self._at = (0, 0)

    def show(self, heads: Sequence[str], lines: Sequence[Line]) -> None:
        """Heads over the cells, and the lines; the cursor stays on its number's name."""
        kept = self._chosen
        self._heads, self._lines = tuple(heads), tuple(lines)
        places = self._places()
        named = [place for place in places if self._cell(place).name == kept]
        if named:
            self._at = named[0]
        elif self._at not in places:
            self._at = places[0] if places else (0, 0)
        self.draw()

    def _places(self) -> list[tuple[int, int]]:
        return [
            (row, column)
            for row, line in enumerate(self._lines)
            for column, one in enumerate(line.cells)
            if one.name
        ]

    def _cell(self, place: tuple[int, int]) -> Cell:
        return self._lines[place[0]].cells[place[1]]

    @property
    def _chosen(self) -> str:
        return self._cell(self._at).name if self._at in self._places() else ""

    # --- the cursor ------------------------------------------------------------------------------

    def action_move(self, down: int, right: int) -> None:
        row, column = self._at
        if right:
            beside = [at for at in self._places() if at[0] == row and (at[1] - column) * right > 0]
            found = min(beside, key=lambda at: abs(at[1] - column), default=None)
        else:
            ahead = [at for at in self._places() if (at[0] - row) * down > 0]
            found = min(ahead, key=lambda at: (abs(at[0] - row), abs(at[1] - column)), default=None)
        if found is None and down:
            self.leave(down)
            return
        self._at = found or self._at
        self.draw()
        self.scroll_visible(animate=False)

    def action_open(self) -> None:
        if self._chosen:
            row, column = self._at
            head = self._heads[column] if column < len(self._heads) else ""
            words = " · ".join(filter(None, (self._lines[row].label, head)))
            self.post_message(self.Opened(self._chosen, words))

    # --- drawing ---------------------------------------------------------------------------------

    def draw(self) -> None:
        widths = self._widths()
        shown = self._in_sight(widths)
        room = max(LEAST_LABEL, self.size.width - sum(widths[at] + GAP for at in shown))
        # numbers stand near their words: no eye has to cross a wide screen.
        longest = max((len(line.label) for line in self._lines if line.cells), default=0)
        room = min(room, max(longest + GAP, self.size.width // 3))
        drawn = [self._head(widths, shown, room)] if any(self._heads) else []
        drawn += [self._line(row, widths, shown, room) for row in range(len(self._lines))]
        self.update(Content("\n").join(drawn))

    def _widths(self) -> list[int]:
        columns = max([len(self._heads), *(len(line.cells) for line in self._lines)])
        widths = [len(head) for head in self._heads] + [0] * (columns - len(self._heads))
        for line in self._lines:
            for column, one in enumerate(line.cells):
                widths[column] = max(widths[column], len(one.text))
        return widths

    def _in_sight(self, widths: list[int]) -> range:
        """The columns that fit, the cursor's among them; on a narrow screen they follow it."""
        room = self.size.width - LEAST_LABEL
        first, last = 0, len(widths)
        pointed = self._at[1] if self.has_focus else 0
        while sum(width + GAP for width in widths[first : pointed + 1]) > room and first < pointed:
            first += 1
        while sum(width + GAP for width in widths[first:last]) > room and last > first + 1:
            last -= 1
        return range(first, last)

    def _head(self, widths: list[int], shown: range, room: int) -> Content:
        heads = "".join(
            " " * GAP + (self._heads[at] if at < len(self._heads) else "").rjust(widths[at])
            for at in shown
        )
        # what does not fit is a key away.
        before = "‹" if shown.start > 0 else ""
        after = "›" if shown.stop < len(widths) else ""
        return Content.styled(f"{before + after:<{room}}{heads}", "$head")

    def _line(self, row: int, widths: list[int], shown: range, room: int) -> Content:
        line = self._lines[row]
        if not line.cells:
            return cell(line.label, max(1, self.size.width), style=line.style or "$muted")
        parts: list[Content] = [cell(line.label, room, style=line.style)]
        for column in shown:
            one = line.cells[column] if column < len(line.cells) else Cell("")
            here = self.has_focus and (row, column) == self._at and one.name
            style = f"{one.style} reverse".strip() if here else one.style
            parts.append(Content(" " * (GAP + widths[column] - len(one.text))))
            parts.append(Content.styled(one.text, style) if style else Content(one.text))
        return Content("").join(parts)
