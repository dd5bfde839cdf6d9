"""The words of the due column."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from console.core.open_hours import OpenHours
from console.ui.countdown import countdown, span_text, urgency_of
from tests.ui.fake_desk import START, rows

ROW = rows(20)[10]
ALWAYS = OpenHours({})


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0:00"),
        (105, "1:45"),
        (119, "1:59"),
        (120, "2m"),
        (3599, "59m"),
        (3600, "1h00"),
        (7800, "2h10"),
        (36_000, "10h"),
        (47 * 3600, "47h"),
        (72 * 3600, "3d"),
    ],
)
def test_spans_are_told_coarsely(seconds: int, said: str) -> None:
    """Seconds only in the last two minutes."""
    assert said == span_text(timedelta(seconds=seconds))


def test_open_hours_are_never_told_in_days() -> None:
    """Nobody agrees how long an open day is."""
    assert "72h" == span_text(timedelta(hours=72), business=True)


def due_in(**span: float) -> str:
    row = msgspec.structs.replace(
        ROW, due_at=START + timedelta(**span), soon_at=None, critical_at=None
    )
    return countdown(row, START, ALWAYS).text


def test_a_calm_row_says_how_long() -> None:
    """Two hours and ten minutes are left."""
    assert " 2h10" == due_in(hours=2, minutes=10)


def test_a_late_row_says_so_in_words() -> None:
    """Late is told by a sign and a word, not by colour."""
    assert "▲late 12m" == due_in(minutes=-12)


def test_business_time_names_its_kind() -> None:
    """Time that counts only while we are open says so."""
    calendar = {"zone": "UTC", "week": {"wed": [["09:00", "17:00"]], "thu": [["09:00", "17:00"]]}}
    row = msgspec.structs.replace(
        ROW, due_at=START + timedelta(hours=20), soon_at=None, critical_at=None, calendar="shop"
    )

    # from Wednesday 14:32 to 17:00, then Thursday 9:00 to 10:32
    assert " 4h00 biz" == countdown(row, START, OpenHours({"shop": calendar})).text


def test_a_countdown_stays_true_until_its_until() -> None:
    """The text changes at `until`, and not a second before."""
    row = msgspec.structs.replace(
        ROW, due_at=START + timedelta(minutes=42, seconds=30), soon_at=None, critical_at=None
    )
    first = countdown(row, START, ALWAYS)
    before = countdown(row, first.until - timedelta(seconds=1), ALWAYS)
    after = countdown(row, first.until, ALWAYS)

    assert (" 42m", " 42m", " 41m") == (first.text, before.text, after.text)


def test_a_row_becomes_soon_at_its_instant() -> None:
    """Not a minute earlier, not a minute later."""
    soon_at = START + timedelta(minutes=5)
    row = msgspec.structs.replace(
        ROW, due_at=START + timedelta(hours=1), soon_at=soon_at, critical_at=None
    )

    assert "calm" == urgency_of(row, soon_at - timedelta(seconds=1))
    assert "soon" == urgency_of(row, soon_at)
    assert soon_at >= countdown(row, START, ALWAYS).until


@pytest.mark.parametrize("state", ["paused", "provisional"])
def test_a_clock_that_stands_still_shows_no_time(state: str) -> None:
    """A paused clock has a sign and a word."""
    row = msgspec.structs.replace(ROW, clock_state=state)

    assert state == urgency_of(row, START + timedelta(days=9))
    assert countdown(row, START, ALWAYS).text[0] in "⏸◐"
