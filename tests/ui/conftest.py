"""A console on a fake desk, at any size."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from console.ui.app import ConsoleApp
from console.ui.settings import ConsoleSettings
from tests.ui.fake_desk import FakeDesk

Opened = Callable[..., AbstractAsyncContextManager[Pilot[Any]]]


@pytest.fixture
def open_console(tmp_path: Path) -> Opened:
    """`async with open_console(desk) as pilot`: a console after its first answers."""

    @asynccontextmanager
    async def opened(
        desk: FakeDesk, size: tuple[int, int] = (160, 48), **settings: Any
    ) -> AsyncIterator[Pilot[Any]]:
        wishes = ConsoleSettings(**{"state_directory": tmp_path, "language": "en", **settings})
        app = ConsoleApp(desk, wishes, desk.clock)
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            yield pilot

    return opened


# these wait for a person, or for ever
_PATIENT = {"line", "act", "write", "send"}


async def settle(pilot: Pilot[Any], rounds: int = 3) -> None:
    """Let questions be asked, answered and drawn."""
    for _ in range(rounds):
        await pilot.pause()
        for worker in list(pilot.app.workers):
            if worker.group not in _PATIENT and not worker.is_finished:
                with suppress(WorkerCancelled):
                    await worker.wait()
    await pilot.pause()


def screen_text(pilot: Pilot[Any]) -> str:
    """What stands on the screen, line by line."""
    size = pilot.app.size
    lines = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines[: size.height])
