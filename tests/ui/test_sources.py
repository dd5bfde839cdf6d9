"""The screen of the sources, and the log of one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from console.core.asks import PollNow, SourceLog, SourceLogPage
from console.core.i18n import use
from console.core.model import Poll
from console.ui.screens.source_log import SourceLogScreen
from console.ui.screens.sources import SourcesScreen
from tests.ui.conftest import Opened, screen_text, settle
from tests.ui.fake_desk import START, FakeDesk, rows

HOSTILE = "HTTP 429 from play.google.com: [bold]wait\x1b[31m until 14:40 UTC" + " and on" * 20


def log(*polls: Poll) -> SourceLogPage:
    return SourceLogPage("mail", polls)


POLLS = (
    Poll(START, 0.42, 200, new=2, edited=1),
    Poll(START - timedelta(minutes=5), 0.1, 304),
    Poll(START - timedelta(minutes=10), 0.1, 304),
    Poll(START - timedelta(minutes=15), 0.2, 429, error=HOSTILE),
)


def desk(*polls: Poll) -> FakeDesk:
    made = FakeDesk(rows(4))
    made.answers[SourceLog] = log(*polls)
    return made


@pytest.mark.parametrize("size", [(160, 48), (80, 24)])
async def test_enter_opens_the_log_of_a_source(open_console: Opened, size: tuple[int, int]) -> None:
    """What each poll gave, with HTTP's status and how long it took; stretches without news as one."""
    async with open_console(desk(*POLLS), size) as pilot:
        await pilot.press("s")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        text = screen_text(pilot)

        assert isinstance(pilot.app.screen, SourceLogScreen)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(pilot.app.screen, SourcesScreen)
    lines = [" ".join(line.replace("│", " ").split()) for line in text.splitlines()]
    assert "14:32 ✓ 200 420 ms 2 new, 1 changed" in lines
    assert "14:27 · 304 100 ms nothing new 2 times since 14:22" in lines
    assert any(line.startswith("14:17 ⚠ 429 200 ms HTTP 429 from play") for line in lines)
    assert "[bold]wait" in text and "\x1b" not in text
    assert all(len(line) <= size[0] for line in text.splitlines())


async def test_the_log_goes_on_while_it_is_read(open_console: Opened) -> None:
    """A poll without news tells nobody, so the screen looks again by itself."""
    fake = desk(*POLLS[1:])
    async with open_console(fake) as pilot:
        await pilot.press("s")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        before = screen_text(pilot)
        fake.answers[SourceLog] = log(*POLLS)
        fake.clock.pass_(seconds=3)
        pilot.app.screen.tick(fake.clock())  # type: ignore[attr-defined]
        await settle(pilot)
        after = screen_text(pilot)

    assert ("2 new, 1 changed" in before, "2 new, 1 changed" in after) == (False, True)


async def test_a_source_is_asked_from_its_log(open_console: Opened) -> None:
    """R asks the one whose log it is."""
    fake = desk()
    async with open_console(fake) as pilot:
        await pilot.press("s")
        await settle(pilot)
        await pilot.press("down", "enter")
        await settle(pilot)
        text = screen_text(pilot)
        await pilot.press("R")
        await settle(pilot)

    assert "It has not been asked yet." in text
    assert [PollNow("play")] == fake.asked_for(PollNow)


async def test_a_failing_source_is_read_in_russian(
    open_console: Opened, request: pytest.FixtureRequest
) -> None:
    """The bar, the screen and the log tell the desk's English sentence in the console's language."""
    english = "HTTP 429 from play.example: asked to wait until 14:40 UTC"
    russian = "HTTP 429 от play.example: просит подождать до 14:40 UTC"
    fake = desk(Poll(START, 0.2, 429, error=english))
    fake.sources = tuple(
        replace(one, error=english if one.name == "play" else "") for one in fake.sources
    )
    request.addfinalizer(lambda: use("en"))
    async with open_console(fake, (160, 48), language="ru") as pilot:
        bar = screen_text(pilot).split("\n")[0]
        await pilot.press("s")
        await settle(pilot)
        failing = next(i for i, one in enumerate(fake.sources) if one.error)
        await pilot.press(*["j"] * failing)
        await settle(pilot)
        sources = screen_text(pilot)
        await pilot.press("enter")
        await settle(pilot)
        log = screen_text(pilot)

    assert [True] * 3 == [russian[:40] in text for text in (bar, sources, log)]
