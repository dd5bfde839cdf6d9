"""The ledger of a conversation's clocks: what is written, and how clocks are derived from it.

Every clock is the fold of its events; nothing else changes one. `clocks` decides which events a
happening causes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct, structs

from console.core.calendar import Calendar, always_open
from console.core.model import ClockState
from console.core.policy import Rules

LedgerClock = Literal["frt", "nrt", "upd", "prom", "fres", "res", "wait"]
"""The clocks of a conversation; `wait` is measured only and never shown in a queue."""

LedgerKind = Literal[
    "activate",
    "pause",
    "resume",
    "provisional",
    "fulfil",
    "breach",
    "cancel",
    "apply_policy",
    "recompute",
    "noted",
]
"""What a line of the ledger says. `noted` keeps a fact that moves nothing now and may matter later:
a further turn while the clock runs, an answer after it was cancelled."""

SOON_SHARE, SOON_LEAST = 0.25, timedelta(minutes=15)
"""A clock is at risk when this share of its target, or this time, is left: whichever is more."""

CRITICAL_SHARE = 0.10


NEVER_WAITED = ("thanks", "undone", "replaced")
"""Reasons of cancelled clocks that were no customer's wait: in no report."""


class Turn(Struct, frozen=True):
    """A customer's turn, as a reply clock remembers it."""

    at: datetime
    """When the customer wrote."""
    starts_at: datetime
    """When a clock for it would start: `at`, or when the desk first saw it."""
    backfill: bool = False


class Detail(Struct, frozen=True, omit_defaults=True):
    """What else a line of the ledger says; what it does not concern stays at its default."""

    turn_at: datetime | None = None
    """When the customer wrote, where the clock starts at another instant."""
    seen_at: datetime | None = None
    starts_at: datetime | None = None
    """When a clock for a further turn would start."""
    counts_from: datetime | None = None
    """The turn looks like thanks: until then the clock counts for nobody."""
    submitted_at: datetime | None = None
    accepted_at: datetime | None = None
    reply: int | None = None
    """The reply's id in the outbox."""
    reason: str = ""
    """Why: a status, a person's reason, an outcome; a word, not a sentence."""
    backfill: bool = False
    late_arrival: bool = False
    reopened: bool = False
    """This instance was met before and runs again, with the time it had used."""
    undone: bool = False
    """As if what happened at `undoes` never had."""
    undoes: datetime | None = None
    in_time: bool = False
    """The answer was given before a breach that had already been written: it is withdrawn."""
    external: bool = False
    manual: bool = False
    automation: bool = False


class LedgerEvent(Struct, frozen=True):
    """One line of the ledger. Never changed, never removed."""

    kind: LedgerKind
    clock: LedgerClock
    instance: int
    at: datetime
    """When it took effect; a breach is written with the time it was due."""
    actor: str = ""
    """The person, empty where nobody acted."""
    policy: str = ""
    policy_version: int = 0
    """The version of the rules it was judged by."""
    calendar: str = ""
    calendar_version: int = 0
    target: timedelta | None = None
    business: bool = False
    due_at: datetime | None = None
    """The deadline after this line, as a witness: replaying derives it again."""
    detail: Detail = Detail()


