"""Sources are polled by their cursors, politely, and an error is data."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from console.core.i18n import use
from console.core.said import in_our_words
from console.desk.collector import Collector, Polled
from console.desk.trouble import Trouble
from console.errors import StoreError
from sources.base import Batch, Cursor, SourceError
from sources.retry import Gone
from tests.desk.fakes import START, FakeSource, FakeStore, FakeTime, breathe, post

MINUTE = timedelta(minutes=1)


class Scene:
    """A collector at work, with a chance of one half: no jitter."""

    def __init__(self, *sources: FakeSource, **facts: Any) -> None:
        self.time = FakeTime()
        self.store = FakeStore(**facts)
        self.trouble = Trouble(self.time.clock)
        self.collector = Collector(
            self.store,  # type: ignore[arg-type]
            self.time.clock,
            self.trouble,
            sleep=self.time.sleep,
            chance=lambda: 0.5,
            detect=self.detect,
        )
        self.collector.adopt(polled(*sources))

    async def detect(self, texts: Any) -> list[str]:
        return ["en"] * len(texts)


def polled(*sources: FakeSource) -> Mapping[str, Polled]:
    return {one.name: Polled(one, MINUTE) for one in sources}  # type: ignore[arg-type]


@asynccontextmanager
async def working(scene: Scene) -> AsyncIterator[Scene]:
    running = asyncio.ensure_future(scene.collector.run())
    try:
        await breathe()
        yield scene
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_new_source_is_polled_at_once_then_by_its_interval() -> None:
    """A first poll, and one a minute after it."""
    source = FakeSource()
    async with working(Scene(source)) as scene:
        first = len(source.polled)
        await scene.time.advance(59)
        before = len(source.polled)
        await scene.time.advance(2)

        assert (1, 1, 2) == (first, before, len(source.polled))


async def test_restart_keeps_the_schedule() -> None:
    """The cursor says when; a desk that starts again does not hurry."""
    source = FakeSource()
    kept = {"play": Cursor(next_poll_at=START + timedelta(seconds=40))}
    async with working(Scene(source, kept=kept)) as scene:
        at_start = len(source.polled)
        await scene.time.advance(41)

        assert (0, 1) == (at_start, len(source.polled))


async def test_posts_and_cursor_are_taken_in_together() -> None:
    """One call of the store holds both, with the next poll's time."""
    source = FakeSource(polls=[Batch([post(1)], Cursor(position="p1"))])
    async with working(Scene(source)) as scene:
        _name, batch = scene.store.batches[0]

        assert ("p1", START + MINUTE, START) == (
            batch.cursor.position,
            batch.cursor.next_poll_at,
            batch.cursor.last_success_at,
        )


async def test_error_is_data_and_waits_longer_each_time() -> None:
    """The cursor carries the words, the count and the time; nothing else stops."""
    source = FakeSource(polls=[SourceError("sources.play: 503")] * 3)
    async with working(Scene(source, kept={"play": Cursor(position="p7")})) as scene:
        await scene.time.advance(70)
        waits = [cursor.next_poll_at for _name, cursor in scene.store.failures]

        assert ["sources.play: 503"] * 3 == [c.error for _n, c in scene.store.failures]
        assert [1, 2, 3] == [c.failures for _n, c in scene.store.failures]
        assert "p7" == scene.store.kept["play"].position
        assert sorted(waits) == waits  # type: ignore[type-var]


async def test_success_clears_the_error() -> None:
    """The next good poll leaves nothing of the trouble."""
    source = FakeSource(polls=[SourceError("down")])
    async with working(Scene(source)) as scene:
        await scene.time.advance(60)

        assert (0, "") == (scene.store.kept["play"].failures, scene.store.kept["play"].error)


async def test_platforms_own_time_is_kept() -> None:
    """Retry-After goes before our back-off."""
    limit = SourceError("429", retry_at=START + timedelta(minutes=10))
    source = FakeSource(polls=[limit])
    async with working(Scene(source)) as scene:
        await scene.time.advance(599)
        before = len(source.polled)
        await scene.time.advance(2)

        assert (1, 2) == (before, len(source.polled))


