"""Business time, beyond the vectors."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.core.calendar import (
    HORIZON,
    CalendarError,
    always_open,
    calendar_mapping,
    parse_calendar,
)
from tests.core.test_calendar_vectors import BERLIN, BERLIN_ALWAYS, EVERY_DAY, at, hours

HOUR = timedelta(hours=1)


def test_a_day_and_night_calendar_never_closes() -> None:
    """zammad #3180: open around the clock means every microsecond, also those around midnight."""
    start, end = at("2027-01-01T00:00+01:00"), at("2028-01-01T00:00+01:00")

    assert end - start == BERLIN_ALWAYS.elapsed(start, end)


def test_business_hours_are_counted_in_the_calendars_own_zone() -> None:
    """09:00 in Berlin opens at 09:00 in Berlin, whatever zone the start is written in."""
    tokyo = datetime(2027, 5, 5, 15, 30, tzinfo=ZoneInfo("Asia/Tokyo"))

    assert at("2027-05-05T10:30+02:00") == BERLIN.due(tokyo, timedelta(hours=1.5))


def test_two_instants_of_one_zone_are_not_subtracted_by_the_wall_clock() -> None:
    """20:00 to 20:00 over the spring night is 23 hours."""
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2027, 3, 27, 20, tzinfo=berlin)
    end = datetime(2027, 3, 28, 20, tzinfo=berlin)

    assert 23 * HOUR == BERLIN_ALWAYS.elapsed(start, end)


def test_an_interval_may_cross_midnight() -> None:
    """A night shift from 22:00 runs into the next day."""
    night = hours("Europe/Berlin", ("fri",), [["22:00", "06:00"]])

    assert 8 * HOUR == night.elapsed(at("2027-05-07T12:00+02:00"), at("2027-05-09T12:00+02:00"))


def test_a_closed_day_leaves_the_night_shift_before_it() -> None:
    """The hours after midnight belong to the day on which the shift began."""
    night = hours("Europe/Berlin", EVERY_DAY, [["22:00", "06:00"]], exceptions={"2027-05-08": []})

    elapsed = night.elapsed(at("2027-05-08T00:00+02:00"), at("2027-05-09T22:00+02:00"))

    assert 6 * HOUR == elapsed


def test_an_interval_wholly_inside_the_gap_is_empty() -> None:
    """02:15 to 02:45 does not exist on the spring Sunday."""
    calendar = hours("Europe/Berlin", ("sun",), [["02:15", "02:45"]])
    start = at("2027-03-28T00:00+01:00")

    assert timedelta(0) == calendar.elapsed(start, start + 24 * HOUR)


def test_a_date_that_a_zone_skipped_has_no_open_time() -> None:
    """Samoa had no 30 December 2011."""
    calendar = hours("Pacific/Apia", EVERY_DAY, [["09:00", "17:00"]])

    elapsed = calendar.elapsed(at("2011-12-29T00:00-10:00"), at("2012-01-01T00:00+14:00"))

    assert 16 * HOUR == elapsed


def test_a_target_beyond_the_horizon_has_no_deadline() -> None:
    """A calendar with one open hour a year cannot hold a target of four."""
    calendar = parse_calendar(
        "rare",
        {"zone": "UTC", "week": {}, "exceptions": {"2027-01-01": [["09:00", "10:00"]]}},
    )

    assert calendar.due(at("2026-12-01T00:00Z"), 4 * HOUR) is None


def test_the_horizon_itself_is_still_a_deadline() -> None:
    """Calendar time reaches to the horizon and not beyond."""
    start = at("2027-01-01T00:00Z")

    found = (always_open.due(start, HORIZON), always_open.due(start, HORIZON + HOUR))

    assert (start + HORIZON, None) == found


