"""Reading many feeds: 500 of 100 items over loopback, in bytes, through parser and memory.

`python -m tests.bench.bench_ingest [FEEDS ITEMS]`, or `make bench`. Printed: wall and processor
time per item of a first reading, and per feed of a reading where nothing has changed; the same
once more with feedparser alone in the parse process's place, for the ratio. The server runs in a
process of its own and is not counted. The store is measured elsewhere.
"""

from __future__ import annotations

import asyncio
import io
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import escape

import feedparser
import pytest
from aiohttp import web

from sources.base import Cursor
from sources.feeds import FeedSource
from sources.net import Net
from sources.parsing import Parser
from sources.tools import Tools

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
_WORDS = [
    "Lieferung",
    "kam",
    "заказ",
    "пришёл",
    "late",
    "broken",
    "سفارش",
    "دیر",
    "رسید",
    "رائع",
    "منتج",
    "box",
    "lamp",
    "thanks",
]


def feed(number: int, items: int) -> bytes:
    """An RSS 2.0 document of mixed scripts, some 800 bytes an item."""
    chance = random.Random(number)

    def words(count: int) -> str:
        return " ".join(chance.choices(_WORDS, k=count))

    body = "".join(
        f"<item><guid isPermaLink='false'>{number}-{n}</guid><title>{words(8)}</title>"
        f"<link>https://example.com/{number}/{n}</link><author>{words(2)}</author>"
        f"<pubDate>{(NOW - timedelta(minutes=n)):%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
        f"<description>{escape(f'<p>{words(40)}</p><p>{words(30)} &amp; more</p>')}</description>"
        "</item>"
        for n in range(items)
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{number}</title>'
        f"{body}</channel></rss>"
    ).encode()


async def serve(feeds: int, items: int) -> None:
    """Serve the feeds with validators until stopped; the first line printed is the port."""
    documents = [feed(number, items) for number in range(feeds)]

    async def answer(request: web.Request) -> web.Response:
        etag = f'"{request.match_info["number"]}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        body = documents[int(request.match_info["number"])]
        return web.Response(body=body, content_type="application/rss+xml", headers={"ETag": etag})

    app = web.Application()
    app.router.add_get("/{number}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


@dataclass(frozen=True, slots=True)
class Spent:
    """What a reading took."""

    wall_s: float
    cpu_s: float
    posts: int


async def _measured(work: Callable[[], Awaitable[int]]) -> Spent:
    began, used = time.perf_counter(), _cpu_s()
    posts = await work()
    return Spent(time.perf_counter() - began, _cpu_s() - used, posts)


def _cpu_s() -> float:
    """Our processor time, ended parse processes included."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


async def _read(sources: Sequence[FeedSource], cursors: list[Cursor]) -> int:
    async def one(number: int) -> int:
        batch = await sources[number].poll(cursors[number], NOW)
        cursors[number] = batch.cursor
        return len(batch.posts)

    return sum(await asyncio.gather(*map(one, range(len(sources)))))


async def _read_with_feedparser(urls: Sequence[str]) -> int:
    async with Net() as net:

        async def one(url: str) -> int:
            answer = await net.get(url, allow_private=True)
            return len(feedparser.parse(io.BytesIO(answer.body)).entries)

        return sum(await asyncio.gather(*map(one, urls)))


async def measure(feeds: int, items: int) -> dict[str, object]:
    """All figures, as one object."""
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.bench_ingest", "serve", str(feeds), str(items),
        stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        port = int(await server.stdout.readline())
        urls = [f"http://127.0.0.{number % 50 + 1}:{port}/{number}" for number in range(feeds)]
        cursors = [Cursor() for _ in urls]

        async def first() -> int:
            async with Net() as net, Parser() as parser:
                tools = Tools(net, parser)
                made = [FeedSource("f", {"url": url, "allow_private": True}, tools) for url in urls]
                return await _read(made, cursors)

        reading = await _measured(first)
        cursors = [replace(cursor) for cursor in cursors]
        again = await _measured(first)
        plain = await _measured(lambda: _read_with_feedparser(urls))
    finally:
        server.kill()
        await server.wait()
    return {
        "feeds": feeds,
        "items": reading.posts,
        "first_wall_us_per_item": round(reading.wall_s / reading.posts * 1e6, 1),
        "first_cpu_us_per_item": round(reading.cpu_s / reading.posts * 1e6, 1),
        "unchanged_wall_us_per_feed": round(again.wall_s / feeds * 1e6, 1),
        "unchanged_cpu_us_per_feed": round(again.cpu_s / feeds * 1e6, 1),
        "wall_to_feedparser": round(reading.wall_s / plain.wall_s, 3),
        "cpu_to_feedparser": round(reading.cpu_s / plain.cpu_s, 3),
        "posts_when_unchanged": again.posts,
    }


@pytest.mark.bench
async def test_reading_five_hundred_feeds() -> None:
    """Every item comes once, and nothing where nothing has changed; the figures are printed."""
    figures = await measure(500, 100)
    print(json.dumps(figures))

    assert (figures["items"], figures["posts_when_unchanged"]) == (50_000, 0)


def main(arguments: list[str]) -> None:
    """`serve FEEDS ITEMS` is the server's own process."""
    if arguments[:1] == ["serve"]:
        asyncio.run(serve(int(arguments[1]), int(arguments[2])))
        return
    feeds, items = [int(value) for value in arguments] or [500, 100]
    print(json.dumps(asyncio.run(measure(feeds, items)), indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
