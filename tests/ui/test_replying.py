"""Writing: nothing typed is lost, nothing is sent by mistake, everything can be taken back."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot

from console.core.asks import (
    Answer,
    Ask,
    Conflict,
    Decide,
    DiscardDraft,
    HintShown,
    Look,
    Note,
    SaveDraft,
    SendReply,
    Show,
    TakeBack,
)
from console.core.model import Draft, Reply
from console.ui.local_drafts import LocalDrafts
from console.ui.screens.desk import DeskScreen
from console.ui.screens.question import Question
from console.ui.widgets.reply_pane import ReplyPane
from tests.ui.conftest import Opened, screen_text, settle
from tests.ui.fake_desk import START, FakeDesk, rows


def pane_of(pilot: Pilot) -> ReplyPane:
    return pilot.app.desk_screen.query_one(ReplyPane)


async def write(pilot: Pilot, text: str, key: str = "r") -> ReplyPane:
    """Open the editor and put a text into it."""
    await pilot.press(key)
    await settle(pilot)
    pane = pane_of(pilot)
    pane.editor.insert(text)
    await settle(pilot)
    return pane


def kept_files(state: Path) -> list[Path]:
    return list(state.glob("drafts/*/1.json"))


async def saved(pilot: Pilot) -> None:
    """Save what is unsaved, as the timer would."""
    await pilot.app.desk_screen.save_draft()
    await settle(pilot)


async def test_a_public_reply_says_that_it_is_public(open_console: Opened) -> None:
    """In words, with the customer's name and the channel's limit."""
    async with open_console(FakeDesk(rows(10))) as pilot:
        await write(pilot, "Hello Lena")

        text = screen_text(pilot)
        assert "PUBLIC REPLY" in text
        assert "to Lena, for everybody to read" in text
        assert "10/350" in text


async def test_a_note_says_that_the_customer_never_sees_it(open_console: Opened) -> None:
    """An internal note cannot be taken for a reply."""
    async with open_console(FakeDesk(rows(10))) as pilot:
        pane = await write(pilot, "ask bo", key="p")

        assert "INTERNAL NOTE" in screen_text(pilot)
        assert "^S add the note" in screen_text(pilot)
        assert "send" not in screen_text(pilot).split("\n")[-1]
        assert pane.has_class("-note")


async def test_what_is_typed_is_saved(open_console: Opened) -> None:
    """The draft reaches the desk with what its writer had seen."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        await write(pilot, "Dear Lena")
        await saved(pilot)

        asked = desk.asked_for(SaveDraft)[-1]
        assert (1, "Dear Lena", 10, 1) == (
            asked.conversation,
            asked.text,
            asked.opened_on,
            asked.version,
        )


async def test_typing_waits_a_quarter_of_a_second_before_saving(open_console: Opened) -> None:
    """Without a further key the timer saves by itself."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        await write(pilot, "Dear Lena")
        await asyncio.sleep(0.3)
        await settle(pilot)

        assert "Dear Lena" == desk.drafts[1].text


@pytest.mark.parametrize("size", [(35, 30), (120, 8), (20, 5)])
async def test_typing_goes_on_in_a_window_made_too_small(
    open_console: Opened, size: tuple[int, int]
) -> None:
    """A pane of tmux made small and large again: no letter of the reply became a command."""
    async with open_console(FakeDesk(rows(3)), size=(120, 30)) as pilot:
        pane = await write(pilot, "Dear Sara, ")
        await pilot.resize_terminal(*size)
        await settle(pilot)
        await pilot.press(*"De")
        await pilot.resize_terminal(120, 30)
        await settle(pilot)
        await pilot.press(*"E!")

        assert "Dear Sara, DeE!" == pane.text


async def test_leaving_the_editor_keeps_the_draft(open_console: Opened) -> None:
    """Esc saves at once; r brings the text back."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        await write(pilot, "half a sentence")
        await pilot.press("escape")
        await settle(pilot)
        assert "half a sentence" == desk.drafts[1].text
        await pilot.press("r")
        await settle(pilot)

        assert "half a sentence" == pane_of(pilot).text


