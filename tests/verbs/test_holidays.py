"""Holidays from iCalendar files."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest

from console.cli import main
from console.errors import ConfigError
from console.verbs.holidays import MOST_BYTES, Holiday, holidays_verb, read_holidays

FIRST, LAST = date(2027, 1, 1), date(2028, 12, 31)


def feed(*events: str) -> bytes:
    """A file with these events."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN"]
    for number, event in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{number}", *event.split("|"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def days(*events: str) -> list[tuple[str, str]]:
    """Date and name of each holiday."""
    found = read_holidays(feed(*events), FIRST, LAST).holidays
    return [(holiday.day.isoformat(), holiday.name) for holiday in found]


def test_a_whole_day_is_a_holiday() -> None:
    """One event, one date."""
    assert [("2027-12-25", "Christmas")] == days("DTSTART;VALUE=DATE:20271225|SUMMARY:Christmas")


def test_an_end_date_does_not_belong_to_it() -> None:
    """25th to 27th are two days."""
    assert [("2027-12-25", "Feast"), ("2027-12-26", "Feast")] == days(
        "DTSTART;VALUE=DATE:20271225|DTEND;VALUE=DATE:20271227|SUMMARY:Feast"
    )


def test_a_yearly_rule_is_followed_and_its_exceptions_left_out() -> None:
    """New Year of both years, but not the one that was taken out."""
    rule = "DTSTART;VALUE=DATE:20200101|RRULE:FREQ=YEARLY|SUMMARY:New Year"

    assert (
        [("2027-01-01", "New Year"), ("2028-01-01", "New Year")],
        [("2028-01-01", "New Year")],
    ) == (
        days(rule),
        days(rule + "|EXDATE;VALUE=DATE:20270101"),
    )


def test_what_is_no_whole_day_is_left_out_and_said() -> None:
    """A meeting at nine is no holiday."""
    found = read_holidays(feed("DTSTART:20270505T090000Z|SUMMARY:Meeting"), FIRST, LAST)

    assert ((), ("Meeting: not a whole day",)) == (found.holidays, found.left_out)


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART;VALUE=DATE:20270101|RRULE:FREQ=SECONDLY|SUMMARY:x",
        "DTSTART;VALUE=DATE:00010101|RRULE:FREQ=WEEKLY|SUMMARY:x",
        "DTSTART;VALUE=DATE:20270101|DTEND;VALUE=DATE:99990101|SUMMARY:x",
        "SUMMARY:x",
    ],
    ids=["every second", "since the year one", "for ever", "without a date"],
)
def test_a_hostile_event_is_left_out(event: str) -> None:
    """It costs neither time nor memory, and the others are read."""
    found = read_holidays(feed(event, "DTSTART;VALUE=DATE:20270601|SUMMARY:Day"), FIRST, LAST)

    assert ([Holiday(date(2027, 6, 1), "Day")], 1) == (list(found.holidays), len(found.left_out))


@pytest.mark.parametrize("content", [b"", b"<html>", b"\xff\xfe\x00", b"BEGIN:VEVENT\r\n"])
def test_what_is_no_calendar_is_refused_or_empty(content: bytes) -> None:
    """With a sentence, never with another error."""
    try:
        assert () == read_holidays(content, FIRST, LAST).holidays
    except ConfigError as error:
        assert "no iCalendar file" in str(error)


def test_a_huge_file_is_refused() -> None:
    """Before it is parsed."""
    with pytest.raises(ConfigError, match="at most"):
        read_holidays(b" " * (MOST_BYTES + 1), FIRST, LAST)


def test_the_verb_prints_lines_for_the_calendars_exceptions(tmp_path: Path) -> None:
    """A person copies what is a day off; foreign names carry no control characters."""
    path = tmp_path / "de.ics"
    path.write_bytes(feed("DTSTART;VALUE=DATE:20271225|SUMMARY:Christ\x1b[31mmas"))
    out, err = io.StringIO(), io.StringIO()
    code = holidays_verb(path=path, first=FIRST, last=LAST, out=out, err=err)

    assert (0, '"2027-12-25" = []  # Christ[31mmas\n', "") == (code, out.getvalue(), err.getvalue())


def test_the_verb_refuses_a_missing_file(tmp_path: Path) -> None:
    """With its name, exit code 2."""
    out, err = io.StringIO(), io.StringIO()
    path = tmp_path / "no.ics"
    code = holidays_verb(path=path, first=FIRST, last=LAST, out=out, err=err)

    assert (2, "", f"{path}: cannot be read: No such file or directory\n") == (
        code,
        out.getvalue(),
        err.getvalue(),
    )


def test_the_command_line_lists_days_to_be_reviewed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`shiftdesk holidays FILE.ics --from … --to …` prints lines for a calendar's exceptions."""
    file = tmp_path / "days.ics"
    file.write_bytes(feed("DTSTART;VALUE=DATE:20270101\r\nSUMMARY:New Year"))

    code = main(["holidays", str(file), "--from", "2027-01-01", "--to", "2027-12-31"])

    assert 0 == code
    assert '"2027-01-01" = []  # New Year\n' == capsys.readouterr().out
