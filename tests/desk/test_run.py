"""The whole desk in this process: a real store, a real socket, a real feed on loopback."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from console import config as configuration
from console.client import Client, connect, or_raise
from console.core.asks import (
    ConversationPage,
    Done,
    Failed,
    Overview,
    OverviewPage,
    Queue,
    QueuePage,
    Reload,
    SaveDraft,
    Show,
    Stop,
)
from console.desk.run import ALONE_FOR, run_desk
from console.errors import ConfigError, StoreError
from tests.desk.fakes import FakeTime

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Blog</title>
<item><guid>a</guid><title>Late again</title><description>Third week waiting</description>
<pubDate>Mon, 03 May 2027 08:00:00 GMT</pubDate></item></channel></rss>"""


class House:
    """One configuration, and the desk that runs on it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.file = root / "config.toml"
        self.time = FakeTime()
        self.port = 0
        self.asked = 0

    def write(self, *, sources: tuple[str, ...] = ("blog",), more: str = "") -> None:
        tables = [
            f'[desk]\ndata = "{self.root}/data"\nsocket = "{self.root}/desk.sock"\n'
            '[mood]\nmodel = "off"\n'
        ]
        tables += [
            f'[sources.{name}]\ntype = "rss"\nevery = "1m"\nallow_private = true\n'
            f'url = "http://127.0.0.1:{self.port}/{name}"\n'
            for name in sources
        ]
        self.file.write_text("".join(tables) + more)
        self.file.chmod(0o600)

    @asynccontextmanager
    async def world(self) -> AsyncIterator[None]:
        async def feed(_request: web.Request) -> web.Response:
            self.asked += 1
            return web.Response(text=FEED, content_type="application/rss+xml")

        app = web.Application()
        app.router.add_get("/{name}", feed)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        try:
            yield
        finally:
            await runner.cleanup()

    @asynccontextmanager
    async def desk(self, **facts: Any) -> AsyncIterator[asyncio.Task[int]]:
        ready = asyncio.Event()
        running = asyncio.ensure_future(
            run_desk(
                configuration.load(self.file),
                clock=self.time.clock,
                sleep=self.time.sleep,
                ready=ready.set,
                logs=False,
                **{"signals": False, **facts},
            )
        )
        waiting = asyncio.ensure_future(ready.wait())
        try:
            await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                running.result()
            yield running
        finally:
            waiting.cancel()
            running.cancel()
            await asyncio.gather(running, waiting, return_exceptions=True)

    @asynccontextmanager
    async def console(self) -> AsyncIterator[Client]:
        async with connect(self.root / "desk.sock", client="console") as client:
            yield client


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    before = os.umask(0o022)
    made = House(tmp_path)
    async with made.world():
        made.write()
        yield made
    os.umask(before)


async def until(true: Callable[[], Any], looks: int = 2000) -> None:
    """Threads and sockets need real milliseconds; no figure depends on how many."""
    for _look in range(looks):
        found = true()
        if await found if asyncio.iscoroutine(found) else found:
            return
        await asyncio.sleep(0.002)
    raise AssertionError("it never became true")


async def rows(client: Client) -> tuple[Any, ...]:
    page = await client.ask(Queue())
    assert isinstance(page, QueuePage)
    return page.rows


async def test_post_becomes_a_row(house: House) -> None:
    """Feed bytes to a row on a console, with its language and its deadline."""
    async with house.desk(), house.console() as client:
        await until(lambda: rows(client))
        (row,) = await rows(client)

    assert ("blog", "en", True) == (row.source, row.language, row.due_at is not None)


async def test_restart_forgets_nothing(house: House) -> None:
    """Drafts, rows and the schedule are there again; the feed is not asked before its time."""
    async with house.desk(), house.console() as client:
        await until(lambda: rows(client))
        (row,) = await rows(client)
        or_raise(await client.ask(SaveDraft(conversation=row.id, text="Dear", revision=1)))
    asked = house.asked
    async with house.desk(), house.console() as client:
        page = await client.ask(Show(conversation=row.id))

    assert isinstance(page, ConversationPage)
    assert ["Dear"] == [draft.text for draft in page.conversation.drafts]
    assert asked == house.asked


async def test_two_desks_never_share_a_database(house: House) -> None:
    """The second one says who has it."""
    async with house.desk():
        with pytest.raises(StoreError, match="already"):
            async with house.desk():
                pass


async def test_reload_takes_in_a_new_source(house: House) -> None:
    """Without a restart, and without losing the old one's schedule."""
    async with house.desk(), house.console() as client:
        await until(lambda: rows(client))
        house.write(sources=("blog", "news"))
        answer = or_raise(await client.ask(Reload()))
        await house.time.advance(2)
        await until(lambda: _polled(client, 2))

    assert isinstance(answer, Done) and "Reloaded" in answer.text


