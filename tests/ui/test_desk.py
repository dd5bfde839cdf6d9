"""The desk screen: what it shows at every size, and what the keys do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.core.asks import (
    Assign,
    Claim,
    Explain,
    Failed,
    Look,
    Next,
    Queue,
    SetStatus,
    Show,
    Snooze,
    Tag,
)
from console.ui.screens.question import Question
from console.ui.screens.reading import Reading
from console.ui.widgets.conversation import ConversationPane
from console.ui.widgets.filter_line import FilterLine
from console.ui.widgets.queue import LiveQueue
from tests.ui.conftest import Opened, screen_text, settle
from tests.ui.fake_desk import START, FakeDesk, rows


async def test_the_bar_tells_late_soon_open_and_trouble(open_console: Opened) -> None:
    """The top line answers at a glance."""
    async with open_console(FakeDesk(rows(120))) as pilot:
        bar = screen_text(pilot).split("\n")[0]

        for part in ("14:32", "ana", "on shift: ana bo mara", "▲3 late", "◔4 soon", "120 open"):
            assert part in bar
        assert "⚠ play: 429 from play.google.com, next try 14:39" in bar


async def test_a_note_of_the_desk_hides_no_trouble(open_console: Opened) -> None:
    """An assumed calendar stood where the new feed's error should have been read."""
    desk = FakeDesk(rows(3))
    desk.note = "no calendar is configured"
    async with open_console(desk) as pilot:
        bar = screen_text(pilot).split("\n")[0]

        assert "⚠ play: 429" in bar
        assert "no calendar" not in bar

    desk.sources = ()
    async with open_console(desk) as pilot:
        assert "no calendar is configured" in screen_text(pilot).split("\n")[0]


async def test_the_conversation_follows_the_cursor(open_console: Opened) -> None:
    """In three panes the row under the cursor is on show, and the desk knows who looks."""
    desk = FakeDesk(rows(20))
    async with open_console(desk) as pilot:
        await pilot.press("j")
        await pilot.pause(0.1)
        await settle(pilot)

        assert 2 == pilot.app.screen.query_one(ConversationPane).conversation
        assert (2, "viewing") == (
            desk.asked_for(Look)[-1].conversation,
            desk.asked_for(Look)[-1].mode,
        )


async def test_resting_asks_once(open_console: Opened) -> None:
    """Running over rows does not ask for each of them."""
    desk = FakeDesk(rows(40))
    async with open_console(desk) as pilot:
        before = len(desk.asked_for(Show))
        queue = pilot.app.screen.query_one(LiveQueue)
        for _ in range(10):
            queue.action_down()
        await pilot.pause(0.1)
        await settle(pilot)

        assert 1 == len(desk.asked_for(Show)) - before


async def test_a_key_pressed_at_once_acts_on_the_row_under_the_cursor(
    open_console: Opened,
) -> None:
    """Not on the conversation that the pane still shows."""
    desk = FakeDesk(rows(20))
    async with open_console(desk) as pilot:
        await pilot.press("j", "j", "e")
        await settle(pilot)

        assert [3] == [asked.conversation for asked in desk.asked_for(SetStatus)]


async def test_claim_takes_and_gives_back(open_console: Opened) -> None:
    """c makes it mine, c again hands it back."""
    desk = FakeDesk(rows(20))
    async with open_console(desk) as pilot:
        await pilot.press("c")
        await settle(pilot)
        assert "ana" == desk.row(1).owner
        await pilot.press("c")
        await settle(pilot)

        assert [""] == [asked.to for asked in desk.asked_for(Assign)]


async def test_a_claim_that_came_second_asks_before_taking_over(open_console: Opened) -> None:
    """The desk says who was faster."""
    desk = FakeDesk(rows(20))
    desk.answers[Claim] = Failed("stale", "bo claimed it 4 s ago.")
    async with open_console(desk) as pilot:
        await pilot.press("c")
        await settle(pilot)

        assert "bo claimed it 4 s ago." in screen_text(pilot)


