"""The queue: stretches of views in a total order, their counts, and what is due next."""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable, Sequence
from datetime import datetime, timedelta
from functools import cached_property

import msgspec

from console.core.asks import ViewCount
from console.core.i18n import _
from console.core.model import QueueRow
from console.core.views import SHIPPED, Filter, FilterError, parse
from console.errors import NotFound
from console.store.database import Database
from console.store.filters import PRIMARY_LANGUAGE, Where, where
from console.store.instants import from_ms, to_ms
from console.store.memo import Memo
from console.store.protocol import Window
from console.store.rows import rows_by_id

COUNTED = 1000
"""Rows of a view that are counted; then it is "999+"."""

OWN_COUNT_LASTS = timedelta(seconds=5)
"""So long the number of a view without an index is given again."""

HANDED_BACK_FOR = timedelta(hours=1)
"""Whoever hands a conversation back is not given it again at once, if anything else waits."""

_HANDED_BACK = """
    exists (
        select 1 from events e
        where e.conversation = c.id and e.at >= :since and e.actor = :me
            and (e.verb = 'handed_back' or e.verb = 'assigned' and e.detail = '')
    )
"""

_DUE = (
    "c.order_bucket",
    "c.order_at",
    "c.order_urgency",
    "c.order_gloom",
    "c.order_stars",
    "c.order_waiting",
    "c.id",
)

_RESCUE = """
    case
        when c.due_at is null or c.clock_state not in ('running', 'paused') then 4
        when c.due_at < :now then 3
        when c.clock_state = 'paused' then 4
        when c.critical_at <= :now then 0
        when c.soon_at <= :now then 1
        else 2
    end
"""

ORDERS = {
    "due": _DUE,
    "rescue": (_RESCUE, *_DUE),
    "negative-first": ("c.order_gloom", "c.order_stars", *_DUE),
    "oldest": ("coalesce(c.waiting_since, c.last_activity_at)", "c.id"),
    # descending, so that an index gives it read backwards.
    "newest": ("c.last_activity_at", "c.id"),
    "priority": ("c.order_urgency", *_DUE),
}
"""The orders of `console.core.order`, as columns; all ascend but `newest`."""


class Queue(Database):
    """Looking at many conversations."""

    async def window(
        self,
        filter: Filter,
        *,
        me: str,
        now: datetime,
        order: str = "due",
        first: int = 0,
        count: int = 100,
        keep: int | None = None,
    ) -> Window:
        """A stretch of a view in a total order. Presence fields of the rows are left empty.

        A filter that names no state takes open conversations only. The filter's own order wins.
        """
        order = filter.order or order
        if order not in ORDERS:
            raise NotFound(_("no order is called {name}").format(name=order))
        condition = where(filter, me, now, order)
        stretch = (order, max(first, 0), max(count, 0), keep)
        return await self._windows.once(
            self.version,
            (_essence(condition, order), stretch),
            lambda: self.read(_window, condition, *stretch),
        )

    @cached_property
    def _windows(self) -> Memo:
        return Memo()

    async def counts(self, me: str, now: datetime) -> tuple[ViewCount, ...]:
        """Shipped views, then the team's own, each with its count (1000 means "999+").

        The team's own have no index: each is counted again after `OWN_COUNT_LASTS` only.
        """
        shipped = await self.read(_shipped_counts, me, now)
        own = [await self._own_count(view, me, now) for view in await self.read(_own_views)]
        return (*shipped, *own)

    @cached_property
    def _counted(self) -> dict[tuple[str, str], tuple[datetime, int]]:
        """When a filter was counted last, and how many there were; for each person if it asks."""
        return {}

    async def _own_count(self, view: ViewCount, me: str, now: datetime) -> ViewCount:
        key = (view.filter, me if "mine" in view.filter else "")
        last = self._counted.get(key)
        if last is None or not last[0] <= now < last[0] + OWN_COUNT_LASTS:
            last = (now, await self.read(_count_of, view.filter, me, now))
            self._counted[key] = last
        return msgspec.structs.replace(view, count=last[1])

    async def next_due(self, now: datetime, count: int = 10) -> tuple[datetime, ...]:
        """The earliest deadlines that lie ahead, of conversations that are not yet late."""
        return await self.read(_next_due, now, count)

    async def next_for(
        self,
        me: str,
        now: datetime,
        *,
        languages: Sequence[str] = (),
        sources: Sequence[str] = (),
        taken: Sequence[int] = (),
    ) -> int | None:
        """The earliest due open conversation that nobody owns; languages and sources narrow it.

        What this person handed back within `HANDED_BACK_FOR` comes only if nothing else waits.
        """
        since = to_ms(now - HANDED_BACK_FOR)
        return await self.read(_next_for, me, since, languages, sources, taken)

    async def row(self, conversation: int) -> QueueRow:
        """One row. Raises `NotFound`."""
        return await self.read(row_of, conversation)


def row_of(db: sqlite3.Connection, conversation: int) -> QueueRow:
    """One row. Raises `NotFound`."""
    rows = rows_by_id(db, [conversation])
    if not rows:
        raise NotFound(_("there is no conversation {number}").format(number=conversation))
    return rows[0]


