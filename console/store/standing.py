"""Where a conversation stands in the queue: the order "due" of `console.core.order`, as columns.

Every column ascends and none is null, so that one index gives the order and one comparison of
rows gives a place in it.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

from msgspec import Struct

from console.core.clocks import Clock
from console.core.model import OPEN_STATUSES
from console.core.order import (
    ASLEEP,
    CAME_BACK,
    PROVISIONAL,
    RETURNED,
    RUNNING,
    WITHOUT_CLOCK,
)
from console.core.policy import stars_of
from console.store.facets import Facets
from console.store.instants import NEVER, to_ms

_GLOOM = {"negative": 0, "neutral": 1, "positive": 2}
_NO_STARS = 1e9
"""After all that have some."""

ON_TIME, SOON, LATE = range(3)
"""How far the clock on a row has come, as `tick` last saw it: it keeps the views indexed."""


class Standing(Struct, frozen=True):
    """The columns `is_open`, `queued`, `stage` and `order_…` of a conversation."""

    is_open: bool
    queued: bool
    stage: int
    bucket: int
    at: int
    urgency: int
    gloom: int
    stars: float
    waiting: int

    @classmethod
    def of(
        cls,
        row: sqlite3.Row,
        facets: Facets,
        priority: int,
        shown: Clock | None,
        now: datetime | None,
    ) -> Standing:
        """The standing of a conversation whose row shows this clock.

        Without `now` only what is written counts: the next tick finds what is soon.
        """
        snoozed = row["snoozed_at"] is not None
        bucket, at = _bucket(row, facets, shown, snoozed=snoozed)
        stars = stars_of(facets.rating, facets.rating_max)
        return cls(
            is_open=row["status"] in OPEN_STATUSES,
            queued=row["status"] in OPEN_STATUSES and not snoozed,
            stage=_stage(shown, now),
            bucket=bucket,
            at=at,
            urgency=-priority,
            gloom=1 if facets.uncertain else _GLOOM.get(facets.mood or "neutral", 1),
            stars=_NO_STARS if stars is None else stars,
            waiting=NEVER if facets.waiting_since is None else facets.waiting_since,
        )


def _bucket(
    row: sqlite3.Row, facets: Facets, shown: Clock | None, *, snoozed: bool
) -> tuple[int, int]:
    """The bucket, and the instant that orders within it."""
    state = shown.state if shown else "none"
    due_at = to_ms(shown.due_at) if shown else None
    if snoozed:
        return ASLEEP, NEVER if row["snoozed_until"] is None else row["snoozed_until"]
    if facets.reply_state in CAME_BACK:
        return RETURNED, NEVER if due_at is None else due_at
    if state == "running" and due_at is not None:
        return RUNNING, due_at
    if state == "provisional":
        return PROVISIONAL, NEVER if due_at is None else due_at
    if state == "paused":
        return ASLEEP, NEVER
    # the newest activity first.
    return WITHOUT_CLOCK, -(facets.last_activity_at or row["created_at"])


def _stage(shown: Clock | None, now: datetime | None) -> int:
    if shown is None or shown.state not in ("running", "paused"):
        return ON_TIME
    late = now is not None and shown.due_at is not None and shown.due_at < now
    if shown.due_at is not None and (late or shown.breached_at is not None):
        return LATE
    near = now is not None and shown.soon_at is not None and shown.soon_at <= now
    return SOON if near and shown.state == "running" else ON_TIME
