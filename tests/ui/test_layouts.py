"""Commands on keyboards that are not Latin, in the running console."""

from __future__ import annotations

from typing import Any

import pytest
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from console.core.asks import SendReply
from console.ui.commands import COMMANDS
from console.ui.keyboard import _LATIN, _LATIN_SHIFTED, _LAYOUTS, Keyboard
from console.ui.screens.help import HelpScreen
from console.ui.screens.lead import LeadScreen
from console.ui.screens.sources import SourcesScreen
from console.ui.screens.terminal_check import TerminalCheck
from console.ui.widgets.filter_line import FilterLine
from tests.ui.conftest import Opened, settle
from tests.ui.fake_desk import FakeDesk, rows

NAMES = {"slash": "/", "question_mark": "?"}
KEYS = {NAMES.get(key, key) for one in COMMANDS for key in one.keys.split(",")}
LETTERS = {key for key in KEYS if len(key) == 1 and key in _LATIN + _LATIN_SHIFTED}
ON_ANOTHER = {("ar", "L"): "f4", ("he", "/"): ""}
"""What a layout prints on a key that means something by itself: `/` on an Arabic L."""


async def type_keys(pilot: Pilot[Any], letters: str) -> None:
    """As a terminal reports them: a name for the key, and what it prints."""
    for letter in letters:
        pilot.app.post_message(events.Key(_character_to_key(letter), letter))
        await settle(pilot)


@pytest.mark.parametrize("layout", ["ru", "uk", "be", "ar", "fa"])
def test_every_letter_of_a_command_is_found_on_a_layout(layout: str) -> None:
    """Whatever the layout prints there, once a word was typed on it."""
    keyboard = Keyboard()
    for letter in _LAYOUTS[layout][0]:
        keyboard.hear(letter)
    printed = dict(zip(_LATIN + _LATIN_SHIFTED, "".join(_LAYOUTS[layout]), strict=True))
    missed = {}
    for key in LETTERS:
        if (layout, key) in ON_ANOTHER or printed[key] == key:
            continue
        meant = next((one for one in keyboard.latin_keys(printed[key]) if one in LETTERS), "")
        if printed[key] in LETTERS or meant != key:
            missed[key] = meant

    assert {} == missed


@pytest.mark.parametrize(
    ("typed", "screen"),
    [
        ("ы", SourcesScreen),
        ("Д", LeadScreen),
        ("س", SourcesScreen),
        ("؟", HelpScreen),
        ("Е", TerminalCheck),
    ],
)
async def test_screens_open_on_other_layouts(
    open_console: Opened, typed: str, screen: type[object]
) -> None:
    """Russian, Arabic and Persian keys lead where the Latin ones do."""
    async with open_console(FakeDesk(rows(20))) as pilot:
        await type_keys(pilot, typed)

        assert isinstance(pilot.app.screen, screen)


async def test_a_persian_capital_is_no_arabic_letter(open_console: Opened) -> None:
    """Shift and l print «, which no other key of a Persian keyboard does."""
    async with open_console(FakeDesk(rows(20))) as pilot:
        await type_keys(pilot, "ی")
        await pilot.press("escape")
        await type_keys(pilot, "«")

        assert isinstance(pilot.app.screen, LeadScreen)


async def test_the_full_stop_of_a_russian_keyboard_filters(open_console: Opened) -> None:
    """It stands on the key of `/`; before any Russian letter it is a full stop."""
    async with open_console(FakeDesk(rows(20))) as pilot:
        await type_keys(pilot, ".")
        assert not pilot.app.screen.query(FilterLine)
        await type_keys(pilot, "о.")

        assert pilot.app.screen.query(FilterLine)


async def test_a_russian_ctrl_s_sends(open_console: Opened) -> None:
    """Terminals of kitty's protocol name the Russian letter."""
    desk = FakeDesk(rows(20))
    async with open_console(desk) as pilot:
        await pilot.press("r")
        await settle(pilot)
        pilot.app.screen.query_one("#editor").insert("Спасибо, мы всё починили.")
        await settle(pilot)
        pilot.app.post_message(events.Key("ctrl+ы", None))
        await settle(pilot)

        assert 1 == len(desk.asked_for(SendReply))


@pytest.mark.parametrize(("key", "printed"), [("r", "к ق"), ("S", "Ы ئ"), ("T", "Е \ufef9")])
async def test_help_shows_the_letters_of_other_keyboards(
    open_console: Opened, key: str, printed: str
) -> None:
    """Russian, Arabic and Persian, beside the Latin key."""
    async with open_console(FakeDesk(rows(20)), bidi="off") as pilot:
        await pilot.press("question_mark")
        await settle(pilot)
        pilot.app.screen.query_one("VerticalScroll").scroll_to(y=0, animate=False)
        text = str(pilot.app.screen.query_one("#help").render())

        assert any(line.split()[:1] == [key] and printed in line for line in text.split("\n"))
