"""What people do to a conversation: each writes its event, moves the clocks, and can be undone."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

from console.core.clocks import FactsChanged, Happening, Noted, Responded, StatusSet
from console.core.i18n import _
from console.core.model import OPEN_STATUSES, Status
from console.errors import Stale
from console.store.clockwork import record, settle
from console.store.database import Database, Transaction
from console.store.draft_rows import drop_draft
from console.store.instants import from_ms, to_ms, whole
from console.store.turns import add_ours
from console.store.undo import Fields, fields_of, put_fields, remember
from sources.text import BODY_LIMIT, URL_LIMIT, clean, clip

TAG_LIMIT = 60
REASON_LIMIT = 200


class Actions(Database):
    """Claims, statuses, snoozes, tags, priorities, notes."""

    async def claim(
        self,
        conversation: int,
        person: str,
        now: datetime,
        *,
        version: int | None = None,
        take_over: bool = False,
    ) -> int:
        """Compare and set: raises `Stale` naming the owner if somebody else has it.

        With `take_over` only an owner who came after `version` stands in the way.
        """
        return await self.write(_claim, conversation, person, whole(now), version, take_over)

    async def assign(
        self,
        conversation: int,
        to: str,
        by: str,
        now: datetime,
        *,
        version: int | None = None,
    ) -> int:
        """Give it to somebody; empty hands it back to the team."""
        return await self.write(_assign, conversation, to, by, whole(now), version)

    async def set_status(
        self, conversation: int, status: Status, by: str, now: datetime, *, reason: str = ""
    ) -> int:
        """Another status; alone it stops no reply clock, closing with a reason cancels them."""
        reason = clip(clean(reason), REASON_LIMIT)
        return await self.write(_set_status, conversation, status, by, whole(now), reason)

    async def snooze(
        self,
        conversation: int,
        by: str,
        now: datetime,
        *,
        until: datetime | None,
        until_reply: bool = False,
        reason: str = "",
    ) -> int:
        """Hide until then; `until` None without `until_reply` wakes it."""
        reason = clip(clean(reason), REASON_LIMIT)
        return await self.write(
            _snooze, conversation, by, whole(now), to_ms(until), until_reply, reason
        )

    async def tag(
        self,
        conversation: int,
        by: str,
        now: datetime,
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
    ) -> int:
        """Add and remove tags; one that is already there, or gone, is no error."""
        return await self.write(
            _tag, conversation, by, whole(now), _tag_names(add), _tag_names(remove)
        )

    async def set_priority(self, conversation: int, priority: int, by: str, now: datetime) -> int:
        """A person's choice: the rules never change it again."""
        return await self.write(_set_priority, conversation, priority, by, whole(now))

    async def note(self, conversation: int, text: str, by: str, now: datetime) -> int:
        """An internal note; it stops no clock. The person's draft of a note became it."""
        return await self.write(_note, conversation, clip(clean(text), BODY_LIMIT), by, whole(now))

    async def answered_elsewhere(
        self, conversation: int, by: str, now: datetime, *, at: datetime, link: str
    ) -> int:
        """An answer that was given outside, noted by hand (semantics S3)."""
        return await self.write(
            _answered_elsewhere,
            conversation,
            by,
            whole(now),
            min(whole(at), whole(now)),
            clip(clean(link), URL_LIMIT),
        )

    async def hand_back(self, person: str, now: datetime) -> tuple[int, ...]:
        """The end of a shift: what this person owned returns to the team."""
        return await self.write(_hand_back, person, whole(now))


def change(
    tx: Transaction,
    conversation: int,
    by: str,
    now: datetime,
    before: Fields,
    after: Fields,
    verb: str,
    detail: str,
    happenings: Sequence[Happening],
    *,
    moved: tuple[datetime, ...] = (),
    turn: int | None = None,
) -> int:
    """Set a conversation's fields with everything that belongs to it; the new version."""
    put_fields(tx.db, conversation, after)
    record(tx, conversation, now, by, verb, detail)
    remember(
        tx, by, conversation, now, f"{verb} {detail}".strip(), before=before, moved=moved, turn=turn
    )
    return settle(tx, conversation, now, happenings)


def _claim(
    tx: Transaction,
    conversation: int,
    person: str,
    now: datetime,
    version: int | None,
    take_over: bool,
) -> int:
    before = fields_of(tx.db, conversation)
    if before.owner == person:
        return version_of(tx.db, conversation)
    if before.owner and not (take_over and _seen_by(tx.db, conversation, version)):
        raise Stale(_("{owner} has this conversation").format(owner=before.owner))
    after = msgspec.structs.replace(before, owner=person, status=_looked_at(before.status))
    detail = before.owner and f"from {before.owner}"
    facts = [FactsChanged(at=now, actor=person)]
    return change(tx, conversation, person, now, before, after, "claimed", detail, facts)


def _assign(
    tx: Transaction, conversation: int, to: str, by: str, now: datetime, version: int | None
) -> int:
    before = fields_of(tx.db, conversation)
    if not _seen_by(tx.db, conversation, version):
        raise Stale(
            _("{owner} has this conversation by now").format(owner=before.owner or _("nobody"))
        )
    if before.owner == to:
        return version_of(tx.db, conversation)
    status = _looked_at(before.status) if to else before.status
    after = msgspec.structs.replace(before, owner=to, status=status)
    facts = [FactsChanged(at=now, actor=by)]
    return change(tx, conversation, by, now, before, after, "assigned", to, facts)


