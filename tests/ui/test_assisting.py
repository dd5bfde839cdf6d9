"""Snippets, earlier answers, going private and earlier texts, from the editor."""

from __future__ import annotations

from datetime import timedelta

from textual.pilot import Pilot
from textual.widgets import Input

from console.core.asks import (
    AnsweredBefore,
    BeginPrivate,
    ConversationPage,
    Done,
    DraftHistory,
    DraftHistoryPage,
    FollowUp,
    GoPrivate,
    HintShown,
    Precedent,
    PrecedentsPage,
    SendReply,
    Show,
    Snippets,
    SnippetShown,
    SnippetsPage,
    WentPrivate,
)
from console.core.model import Draft
from console.ui.screens.picking import Picking
from tests.ui.conftest import Opened, screen_text, settle
from tests.ui.fake_desk import START, FakeDesk, rows
from tests.ui.test_replying import pane_of, write

SNIPPETS = SnippetsPage(
    (
        SnippetShown("refund", "Refund sent", "Sent {?amount} by {?day}.", "en", 3),
        SnippetShown("thanks", "Thanks", "Thank you!", "en"),
    )
)
PRECEDENTS = PrecedentsPage(
    (
        Precedent(
            7, 70, "bo", "play", START - timedelta(days=2), "en", "It leaks", "A lid comes.", 0.83
        ),
    )
)


async def picked(pilot: Pilot, key: str, times: int = 0) -> None:
    """Open a list, go down so often, and take what is there."""
    await pilot.press(key)
    await settle(pilot)
    for _ in range(times):
        await pilot.press("down")
    await pilot.press("enter")
    await settle(pilot)


def said(pilot: Pilot) -> str:
    """What was told in passing."""
    return "\n".join(notice.message for notice in pilot.app._notifications)


async def test_a_snippet_is_inserted_and_tab_goes_from_blank_to_blank(
    open_console: Opened,
) -> None:
    """The first blank is selected at once; what is typed takes its place."""
    desk = FakeDesk(rows(10))
    desk.answers[Snippets] = SNIPPETS
    async with open_console(desk) as pilot:
        pane = await write(pilot, "Hello. ")
        await picked(pilot, "ctrl+n")
        await pilot.press("5")
        await pilot.press("tab")
        await pilot.press("x")

        assert "Hello. Sent 5 by x." == pane.text
        assert pane.editor.has_focus


async def test_the_list_shows_what_a_snippet_says_and_how_often_it_was_used(
    open_console: Opened,
) -> None:
    """Title, language, uses, and the whole text of the one at the cursor."""
    desk = FakeDesk(rows(10))
    desk.answers[Snippets] = SNIPPETS
    async with open_console(desk) as pilot:
        await write(pilot, "")
        await pilot.press("ctrl+n")
        await settle(pilot)

        text = screen_text(pilot)
        assert "Refund sent" in text
        assert "3 uses" in text
        assert "Sent {?amount} by {?day}." in text


async def test_typing_searches(open_console: Opened) -> None:
    """The desk is asked for the words, on this conversation."""
    desk = FakeDesk(rows(10))
    desk.answers[Snippets] = SNIPPETS
    async with open_console(desk) as pilot:
        await write(pilot, "")
        await pilot.press("ctrl+n")
        await settle(pilot)
        pilot.app.screen.query_one(Input).insert("ref", 0)
        await pilot.pause(0.3)
        await settle(pilot)

        assert Snippets(1, "ref", 50) == desk.asked_for(Snippets)[-1]


async def test_several_snippets_go_into_one_reply_and_are_told(open_console: Opened) -> None:
    """Their ids go with the reply, each once."""
    desk = FakeDesk(rows(10))
    desk.answers[Snippets] = SNIPPETS
    async with open_console(desk) as pilot:
        pane = await write(pilot, "")
        await picked(pilot, "ctrl+n", 1)
        await picked(pilot, "ctrl+n", 1)
        await pilot.press("ctrl+s")
        await settle(pilot)

        sent = desk.asked_for(SendReply)[-1]
        assert "Thank you! Thank you!" == sent.text
        assert ("thanks",) == sent.snippets
        assert pane is not None


