"""What becomes of a reply in the outbox: each outcome with everything that follows from it.

Nothing here settles a conversation: the caller does, with the happenings that are returned.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

import msgspec

from console.core.clocks import Happening, Promised, Queued, Released, Responded, StatusSet
from console.core.i18n import _
from console.core.model import Reply, ReplyState, Status
from console.core.outbox import PROVISIONAL, Outcome, next_state
from console.errors import NotFound, Stale
from console.store.clockwork import record
from console.store.database import Transaction
from console.store.identity import identifier, normal
from console.store.instants import from_ms, to_ms
from console.store.marks import followed_up
from console.store.protocol import Delivery
from console.store.turns import add_ours
from sources.base import Outgoing, Post
from sources.text import clean, clip

_DISTINCT = 20
"""Least characters of a reply to be recognised at the end of a longer text (after a mention)."""


def reply_row(db: sqlite3.Connection, reply: int) -> sqlite3.Row:
    """A reply's columns. Raises `NotFound`."""
    row: sqlite3.Row | None = db.execute(
        """
        select id, conversation, key, author, text, answers, state, submitted_at, held_until,
            attempts, retry_at, settled_at, published, error, url, external_id, then_status,
            promise_at, turn, interrupted
        from outbox where id = ?
        """,
        (reply,),
    ).fetchone()
    if row is None:
        raise NotFound(_("there is no reply {number}").format(number=reply))
    return row


def reply_from(row: sqlite3.Row) -> Reply:
    """A reply as consoles see it."""
    return Reply(
        id=row["id"],
        conversation=row["conversation"],
        key=row["key"],
        author=row["author"],
        text=row["text"],
        state=row["state"],
        submitted_at=from_ms(row["submitted_at"]),
        held_until=from_ms(row["held_until"]),
        attempts=row["attempts"],
        retry_at=from_ms(row["retry_at"]),
        settled_at=from_ms(row["settled_at"]),
        published=bool(row["published"]),
        error=row["error"],
        url=row["url"],
        then=row["then_status"],
    )


def handed_in(db: sqlite3.Connection, reply: sqlite3.Row) -> int | None:
    """The conversation's version when its writer asked for approval; None if they never had to."""
    row = db.execute(
        """
        select max(version) as version from events
        where conversation = ? and verb = 'awaiting_approval' and actor = ? and at = ?
        """,
        (reply["conversation"], reply["author"], reply["submitted_at"]),
    ).fetchone()
    version: int | None = row["version"]
    return version


def delivery_of(db: sqlite3.Connection, reply: int) -> Delivery:
    """A reply with all that a channel needs to publish it."""
    row = reply_row(db, reply)
    if row["answers"] is None and (opening := _opening(db, row)) is not None:
        return opening
    to = db.execute(
        """
        select c.source, coalesce(t.native_id, '') as post_id, coalesce(t.thread, '') as thread,
            coalesce(t.parent, '') as parent, coalesce(t.author, '') as author,
            coalesce(t.author_id, '') as author_id, coalesce(t.url, '') as url,
            coalesce(t.language, '') as language, coalesce(t.extra, '{}') as extra
        from conversations c left join turns t on t.id = ?
        where c.id = ?
        """,
        (row["answers"], row["conversation"]),
    ).fetchone()
    outgoing = Outgoing(
        key=row["key"],
        text=row["text"],
        post_id=to["post_id"],
        thread=to["thread"] or to["post_id"],
        parent=to["parent"],
        author=to["author"],
        author_id=to["author_id"],
        url=to["url"],
        language=to["language"],
        extra=msgspec.json.decode(to["extra"], type=dict[str, str]),
    )
    return Delivery(reply=reply_from(row), source=to["source"], outgoing=outgoing)