async def test_next_gives_one_and_goes_to_it(open_console: Opened) -> None:
    """n claims the first that is nobody's, and the cursor stands on it."""
    desk = FakeDesk(rows(60))
    async with open_console(desk) as pilot:
        await pilot.press("G")
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        await settle(pilot)

        assert 1 == len(desk.asked_for(Next))
        pointed = pilot.app.screen.query_one(LiveQueue).pointed
        assert pointed is not None
        assert (1, "ana") == (pointed.id, pointed.owner)


async def test_snooze_takes_free_text(open_console: Opened) -> None:
    """The words go to the desk as they were typed."""
    desk = FakeDesk(rows(20))
    async with open_console(desk) as pilot:
        await pilot.press("z")
        await settle(pilot)
        pilot.app.screen.query_one("#answer").value = "fri 9"
        await pilot.press("enter")
        await settle(pilot)

        assert ["fri 9"] == [asked.until for asked in desk.asked_for(Snooze)]


async def test_tags_are_added_and_removed_in_one_line(open_console: Opened) -> None:
    """`vip -refund`"""
    desk = FakeDesk(rows(20))
    async with open_console(desk) as pilot:
        await pilot.press("t")
        await settle(pilot)
        pilot.app.screen.query_one("#answer").value = "vip -refund"
        await pilot.press("enter")
        await settle(pilot)

        assert [(("vip",), ("refund",))] == [(a.add, a.remove) for a in desk.asked_for(Tag)]


async def test_i_explains_the_deadline(open_console: Opened) -> None:
    """In sentences, over the screen."""
    desk = FakeDesk(rows(20))
    async with open_console(desk) as pilot:
        await pilot.press("i")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Reading)
        assert "promises a first reply within 4 h" in screen_text(pilot)
        await pilot.press("escape")

        assert 1 == len(desk.asked_for(Explain))


async def test_w_shows_the_words_that_decided(open_console: Opened) -> None:
    """Each word with its weight."""
    async with open_console(FakeDesk(rows(20))) as pilot:
        await pilot.press("j")
        await pilot.pause(0.1)
        await settle(pilot)
        await pilot.press("w")
        await settle(pilot)

        assert "+0.40" in screen_text(pilot)


async def test_a_digit_opens_a_view(open_console: Opened) -> None:
    """3 is the third of the list."""
    async with open_console(FakeDesk(rows(60))) as pilot:
        await pilot.press("3")
        await settle(pilot)

        assert "Queue · Late" in screen_text(pilot)
        assert (1, 3) == pilot.app.screen.query_one(LiveQueue).position


async def test_words_stay_in_sight_in_a_window_of_forty_columns(open_console: Opened) -> None:
    """Long lines ran out of the right edge of a small window."""
    desk = FakeDesk(rows(3))
    desk.texts[1] = "word " * 12 + "end"
    async with open_console(desk, size=(40, 16)) as pilot:
        await pilot.press("enter")
        await settle(pilot)

        assert "word end" in screen_text(pilot)


async def test_the_filter_narrows_while_typing(open_console: Opened) -> None:
    """Enter keeps it, Esc takes it away."""
    async with open_console(FakeDesk(rows(60))) as pilot:
        await pilot.press("slash")
        pilot.app.screen.query_one(FilterLine).input.value = "lang:ar"
        await pilot.press("enter")
        await settle(pilot)
        assert "1/15" in screen_text(pilot)
        await pilot.press("escape")
        await settle(pilot)

        assert "1/60" in screen_text(pilot)


async def test_a_wrong_filter_points_at_the_wrong_word(open_console: Opened) -> None:
    """The arrow stands under it, and the queue stays."""
    async with open_console(FakeDesk(rows(60))) as pilot:
        await pilot.press("slash")
        pilot.app.screen.query_one(FilterLine).input.value = "lang:ar moood:bad"
        await pilot.press("enter")
        await settle(pilot)
        lines = screen_text(pilot).split("\n")
        typed = next(line for line in lines if "moood:bad" in line)
        arrow = next(line for line in lines if "↑" in line and "moood" in line)

        assert typed.index("moood:bad") == arrow.index("↑")
        assert "1/60" in screen_text(pilot)


