"""Holidays from an iCalendar file. They close nothing until a person has reviewed them.

Feeds of "holidays" also carry observances, school terms and phases of the moon; so each day is
listed with its name, and only what somebody accepted reaches a calendar (`reviewing`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from icalendar import Calendar
from msgspec import Struct

from console.core.i18n import _
from console.errors import ConfigError
from sources.text import clean

MOST_BYTES = 4 * 1024 * 1024
"""Larger files are refused: a century of holidays of one country takes a tenth of it."""

_MOST_EVENTS = 20_000
_MOST_DAYS = 5_000
_LONGEST = timedelta(days=31)
# A rule that never matches is walked to its end; older beginnings and finer steps only cost time.
_EARLIEST = date(1900, 1, 1)
_STEPS = ("YEARLY", "MONTHLY", "WEEKLY")


class Holiday(Struct, frozen=True):
    """One day of a feed."""

    day: date
    name: str


class Feed(Struct, frozen=True):
    """What a file held."""

    holidays: tuple[Holiday, ...] = ()
    """By date."""
    left_out: tuple[str, ...] = ()
    """Sentences about events that are no whole days, or cannot be understood."""


def read_holidays(content: bytes, first: date, last: date) -> Feed:
    """The whole-day events of an iCalendar file between two dates, both included.

    Raises `ConfigError` where the content is no iCalendar file, or far too large.
    """
    if len(content) > MOST_BYTES:
        raise ConfigError(
            _("the holiday file has {n} bytes; at most {most} are read").format(
                n=len(content), most=MOST_BYTES
            )
        )
    try:
        calendars = Calendar.from_ical(content, multiple=True)
        events = [
            event
            for calendar in calendars
            for event in islice(calendar.walk("VEVENT"), _MOST_EVENTS)
        ]
    except (ValueError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise ConfigError(
            _("this is no iCalendar file: {error}").format(error=str(error)[:200])
        ) from None
    found: dict[tuple[date, str], Holiday] = {}
    left_out: list[str] = []
    for event in events:
        name = " ".join(str(event.get("SUMMARY", "")).split())[:200] or _("unnamed")
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        try:
            for day in _days(event, first, last):
                if len(found) < _MOST_DAYS:
                    found[day, name] = Holiday(day, name)
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError) as error:
            left_out.append(f"{name}: {str(error)[:200]}")
    ordered = tuple(holiday for _key, holiday in sorted(found.items()))
    return Feed(ordered, tuple(left_out))


def day_by_day(feed: Feed) -> tuple[tuple[date, str], ...]:
    """Each date once, with every name it has: it is the date that is reviewed."""
    names: dict[date, list[str]] = {}
    for holiday in feed.holidays:
        names.setdefault(holiday.day, []).append(holiday.name)
    return tuple((day, " / ".join(of)) for day, of in sorted(names.items()))


def read_feed(path: Path, first: date, last: date) -> Feed:
    """The days of a file. Raises `ConfigError` naming the file."""
    try:
        return read_holidays(path.read_bytes(), first, last)
    except OSError as error:
        raise ConfigError(
            _("{path}: cannot be read: {error}").format(path=path, error=error.strerror)
        ) from None
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def holidays_verb(
    *,
    path: Path,
    first: date,
    last: date,
    as_json: bool = False,
    out: TextIO,
    err: TextIO,
) -> int:
    """Prints a file's holidays as lines for a calendar's `exceptions`, to be reviewed by a person.

    What is no day off is simply not copied. Returns the exit code: 0, or 2 for a file that cannot
    be read.
    """
    try:
        feed = read_feed(path, first, last)
    except ConfigError as error:
        print(error, file=err)
        return 2
    for holiday in feed.holidays:
        name = clean(holiday.name)
        day = holiday.day.isoformat()
        print(
            json.dumps({"day": day, "name": name}) if as_json else f'"{day}" = []  # {name}',
            file=out,
        )
    tell_left_out(feed, err)
    return 0


def tell_left_out(feed: Feed, err: TextIO) -> None:
    """Say which events are no days."""
    for sentence in feed.left_out:
        print(_("left out: {sentence}").format(sentence=clean(sentence)), file=err)


def _days(event: Any, first: date, last: date) -> Iterator[date]:
    """Every date that an event covers. Raises `ValueError` for what is no whole day."""
    begin = event["DTSTART"].dt
    if isinstance(begin, datetime) or not isinstance(begin, date):
        raise ValueError(_("not a whole day"))
    if begin < _EARLIEST:
        raise ValueError(_("begins before {year}").format(year=_EARLIEST.year))
    length = _length(event, begin)
    for start in _starts(event, begin, first - length, last):
        for ahead in range(length.days):
            day = start + timedelta(days=ahead)
            if first <= day <= last:
                yield day


def _length(event: Any, begin: date) -> timedelta:
    """How long an event is: DTEND is the first day that no longer belongs to it."""
    if "DTEND" in event:
        end = event["DTEND"].dt
        if isinstance(end, datetime):
            raise ValueError(_("not a whole day"))
        length = end - begin
    elif "DURATION" in event:
        length = event["DURATION"].dt
    else:
        length = timedelta(days=1)
    length = max(length, timedelta(days=1))
    if length > _LONGEST:
        raise ValueError(_("longer than {days} days").format(days=_LONGEST.days))
    return timedelta(days=length.days)


def _starts(event: Any, begin: date, first: date, last: date) -> Iterator[date]:
    """The dates on which an event begins, between two dates."""
    rule = event.get("RRULE")
    if rule is None:
        yield begin
        return
    if isinstance(rule, list) or str(rule.get("FREQ", [""])[0]).upper() not in _STEPS:
        raise ValueError(_("its repetition is none of {known}").format(known=", ".join(_STEPS)))
    excluded = {moment.dt for dates in _listed(event.get("EXDATE")) for moment in dates.dts}
    text = rule.to_ical().decode()
    # dateutil wants UNTIL as naive as the beginning is.
    repeated = rrulestr(text.replace("Z", ""), dtstart=datetime.combine(begin, time()))
    window = (datetime.combine(first, time()), datetime.combine(last, time()))
    for start in islice(repeated.between(*window, inc=True), _MOST_DAYS):
        if start.date() not in excluded and start not in excluded:
            yield start.date()


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
