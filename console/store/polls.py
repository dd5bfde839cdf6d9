"""The log of each source: its last polls, and of those before them the ones that gave something."""

from __future__ import annotations

import sqlite3

from console.core.model import Poll
from console.store.database import Database, Transaction
from console.store.instants import from_ms, to_ms
from sources.text import clean, clip

KEPT = 100
"""Polls of each source that are remembered, whatever they gave."""
NOTABLE = 100
"""Beyond those: failures, and polls that brought something."""
_LONGEST_ERROR = 500


class Polls(Database):
    """Reading the log."""

    async def polls(self, source: str, count: int) -> tuple[Poll, ...]:
        """A source's last polls, the newest first."""
        return await self.read(_polls, source, count)


def log_poll(tx: Transaction, source: str, poll: Poll) -> None:
    """Write one down, and let the oldest go. Nobody is told: it is no news of a conversation."""
    tx.db.execute(
        """
        insert into polls (source, at, took_ms, status, new, edited, heard, error)
        values (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            source,
            to_ms(poll.at),
            round(poll.took_s * 1000),
            poll.status,
            poll.new,
            poll.edited,
            poll.heard,
            clip(clean(poll.error), _LONGEST_ERROR),
        ),
    )
    tx.db.execute(
        """
        delete from polls
        where source = :source
            and id < (
                select id from polls where source = :source
                order by id desc limit 1 offset :kept
            )
            and (
                (error = '' and new = 0 and edited = 0)
                or id < (
                    select id from polls
                    where source = :source and (error <> '' or new > 0 or edited > 0)
                    order by id desc limit 1 offset :notable
                )
            )
        """,
        {"source": source, "kept": KEPT - 1, "notable": NOTABLE - 1},
    )


def _polls(db: sqlite3.Connection, source: str, count: int) -> tuple[Poll, ...]:
    rows = db.execute(
        """
        select at, took_ms, status, new, edited, heard, error from polls
        where source = ? order by id desc limit ?
        """,
        (source, count),
    )
    return tuple(
        Poll(
            at=from_ms(row["at"]),
            took_s=row["took_ms"] / 1000,
            status=row["status"],
            new=row["new"],
            edited=row["edited"],
            heard=bool(row["heard"]),
            error=row["error"],
        )
        for row in rows
    )
