"""What time and rules do by themselves: waking, breaches, new versions of the rules, rebuilding."""

from __future__ import annotations

import sqlite3
from datetime import datetime

import msgspec

from console.core.clocks import FactsChanged, RulesChanged, StatusSet, Ticked
from console.core.i18n import _
from console.core.policy import Rules
from console.core.preview import Preview, compared
from console.core.sla import renumbered
from console.errors import StoreError
from console.store.clockwork import again, clocks_of, foreseen, record, settle
from console.store.database import Database, Transaction
from console.store.instants import from_ms, to_ms, whole
from console.store.standing import LATE, SOON
from console.store.team import people_on_shift

AT_ONCE = 500
"""Conversations in one transaction, where time or rules touch many: people write between two."""


class Timekeeping(Database):
    """Ticks, rules, rebuilding."""

    _ticked_at: datetime | None = None

    async def adopt(self, rules: Rules, now: datetime, *, preview: bool = False) -> Preview:
        """Take rules into force, as a new version if they differ; with `preview` only tell."""
        if preview:
            return await self.read(foresee, renumbered(rules, self._rules), whole(now))
        await self.write(put_in_force, rules, whole(now))
        return await self.judge_all(now)

    async def judge_all(self, now: datetime) -> Preview:
        """Let the open conversations follow the rules in force; what that moved.

        In portions: a desk that dies meanwhile goes on with its next `adopt()`.
        """
        moved = Preview()
        while (some := await self.write(_judge_some, whole(now))) is not None:
            moved += some
        return moved

    async def tick(self, now: datetime) -> tuple[int, ...]:
        """Wake what has slept enough and record breaches that came due; those that woke."""
        await self.keep_reserve()
        while await self.write(_write_breaches, whole(now)) == AT_ONCE:
            pass
        jumped_back = self._ticked_at is not None and now < self._ticked_at
        self._ticked_at = now
        return await self.write(_tick, whole(now), jumped_back=jumped_back)

    async def rebuild(self) -> int:
        """Derive every clock and cache again from the ledger; how many rows changed."""
        rules = await self.read(rules_by_version)
        changed, after = 0, 0
        while portion := await self.write(_rebuild_some, after, rules):
            after = portion[0]
            changed += portion[1]
        return changed


def rules_by_version(db: sqlite3.Connection) -> dict[int, Rules]:
    """Every version of the rules that was ever in force."""
    rows = db.execute("select version, body from rules order by version")
    return {row["version"]: _rules_from(row["version"], row["body"]) for row in rows}


def _rules_from(version: int, body: str) -> Rules:
    try:
        return msgspec.json.decode(body, type=Rules)
    except msgspec.DecodeError as error:
        raise StoreError(
            _("the rules of version {version} cannot be read: {problem}").format(
                version=version, problem=error
            )
        ) from error


def keep_rules(db: sqlite3.Connection, rules: Rules, now: datetime) -> None:
    """Write rules down under their version; a version that is there stays as it is."""
    db.execute(
        """
        insert into rules (version, adopted_at, body) values (?, ?, ?)
        on conflict (version) do nothing
        """,
        (rules.version, to_ms(now), msgspec.json.encode(rules).decode()),
    )


def put_in_force(tx: Transaction, rules: Rules, now: datetime) -> None:
    """The rules as a new version, if they differ; conversations follow by `judge_all()`."""
    new = renumbered(rules, tx.rules)
    if new is tx.rules:
        return
    keep_rules(tx.db, new, now)
    tx.db.execute("update rules set judged_to = 0 where version = ?", (new.version,))
    tx.rules = new
    tx.visible = True


def _judge_some(tx: Transaction, now: datetime) -> Preview | None:
    """Put some open conversations under the rules in force; None where there are none left."""
    row = tx.db.execute(
        "select judged_to from rules where version = ?", (tx.rules.version,)
    ).fetchone()
    if row["judged_to"] is None:
        return None
    ids = _clocked(tx.db, row["judged_to"])
    moved = Preview()
    for conversation in ids:
        before = clocks_of(tx.db, conversation)
        settle(tx, conversation, now, [RulesChanged(at=now)], grow=0)
        moved += compared(before, clocks_of(tx.db, conversation), now)
    tx.db.execute(
        "update rules set judged_to = ? where version = ?",
        (ids[-1] if ids else None, tx.rules.version),
    )
    return moved if ids else None