async def test_gone_source_is_left_alone() -> None:
    """After 410 nothing is asked, for days."""
    source = FakeSource(polls=[Gone("410")])
    async with working(Scene(source)) as scene:
        await scene.time.advance(3 * 86_400)

        assert (1, True) == (len(source.polled), scene.store.kept["play"].retired)


async def test_gone_source_is_asked_once_by_a_new_desk() -> None:
    """Its address may have been corrected while the desk was down."""
    source = FakeSource(polls=[Gone("410")])
    async with working(Scene(source, kept={"play": Cursor(retired=True)})) as scene:
        await scene.time.advance(86_400)

        assert 1 == len(source.polled)


async def test_changed_source_is_polled_anew() -> None:
    """A reload that built another source for the name tries it at once."""
    old, new = FakeSource(polls=[Gone("410")]), FakeSource()
    async with working(Scene(old)) as scene:
        scene.collector.adopt(polled(new))
        await scene.time.advance(1)

        assert (1, False) == (len(new.polled), scene.store.kept["play"].retired)


async def test_removed_source_is_polled_no_more() -> None:
    """After a reload without it."""
    source = FakeSource()
    async with working(Scene(source)) as scene:
        scene.collector.adopt({})
        await scene.time.advance(600)

        assert 1 == len(source.polled)


async def test_further_pages_are_read_at_once() -> None:
    """While the platform has more, the interval does not count."""
    pages = [Batch([post(n)], Cursor(position=str(n)), more=n < 3) for n in (1, 2, 3)]
    source = FakeSource(polls=pages)
    async with working(Scene(source)) as scene:
        assert (3, "3") == (len(source.polled), scene.store.kept["play"].position)


async def test_platforms_wish_for_a_longer_interval_is_kept() -> None:
    """ttl and Cache-Control may ask for more than the configuration."""
    source = FakeSource(polls=[Batch([], Cursor(), min_interval_s=3600)])
    async with working(Scene(source)) as scene:
        await scene.time.advance(3500)

        assert 1 == len(source.polled)


async def test_returning_sources_start_four_a_second() -> None:
    """After an outage fifty are due; they do not all start at once."""
    sources = [FakeSource(f"s{n}") for n in range(20)]
    async with working(Scene(*sources)) as scene:
        started = []
        for _second in range(5):
            started.append(sum(bool(source.polled) for source in sources))
            await scene.time.advance(1)

        assert [1, 5, 9, 13, 17] == started


async def test_network_that_returns_is_caught_up_in_minutes() -> None:
    """An hour down, fifty sources: all are read within five minutes, four starts a second."""
    up = asyncio.Event()
    chance = random.Random(5)
    starts: list[datetime] = []

    class Outage(FakeSource):
        async def poll(self, cursor: Cursor, now: datetime) -> Batch:
            if not up.is_set():
                raise SourceError("no route to host")
            starts.append(now)
            return await super().poll(cursor, now)

    sources = [Outage(f"s{n}") for n in range(50)]
    scene = Scene(*sources)
    scene.collector._chance = chance.random
    async with working(scene):
        await scene.time.advance(3600)
        up.set()
        began = scene.time.now
        await scene.time.advance(300)

    late = [source.name for source in sources if not source.polled]
    assert [] == late
    busiest = max(sum(0 <= (b - a).total_seconds() < 1 for b in starts) for a in starts)
    assert busiest <= 5
    assert began <= starts[0]


async def test_one_flaky_source_wakes_no_others() -> None:
    """A recovery is no end of an outage while most sources were well."""
    dead = FakeSource("dead", polls=[SourceError("gone")] * 99)
    flaky = FakeSource("flaky", polls=[SourceError("hm")])
    well = [FakeSource(f"s{n}") for n in range(5)]
    async with working(Scene(dead, flaky, *well)) as scene:
        await scene.time.advance(20)

        assert (2, 2) == (len(flaky.polled), len(dead.polled))


async def test_one_source_is_polled_once_at_a_time() -> None:
    """A slow answer is waited for, whoever asks for a poll."""
    source = FakeSource()
    source.gate = asyncio.Event()
    async with working(Scene(source)) as scene:
        scene.collector.poll_now("play")
        scene.collector.poll_now()
        await scene.time.advance(100)

        assert 1 == len(source.polled)


