"""What a console process is made of, and how it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from console.ui.commands import COMMANDS
from console.ui.crash import log, open_log, report
from tests.ui.conftest import Opened, settle
from tests.ui.fake_desk import START, FakeDesk, rows

ROOT = Path(__file__).parents[2]
HEAVY = (
    "aiohttp", "aiosqlite", "sqlite3", "feedparser", "flair", "torch", "sources.net",
    "console.desk", "console.store", "console.mood", "rich.markdown", "textual.widgets._markdown",
    "babel", "jdatetime", "phonenumbers", "pymorphy3", "py3langid",
)  # fmt: skip


def test_a_console_imports_nothing_heavy() -> None:
    """No network, no database, no parser, no model, no date library before it is needed."""
    code = (
        "import sys, console.ui.app, console.ui.run;"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )

    assert "[]" == said.stdout.strip()


def test_every_command_has_its_own_name_and_key() -> None:
    """No id twice, and no key twice in one room."""
    ids = [command.id for command in COMMANDS]
    keys = [(command.room, key) for command in COMMANDS for key in command.keys.split(",") if key]

    assert len(set(ids)) == len(ids)
    assert len(set(keys)) == len(keys)


def test_every_command_can_be_run() -> None:
    """Its room has the action."""
    from console.ui.app import ConsoleApp
    from console.ui.screens.desk import DeskScreen
    from console.ui.widgets.queue import LiveQueue
    from console.ui.widgets.reply_pane import ReplyPane

    rooms = {"everywhere": ConsoleApp, "desk": DeskScreen, "queue": LiveQueue, "reply": ReplyPane}
    missing = [
        command.id
        for command in COMMANDS
        if not hasattr(rooms[command.room], "action_" + command.action.partition("(")[0])
    ]

    assert [] == missing


def test_a_fault_is_one_sentence_and_a_private_story(tmp_path: Path) -> None:
    """The log has the traceback without the values of variables, and only its owner reads it."""
    open_log(tmp_path)
    try:
        secret = "token-1234"  # noqa: F841
        raise ValueError("of the program")
    except ValueError as error:
        sentence = report(error, START)
    log.handlers[0].flush()
    story = (tmp_path / "console.log").read_text()

    assert "\n" not in sentence
    assert "ValueError: of the program" in story
    assert "token-1234" not in story.replace('secret = "token-1234"', "")
    assert 0o600 == (tmp_path / "console.log").stat().st_mode & 0o777


async def test_a_screenshot_is_ones_own(open_console: Opened, tmp_path: Path) -> None:
    """It shows customers' words: only its owner may read it."""
    async with open_console(FakeDesk(rows(5))) as pilot:
        pilot.app.action_screenshot()
        await settle(pilot)
        modes = [one.stat().st_mode & 0o777 for one in _screenshots(tmp_path)]

        assert [0o600] == modes


def _screenshots(state: Path) -> list[Path]:
    return list((state / "screenshots").glob("*.svg"))


async def test_a_protocol_mismatch_ends_the_console_with_a_sentence(open_console: Opened) -> None:
    """Trying again cannot help."""
    from console.errors import ProtocolMismatch

    class Old(FakeDesk):
        async def follow(self, hear):  # type: ignore[no-untyped-def, override]
            raise ProtocolMismatch("this console is older than the desk: update it")

    async with open_console(Old(rows(5))) as pilot:
        await pilot.pause(0.05)

    assert 1 == pilot.app.return_code


async def test_a_mouse_given_to_the_terminal_stays_there_after_a_stop(open_console: Opened) -> None:
    """Textual takes it back when the program goes on; whoever gave it away wants to select."""
    async with open_console(FakeDesk(rows(3))) as pilot:
        app, turned = pilot.app, []
        driver: Any = app._driver
        driver._disable_mouse_support = lambda: turned.append("off")
        driver._enable_mouse_support = lambda: turned.append("on")

        await app.run_action("mouse")
        app.app_resume_signal.publish(app)
        await settle(pilot)
        await app.run_action("mouse")

        assert ["off", "off", "on"] == turned


async def test_an_address_is_copied_in_logical_order(open_console: Opened) -> None:
    """It is shown in the order of the screen, and pasted elsewhere as it is."""
    address = "https://example.com/\u0633\u0644\u0627\u0645/1"
    async with open_console(FakeDesk(rows(3))) as pilot:
        pilot.app.open_url(address)

        assert address == pilot.app.clipboard