class Clock(Struct, frozen=True):
    """One instance of a clock, as its events left it."""

    kind: LedgerClock
    instance: int
    started_at: datetime
    turn_at: datetime
    """When the customer's turn that opened it was written; answers before it do not count."""
    seen_at: datetime | None = None
    resumed_at: datetime | None = None
    """Since when it runs; None while paused or finished."""
    spans: tuple[tuple[datetime, datetime], ...] = ()
    """Earlier stretches in which it ran."""
    target: timedelta | None = None
    business: bool = False
    policy: str = ""
    policy_version: int = 0
    calendar: str = ""
    calendar_version: int = 0
    consumed: timedelta = timedelta(0)
    """The time used in `spans`, in the target's kind of time."""
    due_at: datetime | None = None
    """None without a target, while paused in time, and beyond the calendar's horizon."""
    soon_at: datetime | None = None
    """When it begins to be at risk."""
    critical_at: datetime | None = None
    counts_from: datetime | None = None
    """Not yet a clock before this instant (the turn looks like thanks)."""
    judged_at: datetime | None = None
    """When a person said that it is more than thanks: it counts since then."""
    reopened_at: datetime | None = None
    """When it last ran again after it had been met."""
    pending: tuple[tuple[int, datetime], ...] = ()
    """Replies on their way out: (id, submitted at). While there is one the clock is provisional."""
    later: tuple[Turn, ...] = ()
    """The customer's further turns since it started, the newest `LATER_KEPT`."""
    submitted_at: datetime | None = None
    """When the answer that met it was sent; on a cancelled clock, when it was answered after all."""
    accepted_at: datetime | None = None
    met_at: datetime | None = None
    breached_at: datetime | None = None
    cancelled_at: datetime | None = None
    reason: str = ""
    """Why it was cancelled, or what met it."""
    answered_by: str = ""
    backfill: bool = False
    """Imported: excluded from attainment."""
    late_arrival: bool = False

    @property
    def active(self) -> bool:
        """Neither met nor cancelled."""
        return self.met_at is None and self.cancelled_at is None

    @property
    def held_until(self) -> datetime | None:
        """Until when its turn counts as mere thanks; None where it does not, or no more."""
        return self.counts_from if self.active and self.judged_at is None else None

    @property
    def state(self) -> ClockState:
        """As stored, whatever time it is: running, paused, provisional, met, met_late, cancelled."""
        if self.cancelled_at is not None:
            return "cancelled"
        if self.met_at is not None:
            late = self.breached_at is not None or (
                self.due_at is not None and self.met_at > self.due_at
            )
            return "met_late" if late else "met"
        if self.pending:
            return "provisional"
        return "running" if self.resumed_at is not None else "paused"


LATER_KEPT = 64

# These change no stretch, target or calendar; a finished clock keeps what it was judged by.
_TIMELESS = ("noted", "provisional", "breach")


def calendar_of(clock: Clock, rules: Rules) -> Calendar:
    """The calendar a clock counts in: its policy's for business time, else every hour."""
    return rules.calendar(clock.calendar) if clock.business else always_open


def applied(clocks: tuple[Clock, ...], event: LedgerEvent, rules: Rules) -> tuple[Clock, ...]:
    """The clocks after one more event. `rules` are of the event's own version."""
    for place, clock in enumerate(clocks):
        if (clock.kind, clock.instance) == (event.clock, event.instance):
            changed = _changed(clock, event)
            if event.kind not in _TIMELESS:
                changed = _timed(changed, rules, frozen=clock.breached_at is not None)
            return (*clocks[:place], changed, *clocks[place + 1 :])
    return (*clocks, _timed(_activated(event), rules, frozen=False))


def replay(
    events: Iterable[LedgerEvent], rules_by_version: Mapping[int, Rules]
) -> tuple[Clock, ...]:
    """The clocks that a conversation's ledger amounts to."""
    clocks: tuple[Clock, ...] = ()
    for event in events:
        clocks = applied(clocks, event, rules_by_version[event.policy_version])
    return clocks


def _activated(event: LedgerEvent) -> Clock:
    detail = event.detail
    return Clock(
        kind=event.clock,
        instance=event.instance,
        started_at=event.at,
        turn_at=detail.turn_at or event.at,
        seen_at=detail.seen_at,
        resumed_at=event.at,
        counts_from=detail.counts_from,
        backfill=detail.backfill,
        late_arrival=detail.late_arrival,
        target=event.target,
        business=event.business,
        policy=event.policy,
        policy_version=event.policy_version,
        calendar=event.calendar,
        calendar_version=event.calendar_version,
    )