def window_sql(condition: Where, order: str) -> str:
    """The first ids of a view; each alternative is read in its index's order, then merged."""
    columns = _named(order)
    parts = [
        f"select c.id as id, {columns} {alternative.rows}" for alternative in condition.alternatives
    ]
    direction = " desc" if order == "newest" else ""
    names = ", ".join(f"{name}{direction}" for name in _names(order))
    return f"{' union all '.join(parts)} order by {names} limit :count"


def _names(order: str) -> list[str]:
    return [f"o{number}" for number in range(len(ORDERS[order]))]


def _named(order: str) -> str:
    pairs = zip(ORDERS[order], _names(order), strict=True)
    return ", ".join(f"{column} as {name}" for column, name in pairs)


def _essence(condition: Where, order: str) -> Hashable:
    """Equal for two conditions that give the same rows: most ask neither who nor when."""
    words = " ".join(one.condition for one in condition.alternatives) + " ".join(ORDERS[order])
    asked = tuple((name, at) for name, at in condition.values.items() if f":{name}" in words)
    return condition.alternatives, asked


def _window(
    db: sqlite3.Connection, condition: Where, order: str, first: int, count: int, keep: int | None
) -> Window:
    # read once: a filter without an index of its own would scan twice, for rows and for their number.
    reach = max(first + count, COUNTED)
    found = db.execute(window_sql(condition, order), {**condition.values, "count": reach})
    ids = [row["id"] for row in found]
    return Window(
        rows=rows_by_id(db, ids[first : first + count]),
        first=first,
        total=min(len(ids), COUNTED),
        keep_at=None if keep is None else _place(db, condition, order, keep),
    )


def _count(db: sqlite3.Connection, condition: Where) -> int:
    parts = " union all ".join(
        f"select 1 {alternative.rows}" for alternative in condition.alternatives
    )
    (total,) = db.execute(
        f"select count(*) from ({parts} limit :counted)", {**condition.values, "counted": COUNTED}
    ).fetchone()
    return int(total)


def _place(db: sqlite3.Connection, condition: Where, order: str, keep: int) -> int | None:
    """How many rows of the view stand before this one; None if it is not in it."""
    values = {**condition.values, "keep": keep}
    inside = " or ".join(f"({one.condition})" for one in condition.alternatives)
    kept = db.execute(
        f"select {_named(order)} from conversations c where c.id = :keep and ({inside})", values
    ).fetchone()
    if kept is None:
        return None
    sign = ">" if order == "newest" else "<"
    names = _names(order)
    values.update(zip(names, kept, strict=True))
    bound = ", ".join(f":{name}" for name in names)
    before = " + ".join(
        f"(select count(*) {alternative.rows} and ({', '.join(ORDERS[order])}) {sign} ({bound}))"
        for alternative in condition.alternatives
    )
    return int(db.execute(f"select {before}", values).fetchone()[0])


def _shipped_counts(db: sqlite3.Connection, me: str, now: datetime) -> tuple[ViewCount, ...]:
    return tuple(
        ViewCount(
            name=view.name,
            title=view.title,
            filter=view.text,
            count=_count(db, where(view.filter, me, now)),
            order=view.order,
        )
        for view in SHIPPED
    )


def _own_views(db: sqlite3.Connection) -> tuple[ViewCount, ...]:
    """The team's views, not counted yet."""
    rows = db.execute("select name, filter, order_name from views order by name")
    return tuple(
        ViewCount(row["name"], row["name"], row["filter"], 0, row["order_name"], own=True)
        for row in rows
    )


def _count_of(db: sqlite3.Connection, filter: str, me: str, now: datetime) -> int:
    try:
        return _count(db, where(parse(filter), me, now))
    except FilterError:  # saved by a release whose filters knew more words
        return 0


def _next_due(db: sqlite3.Connection, now: datetime, count: int) -> tuple[datetime, ...]:
    rows = db.execute(
        """
        select due_at from conversations
        where stage < 2 and due_at is not null and due_at > ? and clock_state = 'running'
        order by due_at limit ?
        """,
        (to_ms(now), count),
    )
    return tuple(from_ms(row["due_at"]) for row in rows)


def _next_for(
    db: sqlite3.Connection,
    me: str,
    since: int,
    languages: Sequence[str],
    sources: Sequence[str],
    taken: Sequence[int],
) -> int | None:
    values = {
        "me": me,
        "since": since,
        "languages": _json([one.casefold().split("-")[0] for one in languages]),
        "sources": _json(sources),
        "taken": _json(taken),
    }
    for unwanted in (_HANDED_BACK, "0"):
        row = db.execute(
            f"""
            select c.id from conversations c
            where c.queued = 1 and c.owner = '' and c.reply_state is null
                and (json_array_length(:languages) = 0 or c.language = '' or
                    {PRIMARY_LANGUAGE} in (select value from json_each(:languages)))
                and (json_array_length(:sources) = 0 or
                    c.source in (select value from json_each(:sources)))
                and c.id not in (select value from json_each(:taken))
                and not {unwanted}
            order by {", ".join(_DUE)} limit 1
            """,
            values,
        ).fetchone()
        if row is not None:
            return int(row["id"])
    return None


def _json(values: Sequence[str] | Sequence[int]) -> str:
    return msgspec.json.encode(list(values)).decode()