async def test_r_over_an_open_editor_keeps_what_was_typed(open_console: Opened) -> None:
    """From the queue, r goes back to the editor as it is."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        pane = await write(pilot, "not saved yet")
        pilot.app.desk_screen.queue.focus()
        desk.drafts.clear()
        await pilot.press("r")
        await settle(pilot)

        assert "not saved yet" == pane.text
        assert pane.editor.has_focus


async def test_an_older_answer_does_not_hide_what_was_just_written(open_console: Opened) -> None:
    """Esc and r at once: the desk's page may not hold the draft yet."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        await write(pilot, "a moment ago")
        await pilot.press("escape")
        await settle(pilot)
        desk.drafts.clear()
        await pilot.press("r")
        await settle(pilot)

        assert "a moment ago" == pane_of(pilot).text


async def test_a_draft_without_a_desk_goes_to_a_file_of_ones_own(
    open_console: Opened, tmp_path: Path
) -> None:
    """Typing goes on while the desk is lost, and the file is readable by its owner alone."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        await write(pilot, "Dear")
        await saved(pilot)
        desk.lose()
        pane_of(pilot).editor.insert(" Lena")
        await settle(pilot)
        await saved(pilot)

        files = kept_files(tmp_path)
        assert ["Dear Lena"] == [draft.text for draft in LocalDrafts(tmp_path, "Shiftdesk").all()]
        assert [0o600] == [stat.S_IMODE(file.stat().st_mode) for file in files]
        assert "✗ no desk" in screen_text(pilot)


async def test_a_kept_draft_goes_home_when_the_desk_is_back(
    open_console: Opened, tmp_path: Path
) -> None:
    """The desk gets the newer text and the file goes."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        await write(pilot, "written alone")
        desk.lose()
        await saved(pilot)
        desk.find()
        await settle(pilot)

        assert "written alone" == desk.drafts[1].text
        assert [] == LocalDrafts(tmp_path, "Shiftdesk").all()


async def test_an_older_kept_draft_does_not_win(open_console: Opened, tmp_path: Path) -> None:
    """The desk's newer text stays; the other went into the draft's history."""
    desk = FakeDesk(rows(10))
    newer = Draft(1, "ana", "newer", False, START, 10, 1, 4)
    desk.drafts[1] = newer
    kept = msgspec.structs.replace(newer, text="older", saved_at=START.replace(hour=1))
    LocalDrafts(tmp_path, "Shiftdesk").keep(kept)
    async with open_console(desk) as pilot:
        await settle(pilot)

        assert ["older", "newer"] == [asked.text for asked in desk.asked_for(SaveDraft)]


async def test_a_closing_terminal_keeps_the_text(open_console: Opened, tmp_path: Path) -> None:
    """SIGHUP: what was typed a moment ago is in the file."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        await write(pilot, "the line drops now")
        pilot.app._end()
        await pilot.pause()

    assert ["the line drops now"] == [d.text for d in LocalDrafts(tmp_path, "Shiftdesk").all()]


async def test_sending_queues_the_reply_and_shows_the_way_back(open_console: Opened) -> None:
    """Ctrl+S sends; ten seconds are left to take it back."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        await write(pilot, "Dear Lena, done.")
        await pilot.press("ctrl+s")
        await settle(pilot)

        assert ["waiting"] == [asked.then for asked in desk.asked_for(SendReply)]
        assert "Goes out in 10 s" in screen_text(pilot)
        assert 1 not in [row.id for row in desk._in_view("open")]


async def test_u_takes_a_held_reply_back_into_the_draft(open_console: Opened) -> None:
    """Nothing was sent, and the text is not lost."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        await write(pilot, "Dear Lena, done.")
        await pilot.press("ctrl+s")
        await settle(pilot)
        await pilot.press("u")
        await settle(pilot)

        assert 1 == len(desk.asked_for(TakeBack))
        assert "Dear Lena, done." == desk.drafts[1].text


async def test_the_undo_line_goes_when_the_window_has_closed(open_console: Opened) -> None:
    """After ten seconds nothing promises a way back."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        await write(pilot, "Dear Lena, done.")
        await pilot.press("ctrl+s")
        await settle(pilot)
        desk.clock.pass_(seconds=11)
        pilot.app.screen.tick(desk.clock())
        await pilot.pause()

        assert "Goes out" not in screen_text(pilot)


