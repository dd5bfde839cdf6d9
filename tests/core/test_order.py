"""The total order of a queue (S12)."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from console.core.model import HIGH, NORMAL, QueueRow
from console.core.order import ORDERS, ordered
from tests.core.test_views import NOW, row

HOUR = timedelta(hours=1)


def quiet(id: int, **changes: Any) -> QueueRow:
    """A row with nothing that would move it."""
    plain: dict[str, Any] = {
        "rating": None, "mood": None, "priority": NORMAL, "due_at": NOW + HOUR,
        "soon_at": NOW + HOUR, "critical_at": NOW + HOUR, "waiting_since": NOW - HOUR,
        "last_activity_at": NOW - HOUR,
    }  # fmt: skip
    return row(id=id, **{**plain, **changes})


def ids(order: str, *rows: QueueRow, pinned: tuple[int, ...] = ()) -> list[int]:
    """The ids of rows in an order."""
    return [one.id for one in ordered(rows, order, NOW, pinned=pinned)]


def test_running_then_provisional_then_asleep_then_without_a_clock() -> None:
    """The buckets of the default order, each by its own time."""
    rows = [
        quiet(8, clock=None, clock_state="none", due_at=None, last_activity_at=NOW - 2 * HOUR),
        quiet(7, clock=None, clock_state="none", due_at=None, last_activity_at=NOW),
        quiet(6, clock_state="paused", due_at=None),
        quiet(5, snoozed_until=NOW + 3 * HOUR),
        quiet(4, snoozed_until=NOW + 2 * HOUR),
        quiet(3, clock_state="provisional", due_at=NOW - HOUR),
        quiet(2, due_at=NOW + 2 * HOUR),
        quiet(1, due_at=NOW - HOUR),
    ]

    assert [1, 2, 3, 4, 5, 6, 7, 8] == ids("due", *rows)


def test_ties_are_broken_down_to_the_id() -> None:
    """Urgent first, then the angriest, the fewest stars, the longest wait, the lowest id."""
    rows = [
        quiet(6),
        quiet(5),
        quiet(4, waiting_since=NOW - 2 * HOUR),
        quiet(3, rating=1),
        quiet(2, mood="negative", mood_score=0.9),
        quiet(1, priority=HIGH),
    ]

    assert [1, 2, 3, 4, 5, 6] == ids("due", *rows)


def test_rescue_puts_the_hopeless_last() -> None:
    """Critical, at risk, running, breached."""
    rows = [
        quiet(4, due_at=NOW - HOUR, soon_at=NOW - 2 * HOUR, critical_at=NOW - 2 * HOUR),
        quiet(3),
        quiet(2, soon_at=NOW - HOUR),
        quiet(1, soon_at=NOW - HOUR, critical_at=NOW - HOUR),
    ]

    assert [1, 2, 3, 4] == ids("rescue", *rows)


def test_negative_first() -> None:
    """Angry words, then few stars, whatever is due."""
    rows = [
        quiet(3, due_at=NOW - HOUR),
        quiet(2, rating=1),
        quiet(1, mood="negative", mood_score=0.9, rating=5),
    ]

    assert [1, 2, 3] == ids("negative-first", *rows)


@pytest.mark.parametrize(("order", "expected"), [("oldest", [1, 2]), ("newest", [2, 1])])
def test_by_age(order: str, expected: list[int]) -> None:
    """By the wait, or by the last activity."""
    old = quiet(1, waiting_since=NOW - 2 * HOUR, last_activity_at=NOW - 2 * HOUR)

    assert expected == ids(order, quiet(2), old)


def test_by_priority() -> None:
    """The urgent first, then as by default."""
    assert [1, 3, 2] == ids(
        "priority", quiet(2, due_at=NOW + 2 * HOUR), quiet(1, priority=HIGH), quiet(3)
    )


def test_a_pin_wins_over_everything() -> None:
    """For the one who pinned it."""
    assert [2, 1] == ids("due", quiet(1, due_at=NOW - HOUR), quiet(2), pinned=(2,))


@pytest.mark.parametrize("order", list(ORDERS))
def test_every_order_is_total(order: str) -> None:
    """However the rows come in, they go out alike."""
    draw = random.Random(3)
    states = ("running", "paused", "provisional", "none")
    rows = [
        quiet(
            id,
            clock_state=draw.choice(states),
            due_at=draw.choice((None, NOW, NOW + HOUR)),
            rating=draw.choice((None, 1, 5)),
            mood=draw.choice((None, "negative", "neutral", "positive")),
            waiting_since=draw.choice((None, NOW)),
            last_activity_at=draw.choice((None, NOW)),
            snoozed_until=draw.choice((None, NOW)),
        )
        for id in range(200)
    ]
    shuffled = draw.sample(rows, len(rows))

    assert ids(order, *rows) == ids(order, *shuffled)


def test_a_reply_that_came_back_stands_on_top() -> None:
    """Its author thought it was done; a snoozed one sleeps on."""
    rows = [
        quiet(3, reply_state="refused", snoozed_until=NOW + HOUR),
        quiet(2, due_at=NOW - HOUR),
        quiet(1, reply_state="refused", due_at=NOW + 3 * HOUR),
    ]

    assert [1, 2, 3] == ids("due", *rows)
