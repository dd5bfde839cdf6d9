"""Our own answers as a platform shows them: a reply of ours that arrived, or one given there."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from console.core.clocks import Responded, StatusSet
from console.store.delivery import proven, reply_shown
from console.store.instants import from_ms, to_ms
from console.store.landing import Landing
from console.store.turns import add_post
from sources.base import Post


def take_in(landing: Landing, post: Post) -> int | None:
    """An own post; the turn that it is, or None if it answers nothing that is here."""
    conversation = _answered_by(landing, post)
    if conversation is None:
        return None
    landing.touch(conversation)
    at, _late = landing.when(post)
    turn = _proves(landing, conversation, post, at)
    if turn is None:
        turn = add_post(
            landing.tx.db, conversation, post, at=at, now=landing.now, backfill=landing.backfill
        )
        _answered_outside(landing, conversation, post, at, edit_of=None)
    return turn


def take_edit(landing: Landing, turn: sqlite3.Row, post: Post) -> int:
    """An own post that reads otherwise now; the turn that it is."""
    conversation = int(turn["conversation"])
    at = min(post.edited_at or landing.now, landing.now)
    newest = _proves(landing, conversation, post, at)
    if newest is None:
        newest = add_post(
            landing.tx.db, conversation, post, at=at, now=landing.now, edit_of=turn["id"]
        )
        _answered_outside(landing, conversation, post, at, edit_of=from_ms(turn["at"]))
    return newest


def _answered_by(landing: Landing, post: Post) -> int | None:
    """The conversation that an own post answers."""
    db = landing.tx.db
    row = db.execute(
        "select conversation from threads where source = ? and thread = ?",
        (landing.source, post.thread or post.parent or post.id),
    ).fetchone()
    row = (
        row
        or db.execute(
            """
        select t.conversation from posts p join turns t on t.id = p.turn
        where p.source = ? and p.native_id = ?
        """,
            (landing.source, post.parent),
        ).fetchone()
    )
    return int(row["conversation"]) if row else None


def _proves(landing: Landing, conversation: int, post: Post, at: datetime) -> int | None:
    """The turn of the reply from our outbox that this is; None if it was written elsewhere."""
    reply = reply_shown(landing.tx.db, conversation, post)
    if reply is None:
        return None
    turn, happenings = proven(landing.tx, reply, post, at=at, now=landing.now)
    landing.touch(conversation, *happenings)
    return turn


def _answered_outside(
    landing: Landing, conversation: int, post: Post, at: datetime, edit_of: datetime | None
) -> None:
    """A response that did not go through us stops the clocks all the same (semantics S3)."""
    landing.record(conversation, "answered_outside", at=at, actor=post.author)
    landing.touch(
        conversation,
        Responded(at=at, accepted_at=at, automation=post.automatic, external=True, edit_of=edit_of),
    )
    if post.automatic:
        return
    landing.answered.append(conversation)
    if _is_all_answered(landing.tx.db, conversation, at):
        landing.tx.db.execute(
            "update conversations set status = 'waiting' where id = ?", (conversation,)
        )
        landing.touch(conversation, StatusSet(at=at, status="waiting"))


def _is_all_answered(db: sqlite3.Connection, conversation: int, at: datetime) -> bool:
    """Whether an open conversation waits for the customer after an answer of that instant."""
    row = db.execute(
        """
        select c.status in ('new', 'open') and not exists (
            select 1 from turns t where t.conversation = c.id and t.kind = 'inbound'
                and t.automatic = 0 and t.at > ?
        ) as answered
        from conversations c where c.id = ?
        """,
        (to_ms(at), conversation),
    ).fetchone()
    return bool(row["answered"])
