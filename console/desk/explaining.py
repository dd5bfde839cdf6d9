"""How a deadline came about, told line by line from the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from console.core.clocks import Clock, LedgerEvent, state_at
from console.core.i18n import _, mark
from console.core.spans import show_span

_CLOCKS = {
    "frt": mark("First reply"),
    "nrt": mark("Next reply"),
    "upd": mark("Update"),
    "prom": mark("Promise"),
    "fres": mark("First resolution"),
    "res": mark("Resolution"),
}
_HAPPENED = {
    "activate": mark("starts"),
    "pause": mark("pauses"),
    "resume": mark("goes on"),
    "provisional": mark("stands still while a reply is on its way"),
    "fulfil": mark("is met"),
    "breach": mark("is late"),
    "cancel": mark("is cancelled"),
    "apply_policy": mark("comes under another policy"),
    "recompute": mark("is computed anew"),
}
_STATES = {
    "none": mark("does not count yet"),
    "running": mark("runs"),
    "at_risk": mark("runs, and is soon due"),
    "critical": mark("runs, and is due any moment"),
    "breached": mark("is late"),
    "paused": mark("is paused"),
    "provisional": mark("stands still"),
    "met": mark("was met"),
    "met_late": mark("was met late"),
    "cancelled": mark("was cancelled"),
}


def explain_clocks(
    events: Sequence[LedgerEvent], clocks: Sequence[Clock], now: datetime, zone: str
) -> tuple[str, ...]:
    """Where each clock stands now, then everything that moved one, oldest first.

    Times are in `zone`. Empty lists give the one sentence that no clock ever ran.
    """
    here = ZoneInfo(zone)
    shown = [clock for clock in clocks if clock.kind in _CLOCKS]
    if not shown:
        return (_("No clock ever ran here: nobody waits for an answer."),)
    told = [_standing(clock, now, here) for clock in shown]
    told += [_happening(event, here) for event in events if event.kind in _HAPPENED]
    return tuple(line for line in told if line)


def _standing(clock: Clock, now: datetime, here: ZoneInfo) -> str:
    parts = [f"{_name(clock.kind, clock.instance)} {_(_STATES[state_at(clock, now)])}"]
    if clock.policy:
        parts.append(
            _("policy “{policy}”, version {n}").format(policy=clock.policy, n=clock.policy_version)
        )
    if clock.target is None:
        parts.append(_("without a target"))
    elif clock.business:
        parts.append(
            _("{span} of the opening hours “{calendar}” (version {n})").format(
                span=show_span(clock.target), calendar=clock.calendar, n=clock.calendar_version
            )
        )
    else:
        parts.append(_("{span} by the clock on the wall").format(span=show_span(clock.target)))
    if clock.due_at:
        parts.append(_("due {time}").format(time=_when(clock.due_at, here)))
    if clock.backfill:
        parts.append(_("from before the source was connected, so it counts for nobody"))
    if clock.late_arrival:
        parts.append(_("shown late by its platform, so it counts from when it was seen"))
    return ", ".join(parts) + "."


def _happening(event: LedgerEvent, here: ZoneInfo) -> str:
    if event.clock not in _CLOCKS:
        return ""
    line = (
        f"{_when(event.at, here)}  {_name(event.clock, event.instance)} {_(_HAPPENED[event.kind])}"
    )
    if event.detail.reason:
        line += f" ({event.detail.reason})"
    if event.actor:
        line += f", {event.actor}"
    if event.due_at and event.kind not in ("fulfil", "cancel"):
        line += "; " + _("due {time}").format(time=_when(event.due_at, here))
    return line


def _name(kind: str, instance: int) -> str:
    name = _(_CLOCKS[kind])
    return name if instance == 1 else f"{name} {instance}"


def _when(at: datetime, here: ZoneInfo) -> str:
    return at.astimezone(here).strftime("%a %Y-%m-%d %H:%M")
