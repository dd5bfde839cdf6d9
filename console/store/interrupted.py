"""What a customer's words ended, and how a person brings it back (semantics S10)."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

from console.core.clocks import Clock, Happening, Noted, StatusSet, ThanksJudged
from console.core.i18n import _
from console.errors import NotFound
from console.store.actions import change
from console.store.clockwork import clocks_of
from console.store.database import Database, Transaction
from console.store.instants import from_ms, to_ms, whole
from console.store.undo import Fields, fields_of


class Interrupted(Database):
    """Words that look like thanks are judged; a snooze that was cut short goes on."""

    async def cut_short(self, conversation: int) -> tuple[datetime | None, bool] | None:
        """The snooze that the customer's words ended: (its time, until a reply); None for none."""
        return await self.read(_cut_short, conversation)

    async def judge_thanks(self, conversation: int, by: str, now: datetime, *, thanks: bool) -> int:
        """A person's word on a turn that looks like thanks; the conversation's new version.

        Mere thanks ask for nothing: the status from before them returns. More than thanks counts
        from when it was written. Raises `NotFound` where nothing is held as thanks.
        """
        return await self.write(_judge, conversation, by, whole(now), thanks)

    async def snooze_again(self, conversation: int, by: str, now: datetime) -> int:
        """Until the same time as before the customer's words; what looks like thanks was thanks.

        Raises `NotFound` where no snooze was cut short, or its time has passed.
        """
        return await self.write(_snooze_again, conversation, by, whole(now))


def keep_interrupted(db: sqlite3.Connection, conversation: int, now: datetime) -> None:
    """Remember what the customer's words are about to end; a second word ends nothing more."""
    db.execute(
        """
        insert or replace into interrupted (conversation, at, status, solved_at, snoozed_until,
            snoozed_until_reply, snoozed_by, snooze_reason)
        select id, ?, status, solved_at, snoozed_until, snoozed_until_reply, snoozed_by,
            snooze_reason
        from conversations
        where id = ? and (snoozed_at is not null or status not in ('new', 'open'))
        """,
        (to_ms(now), conversation),
    )


def _cut_short(db: sqlite3.Connection, conversation: int) -> tuple[datetime | None, bool] | None:
    row = _row(db, conversation)
    if row is None or not row["snoozed_by"]:
        return None
    return from_ms(row["snoozed_until"]), bool(row["snoozed_until_reply"])


def _row(db: sqlite3.Connection, conversation: int) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        """
        select status, solved_at, snoozed_until, snoozed_until_reply, snoozed_by, snooze_reason
        from interrupted where conversation = ?
        """,
        (conversation,),
    ).fetchone()
    return row


def _held(clocks: Sequence[Clock], now: datetime) -> bool:
    return any(clock.held_until is not None and clock.held_until > now for clock in clocks)


def _judge(tx: Transaction, conversation: int, by: str, now: datetime, thanks: bool) -> int:
    before = fields_of(tx.db, conversation)
    if not _held(clocks_of(tx.db, conversation), now):
        raise NotFound(_("nothing here counts as mere thanks"))
    judged = ThanksJudged(at=now, actor=by, thanks=thanks)
    kept = _row(tx.db, conversation)
    if thanks:
        after = before if kept is None else _as_before(before, kept)
        # the clocks never heard of the open status: thanks had resumed nothing.
        return change(
            tx, conversation, by, now, before, after, "thanks", "only", [judged], moved=(now,)
        )
    # what thanks had left paused goes on, and pauses again if this is taken back.
    opened: list[Happening] = [judged]
    if before.status in ("new", "open"):
        opened.append(StatusSet(at=now, actor=by, status="open"))
    return change(tx, conversation, by, now, before, before, "thanks", "more", opened, moved=(now,))


def _as_before(fields: Fields, kept: sqlite3.Row) -> Fields:
    """The status that the words ended; somebody who chose one since is not overruled."""
    if fields.status != "open":
        return fields
    return msgspec.structs.replace(fields, status=kept["status"], solved_at=kept["solved_at"])


def _snooze_again(tx: Transaction, conversation: int, by: str, now: datetime) -> int:
    before = fields_of(tx.db, conversation)
    kept = _row(tx.db, conversation)
    if kept is None or not kept["snoozed_by"] or before.snoozed_at is not None:
        raise NotFound(_("no snooze of this conversation was cut short"))
    until = kept["snoozed_until"]
    if until is not None and until <= (to_ms(now) or 0):
        raise NotFound(_("the time of that snooze has passed"))
    after = msgspec.structs.replace(
        before,
        snoozed_at=to_ms(now),
        snoozed_until=until,
        snoozed_until_reply=kept["snoozed_until_reply"],
        snoozed_by=by,
        snooze_reason=kept["snooze_reason"],
    )
    happenings: list[Happening] = [Noted(at=now, actor=by, what="snoozed")]
    if _held(clocks_of(tx.db, conversation), now):
        after = _as_before(after, kept)
        happenings.append(ThanksJudged(at=now, actor=by, thanks=True))
    at = from_ms(until)
    detail = at.isoformat(timespec="minutes") if at else "until reply"
    return change(
        tx, conversation, by, now, before, after, "snoozed_again", detail, happenings, moved=(now,)
    )
