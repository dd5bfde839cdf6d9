"""The live queue: draws the lines in sight, asks for a page on either side, never moves by itself.

The row under the cursor keeps its line on the screen whatever the desk says. Where it cannot
(it stands at the top of the queue now), empty lines stand above it until the next key. A row
that left the view while the cursor was on it stays for three seconds, marked gone, for the same
reason: the key that is already on its way must not hit its neighbour.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

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
from console.ui.commands import bindings
from console.ui.countdown import Countdown, OpenHours, countdown
from console.ui.widgets.queue_row import (
    ANSI_STYLES,
    STYLES,
    Piece,
    columns_for,
    row_pieces,
    title_pieces,
)
from console.ui.words import _

HEAD = 1
GONE_SHOWN = timedelta(seconds=3)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A line as it was drawn, and what it was drawn from."""

    row: QueueRow
    due: Countdown
    pointed: bool
    gone: bool
    strip: Strip


class LiveQueue(Widget, can_focus=True):
    """The queue pane. `show()` gives it a window of the view, `tick()` the time."""

    BINDINGS = bindings("queue")

    @dataclass
    class Wanted(Message):
        """A window of the view is needed; `keep` is the row under the cursor."""

        first: int
        count: int
        keep: int | None

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, LiveQueue.Wanted)

    @dataclass
    class Pointed(Message):
        """The cursor stands on another conversation now."""

        row: QueueRow | None

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, LiveQueue.Pointed)

    @dataclass
    class Opened(Message):
        """A person wants to see this conversation."""

        row: QueueRow

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.me = ""
        self.hours = OpenHours({})
        self._rows: dict[int, QueueRow] = {}
        self._total = 0
        self._top = 0
        self._cursor = 0
        self._gone: tuple[int, QueueRow] | None = None
        self._gone_at = _LONG_AGO
        self._above = 0
        self._below = 0
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
        return self._row(self._cursor)

    @property
    def position(self) -> tuple[int, int]:
        """The cursor's place, counted from one, and how many rows the view holds."""
        return (min(self._cursor + 1, self._total), self._total)

    @property
    def marks(self) -> tuple[int, int]:
        """Rows that came above and below the cursor's row since the last key."""
        return self._above, self._below

    def window(self) -> tuple[int, int]:
        """The first row and the count of the window to ask for: what is seen and a page each side."""
        page = max(1, self._height)
        return max(0, self._top - page), 3 * page

    def clear(self, sentence: str = "") -> None:
        """Forget every row, as before the first answer of another view."""
        self._rows, self._total, self._top, self._cursor = {}, 0, 0, 0
        self._gone, self._above, self._below = None, 0, 0
        self._empty = sentence
        self._redraw()

    def let_go(self, conversation: int) -> None:
        """This row may leave: the person at this console sent it away."""
        row = self.pointed
        if row is not None and row.id == conversation and self._gone is not None:
            self._drop_gone()
        self._released = conversation

    _released: int | None = None
    _landing: int | None = None

    def land_on(self, conversation: int) -> None:
        """Put the cursor on this conversation when the next window holds it."""
        self._landing = conversation

    def holds(self, conversation: int) -> bool:
        """Whether a loaded row is this conversation."""
        return any(row.id == conversation for row in self._rows.values())

    def show(self, page: QueuePage, keep: int | None, now: datetime) -> None:
        """Take a window of the view, asked for with `keep` under the cursor."""
        self._now = now
        chosen = self.pointed
        before = self._rows
        old_total = self._total
        known = {row.id: row for row in before.values()}
        self._rows = {
            page.first + n: _same(row, known.get(row.id)) for n, row in enumerate(page.rows)
        }
        self._total = page.total
        self._empty = "" if page.total else _("Nothing here. Well done.")
        line = self._cursor - self._top
        landing, self._landing = self._landing, None
        if landing is not None and keep == landing and page.keep_at is not None:
            self._gone, self._cursor = None, page.keep_at
            self._settle()
        elif chosen is None:
            self._cursor = min(self._cursor, max(0, self._total - 1))
        else:
            released = chosen.id == self._released
            # a reply on its way out moves its row to the end; the hand stays here, at the next one.
            at = self._place_of(chosen.id, page, keep)
            if released and at != self._cursor:
                at = None
            if at is not None:
                self._gone = None
                self._count_news(before, old_total, at)
                self._cursor = at
            elif released:
                self._gone, self._released = None, None
                self._cursor = min(self._cursor, max(0, self._total - 1))
            else:
                at = min(self._cursor, self._total)
                if self._gone is None:
                    self._gone_at = now
                self._gone = (at, chosen)
                self._cursor = at
            self._top = self._cursor - line
        if not self._total and self._gone is None:
            self._top = self._cursor = 0
        self._repaint()
        self._want_more()
        if self.pointed is not chosen:
            self.post_message(self.Pointed(self.pointed))

    def tick(self, now: datetime) -> None:
        """Let time pass: repaint the countdowns whose text changed; what is gone leaves."""
        self._now = now
        if self._gone is not None and now - self._gone_at >= GONE_SHOWN:
            self._drop_gone()
            self._settle()
            self._repaint()
            self._want_more()
            self.post_message(self.Pointed(self.pointed))
        if now >= self._next_change:
            self._repaint()

    def _place_of(self, conversation: int, page: QueuePage, keep: int | None) -> int | None:
        for at, row in self._rows.items():
            if row.id == conversation:
                return at
        if keep == conversation:
            return page.keep_at
        # the cursor moved while the desk answered: what it stands on was not asked for.
        return self._cursor if self._cursor < self._total else None

    def _count_news(self, before: dict[int, QueueRow], old_total: int, at: int) -> None:
        if not before:
            return
        ids = {row.id for row in before.values()}
        came_above = sum(
            1 for n, row in self._rows.items() if n < at and row.id not in ids and n >= min(before)
        )
        moved = at - self._cursor
        above = max(came_above, moved, 0)
        self._above += above
        self._below += max(0, self._total - old_total - above)

    # --- where a row is --------------------------------------------------------------------

    @property
    def _height(self) -> int:
        return max(0, self.size.height - HEAD)

    @property
    def _slots(self) -> int:
        return self._total + (1 if self._gone else 0)

    def _row(self, slot: int) -> QueueRow | None:
        if self._gone is not None:
            at, row = self._gone
            if slot == at:
                return row
            if slot > at:
                return self._rows.get(slot - 1)
        return self._rows.get(slot)

    def _is_gone(self, slot: int) -> bool:
        return self._gone is not None and self._gone[0] == slot

    def _drop_gone(self) -> None:
        if self._gone is None:
            return
        at, self._gone = self._gone[0], None
        if self._cursor > at:
            self._cursor -= 1
        self._cursor = min(self._cursor, max(0, self._total - 1))

    # --- moving ----------------------------------------------------------------------------

    def point_at(self, slot: int) -> None:
        """Put the cursor on a row; the view scrolls only as far as it must."""
        was = self.pointed
        if self._gone is not None and slot != self._gone[0]:
            slot -= 1 if slot > self._gone[0] else 0
            self._gone = None
        self._cursor = max(0, min(slot, self._slots - 1))
        self._above = self._below = 0
        self._settle()
        self._repaint()
        self._want_more()
        if self.pointed is not was:
            self.post_message(self.Pointed(self.pointed))

    def _settle(self) -> None:
        """The hand moved: empty lines above go, and the cursor comes into sight."""
        height = max(1, self._height)
        most = max(0, self._slots - height)
        top = min(max(self._top, 0), most)
        if self._cursor < top:
            top = self._cursor
        elif self._cursor >= top + height:
            top = self._cursor - height + 1
        self._top = top

    def action_down(self) -> None:
        self.point_at(self._cursor + 1)

    def action_up(self) -> None:
        self.point_at(self._cursor - 1)

    def action_page(self, pages: int) -> None:
        step = pages * max(1, self._height - 1)
        self._top += step
        self.point_at(self._cursor + step)

    def action_first(self) -> None:
        self.point_at(0)

    def action_last(self) -> None:
        self.point_at(self._slots - 1)

    def action_open(self) -> None:
        row = self.pointed
        if row is not None:
            self.post_message(self.Opened(row))

    def on_click(self, event: events.Click) -> None:
        slot = self._top + event.y - HEAD
        if event.y < HEAD or not 0 <= slot < self._slots:
            return
        self.point_at(slot)
        if event.chain == 2:
            self.action_open()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(-3)

    def _scroll(self, lines: int) -> None:
        most = max(0, self._slots - self._height)
        self._top = min(max(self._top + lines, 0), most)
        bottom = self._top + self._height - 1
        self.point_at(min(max(self._cursor, self._top), bottom))

    def on_resize(self) -> None:
        self._settle()
        self._redraw()
        self._want_more()

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

    def _want_more(self) -> None:
        """Ask for a window where a line in sight is not loaded."""
        shift = 1 if self._gone else 0
        first, last = max(0, self._top), min(self._total + shift, self._top + self._height)
        if any(self._row(slot) is None for slot in range(first, last)):
            row = self.pointed
            start, count = self.window()
            self.post_message(self.Wanted(start, count, row.id if row else None))

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
        self._next_change = min(
            (drawn.due.until for drawn in self._drawn_in_sight()), default=_LONG_AGO
        )
        if self._next_change == _LONG_AGO:
            self._next_change = datetime.max.replace(tzinfo=UTC)
        if len(self._drawn) > 4 * max(32, self._height):
            seen = {row.id for row in map(self._row, self._in_sight()) if row}
            self._drawn = {id: drawn for id, drawn in self._drawn.items() if id in seen}

    def _in_sight(self) -> range:
        return range(max(0, self._top), min(self._slots, self._top + self._height))

    def _drawn_in_sight(self) -> Iterable[_Drawn]:
        for slot in self._in_sight():
            row = self._row(slot)
            if row is not None and row.id in self._drawn:
                yield self._drawn[row.id]

    def render_line(self, y: int) -> Strip:
        strip = self._line(y)
        self._on_screen[y] = strip
        return strip

    def _line(self, y: int) -> Strip:
        width = self.size.width
        if y < HEAD:
            return self._head(width)
        slot = self._top + y - HEAD
        if not self._slots and y == HEAD + 1 and self._empty:
            return self._strip([(("  " + self._empty)[:width].ljust(width), "muted")], "")
        if not 0 <= slot < self._slots:
            return self._blank(width)
        row = self._row(slot)
        if row is None:
            return self._strip([("  ·".ljust(width)[:width], "muted")], "")
        return self._row_strip(row, slot, width)

    def _row_strip(self, row: QueueRow, slot: int, width: int) -> Strip:
        pointed, gone = slot == self._cursor, self._is_gone(slot)
        drawn = self._drawn.get(row.id)
        due = drawn.due if drawn and drawn.row is row and self._now < drawn.due.until else None
        if due is None:
            due = countdown(row, self._now, self.hours)
        if (
            drawn is not None
            and drawn.row is row
            and (drawn.pointed, drawn.gone) == (pointed, gone)
            and drawn.due.text == due.text
            and drawn.due.urgency == due.urgency
        ):
            if drawn.due is not due:
                self._drawn[row.id] = _Drawn(row, due, pointed, gone, drawn.strip)
            return drawn.strip
        pieces = row_pieces(row, due, columns_for(width), me=self.me, pointed=pointed, gone=gone)
        base = ""
        if pointed:
            base = "pointed" if self.has_focus else "pointed-away"
        strip = self._strip(pieces, base)
        self._drawn[row.id] = _Drawn(row, due, pointed, gone, strip)
        return strip

    def _head(self, width: int) -> Strip:
        marks = " ".join(
            part
            for part in (
                _("▲{n} above").format(n=self._above) if self._above else "",
                _("▼{n} below").format(n=self._below) if self._below else "",
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


def _same(new: QueueRow, old: QueueRow | None) -> QueueRow:
    """The old row where nothing differs, so that what was drawn from it stays good."""
    return old if old is not None and old == new else new


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
