"""Marked rows: Space marks, the ordinary keys act on all of them, what failed stays marked."""

from __future__ import annotations

import pytest

from console.core.asks import (
    Ask,
    Bulk,
    BulkDone,
    Claim,
    NotDone,
    SetPriority,
    SetStatus,
    Snooze,
    Tag,
)
from console.ui.widgets.queue import LiveQueue
from tests.ui.conftest import Opened, screen_text, settle
from tests.ui.fake_desk import FakeDesk, rows


def desk_of(*done: int, failed: tuple[NotDone, ...] = ()) -> FakeDesk:
    desk = FakeDesk(rows(20))
    text = f"{len(done)} conversations done."
    desk.answers[Bulk] = BulkDone(done, failed, text, "claim (2 conversations)")
    return desk


async def test_space_marks_and_goes_on(open_console: Opened) -> None:
    """The mark stands in the gutter, the number in the head; a second Space takes it away."""
    async with open_console(desk_of()) as pilot:
        queue = pilot.app.screen.query_one(LiveQueue)
        await pilot.press("space", "space", "k", "space")
        await settle(pilot)
        text = screen_text(pilot)

        assert [1] == list(queue.marked)
        assert "●1 marked" in text and 2 == text.count("●")


@pytest.mark.parametrize(
    ("keys", "action"),
    [
        (["c"], Claim(2)),
        (["e"], SetStatus(2, "solved")),
        (["t", "v", "i", "p", "enter"], Tag(2, ("vip",))),
        (["z", "1", "h", "enter"], Snooze(2, "1h")),
    ],
    ids=["claim", "solve", "tag", "snooze"],
)
async def test_the_ordinary_keys_act_on_the_marked(
    open_console: Opened, keys: list[str], action: Ask
) -> None:
    """One question for all of them, and nothing for the row under the cursor alone."""
    desk = desk_of(1, 3)
    async with open_console(desk) as pilot:
        await pilot.press("space", "j", "space", "k", "k")
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        await settle(pilot)
        told = [one.message for one in pilot.app._notifications]

        assert [Bulk((1, 3), action)] == desk.asked_for(Bulk)
        assert [] == desk.asked_for(type(action))
        assert {} == pilot.app.screen.query_one(LiveQueue).marked
        assert ["2 conversations done. · u takes it back"] == told


async def test_what_could_not_be_done_stays_marked(open_console: Opened) -> None:
    """And is told."""
    desk = desk_of(1, failed=(NotDone(2, "bo has this conversation"),))
    async with open_console(desk) as pilot:
        await pilot.press("space", "space", "c")
        await settle(pilot)

        assert [2] == list(pilot.app.screen.query_one(LiveQueue).marked)


async def test_escape_and_another_view_take_the_marks_away(open_console: Opened) -> None:
    """Nobody acts on rows that they no longer think of."""
    async with open_console(desk_of()) as pilot:
        queue = pilot.app.screen.query_one(LiveQueue)
        await pilot.press("space", "escape")
        await settle(pilot)
        after_escape = dict(queue.marked)
        await pilot.press("space", "2")
        await settle(pilot)

        assert ({}, {}) == (after_escape, queue.marked)


async def test_priority_of_the_marked_is_set_at_once(open_console: Opened) -> None:
    """From the palette too: whatever asks goes through the marks."""
    desk = desk_of(1, 2)
    async with open_console(desk) as pilot:
        await pilot.press("space", "space")
        pilot.app.screen.action_priority()
        await pilot.pause()
        await pilot.press("enter")
        await settle(pilot)

        (asked,) = desk.asked_for(Bulk)
        assert isinstance(asked, Bulk) and isinstance(asked.action, SetPriority)
