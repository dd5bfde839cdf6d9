"""The README's pictures: the real console on the demo's desk, drawn by itself as SVG.

`python -m console.demo.picture FILE [COLUMNS ROWS [THEME [KEYS [SECONDS]]]]`; for so many seconds
somebody on shift answers first.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from console.client import Client
from console.config import machine_zone
from console.core import asks
from console.core.asks import OverviewPage
from console.demo.agent import Agent
from console.demo.processes import stage
from console.ui.app import ConsoleApp
from console.ui.screenshot import save_screenshot
from console.ui.settings import ConsoleSettings

REPLY = "Hello, thank you for telling us. We are sorry about this and will look into it as soon as we can."
MOOD_S = 60.0


async def draw(
    target: Path, size: tuple[int, int], theme: str, keys: list[str], worked_s: float
) -> None:
    """Start the demo, let it fill, press the keys, write a reply, and save what is on screen."""
    with stage(pace_s=1.5, seed=11) as made:
        line = Client(made.socket, zone=machine_zone())
        settings = ConsoleSettings(theme=theme, language="en", state_directory=made.root / "state")
        app = ConsoleApp(line, settings, lambda: datetime.now(UTC))
        async with app.run_test(size=size) as pilot:
            await _settled(line)
            await _work(line, worked_s)
            await pilot.pause(4.0)
            for key in keys:
                await pilot.press(key)
                await pilot.pause(0.3)
            if keys and keys[-1] == "r":
                await pilot.press(*(_key(letter) for letter in REPLY))
            await pilot.pause(2.0)
            save_screenshot(app, target.parent, target.name)


async def _work(line: Client, seconds: float) -> None:
    """Somebody comes on shift and answers for so long."""
    if not seconds:
        return
    await line.ask(asks.Shift(True))
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await Agent(_Unheard(line), lambda: datetime.now(UTC)).answer_some()


class _Unheard:
    """A line whose news nobody waits for."""

    def __init__(self, line: Client) -> None:
        self.ask = line.ask

    async def next_change(self) -> None:
        await asyncio.Event().wait()


def _key(letter: str) -> str:
    return {" ": "space", ",": "comma", ".": "full_stop"}.get(letter, letter)


async def _settled(line: Client) -> None:
    """Until every post has its mood."""
    async with asyncio.timeout(MOOD_S):
        while True:
            await asyncio.sleep(0.5)
            page = await line.ask(asks.Overview()) if line.connected else None
            if isinstance(page, OverviewPage) and page.mood != "starting" and not page.unscored:
                return


def main() -> None:
    """Draw it."""
    arguments = sys.argv[1:]
    target = Path(arguments[0]).absolute()
    size = (int(arguments[1]), int(arguments[2])) if len(arguments) > 2 else (160, 48)
    theme = arguments[3] if len(arguments) > 3 else "dark"
    keys = arguments[4].split() if len(arguments) > 4 else ["g", "j", "r"]
    worked_s = float(arguments[5]) if len(arguments) > 5 else 0.0
    asyncio.run(draw(target, size, theme, keys, worked_s))
    # a picture of invented customers may be read by everybody.
    target.chmod(0o644)


if __name__ == "__main__":
    main()
