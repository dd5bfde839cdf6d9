"""What customers write: it opens a conversation or continues one, wakes it, reopens it."""

from __future__ import annotations

import sqlite3

from console.core.clocks import Arrived, Noted
from console.core.quoting import own_words
from console.core.thanks import is_thanks
from console.store.customers import customer_of
from console.store.identity import is_small_change
from console.store.instants import from_ms, to_ms
from console.store.interrupted import keep_interrupted
from console.store.landing import Landing
from console.store.marks import followed_up
from console.store.turns import add_post
from sources.base import Post


def take_in(landing: Landing, post: Post) -> int:
    """A customer's post; its turn."""
    at, late = landing.when(post)
    joined = _joined(landing, post)
    conversation = _opened(landing, post) if joined is None else joined
    turn = add_post(
        landing.tx.db,
        conversation,
        post,
        at=at,
        now=landing.now,
        late=late,
        backfill=landing.backfill,
    )
    verb = "arrived" if joined is None else "wrote"
    landing.record(conversation, verb, at=at, actor=post.author)
    if post.automatic:
        landing.touch(conversation, Noted(at=landing.now, what="automatic"))
        return turn
    if joined is not None:
        _take_up(landing, conversation)
    landing.touch(
        conversation,
        Arrived(
            at=at,
            seen_at=landing.now,
            backfill=landing.backfill,
            late=late,
            # the clocks heed it only after an answer.
            thanks=post.rating is None and is_thanks(_words(post.title, own_words(post.text))),
        ),
    )
    return turn


def take_edit(landing: Landing, turn: sqlite3.Row, post: Post) -> int:
    """A newer version of what a customer wrote: a turn of its own, and it reopens."""
    conversation = int(turn["conversation"])
    at = min(max(post.edited_at or landing.now, from_ms(turn["at"])), landing.now)
    late = landing.is_late(at)
    newest = add_post(
        landing.tx.db,
        conversation,
        post,
        at=at,
        now=landing.now,
        edit_of=turn["id"],
        late=late,
        backfill=landing.backfill,
    )
    same_stars = turn["rating"] == post.rating
    stars = "" if same_stars else f"{turn['rating']} → {post.rating}"
    landing.record(conversation, "edited", stars, at=at, actor=post.author)
    before, after = _words(turn["title"], turn["text"]), _words(post.title, post.text)
    if same_stars and is_small_change(before, after):
        landing.small_edits.append(conversation)
    # feeds touch their alerts all the time; nobody waits for an answer to one.
    if post.kind != "alert" and not post.automatic:
        _take_up(landing, conversation)
        landing.touch(
            conversation,
            Arrived(at=at, seen_at=landing.now, backfill=landing.backfill, late=late),
        )
    return newest


def _joined(landing: Landing, post: Post) -> int | None:
    """The conversation that a post continues; None if it opens one."""
    row = landing.tx.db.execute(
        """
        select c.id, c.status, c.solved_at
        from threads t join conversations c on c.id = t.conversation
        where t.source = ? and t.thread = ?
        """,
        (landing.source, post.thread or post.id),
    ).fetchone()
    return None if row is None or _is_over(landing, row) else int(row["id"])


def _is_over(landing: Landing, row: sqlite3.Row) -> bool:
    """Whether a conversation is done with: what comes now is another one (semantics S11)."""
    if row["status"] != "solved":
        return bool(row["status"] == "closed")
    solved_at = from_ms(row["solved_at"])
    within = landing.tx.rules.reopens_within(landing.source)
    return solved_at is not None and landing.now - solved_at > within


def _opened(landing: Landing, post: Post) -> int:
    """A new conversation, which follows the last one of its thread."""
    db = landing.tx.db
    thread = post.thread or post.id
    customer = customer_of(landing.tx, landing.source, post.author_id, post.author)
    now = to_ms(landing.now)
    (conversation,) = db.execute(
        """
        insert into conversations (version, source, kind, private, status, customer, follows,
            created_at, solved_at, last_activity_at)
        values (0, ?, ?, ?, ?, ?,
            (select conversation from threads where source = ? and thread = ?), ?, ?, ?)
        returning id
        """,
        (
            landing.source,
            post.kind,
            post.private,
            # an auto-responder's first word: kept, but nobody waits.
            "solved" if post.automatic else "new",
            customer,
            landing.source,
            thread,
            now,
            now if post.automatic else None,
            now,
        ),
    ).fetchone()
    db.execute(
        """
        insert into threads (source, thread, conversation) values (?, ?, ?)
        on conflict (source, thread) do update set conversation = excluded.conversation
        """,
        (landing.source, thread, conversation),
    )
    return int(conversation)


def _take_up(landing: Landing, conversation: int) -> None:
    """The customer wrote again: what slept or was answered is open."""
    db = landing.tx.db
    keep_interrupted(db, conversation, landing.now)
    row = db.execute(
        "select status, snoozed_at from conversations where id = ?", (conversation,)
    ).fetchone()
    if row["snoozed_at"] is not None:
        landing.record(conversation, "woke", "reply")
    if row["status"] in ("solved", "closed"):
        landing.record(conversation, "reopened")
        landing.reopened.append(conversation)
    db.execute(
        """
        update conversations set
            status = case status when 'new' then 'new' else 'open' end, solved_at = null,
            snoozed_at = null, snoozed_until = null, snoozed_until_reply = 0, snoozed_by = '',
            snooze_reason = ''
        where id = ?
        """,
        (conversation,),
    )
    # whoever came back by themselves need not be asked.
    followed_up(db, conversation)


def _words(title: str, text: str) -> str:
    return f"{title}\n{text}".strip()
