"""A lead's yes to a drafter's reply: the same send guard as for whoever sends by themselves."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from console.errors import Unanswerable
from console.store.clockwork import settle
from console.store.database import Database, Transaction
from console.store.delivery import handed_in, reply_from, reply_row, step, turn_out
from console.store.instants import whole
from console.store.outbox import conflicts_since, unanswerable_because
from console.store.protocol import Queued


class Approving(Database):
    """Replies that waited for approval."""

    async def approve(
        self,
        reply: int,
        by: str,
        now: datetime,
        *,
        undo_window: timedelta,
        anyway: bool = False,
    ) -> Queued:
        """A drafter's reply is held for its undo window, under the send guard, in one transaction.

        The guard tells what is newer than the writer's asking, whoever may have seen it since.
        Raises `Stale` for a reply that does not wait any more, `Unanswerable`.
        """
        held_until = whole(now + undo_window)
        return await self.write_vital(_approve, reply, by, whole(now), held_until, anyway=anyway)


def _approve(
    tx: Transaction, reply: int, by: str, now: datetime, held_until: datetime, *, anyway: bool
) -> Queued:
    row = reply_row(tx.db, reply)
    step(row, "approved")
    conversation = row["conversation"]
    if why := unanswerable_because(tx.db, conversation, but=reply):
        raise Unanswerable(why)
    conflicts = () if anyway else conflicts_since(tx.db, conversation, by, *_written_on(tx.db, row))
    if conflicts:
        return Queued(None, conflicts)
    happenings = turn_out(tx, row, "approved", now, by=by, held_until=held_until)
    settle(tx, conversation, now, happenings)
    return Queued(reply_from(reply_row(tx.db, reply)))


def _written_on(db: sqlite3.Connection, reply: sqlite3.Row) -> tuple[int, int]:
    """The newest turn and the version of the conversation when its writer asked for approval."""
    newest = reply["answers"]
    if newest is None:
        # what it answers was erased since; the order of time is the next best.
        newest = db.execute(
            "select coalesce(max(id), 0) as id from turns where conversation = ? and at <= ?",
            (reply["conversation"], reply["submitted_at"]),
        ).fetchone()["id"]
    return newest, handed_in(db, reply) or 0
