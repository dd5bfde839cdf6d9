"""Whatever others do to a queue, the row under the hand stays on its line."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.asks import QueuePage
from console.core.model import QueueRow
from console.ui.widgets.queue_window import QueueWindow
from tests.ui.fake_desk import START, rows

ROWS = {row.id: row for row in rows(60)}
HEIGHT = 12


def answered(order: list[int], window: QueueWindow) -> tuple[QueuePage, int | None]:
    """What a desk answers to the window's question about this order of ids."""
    keep = window.pointed.id if window.pointed else None
    first, count = window.wanted()
    keep_at = order.index(keep) if keep in order else None
    if keep_at is not None and not first <= keep_at < first + count:
        first = max(0, keep_at - count // 2)
    page = tuple(ROWS[id] for id in order[first : first + count])
    return QueuePage(page, first, len(order), 1, keep_at), keep


orders = st.permutations(list(ROWS)).flatmap(
    lambda ids: st.integers(1, len(ids)).map(lambda count: list(ids)[:count])
)


@settings(max_examples=120, deadline=None)
@given(st.lists(orders, min_size=2, max_size=8), st.integers(0, 40))
def test_the_row_under_the_hand_keeps_its_line(changes: list[list[int]], start: int) -> None:
    """Rows come, go and change places; the cursor's row neither changes nor moves."""
    window = QueueWindow()
    window.resize(HEIGHT)
    for _ in range(2):
        window.take(*answered(changes[0], window), START)
        window.point_at(min(start, len(changes[0]) - 1))
    chosen, line = window.pointed, window.cursor - window.top

    for order in changes[1:]:
        window.take(*answered(order, window), START)

        assert chosen is None or (window.pointed is not None and chosen.id == window.pointed.id)
        assert line == window.cursor - window.top


@settings(max_examples=120, deadline=None)
@given(orders, st.lists(st.integers(-70, 70), min_size=1, max_size=12))
def test_the_hand_keeps_the_cursor_in_sight(order: list[int], steps: list[int]) -> None:
    """Whatever keys are pressed, no empty line stands above and the cursor is on the screen."""
    window = QueueWindow()
    window.resize(HEIGHT)
    window.take(*answered(order, window), START)
    for step in steps:
        window.point_at(window.cursor + step)

        assert 0 <= window.cursor < window.slots
        assert 0 <= window.top <= window.cursor < window.top + HEIGHT
        assert window.top <= max(0, window.slots - HEIGHT)


def test_what_is_gone_leaves_after_three_seconds() -> None:
    """Time enough for a key that was on its way."""
    window = QueueWindow()
    window.resize(HEIGHT)
    window.take(*answered([1, 2, 3], window), START)
    window.point_at(1)
    window.take(*answered([1, 3], window), START)
    gone: QueueRow | None = window.pointed

    assert gone is not None and 2 == gone.id
    assert window.is_gone(1)
    assert not window.expire(START.replace(second=2))
    assert window.expire(START.replace(second=3))
    assert window.pointed is not None and 3 == window.pointed.id


def test_a_queue_that_nobody_touches_fills_its_lines() -> None:
    """Rows that came above the hand come into sight; the hand stays on its row."""
    window = QueueWindow()
    window.resize(10)
    window.take(*answered([1], window), START)
    window.rest(START)
    window.take(*answered([7, 8, 9, 1], window), START)
    pointed = [window.pointed and window.pointed.id]
    tops = [window.top]

    for seconds in (14, 15):
        window.rest(START + timedelta(seconds=seconds))
        tops.append(window.top)
        pointed.append(window.pointed and window.pointed.id)

    assert [3, 3, 0] == tops
    assert [1, 1, 1] == pointed
    assert 0 == window.above


def test_a_key_keeps_the_lines_as_they_are() -> None:
    """Whoever works with the queue is not disturbed."""
    window = QueueWindow()
    window.resize(10)
    window.take(*answered([1, 2], window), START)
    window.rest(START)
    window.take(*answered([7, 8, 1, 2], window), START)
    window.point_at(3)
    window.take(*answered([6, 7, 8, 1, 2], window), START)
    window.rest(START + timedelta(seconds=14))

    assert not window.rest(START + timedelta(seconds=28))
    assert window.rest(START + timedelta(seconds=29))
