"""Every word of the interface is marked for translation."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from console.core.i18n import use
from console.core.order import ORDERS
from console.ui.words import ORDER_WORDS
from tests.ui import fake_desk
from tests.ui.conftest import Opened, screen_text, settle
from tests.ui.fake_desk import FakeDesk, rows

# What the desk answers is not the interface's; nor are names of keys, commands and variables.
_NOT_OURS = re.compile(
    r"⟦[^⟧]*⟧?|^[^⟦]*⟧|[a-z_]+\.[a-z_.]+|\$[A-Z]+|https?://\S+|Shiftdesk|Trustpilot"
    r"|Enter|Home|PgUp|PgDn|Space"
)
_WORD = re.compile(r"[A-Za-z]{4,}")


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    use("en")


def forgotten(text: str) -> set[str]:
    """Words on the screen that came through no translation."""
    with open(fake_desk.__file__, encoding="utf-8") as source:
        known = set(_WORD.findall(source.read()))
    ours = (_NOT_OURS.sub(" ", line) for line in text.split("\n"))
    found = {word for line in ours for word in _WORD.findall(line)} - known
    # a cell cuts the last word of what customers wrote.
    return {word for word in found if not any(whole.startswith(word) for whole in known)}


@pytest.mark.parametrize(
    "keys",
    [[], ["r"], ["n"], ["s"], ["ctrl+f"], ["question_mark"], ["i"], ["z"], ["t"], ["ctrl+p"]],
)
async def test_no_word_of_a_screen_was_forgotten(open_console: Opened, keys: list[str]) -> None:
    """In the pseudo language, whatever stands outside brackets is somebody's data."""
    async with open_console(FakeDesk(rows(40)), language="pseudo") as pilot:
        await pilot.press(*keys)
        await settle(pilot)

        assert set() == forgotten(screen_text(pilot))


async def test_a_command_that_is_not_there_is_told_in_our_words(open_console: Opened) -> None:
    """Textual's palette says it in English."""
    async with open_console(FakeDesk(rows(4)), language="pseudo") as pilot:
        await pilot.press("ctrl+p", *"zzzqq")
        await pilot.pause(0.6)

        assert "⟦Ñôthîñg fôûñd.⟧" in screen_text(pilot)
        assert "No matches" not in screen_text(pilot)


def test_every_order_has_words() -> None:
    """The title of a queue never shows a name of the filter language."""
    assert set(ORDERS) == set(ORDER_WORDS)