async def test_an_empty_blank_is_told_and_is_not_sent(open_console: Opened) -> None:
    """The editor says which one, and Ctrl+S puts the cursor there."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        pane = await write(pilot, "Sent {?amount} today.")
        told = screen_text(pilot)
        await pilot.press("ctrl+s")
        await settle(pilot)

        assert "still empty: amount" in told
        assert [] == desk.asked_for(SendReply)
        assert "{?amount}" == pane.editor.selected_text


async def test_an_earlier_answer_is_inserted(open_console: Opened) -> None:
    """With what it answered and how like that is, before it is taken."""
    desk = FakeDesk(rows(10))
    desk.answers[AnsweredBefore] = PRECEDENTS
    async with open_console(desk) as pilot:
        pane = await write(pilot, "Hi. ")
        await pilot.press("ctrl+f")
        await settle(pilot)
        shown = screen_text(pilot)
        await pilot.press("enter")
        await settle(pilot)

        assert "83%" in shown
        assert "It leaks" in shown
        assert "Hi. A lid comes." == pane.text


async def test_esc_leaves_the_draft_as_it_was(open_console: Opened) -> None:
    """Nothing is inserted, and typing goes on."""
    desk = FakeDesk(rows(10))
    desk.answers[AnsweredBefore] = PRECEDENTS
    async with open_console(desk) as pilot:
        pane = await write(pilot, "Hi.")
        await pilot.press("ctrl+f")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Picking)
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("x")

        assert "Hi.x" == pane.text


async def test_going_private_writes_the_line_and_opens_the_private_conversation_after_sending(
    open_console: Opened,
) -> None:
    """One key; what is public goes first."""
    desk = FakeDesk(rows(10))
    desk.answers[GoPrivate] = WentPrivate("Please write to us.", "It goes on in 4.", 4)
    async with open_console(desk) as pilot:
        pane = await write(pilot, "Sorry!")
        await pilot.press("ctrl+g")
        await settle(pilot)
        assert "Sorry!\n\nPlease write to us." == pane.text
        await pilot.press("ctrl+s")
        await settle(pilot)
        await settle(pilot)

        drafting = pilot.app.desk_screen.drafting
        assert 4 == drafting.conversation
        assert desk.asked_for(Show)


async def test_where_there_is_no_private_conversation_one_is_begun(open_console: Opened) -> None:
    """Once the public line is sent, its editor opens; nothing was begun before."""
    desk = FakeDesk(rows(10))
    desk.answers[GoPrivate] = WentPrivate("We are writing to you.", "By mail.", begins=True)
    desk.answers[BeginPrivate] = Done(2, 4)
    async with open_console(desk) as pilot:
        await write(pilot, "Sorry!")
        await pilot.press("ctrl+g")
        await settle(pilot)
        early = desk.asked_for(BeginPrivate)
        await pilot.press("ctrl+s")
        await settle(pilot)
        await settle(pilot)

        assert [] == early
        assert [BeginPrivate(1)] == desk.asked_for(BeginPrivate)
        assert 4 == pilot.app.desk_screen.drafting.conversation


async def test_an_earlier_text_comes_back_and_can_be_undone(open_console: Opened) -> None:
    """Undo gives the newer text again."""
    desk = FakeDesk(rows(10))
    old = Draft(1, "ana", "An older thought", False, START, 10, 1)
    desk.answers[DraftHistory] = DraftHistoryPage((old,))
    async with open_console(desk) as pilot:
        pane = await write(pilot, "Newer")
        pilot.app.desk_screen.action_versions()
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        back = pane.text
        pane.editor.undo()

        assert ("An older thought", "Newer") == (back, pane.text)


async def test_after_solving_one_key_sets_a_reminder(open_console: Opened) -> None:
    """For the one that was solved, though the cursor is on another by then."""
    desk = FakeDesk(rows(10))
    desk.answers[FollowUp] = Done(2, 1, "A reminder.", "reminder")
    async with open_console(desk) as pilot:
        await pilot.press("e")
        await settle(pilot)
        told = said(pilot)
        await pilot.press("f")
        await settle(pilot)
        await pilot.press("down", "enter")
        await settle(pilot)

        assert "f: remind me to ask whether it helped" in told
        assert [FollowUp(1, "1d")] == desk.asked_for(FollowUp)


async def test_hints_stand_in_the_catalogues_order_and_the_wrong_language_alone(
    open_console: Opened,
) -> None:
    """The desk tells all of them; the editor cuts."""
    desk = FakeDesk(rows(10))
    desk.hints = (
        HintShown("wrong_language", "error", 0, 2, "They wrote in Russian."),
        HintShown("missing_thanks", "warn", 0, 0, "Say thanks."),
    )
    async with open_console(desk) as pilot:
        await write(pilot, "Hello there")
        await pilot.pause(0.5)
        await settle(pilot)

        text = screen_text(pilot)
        assert "They wrote in Russian." in text
        assert "Say thanks." not in text


async def test_a_short_reply_gets_one_checklist(open_console: Opened) -> None:
    """What is missing stands in lines of one hint."""
    desk = FakeDesk(rows(10))
    desk.hints = (
        HintShown("too_short", "warn", 0, 2, "This is short."),
        HintShown("missing_greeting", "info", 0, 0, "Greet them."),
        HintShown("missing_thanks", "warn", 0, 0, "Say thanks."),
    )
    async with open_console(desk) as pilot:
        pane = await write(pilot, "Ok")
        await pilot.pause(0.5)
        await settle(pilot)

        text = screen_text(pilot)
        assert "☐ Greet them." in text
        assert "☐ Say thanks." in text
        assert ["too_short"] == [hint.id for hint in pane.editor.hints]


async def test_the_preview_shows_what_the_channel_publishes(open_console: Opened) -> None:
    """Markdown as it is drawn, by itself."""
    desk = FakeDesk(rows(10))
    shown = desk._show(1)
    assert isinstance(shown, ConversationPage)
    desk.answers[Show] = ConversationPage(shown.conversation, markup="markdown")
    async with open_console(desk) as pilot:
        await write(pilot, "**Sorry**, see [this](https://x.example)")

        assert "Sorry, see this" in screen_text(pilot)


async def test_a_reply_that_waits_for_approval_says_so(open_console: Opened) -> None:
    """A drafter knows that nothing was sent yet."""
    desk = FakeDesk(rows(10), me="dora")
    desk.approval = True
    async with open_console(desk) as pilot:
        await write(pilot, "Hello Lena, thank you.")
        await pilot.press("ctrl+s")
        await settle(pilot)

        assert "It waits for a lead's approval." in said(pilot)
        assert pane_of(pilot) is not None
