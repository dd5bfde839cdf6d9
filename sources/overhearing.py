"""Which HTTP statuses a stretch of code was answered with, for whoever started it.

A source tells its posts and its errors, not how often it asked: this is heard beside it, also
from the tasks that it starts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_statuses: ContextVar[list[int] | None] = ContextVar("statuses", default=None)


@contextmanager
def overhearing() -> Iterator[list[int]]:
    """The statuses of all answers that come in meanwhile, in order; it fills as they come."""
    heard: list[int] = []
    before = _statuses.set(heard)
    try:
        yield heard
    finally:
        _statuses.reset(before)


def hear(status: int) -> None:
    """An answer came in; somebody may be listening."""
    heard = _statuses.get()
    if heard is not None:
        heard.append(status)
