"""What the next hours bring: when, at this inflow and this pace, the queue first breaks a promise.

A forecast, not a clock: conversations are served in order of their deadlines, one after the other, at
the team's recent pace, while new ones arrive evenly with the usual target.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

HORIZON = timedelta(hours=12)
"""Beyond half a day the past hour's pace says nothing."""


class Pace(Struct, frozen=True):
    """What the last hour was like."""

    inflow: float
    """New conversations with a deadline, per hour."""
    answered: float
    """Replies per hour, the whole team together."""
    people: int
    """How many were on shift for it."""
    target: timedelta
    """The usual target of what arrives; the time it leaves, calendar time."""


class Forecast(Struct, frozen=True):
    """When the first promise breaks, as things stand and with one more person."""

    breach_at: datetime | None
    """None: not within `HORIZON`."""
    with_one_more: datetime | None


def forecast(due: Iterable[datetime], pace: Pace, now: datetime) -> Forecast | None:
    """The first breach to come among `due` (open deadlines ahead) and what arrives meanwhile.

    What is late already is no forecast: deadlines before `now` are answered first but not
    counted. None where nobody is on shift or nothing was answered, so that no pace is known.
    """
    if pace.people <= 0 or pace.answered <= 0:
        return None
    deadlines = sorted(due)
    more = pace.answered * (pace.people + 1) / pace.people
    return Forecast(
        _first_breach(deadlines, pace, pace.answered, now),
        _first_breach(deadlines, pace, more, now),
    )


def _first_breach(
    deadlines: list[datetime], pace: Pace, answered: float, now: datetime
) -> datetime | None:
    each = timedelta(hours=1 / answered)
    between = timedelta(hours=1 / pace.inflow) if pace.inflow > 0 else None
    waiting = list(deadlines)
    heapq.heapify(waiting)
    arrives = now + between if between else None
    at = now
    while at < now + HORIZON:
        while arrives is not None and between is not None and arrives <= at:
            heapq.heappush(waiting, arrives + pace.target)
            arrives += between
        if not waiting:
            if arrives is None:
                return None
            at = arrives
            continue
        earliest = heapq.heappop(waiting)
        at += each
        if earliest >= now and at > earliest:
            return earliest if earliest < now + HORIZON else None
    return None