def _changed(clock: Clock, event: LedgerEvent) -> Clock:
    """The clock's facts after an event; its deadline is computed afterwards."""
    detail, at = event.detail, event.at
    match event.kind:
        case "activate":
            return structs.replace(clock, met_at=None, reason="", resumed_at=at, reopened_at=at)
        case "pause":
            return structs.replace(_stopped(clock, at), reason=detail.reason)
        case "resume" if detail.undone:
            return _unstopped(clock, detail.undoes or at)
        case "resume" if detail.reply is not None:
            kept = tuple(reply for reply in clock.pending if reply[0] != detail.reply)
            return structs.replace(clock, pending=kept)
        case "resume" if detail.reason == "real":
            return structs.replace(clock, judged_at=at)
        case "resume":
            return structs.replace(clock, resumed_at=at, reason="")
        case "provisional":
            waiting = (detail.reply or 0, at)
            return structs.replace(clock, pending=(*clock.pending, waiting))
        case "fulfil":
            return structs.replace(
                _stopped(clock, at),
                met_at=at,
                submitted_at=detail.submitted_at,
                accepted_at=detail.accepted_at,
                breached_at=None if detail.in_time else clock.breached_at,
                answered_by=event.actor,
                reason=detail.reason,
                pending=(),
            )
        case "breach":
            return structs.replace(clock, breached_at=at)
        case "cancel":
            return structs.replace(
                _stopped(clock, at), cancelled_at=at, reason=detail.reason, pending=()
            )
        case "apply_policy" | "recompute":
            return structs.replace(
                clock,
                target=event.target,
                business=event.business,
                policy=event.policy,
                policy_version=event.policy_version,
                calendar=event.calendar,
                calendar_version=event.calendar_version,
            )
        case "noted":
            return _remembering(clock, detail)


def _remembering(clock: Clock, detail: Detail) -> Clock:
    if detail.turn_at is not None:
        turn = Turn(detail.turn_at, detail.starts_at or detail.turn_at, detail.backfill)
        return structs.replace(clock, later=(*clock.later, turn)[-LATER_KEPT:])
    return structs.replace(clock, submitted_at=detail.submitted_at)


def _stopped(clock: Clock, at: datetime) -> Clock:
    """The stretch that was running is closed."""
    if clock.resumed_at is None:
        return clock
    span = (clock.resumed_at, max(at, clock.resumed_at))
    return structs.replace(clock, spans=(*clock.spans, span), resumed_at=None)


def _unstopped(clock: Clock, at: datetime) -> Clock:
    """As if what paused, met, cancelled or judged it at `at` had not happened."""
    if clock.spans and clock.spans[-1][1] == max(at, clock.spans[-1][0]):
        begun = clock.spans[-1][0]
        clock = structs.replace(clock, spans=clock.spans[:-1], resumed_at=begun)
    return structs.replace(
        clock,
        met_at=None,
        cancelled_at=None,
        submitted_at=None,
        accepted_at=None,
        answered_by="",
        reason="",
        judged_at=None if clock.judged_at == at else clock.judged_at,
    )


def _timed(clock: Clock, rules: Rules, *, frozen: bool) -> Clock:
    """The clock with its used time and its instants derived again from its stretches.

    A breach stands, and with it the deadline it was written for: `frozen`. It is kept even where
    an answer learnt of late withdraws the breach, because the rules may be others by then.
    """
    calendar = calendar_of(clock, rules)
    used = sum((calendar.elapsed(*span) for span in clock.spans), timedelta(0))
    if clock.target is None:
        return structs.replace(clock, consumed=used, due_at=None, soon_at=None, critical_at=None)
    if frozen:
        return structs.replace(clock, consumed=used)
    target = clock.target
    before_soon = target - max(target * SOON_SHARE, SOON_LEAST)
    return structs.replace(
        clock,
        consumed=used,
        due_at=_reached(clock, target, calendar),
        soon_at=_reached(clock, max(before_soon, timedelta(0)), calendar),
        critical_at=_reached(clock, target - target * CRITICAL_SHARE, calendar),
    )


def _reached(clock: Clock, time: timedelta, calendar: Calendar) -> datetime | None:
    """When the clock has run for `time`; None if it is paused before that.

    On a finished clock: when it would have, had it run on.
    """
    left = time
    for start, end in clock.spans:
        used = calendar.elapsed(start, end)
        # Stopped at the very instant it was due is not late: it stays without a deadline.
        if used >= left and (reached := calendar.due(start, left)) != end:
            return reached
        left -= min(used, left)
    onward = clock.resumed_at or clock.met_at or clock.cancelled_at
    return None if onward is None else calendar.due(onward, left)