def test_a_holiday_closes_a_day_that_has_no_hours_of_its_own() -> None:
    """Reviewed holidays close their dates; hours written for a date win over them."""
    short = parse_calendar(
        "b",
        {
            "zone": "UTC",
            "week": {day: [["09:00", "17:00"]] for day in EVERY_DAY},
            "exceptions": {"2027-12-24": [["09:00", "12:00"]]},
        },
    ).closed_on([date(2027, 12, 24), date(2027, 12, 25)])

    elapsed = short.elapsed(at("2027-12-24T00:00Z"), at("2027-12-26T00:00Z"))

    assert 3 * HOUR == elapsed


def test_the_written_form_comes_back() -> None:
    """What a calendar is written as reads as the same calendar."""
    form = {
        "zone": "Asia/Tehran",
        "week": {"sat": [["00:00", "24:00"]], "thu": [["08:00", "12:00"], ["22:00", "06:00"]]},
        "exceptions": {"2027-03-21": [], "2027-03-22": [["10:00", "11:00"]]},
    }

    assert form == calendar_mapping(parse_calendar("t", form))


def test_every_problem_is_told_at_once() -> None:
    """A bad calendar is refused with key, value and reason of each mistake."""
    form = {
        "zone": "Europe/Berlinn",
        "weeks": {},
        "week": {"mo": [], "tue": [["9:00", "25:00"]], "wed": [["08:00", "08:00"]], "thu": "9-17"},
        "exceptions": {"24.12.2027": [], "2027-12-25": [["09:00"]]},
    }

    with pytest.raises(CalendarError) as caught:
        parse_calendar("office", form)

    assert [
        "calendars.office.weeks: unknown key; did you mean week?",
        "calendars.office.zone: 'Europe/Berlinn' is no IANA zone; write one such as Europe/Berlin",
        "calendars.office.week.mo: unknown key; did you mean mon?",
        "calendars.office.week.tue[0]: '25:00' is no time of day; "
        "write it as 09:00, up to 24:00 for an end",
        "calendars.office.week.wed[0]: begins and ends at 08:00; a whole day is 00:00 to 24:00",
        'calendars.office.week.thu: \'9-17\' is no list of hours such as [["09:00", "17:00"]]',
        "calendars.office.exceptions.24.12.2027: no date; write it as 2027-12-24",
        "calendars.office.exceptions.2027-12-25[0]: ['09:00'] is no pair such as "
        '["09:00", "17:00"]',
    ] == caught.value.problems


@pytest.mark.parametrize("zone", ["Europe", "../../etc/passwd", "", 7, "/etc/localtime"])
def test_what_is_no_zone_is_refused(zone: object) -> None:
    """Directories and paths of the zone database are no zones."""
    with pytest.raises(CalendarError, match=r"calendars\.x\.zone"):
        parse_calendar("x", {"zone": zone, "week": {"mon": [["09:00", "17:00"]]}})


def test_a_calendar_without_open_time_is_refused() -> None:
    """Nobody could ever be late on it."""
    with pytest.raises(CalendarError, match="no open time at all"):
        parse_calendar("shut", {"zone": "UTC", "week": {"mon": []}})


def test_a_naive_instant_is_refused() -> None:
    """Business time of an instant without a zone has no meaning."""
    with pytest.raises(TypeError):
        BERLIN.due(datetime(2027, 5, 5, 9), HOUR)  # noqa: DTZ001


def test_milliseconds_survive() -> None:
    """A due time is exact to the millisecond."""
    start = datetime(2027, 5, 5, 8, 59, 59, 999_000, tzinfo=UTC)

    assert start + timedelta(hours=2, milliseconds=7) == BERLIN.due(
        start, timedelta(hours=2, milliseconds=7)
    )


def test_an_end_at_the_repeated_hour_takes_its_second_pass() -> None:
    """Open until 02:00 on the night when 02:00 comes twice: open until the second (S7.2)."""
    night = hours("Europe/Berlin", ("sat",), [["22:00", "02:00"]])

    assert 5 * HOUR == night.elapsed(at("2027-10-30T12:00+02:00"), at("2027-10-31T12:00+01:00"))
