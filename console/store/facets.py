"""What a conversation's row says, derived from its turns, replies and tags."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec
from msgspec import Struct

from console.core.model import MoodLabel, ReplyState
from sources.text import clip

WHAT_LIMIT = 200
"""Most characters of the first words on a row."""


class Facets(Struct, frozen=True):
    """The derived columns of a conversation, but for those that come from its clocks."""

    who: str = ""
    what: str = ""
    text: str = ""
    """What the customer wrote last, in full; for policies."""
    url: str = ""
    language: str = ""
    rating: float | None = None
    rating_max: int = 5
    mood: MoodLabel | None = None
    mood_score: float = 0.0
    uncertain: bool = False
    contradiction: bool = False
    tags: tuple[str, ...] = ()
    waiting_since: int | None = None
    last_activity_at: int | None = None
    reply_state: ReplyState | None = None
    edited: bool = False
    outdated: bool = False
    newest_turn: int = 0


def derive(db: sqlite3.Connection, conversation: int) -> Facets:
    """Everything that a conversation's turns, replies and tags say about it now."""
    newest = db.execute(
        """
        select id, author, title, text, url, language, rating, rating_max, mood, mood_score,
            uncertain, contradiction
        from turns where conversation = ? and kind = 'inbound'
        order by automatic, at desc, id desc limit 1
        """,
        (conversation,),
    ).fetchone()
    times = db.execute(
        """
        select max(at) as last_activity_at,
            max(case when kind = 'response' and automatic = 0 then at end) as responded_at,
            max(case when kind = 'inbound' then edit_of end) as edit_of,
            max(case when kind = 'inbound' and edit_of is not null then at end) as edited_at
        from turns where conversation = ?
        """,
        (conversation,),
    ).fetchone()
    responded_at = times["responded_at"]
    common = {
        "tags": _tags(db, conversation),
        "waiting_since": _waiting_since(db, conversation, responded_at),
        "last_activity_at": times["last_activity_at"],
        "reply_state": _reply_state(db, conversation),
        "edited": times["edit_of"] is not None,
        "outdated": responded_at is not None
        and times["edited_at"] is not None
        and times["edited_at"] > responded_at,
    }
    if newest is None:
        return _of_opening(db, conversation, common)
    return Facets(
        who=newest["author"],
        what=first_words(newest["title"], newest["text"]),
        text=f"{newest['title']}\n{newest['text']}".strip(),
        url=newest["url"],
        language=newest["language"],
        rating=newest["rating"],
        rating_max=newest["rating_max"],
        mood=newest["mood"],
        mood_score=newest["mood_score"],
        uncertain=bool(newest["uncertain"]),
        contradiction=bool(newest["contradiction"]),
        newest_turn=newest["id"],
        **common,
    )


def _of_opening(db: sqlite3.Connection, conversation: int, common: dict[str, Any]) -> Facets:
    """One that we began: it shows to whom, and from which words of theirs it goes on."""
    turn = db.execute(
        """
        select t.author, t.title, t.text, t.language from openings o join turns t on t.id = o.turn
        where o.conversation = ?
        """,
        (conversation,),
    ).fetchone()
    if turn is None:
        return Facets(**common)
    what = first_words(turn["title"], turn["text"])
    return Facets(who=turn["author"], what=what, language=turn["language"], **common)


def first_words(title: str, text: str) -> str:
    """The first words of a turn on one line, at most `WHAT_LIMIT` characters."""
    # a few thousand characters hold the first words, however the rest is spaced.
    parts = [part for part in (title[:4000].split(), text[:4000].split()) if part]
    return clip(" · ".join(" ".join(part) for part in parts), WHAT_LIMIT)


def _tags(db: sqlite3.Connection, conversation: int) -> tuple[str, ...]:
    rows = db.execute("select tag from tags where conversation = ? order by tag", (conversation,))
    return tuple(row["tag"] for row in rows)


def _waiting_since(
    db: sqlite3.Connection, conversation: int, responded_at: int | None
) -> int | None:
    """When the customer wrote first after our last answer; None if nobody waits."""
    (since,) = db.execute(
        """
        select min(t.at) from turns t
        join conversations c on c.id = t.conversation
        where t.conversation = ? and t.kind = 'inbound' and t.automatic = 0 and t.deleted = 0
            and t.at > coalesce(?, -1 << 62) and c.status not in ('solved', 'closed')
        """,
        (conversation, responded_at),
    ).fetchone()
    return None if since is None else int(since)


def _reply_state(db: sqlite3.Connection, conversation: int) -> ReplyState | None:
    row = db.execute(
        """
        select state from outbox
        where conversation = ?
            and state in ('awaiting_approval', 'held', 'sending', 'retry_at', 'refused', 'unsure')
        order by id desc limit 1
        """,
        (conversation,),
    ).fetchone()
    state: ReplyState | None = row["state"] if row else None
    return state


def tags_column(tags: tuple[str, ...]) -> str:
    """Tags as the row keeps them."""
    return msgspec.json.encode(tags).decode()


def tags_from(column: str) -> tuple[str, ...]:
    """The tags of `tags_column`."""
    return tuple(msgspec.json.decode(column, type=list[str]))
