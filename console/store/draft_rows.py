"""Drafts as rows: one for each conversation and person."""

from __future__ import annotations

import sqlite3

from console.core.model import Draft
from console.store.instants import from_ms, to_ms


def draft_of(db: sqlite3.Connection, conversation: int, person: str) -> Draft | None:
    """What this person is writing there, if anything."""
    row = db.execute(
        """
        select conversation, person, text, note, saved_at, opened_on, version, revision
        from drafts where conversation = ? and person = ?
        """,
        (conversation, person),
    ).fetchone()
    return draft_from(row) if row else None


def drafts_of(
    db: sqlite3.Connection, conversation: int, me: str, *, see_text: bool
) -> tuple[Draft, ...]:
    """Everybody's drafts in a conversation; others' with their text only where it may be seen."""
    rows = db.execute(
        """
        select conversation, person, case when person = ? or ? then text else '' end as text, note,
            saved_at, opened_on, version, revision
        from drafts where conversation = ? order by person
        """,
        (me, see_text, conversation),
    )
    return tuple(map(draft_from, rows))


def put_draft(db: sqlite3.Connection, draft: Draft) -> None:
    """Make this the person's draft, whatever stood there."""
    db.execute(
        """
        insert into drafts (conversation, person, text, note, saved_at, opened_on, version, revision)
        values (?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (conversation, person) do update set text = excluded.text, note = excluded.note,
            saved_at = excluded.saved_at, opened_on = excluded.opened_on,
            version = excluded.version, revision = excluded.revision
        """,
        columns(draft),
    )


def drop_draft(db: sqlite3.Connection, conversation: int, person: str) -> None:
    """The draft became a reply or a note, which holds its text now."""
    db.execute("delete from drafts where conversation = ? and person = ?", (conversation, person))


def columns(draft: Draft) -> tuple[object, ...]:
    """A draft as its columns, in the order of the tables."""
    return (
        draft.conversation,
        draft.person,
        draft.text,
        draft.note,
        to_ms(draft.saved_at),
        draft.opened_on,
        draft.version,
        draft.revision,
    )


def draft_from(row: sqlite3.Row) -> Draft:
    """The draft in a row of either table."""
    return Draft(
        conversation=row["conversation"],
        person=row["person"],
        text=row["text"],
        note=bool(row["note"]),
        saved_at=from_ms(row["saved_at"]),
        opened_on=row["opened_on"],
        version=row["version"],
        revision=row["revision"],
    )