def _clocked(db: sqlite3.Connection, after: int, count: int = AT_ONCE) -> list[int]:
    """Conversations in which a clock is not finished, by number."""
    rows = db.execute(
        """
        select distinct conversation as id from clocks
        where conversation > ? and state in ('running', 'paused', 'provisional')
        order by conversation limit ?
        """,
        (after, count),
    )
    return [row["id"] for row in rows]


def foresee(db: sqlite3.Connection, rules: Rules, now: datetime) -> Preview:
    """What these rules would move among open conversations; nothing is changed."""
    moved = Preview()
    for conversation in _clocked(db, 0, -1):
        moved += compared(*foreseen(db, conversation, RulesChanged(at=now), rules), now)
    return moved


def _tick(tx: Transaction, now: datetime, *, jumped_back: bool) -> tuple[int, ...]:
    if jumped_back:
        # what was soon or late by the old clock may not be by the new one.
        tx.db.execute("update conversations set stage = 0 where stage > 0")
    _grow_late_or_soon(tx, now)
    return tuple(sorted({*_wake(tx, now), *_end_thanks(tx, now)}))


def _wake(tx: Transaction, now: datetime) -> list[int]:
    """Snoozes that are over. What somebody off shift had put to sleep returns to the team."""
    rows = tx.db.execute(
        "select id, owner from conversations where snoozed_until <= ?", (to_ms(now),)
    ).fetchall()
    on_shift = people_on_shift(tx.db)
    for row in rows:
        # a team that never says who is on shift keeps its owners.
        keeps = not on_shift or row["owner"] in on_shift
        tx.db.execute(
            """
            update conversations set snoozed_at = null, snoozed_until = null,
                snoozed_until_reply = 0, snoozed_by = '', snooze_reason = '',
                owner = case when ? then owner else '' end
            where id = ?
            """,
            (keeps, row["id"]),
        )
        record(tx, row["id"], now, "", "woke", "time")
        # policies may ask whose it is.
        settle(tx, row["id"], now, [] if keeps else [FactsChanged(at=now)])
    return [row["id"] for row in rows]


def _end_thanks(tx: Transaction, now: datetime) -> list[int]:
    """What looked like thanks and was not judged in time is a turn like any other."""
    rows = tx.db.execute(
        "select id, status, thanks_until from conversations where thanks_until <= ?",
        (to_ms(now),),
    ).fetchall()
    for row in rows:
        tx.db.execute("update conversations set thanks_until = null where id = ?", (row["id"],))
        # what thanks had left paused goes on.
        at = from_ms(row["thanks_until"])
        opened = row["status"] in ("new", "open")
        settle(tx, row["id"], now, [StatusSet(at=at, status="open")] if opened else [])
    return [row["id"] for row in rows]


def _write_breaches(tx: Transaction, now: datetime) -> int:
    """Breaches that came due, each with its own instant; in how many conversations."""
    rows = tx.db.execute(
        "select distinct conversation as id from clocks where breaches_at < ? limit ?",
        (to_ms(now), AT_ONCE),
    ).fetchall()
    for row in rows:
        settle(tx, row["id"], now, [Ticked(at=now)], grow=0)
    return len(rows)


def _grow_late_or_soon(tx: Transaction, now: datetime) -> None:
    """Keep the stage of the clock on each row, which the views of late and soon are read by."""
    changed = tx.db.execute(
        """
        update conversations set stage = ?
        where stage < 2 and due_at is not null and due_at < ?
            and clock_state in ('running', 'paused')
        """,
        (LATE, to_ms(now)),
    ).rowcount
    changed += tx.db.execute(
        """
        update conversations set stage = ?
        where stage = 0 and soon_at is not null and soon_at <= ? and clock_state = 'running'
            and due_at >= ?
        """,
        (SOON, to_ms(now), to_ms(now)),
    ).rowcount
    tx.visible = tx.visible or changed > 0


def _rebuild_some(tx: Transaction, after: int, rules: dict[int, Rules]) -> tuple[int, int] | None:
    """The next conversations by number: (the last of them, how many changed); None at the end."""
    rows = tx.db.execute(
        "select id from conversations where id > ? order by id limit ?", (after, AT_ONCE)
    ).fetchall()
    changed = sum(again(tx.db, row["id"], rules) for row in rows)
    tx.visible = tx.visible or changed > 0
    return (rows[-1]["id"], changed) if rows else None
