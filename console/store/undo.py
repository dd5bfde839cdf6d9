"""What a person can take back: each undoable action leaves what it takes to reverse it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from console.core import clocks
from console.core.clocks import FactsChanged, Happening, StatusSet
from console.core.i18n import _, ngettext
from console.core.model import Draft, Status
from console.errors import NotFound, Stale
from console.store.clockwork import record, settle
from console.store.customers import part, regroup
from console.store.database import Database, Transaction
from console.store.draft_rows import draft_of, put_draft
from console.store.instants import to_ms, whole

KEPT = 500
"""Actions that are remembered for each person: two bundles of 200, and what was done between."""
UNDOABLE_FOR = timedelta(hours=8)
"""Nobody expects `u` to reach into yesterday's shift."""


class Fields(Struct, frozen=True):
    """The fields of a conversation that people set."""

    status: Status
    owner: str
    priority: int
    priority_by: str
    solved_at: int | None
    snoozed_at: int | None
    snoozed_until: int | None
    snoozed_until_reply: int
    snoozed_by: str
    snooze_reason: str
    tags: tuple[str, ...]


class TurnMood(Struct, frozen=True):
    """A turn's mood before a person corrected it."""

    turn: int
    correction: int
    mood: str | None
    mood_score: float
    uncertain: int
    mood_words: str
    mood_model: str
    contradiction: int
    scored_by: str


class Inverse(Struct, frozen=True, omit_defaults=True):
    """What it takes to reverse an action."""

    before: Fields
    after: Fields
    moved: tuple[datetime, ...] = ()
    """The instants of the happenings to be undone in the ledger."""
    turn: int | None = None
    """A turn that the action wrote: a note, an answer given elsewhere."""
    draft: Draft | None = None
    mood: TurnMood | None = None
    join: int | None = None
    bundle: int = 0
    """Taken back together with all that carry the same number; 0 for alone."""
    bundled: str = ""
    """What the whole bundle was."""


class Undone(Struct, frozen=True):
    """One action that was taken back."""

    conversation: int
    what: str
    bundle: int = 0


class Undo(Database):
    """One step back, for one person."""

    async def undo(self, person: str, now: datetime) -> tuple[int, str]:
        """Take back this person's last undoable action: (conversation, what was undone).

        Of a bundle each part is a transaction of its own; those that somebody changed since stay
        as they are. Raises `NotFound` if there is nothing, `Stale` if all of it was changed since.
        """
        undone: list[Undone] = []
        stale: list[str] = []
        bundle: int | None = None
        while True:
            outcome = await self.write(_undo, person, whole(now), bundle)
            if outcome is None:
                break
            done, why = outcome
            if why:
                stale.append(why)
            else:
                undone.append(done)
            bundle = done.bundle
            if not bundle:
                break
        if not undone:
            raise Stale(stale[0])
        what = undone[0].what
        if stale:
            what = ngettext(
                "{what}; {n} was changed since and stays",
                "{what}; {n} were changed since and stay",
                len(stale),
            ).format(what=what, n=len(stale))
        return undone[0].conversation, what

    async def acted(self, person: str) -> int:
        """The number of this person's last undoable action, 0 for none."""
        return await self.read(_acted, person)

    async def tie(self, person: str, conversations: Sequence[int], after: int, what: str) -> None:
        """What this person did to these conversations after that action is undone as one."""
        await self.write(_tie, person, tuple(conversations), after, what)


def fields_of(db: sqlite3.Connection, conversation: int) -> Fields:
    """The fields as they are now. Raises `NotFound`."""
    row = db.execute(
        """
        select status, owner, priority, priority_by, solved_at, snoozed_at, snoozed_until,
            snoozed_until_reply, snoozed_by, snooze_reason,
            (select json_group_array(tag) from (
                select tag from tags where conversation = c.id order by tag
            )) as tags
        from conversations c where id = ?
        """,
        (conversation,),
    ).fetchone()
    if row is None:
        raise NotFound(_("there is no conversation {number}").format(number=conversation))
    return msgspec.convert({**dict(row), "tags": msgspec.json.decode(row["tags"])}, Fields)


def put_fields(db: sqlite3.Connection, conversation: int, fields: Fields) -> None:
    """Set the fields of a conversation, tags too."""
    db.execute(
        """
        update conversations set status = ?, owner = ?, priority = ?, priority_by = ?,
            solved_at = ?, snoozed_at = ?, snoozed_until = ?, snoozed_until_reply = ?,
            snoozed_by = ?, snooze_reason = ?
        where id = ?
        """,
        (*msgspec.structs.astuple(fields)[:-1], conversation),
    )
    db.execute("delete from tags where conversation = ?", (conversation,))
    db.executemany(
        "insert into tags (conversation, tag) values (?, ?)",
        [(conversation, tag) for tag in fields.tags],
    )


