"""The live queue under the hand: what moves and what never does."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from textual.pilot import Pilot

from console.core.asks import Queue
from console.ui.widgets.queue import LiveQueue
from tests.ui.conftest import Opened, screen_text, settle
from tests.ui.fake_desk import START, FakeDesk, rows


def queue_of(pilot: Pilot) -> LiveQueue:
    return pilot.app.screen.query_one(LiveQueue)


def cursor_line(pilot: Pilot) -> int:
    queue = queue_of(pilot)
    return queue.hand.cursor - queue.hand.top


async def test_rows_of_four_languages_are_drawn(open_console: Opened) -> None:
    """English, Russian, Arabic and Persian rows stand in the queue."""
    async with open_console(FakeDesk(rows(40))) as pilot:
        text = screen_text(pilot)

        assert "А доставка в Казань" in text
        assert "Third week waiting" in text
        assert "ﺔﻨﺤﺸﻟﺍ" in text


async def test_only_the_sight_and_a_page_each_side_are_asked_for(open_console: Opened) -> None:
    """A thousand rows cost one window."""
    desk = FakeDesk(rows(1000))
    async with open_console(desk) as pilot:
        asked = desk.asked_for(Queue)
        height = queue_of(pilot).size.height

        assert all(request.count <= 3 * height for request in asked)


async def test_a_new_row_above_does_not_move_the_cursors_row(open_console: Opened) -> None:
    """The row under the cursor keeps its line; a mark says that something came above."""
    desk = FakeDesk(rows(60))
    async with open_console(desk) as pilot:
        await pilot.press("j", "j", "j", "j")
        await settle(pilot)
        chosen, line = queue_of(pilot).pointed, cursor_line(pilot)
        urgent = msgspec.structs.replace(
            desk.rows[0], id=900, who="New one", due_at=START - timedelta(hours=2)
        )
        desk.rows.insert(0, urgent)
        desk.change()
        await settle(pilot)

        assert chosen == queue_of(pilot).pointed
        assert line == cursor_line(pilot)
        assert (1, 0) == (queue_of(pilot).hand.above, queue_of(pilot).hand.below)
        assert "▲1 above" in screen_text(pilot)


async def test_a_row_that_rises_to_the_top_stays_on_its_line(open_console: Opened) -> None:
    """Empty lines stand above it until the next key."""
    desk = FakeDesk(rows(60))
    async with open_console(desk) as pilot:
        await pilot.press("j", "j", "j", "j", "j")
        await settle(pilot)
        queue = queue_of(pilot)
        chosen, line = queue.pointed, cursor_line(pilot)
        assert chosen is not None
        at = next(n for n, row in enumerate(desk.rows) if row.id == chosen.id)
        desk.rows[at] = msgspec.structs.replace(chosen, due_at=START - timedelta(days=1))
        desk.change()
        await settle(pilot)

        assert chosen.id == queue.pointed.id if queue.pointed else None
        assert line == cursor_line(pilot)
        assert -5 == queue.hand.top
        await pilot.press("k")
        assert 0 == queue.hand.top


async def test_a_row_taken_by_somebody_else_stays_under_the_cursor(open_console: Opened) -> None:
    """It is marked gone, so that the next key cannot hit its neighbour."""
    desk = FakeDesk(rows(30))
    async with open_console(desk) as pilot:
        await pilot.press("j", "j")
        await settle(pilot)
        queue = queue_of(pilot)
        chosen = queue.pointed
        assert chosen is not None
        desk._put(chosen.id, status="solved")
        desk.change()
        await settle(pilot)

        assert chosen.id == queue.pointed.id if queue.pointed else None
        assert "✓ gone" in screen_text(pilot)
        await pilot.press("j")
        await settle(pilot)
        assert "✓ gone" not in screen_text(pilot)


async def test_a_row_solved_here_leaves_and_the_next_takes_its_line(open_console: Opened) -> None:
    """What I sent away need not linger."""
    desk = FakeDesk(rows(30))
    async with open_console(desk) as pilot:
        await pilot.press("j", "j")
        await settle(pilot)
        queue = queue_of(pilot)
        chosen, line = queue.pointed, cursor_line(pilot)
        await pilot.press("e")
        await settle(pilot)
        await settle(pilot)

        assert chosen is not None and queue.pointed is not None
        assert chosen.id != queue.pointed.id
        assert line == cursor_line(pilot)
        assert "✓ gone" not in screen_text(pilot)


async def test_a_row_sent_away_that_sinks_is_not_followed(open_console: Opened) -> None:
    """A reply on its way lowers its row: the cursor stays up here, on the next one."""
    desk = FakeDesk(rows(60))
    async with open_console(desk) as pilot:
        await pilot.press("j")
        await settle(pilot)
        queue = queue_of(pilot)
        chosen = queue.pointed
        assert chosen is not None
        queue.hand.let_go(chosen.id)
        desk._put(chosen.id, due_at=START + timedelta(days=9))
        desk.change()
        await settle(pilot)

        assert (2, 60) == queue.position
        assert queue.pointed is not None
        assert 3 == queue.pointed.id


async def test_the_last_row_is_reached_and_drawn(open_console: Opened) -> None:
    """G asks for the end of a long queue."""
    desk = FakeDesk(rows(500))
    async with open_console(desk) as pilot:
        await pilot.press("G")
        await settle(pilot)

        assert (500, 500) == queue_of(pilot).position
        assert queue_of(pilot).pointed is not None


async def test_nothing_is_drawn_again_while_nothing_changes(open_console: Opened) -> None:
    """A second that changes no text repaints no cell."""
    desk = FakeDesk(rows(60)[20:])
    async with open_console(desk) as pilot:
        queue = queue_of(pilot)
        queue.tick(START + timedelta(seconds=30))
        painted = []
        queue.refresh = lambda *regions, **_: painted.extend(regions)  # type: ignore[method-assign]
        queue.tick(START + timedelta(seconds=31))
        queue.tick(START + timedelta(seconds=32))

        assert [] == painted


async def test_a_minute_repaints_only_the_due_column(open_console: Opened) -> None:
    """The countdown's cells are repainted, and nothing beside them."""
    desk = FakeDesk(rows(60))
    async with open_console(desk) as pilot:
        queue = queue_of(pilot)
        painted = []
        queue.refresh = lambda *regions, **_: painted.extend(regions)  # type: ignore[method-assign]
        queue.tick(START + timedelta(minutes=1, seconds=1))

        assert painted
        assert all(region.height == 1 and region.right <= 14 for region in painted)


async def test_an_unchanged_row_keeps_its_strip(open_console: Opened) -> None:
    """News about one row does not draw the others again."""
    desk = FakeDesk(rows(60))
    async with open_console(desk) as pilot:
        queue = queue_of(pilot)
        before = queue.render_line(5)
        desk._put(desk.rows[20].id, owner="kian")
        desk.change()
        await settle(pilot)

        assert before is queue.render_line(5)


async def test_an_empty_view_says_so(open_console: Opened) -> None:
    """An empty queue is good news."""
    async with open_console(FakeDesk([])) as pilot:
        assert "Nothing waits here." in screen_text(pilot)
