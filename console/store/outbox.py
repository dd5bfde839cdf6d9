"""From draft to platform: the send guard, the outbox, and what people decide about a reply."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

import msgspec

from console.core import clocks
from console.core.asks import Conflict
from console.core.i18n import _
from console.core.model import Reply, Status
from console.core.outbox import Outcome
from console.errors import NotFound, Stale, Unanswerable
from console.store.clockwork import record, settle
from console.store.database import Database, Transaction
from console.store.delivery import delivery_of, handed_in, reply_from, reply_row, turn_out
from console.store.draft_rows import draft_of, drop_draft
from console.store.drafts import come_back, drop_copy, put_back
from console.store.instants import from_ms, to_ms, whole
from console.store.protocol import Delivery, Queued
from console.store.sources import channel_of, why_unanswerable
from sources.text import clean

_VERDICTS: dict[str, Outcome] = {
    "was_sent": "was_sent",
    "send_again": "send_again",
    "give_up": "give_up",
    "return": "returned",
}


class Outbox(Database):
    """Replies: queued under the send guard, sent, settled."""

    async def queue_reply(
        self,
        conversation: int,
        *,
        text: str,
        key: str,
        by: str,
        now: datetime,
        opened_on: int,
        version: int,
        undo_window: timedelta,
        anyway: bool = False,
        then: Status = "waiting",
        approval: bool = False,
        promise_at: datetime | None = None,
    ) -> Queued:
        """Draft to outbox under the send guard (semantics S13), in one transaction.

        The same key again returns the reply that already stands. Raises `Unanswerable`.
        """
        return await self.write_vital(
            _queue,
            conversation,
            text=clean(text),
            key=clean(key),
            by=by,
            now=whole(now),
            opened_on=opened_on,
            version=version,
            held_until=None if approval else whole(now + undo_window),
            anyway=anyway,
            then=then,
            promise_at=promise_at,
        )

    async def take_back(self, reply: int, by: str, now: datetime) -> int:
        """Only while held or awaiting approval; the text returns to the draft.

        What somebody else takes back after a lead's yes waits for approval again.
        """
        return await self.write_vital(_take_back, reply, by, whole(now))

    async def due_replies(self, now: datetime, count: int = 20) -> tuple[Delivery, ...]:
        """Replies whose time has come, the earliest first, one for each conversation."""
        return await self.read(_due, now, count)

    async def next_reply_at(self) -> datetime | None:
        """When `due_replies` will next have something."""
        return await self.read(_next_at)

    async def start_sending(self, reply: int, now: datetime) -> bool:
        """Committed before the network is touched; False if it was taken back meanwhile."""
        return await self.write_vital(_start, reply, whole(now))

    async def settle_reply(
        self,
        reply: int,
        outcome: str,
        now: datetime,
        *,
        error: str = "",
        retry_at: datetime | None = None,
        external_id: str = "",
        url: str = "",
        thread: str = "",
        published: bool = True,
    ) -> Reply:
        """Outcome and clock, together. `outcome` is a row of `console.core.outbox`.

        An acceptance of what the poller has already seen on the platform changes nothing.
        """
        return await self.write_vital(
            _settle,
            reply,
            msgspec.convert(outcome, Outcome),
            whole(now),
            error=error,
            retry_at=retry_at,
            external_id=external_id,
            url=url,
            thread=thread,
            published=published,
        )

    async def interrupted_replies(self) -> tuple[Delivery, ...]:
        """Replies that were `sending` when the last desk died."""
        return await self.read(_interrupted)

    async def decide(self, reply: int, verdict: str, by: str, now: datetime) -> Reply:
        """A person settles an unsure or refused reply, or returns one that waits for approval."""
        return await self.write_vital(_decide, reply, verdict, by, whole(now))

    async def reply(self, reply: int) -> Reply:
        """One reply as it stands."""
        return await self.read(_reply, reply)


def _reply(db: sqlite3.Connection, reply: int) -> Reply:
    return reply_from(reply_row(db, reply))


def _queue(
    tx: Transaction,
    conversation: int,
    *,
    text: str,
    key: str,
    by: str,
    now: datetime,
    opened_on: int,
    version: int,
    held_until: datetime | None,
    anyway: bool,
    then: Status,
    promise_at: datetime | None,
) -> Queued:
    stands = tx.db.execute("select id, conversation from outbox where key = ?", (key,)).fetchone()
    if stands is not None:
        if stands["conversation"] != conversation:
            raise Stale(_("another reply was sent under this key; write it again"))
        if promise_at is not None:
            _promise(tx, stands["id"], promise_at, now)
        return Queued(_reply(tx.db, stands["id"]))
    _check_answerable(tx.db, conversation, text)
    conflicts = () if anyway else conflicts_since(tx.db, conversation, by, opened_on, version)
    if conflicts:
        return Queued(None, conflicts, draft_of(tx.db, conversation, by))
    state = "awaiting_approval" if held_until is None else "held"
    (reply,) = tx.db.execute(
        """
        insert into outbox (conversation, key, author, text, answers, state, submitted_at,
            held_until, next_at, then_status, promise_at)
        select id, ?, ?, ?, nullif(newest_turn, 0), ?, ?, ?, ?, ?, ? from conversations where id = ?
        returning id
        """,
        (
            key,
            by,
            text,
            state,
            to_ms(now),
            to_ms(held_until),
            to_ms(held_until),
            then,
            to_ms(promise_at),
            conversation,
        ),
    ).fetchone()
    drop_draft(tx.db, conversation, by)
    _give_up_refused(tx, conversation, by, reply, now)
    waits = state == "awaiting_approval"
    record(tx, conversation, now, by, state if waits else "queued")
    happenings = [] if waits else [clocks.Queued(at=now, actor=by, reply=reply)]
    settle(tx, conversation, now, happenings)
    return Queued(_reply(tx.db, reply))


def _give_up_refused(
    tx: Transaction, conversation: int, by: str, reply: int, now: datetime
) -> None:
    """Another reply takes the place of what the platform had refused this author."""
    rows = tx.db.execute(
        """
        select id from outbox
        where conversation = ? and author = ? and state = 'refused' and id < ?
        """,
        (conversation, by, reply),
    ).fetchall()
    for row in rows:
        turn_out(tx, reply_row(tx.db, row["id"]), "give_up", now, by=by)


def _promise(tx: Transaction, reply: int, promise_at: datetime, now: datetime) -> None:
    """The agent confirmed the time only after sending: its clock starts with the acceptance, or now."""
    row = reply_row(tx.db, reply)
    if row["promise_at"] is not None:
        return
    tx.db.execute("update outbox set promise_at = ? where id = ?", (to_ms(promise_at), reply))
    if row["state"] == "sent":
        sent_at = from_ms(row["submitted_at"])
        promised = clocks.Promised(at=sent_at, actor=row["author"], due=whole(promise_at))
        settle(tx, row["conversation"], now, [promised])


def _check_answerable(db: sqlite3.Connection, conversation: int, text: str) -> None:
    if not text.strip():
        raise Unanswerable(_("an empty reply cannot be sent"))
    why = unanswerable_because(db, conversation)
    if why:
        raise Unanswerable(why)


def unanswerable_because(db: sqlite3.Connection, conversation: int, *, but: int = 0) -> str:
    """Why a conversation takes no reply through us, in a sentence; empty if it takes one.

    `but` is a reply that counts as no answer yet: the one that is about to be let go.
    """
    row = db.execute(
        """
        select c.source, exists (
            select 1 from outbox o where o.conversation = c.id and o.id <> ?
                and o.state in ('awaiting_approval', 'held', 'sending', 'retry_at', 'unsure', 'sent')
        ) or exists (
            select 1 from turns t where t.conversation = c.id and t.kind = 'response'
                and t.external = 1 and t.manual = 0
        ) as answered
        from conversations c where c.id = ?
        """,
        (but, conversation),
    ).fetchone()
    if row is None:
        raise NotFound(_("there is no conversation {number}").format(number=conversation))
    channel = channel_of(db, row["source"])
    return why_unanswerable(channel, row["source"], answered=bool(row["answered"]))


def conflicts_since(
    db: sqlite3.Connection, conversation: int, by: str, opened_on: int, version: int
) -> tuple[Conflict, ...]:
    """What is newer than the writer's screen: whatever a customer did, or somebody else here."""
    turns = db.execute(
        """
        select at, author, edit_of from turns
        where conversation = ? and id > ? and kind = 'inbound' and automatic = 0 order by id
        """,
        (conversation, opened_on),
    ).fetchall()
    events = db.execute(
        """
        select at, actor, verb, detail from events
        where conversation = ? and version > ? and actor <> ?
            and verb in ('answered_outside', 'answered_elsewhere', 'deleted', 'noted', 'status',
                'claimed', 'assigned', 'handed_back', 'held', 'queued', 'awaiting_approval', 'sent')
        order by id
        """,
        (conversation, version, by),
    ).fetchall()
    conflicts = [
        Conflict(from_ms(turn["at"]), turn["author"], "edited" if turn["edit_of"] else "wrote")
        for turn in turns
    ]
    conflicts += [
        Conflict(from_ms(event["at"]), event["actor"], f"{event['verb']} {event['detail']}".strip())
        for event in events
    ]
    return tuple(sorted(conflicts, key=lambda one: one.at))


