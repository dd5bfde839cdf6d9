"""A lead's queue of replies to approve."""

from __future__ import annotations

import msgspec

from console.core.asks import Conflict, Decide, Queue, SaveDraft, TakeBack
from console.core.model import Reply
from console.ui.screens.approvals import ApprovalsScreen
from console.ui.screens.question import Question
from tests.ui.conftest import Opened, screen_text, settle
from tests.ui.fake_desk import START, FakeDesk, rows
from tests.ui.test_assisting import said
from tests.ui.test_replying import pane_of


def desk_with_a_draft() -> FakeDesk:
    """Dora's reply in conversation 1 waits."""
    desk = FakeDesk(rows(10))
    desk.replies[500] = Reply(500, 1, "k", "dora", "We look into it.", "awaiting_approval", START)
    desk.rows[0] = msgspec.structs.replace(desk.rows[0], reply_state="awaiting_approval")
    return desk


async def test_what_waits_is_shown_with_what_it_answers(open_console: Opened) -> None:
    """The customer's words, who wrote the reply, and the reply."""
    desk = desk_with_a_draft()
    async with open_console(desk) as pilot:
        await pilot.press("A")
        await settle(pilot)

        text = screen_text(pilot)
        assert "dora wrote at" in text
        assert "We look into it." in text
        assert "Love the new reading mode" in text
        assert "approval" == desk.asked_for(Queue)[-1].view


async def test_one_key_approves(open_console: Opened) -> None:
    """The reply on show is sent on its way."""
    desk = desk_with_a_draft()
    async with open_console(desk) as pilot:
        await pilot.press("A")
        await settle(pilot)
        await pilot.press("a")
        await settle(pilot)

        assert [Decide(500, "approve")] == desk.asked_for(Decide)
        assert "Approved" in said(pilot)


async def test_an_approval_can_be_taken_back(open_console: Opened) -> None:
    """For as long as a reply of one's own."""
    desk = desk_with_a_draft()
    async with open_console(desk) as pilot:
        await pilot.press("A")
        await settle(pilot)
        await pilot.press("a")
        await settle(pilot)
        await pilot.press("u")
        await settle(pilot)

        assert [TakeBack(500)] == desk.asked_for(TakeBack)
        assert None is pilot.app.held_reply


async def test_what_is_newer_than_the_reply_stops_a_yes(open_console: Opened) -> None:
    """The lead reads what it is; Esc approves nothing, and `anyway` does."""
    desk = desk_with_a_draft()
    desk.conflicts = (Conflict(START, "Sara", "wrote"),)
    async with open_console(desk) as pilot:
        await pilot.press("A")
        await settle(pilot)
        await pilot.press("a")
        await settle(pilot)
        told = screen_text(pilot)
        await pilot.press("escape")
        await settle(pilot)
        before = list(desk.asked_for(Decide))
        await pilot.press("a")
        await settle(pilot)
        await pilot.press("down", "enter")
        await settle(pilot)

        assert "Sara: wrote" in told
        assert [Decide(500, "approve")] == before
        assert Decide(500, "approve", anyway=True) == desk.asked_for(Decide)[-1]
        assert "held" == desk.replies[500].state


async def test_the_conversation_s_own_key_approves_under_the_same_guard(
    open_console: Opened,
) -> None:
    """Deciding in the conversation is no way round it."""
    desk = desk_with_a_draft()
    desk.conflicts = (Conflict(START, "Sara", "wrote"),)
    async with open_console(desk) as pilot:
        pilot.app.desk_screen.action_decide()
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)

        assert "Sara: wrote" in screen_text(pilot)
        assert "awaiting_approval" == desk.replies[500].state


async def test_a_return_asks_why(open_console: Opened) -> None:
    """The reason goes with it; Esc returns nothing."""
    desk = desk_with_a_draft()
    async with open_console(desk) as pilot:
        await pilot.press("A")
        await settle(pilot)
        await pilot.press("r")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Question)
        await pilot.press("escape")
        await settle(pilot)
        assert [] == desk.asked_for(Decide)
        await pilot.press("r")
        await settle(pilot)
        await pilot.press(*"when", "enter")
        await settle(pilot)

        assert [Decide(500, "return", "when")] == desk.asked_for(Decide)


async def test_a_lead_may_take_a_draft_over(open_console: Opened) -> None:
    """It is returned to its author, and its text opens in the lead's editor."""
    desk = desk_with_a_draft()
    async with open_console(desk) as pilot:
        await pilot.press("A")
        await settle(pilot)
        await pilot.press("e")
        await settle(pilot)
        await settle(pilot)

        assert ["return"] == [ask.verdict for ask in desk.asked_for(Decide)]
        assert "We look into it." == desk.asked_for(SaveDraft)[0].text
        assert "We look into it." == pane_of(pilot).text


async def test_an_agent_has_no_such_screen(open_console: Opened) -> None:
    """The key does nothing for whoever may not approve."""
    async with open_console(FakeDesk(rows(10), me="bo")) as pilot:
        await pilot.press("A")
        await settle(pilot)

        assert not isinstance(pilot.app.screen, ApprovalsScreen)