async def test_tab_takes_what_the_filter_line_offers(open_console: Opened) -> None:
    """And never leaves the line, where the next letters would be commands."""
    async with open_console(FakeDesk(rows(20))) as pilot:
        await pilot.press("slash", *"is:la")
        await settle(pilot)
        await pilot.press("tab", "space", *"lan", "tab")
        line = pilot.app.screen.query_one(FilterLine)

        assert "is:late lan" == line.input.value[:11]
        assert line.input.has_focus


async def test_a_filter_left_half_typed_is_what_the_queue_shows(open_console: Opened) -> None:
    """Whoever clicks elsewhere reads no complaint about half a word."""
    async with open_console(FakeDesk(rows(20))) as pilot:
        await pilot.press("slash", *"is:la")
        await settle(pilot)
        pilot.app.screen.query_one(LiveQueue).focus()
        await settle(pilot)

        assert "is:la" not in screen_text(pilot)


async def test_news_does_not_wipe_what_is_wrong_with_a_filter(open_console: Opened) -> None:
    """On a busy desk the complaint was gone before anybody could read it."""
    desk = FakeDesk(rows(20))
    async with open_console(desk) as pilot:
        await pilot.press("slash")
        line = pilot.app.screen.query_one(FilterLine)
        line.input.value = "mood:bogus"
        await pilot.press("enter")
        desk.change()
        await settle(pilot)

        assert "mood: knows no 'bogus'" in screen_text(pilot)


async def test_a_lost_desk_is_said_and_found_again(open_console: Opened) -> None:
    """The bar says it plainly; the rows stay; it goes on by itself."""
    desk = FakeDesk(rows(30))
    async with open_console(desk) as pilot:
        desk.lose("no desk answers; trying again")
        await settle(pilot)
        assert "✗ no desk: no desk answers; trying again" in screen_text(pilot)
        assert "Third week waiting" in screen_text(pilot)
        desk.find()
        await settle(pilot)

        assert "no desk" not in screen_text(pilot)
        assert "▲3 late" in screen_text(pilot)


async def test_what_is_done_without_a_desk_is_refused_in_words(open_console: Opened) -> None:
    """Nothing pretends to have happened."""
    desk = FakeDesk(rows(30))
    async with open_console(desk) as pilot:
        said: list[str] = []
        pilot.app.notify = lambda text, **_: said.append(text)  # type: ignore[method-assign]
        pilot.app.screen.notify = pilot.app.notify  # type: ignore[method-assign]
        desk.lose()
        await pilot.press("e")
        await settle(pilot)

        assert ["no desk answers at /run/shiftdesk/desk.sock"] == said


@pytest.mark.parametrize(("printed", "what"), [("о", "j"), ("ت", "j")])
async def test_letters_work_on_other_layouts(open_console: Opened, printed: str, what: str) -> None:
    """Cyrillic and Arabic keyboards move the cursor as `j` does."""
    async with open_console(FakeDesk(rows(30))) as pilot:
        await pilot.press(printed)
        await settle(pilot)

        assert (2, 30) == pilot.app.screen.query_one(LiveQueue).position


async def test_keys_can_be_moved(open_console: Opened) -> None:
    """The new key works, the old one does not, the bottom line shows it."""
    desk = FakeDesk(rows(30))
    async with open_console(desk, keys={"conversation.claim": "b"}) as pilot:
        await pilot.press("c")
        await settle(pilot)
        assert [] == desk.asked_for(Claim)
        await pilot.press("b")
        await settle(pilot)

        assert 1 == len(desk.asked_for(Claim))
        assert "b claim" in screen_text(pilot)


