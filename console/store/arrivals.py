"""A post meets what is there: it is new, has another id, or says something else than before."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from console.store import ours, theirs
from console.store.identity import mark_of, normal
from console.store.instants import to_ms
from console.store.landing import Landing
from sources.base import Post


class Known(NamedTuple):
    """A post that is there already."""

    native_id: str
    turn: int
    digest: bytes


def arrive(landing: Landing, post: Post, digest: bytes, key: bytes | None) -> int | None:
    """A post never seen; its turn, or None for one that belongs to nothing here, or was erased."""
    if _was_erased(landing, post):
        return None
    turn = ours.take_in(landing, post) if post.own else theirs.take_in(landing, post)
    if turn is not None:
        landing.tx.db.execute(
            """
            insert into posts (source, native_id, turn, digest, content_key, seen_at)
            values (?, ?, ?, ?, ?, ?)
            """,
            (landing.source, post.id, turn, digest, key, to_ms(landing.now)),
        )
        # our own answer, seen on the platform, is nothing new from a customer.
        landing.new += not post.own
    return turn


def rename(landing: Landing, before: Known, post: Post) -> None:
    """The platform gave a post another id: that one names it from now on."""
    db = landing.tx.db
    db.execute(
        "update posts set native_id = ? where source = ? and native_id = ?",
        (post.id, landing.source, before.native_id),
    )
    db.execute("update turns set native_id = ? where id = ?", (post.id, before.turn))
    db.execute(
        """
        insert into threads (source, thread, conversation)
        select ?, ?, conversation from turns where id = ?
        on conflict (source, thread) do nothing
        """,
        (landing.source, post.thread or post.id, before.turn),
    )


def change(landing: Landing, before: Known, post: Post, digest: bytes, key: bytes | None) -> int:
    """A post whose text, rating or deletion is not what it was; the turn that holds it now."""
    if before.native_id != post.id:
        rename(landing, before, post)
    db = landing.tx.db
    turn = db.execute(
        "select id, conversation, kind, title, text, rating, at, deleted from turns where id = ?",
        (before.turn,),
    ).fetchone()
    landing.touch(turn["conversation"])
    if post.deleted or _says_the_same(turn, post):
        newest = _mark_deleted(landing, turn, deleted=post.deleted)
    elif turn["kind"] == "response":
        newest = ours.take_edit(landing, turn, post)
    else:
        newest = theirs.take_edit(landing, turn, post)
    db.execute(
        """
        update posts set turn = ?, digest = ?, content_key = ? where source = ? and native_id = ?
        """,
        (newest, digest, key, landing.source, post.id),
    )
    landing.edited += 1
    return newest


def _was_erased(landing: Landing, post: Post) -> bool:
    mark = mark_of(landing.source, post.id)
    row = landing.tx.db.execute("select 1 from erased where mark = ?", (mark,)).fetchone()
    return row is not None


def _says_the_same(turn: sqlite3.Row, post: Post) -> bool:
    return (
        normal(turn["text"]) == normal(post.text)
        and normal(turn["title"]) == normal(post.title)
        and turn["rating"] == post.rating
    )


def _mark_deleted(landing: Landing, turn: sqlite3.Row, *, deleted: bool) -> int:
    """A post that is gone stays, marked; one that is back is unmarked."""
    if bool(turn["deleted"]) != deleted:
        landing.tx.db.execute("update turns set deleted = ? where id = ?", (deleted, turn["id"]))
        landing.record(turn["conversation"], "deleted" if deleted else "restored")
    return int(turn["id"])
