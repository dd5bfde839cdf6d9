"""Many sources, many faults, for a long while: nothing lost, nothing twice, nobody pressed.

Everything is real but the clock, which runs faster: feeds and APIs on loopback, client, parser,
collector and database. The faults are drawn from a seed.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import sqlite3
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

import pytest
from aiohttp import web

from console.desk.collector import Collector, Polled
from console.desk.trouble import Trouble
from console.store.sqlite import open_store
from sources.feeds import FeedSource
from sources.json_api import JsonApiSource
from sources.net import Limits, Net
from sources.parsing import Parser
from sources.tools import Tools

START = datetime(2026, 11, 24, 12, tzinfo=UTC)
EVERY = timedelta(seconds=20)
RETRY_AFTER_S = 45
_FAULTS = ("429", "500", "503", "slow", "cut", "broken gzip", "malformed", "empty", "html")


class FastTime:
    """A clock that runs `speed` times as fast as the real one."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._began = time.monotonic()

    def clock(self) -> datetime:
        return START + timedelta(seconds=(time.monotonic() - self._began) * self._speed)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._speed)


@dataclass
class Written:
    """What a customer wrote, as it stands now."""

    text: str
    at: datetime
    changed: datetime


@dataclass
class Platform:
    """One source's world: a feed, or an API with pages; faulty while `faulty`."""

    number: int
    time: FastTime
    chance: random.Random
    faulty: bool = True
    posts: dict[str, Written] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    pressed: int = 0
    at_once: int = 0
    most_at_once: int = 0
    _not_before: datetime | None = None

    @property
    def is_feed(self) -> bool:
        return self.number % 2 == 0

    def live(self) -> None:
        """Something new is written, or something is changed."""
        now = self.time.clock()
        if self.posts and self.chance.random() < 0.2:
            # A feed shows the newest 50 alone, so only those can be seen to change.
            id = self.chance.choice(list(self.posts)[-20:])
            self.posts[id].text = f"{id} changed at {now.isoformat()} from the ground up"
            self.posts[id].changed = now
            return
        id = f"p{self.number}-{len(self.posts)}"
        self.posts[id] = Written(f"{id} arrived late and nobody answers", now, now)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return await self._answer(request)
        finally:
            self.at_once -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        now = self.time.clock()
        # Two seconds of grace: our two clocks read the same instant at different moments.
        if self._not_before and now < self._not_before - timedelta(seconds=2):
            self.pressed += 1
        body = self._feed() if self.is_feed else self._page(request)
        fault = self.chance.choice(_FAULTS) if self.faulty and self.chance.random() < 0.3 else ""
        self.asked[fault or "fine"] += 1
        headers = {"Content-Type": "application/rss+xml" if self.is_feed else "application/json"}
        match fault:
            case "429" | "503":
                self._not_before = now + timedelta(seconds=RETRY_AFTER_S)
                return web.Response(status=int(fault), headers={"Retry-After": str(RETRY_AFTER_S)})
            case "500":
                return web.Response(status=500, text="upstream failed")
            case "slow":
                await asyncio.sleep(1)
            case "cut":
                response = web.StreamResponse(headers={**headers, "Content-Length": str(len(body))})
                await response.prepare(request)
                await response.write(body[: len(body) // 2])
                assert request.transport is not None
                request.transport.abort()
                return response
            case "broken gzip":
                packed = gzip.compress(body)[:-12]
                return web.Response(body=packed, headers={**headers, "Content-Encoding": "gzip"})
            case "malformed":
                body = body[: len(body) * 2 // 3] + b"\xff\xfe & <unclosed"
            case "empty":
                body = b"<rss version='2.0'><channel/></rss>" if self.is_feed else b'{"items": []}'
            case "html":
                return web.Response(text="<html>Please log in", content_type="text/html")
        return web.Response(body=body, headers=headers)

    def _feed(self) -> bytes:
        items = "".join(
            f"<item><guid isPermaLink='false'>{id}</guid><title>{id}</title>"
            f"<description>{escape(one.text)}</description>"
            f"<pubDate>{one.at.isoformat()}</pubDate></item>"
            for id, one in list(self.posts.items())[-50:]
        )
        return f"<rss version='2.0'><channel>{items}</channel></rss>".encode()

    def _page(self, request: web.Request) -> bytes:
        since = request.query.get("since", "")
        after = datetime.fromisoformat(since) if since else START
        found = sorted(
            ((id, one) for id, one in self.posts.items() if one.changed >= after),
            key=lambda pair: pair[1].changed,
        )
        number = int(request.query.get("page", "1"))
        shown = found[(number - 1) * 20 : number * 20]
        more = len(found) > number * 20
        return json.dumps(
            {
                "items": [
                    {
                        "id": id,
                        "text": one.text,
                        "at": one.at.isoformat(),
                        "changed": one.changed.isoformat(),
                    }
                    for id, one in shown
                ],
                "next": f"/{self.number}?since={since.replace('+', '%2B')}&page={number + 1}"
                if more
                else None,
            }
        ).encode()


async def _soak(count: int, *, speed: float, real_s: float, tmp_path: Path) -> list[Platform]:
    """Live for so long, then mend all faults and read everything to its end."""
    fast = FastTime(speed)
    chance = random.Random(20261124)
    platforms = [Platform(n, fast, random.Random(n)) for n in range(count)]

    async def answer(request: web.Request) -> web.StreamResponse:
        return await platforms[int(request.match_info["number"])].answer(request)

    app = web.Application()
    app.router.add_get("/{number}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.01, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", 0).start()
    port = runner.addresses[0][1]
    try:
        async with (
            Net(clock=fast.clock, limits=Limits(connect_s=5, read_s=0.5, total_s=3)) as net,
            Parser() as parser,
            open_store(tmp_path / "desk.db", now=START) as store,
        ):
            tools = Tools(net, parser, fast.clock)
            collector = Collector(
                store, fast.clock, Trouble(fast.clock), sleep=fast.sleep, chance=chance.random
            )
            collector.adopt(
                {f"s{one.number}": Polled(_source(one, port, tools), EVERY) for one in platforms}
            )
            running = asyncio.ensure_future(collector.run())
            try:
                ends = time.monotonic() + real_s
                # On a busy machine the same time holds fewer requests: every fault must be met.
                while time.monotonic() < ends or (
                    not _all_met(platforms) and time.monotonic() < ends + 60
                ):
                    await asyncio.sleep(real_s / 200)
                    for one in chance.sample(platforms, max(1, count // 5)):
                        one.live()
                for one in platforms:
                    one.faulty = False
                await _drained(store, platforms)
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
    finally:
        await runner.cleanup()
    return platforms


def _source(one: Platform, port: int, tools: Tools) -> FeedSource | JsonApiSource:
    url = f"http://127.0.0.{one.number + 1}:{port}/{one.number}"
    options = {"url": url, "allow_private": True}
    if one.is_feed:
        return FeedSource(f"s{one.number}", options, tools)
    more = {
        "items": "items",
        "since": "since",
        "overlap": "2m",
        "paging": {"next": "next"},
        "fields": {"id": "id", "text": "text", "time": "at", "edited": "changed"},
    }
    return JsonApiSource(f"s{one.number}", {**options, **more}, tools)


def _stored(db: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """Every post that the desk knows, with its latest words."""
    rows = db.execute(
        "select p.source, p.native_id, t.text from posts p join turns t on t.id = p.turn"
    )
    return {(source, id): text for source, id, text in rows}


async def _drained(store: object, platforms: list[Platform]) -> None:
    """Until the desk knows everything, and knows it once; fails with what is missing."""
    wanted = {
        (f"s{one.number}", id): written.text
        for one in platforms
        for id, written in one.posts.items()
    }
    ends = time.monotonic() + 60
    while True:
        found = await store.read(_stored)  # type: ignore[attr-defined]
        if found == wanted:
            return
        if time.monotonic() > ends:
            lost = sorted(wanted.keys() - found.keys())
            twice = sorted(found.keys() - wanted.keys())
            old = sorted(key for key in wanted.keys() & found.keys() if wanted[key] != found[key])
            raise AssertionError(f"lost {lost[:5]}, twice {twice[:5]}, not changed {old[:5]}")
        await asyncio.sleep(0.2)


def _all_met(platforms: list[Platform]) -> bool:
    met = sum((one.asked for one in platforms), Counter[str]())
    return all(met[fault] for fault in _FAULTS)


def _check(platforms: list[Platform]) -> None:
    assert _all_met(platforms)
    assert [one.number for one in platforms if one.pressed] == []
    assert max(one.most_at_once for one in platforms) == 1


async def test_a_short_soak(tmp_path: Path) -> None:
    """Ten sources for four minutes of theirs: all is there once, as it stands, and none was pressed."""
    platforms = await _soak(10, speed=80, real_s=3, tmp_path=tmp_path)

    _check(platforms)


@pytest.mark.heavy
async def test_a_long_soak(tmp_path: Path) -> None:
    """Fifty sources for five minutes, which are half an hour of theirs."""
    platforms = await _soak(50, speed=6, real_s=300, tmp_path=tmp_path)

    _check(platforms)