def _take_back(tx: Transaction, reply: int, by: str, now: datetime) -> int:
    row = reply_row(tx.db, reply)
    held = row["state"] != "awaiting_approval"
    if held and by != row["author"] and handed_in(tx.db, row) is not None:
        happenings = turn_out(tx, row, "unapproved", now, by=by)
    else:
        happenings = turn_out(tx, row, "taken_back", now, by=by)
        put_back(tx.db, row, now)
    settle(tx, row["conversation"], now, happenings)
    return int(row["conversation"])


_READY = """
    from outbox o
    where o.next_at is not null and not exists (
        select 1 from outbox earlier
        where earlier.conversation = o.conversation and earlier.id < o.id
            and earlier.state in ('held', 'sending', 'retry_at')
    )
"""
# Two replies to one customer arrive in the order in which they were written.


def _due(db: sqlite3.Connection, now: datetime, count: int) -> tuple[Delivery, ...]:
    rows = db.execute(
        f"select o.id {_READY} and o.next_at <= ? order by o.next_at, o.id limit ?",
        (to_ms(now), count),
    ).fetchall()
    return tuple(delivery_of(db, row["id"]) for row in rows)


def _next_at(db: sqlite3.Connection) -> datetime | None:
    at: int | None = db.execute(f"select min(o.next_at) as at {_READY}").fetchone()["at"]
    return from_ms(at)


