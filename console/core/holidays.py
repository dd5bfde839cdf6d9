"""Holidays: days of a feed that close a calendar once a person has accepted them.

Feeds of "holidays" also carry observances, school terms and phases of the moon, so a day begins
as a proposal and closes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, structs

from console.core.i18n import mark

if TYPE_CHECKING:
    from console.core.policy import Rules

HolidayState = Literal["proposed", "accepted", "rejected"]
Verdict = Literal["accept", "reject", "remove"]
"""A person's word on a day: it closes the calendar, it does not, or nobody ever spoke of it."""

STATE_OF: Mapping[Verdict, HolidayState] = {"accept": "accepted", "reject": "rejected"}

STATE_WORDS: Mapping[HolidayState, str] = {
    "proposed": mark("to be reviewed"),
    "accepted": mark("closed"),
    "rejected": mark("a working day"),
}


class HolidayDay(Struct, frozen=True):
    """One day of one calendar, and what was said about it."""

    calendar: str
    day: date
    name: str
    """What the feed calls it."""
    state: HolidayState = "proposed"
    by: str = ""
    """Who proposed it, or spoke about it last."""
    at: datetime | None = None


def with_holidays(rules: Rules, days: Iterable[HolidayDay]) -> Rules:
    """The rules with every accepted day closed; hours written for a date by hand stay."""
    accepted: dict[str, list[date]] = {}
    for day in days:
        if day.state == "accepted":
            accepted.setdefault(day.calendar, []).append(day.day)
    calendars = {
        name: calendar.closed_on(accepted.get(name, ()))
        for name, calendar in rules.calendars.items()
    }
    return structs.replace(rules, calendars=calendars)


def judged(
    days: Sequence[HolidayDay], wanted: Iterable[date], verdict: Verdict
) -> list[HolidayDay]:
    """The days as they stand after a verdict on some of them."""
    chosen = set(wanted)
    if verdict == "remove":
        return [day for day in days if day.day not in chosen]
    state = STATE_OF[verdict]
    return [structs.replace(day, state=state) if day.day in chosen else day for day in days]