async def _polled(client: Client, count: int) -> bool:
    page = await client.ask(Overview())
    assert isinstance(page, OverviewPage)
    return sum(source.last_success_at is not None for source in page.sources) == count


async def test_wrong_configuration_changes_nothing(house: House) -> None:
    """All or nothing: the answer lists the problems, the old one stays in force."""
    async with house.desk(), house.console() as client:
        await until(lambda: rows(client))
        house.write(sources=("blog", "news"), more="colour = 3\n")
        answer = await client.ask(Reload())
        page = await client.ask(Overview())

    assert isinstance(answer, Failed) and "colour" in answer.message
    assert isinstance(page, OverviewPage)
    assert ["blog"] == [source.name for source in page.sources]


async def test_wrong_source_ends_the_start_with_every_problem(house: House) -> None:
    """Nothing is opened before the configuration is right."""
    house.write(more="[sources.x]\ntype = 'rsss'\n[sources.y]\ntype = 'rss'\nurl = 3\n")
    with pytest.raises(ConfigError) as caught:
        async with house.desk():
            pass

    assert 2 == len(caught.value.problems)
    assert not (house.root / "data").exists()


async def test_owner_stops_the_desk(house: House) -> None:
    """`Stop` ends it with exit code 0 and removes the socket."""
    async with house.desk() as running, house.console() as client:
        or_raise(await client.ask(Stop()))
        code = await running

    assert (0, False) == (code, (house.root / "desk.sock").exists())


async def test_hangup_reloads_and_a_wrong_file_is_told_to_everybody(house: House) -> None:
    """SIGHUP is `reload` without a console: the banner says what is wrong until it is right."""
    async with house.desk(signals=True), house.console() as client:
        house.write(more="colour = 3\n")
        os.kill(os.getpid(), signal.SIGHUP)
        await until(lambda: _trouble(client, "colour"))
        house.write(more="[agents.ana]\n")
        os.kill(os.getpid(), signal.SIGHUP)
        await until(lambda: _trouble(client, "colour", gone=True))
        page = await client.ask(Overview())

    assert isinstance(page, OverviewPage)
    assert "ana" in [person.name for person in page.team]


async def _trouble(client: Client, word: str, *, gone: bool = False) -> bool:
    page = await client.ask(Overview())
    assert isinstance(page, OverviewPage)
    return (word in page.trouble) != gone


async def test_sigterm_ends_the_desk(house: House) -> None:
    """Cleanly: exit code 0, no socket left."""
    async with house.desk(signals=True) as running:
        os.kill(os.getpid(), signal.SIGTERM)
        code = await running

    assert (0, False) == (code, (house.root / "desk.sock").exists())


async def test_missing_calendar_is_said(house: House) -> None:
    """What was taken for granted stands in the status bar."""
    async with house.desk(), house.console() as client:
        page = await client.ask(Overview())

    assert isinstance(page, OverviewPage) and "no calendar" in page.note


async def test_desk_that_a_console_started_ends_when_alone(house: House) -> None:
    """Sixty seconds after the last console left; not while one is there."""
    async with house.desk(started_by_console=True) as running:
        async with house.console() as client:
            await pass_time(house, ALONE_FOR * 2)
            during = running.done()
            assert await client.ask(Queue())
        await pass_time(house, timedelta(seconds=50))
        soon = running.done()
        await pass_time(house, timedelta(seconds=30))
        await until(running.done)

    assert (False, False, 0) == (during, soon, running.result())


async def test_desk_that_shall_stay_stays(house: House) -> None:
    """`desk.stay = true`, or one that nobody's console started."""
    async with house.desk() as running:
        await pass_time(house, ALONE_FOR * 3)

        assert not running.done()


async def pass_time(house: House, span: timedelta) -> None:
    """In steps that let sockets and threads follow."""
    for _step in range(int(span.total_seconds()) // 5):
        await house.time.advance(5)
        await asyncio.sleep(0.005)


def test_service_manager_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """READY=1 arrives at NOTIFY_SOCKET."""
    import socket

    from console.desk.service import notify

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        notify("READY=1")

        assert b"READY=1" == listening.recv(100)