def remember(
    tx: Transaction,
    person: str,
    conversation: int,
    now: datetime,
    what: str,
    *,
    before: Fields | None = None,
    moved: tuple[datetime, ...] = (),
    turn: int | None = None,
    draft: Draft | None = None,
    mood: TurnMood | None = None,
    join: int | None = None,
) -> None:
    """Keep the inverse of an action that was just done; the oldest are forgotten."""
    after = fields_of(tx.db, conversation)
    inverse = Inverse(before or after, after, moved, turn, draft, mood, join)
    tx.db.execute(
        "insert into undo (person, conversation, at, what, inverse) values (?, ?, ?, ?, ?)",
        (person, conversation, to_ms(now), what, msgspec.json.encode(inverse).decode()),
    )
    tx.db.execute(
        """
        delete from undo where person = ? and id not in (
            select id from undo where person = ? order by id desc limit ?
        )
        """,
        (person, person, KEPT),
    )


def last_undoable(db: sqlite3.Connection, person: str, now: datetime) -> sqlite3.Row | None:
    """The action that `u` would take back; None for none."""
    row: sqlite3.Row | None = db.execute(
        """
        select id, conversation, what, inverse from undo
        where person = ? and at >= ? order by id desc limit 1
        """,
        (person, to_ms(now - UNDOABLE_FOR)),
    ).fetchone()
    return row


def _acted(db: sqlite3.Connection, person: str) -> int:
    (last,) = db.execute("select max(id) from undo where person = ?", (person,)).fetchone()
    return int(last or 0)


def _tie(
    tx: Transaction, person: str, conversations: tuple[int, ...], after: int, what: str
) -> None:
    rows = tx.db.execute(
        """
        select id, inverse from undo
        where person = ? and id > ? and conversation in (select value from json_each(?))
        order by id
        """,
        (person, after, msgspec.json.encode(conversations).decode()),
    ).fetchall()
    for row in rows:
        inverse = msgspec.structs.replace(
            msgspec.json.decode(row["inverse"], type=Inverse), bundle=rows[0]["id"], bundled=what
        )
        tx.db.execute(
            "update undo set inverse = ? where id = ?",
            (msgspec.json.encode(inverse).decode(), row["id"]),
        )


def _undo(
    tx: Transaction, person: str, now: datetime, bundle: int | None
) -> tuple[Undone, str] | None:
    """What was undone, or the sentence why it cannot be undone (it is forgotten then).

    With a bundle only what belongs to it; None if that was all.
    """
    row = last_undoable(tx.db, person, now)
    inverse = msgspec.json.decode(row["inverse"], type=Inverse) if row is not None else None
    if bundle is not None and (inverse is None or inverse.bundle != bundle):
        return None
    if row is None or inverse is None:
        raise NotFound(_("there is nothing to undo"))
    tx.db.execute("delete from undo where id = ?", (row["id"],))
    conversation: int = row["conversation"]
    undone = Undone(conversation, inverse.bundled or row["what"], inverse.bundle)
    current = fields_of(tx.db, conversation)
    if _differ(inverse, current) and current != inverse.after:
        return undone, _("conversation {number} was changed since; nothing was undone").format(
            number=conversation
        )
    _reverse(tx, person, conversation, inverse, current, now)
    record(tx, conversation, now, person, "undone", row["what"])
    settle(tx, conversation, now, _happenings(inverse, person, now))
    return undone, ""


def _differ(inverse: Inverse, current: Fields) -> bool:
    """Whether a field that the action set has another value by now."""
    return any(
        getattr(inverse.before, name) != getattr(inverse.after, name)
        and getattr(current, name) != getattr(inverse.after, name)
        for name in Fields.__struct_fields__
    )


def _reverse(
    tx: Transaction,
    person: str,
    conversation: int,
    inverse: Inverse,
    current: Fields,
    now: datetime,
) -> None:
    changed = {
        name: getattr(inverse.before, name)
        for name in Fields.__struct_fields__
        if getattr(inverse.before, name) != getattr(inverse.after, name)
    }
    put_fields(tx.db, conversation, msgspec.structs.replace(current, **changed))
    if inverse.turn is not None:
        tx.db.execute("delete from turns where id = ?", (inverse.turn,))
    if inverse.draft is not None and draft_of(tx.db, conversation, person) is None:
        put_draft(tx.db, inverse.draft)
    if inverse.mood is not None:
        _restore_mood(tx, inverse.mood)
    if inverse.join is not None:
        regroup(tx, part(tx.db, inverse.join), now)


def _restore_mood(tx: Transaction, mood: TurnMood) -> None:
    tx.db.execute("delete from corrections where id = ?", (mood.correction,))
    tx.db.execute(
        """
        update turns set mood = ?, mood_score = ?, uncertain = ?, mood_words = ?, mood_model = ?,
            contradiction = ?, scored_by = ?
        where id = ?
        """,
        (*msgspec.structs.astuple(mood)[2:], mood.turn),
    )


def _happenings(inverse: Inverse, person: str, now: datetime) -> list[Happening]:
    before, after = inverse.before.status, inverse.after.status
    if inverse.moved and (before == after or after not in ("new", "open")):
        return [clocks.Undone(at=now, actor=person, of=of) for of in inverse.moved]
    if before != after:
        # reopening leaves nothing in the ledger to undo; it is closed again.
        return [StatusSet(at=now, actor=person, status=before)]
    return [FactsChanged(at=now, actor=person)]
