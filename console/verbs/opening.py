"""Opening a console, and finding the configuration and the desk that it needs."""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from console import config as configuration
from console.core.i18n import _, language
from console.errors import ConfigError

if TYPE_CHECKING:
    from console.config import Config


def found_config(arguments: argparse.Namespace) -> Config | None:
    """The configuration that counts, None where there is none. Raises `ConfigError`."""
    path = configuration.find(arguments.config)
    return configuration.load(path) if path else None


def needed_config(arguments: argparse.Namespace) -> Config:
    """The configuration. Raises `ConfigError` that says where it was looked for."""
    config = found_config(arguments)
    if config is None:
        looked = ", ".join(str(path) for path in configuration.candidates())
        raise ConfigError(
            _(
                "no configuration found (looked at {places}); copy config.example.toml there, "
                "or try `shiftdesk demo`"
            ).format(places=looked)
        )
    return config


def open_console(arguments: argparse.Namespace) -> int:
    """Open a console; without any configuration, offer ways to begin."""
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        print(_("shiftdesk: a console needs a terminal; see shiftdesk --help"), file=sys.stderr)
        return 2
    # what is made before the first paint lives as long as the console, which collects after it
    gc.disable()
    from console.verbs.line import names_a_desk, where_of

    path = configuration.find(arguments.config)
    if path is None and not names_a_desk(arguments):
        return _first_steps(arguments)
    if path is not None and not arguments.on:
        from console.desk.ensure import ensure_desk

        ensure_desk(path, where_of(arguments))
    wallboard = arguments.wallboard
    observe = arguments.observe or wallboard
    return run(where_of(arguments), path, observe=observe, wallboard=wallboard)


def run(
    where: Path | Sequence[str], path: Path | None, *, observe: bool, wallboard: bool = False
) -> int:
    """The console on screen until its person leaves; the exit code."""
    from msgspec.structs import asdict

    from console.client import Client
    from console.ui.run import run_console
    from console.ui.settings import ConsoleSettings

    wishes = asdict(configuration.load_console(path))
    known = set(ConsoleSettings.__struct_fields__)
    settings = ConsoleSettings(
        **{key: value for key, value in wishes.items() if key in known},
        observe=observe,
        wallboard=wallboard,
        state_directory=configuration.state_dir(),
    )
    zone = configuration.machine_zone()
    speaks = settings.language or language()
    line = Client(
        where,
        zone=zone,
        client="console",
        observe=observe,
        language=speaks,
        revive=_reviving(path, where) if path is not None else None,
    )
    return run_console(line, settings, lambda: datetime.now(UTC))


def _reviving(path: Path, where: Path | Sequence[str]) -> Callable[[], Awaitable[None]]:
    """How a console starts its own desk anew, should that one die under it."""

    async def revive() -> None:
        from console.desk.ensure import ensure_desk

        await asyncio.to_thread(ensure_desk, path, where, offer=lambda _question: False)

    return revive


def _first_steps(arguments: argparse.Namespace) -> int:
    """No configuration yet: demo, connect a source, open an example."""
    target = configuration.candidates()[0]
    print(_("Welcome to Shiftdesk. There is no configuration yet. You can"))
    print(_("  1  see it work: a demo with a small outside world on this machine"))
    print(_("  2  connect a feed: give its address, and your desk starts"))
    print(_("  3  write an example configuration to {path}").format(path=target))
    choice = input(_("1, 2, 3, or Enter to leave: ")).strip()
    if choice == "1":
        from console.verbs.demo import demo

        arguments.headless, arguments.json = False, False
        arguments.pace, arguments.seed = 2.0, 7
        return demo(arguments)
    if choice == "2":
        address = _feed_address()
        if not address:
            return 0
        _write(target, f'[sources.feed]\ntype = "rss"\nurl = {_quoted(address)}\n')
        return open_console(arguments)
    if choice == "3":
        _write(target, example())
        print(_("Written. Edit it, then run `shiftdesk check` and `shiftdesk`."))
    return 0


def _feed_address() -> str:
    """A web address, asked for until there is one; empty to leave."""
    while True:
        address = input(_("The feed's address (https://…): ")).strip()
        if not address or address.startswith(("https://", "http://")):
            return address
        print(_("That is no web address; it begins with https://. Enter leaves."))


def example() -> str:
    """The example configuration, every key with its default."""
    return (Path(configuration.__file__).parent / "config.example.toml").read_text("utf-8")


def _write(target: Path, text: str) -> None:
    """A new configuration file, readable by its owner alone; an existing one is never touched."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("x", encoding="utf-8") as file:
        target.chmod(0o600)
        file.write(text)


def _quoted(text: str) -> str:
    """A TOML string."""
    import json

    return json.dumps(text, ensure_ascii=False)