async def test_send_and_solve_has_its_own_key(open_console: Opened) -> None:
    """Ctrl+T solves as it sends."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        await write(pilot, "Dear Lena, done.")
        await pilot.press("ctrl+t")
        await settle(pilot)

        assert ["solved"] == [asked.then for asked in desk.asked_for(SendReply)]


async def test_the_guard_stops_a_reply_to_something_newer(open_console: Opened) -> None:
    """The dialogue tells what happened; nothing is sent until the writer says so."""
    desk = FakeDesk(rows(10))
    desk.conflicts = (Conflict(START, "bo", "replied a minute ago"),)
    async with open_console(desk) as pilot:
        await write(pilot, "Dear Lena, done.")
        await pilot.press("ctrl+s")
        await settle(pilot)
        text = screen_text(pilot)
        assert "bo: replied a minute ago" in text
        assert {} == desk.replies
        await pilot.press("s")
        await settle(pilot)

        assert [False, True] == [asked.anyway for asked in desk.asked_for(SendReply)]
        assert 1 == len({asked.key for asked in desk.asked_for(SendReply)})


async def test_the_guard_lets_the_writer_look_first(open_console: Opened) -> None:
    """Edit keeps the draft in the editor."""
    desk = FakeDesk(rows(10))
    desk.conflicts = (Conflict(START, "bo", "replied a minute ago"),)
    async with open_console(desk) as pilot:
        pane = await write(pilot, "Dear Lena, done.")
        await pilot.press("ctrl+s")
        await settle(pilot)
        await pilot.press("e")
        await settle(pilot)

        assert {} == desk.replies
        assert "Dear Lena, done." == pane.text
        assert pane.editor.has_focus


async def test_a_reply_over_the_channels_limit_is_not_sent(open_console: Opened) -> None:
    """The counter turns and the key says by how much."""
    desk = FakeDesk(rows(10))
    desk.limit = 5
    async with open_console(desk) as pilot:
        await write(pilot, "much too long")
        await pilot.press("ctrl+s")
        await settle(pilot)

        assert [] == desk.asked_for(SendReply)
        assert "13/5" in screen_text(pilot)


async def test_a_telephone_number_in_public_asks_once(open_console: Opened) -> None:
    """The same text does not ask a second time."""
    desk = FakeDesk(rows(10))
    desk.hints = (HintShown("pii_phone", "error", 0, 4, "a telephone number in public"),)
    async with open_console(desk) as pilot:
        await write(pilot, "Call +7 900")
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Question)
        assert [] == desk.asked_for(SendReply)
        await pilot.press("s")
        await settle(pilot)

        assert 1 == len(desk.asked_for(SendReply))


async def test_a_lost_desk_does_not_lose_a_reply_being_sent(
    open_console: Opened, tmp_path: Path
) -> None:
    """The text stays in the editor, and the same key goes with the next press."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        pane = await write(pilot, "Dear Lena, done.")
        desk.lose()
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert "Dear Lena, done." == pane.text
        desk.find()
        await settle(pilot)
        await pilot.press("ctrl+s")
        await settle(pilot)

        asked = desk.asked_for(SendReply)
        assert 2 == len(asked)
        assert asked[0].key == asked[1].key


