"""The order of a queue: total and deterministic, so that two consoles never show two orders."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any

from console.core.model import QueueRow
from console.core.policy import stars_of

Key = tuple[Any, ...]

_EVER = datetime.max.replace(tzinfo=UTC)
_NEVER = datetime.min.replace(tzinfo=UTC)

RETURNED, RUNNING, PROVISIONAL, ASLEEP, WITHOUT_CLOCK = range(-1, 4)
"""The buckets of the default order, first to last."""

CAME_BACK = ("refused", "unsure")
"""States of a reply that want a person."""

_RESCUE = ("critical", "at_risk", "running", "breached")
"""What can still be saved comes first, the hopeless last."""


def bucket(row: QueueRow) -> int:
    """Replies that came back, running clocks, provisional ones, snoozed and paused, the rest.

    A reply that was refused, or of which nobody knows, was thought to be done: it stands on top.
    A snoozed row sleeps even while its clock runs: it is out of sight because somebody said so,
    and the view of late rows shows it all the same.
    """
    if row.snoozed_until is not None or row.snoozed_by:
        return ASLEEP
    if row.reply_state in CAME_BACK:
        return RETURNED
    if row.clock_state == "running" and row.due_at is not None:
        return RUNNING
    if row.clock_state == "provisional":
        return PROVISIONAL
    return ASLEEP if row.clock_state == "paused" else WITHOUT_CLOCK


def gloom(row: QueueRow) -> int:
    """0 for surely negative, 1 for neutral, uncertain and unknown, 2 for positive."""
    if row.uncertain or row.mood in (None, "neutral"):
        return 1
    return 0 if row.mood == "negative" else 2


def row_state(row: QueueRow, now: datetime) -> str:
    """The state of the row's clock at an instant: running becomes at_risk, critical, breached."""
    if row.clock_state not in ("running", "paused") or row.due_at is None:
        return row.clock_state
    if now > row.due_at:
        return "breached"
    if row.clock_state == "paused":
        return "paused"
    if row.critical_at is not None and now >= row.critical_at:
        return "critical"
    if row.soon_at is not None and now >= row.soon_at:
        return "at_risk"
    return "running"


def _due(row: QueueRow, now: datetime) -> Key:  # noqa: ARG001
    """S12: bucket, its own time, then urgency, mood, stars, the longest wait, and the id."""
    place = bucket(row)
    if place == WITHOUT_CLOCK:
        # Newest first: negated, because the key only ascends.
        time = -(row.last_activity_at or _NEVER).timestamp()
    elif place == ASLEEP:
        time = (row.snoozed_until or _EVER).timestamp()
    else:
        time = (row.due_at or _EVER).timestamp()
    return (place, time, -row.priority, *_worst_first(row))


def _worst_first(row: QueueRow) -> Key:
    stars = stars_of(row.rating, row.rating_max)
    return (
        gloom(row),
        stars if stars is not None else float("inf"),
        (row.waiting_since or _EVER).timestamp(),
        row.id,
    )


def _rescue(row: QueueRow, now: datetime) -> Key:
    state = row_state(row, now)
    rank = _RESCUE.index(state) if state in _RESCUE and row.due_at else len(_RESCUE)
    return (rank, *_due(row, now))


def _negative_first(row: QueueRow, now: datetime) -> Key:
    return (*_worst_first(row)[:2], *_due(row, now))


def _oldest(row: QueueRow, now: datetime) -> Key:  # noqa: ARG001
    return ((row.waiting_since or row.last_activity_at or _EVER).timestamp(), row.id)


def _newest(row: QueueRow, now: datetime) -> Key:  # noqa: ARG001
    return (-(row.last_activity_at or _NEVER).timestamp(), -row.id)


def _priority(row: QueueRow, now: datetime) -> Key:
    return (-row.priority, *_due(row, now))


ORDERS: dict[str, Callable[[QueueRow, datetime], Key]] = {
    "due": _due,
    "rescue": _rescue,
    "negative-first": _negative_first,
    "oldest": _oldest,
    "newest": _newest,
    "priority": _priority,
}
"""Every named order: a sort key over a row and the present instant, ascending."""


def ordered(
    rows: Collection[QueueRow],
    order: str,
    now: datetime,
    *,
    pinned: Collection[int] = (),
) -> list[QueueRow]:
    """Rows in a named order; what the asking person pinned stands before everything."""
    key = ORDERS[order]
    return sorted(rows, key=lambda row: (row.id not in pinned, key(row, now)))