def _start(tx: Transaction, reply: int, now: datetime) -> bool:
    row = tx.db.execute(
        """
        update outbox set state = 'sending', attempts = attempts + 1, next_at = null,
            retry_at = null, interrupted = 0
        where id = ? and state in ('held', 'retry_at')
        returning conversation
        """,
        (reply,),
    ).fetchone()
    if row is None:
        return False
    settle(tx, row["conversation"], now, grow=0)
    return True


def _settle(
    tx: Transaction,
    reply: int,
    outcome: Outcome,
    now: datetime,
    *,
    error: str,
    retry_at: datetime | None,
    external_id: str,
    url: str,
    thread: str,
    published: bool,
) -> Reply:
    row = reply_row(tx.db, reply)
    if row["state"] == "sent" and outcome in ("accepted", "pending", "found"):
        tx.db.execute(
            """
            update outbox set external_id = case when external_id = '' then ? else external_id end
            where id = ?
            """,
            (clean(external_id), reply),
        )
        return _reply(tx.db, reply)
    happenings = turn_out(
        tx,
        row,
        outcome,
        now,
        error=error,
        retry_at=retry_at,
        external_id=external_id,
        url=url,
        thread=thread,
        published=published and outcome != "pending",
    )
    if outcome == "refused":
        come_back(tx.db, row, now)
    settle(tx, row["conversation"], now, happenings)
    return _reply(tx.db, reply)


def _interrupted(db: sqlite3.Connection) -> tuple[Delivery, ...]:
    rows = db.execute("select id from outbox where interrupted = 1 order by id").fetchall()
    return tuple(delivery_of(db, row["id"]) for row in rows)


def mark_interrupted(tx: Transaction) -> None:
    """At the start of a desk: what is `sending` now was left behind by one that died."""
    tx.db.execute("update outbox set interrupted = 1 where state = 'sending'")


def _decide(tx: Transaction, reply: int, verdict: str, by: str, now: datetime) -> Reply:
    row = reply_row(tx.db, reply)
    happenings = turn_out(tx, row, _VERDICTS[verdict], now, by=by)
    if verdict == "return":
        put_back(tx.db, row, now)
    elif verdict == "give_up":
        come_back(tx.db, row, now)
    elif verdict in ("send_again", "was_sent"):
        drop_copy(tx.db, row)
    settle(tx, row["conversation"], now, happenings)
    return _reply(tx.db, reply)
