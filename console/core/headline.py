"""Which of a conversation's clocks its row shows, and what state a clock is in at an instant."""

from __future__ import annotations

from datetime import datetime

from console.core.ledger import Clock, LedgerClock
from console.core.model import ClockState

_AWAITED: tuple[LedgerClock, ...] = ("frt", "nrt", "prom")
"""What a customer waits for an answer by."""


def headline(clocks: tuple[Clock, ...], *, thanked: bool = False) -> Clock | None:
    """The clock that a queue's row shows; `thanked` while its last turn counts as mere thanks.

    While a reply is on its way and no other reply is waited for, the clock that it freezes: the
    row says that it is being answered, though the resolution runs on. Else the earliest due that
    runs, then a provisional one, then a paused one; None where no clock with a target is active.
    """
    shown = [
        clock
        for clock in clocks
        if clock.active
        and clock.target is not None
        and not (thanked and clock.held_until is not None)
    ]
    awaited = [clock for clock in shown if clock.kind in _AWAITED]
    frozen = [clock for clock in awaited if clock.state == "provisional"]
    if frozen and not any(clock.state == "running" for clock in awaited):
        shown = frozen
    ranks = ("running", "provisional", "paused")
    return min(
        shown,
        key=lambda clock: (
            ranks.index(clock.state) if clock.due_at or clock.state != "running" else len(ranks),
            clock.due_at.timestamp() if clock.due_at else float("inf"),
            clock.instance,
        ),
        default=None,
    )


def state_at(clock: Clock, now: datetime) -> ClockState:
    """The clock's state at an instant. A reply at exactly the due time is on time."""
    state = clock.state
    if state not in ("running", "paused"):
        return state
    if clock.held_until is not None and now < clock.held_until:
        return "none"
    if clock.breached_at is not None or (clock.due_at is not None and now > clock.due_at):
        return "breached"
    if state == "paused":
        return state
    if clock.critical_at is not None and now >= clock.critical_at:
        return "critical"
    if clock.soon_at is not None and now >= clock.soon_at:
        return "at_risk"
    return state
