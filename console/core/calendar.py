"""Business time: when a team is open, how much open time lies between two instants, and when a target ends.

A calendar is a zone, a list of half-open local intervals for each weekday, and dated
exceptions that replace a day's list. Everything is computed in UTC, in whole microseconds;
days of 23 and 25 hours come out as the zone's rules have them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from msgspec import Struct

from console.core.i18n import _
from console.core.open_time import MICROSECOND, Interval, OpenTime, instant, microseconds
from console.errors import ConfigError

Exceptions = tuple[tuple[date, tuple[Interval, ...]], ...]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

HORIZON = timedelta(days=800)
"""How far ahead a due time is looked for; a target that ends later has no deadline."""

_DAY_MINUTES = 24 * 60


class CalendarError(ConfigError):
    """A calendar is wrong; `problems` names key, value and reason, one sentence each."""


class Calendar(Struct, frozen=True, dict=True):
    """When a team is open, in one zone."""

    name: str
    zone: str
    """IANA name."""
    week: tuple[tuple[Interval, ...], ...]
    """Seven lists, Monday first; intervals may touch or overlap."""
    exceptions: Exceptions = ()
    """Dates whose list replaces the weekday's; an empty list is a closed day."""
    version: int = 1

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """The open time in `[start, end)`; zero if `end` is not after `start`."""
        first, last = microseconds(start), microseconds(end)
        if last <= first:
            return timedelta(0)
        return timedelta(microseconds=self._opened.between(first, last))

    def due(self, start: datetime, target: timedelta) -> datetime | None:
        """The earliest instant with `target` of open time since `start`; `start` itself for none.

        A target that is used up exactly at closing time is due at closing time. None where
        that lies more than `HORIZON` ahead.
        """
        wanted = target // MICROSECOND
        if wanted <= 0:
            return start
        first = microseconds(start)
        found = self._opened.reach(first, wanted, first + HORIZON // MICROSECOND)
        return None if found is None else instant(found)

    def is_open(self, at: datetime) -> bool:
        """Whether the team is open at this instant."""
        return self.elapsed(at, at + MICROSECOND) > timedelta(0)

    def closed_on(self, days: Sequence[date]) -> Calendar:
        """The same calendar with these dates closed (reviewed holidays).

        A date that already has hours of its own keeps them: they were written for that day.
        """
        kept = dict(self.exceptions)
        added = {day: () for day in days if day not in kept}
        exceptions = tuple(sorted({**kept, **added}.items()))
        return Calendar(self.name, self.zone, self.week, exceptions, self.version)

    def same_hours(self, other: Calendar) -> bool:
        """Whether both are open at the same instants, whatever they are called."""
        return (self.zone, self.week, self.exceptions) == (other.zone, other.week, other.exceptions)

    @cached_property
    def _opened(self) -> OpenTime:
        return OpenTime(self.zone, self.week, dict(self.exceptions))


always_open = Calendar("calendar", "UTC", (((0, _DAY_MINUTES),),) * 7)
"""Calendar time: every hour counts."""


def parse_calendar(name: str, mapping: Mapping[str, Any]) -> Calendar:
    """A calendar from its written form.

    `{"zone": "Africa/Cairo", "week": {"sun": [["09:00", "17:00"]]}, "exceptions": {"2027-10-30": []}}`:
    lists of `[from, to)` in local time; `24:00` is midnight at the end; a `to` before its `from`
    lies on the next day; an exception replaces its date's whole list.

    Raises `CalendarError` with every problem: key, value, reason.
    """
    problems: list[str] = []
    where = f"calendars.{name}"
    for key in mapping.keys() - {"zone", "week", "exceptions"}:
        problems.append(unknown_key(f"{where}.{key}", key, ("zone", "week", "exceptions")))
    zone = _zone(mapping.get("zone"), f"{where}.zone", problems)
    week = _week(mapping.get("week", {}), f"{where}.week", problems)
    exceptions = _exceptions(mapping.get("exceptions", {}), f"{where}.exceptions", problems)
    never_open = not any(week) and not any(intervals for _day, intervals in exceptions)
    if never_open and not problems:
        problems.append(
            _("{where}: no open time at all; give at least one day hours").format(
                where=f"{where}.week"
            )
        )
    if problems:
        raise CalendarError(problems)
    return Calendar(name, zone, week, exceptions)


def calendar_mapping(calendar: Calendar) -> dict[str, Any]:
    """The written form, as `parse_calendar` takes it."""
    return {
        "zone": calendar.zone,
        "week": {
            day: [_written(interval) for interval in intervals]
            for day, intervals in zip(WEEKDAYS, calendar.week, strict=True)
            if intervals
        },
        "exceptions": {
            day.isoformat(): [_written(interval) for interval in intervals]
            for day, intervals in calendar.exceptions
        },
    }


def unknown_key(where: str, key: str, known: Sequence[str]) -> str:
    """The sentence for a key that means nothing here, with the nearest that does."""
    near = get_close_matches(str(key).lower(), known, n=1)
    if near:
        return _("{where}: unknown key; did you mean {near}?").format(where=where, near=near[0])
    return _("{where}: unknown key; known are {known}").format(where=where, known=", ".join(known))


def _zone(value: object, where: str, problems: list[str]) -> str:
    if value is None:
        problems.append(
            _("{where}: missing; give an IANA zone such as Europe/Berlin").format(where=where)
        )
        return "UTC"
    try:
        return ZoneInfo(str(value)).key
    # A directory of the zone database ("Europe") is no file, and a path is refused as a value.
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = get_close_matches(str(value), available_timezones(), n=1) or ["Europe/Berlin"]
        problems.append(
            _("{where}: {value!r} is no IANA zone; write one such as {near}").format(
                where=where, value=value, near=near[0]
            )
        )
        return "UTC"


def _week(value: object, where: str, problems: list[str]) -> tuple[tuple[Interval, ...], ...]:
    if not isinstance(value, Mapping):
        problems.append(
            _("{where}: {value!r} is no table of days ({days})").format(
                where=where, value=value, days=", ".join(WEEKDAYS)
            )
        )
        return ((),) * 7
    for key in value:
        if key not in WEEKDAYS:
            problems.append(unknown_key(f"{where}.{key}", key, WEEKDAYS))
    return tuple(_intervals(value.get(day, []), f"{where}.{day}", problems) for day in WEEKDAYS)


def _exceptions(value: object, where: str, problems: list[str]) -> Exceptions:
    if not isinstance(value, Mapping):
        problems.append(
            _("{where}: {value!r} is no table of dates").format(where=where, value=value)
        )
        return ()
    found: list[tuple[date, tuple[Interval, ...]]] = []
    for key, intervals in value.items():
        try:
            day = date.fromisoformat(str(key))
        except ValueError:
            problems.append(
                _("{where}: no date; write it as 2027-12-24").format(where=f"{where}.{key}")
            )
            continue
        found.append((day, _intervals(intervals, f"{where}.{key}", problems)))
    return tuple(sorted(found))


def _intervals(value: object, where: str, problems: list[str]) -> tuple[Interval, ...]:
    if not isinstance(value, list | tuple):
        problems.append(
            _('{where}: {value!r} is no list of hours such as [["09:00", "17:00"]]').format(
                where=where, value=value
            )
        )
        return ()
    found = [_interval(pair, f"{where}[{place}]", problems) for place, pair in enumerate(value)]
    return tuple(sorted(interval for interval in found if interval is not None))


def _interval(value: object, where: str, problems: list[str]) -> Interval | None:
    if not isinstance(value, list | tuple) or len(value) != 2:
        problems.append(
            _('{where}: {value!r} is no pair such as ["09:00", "17:00"]').format(
                where=where, value=value
            )
        )
        return None
    start, end = _minutes(value[0]), _minutes(value[1])
    if start is None or end is None or start == _DAY_MINUTES:
        wrong = value[1] if start is not None and start < _DAY_MINUTES else value[0]
        problems.append(
            _(
                "{where}: {value!r} is no time of day; write it as 09:00, up to 24:00 for an end"
            ).format(where=where, value=wrong)
        )
        return None
    if start == end:
        problems.append(
            _("{where}: begins and ends at {value}; a whole day is 00:00 to 24:00").format(
                where=where, value=value[0]
            )
        )
        return None
    return (start, end if end > start else end + _DAY_MINUTES)


def _minutes(value: object) -> int | None:
    """Minutes since midnight of `HH:MM`, or of a TOML local time; None if it is neither."""
    if isinstance(value, time):
        return None if value.second or value.microsecond else value.hour * 60 + value.minute
    found = re.fullmatch(r"([01]?\d|2[0-4]):([0-5]\d)", value) if isinstance(value, str) else None
    if not found:
        return None
    minutes = int(found[1]) * 60 + int(found[2])
    return minutes if minutes <= _DAY_MINUTES else None


def _written(interval: Interval) -> list[str]:
    start, end = interval
    end = end if end <= _DAY_MINUTES else end - _DAY_MINUTES
    return [f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (start, end)]