def _seen_by(db: sqlite3.Connection, conversation: int, version: int | None) -> bool:
    """Whether whoever saw this version has seen the owner as it is now."""
    if version is None:
        return True
    (changed,) = db.execute(
        """
        select exists (
            select 1 from events where conversation = ? and version > ?
                and (verb in ('claimed', 'assigned', 'handed_back')
                    or verb = 'undone' and (detail like 'claimed%' or detail like 'assigned%'))
        )
        """,
        (conversation, version),
    ).fetchone()
    return not changed


def _looked_at(status: Status) -> Status:
    """`new` means that nobody has taken it up yet."""
    return "open" if status == "new" else status


def _set_status(
    tx: Transaction, conversation: int, status: Status, by: str, now: datetime, reason: str
) -> int:
    before = fields_of(tx.db, conversation)
    if before.status == status:
        return version_of(tx.db, conversation)
    done = status in ("solved", "closed")
    after = msgspec.structs.replace(before, status=status, solved_at=to_ms(now) if done else None)
    return change(
        tx,
        conversation,
        by,
        now,
        before,
        after,
        "status",
        f"{status}: {reason}" if reason else status,
        [StatusSet(at=now, actor=by, status=status, reason=reason)],
        moved=(now,),
    )


def _snooze(
    tx: Transaction,
    conversation: int,
    by: str,
    now: datetime,
    until: int | None,
    until_reply: bool,
    reason: str,
) -> int:
    before = fields_of(tx.db, conversation)
    asleep = until is not None or until_reply
    after = msgspec.structs.replace(
        before,
        snoozed_at=to_ms(now) if asleep else None,
        snoozed_until=until,
        snoozed_until_reply=int(until_reply),
        snoozed_by=by if asleep else "",
        snooze_reason=reason if asleep else "",
    )
    when = "" if until is None else from_ms(until).isoformat(timespec="minutes")
    verb, detail = ("snoozed", when or "until reply") if asleep else ("woke", "by hand")
    noted = [Noted(at=now, actor=by, what=verb)]
    return change(tx, conversation, by, now, before, after, verb, detail, noted)


def _tag(
    tx: Transaction,
    conversation: int,
    by: str,
    now: datetime,
    add: frozenset[str],
    remove: frozenset[str],
) -> int:
    before = fields_of(tx.db, conversation)
    tags = tuple(sorted((set(before.tags) | add) - (remove - add)))
    if tags == before.tags:
        return version_of(tx.db, conversation)
    after = msgspec.structs.replace(before, tags=tags)
    signs = [f"+{tag}" for tag in sorted(set(tags) - set(before.tags))]
    signs += [f"-{tag}" for tag in sorted(set(before.tags) - set(tags))]
    facts = [FactsChanged(at=now, actor=by)]
    return change(tx, conversation, by, now, before, after, "tagged", " ".join(signs), facts)


def _tag_names(tags: Sequence[str]) -> frozenset[str]:
    """Tags as they are kept: one word each, in lower case."""
    names = ("-".join(clean(tag).casefold().split()) for tag in tags)
    return frozenset(clip(name, TAG_LIMIT) for name in names if name)


def _set_priority(tx: Transaction, conversation: int, priority: int, by: str, now: datetime) -> int:
    before = fields_of(tx.db, conversation)
    after = msgspec.structs.replace(before, priority=priority, priority_by=by)
    facts = [FactsChanged(at=now, actor=by)]
    return change(tx, conversation, by, now, before, after, "priority", str(priority), facts)


def _note(tx: Transaction, conversation: int, text: str, by: str, now: datetime) -> int:
    before = fields_of(tx.db, conversation)
    turn = add_ours(tx.db, conversation, "note", by, text, at=now, now=now)
    _drop_note_draft(tx.db, conversation, by)
    noted = [Noted(at=now, actor=by, what="note")]
    return change(tx, conversation, by, now, before, before, "noted", "", noted, turn=turn)


def _drop_note_draft(db: sqlite3.Connection, conversation: int, by: str) -> None:
    row = db.execute(
        "select note from drafts where conversation = ? and person = ?", (conversation, by)
    ).fetchone()
    if row is not None and row["note"]:
        drop_draft(db, conversation, by)


def _answered_elsewhere(
    tx: Transaction, conversation: int, by: str, now: datetime, at: datetime, link: str
) -> int:
    before = fields_of(tx.db, conversation)
    turn = add_ours(tx.db, conversation, "response", by, "", at=at, now=now, url=link, manual=True)
    answered = Responded(at=at, accepted_at=at, actor=by, manual=True)
    happenings: list[Happening] = [answered]
    after = before
    if before.status in OPEN_STATUSES:
        after = msgspec.structs.replace(before, status="waiting")
        happenings.append(StatusSet(at=now, actor=by, status="waiting"))
    return change(
        tx,
        conversation,
        by,
        now,
        before,
        after,
        "answered_elsewhere",
        link,
        happenings,
        moved=(at, now),
        turn=turn,
    )


def _hand_back(tx: Transaction, person: str, now: datetime) -> tuple[int, ...]:
    rows = tx.db.execute(
        """
        update conversations set owner = ''
        where owner = ? and owner <> '' and status not in ('solved', 'closed')
        returning id
        """,
        (person,),
    ).fetchall()
    for row in rows:
        record(tx, row["id"], now, person, "handed_back")
        settle(tx, row["id"], now, [FactsChanged(at=now, actor=person)])
    return tuple(sorted(row["id"] for row in rows))


def version_of(db: sqlite3.Connection, conversation: int) -> int:
    """The version of a conversation that an action left as it was."""
    (version,) = db.execute(
        "select version from conversations where id = ?", (conversation,)
    ).fetchone()
    return int(version)
