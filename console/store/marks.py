"""Marks that answering leaves on a conversation: to ask again later, to go on in private."""

from __future__ import annotations

import sqlite3
from datetime import datetime

import msgspec

from console.core.clocks import FactsChanged, Noted
from console.core.model import FOLLOW_UP, PRIVATE
from console.store.actions import REASON_LIMIT, change, version_of
from console.store.database import Database, Transaction
from console.store.instants import to_ms, whole
from console.store.undo import fields_of
from sources.text import clean, clip


class Marks(Database):
    """What people mark while they answer; each can be undone."""

    async def follow_up(
        self, conversation: int, by: str, now: datetime, *, until: datetime, reason: str
    ) -> int:
        """Sleep until then, and come back as a reminder whatever the status is."""
        reason = clip(clean(reason), REASON_LIMIT)
        return await self.write(_follow_up, conversation, by, whole(now), whole(until), reason)

    async def go_private(self, conversation: int, by: str, now: datetime) -> int:
        """The customer was asked to go on in private."""
        return await self.write(_go_private, conversation, by, whole(now))

    async def private_beside(self, conversation: int) -> int | None:
        """The same customer's newest private conversation, None where there is none."""
        return await self.read(_private_beside, conversation)


def _follow_up(
    tx: Transaction, conversation: int, by: str, now: datetime, until: datetime, reason: str
) -> int:
    before = fields_of(tx.db, conversation)
    after = msgspec.structs.replace(
        before,
        snoozed_at=to_ms(now),
        snoozed_until=to_ms(until),
        snoozed_until_reply=0,
        snoozed_by=by,
        snooze_reason=reason,
        tags=tuple(sorted({*before.tags, FOLLOW_UP})),
    )
    when = until.isoformat(timespec="minutes")
    noted = [Noted(at=now, actor=by, what="follow_up")]
    return change(tx, conversation, by, now, before, after, "follow_up", when, noted)


def _go_private(tx: Transaction, conversation: int, by: str, now: datetime) -> int:
    before = fields_of(tx.db, conversation)
    if PRIVATE in before.tags:
        return version_of(tx.db, conversation)
    after = msgspec.structs.replace(before, tags=tuple(sorted({*before.tags, PRIVATE})))
    facts = [FactsChanged(at=now, actor=by)]
    return change(tx, conversation, by, now, before, after, "asked_in_private", "", facts)


def followed_up(db: sqlite3.Connection, conversation: int) -> None:
    """Somebody wrote: whoever was reminded has asked. A reminder still to come stays."""
    db.execute(
        """
        delete from tags where conversation = ? and tag = ?
            and (select snoozed_at from conversations where id = conversation) is null
        """,
        (conversation, FOLLOW_UP),
    )


def _private_beside(db: sqlite3.Connection, conversation: int) -> int | None:
    row = db.execute(
        """
        select o.id from conversations c
        join conversations o on o.customer = c.customer and o.private = 1 and o.id <> c.id
        where c.id = ? order by o.last_activity_at desc, o.id desc limit 1
        """,
        (conversation,),
    ).fetchone()
    return row["id"] if row else None