async def test_a_note_is_added_and_not_sent(open_console: Opened) -> None:
    """Ctrl+S in a note makes a note."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        await write(pilot, "@bo please look", key="p")
        await pilot.press("ctrl+s")
        await settle(pilot)

        assert ["@bo please look"] == [asked.text for asked in desk.asked_for(Note)]
        assert [] == desk.asked_for(SendReply)


async def test_a_drafted_note_is_not_sent_as_a_reply(open_console: Opened) -> None:
    """r over a note asks first."""
    desk = FakeDesk(rows(10))
    desk.drafts[1] = Draft(1, "ana", "she is difficult", True, START, 10, 1, 1)
    async with open_console(desk) as pilot:
        await pilot.press("r")
        await settle(pilot)

        assert isinstance(pilot.app.screen, Question)
        assert not pilot.app.desk_screen.query(ReplyPane)


async def test_others_see_that_i_write(open_console: Opened) -> None:
    """The desk is told while the editor is open, and when it is not."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        await write(pilot, "x")
        assert "writing" == desk.asked_for(Look)[-1].mode
        await pilot.press("escape")
        await settle(pilot)

        assert "viewing" == desk.asked_for(Look)[-1].mode


async def test_an_emptied_draft_is_thrown_away(open_console: Opened) -> None:
    """No empty drafts stay behind."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        pane = await write(pilot, "x")
        pane.put("")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)

        assert 1 == len(desk.asked_for(DiscardDraft))


async def test_hints_stand_under_the_editor(open_console: Opened) -> None:
    """The gravest first, with a sign for how grave."""
    desk = FakeDesk(rows(10))
    desk.hints = (
        HintShown("missing_time_frame", "warn", 0, 0, "no time given: say when"),
        HintShown("missing_apology", "error", 0, 0, "no apology"),
    )
    async with open_console(desk) as pilot:
        await write(pilot, "We will fix it.")
        await asyncio.sleep(0.35)
        await settle(pilot)

        text = screen_text(pilot)
        assert text.index("● no apology") < text.index("◦ no time given: say when")


async def test_an_unsure_reply_shows_the_platforms_words_and_is_decided(
    open_console: Opened,
) -> None:
    """d asks; was published, again, or give up."""
    desk = FakeDesk(rows(10))
    desk.replies[7] = Reply(
        7, 1, "k", "ana", "Dear Lena", "unsure", START, error="504 from api.example"
    )
    async with open_console(desk) as pilot:
        assert "504 from api.example" in screen_text(pilot)
        await pilot.press("d")
        await settle(pilot)
        await pilot.press("p")
        await settle(pilot)

        assert ["was_sent"] == [asked.verdict for asked in desk.asked_for(Decide)]


async def test_a_promise_becomes_a_clock_with_one_key(open_console: Opened) -> None:
    """P asks for the same reply again, with the promised time."""
    desk = FakeDesk(rows(10))
    at = START.replace(hour=20)
    desk.promise = (at, "within 6 hours")
    async with open_console(desk) as pilot:
        await write(pilot, "We answer within 6 hours.")
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert "starts a clock for “within 6 hours”" in screen_text(pilot)
        await pilot.press("P")
        await settle(pilot)

        assert [None, at] == [asked.promise_at for asked in desk.asked_for(SendReply)]
        assert 1 == len(desk.replies)


async def test_the_desk_screen_is_the_only_one_below(open_console: Opened) -> None:
    """A question covers the desk screen and leaves it where it was."""
    async with open_console(FakeDesk(rows(10))) as pilot:
        await pilot.press("z")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Question)
        await pilot.press("escape")
        await settle(pilot)

        assert isinstance(pilot.app.screen, DeskScreen)


async def test_a_reply_asked_for_before_the_conversation_came_is_opened(
    open_console: Opened,
) -> None:
    """Enter and r in one breath, on a row that nobody has looked at yet."""
    desk, answered = FakeDesk(rows(10)), asyncio.Event()
    ask = desk.ask

    async def slowly(request: Ask) -> Answer:
        if isinstance(request, Show):
            await answered.wait()
        return await ask(request)

    async with open_console(desk) as pilot:
        pilot.app.desk_screen.pane.clear()
        desk.ask = slowly  # type: ignore[method-assign]
        await pilot.press("enter", "r")
        answered.set()
        await settle(pilot)

        assert pane_of(pilot).has_class("-open")
