"""The live queue: draws the lines in sight, asks for a page on either side, never moves by itself.

The row under the cursor keeps its line on the screen whatever the desk says. Where it cannot
(it stands at the top of the queue now), empty lines stand above it until the next key, or until
nobody pressed one for a while. A row
that left the view while the cursor was on it stays for three seconds, marked gone, for the same
reason: the key that is already on its way must not hit its neighbour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.theme import Theme
from textual.widget import Widget

from console.core.asks import QueuePage
from console.core.model import QueueRow
from console.core.open_hours import OpenHours
from console.ui.commands import bindings
from console.ui.countdown import Countdown, countdown
from console.ui.dates import digits
from console.ui.text import cell_text
from console.ui.widgets.queue_row import (
    ANSI_STYLES,
    STYLES,
    Piece,
    columns_for,
    row_pieces,
    title_pieces,
)
from console.ui.widgets.queue_window import QueueWindow
from console.ui.words import _

HEAD = 1
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)


class _Drawn(Struct, frozen=True):
    """A line as it was drawn, and what it was drawn from."""

    row: QueueRow
    due: Countdown
    pointed: bool
    gone: bool
    marked: bool
    strip: Strip


class LiveQueue(Widget, can_focus=True):
    """The queue pane. `show()` gives it a window of the view, `tick()` the time."""

    BINDINGS = bindings("queue")

    class Wanted(Message):
        """A window of the view is needed; `keep` is the row under the cursor."""

        def __init__(self, first: int, count: int, keep: int | None) -> None:
            super().__init__()
            self.first, self.count, self.keep = first, count, keep

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, LiveQueue.Wanted)

    class Pointed(Message):
        """The cursor stands on another conversation now."""

        def __init__(self, row: QueueRow | None) -> None:
            super().__init__()
            self.row = row

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, LiveQueue.Pointed)

    class Opened(Message):
        """A person wants to see this conversation."""

        def __init__(self, row: QueueRow) -> None:
            super().__init__()
            self.row = row

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.me = ""
        self.hours = OpenHours({})
        self.hand = QueueWindow()
        self.marked: dict[int, None] = {}
        """Conversations that a key acts on together, in the order of marking."""
        self._now = _LONG_AGO
        self._next_change = _LONG_AGO
        self._drawn: dict[int, _Drawn] = {}
        self._on_screen: dict[int, Strip] = {}
        self._styles_read: dict[str, Style] = {}
        self._empty = ""

    # --- what it shows ---------------------------------------------------------------------

    @property
    def pointed(self) -> QueueRow | None:
        """The row under the cursor, None in an empty or not yet loaded queue."""
        return self.hand.pointed

    @property
    def position(self) -> tuple[int, int]:
        """The cursor's place, counted from one, and how many rows the view holds."""
        return min(self.hand.cursor + 1, self.hand.total), self.hand.total

    def clear(self, sentence: str = "") -> None:
        """Forget every row, as before the first answer of another view."""
        self.hand.clear()
        self.marked.clear()
        self._empty = sentence
        self._redraw()

    def show(self, page: QueuePage, keep: int | None, now: datetime) -> None:
        """Take a window of the view, asked for with `keep` under the cursor."""
        self._now = now
        self._empty = "" if page.total else _("Nothing waits here.")
        with self._moving():
            self.hand.take(page, keep, now)

    def tick(self, now: datetime) -> None:
        """Let time pass: repaint the countdowns whose text changed; what is gone leaves."""
        self._now = now
        with self._moving(always=False):
            moved = self.hand.expire(now) | self.hand.rest(now)
            if moved or now >= self._next_change:
                self._repaint()

    @contextmanager
    def _moving(self, *, always: bool = True) -> Iterator[None]:
        """Something moves: repaint what differs, ask for what lacks, tell where the cursor is."""
        was = self.pointed
        yield
        if always:
            self._repaint()
        if self.hand.lacks():
            row = self.pointed
            self.post_message(self.Wanted(*self.hand.wanted(), row.id if row else None))
        row = self.pointed
        if (row and row.id) != (was and was.id):
            self.post_message(self.Pointed(row))

    # --- moving ----------------------------------------------------------------------------

    def action_down(self) -> None:
        self._point_at(self.hand.cursor + 1)

    def action_up(self) -> None:
        self._point_at(self.hand.cursor - 1)

    def action_page(self, pages: int) -> None:
        with self._moving():
            self.hand.page(pages)

    def action_first(self) -> None:
        self._point_at(0)

    def action_last(self) -> None:
        self._point_at(self.hand.slots - 1)

    def action_open(self) -> None:
        row = self.pointed
        if row is not None:
            self.post_message(self.Opened(row))

    def action_mark(self) -> None:
        """Mark the row under the cursor, or take its mark away, and go on to the next."""
        row = self.pointed
        if row is None or self.hand.is_gone(self.hand.cursor):
            return
        if row.id in self.marked:
            del self.marked[row.id]
        else:
            self.marked[row.id] = None
        self.action_down()

    def unmark(self, conversations: Iterable[int]) -> None:
        """Take the marks of these away."""
        for conversation in conversations:
            self.marked.pop(conversation, None)
        self._repaint()

    def _point_at(self, slot: int) -> None:
        with self._moving():
            self.hand.point_at(slot)

    def on_click(self, event: events.Click) -> None:
        slot = self.hand.top + event.y - HEAD
        if event.y < HEAD or not 0 <= slot < self.hand.slots:
            return
        self._point_at(slot)
        if event.chain == 2:
            self.action_open()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        with self._moving():
            self.hand.scroll(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        with self._moving():
            self.hand.scroll(-3)

    def on_resize(self) -> None:
        with self._moving(always=False):
            self.hand.resize(self.size.height - HEAD)
            self._redraw()

    def on_focus(self) -> None:
        self._redraw()

    def on_blur(self) -> None:
        self._redraw()

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)

    def _theme_changed(self, _theme: Theme) -> None:
        self.draw_anew()

    def draw_anew(self) -> None:
        """Draw every line again: colours or the layout of text are others now."""
        self._styles_read.clear()
        self._redraw()

    # --- drawing ---------------------------------------------------------------------------

    def _redraw(self) -> None:
        self._drawn.clear()
        self._on_screen.clear()
        self._next_change = _LONG_AGO
        self.refresh()

    def _repaint(self) -> None:
        """Refresh the cells that differ from what stands on the screen, and nothing else."""
        if not self.size:
            return
        for y in range(self.size.height):
            old = self._on_screen.get(y)
            new = self._line(y)
            if old is new:
                continue
            span = _difference(old, new, self.size.width)
            self._on_screen[y] = new
            if span is not None:
                start, end = span
                self.refresh(Region(start, y, end - start, 1))
        seen = [row.id for row in self.hand.rows_in_sight()]
        self._next_change = min(
            (self._drawn[id].due.until for id in seen if id in self._drawn), default=_NEVER
        )
        if len(self._drawn) > 4 * max(32, self.size.height):
            self._drawn = {id: self._drawn[id] for id in seen if id in self._drawn}

    def render_line(self, y: int) -> Strip:
        strip = self._line(y)
        self._on_screen[y] = strip
        return strip

    def _line(self, y: int) -> Strip:
        width = self.size.width
        if y < HEAD:
            return self._head(width)
        slot = self.hand.top + y - HEAD
        if not self.hand.slots and y == HEAD + 1 and self._empty:
            return self._strip([("  " + cell_text(self._empty, width - 2), "muted")], "")
        if not 0 <= slot < self.hand.slots:
            return self._blank(width)
        row = self.hand.row(slot)
        if row is None:
            return self._strip([("  ·".ljust(width)[:width], "muted")], "")
        return self._row_strip(row, slot, width)

    def _row_strip(self, row: QueueRow, slot: int, width: int) -> Strip:
        pointed, gone = slot == self.hand.cursor, self.hand.is_gone(slot)
        marked = row.id in self.marked
        drawn = self._drawn.get(row.id)
        due = drawn.due if drawn and drawn.row is row and self._now < drawn.due.until else None
        if due is None:
            due = countdown(row, self._now, self.hours)
        if (
            drawn is not None
            and drawn.row is row
            and (drawn.pointed, drawn.gone, drawn.marked) == (pointed, gone, marked)
            and drawn.due.text == due.text
            and drawn.due.urgency == due.urgency
        ):
            if drawn.due is not due:
                self._drawn[row.id] = _Drawn(row, due, pointed, gone, marked, drawn.strip)
            return drawn.strip
        pieces = row_pieces(
            row,
            due,
            columns_for(width),
            me=self.me,
            pointed=pointed,
            gone=gone,
            marked=marked,
        )
        base = ""
        if pointed:
            base = "pointed" if self.has_focus else "pointed-away"
        strip = self._strip(pieces, base)
        self._drawn[row.id] = _Drawn(row, due, pointed, gone, marked, strip)
        return strip

    def _head(self, width: int) -> Strip:
        marks = " ".join(
            part
            for part in (
                _("●{n} marked").format(n=digits(str(len(self.marked)))) if self.marked else "",
                _("▲{n} above").format(n=digits(str(self.hand.above))) if self.hand.above else "",
                _("▼{n} below").format(n=digits(str(self.hand.below))) if self.hand.below else "",
            )
            if part
        )
        key = (width, marks)
        if self._head_drawn is None or self._head_drawn[0] != key or not self._styles_read:
            strip = self._strip(title_pieces(columns_for(width), marks), "head")
            self._head_drawn = (key, strip)
        return self._head_drawn[1]

    _head_drawn: tuple[tuple[int, str], Strip] | None = None
    _blank_drawn: tuple[int, Strip] | None = None

    def _blank(self, width: int) -> Strip:
        if self._blank_drawn is None or self._blank_drawn[0] != width or not self._styles_read:
            self._blank_drawn = (width, Strip.blank(width, self._style("")))
        return self._blank_drawn[1]

    def _strip(self, pieces: list[Piece], base: str) -> Strip:
        ground = self._style("") + self._style(base) if base else self._style("")
        # a line in reverse has one colour: a patchwork of reversed ones cannot be read.
        plain = bool(ground.reverse)
        strip = Strip(
            [
                Segment(text, ground + self._style(name) if name and not plain else ground)
                for text, name in pieces
            ]
        )
        return strip.adjust_cell_length(self.size.width, ground)

    def _style(self, name: str) -> Style:
        if name not in self._styles_read:
            words = STYLES[name]
            if self.app.current_theme.ansi:
                words = ANSI_STYLES.get(name, words)
            self._styles_read[name] = self.app.stylesheet.parse_style(words).rich_style
        return self._styles_read[name]


def _difference(old: Strip | None, new: Strip, width: int) -> tuple[int, int] | None:
    """The first and the last cell (exclusive) in which two lines differ."""
    if old is None:
        return 0, width
    before, after = list(old), list(new)
    start = end = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        start += one.cell_length
    else:
        if len(before) == len(after):
            return None
    for one, other in zip(reversed(before), reversed(after), strict=False):
        if one != other or start + end + one.cell_length > width:
            break
        end += one.cell_length
    return (start, width - end) if start < width - end else (0, width)
