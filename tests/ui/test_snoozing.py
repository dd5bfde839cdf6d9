"""Thanks that woke a snooze: one key puts it back to sleep, another starts its clock."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from console.core.asks import Answer, Ask, Failed, JudgeThanks, SnoozeAgain
from tests.ui.conftest import Opened, screen_text, settle
from tests.ui.fake_desk import START, FakeDesk, rows


def thankful() -> FakeDesk:
    """The first row's customer said thanks a moment ago."""
    found = rows(20)
    until = START + timedelta(minutes=20)
    found[0] = msgspec.structs.replace(
        found[0], thanks_until=until, clock=None, clock_state="none", due_at=None
    )
    return FakeDesk(found)


class Strict(FakeDesk):
    """Names a deadline before it lets anything sleep past it."""

    async def ask(self, request: Ask) -> Answer:
        answer = await super().ask(request)
        if isinstance(request, SnoozeAgain) and not request.past_due:
            return Failed("stale", "The customer waits for an answer by 15:00.")
        return answer


async def test_a_row_of_thanks_shows_no_clock(open_console: Opened) -> None:
    """The due column says thanks, the conversation until when, and both keys."""
    desk = thankful()
    async with open_console(desk, size=(200, 48)) as pilot:
        pilot.app.screen.point_to(1)
        await settle(pilot)
        text = screen_text(pilot)

        assert "thanks" in text
        assert "♥ Looks like thanks" in text
        assert "! it is more" in text


@pytest.mark.parametrize("printed", ["l", "д", "م"], ids=["latin", "russian", "arabic"])
async def test_one_key_snoozes_again(open_console: Opened, printed: str) -> None:
    """The same key on every keyboard."""
    desk = FakeDesk(rows(20))
    async with open_console(desk) as pilot:
        await pilot.press(printed)
        await settle(pilot)

        assert [SnoozeAgain(1)] == desk.asked_for(SnoozeAgain)


async def test_one_key_says_that_it_is_more_than_thanks(open_console: Opened) -> None:
    """The clock is started; `!` is one key on Latin, Cyrillic, Arabic and Persian keyboards."""
    desk = FakeDesk(rows(20))
    async with open_console(desk) as pilot:
        await pilot.press("exclamation_mark")
        await settle(pilot)

        assert [JudgeThanks(1, thanks=False)] == desk.asked_for(JudgeThanks)


async def test_past_the_deadline_only_after_a_yes(open_console: Opened) -> None:
    """The desk names the deadline, the person decides."""
    desk = Strict(rows(20))
    async with open_console(desk) as pilot:
        await pilot.press("l")
        await settle(pilot)
        assert "by 15:00" in screen_text(pilot)
        await pilot.press("enter")
        await settle(pilot)

        assert [False, True] == [asked.past_due for asked in desk.asked_for(SnoozeAgain)]
