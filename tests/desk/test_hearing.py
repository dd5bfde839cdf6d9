"""Sources that are told: what a vendor delivers is a row, safe before the vendor hears so."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from console.client import Client, or_raise
from console.core.asks import Overview, OverviewPage, Reload
from console.desk.collector import Collector, Polled
from console.desk.hearing import Listening, asked
from console.desk.trouble import Trouble
from console.errors import StoreError
from sources.base import Batch, Cursor, Hearing, SourceError
from tests.desk.fakes import FakeStore, FakeTime, breathe, post
from tests.desk.test_run import House, rows, until

MINUTE = timedelta(minutes=1)


class Told:
    """A source that listens; its ear is at hand."""

    channel = None

    def __init__(self, *, polled: bool = False, name: str = "hook") -> None:
        self.name = name
        self.polled = polled
        self.polls = 0
        self.ears: list[Hearing] = []
        self.fails: list[SourceError] = []

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        self.polls += 1
        return Batch((), cursor)

    async def listen(self, hearing: Hearing) -> None:
        self.ears.append(hearing)
        if self.fails:
            raise self.fails.pop(0)
        await asyncio.get_running_loop().create_future()


class Scene:
    """What listens, over a store in memory."""

    def __init__(self, *sources: Any) -> None:
        self.time = FakeTime()
        self.store = FakeStore()
        self.trouble = Trouble(self.time.clock)
        self.collector = Collector(
            self.store,  # type: ignore[arg-type]
            self.time.clock,
            self.trouble,
            sleep=self.time.sleep,
            chance=lambda: 0.5,
        )
        self.listening = Listening(
            self.store,  # type: ignore[arg-type]
            self.collector,
            self.time.clock,
            self.trouble,
            sleep=self.time.sleep,
            chance=lambda: 0.5,
        )
        self.adopt(*sources)

    def adopt(self, *sources: Any) -> None:
        polled = {one.name: Polled(one, MINUTE) for one in sources}
        self.collector.adopt(asked(polled))
        self.listening.adopt(polled)


@asynccontextmanager
async def at_work(scene: Scene) -> AsyncIterator[None]:
    running = [asyncio.ensure_future(part.run()) for part in (scene.listening, scene.collector)]
    try:
        await breathe()
        yield
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def test_what_is_told_is_taken_in() -> None:
    """Posts and cursor together; the ear knows the new cursor."""
    source = Told()
    scene = Scene(source)
    async with at_work(scene):
        await source.ears[0].take(Batch([post("a")], Cursor(position="1")))

    assert [post("a").id] == [one.id for _, batch in scene.store.batches for one in batch.posts]
    assert "1" == source.ears[0].cursor.position == scene.store.kept["hook"].position


async def test_a_source_that_only_listens_has_no_schedule() -> None:
    """It is asked once, in vain: after that first sync a delivery is news, not history."""
    source = Told()
    scene = Scene(source)
    async with at_work(scene):
        await scene.time.advance(600)

    assert (1, None) == (source.polls, scene.store.kept["hook"].next_poll_at)
    assert [("hook", ())] == [(name, tuple(batch.posts)) for name, batch in scene.store.batches]


async def test_a_mailbox_that_wakes_is_polled_at_once() -> None:
    """Between two intervals too."""
    source = Told(polled=True)
    scene = Scene(source)
    async with at_work(scene):
        before = source.polls
        source.ears[0].wake()
        await scene.time.advance(1)

    assert (1, 2) == (before, source.polls)


async def test_a_full_disk_is_told_to_whoever_delivers() -> None:
    """The source hears an error, so that the vendor comes again."""
    source = Told()
    scene = Scene(source)
    async with at_work(scene):
        scene.store.broken = StoreError("disk full")
        with pytest.raises(SourceError, match="disk full"):
            await source.ears[0].take(Batch([post("a")], Cursor()))
        scene.store.broken = None

    assert scene.trouble.has("disk")


async def test_what_cannot_listen_is_an_error_of_the_source() -> None:
    """A port that another program has: said where sources are looked at, and tried again."""
    source = Told()
    source.fails.append(SourceError("the port is taken"))
    scene = Scene(source)
    async with at_work(scene):
        error = scene.store.kept["hook"].error
        await scene.time.advance(60)

    assert ("the port is taken", 2) == (error, len(source.ears))


async def test_a_wrong_key_is_tried_once_an_hour() -> None:
    """More often would lock the account."""
    source = Told()
    source.fails.append(SourceError("wrong password", stop=True))
    scene = Scene(source)
    async with at_work(scene):
        await scene.time.advance(3_500)
        before = len(source.ears)
        await scene.time.advance(200)

    assert (1, 2) == (before, len(source.ears))


async def test_a_source_that_stays_goes_on_and_a_changed_one_begins_anew() -> None:
    """A reload hangs up on nobody without need."""
    same, changed, other = Told(name="same"), Told(name="changed"), Told(name="changed")
    scene = Scene(same, changed)
    async with at_work(scene):
        scene.adopt(same, other)
        await breathe()

    assert (1, 1, 1) == (len(same.ears), len(changed.ears), len(other.ears))


# -- a whole desk -----------------------------------------------------------------------------


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    before = os.umask(0o022)
    made = House(tmp_path)
    (tmp_path / "secret").write_text("a secret of ours")
    with socket.socket() as trying:
        trying.bind(("127.0.0.1", 0))
        made.port = trying.getsockname()[1]
    made.write(sources=(), more=hook(made))
    yield made
    os.umask(before)


def hook(house: House, text: str = "text") -> str:
    return (
        f'[sources.hook]\ntype = "webhook"\nlisten = "127.0.0.1:{house.port}"\n'
        f'secret_file = "{house.root}/secret"\n[sources.hook.fields]\nid = "id"\ntext = "{text}"\n'
    )


async def deliver(house: House, id: str) -> int:
    body = json.dumps({"id": id, "text": "The parcel never came", "words": "Nor did this"}).encode()
    at = str(int(house.time.now.timestamp()))
    made = hmac.new(b"a secret of ours", at.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-Shiftdesk-Timestamp": at,
        "X-Shiftdesk-Signature": made,
        "X-Shiftdesk-Delivery": f"delivery {id}",
    }
    async with aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{house.port}/hook"
        async with session.post(url, data=body, headers=headers) as answer:
            return answer.status


def listens(house: House) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", house.port)
        except OSError:
            return False
        writer.close()
        return True

    return look


async def test_a_delivery_becomes_a_row_once(house: House) -> None:
    """With its deadline: it is no backfill. Repeated, also after a restart, it stays one."""
    async with house.desk(), house.console() as client:
        await until(listens(house), looks=15_000)
        first = [await deliver(house, "a"), await deliver(house, "a")]
        (row,) = await rows(client)
    async with house.desk(), house.console() as client:
        await until(listens(house), looks=15_000)
        again = await deliver(house, "a")
        after = await rows(client)

    assert ([200, 200], 200, 1) == (first, again, len(after))
    assert ("hook", True) == (row.source, row.due_at is not None)


async def test_a_reload_changes_what_listens(house: House) -> None:
    """The same port under a new mapping, without a restart."""
    async with house.desk(), house.console() as client:
        await until(listens(house), looks=15_000)
        house.write(sources=(), more=hook(house, text="words"))
        or_raise(await client.ask(Reload()))
        await until(listens(house), looks=15_000)
        status = await deliver(house, "b")
        (row,) = await rows(client)

    assert (200, "Nor did this") == (status, row.what)


async def test_a_taken_port_is_said_where_sources_are_looked_at(house: House) -> None:
    """The desk runs all the same."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", house.port))
        other.listen()
        async with house.desk(), house.console() as client:
            await until(lambda: trouble_of(client))
            words = await trouble_of(client)

    assert "cannot be listened on" in words


async def trouble_of(client: Client) -> str:
    page = await client.ask(Overview())
    assert isinstance(page, OverviewPage)
    return page.sources[0].error
