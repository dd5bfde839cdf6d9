"""Days that may be holidays: proposed from a feed, reviewed by a person, joined to the calendars."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime

from console.core.holidays import STATE_OF, HolidayDay, Verdict, judged, with_holidays
from console.core.policy import Rules
from console.core.preview import Preview
from console.core.sla import renumbered
from console.store.database import Transaction
from console.store.instants import from_ms, to_ms, whole
from console.store.timekeeping import Timekeeping, foresee, put_in_force
from sources.text import clean, clip

NAME_LIMIT = 200


class Holidays(Timekeeping):
    """Whatever rules come into force, the reviewed holidays are in their calendars."""

    @property
    def rules(self) -> Rules:
        """The rules in force, reviewed holidays in their calendars."""
        return self._rules

    async def adopt(self, rules: Rules, now: datetime, *, preview: bool = False) -> Preview:
        """Take rules into force, with the reviewed holidays; with `preview` only tell."""
        if preview:
            return await self.read(_foresee, rules, self._rules, whole(now), None)
        await self.write(_adopt, rules, whole(now))
        return await self.judge_all(now)

    async def holidays(self, calendar: str = "") -> tuple[HolidayDay, ...]:
        """Every day that was proposed for a calendar, by date; for all of them without a name."""
        return await self.read(_days, calendar)

    async def propose_holidays(
        self, calendar: str, days: Sequence[tuple[date, str]], by: str, now: datetime
    ) -> int:
        """Days of a feed, to be reviewed; how many are new. What was said about others stands."""
        return await self.write(_propose, calendar, tuple(days), by, whole(now))

    async def decide_holidays(
        self,
        rules: Rules,
        calendar: str,
        days: Sequence[date],
        verdict: Verdict,
        by: str,
        now: datetime,
        *,
        preview: bool = False,
    ) -> Preview:
        """A person's word on days that were proposed, and what it moves; `rules` as configured.

        The word and the new version of the calendar are one transaction; with `preview` nothing
        is changed.
        """
        if preview:
            change = (calendar, tuple(days), verdict)
            return await self.read(_foresee, rules, self._rules, whole(now), change)
        await self.write(_decide, rules, calendar, tuple(days), verdict, by, whole(now))
        return await self.judge_all(now)


def _days(db: sqlite3.Connection, calendar: str = "") -> tuple[HolidayDay, ...]:
    rows = db.execute(
        """
        select calendar, day, name, state, by_person, at from holidays
        where ? in ('', calendar) order by calendar, day
        """,
        (calendar,),
    )
    return tuple(
        HolidayDay(
            calendar=row["calendar"],
            day=date.fromisoformat(row["day"]),
            name=row["name"],
            state=row["state"],
            by=row["by_person"],
            at=from_ms(row["at"]),
        )
        for row in rows
    )


def _propose(
    tx: Transaction, calendar: str, days: Sequence[tuple[date, str]], by: str, now: datetime
) -> int:
    before = tx.db.total_changes
    tx.db.executemany(
        """
        insert into holidays (calendar, day, name, by_person, at) values (?, ?, ?, ?, ?)
        on conflict (calendar, day) do nothing
        """,
        [
            (calendar, day.isoformat(), clip(clean(name), NAME_LIMIT), by, to_ms(now))
            for day, name in days
        ],
    )
    return tx.db.total_changes - before


def _adopt(tx: Transaction, rules: Rules, now: datetime) -> None:
    put_in_force(tx, with_holidays(rules, _days(tx.db)), now)


def _foresee(
    db: sqlite3.Connection,
    rules: Rules,
    in_force: Rules,
    now: datetime,
    change: tuple[str, tuple[date, ...], Verdict] | None,
) -> Preview:
    days = list(_days(db))
    if change is not None:
        calendar, chosen, verdict = change
        own = [day for day in days if day.calendar == calendar]
        days = [day for day in days if day.calendar != calendar] + judged(own, chosen, verdict)
    return foresee(db, renumbered(with_holidays(rules, days), in_force), now)


def _decide(
    tx: Transaction,
    rules: Rules,
    calendar: str,
    days: Sequence[date],
    verdict: Verdict,
    by: str,
    now: datetime,
) -> None:
    for day in days:
        if verdict == "remove":
            tx.db.execute(
                "delete from holidays where calendar = ? and day = ?", (calendar, day.isoformat())
            )
        else:
            tx.db.execute(
                """
                update holidays set state = ?, by_person = ?, at = ?
                where calendar = ? and day = ?
                """,
                (STATE_OF[verdict], by, to_ms(now), calendar, day.isoformat()),
            )
    _adopt(tx, rules, now)
