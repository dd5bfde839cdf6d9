"""Times as agents type them for a snooze."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from console.core.moments import parse_moment
from console.errors import ShiftdeskError

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2027, 5, 3, 10, 0, tzinfo=UTC)
"""Noon in Berlin."""


@pytest.mark.parametrize(
    ("typed", "local"),
    [
        ("2h", "2027-05-03 14:00"),
        ("in 1h30m", "2027-05-03 13:30"),
        ("3d", "2027-05-06 12:00"),
        ("fri 9", "2027-05-07 09:00"),
        ("friday 14:30", "2027-05-07 14:30"),
        ("mon", "2027-05-10 09:00"),
        ("tomorrow", "2027-05-04 09:00"),
        ("Tomorrow  8.15", "2027-05-04 08:15"),
        ("today 18", "2027-05-03 18:00"),
        ("5pm", "2027-05-03 17:00"),
        ("until 9:30", "2027-05-04 09:30"),
        ("2027-06-01", "2027-06-01 09:00"),
        ("2027-06-01 at 7", "2027-06-01 07:00"),
    ],
)
def test_moment_is_read_in_the_persons_zone(typed: str, local: str) -> None:
    """Each form gives the instant that its writer meant."""
    at, until_reply = parse_moment(typed, MONDAY, BERLIN)

    assert at is not None
    assert (local, False) == (at.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M"), until_reply)


@pytest.mark.parametrize(
    ("typed", "local"),
    [
        ("2ч", "2027-05-03 14:00"),
        ("через 2 часа", "2027-05-03 14:00"),
        ("завтра в 9:30", "2027-05-04 09:30"),
        ("в пятницу в 9", "2027-05-07 09:00"),
        ("٢ ساعات", "2027-05-03 14:00"),
        ("بعد ساعتين", "2027-05-03 14:00"),
        ("غدا ١٠", "2027-05-04 10:00"),
        ("الجمعة ٩", "2027-05-07 09:00"),
        ("۲ ساعت", "2027-05-03 14:00"),
        ("فردا ۹", "2027-05-04 09:00"),
        ("سه‌شنبه ۱۴:۳۰", "2027-05-04 14:30"),
        ("٢٠٢٧-٠٥-٠٧ ١٤:٣٠", "2027-05-07 14:30"),
    ],
)
def test_a_moment_is_read_in_the_keyboards_language(typed: str, local: str) -> None:
    """Russian, Arabic and Persian words and digits, however their letters are written."""
    at, _until_reply = parse_moment(typed, MONDAY, BERLIN)

    assert at is not None
    assert local == at.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize("typed", ["до ответа", "حتى الرد", "تا پاسخ"])
def test_until_a_reply_in_the_keyboards_language(typed: str) -> None:
    """As `until reply`."""
    assert (None, True) == parse_moment(typed, MONDAY, BERLIN)


def test_until_reply_alone_has_no_time() -> None:
    """It sleeps until the customer answers."""
    assert (None, True) == parse_moment("until reply", MONDAY, BERLIN)


def test_a_time_or_a_reply() -> None:
    """Whichever comes first."""
    at, until_reply = parse_moment("2h or reply", MONDAY, BERLIN)

    assert (datetime(2027, 5, 3, 12, 0, tzinfo=UTC), True) == (at, until_reply)


def test_morning_after_the_clocks_change() -> None:
    """Nine o'clock is nine o'clock on the new time."""
    saturday = datetime(2027, 3, 27, 11, 0, tzinfo=UTC)
    at, _reply = parse_moment("sun 9", saturday, BERLIN)

    assert datetime(2027, 3, 28, 7, 0, tzinfo=UTC) == at


@pytest.mark.parametrize(
    "typed",
    ["", "soon", "25:00", "fri 99", "2027-02-30", "13pm", "today 9", "500d", "0h", "9" * 400],
)
def test_nonsense_past_and_far_future_are_refused(typed: str) -> None:
    """A sentence, never another exception."""
    with pytest.raises(ShiftdeskError):
        parse_moment(typed, MONDAY, BERLIN)