def _opening(db: sqlite3.Connection, reply: sqlite3.Row) -> Delivery | None:
    """A message in a conversation that we began, and in which nobody answered yet."""
    to = db.execute(
        """
        select c.source, o.address, o.subject, coalesce(t.author, '') as author,
            coalesce(t.author_id, '') as author_id, coalesce(t.language, '') as language,
            coalesce((select thread from threads where conversation = c.id), '') as thread
        from openings o join conversations c on c.id = o.conversation
        left join turns t on t.id = o.turn
        where o.conversation = ?
        """,
        (reply["conversation"],),
    ).fetchone()
    if to is None:
        return None
    outgoing = Outgoing(
        key=reply["key"],
        text=reply["text"],
        post_id="",
        thread=to["thread"],
        author=to["author"],
        author_id=to["address"] or to["author_id"],
        language=to["language"],
        subject=to["subject"],
    )
    return Delivery(reply=reply_from(reply), source=to["source"], outgoing=outgoing)


def step(row: sqlite3.Row, outcome: Outcome) -> ReplyState:
    """A reply's state after an outcome. Raises `Stale` where its state does not allow that."""
    try:
        return next_state(row["state"], outcome)
    except ValueError as problem:
        raise Stale(
            _("this reply is {state} by now; nothing was changed").format(state=row["state"])
        ) from problem


def turn_out(
    tx: Transaction,
    row: sqlite3.Row,
    outcome: Outcome,
    now: datetime,
    *,
    by: str = "",
    error: str = "",
    retry_at: datetime | None = None,
    external_id: str = "",
    url: str = "",
    published: bool = True,
    thread: str = "",
    accepted_at: datetime | None = None,
    held_until: datetime | None = None,
) -> list[Happening]:
    """A reply's next state after an outcome, and what it does to the conversation.

    Raises `Stale` for an outcome that its state does not allow.
    """
    state = step(row, outcome)
    conversation = row["conversation"]
    tx.db.execute(
        """
        update outbox set state = ?, error = ?, held_until = case when ? then ? else held_until end,
            retry_at = ?, next_at = ?, settled_at = ?, interrupted = 0 where id = ?
        """,
        (
            state,
            clip(clean(error), 2000),
            state in ("held", "awaiting_approval"),
            to_ms(held_until or now) if state == "held" else None,
            to_ms(retry_at or now) if state == "retry_at" else None,
            to_ms(retry_at or now)
            if state == "retry_at"
            else to_ms(held_until or now)
            if state == "held"
            else None,
            to_ms(now) if state in ("sent", "refused", "unsure", "taken_back") else None,
            row["id"],
        ),
    )
    if state == "sent":
        return _accepted(
            tx,
            row,
            now,
            accepted_at=max(accepted_at or now, from_ms(row["submitted_at"])),
            external_id=external_id,
            url=url,
            thread=thread,
            published=published,
        )
    if state == "retry_at":
        return []
    record(tx, conversation, now, by or row["author"], state, clip(clean(error), 200))
    if state == "held":
        return [Queued(at=from_ms(row["submitted_at"]), actor=row["author"], reply=row["id"])]
    if row["state"] in PROVISIONAL and state in (
        "taken_back",
        "refused",
        "unsure",
        "awaiting_approval",
    ):
        return [Released(at=now, actor=by, reply=row["id"], outcome=state)]
    return []


