"""A verb's line to the desk: where it is, one question, or a conversation with news."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

from console import config as configuration
from console.client import Client, connect, or_raise
from console.core.asks import Answer, Ask, Calendars, CalendarsPage
from console.core.i18n import language
from console.core.news import Changed, News
from console.core.open_hours import OpenHours
from console.errors import ProtocolMismatch

A = TypeVar("A", bound=Answer)


class VerbLine:
    """An open line, and the news that came since somebody last waited for it."""

    def __init__(self, client: Client, news: asyncio.Event) -> None:
        self._client = client
        self._news = news

    async def ask(self, request: Ask) -> Answer:
        """The desk's answer; refusals are answers too."""
        return await self._client.ask(request)

    async def next_change(self) -> None:
        """Returns once something changed since the last call returned."""
        await self._news.wait()
        self._news.clear()


@contextlib.asynccontextmanager
async def line_to(where: Path | Sequence[str]) -> AsyncIterator[VerbLine]:
    """A line for as long as the block runs. Raises `DeskUnreachable` or `Denied`."""
    news = asyncio.Event()

    def hear(heard: News) -> None:
        if isinstance(heard, Changed):
            news.set()

    zone = configuration.machine_zone()
    async with connect(where, zone=zone, language=language(), hear=hear) as client:
        yield VerbLine(client, news)


def socket_of(arguments: argparse.Namespace) -> Path:
    """The socket that the command line, the environment or the configuration names."""
    if arguments.socket:
        return Path(arguments.socket).expanduser()
    if named := os.environ.get("SHIFTDESK_SOCKET"):
        return Path(named).expanduser()
    if path := configuration.find(arguments.config):
        return configuration.socket_of(path)
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    own = Path(runtime, "shiftdesk", "desk.sock") if runtime else None
    return own if own and own.exists() else Path("/run/shiftdesk/desk.sock")


def where_of(arguments: argparse.Namespace) -> Path | Sequence[str]:
    """The desk's socket, or the command that carries the wire from another machine."""
    if arguments.on:
        return ["ssh", "-T", "--", arguments.on, "shiftdesk", "attach"]
    return socket_of(arguments)


def names_a_desk(arguments: argparse.Namespace) -> bool:
    """Whether a desk can be found without any configuration."""
    return bool(arguments.on or arguments.socket or os.environ.get("SHIFTDESK_SOCKET")) or (
        socket_of(arguments).exists()
    )


def with_desk(arguments: argparse.Namespace, work: Callable[[VerbLine], Awaitable[int]]) -> int:
    """Run `work` on an open line; its exit code."""

    async def run() -> int:
        async with line_to(where_of(arguments)) as line:
            return await work(line)

    return asyncio.run(run())


def ask_once(arguments: argparse.Namespace, request: Ask, wanted: type[A]) -> A:
    """One question. Raises the error a refusal stands for."""

    async def run() -> A:
        async with line_to(where_of(arguments)) as line:
            return expect(await line.ask(request), wanted)

    return asyncio.run(run())


async def open_hours(line: VerbLine) -> OpenHours:
    """The calendars that the desk counts in."""
    return OpenHours(expect(await line.ask(Calendars()), CalendarsPage).calendars)


def expect(answer: Answer, wanted: type[A]) -> A:
    """The answer, of the kind that was asked for. Raises the error a refusal stands for."""
    said = or_raise(answer)
    if not isinstance(said, wanted):
        raise ProtocolMismatch(f"the desk answered with {type(said).__name__}")
    return said
