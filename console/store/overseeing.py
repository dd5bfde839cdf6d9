"""What stands now: deadlines, owners, replies that are not through, the shift, and whole exports."""

from __future__ import annotations

import sqlite3
from datetime import datetime

import msgspec

from console.core.model import QueueRow, Turn
from console.core.views import Filter, Term
from console.store.database import Database, Transaction
from console.store.filters import Where, where
from console.store.instants import from_ms, to_ms
from console.store.protocol import LiveClock, ShiftNote
from console.store.rows import rows_by_id
from console.store.turns import turns_of


class Overseeing(Database):
    """What a lead and the next shift look at."""

    async def exported(
        self, filter: Filter, me: str, now: datetime, *, after: int, count: int
    ) -> tuple[tuple[QueueRow, tuple[Turn, ...]], ...]:
        """Conversations of a filter by number, those after one, with everything said in them.

        A filter that names no state takes every state here.
        """
        condition = where(_of_every_state(filter), me, now)
        return await self.read(_exported, condition, after, count)

    async def live_clocks(self, now: datetime, until: datetime) -> tuple[LiveClock, ...]:
        """The deadline on each row that is late, soon, or due before `until`; earliest first."""
        return await self.read(_live_clocks, to_ms(now), to_ms(until))

    async def outbox_troubles(self) -> dict[str, tuple[int, ...]]:
        """Conversations by the state of a reply that is not through: refused, unsure and so on."""
        return await self.read(_outbox_troubles)

    async def owned(self) -> dict[str, int]:
        """How many open conversations each owner has."""
        return await self.read(_owned)

    async def snoozed(self) -> tuple[int, ...]:
        """What sleeps, by when it wakes."""
        return await self.read(_snoozed)

    async def promised(self) -> tuple[int, ...]:
        """Conversations in which a promise of ours still runs, the earliest first."""
        return await self.read(_promised)

    async def shift_since(self) -> dict[str, datetime]:
        """Since when each person on shift is."""
        return await self.read(_shift_since)

    async def write_shift_note(self, person: str, text: str, now: datetime) -> None:
        """A note for the next shift."""
        await self.write(_write_note, person, text, now)

    async def shift_notes(self, since: datetime) -> tuple[ShiftNote, ...]:
        """The notes for the next shift since a time, the earliest first."""
        return await self.read(_notes, since)


_EVERY_STATE = Term("is", ("closed", "open", "solved", "waiting"))


def _of_every_state(filter: Filter) -> Filter:
    named = any(term.key in ("is", "id") for term in filter.terms)
    return filter if named else msgspec.structs.replace(filter, terms=(*filter.terms, _EVERY_STATE))


def _exported(
    db: sqlite3.Connection, condition: Where, after: int, count: int
) -> tuple[tuple[QueueRow, tuple[Turn, ...]], ...]:
    # by number, so that nothing is left out while others work; no hint: the order is the table's.
    parts = " union all ".join(
        f"select c.id as id from conversations c where c.id > :after and ({one.condition})"
        for one in condition.alternatives
    )
    found = db.execute(
        f"{parts} order by id limit :count", {**condition.values, "after": after, "count": count}
    )
    rows = rows_by_id(db, [row["id"] for row in found])
    return tuple((row, turns_of(db, row.id)) for row in rows)


def _live_clocks(db: sqlite3.Connection, now: int, until: int) -> tuple[LiveClock, ...]:
    """Over the indexes of late and soon, and of what lies ahead."""
    rows = db.execute(
        """
        select c.id, c.due_at, c.soon_at, c.clock_state, c.owner, (
            select json_extract(k.body, '$.policy') from clocks k
            where k.conversation = c.id and k.clock = c.clock and k.due_at is c.due_at
            order by k.place desc limit 1
        ) as policy
        from (
            select id from conversations indexed by queue_late where stage = 2
            union
            select id from conversations indexed by queue_soon where stage = 1
            union
            select id from conversations indexed by becoming_soon
            where stage = 0 and soon_at is not null and soon_at <= ?
            union
            select id from conversations indexed by becoming_late
            where stage < 2 and due_at is not null and due_at < ?
        ) found
        cross join conversations c on c.id = found.id
        where c.clock_state in ('running', 'paused') and c.due_at is not null
        order by c.due_at, c.id
        """,
        (now, until),
    )
    return tuple(
        LiveClock(
            conversation=row["id"],
            policy=row["policy"] or "",
            due_at=from_ms(row["due_at"]),
            late=row["due_at"] < now,
            soon=row["due_at"] >= now
            and row["clock_state"] == "running"
            and row["soon_at"] is not None
            and row["soon_at"] <= now,
            running=row["clock_state"] == "running",
        )
        for row in rows
    )


def _outbox_troubles(db: sqlite3.Connection) -> dict[str, tuple[int, ...]]:
    rows = db.execute(
        """
        select id, reply_state from conversations
        where reply_state in ('refused', 'unsure', 'retry_at', 'awaiting_approval')
        order by reply_state, id
        """
    )
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(row["reply_state"], []).append(row["id"])
    return {state: tuple(conversations) for state, conversations in found.items()}


def _owned(db: sqlite3.Connection) -> dict[str, int]:
    rows = db.execute(
        """
        select owner, count(*) as n from conversations
        where owner <> '' and is_open = 1 group by owner order by owner
        """
    )
    return {row["owner"]: row["n"] for row in rows}


def _snoozed(db: sqlite3.Connection) -> tuple[int, ...]:
    rows = db.execute(
        """
        select id from conversations where snoozed_at is not null
        order by order_bucket, order_at, order_urgency, order_gloom, order_stars, order_waiting, id
        """
    )
    return tuple(row["id"] for row in rows)


def _promised(db: sqlite3.Connection) -> tuple[int, ...]:
    rows = db.execute(
        """
        select conversation from clocks
        where clock = 'prom' and state in ('running', 'provisional') order by due_at, conversation
        """
    )
    return tuple(row["conversation"] for row in rows)


def _shift_since(db: sqlite3.Connection) -> dict[str, datetime]:
    rows = db.execute("select person, since from shift order by since, person")
    return {row["person"]: from_ms(row["since"]) for row in rows}


def _write_note(tx: Transaction, person: str, text: str, now: datetime) -> None:
    tx.db.execute(
        "insert into shift_notes (at, person, text) values (?, ?, ?)", (to_ms(now), person, text)
    )
    tx.visible = True


def _notes(db: sqlite3.Connection, since: datetime) -> tuple[ShiftNote, ...]:
    rows = db.execute(
        "select at, person, text from shift_notes where at >= ? order by at, id", (to_ms(since),)
    )
    return tuple(ShiftNote(from_ms(row["at"]), row["person"], row["text"]) for row in rows)
