"""Drafts: one for each conversation and person, and what they said before."""

from __future__ import annotations

import sqlite3
from datetime import datetime

import msgspec

from console.core.i18n import _
from console.core.model import Draft
from console.errors import NotFound
from console.store.clockwork import record, settle
from console.store.database import Database, Transaction
from console.store.draft_rows import columns, draft_from, draft_of, drop_draft, put_draft
from console.store.instants import to_ms, whole
from console.store.undo import remember
from sources.text import clean

HISTORY_KEPT = 20
"""Earlier texts of a draft that are kept."""
HISTORY_STEP_MS = 60_000
"""A text is kept as history if the one kept before it is older than this."""
CUT_KEPT = 20
"""Or if so many characters of it were deleted at once."""


class Drafts(Database):
    """What agents are writing."""

    async def save_draft(self, draft: Draft, now: datetime) -> Draft:
        """Keep the newest revision; what an older one would overwrite stays in the history."""
        clean_draft = msgspec.structs.replace(draft, text=clean(draft.text), saved_at=whole(now))
        return await self.write_vital(_save, clean_draft)

    async def discard_draft(self, conversation: int, person: str, now: datetime) -> None:
        """Undoable."""
        await self.write(_discard, conversation, person, whole(now))

    async def draft_history(self, conversation: int, person: str) -> tuple[Draft, ...]:
        """Earlier texts of somebody's draft, the newest first."""
        return await self.read(_history, conversation, person)


def put_back(db: sqlite3.Connection, reply: sqlite3.Row, now: datetime) -> None:
    """The text of a reply that will not be sent returns to its author's draft."""
    conversation, person = reply["conversation"], reply["author"]
    before = draft_of(db, conversation, person)
    if before is not None and before.text != reply["text"]:
        _keep(db, before)
    turn = db.execute(
        """
        select coalesce(max(t.id), 0) as newest, c.version from conversations c
        left join turns t on t.conversation = c.id where c.id = ?
        """,
        (conversation,),
    ).fetchone()
    put_draft(
        db,
        Draft(
            conversation=conversation,
            person=person,
            text=reply["text"],
            note=False,
            saved_at=now,
            opened_on=turn["newest"],
            version=turn["version"],
            revision=before.revision + 1 if before else 0,
        ),
    )


def come_back(db: sqlite3.Connection, reply: sqlite3.Row, now: datetime) -> None:
    """A reply's text stands in its author's editor again, unless they write something else by now."""
    before = draft_of(db, reply["conversation"], reply["author"])
    if before is None or not before.text.strip():
        put_back(db, reply, now)


def drop_copy(db: sqlite3.Connection, reply: sqlite3.Row) -> None:
    """The reply is on its way after all: the text that had come back is no draft any more."""
    draft = draft_of(db, reply["conversation"], reply["author"])
    if draft is not None and draft.text == reply["text"] and not draft.note:
        drop_draft(db, reply["conversation"], reply["author"])


def _save(tx: Transaction, draft: Draft) -> Draft:
    found = tx.db.execute(
        "select 1 from conversations where id = ?", (draft.conversation,)
    ).fetchone()
    if found is None:
        raise NotFound(_("there is no conversation {number}").format(number=draft.conversation))
    before = draft_of(tx.db, draft.conversation, draft.person)
    if before is None:
        put_draft(tx.db, draft)
        tx.visible = True
        return draft
    if draft.revision < before.revision:
        if draft.text.strip() and draft.text != before.text:
            _keep(tx.db, draft)
        return before
    if before.text.strip() and _is_worth_keeping(tx.db, before, draft):
        _keep(tx.db, before)
    put_draft(tx.db, draft)
    return draft


def _is_worth_keeping(db: sqlite3.Connection, before: Draft, after: Draft) -> bool:
    if len(before.text) - len(after.text) >= CUT_KEPT or before.revision == after.revision:
        return before.text != after.text
    (last,) = db.execute(
        "select max(saved_at) from draft_history where conversation = ? and person = ?",
        (before.conversation, before.person),
    ).fetchone()
    return last is None or to_ms(after.saved_at) - last >= HISTORY_STEP_MS


def _keep(db: sqlite3.Connection, draft: Draft) -> None:
    db.execute(
        """
        insert into draft_history (conversation, person, text, note, saved_at, opened_on, version,
            revision)
        values (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        columns(draft),
    )
    db.execute(
        """
        delete from draft_history where conversation = ? and person = ? and id not in (
            select id from draft_history where conversation = ? and person = ?
            order by id desc limit ?
        )
        """,
        (draft.conversation, draft.person, draft.conversation, draft.person, HISTORY_KEPT),
    )


def _discard(tx: Transaction, conversation: int, person: str, now: datetime) -> None:
    draft = draft_of(tx.db, conversation, person)
    if draft is None:
        raise NotFound(_("there is no draft to discard"))
    _keep(tx.db, draft)
    drop_draft(tx.db, conversation, person)
    record(tx, conversation, now, person, "draft_discarded")
    remember(tx, person, conversation, now, "draft_discarded", draft=draft)
    settle(tx, conversation, now)


def _history(db: sqlite3.Connection, conversation: int, person: str) -> tuple[Draft, ...]:
    rows = db.execute(
        """
        select conversation, person, text, note, saved_at, opened_on, version, revision
        from draft_history where conversation = ? and person = ? order by id desc
        """,
        (conversation, person),
    )
    return tuple(map(draft_from, rows))
