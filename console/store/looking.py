"""One conversation, whole: what its pane, its history and its explanation show."""

from __future__ import annotations

import sqlite3

from console.core.clocks import Clock, LedgerEvent
from console.core.model import Conversation, Earlier, Event, Reply
from console.store.clockwork import clocks_of, ledger_of
from console.store.customers import customer_in
from console.store.database import Database
from console.store.delivery import reply_from
from console.store.draft_rows import drafts_of
from console.store.instants import from_ms
from console.store.outbox import unanswerable_because
from console.store.queue import row_of
from console.store.turns import turns_of

EARLIER_SHOWN = 50


class Looking(Database):
    """Looking at one conversation."""

    async def conversation(self, conversation: int, me: str, *, see_drafts: bool) -> Conversation:
        """Everything about one; others' drafts carry their text only with `see_drafts`."""
        return await self.read(_conversation, conversation, me, see_drafts)

    async def history(self, conversation: int) -> tuple[Event, ...]:
        """What happened to it, the earliest first."""
        return await self.read(_history, conversation)

    async def ledger(self, conversation: int) -> tuple[tuple[LedgerEvent, ...], tuple[Clock, ...]]:
        """Its ledger in the order of writing, and its clocks."""
        return await self.read(_ledger, conversation)

    async def recent_replies(self, count: int = 50) -> tuple[str, ...]:
        """The texts of the last public replies that were sent, newest first."""
        return await self.read(_recent_replies, count)


def _conversation(
    db: sqlite3.Connection, conversation: int, me: str, see_drafts: bool
) -> Conversation:
    row = row_of(db, conversation)
    why = unanswerable_because(db, conversation)
    (url,) = db.execute("select url from conversations where id = ?", (conversation,)).fetchone()
    return Conversation(
        row=row,
        turns=turns_of(db, conversation),
        replies=_replies(db, conversation),
        drafts=drafts_of(db, conversation, me, see_text=see_drafts),
        customer=customer_in(db, conversation),
        earlier=_earlier(db, conversation),
        url=url,
        answerable=not why,
        unanswerable_because=why,
    )


def _replies(db: sqlite3.Connection, conversation: int) -> tuple[Reply, ...]:
    rows = db.execute(
        """
        select id, conversation, key, author, text, state, submitted_at, held_until, attempts,
            retry_at, settled_at, published, error, url, then_status
        from outbox where conversation = ? order by id
        """,
        (conversation,),
    )
    return tuple(map(reply_from, rows))


def _earlier(db: sqlite3.Connection, conversation: int) -> tuple[Earlier, ...]:
    """The customer's other conversations, the newest first; and the one that this follows."""
    rows = db.execute(
        """
        select o.id, o.source, o.kind, o.status, o.what, o.last_activity_at, o.rating, o.rating_max
        from (
            select o.id from conversations c join conversations o on o.customer = c.customer
            where c.id = ?
            union select follows from conversations where id = ?
            union select id from conversations where follows = ?
        ) other
        cross join conversations o on o.id = other.id
        where o.id <> ? order by o.last_activity_at desc, o.id desc limit ?
        """,
        (conversation, conversation, conversation, conversation, EARLIER_SHOWN),
    )
    return tuple(
        Earlier(
            id=row["id"],
            source=row["source"],
            kind=row["kind"],
            status=row["status"],
            what=row["what"],
            at=from_ms(row["last_activity_at"]),
            rating=row["rating"],
            rating_max=row["rating_max"],
        )
        for row in rows
    )


def _history(db: sqlite3.Connection, conversation: int) -> tuple[Event, ...]:
    row_of(db, conversation)
    rows = db.execute(
        "select at, actor, verb, detail from events where conversation = ? order by id",
        (conversation,),
    )
    return tuple(
        Event(at=from_ms(row["at"]), actor=row["actor"], verb=row["verb"], detail=row["detail"])
        for row in rows
    )


def _ledger(
    db: sqlite3.Connection, conversation: int
) -> tuple[tuple[LedgerEvent, ...], tuple[Clock, ...]]:
    row_of(db, conversation)
    return ledger_of(db, conversation), clocks_of(db, conversation)


def _recent_replies(db: sqlite3.Connection, count: int) -> tuple[str, ...]:
    rows = db.execute(
        """
        select t.text from turns t join conversations c on c.id = t.conversation
        where t.kind = 'response' and t.automatic = 0 and t.manual = 0 and t.text <> ''
            and c.private = 0
        order by t.id desc limit ?
        """,
        (count,),
    )
    return tuple(row["text"] for row in rows)