async def test_a_console_that_observes_hides_its_actions(open_console: Opened) -> None:
    """No key acts, and none is offered."""
    desk = FakeDesk(rows(30))
    async with open_console(desk, observe=True) as pilot:
        for key in ("r", "c", "e", "n", "z", "p"):
            await pilot.press(key)
        await settle(pilot)

        acted = [type(asked).__name__ for asked in desk.asked]
        assert {"Queue", "Overview", "Show", "Look"} >= set(acted)
        assert "observing" in screen_text(pilot)
        assert "r reply" not in screen_text(pilot)


async def test_pages_stand_in_for_panes_at_eighty_columns(open_console: Opened) -> None:
    """The queue fills the screen; Enter turns to the conversation, Esc back."""
    async with open_console(FakeDesk(rows(30)), size=(80, 24)) as pilot:
        assert "Queue 1/30" in screen_text(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert "─Conversation" in screen_text(pilot)
        assert "Queue" not in screen_text(pilot)
        await pilot.press("escape")
        await settle(pilot)

        assert "Queue 1/30" in screen_text(pilot)


async def test_forty_by_twelve_can_be_read(open_console: Opened) -> None:
    """Due, who and what remain."""
    async with open_console(FakeDesk(rows(30)), size=(40, 12)) as pilot:
        text = screen_text(pilot)

        assert "▲late 14m" in text
        assert "Lena" in text


@pytest.mark.parametrize("size", [(39, 12), (60, 9), (10, 3), (1, 1)])
async def test_a_smaller_terminal_gets_one_sentence(
    open_console: Opened, size: tuple[int, int]
) -> None:
    """And no crash."""
    async with open_console(FakeDesk(rows(30)), size=size) as pilot:
        text = " ".join(screen_text(pilot).split())

        assert "late" not in text
        if size[0] > 20:
            assert "Shiftdesk needs 40 columns and 10 lines." in text


async def test_resizing_keeps_the_cursors_row(open_console: Opened) -> None:
    """From three panes to pages and back."""
    async with open_console(FakeDesk(rows(60))) as pilot:
        await pilot.press(*"jjjj")
        await settle(pilot)
        queue = pilot.app.screen.query_one(LiveQueue)
        chosen = queue.pointed
        for size in ((80, 24), (40, 12), (120, 30), (160, 48)):
            await pilot.resize_terminal(*size)
            await settle(pilot)

            assert chosen == queue.pointed
            assert queue.hand.top <= queue.hand.cursor < queue.hand.top + queue.hand.height


async def test_only_news_of_what_is_shown_asks_for_it(open_console: Opened) -> None:
    """A change elsewhere costs a look at the queue, not at the conversation."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        await pilot.press("enter")
        await settle(pilot)
        shown = pilot.app.screen.query_one(ConversationPane).conversation
        assert shown is not None
        counted = []
        for touched in (frozenset({shown + 1}), frozenset({shown}), None):
            before = len(desk.asked_for(Show)), len(desk.asked_for(Queue))
            desk.change(touched)
            await settle(pilot)
            after = len(desk.asked_for(Show)), len(desk.asked_for(Queue))
            counted.append((after[0] - before[0], after[1] - before[1]))

        assert [(0, 1), (1, 1), (1, 1)] == counted


async def test_the_clock_shows_minutes_only(open_console: Opened) -> None:
    """A second passes and the bar is not drawn again."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        bar = pilot.app.screen.query_one("#status")
        drawn: list[object] = []
        bar.update = lambda content, layout: drawn.append(content)  # type: ignore[attr-defined]
        pilot.app.screen.tick(START + timedelta(seconds=1))
        assert [] == drawn
        pilot.app.screen.tick(START + timedelta(seconds=61))

        assert 1 == len(drawn)


async def test_a_mention_is_told_literally(open_console: Opened) -> None:
    """A colleague's words are no markup."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        desk.tell("bo: look at [/refund now] and [=bad")
        await settle(pilot)

        assert not isinstance(pilot.app.screen, Question)
        assert pilot.app.is_running


async def test_the_palette_offers_the_commands(open_console: Opened) -> None:
    """The same ones as the keys, by name."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        await pilot.press("ctrl+p")
        await pilot.pause(0.3)

        assert "Put on hold" in screen_text(pilot) or "Reply" in screen_text(pilot)


async def test_sources_tell_what_is_wrong(open_console: Opened) -> None:
    """s shows each source's health."""
    async with open_console(FakeDesk(rows(10))) as pilot:
        await pilot.press("s")
        await settle(pilot)
        await pilot.press("j")
        await settle(pilot)
        text = screen_text(pilot)

        assert "failing" in text
        assert "429 from play.google.com" in text


async def test_search_opens_what_it_found(open_console: Opened) -> None:
    """Ctrl+F, words, Enter."""
    desk = FakeDesk(rows(60))
    async with open_console(desk) as pilot:
        await pilot.press("ctrl+f")
        await settle(pilot)
        pilot.app.screen.query_one("#search").value = "refund"
        await pilot.pause(0.25)
        await settle(pilot)
        assert "Third week" in screen_text(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await settle(pilot)

        pointed = pilot.app.screen.query_one(LiveQueue).pointed
        assert pointed is not None
        assert "refund" in pointed.what


async def test_help_is_made_from_the_commands(open_console: Opened) -> None:
    """With the keys of other layouts and each command's name."""
    async with open_console(FakeDesk(rows(10))) as pilot:
        await pilot.press("question_mark")
        await settle(pilot)
        text = screen_text(pilot)

        for part in ("Reply", "reply.write", "к", "\N{ARABIC LETTER QAF ISOLATED FORM}"):
            assert part in text


async def test_o_shows_the_address_and_opens_nothing(
    open_console: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser would open on the server."""
    import webbrowser

    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url, *_: opened.append(url))
    async with open_console(FakeDesk(rows(10))) as pilot:
        await pilot.press("o")
        await settle(pilot)

        assert [] == opened
        assert "https://example.com/reviews/1" == pilot.app.clipboard


async def test_a_late_answer_does_not_fill_an_empty_pane(open_console: Opened) -> None:
    """The last row went while the desk still answered about it; the pane kept it for good."""
    async with open_console(FakeDesk(rows(1))) as pilot:
        screen = pilot.app.screen
        number = screen.queue.pointed.id
        screen.queue.clear()
        screen.on_live_queue_pointed(LiveQueue.Pointed(None))
        await screen._ask_conversation(number)

        assert screen.pane.page is None


async def test_a_change_that_nobody_told_of_is_asked_for_with_the_next(
    open_console: Opened,
) -> None:
    """The desk was too busy to answer; the next change elsewhere brings this one too."""
    desk = FakeDesk(rows(10))
    async with open_console(desk) as pilot:
        number = pilot.app.screen.pane.conversation
        desk.answers[Show] = Failed("trouble", "The desk does not answer in time.")
        desk.change(touched=frozenset({number}))
        await settle(pilot)
        del desk.answers[Show]
        desk.asked.clear()
        desk.change(touched=frozenset())
        await settle(pilot)

        assert [Show(number)] == [ask for ask in desk.asked if isinstance(ask, Show)]


async def test_the_head_counts_down_with_the_queue(open_console: Opened) -> None:
    """A conversation left open said 1:49 while its row said 1:32."""
    desk = FakeDesk(rows(3))
    async with open_console(desk) as pilot:
        await settle(pilot)
        screen = pilot.app.desk_screen
        row = screen.queue.pointed
        assert row is not None and row.due_at is not None
        screen.tick(row.due_at + timedelta(seconds=65))
        screen.tick(row.due_at + timedelta(seconds=70))
        await settle(pilot)

        assert "▲late 1:10" in screen_text(pilot)
