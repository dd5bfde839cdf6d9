"""When a source may be asked again: the platform's own wishes, and back-off as data on a cursor.

Nothing here reads a clock or sleeps: the instant and the chance come in as arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from sources.base import Cursor, SourceError
from sources.text import clean, clip

Chance = Callable[[], float]
"""A number from 0 up to 1, such as `random.random`."""

LONGEST_WAIT = timedelta(hours=24)
"""No platform may make us wait longer than this, whatever its header says."""
BACK_OFF_BASE = timedelta(seconds=30)
BACK_OFF_CAP = timedelta(minutes=15)
STOPPED_FOR = timedelta(hours=1)
"""After an error that no retry helps (a wrong key): one look an hour, in case it was repaired."""

_LONGEST_ERROR = 500
_RESETS = ("X-RateLimit-Reset-After", "X-RateLimit-Reset", "X-Rate-Limit-Reset", "RateLimit-Reset")


class Gone(SourceError):
    """The platform says 410: this address is gone for good, and is not asked again."""

    def __init__(self, message: str) -> None:
        super().__init__(message, stop=True)


def retry_after(value: str, now: datetime) -> datetime | None:
    """The instant a Retry-After header names, in either of its forms: seconds, or an HTTP date.

    Never before `now`, never more than `LONGEST_WAIT` after it; None for anything else.
    """
    return reset_at(value, "seconds", now) or _capped(_http_date(value), now)


def reset_at(value: str, form: Literal["seconds", "unix", "iso"], now: datetime) -> datetime | None:
    """The instant a vendor's own reset header names, in the form that vendor uses.

    `seconds` from now (Discord, Reddit), `unix` seconds since 1970 (X, GitHub, Intercom), `iso`
    for ISO 8601 (Mastodon, Yelp). Bounded as `retry_after()` is; None where it does not parse.
    """
    if form == "iso":
        return _capped(_iso_date(value), now)
    try:
        number = float(value)
        base = now if form == "seconds" else datetime.fromtimestamp(0, UTC)
        return _capped(base + timedelta(seconds=number), now)
    except (ValueError, OverflowError):
        return None


def wait_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the platform may be asked again, from Retry-After or else whatever reset header it has.

    The same header name carries different forms at different vendors; a number above a
    thousand million can only be Unix time, and a dash inside only a date.
    """
    if (value := headers.get("Retry-After")) and (at := retry_after(value, now)):
        return at
    for name in _RESETS:
        if (value := headers.get(name)) and (at := _any_form(value, now)):
            return at
    if value := headers.get("RateLimit-ResetTime"):
        return reset_at(value, "iso", now)
    return None


def back_off(failures: int, chance: Chance) -> timedelta:
    """How long to wait after so many failures in a row: full jitter, 30 s doubling to 15 min.

    Full jitter (anything from nothing to the whole) spreads fifty sources that failed
    together; at least one second stays.
    """
    doublings: int = 2 ** min(max(failures - 1, 0), 10)
    longest = min(BACK_OFF_CAP, BACK_OFF_BASE * doublings)
    return max(timedelta(seconds=1), longest * chance())


def after_failure(cursor: Cursor, error: SourceError, now: datetime, chance: Chance) -> Cursor:
    """The cursor after a failed poll: counted, dated, with the error in words.

    Position and validators stay, so the next success goes on where the last one stood.
    """
    failures = cursor.failures + 1
    wait = STOPPED_FOR if error.stop else back_off(failures, chance)
    at = max(now + wait, error.retry_at or now)
    return replace(
        cursor,
        failures=failures,
        error=clip(clean(str(error)), _LONGEST_ERROR),
        next_poll_at=min(at, now + LONGEST_WAIT),
        retired=cursor.retired or isinstance(error, Gone),
    )


def after_success(cursor: Cursor, now: datetime, wait: timedelta) -> Cursor:
    """The cursor after a poll that worked: no failures, no error, next due after `wait`."""
    return replace(
        cursor, failures=0, error="", last_success_at=now, next_poll_at=now + wait, retired=False
    )


def _any_form(value: str, now: datetime) -> datetime | None:
    if "-" in value.strip().lstrip("-"):
        return reset_at(value, "iso", now)
    try:
        unix = float(value) > 1e9
    except ValueError:
        return None
    return reset_at(value, "unix" if unix else "seconds", now)


def _capped(at: datetime | None, now: datetime) -> datetime | None:
    return None if at is None else min(max(at, now), now + LONGEST_WAIT)


def _http_date(value: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _iso_date(value: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