async def test_poll_now_does_not_wait() -> None:
    """A person's wish goes before the schedule, and tells which sources it reached."""
    source = FakeSource()
    async with working(Scene(source)) as scene:
        names = scene.collector.poll_now("play")
        nobody = scene.collector.poll_now("pley")
        await scene.time.advance(1)

        assert (("play",), (), 2) == (names, nobody, len(source.polled))


async def test_broken_source_ends_nothing() -> None:
    """A bug in one adapter is that source's error; the other goes on."""
    bad, good = FakeSource("bad", polls=[KeyError("x")]), FakeSource("good")
    async with working(Scene(bad, good)) as scene:
        await scene.time.advance(1)

        assert "KeyError" in scene.store.kept["bad"].error
        assert 1 == len(good.polled)


async def test_silent_language_is_detected() -> None:
    """A platform that names a language is believed; else the text tells."""
    posts = [post(1), post(2, language="fa")]
    source = FakeSource(polls=[Batch(posts, Cursor())])
    async with working(Scene(source)) as scene:
        assert ["en", "fa"] == [one.language for one in scene.store.batches[0][1].posts]


async def test_full_disk_stops_polling_and_it_resumes_by_itself() -> None:
    """While nothing can be kept one source tries every ten seconds; then all go on."""
    sources = [FakeSource(f"s{n}") for n in range(10)]
    async with working(Scene(*sources)) as scene:
        await scene.time.advance(59)
        before = sum(len(source.polled) for source in sources)
        scene.store.broken = StoreError("disk full")
        await scene.time.advance(61)
        during = sum(len(source.polled) for source in sources) - before
        told = scene.trouble.sentence()
        scene.store.broken = None
        await scene.time.advance(70)

        assert during <= 16
        assert "disk full" in told
        assert ("", 10) == (scene.trouble.sentence(), len(scene.store.kept))
        assert all(len(source.polled) > 1 for source in sources)


async def test_banner_of_a_full_disk_does_not_wait_for_the_next_poll() -> None:
    """A source that is due in an hour finds out within thirty seconds that there is room."""
    source = FakeSource(polls=[Batch([], Cursor(), min_interval_s=3600)])
    async with working(Scene(source)) as scene:
        scene.trouble.store_failed(StoreError("disk full"))
        await scene.time.advance(30)

        assert "" == scene.trouble.sentence()


async def test_nothing_is_polled_into_the_reserve() -> None:
    """While the disk is nearly full not one source is asked; then all are again."""
    source = FakeSource()
    scene = Scene(source)
    scene.trouble.tell("space", "nearly full")
    async with working(scene):
        await scene.time.advance(300)
        during = len(source.polled)
        scene.trouble.end("space")
        await scene.time.advance(1)

        assert (0, 1) == (during, len(source.polled))


async def test_nothing_is_lost_by_a_full_disk() -> None:
    """The batch that could not be kept is asked for again from the same cursor."""
    batch = Batch([post(1)], Cursor(position="p1"))
    source = FakeSource(polls=[batch, replace(batch)])
    scene = Scene(source)
    scene.store.broken = StoreError("disk full")
    async with working(scene):
        scene.store.broken = None
        await scene.time.advance(20)

        assert ["", ""] == [cursor.position for cursor in source.polled[:2]]
        assert "p1" == scene.store.kept["play"].position


async def test_a_fault_is_kept_in_english(request: pytest.FixtureRequest) -> None:
    """The desk's own language does not reach what every console translates for itself."""
    request.addfinalizer(lambda: use("en"))
    use("ru")
    source = FakeSource(polls=[RuntimeError("loose screw")])
    async with working(Scene(source)) as scene:
        errors = [cursor.error for _name, cursor in scene.store.failures]

    assert ["sources.play: RuntimeError: loose screw; this is a fault of the program"] == errors
    assert "sources.play: RuntimeError: loose screw; это ошибка программы" == in_our_words(
        errors[0]
    )
