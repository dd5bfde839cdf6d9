"""The countdown of a row: coarse text that changes only when it means something.

Seconds only in the last two minutes, minutes up to ten hours, then hours and days: a wall of
running seconds is noise for a reader and traffic for a line.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from console.core.model import QueueRow
from console.core.open_hours import OpenHours
from console.ui.dates import digits
from console.ui.words import _, mark

Urgency = Literal["late", "critical", "soon", "calm", "paused", "provisional", "none"]

_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_FOREVER = timedelta(days=3650)

SYMBOLS: dict[Urgency, str] = {
    "late": "▲",
    "critical": "◔",
    "soon": "◔",
    "calm": " ",
    "paused": "⏸",
    "provisional": "◐",
    "none": " ",
}

LATE = mark("late {span}")
BUSINESS = mark("{span} biz")


class Countdown(Struct, frozen=True):
    """What the due column says, and until when it stays true."""

    text: str
    urgency: Urgency
    until: datetime


def urgency_of(row: QueueRow, now: datetime) -> Urgency:
    """How urgent the row's clock is at `now`."""
    if row.clock_state == "paused":
        return "paused"
    if row.clock_state == "provisional":
        return "provisional"
    if row.due_at is None or row.clock_state in ("none", "met", "met_late", "cancelled"):
        return "none"
    if now >= row.due_at:
        return "late"
    if row.critical_at is not None and now >= row.critical_at:
        return "critical"
    if row.soon_at is not None and now >= row.soon_at:
        return "soon"
    return "calm"


def countdown(row: QueueRow, now: datetime, hours: OpenHours) -> Countdown:
    """The due column of a row at `now`."""
    urgency = urgency_of(row, now)
    if row.thanks_until is not None and now < row.thanks_until and urgency in ("none", "paused"):
        return Countdown(" " + _("thanks"), "none", row.thanks_until)
    if urgency == "paused":
        return Countdown(SYMBOLS[urgency] + _("paused"), urgency, now + _FOREVER)
    if urgency == "provisional":
        return Countdown(SYMBOLS[urgency] + _("sending"), urgency, now + _FOREVER)
    if urgency == "none" or row.due_at is None:
        return Countdown(" –", urgency, now + _FOREVER)
    if urgency == "late":
        span = hours.between(row.calendar, row.due_at, now)
        text = _(LATE).format(span=span_text(span, business=bool(row.calendar)))
    else:
        span = hours.between(row.calendar, now, row.due_at)
        text = span_text(span, business=bool(row.calendar))
        if row.calendar:
            text = _(BUSINESS).format(span=text)
    return Countdown(SYMBOLS[urgency] + text, urgency, _next_change(row, urgency, span, now))


def span_text(span: timedelta, *, business: bool = False) -> str:
    """A length of time in at most five cells: `1:45`, `12m`, `2h10`, `31h`, `3d`.

    Open hours are never told in days: nobody agrees how long an open day is.
    """
    return digits(_span_text(max(0, int(span.total_seconds())), business=business))


def _span_text(seconds: int, *, business: bool) -> str:
    if seconds < 120:
        return _("{minutes}:{seconds}").format(minutes=seconds // 60, seconds=f"{seconds % 60:02d}")
    if seconds < 3600:
        return _("{n}m").format(n=seconds // 60)
    if seconds < 36_000:
        return _("{hours}h{minutes}").format(
            hours=seconds // 3600, minutes=f"{seconds % 3600 // 60:02d}"
        )
    if seconds < 48 * 3600 or business:
        return _("{n}h").format(n=seconds // 3600)
    return _("{n}d").format(n=seconds // 86_400)


def _next_change(row: QueueRow, urgency: Urgency, span: timedelta, now: datetime) -> datetime:
    grain = _grain(span)
    past = timedelta(seconds=span.total_seconds() % grain.total_seconds())
    # a countdown changes when it falls below a whole unit, a lateness when it reaches the next.
    wait = grain - past if urgency == "late" else past + timedelta(milliseconds=1)
    change = now + max(wait, timedelta(milliseconds=1))
    borders = (row.soon_at, row.critical_at, row.due_at)
    return min([change, *(at for at in borders if at is not None and at > now)])


def _grain(span: timedelta) -> timedelta:
    if span <= 2 * _MINUTE + _SECOND:
        return _SECOND
    if span <= 10 * _HOUR + _MINUTE:
        return _MINUTE
    return _HOUR
