"""The specification's vectors V1 to V17 (semantics S7), one test for each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from console.core.calendar import Calendar, parse_calendar

NINE_TO_FIVE = [["09:00", "17:00"]]
ALL_DAY = [["00:00", "24:00"]]
WORKWEEK = ("mon", "tue", "wed", "thu", "fri")
EVERY_DAY = (*WORKWEEK, "sat", "sun")


def at(text: str) -> datetime:
    """An instant written with its offset, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def hours(zone: str, days: tuple[str, ...], intervals: list[list[str]], **more: object) -> Calendar:
    """A calendar with the same hours on several days."""
    return parse_calendar("v", {"zone": zone, "week": dict.fromkeys(days, intervals), **more})


BERLIN = hours("Europe/Berlin", WORKWEEK, NINE_TO_FIVE)
BERLIN_ALWAYS = hours("Europe/Berlin", EVERY_DAY, ALL_DAY)
BERLIN_NIGHT = hours("Europe/Berlin", EVERY_DAY, [["00:00", "06:00"]])
TEHRAN = parse_calendar(
    "tehran",
    {
        "zone": "Asia/Tehran",
        "week": {
            **{day: [["08:00", "16:00"]] for day in ("sat", "sun", "mon", "tue", "wed")},
            "thu": [["08:00", "12:00"]],
        },
    },
)
MOSCOW = hours(
    "Europe/Moscow",
    WORKWEEK,
    [["09:00", "18:00"]],
    exceptions={"2027-05-07": NINE_TO_FIVE, "2027-05-10": []},
)
CAIRO = hours("Africa/Cairo", ("sun", "mon", "tue", "wed", "thu"), NINE_TO_FIVE)
CAIRO_ALWAYS = hours("Africa/Cairo", EVERY_DAY, ALL_DAY)


def sunday(*intervals: list[str]) -> Calendar:
    """Berlin, open on Sundays only."""
    return hours("Europe/Berlin", ("sun",), list(intervals))


@pytest.mark.parametrize(
    ("calendar", "start", "target_hours", "due"),
    [
        pytest.param(BERLIN, "2027-03-26T16:30+01:00", 1, "2027-03-29T07:30Z", id="V1"),
        pytest.param(BERLIN, "2027-03-26T16:00+01:00", 4, "2027-03-29T10:00Z", id="V2"),
        pytest.param(BERLIN_ALWAYS, "2027-03-27T20:00+01:00", 24, "2027-03-28T19:00Z", id="V3"),
        pytest.param(BERLIN_ALWAYS, "2027-10-30T20:00+02:00", 24, "2027-10-31T18:00Z", id="V4"),
        pytest.param(BERLIN_NIGHT, "2027-03-28T00:00+01:00", 6, "2027-03-28T23:00Z", id="V5"),
        pytest.param(BERLIN_NIGHT, "2027-10-31T00:00+02:00", 6, "2027-10-31T04:00Z", id="V6"),
        pytest.param(
            sunday(["02:30", "04:00"]), "2027-03-28T00:00+01:00", 1, "2027-03-28T02:00Z", id="V7"
        ),
        pytest.param(
            sunday(["02:00", "03:00"]), "2027-10-31T00:00+02:00", 2, "2027-10-31T02:00Z", id="V8"
        ),
        pytest.param(
            hours("Europe/Berlin", WORKWEEK, [["08:00", "12:00"], ["13:30", "18:00"]]),
            "2027-05-05T12:30+02:00",
            4,
            "2027-05-05T15:30Z",
            id="V9",
        ),
        pytest.param(BERLIN, "2027-05-05T09:00+02:00", 8, "2027-05-05T15:00Z", id="V10"),
        pytest.param(BERLIN, "2027-05-05T17:00+02:00", 1, "2027-05-06T08:00Z", id="V11"),
        pytest.param(CAIRO, "2027-04-29T16:00+02:00", 4, "2027-05-02T09:00Z", id="V12"),
        pytest.param(TEHRAN, "2027-04-08T11:00+03:30", 4, "2027-04-10T07:30Z", id="V13"),
        pytest.param(MOSCOW, "2027-05-07T16:30+03:00", 2, "2027-05-11T07:30Z", id="V14"),
        pytest.param(CAIRO_ALWAYS, "2027-04-29T20:00+02:00", 8, "2027-04-30T02:00Z", id="V15"),
    ],
)
def test_due_vector(calendar: Calendar, start: str, target_hours: int, due: str) -> None:
    """A target ends exactly where the specification says."""
    assert at(due) == calendar.due(at(start), timedelta(hours=target_hours))


def test_v16_intervals_that_meet_in_the_repeated_hour_count_it_once() -> None:
    """00:00-02:30 and 02:30-06:00 on the autumn Sunday are seven hours, not eight."""
    calendar = sunday(["00:00", "02:30"], ["02:30", "06:00"])

    elapsed = calendar.elapsed(at("2027-10-31T00:00+02:00"), at("2027-10-31T06:00+01:00"))

    assert timedelta(hours=7) == elapsed


def test_v17_a_pause_is_subtracted_in_business_time() -> None:
    """Six of eight hours used before the pause leave two after it, on the same calendar."""
    target = timedelta(hours=8)
    used = BERLIN.elapsed(at("2027-05-14T10:00+02:00"), at("2027-05-14T16:00+02:00"))

    due = BERLIN.due(at("2027-05-17T10:00+02:00"), target - used)

    assert at("2027-05-17T12:00+02:00") == due
