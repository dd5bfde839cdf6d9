"""Holidays of a file, reviewed on a real desk, and what `due` and `explain` then say."""

from __future__ import annotations

import json

from tests.walks.house import House

FEED = "\r\n".join(
    [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//x//y//EN",
        "BEGIN:VEVENT",
        "UID:1",
        "DTSTART;VALUE=DATE:20270510",
        "SUMMARY:A day of rest",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
)
HOURS = """
[calendars.office]
zone = "Europe/Berlin"
week = { mon = [["09:00", "17:00"]], tue = [["09:00", "17:00"]] }
"""


def test_a_holiday_from_file_to_deadline(house: House) -> None:
    """Proposed it closes nothing; accepted it does, for whoever asks, and it can be removed."""
    house.config.write_text(house.config.read_text("utf-8") + HOURS, "utf-8")
    assert 0 == house.verb("reload").returncode
    file = house.root / "days.ics"
    file.write_text(FEED, "utf-8")

    def due() -> str:
        start = ["--start", "2027-05-10T09:00+02:00", "--target", "1h", "--json"]
        told = house.verb("due", "--calendar", "office", *start)
        assert (0, "") == (told.returncode, told.stderr)
        return str(json.loads(told.stdout)["due_local"])

    read = ["--from", "2027-01-01", "--to", "2027-12-31", "--calendar", "office"]
    proposed = house.verb("holidays", str(file), *read)
    before = due()
    refused = house.verb("holidays", "--calendar", "office", "--accept", "all")
    accepted = house.verb("holidays", "--calendar", "office", "--accept", "all", "--yes")
    closed = due()
    listed = house.verb("holidays", "--json")
    rebuilt = house.verb("rebuild")
    removed = house.verb("holidays", "--calendar", "office", "--remove", "2027-05-10", "--yes")

    assert "1 day is proposed for office" in proposed.stdout
    assert (1, 0, 0) == (refused.returncode, accepted.returncode, removed.returncode)
    assert "1 day closes: no deadline changes" in accepted.stderr
    assert ("2027-05-10T10:00:00+02:00", "2027-05-11T10:00:00+02:00") == (before, closed)
    assert "accepted" == json.loads(listed.stdout)["state"]
    assert "0 conversations changed" in rebuilt.stdout
    assert before == due()
