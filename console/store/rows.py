"""A conversation as a queue draws it, read from its columns."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import msgspec

from console.core.model import QueueRow
from console.store.facets import tags_from
from console.store.instants import from_ms


def rows_by_id(db: sqlite3.Connection, conversations: Sequence[int]) -> tuple[QueueRow, ...]:
    """The rows of these conversations, in this order; what is gone is left out."""
    wanted = msgspec.json.encode(conversations).decode()
    rows = db.execute(
        """
        select c.id, c.version, c.source, coalesce(s.type, '') as source_type, c.kind, c.status,
            c.who, c.what, c.private, c.language, c.rating, c.rating_max, c.mood, c.mood_score,
            c.uncertain, c.contradiction, c.owner, c.priority, c.tags, c.clock, c.clock_state,
            c.due_at, c.soon_at, c.critical_at, c.calendar, c.waiting_since, c.last_activity_at,
            c.snoozed_until, c.snoozed_by, c.reply_state, c.edited, c.outdated,
            c.thanks_until
        from json_each(?) wanted
        join conversations c on c.id = wanted.value
        left join sources s on s.name = c.source
        order by wanted.key
        """,
        (wanted,),
    ).fetchall()
    writers: dict[int, list[str]] = {}
    for draft in db.execute(
        """
        select d.conversation, d.person from json_each(?) wanted
        join drafts d on d.conversation = wanted.value
        where d.text <> '' order by d.conversation, d.person
        """,
        (wanted,),
    ):
        writers.setdefault(draft["conversation"], []).append(draft["person"])
    return tuple(_row(row, tuple(writers.get(row["id"], ()))) for row in rows)


def _row(row: sqlite3.Row, draft_by: tuple[str, ...]) -> QueueRow:
    return QueueRow(
        id=row["id"],
        version=row["version"],
        source=row["source"],
        source_type=row["source_type"],
        kind=row["kind"],
        status=row["status"],
        who=row["who"],
        what=row["what"],
        public=not row["private"],
        language=row["language"],
        rating=row["rating"],
        rating_max=row["rating_max"],
        mood=row["mood"],
        mood_score=row["mood_score"],
        uncertain=bool(row["uncertain"]),
        contradiction=bool(row["contradiction"]),
        owner=row["owner"],
        priority=row["priority"],
        tags=tags_from(row["tags"]),
        clock=row["clock"],
        clock_state=row["clock_state"],
        due_at=from_ms(row["due_at"]),
        soon_at=from_ms(row["soon_at"]),
        critical_at=from_ms(row["critical_at"]),
        calendar=row["calendar"],
        waiting_since=from_ms(row["waiting_since"]),
        last_activity_at=from_ms(row["last_activity_at"]),
        snoozed_until=from_ms(row["snoozed_until"]),
        snoozed_by=row["snoozed_by"],
        draft_by=draft_by,
        reply_state=row["reply_state"],
        edited=bool(row["edited"]),
        outdated=bool(row["outdated"]),
        thanks_until=from_ms(row["thanks_until"]),
    )
