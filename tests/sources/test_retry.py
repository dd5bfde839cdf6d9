"""When a source is asked again."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from sources.base import Cursor, SourceError
from sources.retry import (
    Gone,
    after_failure,
    after_success,
    back_off,
    reset_at,
    retry_after,
    wait_until,
)
from tests.sources.conftest import NOW


@pytest.mark.parametrize(
    ("value", "wait_s"),
    [
        ("0", 0),
        ("30", 30),
        (" 30 ", 30),
        ("-5", 0),
        ("1.5", 1.5),
        ("100000000", 86_400),
        ("Tue, 24 Nov 2026 12:01:00 GMT", 60),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0),
        ("Tuesday, 24-Nov-26 12:01:00 GMT", 60),
        ("Tue Nov 24 12:01:00 2026", 60),
    ],
)
def test_retry_after(value: str, wait_s: float) -> None:
    """Seconds and every form of an HTTP date, never in the past, never beyond a day."""
    assert retry_after(value, NOW) == NOW + timedelta(seconds=wait_s)


@pytest.mark.parametrize("value", ["", "soon", "nan", "inf", "1e999", "Tue, 99 Nov"])
def test_a_senseless_retry_after(value: str) -> None:
    """What does not parse gives nothing."""
    assert retry_after(value, NOW) is None


@pytest.mark.parametrize(
    ("value", "form", "wait_s"),
    [("60", "seconds", 60), (str(NOW.timestamp() + 60), "unix", 60),
     ("2026-11-24T12:01:00+00:00", "iso", 60), ("2026-11-24T12:01:00", "iso", 60)],
)  # fmt: skip
def test_reset_headers(value: str, form: str, wait_s: float) -> None:
    """Each vendor's form of the same wish."""
    assert reset_at(value, form, NOW) == NOW + timedelta(seconds=wait_s)  # type: ignore[arg-type]


def test_retry_after_goes_before_the_vendors_own_header() -> None:
    """The standard header is obeyed where both are there."""
    headers = {"Retry-After": "10", "X-RateLimit-Reset": "99"}

    assert wait_until(headers, NOW) == NOW + timedelta(seconds=10)


def test_back_off_is_spread_doubles_and_is_capped() -> None:
    """Full jitter: anywhere up to 30 s, 60 s, … 15 minutes, whatever the count."""
    longest = [back_off(n, lambda: 1.0) for n in (1, 2, 3, 6, 10_000)]

    assert longest == [timedelta(seconds=s) for s in (30, 60, 120, 900, 900)]
    assert back_off(5, lambda: 0.0) == timedelta(seconds=1)


def test_a_failure_is_data_on_the_cursor() -> None:
    """Counted, dated and in words; the position and the validators stay."""
    before = Cursor(position="12", etag='"7"', failures=1)

    after = after_failure(before, SourceError("HTTP 500\x1b[31m"), NOW, lambda: 0.5)

    assert (after.position, after.etag, after.failures) == ("12", '"7"', 2)
    assert after.next_poll_at == NOW + timedelta(seconds=30)
    assert after.error == "HTTP 500[31m"


def test_the_platforms_wish_goes_beyond_our_back_off() -> None:
    """`retry_at` is the earliest instant, never the latest."""
    error = SourceError("busy", retry_at=NOW + timedelta(hours=2))

    assert after_failure(Cursor(), error, NOW, random.Random(1).random).next_poll_at == (
        error.retry_at
    )


def test_a_retired_source_stays_retired() -> None:
    """410 sets the mark, and a later failure of another kind does not take it away."""
    retired = after_failure(Cursor(), Gone("gone"), NOW, lambda: 0.5)

    assert after_failure(retired, SourceError("x"), NOW, lambda: 0.5).retired


def test_a_stopped_source_is_looked_at_once_an_hour() -> None:
    """A wrong key is not tried every few seconds."""
    after = after_failure(Cursor(), SourceError("401", stop=True), NOW, lambda: 0.0)

    assert after.next_poll_at == NOW + timedelta(hours=1)


def test_a_success_wipes_the_slate() -> None:
    """No failures, no error, due again after the wait."""
    after = after_success(Cursor(failures=3, error="x"), NOW, timedelta(minutes=5))

    assert (after.failures, after.error, after.last_success_at) == (0, "", NOW)
    assert after.next_poll_at == NOW + timedelta(minutes=5)
