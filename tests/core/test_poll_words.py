"""A source's log in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from console.core.model import Poll
from console.core.poll_words import gave, stretches, took

NOW = datetime(2027, 5, 5, 12, tzinfo=UTC)


def ago(minutes: int) -> datetime:
    return NOW - timedelta(minutes=minutes)


def test_a_stretch_without_news_is_one_line() -> None:
    """Also the same failure again and again; what brought something stands alone."""
    log = [
        Poll(ago(0), status=304),
        Poll(ago(1), status=304),
        Poll(ago(2), status=200, new=2),
        Poll(ago(3), status=429, error="wait"),
        Poll(ago(4), status=429, error="wait"),
        Poll(ago(5), status=500, error="broken"),
    ]

    found = stretches(log)

    assert [(2, ago(1)), (1, None), (2, ago(4)), (1, None)] == [
        (one.count, one.since) for one in found
    ]
    assert ["·", "✓", "⚠", "⚠"] == [one.sign for one in found]


def test_what_a_poll_gave_is_a_sentence() -> None:
    """New and changed ones, nothing, the error; and what the platform told unasked."""
    assert "2 new, 1 changed" == gave(Poll(NOW, new=2, edited=1))
    assert "nothing new" == gave(Poll(NOW))
    assert "HTTP 500" == gave(Poll(NOW, error="HTTP 500"))
    assert "1 new, told by the platform" == gave(Poll(NOW, new=1, heard=True))
    assert ("420 ms", "1.2 s") == (took(Poll(NOW, 0.42)), took(Poll(NOW, 1.24)))
    assert "" == took(Poll(NOW, 0.42, heard=True))
