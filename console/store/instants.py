"""Instants as the tables keep them: whole milliseconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import overload

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

NEVER = 1 << 62
"""Later than every instant, where a column of an order may not be null."""


@overload
def to_ms(at: datetime) -> int: ...
@overload
def to_ms(at: None) -> None: ...
@overload
def to_ms(at: datetime | None) -> int | None: ...
def to_ms(at: datetime | None) -> int | None:
    """An aware instant as milliseconds; what lies below a millisecond is cut off."""
    return None if at is None else (at - _EPOCH) // _MILLISECOND


@overload
def from_ms(ms: int) -> datetime: ...
@overload
def from_ms(ms: None) -> None: ...
@overload
def from_ms(ms: int | None) -> datetime | None: ...
def from_ms(ms: int | None) -> datetime | None:
    """The aware UTC instant of `to_ms`."""
    return None if ms is None else _EPOCH + timedelta(milliseconds=ms)


def whole(at: datetime) -> datetime:
    """The instant as a table would give it back, in UTC.

    Whatever is computed from an instant must agree with what is computed from its stored form.
    """
    return from_ms(to_ms(at))