def _accepted(
    tx: Transaction,
    row: sqlite3.Row,
    now: datetime,
    *,
    accepted_at: datetime,
    external_id: str,
    url: str,
    thread: str,
    published: bool,
) -> list[Happening]:
    """The reply stands: it is a turn now, and the conversation takes the status that was chosen."""
    conversation, author = row["conversation"], row["author"]
    submitted_at = from_ms(row["submitted_at"])
    turn = add_ours(
        tx.db,
        conversation,
        "response",
        author,
        row["text"],
        at=submitted_at,
        now=now,
        url=clean(url),
        native_id=clean(external_id),
    )
    tx.db.execute(
        "update outbox set turn = ?, external_id = ?, url = ?, published = ? where id = ?",
        (turn, clean(external_id), clean(url), published, row["id"]),
    )
    if thread:
        _begins(tx.db, conversation, clean(thread))
    followed_up(tx.db, conversation)
    record(tx, conversation, now, author, "sent", "" if published else "pending")
    happenings: list[Happening] = [
        Responded(at=submitted_at, accepted_at=accepted_at, actor=author, reply=row["id"])
    ]
    if row["promise_at"] is not None:
        due = from_ms(row["promise_at"])
        happenings.append(Promised(at=submitted_at, actor=author, due=due))
    status = _status_after(tx.db, row)
    if status is not None:
        tx.db.execute(
            "update conversations set status = ?, solved_at = ? where id = ?",
            (status, to_ms(now) if status in ("solved", "closed") else None, conversation),
        )
        happenings.append(StatusSet(at=now, actor=author, status=status))
    return happenings


def _begins(db: sqlite3.Connection, conversation: int, thread: str) -> None:
    """What is answered in this thread from now on belongs here: a first message began it."""
    db.execute(
        """
        insert into threads (source, thread, conversation)
        select source, ?, id from conversations where id = ?
        on conflict (source, thread) do update set conversation = excluded.conversation
        """,
        (identifier(thread), conversation),
    )


def _status_after(db: sqlite3.Connection, row: sqlite3.Row) -> Status | None:
    """What the agent chose, unless the customer has written since; None if a person set one since."""
    since = db.execute(
        """
        select exists (
            select 1 from turns where conversation = :conversation and kind = 'inbound'
                and automatic = 0 and at > :submitted_at
        ) as unseen, coalesce((
            select verb = 'status' from events where conversation = :conversation
                and at >= :submitted_at and (verb = 'status' or detail like 'status %')
            order by id desc limit 1
        ), 0) as chosen
        """,
        {"conversation": row["conversation"], "submitted_at": row["submitted_at"]},
    ).fetchone()
    if since["chosen"]:
        return None
    status: Status = "open" if since["unseen"] else row["then_status"]
    return status


def reply_shown(db: sqlite3.Connection, conversation: int, post: Post) -> sqlite3.Row | None:
    """Our own reply that an own post on the platform is; None if it was written elsewhere."""
    rows = db.execute(
        """
        select o.id, o.text, o.external_id,
            exists (select 1 from posts p where p.turn = o.turn) as seen
        from outbox o
        where o.conversation = ? and o.state in ('sent', 'sending', 'retry_at', 'unsure')
        order by o.id desc
        """,
        (conversation,),
    ).fetchall()
    by_id = (row["id"] for row in rows if row["external_id"] == post.id)
    by_text = (row["id"] for row in rows if not row["seen"] and _same_text(row["text"], post.text))
    found = next(by_id, None) or next(by_text, None)
    return None if found is None else reply_row(db, found)


def _same_text(ours: str, shown: str) -> bool:
    ours, shown = normal(ours), normal(shown)
    return ours == shown or (len(ours) >= _DISTINCT and shown.endswith(ours))


def proven(
    tx: Transaction, row: sqlite3.Row, post: Post, *, at: datetime, now: datetime
) -> tuple[int, list[Happening]]:
    """The platform shows a reply of ours: it was sent, whatever we believed; its turn."""
    happenings: list[Happening] = []
    if row["state"] == "sent":
        if not row["published"]:
            tx.db.execute("update outbox set published = 1 where id = ?", (row["id"],))
            record(tx, row["conversation"], now, "", "published")
    else:
        outcome: Outcome = "accepted" if row["state"] == "sending" else "found"
        happenings = turn_out(
            tx, row, outcome, now, external_id=post.id, url=post.url, accepted_at=at
        )
    tx.db.execute(
        """
        update outbox set external_id = ?, url = case when ? = '' then url else ? end where id = ?
        """,
        (post.id, post.url, post.url, row["id"]),
    )
    return int(reply_row(tx.db, row["id"])["turn"]), happenings
