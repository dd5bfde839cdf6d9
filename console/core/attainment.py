"""How promises were kept: attainment over a period, and what was left out of it (S14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from console.core.ledger import Clock, LedgerClock


class Attainment(Struct, frozen=True):
    """Counts of a clock's instances whose deadline lies in a period."""

    met: int = 0
    met_late: int = 0
    breached_open: int = 0
    """Late and still unanswered."""
    cancelled: int = 0
    """Closed unanswered; beside the share, never inside."""
    backfill: int = 0
    targetless: int = 0
    reasons: tuple[tuple[str, int], ...] = ()
    """Of the cancelled ones, most frequent first."""

    @property
    def counted(self) -> int:
        """What the share is of."""
        return self.met + self.met_late + self.breached_open

    @property
    def share(self) -> float | None:
        """Kept promises, 0 to 1; None where none fell due."""
        return self.met / self.counted if self.counted else None


NOT_CANCELLED = ("thanks", "undone", "replaced")
"""Reasons of cancelled instances that never were a customer's wait."""


def attainment(
    clocks: Iterable[Clock], kind: LedgerClock, since: datetime, until: datetime
) -> Attainment:
    """Attainment of one clock over the instances whose due time lies in `[since, until)`.

    `until` is also the instant at which open ones are looked at. Instances without a target are
    counted by their start.
    """
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for clock in clocks:
        if clock.kind != kind:
            continue
        if not since <= (clock.due_at or clock.started_at) < until:
            continue
        found = _verdict(clock)
        counts[found] += 1
        if found == "cancelled":
            reasons[clock.reason] += 1
    return Attainment(
        met=counts["met"],
        met_late=counts["met_late"],
        breached_open=counts["breached_open"],
        cancelled=counts["cancelled"],
        backfill=counts["backfill"],
        targetless=counts["targetless"],
        reasons=tuple(reasons.most_common()),
    )


def _verdict(clock: Clock) -> str:
    state = clock.state
    if state == "cancelled":
        return "dropped" if clock.reason in NOT_CANCELLED else "cancelled"
    if clock.backfill:
        return "backfill"
    if clock.target is None:
        return "targetless"
    if state in ("met", "met_late"):
        return state
    if clock.due_at is None or state == "provisional":
        return "running"
    return "breached_open"
