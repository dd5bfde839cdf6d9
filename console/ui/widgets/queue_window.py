"""Which rows of a view are loaded, where the cursor stands, and which line is at the top.

Pure: it knows no screen. A *slot* is a line of the queue as it is shown: the rows of the view, and
among them, for some seconds, the one that left the view while the cursor was on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from console.core.asks import QueuePage
from console.core.model import QueueRow

GONE_SHOWN = timedelta(seconds=3)
RESTS_AFTER = timedelta(seconds=15)
"""Without a key for so long, nobody's next key is on its way."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class QueueWindow:
    """The hand on a queue that others change: `take` never moves the cursor's line."""

    def __init__(self) -> None:
        self.total = 0
        """Rows in the whole view."""
        self.top = 0
        """The slot in the first line; negative where empty lines stand above the first row."""
        self.cursor = 0
        self.height = 0
        """Lines that there are for rows."""
        self.above = 0
        self.below = 0
        """Rows that came above and below the cursor's row since the last key."""
        self._rows: dict[int, QueueRow] = {}
        self._gone: tuple[int, QueueRow] | None = None
        self._gone_at = _LONG_AGO
        self._quiet_since: datetime | None = None
        self._released: int | None = None
        self._landing: int | None = None

    # --- what stands where -----------------------------------------------------------------

    @property
    def slots(self) -> int:
        return self.total + (1 if self._gone else 0)

    @property
    def pointed(self) -> QueueRow | None:
        """The row under the cursor, None in an empty or not yet loaded queue."""
        return self.row(self.cursor)

    def row(self, slot: int) -> QueueRow | None:
        """The row in this slot, None where it is not loaded."""
        if self._gone is not None:
            at, row = self._gone
            if slot == at:
                return row
            if slot > at:
                return self._rows.get(slot - 1)
        return self._rows.get(slot)

    def is_gone(self, slot: int) -> bool:
        """Whether the row in this slot left the view."""
        return self._gone is not None and self._gone[0] == slot

    def holds(self, conversation: int) -> bool:
        """Whether a loaded row is this conversation."""
        return any(row.id == conversation for row in self._rows.values())

    def in_sight(self) -> range:
        """The slots that have a line now."""
        return range(max(0, self.top), min(self.slots, self.top + self.height))

    def rows_in_sight(self) -> Iterator[QueueRow]:
        for slot in self.in_sight():
            if (row := self.row(slot)) is not None:
                yield row

    def lacks(self) -> bool:
        """Whether a line in sight has no row yet."""
        return any(self.row(slot) is None for slot in self.in_sight())

    def wanted(self) -> tuple[int, int]:
        """First row and count of the window to ask for: what is seen and a page on either side."""
        page = max(1, self.height)
        return max(0, self.top - page), 3 * page

    # --- what the desk says ----------------------------------------------------------------

    def clear(self) -> None:
        """Forget every row, as before the first answer of another view."""
        self._rows, self.total, self.top, self.cursor = {}, 0, 0, 0
        self._gone, self.above, self.below = None, 0, 0

    def let_go(self, conversation: int) -> None:
        """This row may sink or leave: the person here sent it away."""
        row = self.pointed
        if row is not None and row.id == conversation:
            self._drop_gone()
        self._released = conversation

    def land_on(self, conversation: int) -> None:
        """Put the cursor on this conversation when the next window holds it."""
        self._landing = conversation

    def take(self, page: QueuePage, keep: int | None, now: datetime) -> None:
        """A window of the view, asked for with `keep` under the cursor."""
        chosen, line = self.pointed, self.cursor - self.top
        before, old_total = self._rows, self.total
        known = {row.id: row for row in before.values()}
        self._rows = {
            page.first + n: _same(row, known.get(row.id)) for n, row in enumerate(page.rows)
        }
        self.total = page.total
        landing, self._landing = self._landing, None
        if landing is not None and keep == landing and page.keep_at is not None:
            self._gone, self.cursor = None, page.keep_at
            self._settle()
        elif chosen is None:
            self._clamp()
        else:
            self._follow(chosen, self._place_of(chosen.id, page, keep), before, old_total, now)
            self.top = self.cursor - line
        if not self.slots:
            self.top = self.cursor = 0

    def _follow(
        self,
        chosen: QueueRow,
        at: int | None,
        before: dict[int, QueueRow],
        old_total: int,
        now: datetime,
    ) -> None:
        """Put the cursor on the row it was on, which now stands at `at`; None: it is gone."""
        if chosen.id == self._released and at != self.cursor:
            # a reply on its way out sinks its row; the hand stays here, at the next one.
            self._gone = self._released = None
            self._clamp()
        elif at is not None:
            self._gone = None
            self._count_news(before, old_total, at)
            self.cursor = at
        else:
            if self._gone is None:
                self._gone_at = now
            self.cursor = min(self.cursor, self.total)
            self._gone = (self.cursor, chosen)

    def _place_of(self, conversation: int, page: QueuePage, keep: int | None) -> int | None:
        for at, row in self._rows.items():
            if row.id == conversation:
                return at
        if keep == conversation:
            return page.keep_at
        # the cursor moved while the desk answered: what it stands on was not asked for.
        return self.cursor if self.cursor < self.total else None

    def _count_news(self, before: dict[int, QueueRow], old_total: int, at: int) -> None:
        if not before:
            return
        ids, first = {row.id for row in before.values()}, min(before)
        came = sum(1 for n, row in self._rows.items() if first <= n < at and row.id not in ids)
        above = max(came, at - self.cursor, 0)
        self.above += above
        self.below += max(0, self.total - old_total - above)

    def expire(self, now: datetime) -> bool:
        """Let what is gone leave after its seconds; whether it did."""
        if self._gone is None or now - self._gone_at < GONE_SHOWN:
            return False
        self._drop_gone()
        self._settle()
        return True

    def rest(self, now: datetime) -> bool:
        """Fill lines that stayed empty, above or below; whether there were any.

        A queue that nobody touches would else hide its most urgent rows above a blank pane.
        """
        if self._quiet_since is None:
            self._quiet_since = now
        filled = min(max(self.top, 0), max(0, self.slots - self.height))
        if self.top == filled or now - self._quiet_since < RESTS_AFTER:
            return False
        self.top = filled
        if not filled:
            self.above = 0
        return True

    # --- what the hand does ----------------------------------------------------------------

    def point_at(self, slot: int) -> None:
        """Put the cursor on a slot; the view scrolls only as far as it must."""
        if self._gone is not None and slot != self._gone[0]:
            slot -= 1 if slot > self._gone[0] else 0
            self._gone = None
        self.cursor = max(0, min(slot, self.slots - 1))
        self._quiet_since = None
        self.above = self.below = 0
        self._settle()

    def page(self, pages: int) -> None:
        """Move the cursor and the view by pages."""
        step = pages * max(1, self.height - 1)
        self.top += step
        self.point_at(self.cursor + step)

    def scroll(self, lines: int) -> None:
        """Move the view; the cursor comes along only where it would leave it."""
        self.top = min(max(self.top + lines, 0), max(0, self.slots - self.height))
        self.point_at(min(max(self.cursor, self.top), self.top + self.height - 1))

    def resize(self, height: int) -> None:
        """There are so many lines now."""
        self.height = max(0, height)
        self._settle()

    def _settle(self) -> None:
        """The hand moved: empty lines above go, and the cursor comes into sight."""
        height = max(1, self.height)
        top = min(max(self.top, 0), max(0, self.slots - height))
        self.top = min(max(top, self.cursor - height + 1), self.cursor)

    def _drop_gone(self) -> None:
        if self._gone is None:
            return
        at, self._gone = self._gone[0], None
        if self.cursor > at:
            self.cursor -= 1
        self._clamp()

    def _clamp(self) -> None:
        self.cursor = min(self.cursor, max(0, self.total - 1))


def _same(new: QueueRow, old: QueueRow | None) -> QueueRow:
    """The old row where nothing differs, so that what was drawn from it stays good."""
    return old if old is not None and old == new else new
