"""Properties of business time (S7.7), against a reference that counts open minutes one by one."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.calendar import Calendar

ZONES = (
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Havana",
    "America/New_York",
    "America/Santiago",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Dublin",
    "Pacific/Chatham",
)
MINUTE = timedelta(minutes=1)
YEAR = 2027


@lru_cache
def changes(zone: str) -> tuple[datetime, ...]:
    """The hours of a year in which a zone's offset changes: where mistakes would be."""
    here = ZoneInfo(zone)
    start = datetime(YEAR, 1, 1, tzinfo=UTC)
    instants = [start + timedelta(hours=hour) for hour in range(365 * 24)]
    offsets = [instant.astimezone(here).utcoffset() for instant in instants]
    return tuple(
        instant
        for instant, before, after in zip(instants[1:], offsets, offsets[1:], strict=False)
        if before != after
    )


minutes_of_day = st.one_of(
    st.integers(0, 1440),
    st.sampled_from([0, 30, 60, 90, 119, 120, 121, 150, 180, 1380, 1410, 1440]),
)


@st.composite
def interval_lists(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """A day's intervals: some overlap, some touch, some cross midnight."""
    pairs = draw(st.lists(st.tuples(minutes_of_day, minutes_of_day), max_size=3))
    found = []
    for start, end in pairs:
        if start == 1440 or start == end:
            continue
        found.append((start, end if end > start else end + 1440))
    return tuple(sorted(found))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """A random calendar and a start, most often near a change of the clocks."""
    zone = draw(st.sampled_from(ZONES))
    week = draw(st.tuples(*[interval_lists()] * 7).filter(any))
    around = draw(st.sampled_from(changes(zone)))
    start = around + timedelta(minutes=draw(st.integers(-3 * 1440, 1440)))
    days = st.integers(-3, 4).map(lambda ahead: (around + timedelta(days=ahead)).date())
    exceptions = draw(st.dictionaries(days, interval_lists(), max_size=2))
    return Calendar("r", zone, week, tuple(sorted(exceptions.items()))), start


def open_minutes(calendar: Calendar, start: datetime, end: datetime) -> list[datetime]:
    """Every open minute of `[start, end)`, by walking through the minutes and looking at the wall.

    An interval of a date begins with the first minute at which the wall shows its beginning or
    later. It ends before the last minute at which the wall shows its end, or, where the clocks
    skip that, after the last one at which the wall shows an earlier time.
    """
    here = ZoneInfo(calendar.zone)
    begin = start - timedelta(days=4)
    walk = [begin + n * MINUTE for n in range(int((end - begin) / MINUTE) + 4 * 1440)]
    walls = [instant.astimezone(here).replace(tzinfo=None) for instant in walk]
    is_open: set[datetime] = set()
    exceptions = dict(calendar.exceptions)
    day: date = walls[0].date() + timedelta(days=1)
    while day < walls[-1].date() - timedelta(days=1):
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001
        for opens, closes in exceptions.get(day, calendar.week[day.weekday()]):
            first = next(n for n, wall in enumerate(walls) if wall >= midnight + opens * MINUTE)
            closing = midnight + closes * MINUTE
            last = max(n for n, wall in enumerate(walls) if wall <= closing)
            is_open.update(walk[first : last if walls[last] == closing else last + 1])
        day += timedelta(days=1)
    return sorted(minute for minute in is_open if start <= minute < end)


QUICK = settings(max_examples=30, deadline=None, derandomize=True)
LONG = settings(max_examples=1000, deadline=None, derandomize=True)


def elapsed_by_minutes(case: tuple[Calendar, datetime], length: int) -> None:
    """Open time between two instants is the number of open minutes between them."""
    calendar, start = case
    end = start + length * MINUTE

    assert len(open_minutes(calendar, start, end)) * MINUTE == calendar.elapsed(start, end)


def due_by_minutes(case: tuple[Calendar, datetime], pick: int) -> None:
    """A target of n minutes ends with the n-th open minute."""
    calendar, start = case
    minutes = open_minutes(calendar, start, start + timedelta(days=2))
    if not minutes:
        return
    wanted = 1 + pick % len(minutes)

    assert minutes[wanted - 1] + MINUTE == calendar.due(start, wanted * MINUTE)


lengths = st.integers(1, 2 * 1440)
test_elapsed_counts_the_open_minutes = QUICK(given(cases(), lengths)(elapsed_by_minutes))
test_due_is_the_end_of_the_last_minute_used = QUICK(given(cases(), lengths)(due_by_minutes))


@pytest.mark.heavy
@LONG
@given(cases(), lengths)
def test_at_length(case: tuple[Calendar, datetime], length: int) -> None:
    """Both, on many more calendars."""
    elapsed_by_minutes(case, length)
    due_by_minutes(case, length)


targets = st.integers(1, 40 * 24 * 3600 * 1000).map(lambda ms: timedelta(milliseconds=ms))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(cases(), targets)
def test_what_is_due_has_elapsed(case: tuple[Calendar, datetime], target: timedelta) -> None:
    """elapsed(start, due(start, n)) = n."""
    calendar, start = case
    due = calendar.due(start, target)

    assert due is None or target == calendar.elapsed(start, due)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(cases(), targets, targets)
def test_due_in_two_steps(
    case: tuple[Calendar, datetime], first: timedelta, second: timedelta
) -> None:
    """due(s, n + m) = due(due(s, n), m), and more time is never due earlier."""
    calendar, start = case
    halfway = calendar.due(start, first)
    whole = calendar.due(start, first + second)
    if halfway is None or whole is None:
        return

    assert (whole, True) == (calendar.due(halfway, second), whole > halfway)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(cases(), targets, st.data())
def test_splitting_an_interval_changes_nothing(
    case: tuple[Calendar, datetime], target: timedelta, data: st.DataObject
) -> None:
    """09-17 and 09-12 with 12-17 are the same hours."""
    calendar, start = case
    cut = data.draw(st.integers(1, 1439))
    split = tuple(
        tuple(
            piece
            for opens, closes in intervals
            for piece in (
                ((opens, opens + cut), (opens + cut, closes))
                if opens + cut < closes
                else ((opens, closes),)
            )
        )
        for intervals in calendar.week
    )
    pieces = Calendar("s", calendar.zone, split, calendar.exceptions)

    assert calendar.due(start, target) == pieces.due(start, target)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(cases(), targets, st.integers(0, 60 * 24 * 60))
def test_elapsed_adds_up(case: tuple[Calendar, datetime], length: timedelta, more: int) -> None:
    """The time from a to c is the time from a to b and from b to c, and never negative."""
    calendar, start = case
    middle, end = start + length, start + length + more * MINUTE
    whole = calendar.elapsed(start, end)

    assert (whole, True) == (
        calendar.elapsed(start, middle) + calendar.elapsed(middle, end),
        whole >= timedelta(0),
    )


def test_the_machines_zone_does_not_matter() -> None:
    """The same question is answered alike on machines in Berlin, Honolulu and Lord Howe."""
    question = (
        "from datetime import *; from console.core.calendar import parse_calendar as p;"
        "c = p('c', {'zone': 'America/St_Johns', 'week': {'sun': [['00:00', '05:00']]}});"
        "s = datetime(2027, 3, 1, tzinfo=UTC);"
        "print([c.due(s, timedelta(hours=h)).isoformat() for h in range(1, 60, 7)])"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", question],
            env={**os.environ, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for zone in ("Europe/Berlin", "Pacific/Honolulu", "Australia/Lord_Howe")
    }

    assert 1 == len(answers)
