"""Lengths of time as people write them in a configuration: `90s`, `15m`, `1h30m`, `2d`."""

from __future__ import annotations

import re
from datetime import timedelta

_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)")
_UNIT = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


def parse_span(text: str) -> timedelta:
    """A length of time, never negative. Raises `ValueError` with a sentence for anything else."""
    rest = text.strip().lower()
    total, at = timedelta(), 0
    for part in _PART.finditer(rest):
        if rest[at : part.start()].strip():
            break
        total += float(part[1]) * _UNIT[part[2]]
        at = part.end()
    if not rest or rest[at:].strip():
        raise ValueError(f"{text!r} is not a length of time such as 90s, 15m, 1h30m or 2d")
    return total


def parse_duration(text: str) -> timedelta | None:
    """`90m`, `4h`, `1h30m`, `2d`; None if it is no such time or nothing at all."""
    try:
        return parse_span(text) or None
    except (ValueError, OverflowError):
        return None
