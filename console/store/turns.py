"""The turns of a conversation: how they are written, and how they are read back."""

from __future__ import annotations

import sqlite3
from datetime import datetime

import msgspec

from console.core.model import Mood, Turn
from console.store.instants import from_ms, to_ms
from sources.base import Post


def add_post(
    db: sqlite3.Connection,
    conversation: int,
    post: Post,
    *,
    at: datetime,
    now: datetime,
    edit_of: int | None = None,
    late: bool = False,
    backfill: bool = False,
) -> int:
    """A turn that a platform showed us: the customer's, or our own given there; its id."""
    (turn,) = db.execute(
        """
        insert into turns (conversation, kind, author, author_id, title, text, url, native_id,
            thread, parent, rating, rating_max, language, at, seen_at, edit_of, late_arrival, backfill,
            assumed_zone, external, automatic, deleted, extra)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        returning id
        """,
        (
            conversation,
            "response" if post.own else "inbound",
            post.author,
            post.author_id,
            post.title,
            post.text,
            post.url,
            post.id,
            post.thread,
            post.parent,
            post.rating,
            post.rating_max,
            post.language,
            to_ms(at),
            to_ms(now),
            edit_of,
            late,
            backfill,
            post.assumed_zone,
            post.own,
            post.automatic,
            post.deleted,
            msgspec.json.encode(post.extra).decode(),
        ),
    ).fetchone()
    return int(turn)


def add_ours(
    db: sqlite3.Connection,
    conversation: int,
    kind: str,
    author: str,
    text: str,
    *,
    at: datetime,
    now: datetime,
    url: str = "",
    native_id: str = "",
    manual: bool = False,
) -> int:
    """A turn of the team: a reply that was accepted, a note, an answer given elsewhere; its id."""
    (turn,) = db.execute(
        """
        insert into turns (conversation, kind, author, text, url, native_id, at, seen_at, manual,
            external)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        returning id
        """,
        (conversation, kind, author, text, url, native_id, to_ms(at), to_ms(now), manual, manual),
    ).fetchone()
    return int(turn)


def turns_of(db: sqlite3.Connection, conversation: int) -> tuple[Turn, ...]:
    """Every turn of a conversation, in the order in which they were said."""
    rows = db.execute(
        """
        select id, kind, author, text, at, seen_at, title, url, rating, rating_max, language, mood,
            mood_score, uncertain, mood_words, mood_model, contradiction, edit_of, late_arrival,
            backfill, external, manual, automatic, deleted, extra
        from turns where conversation = ? order by at, id
        """,
        (conversation,),
    )
    return tuple(map(_turn, rows))


def mood_from(row: sqlite3.Row) -> Mood | None:
    """The mood in a turn's columns; None if no model has spoken."""
    if row["mood"] is None:
        return None
    return Mood(
        label=row["mood"],
        score=row["mood_score"],
        uncertain=bool(row["uncertain"]),
        words=msgspec.json.decode(row["mood_words"], type=tuple[tuple[str, float], ...]),
        model=row["mood_model"],
    )


def _turn(row: sqlite3.Row) -> Turn:
    return Turn(
        id=row["id"],
        kind=row["kind"],
        author=row["author"],
        text=row["text"],
        at=from_ms(row["at"]),
        seen_at=from_ms(row["seen_at"]),
        title=row["title"],
        url=row["url"],
        rating=row["rating"],
        rating_max=row["rating_max"],
        language=row["language"],
        mood=mood_from(row),
        contradiction=bool(row["contradiction"]),
        edit_of=row["edit_of"],
        late_arrival=bool(row["late_arrival"]),
        backfill=bool(row["backfill"]),
        external=bool(row["external"]),
        manual=bool(row["manual"]),
        automatic=bool(row["automatic"]),
        deleted=bool(row["deleted"]),
        extra=msgspec.json.decode(row["extra"], type=dict[str, str]),
    )
