"""The three samples by which a person tells how their terminal draws text."""

import pytest
from textual.app import App

from console.core.i18n import use
from console.ui.screens.terminal_check import QUESTIONS, TerminalCheck
from console.ui.terminal import TerminalAnswers
from console.ui.text import own
from tests.ui.conftest import screen_text


@pytest.fixture
async def asked():
    """A running check, and what it remembered."""
    remembered = []
    app = App()
    async with app.run_test(size=(80, 24)) as pilot:
        given = []
        await app.push_screen(TerminalCheck(remembered.append), given.append)
        yield pilot, remembered, given


async def test_the_first_of_each_is_the_console_at_its_best(asked):
    """Enter three times: the console orders and joins, emoji in full."""
    pilot, remembered, given = asked
    await pilot.press("enter", "enter", "enter")

    assert [TerminalAnswers("app", "on", "full")] == remembered == given


async def test_where_the_terminal_orders_joining_is_not_asked(asked):
    """Two questions then; the second sample of each is chosen."""
    pilot, remembered, _ = asked
    await pilot.press("down", "enter", "down", "enter")

    assert [TerminalAnswers("terminal", "auto", "simple")] == remembered


async def test_who_cannot_tell_changes_nothing(asked):
    """The last line of each question keeps what was set before."""
    pilot, remembered, _ = asked
    await pilot.press("end", "enter", "end", "enter", "end", "enter")

    assert [TerminalAnswers()] == remembered


async def test_stopping_remembers_nothing(asked):
    """Escape half way leaves all as it was."""
    pilot, remembered, given = asked
    await pilot.press("enter", "escape")

    assert [] == remembered
    assert [None] == given


async def test_samples_are_drawn_as_they_stand(asked):
    """Also the one in the order that the console would never leave it in."""
    pilot, _, _ = asked
    own.install()
    pilot.app.screen.refresh(layout=True)
    await pilot.pause()
    drawn = screen_text(pilot)

    assert all(QUESTIONS["bidi"].drawn(n).strip() in drawn for n in (0, 1))


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_samples_of_a_question_differ(name):
    """Otherwise nobody could choose."""
    question = QUESTIONS[name]

    assert len(question.choices) == len({question.drawn(n) for n in range(len(question.choices))})


async def test_the_check_speaks_the_interface_language():
    """Its questions are marked for translation, and looked up when shown."""
    use("pseudo")
    try:
        app = App()
        async with app.run_test() as pilot:
            await app.push_screen(TerminalCheck(lambda answers: None))
            await pilot.pause()
            shown = str(app.screen.query_one("#question").render())
    finally:
        use("en")

    assert shown.startswith("⟦")
