"""Lengths of time in words."""

from datetime import timedelta

import pytest

from console.core.durations import in_words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "0 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=59), "59 seconds"),
        (timedelta(minutes=1, seconds=59), "1 minute"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=2, minutes=10, seconds=30), "2 hours 10 minutes"),
        (timedelta(days=1, hours=1, minutes=59), "1 day 1 hour"),
        (timedelta(days=3), "3 days"),
        (-timedelta(minutes=5), "5 minutes"),
    ],
)
def test_a_span_is_told_in_two_units_at_most(span, words):
    """The largest unit and the next below, cut and never rounded up."""
    assert words == in_words(span)


def test_open_hours_are_not_told_in_days():
    """How long an open day is, nobody agrees."""
    assert "50 hours 5 minutes" == in_words(timedelta(days=2, hours=2, minutes=5), days=False)
