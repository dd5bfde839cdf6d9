"""Polls the sources. A source's cursor is its schedule, so a restart loses nothing."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import perf_counter

from console.core.quoting import own_words
from console.desk.timing import Alarm, Clock, Sleep
from console.desk.trouble import Trouble
from console.errors import StoreError
from console.store.protocol import Store, TakenIn
from sources.base import Batch, Cursor, Post, Source, SourceError
from sources.overhearing import overhearing
from sources.retry import Chance, after_failure, after_success
from sources.said import say

log = logging.getLogger(__name__)

POLL_TIMEOUT_S = 120.0
"""For one poll, pages and parsing included; the network's own limits are tighter."""
STARTS_A_SECOND = 4
"""After an outage fifty sources are due at once; so many may start in a second."""
JITTER = 0.1
"""Intervals differ by up to this share, so that sources do not march in step."""
_CATCH_UP_PAGES = 200
"""Pages read in a row before the source has to wait its interval like everybody."""
DISK_RETRY = timedelta(seconds=10)
"""How often one poll tries whether the disk takes writes again."""

Detect = Callable[[Sequence[str]], Awaitable[Sequence[str]]]
"""The language of each text ("" where it cannot be told)."""


@dataclass(frozen=True)
class Polled:
    """One configured source and its interval."""

    source: Source
    every: timedelta


@dataclass(frozen=True, slots=True)
class _How:
    """How a poll went on the line."""

    took_s: float = 0.0
    status: int | None = None
    """HTTP's, of the last answer."""


class StartGate:
    """Lets through at most so many a second, in order of arrival."""

    def __init__(self, clock: Clock, sleep: Sleep, a_second: int = STARTS_A_SECOND) -> None:
        self._clock = clock
        self._sleep = sleep
        self._gap = timedelta(seconds=1 / a_second)
        self._next: datetime | None = None

    async def enter(self) -> None:
        now = self._clock()
        # A clock that was set back must not hold everybody up: never wait more than a minute.
        turn = max(self._next or now, now)
        if turn - now > timedelta(minutes=1):
            turn = now
        self._next = turn + self._gap
        if turn > now:
            await self._sleep((turn - now).total_seconds())


class Collector:
    """One loop for each source; one poll at a time for each."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        trouble: Trouble,
        *,
        sleep: Sleep = asyncio.sleep,
        chance: Chance = random.random,
        detect: Detect | None = None,
        taken_in: Callable[[TakenIn], None] = lambda _taken: None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._trouble = trouble
        self._sleep = sleep
        self._chance = chance
        self._detect = detect
        self._taken_in = taken_in
        self._changed = changed
        self._gate = StartGate(clock, sleep)
        trouble.watch(self.recheck)
        self._polled: dict[str, Polled] = {}
        self._alarms: dict[str, Alarm] = {}
        self._loops: dict[str, asyncio.Task[None]] = {}
        self._probing = asyncio.Lock()
        self._wanted = asyncio.Event()
        self._forced: set[str] = set()
        self._revisited: set[str] = set()
        self._failing: dict[str, bool] = {}
        """Sources whose last poll failed, and whether only our own back-off makes them wait."""

    def adopt(self, polled: Mapping[str, Polled]) -> None:
        """From now on these sources; one that became another is tried anew at once."""
        for name, one in polled.items():
            before = self._polled.get(name)
            if before is not None and before.source is not one.source:
                self._forced.add(name)
        self._polled = dict(polled)
        self._failing = {n: by_us for n, by_us in self._failing.items() if n in polled}
        self._wanted.set()

    def poll_now(self, name: str = "") -> tuple[str, ...]:
        """Let a source (empty: each) be polled at once, even a retired one; which will be."""
        names = tuple(n for n in self._polled if not name or n == name)
        self._forced.update(names)
        for one in names:
            if one in self._alarms:
                self._alarms[one].ring()
        return names

    def recheck(self) -> None:
        """The clock jumped, or a trouble began or ended: every schedule is looked at again."""
        for alarm in self._alarms.values():
            alarm.ring()

    async def run(self) -> None:
        """Until cancelled. Each source has a task of its own, ended when the source is."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._wanted.clear()
                for name in set(self._loops) - set(self._polled):
                    self._loops.pop(name).cancel()
                for name in self._polled:
                    if name not in self._loops:
                        self._alarms[name] = Alarm(self._clock, self._sleep)
                        self._loops[name] = group.create_task(self._loop(name))
                    else:
                        self._alarms[name].ring()
                await self._wanted.wait()

    async def _loop(self, name: str) -> None:
        cursor: Cursor | None = None
        known = False
        while True:
            try:
                if not known:
                    cursor, known = (await self._store.cursors()).get(name), True
                    if cursor and cursor.retired and name not in self._revisited:
                        # The address may have been corrected while the desk was down.
                        self._revisited.add(name)
                        self._forced.add(name)
                cursor = await self._turn(name, cursor)
            except StoreError as error:
                self._trouble.store_failed(error)
                known = False
            except Exception:
                log.exception("polling stumbled", extra={"source": name})
                known = False
                await self._alarms[name].wait(self._clock() + DISK_RETRY)

    async def _turn(self, name: str, cursor: Cursor | None) -> Cursor | None:
        """Wait for the schedule, then poll."""
        if self._trouble.has("space"):
            # What is left is for replies; nothing new is taken in until there is more.
            await self._alarms[name].wait(None)
            return cursor
        if self._trouble.has("disk"):
            return await self._probe(name, cursor)
        if name not in self._forced:
            resting = cursor is not None and cursor.retired
            due = None if resting else (cursor.next_poll_at if cursor else self._clock())
            if resting or (due and due > self._clock()):
                await self._alarms[name].wait(due)
                return cursor
        return await self._poll(name, cursor)

    async def _probe(self, name: str, cursor: Cursor | None) -> Cursor | None:
        """While the disk refuses, one source after the other tries; the rest stand still."""
        async with self._probing:
            await self._sleep(DISK_RETRY.total_seconds())
            return await self._poll(name, cursor) if self._trouble.has("disk") else cursor

    async def _poll(self, name: str, cursor: Cursor | None) -> Cursor | None:
        """Poll until the platform has no more pages."""
        self._forced.discard(name)
        await self._gate.enter()
        for _page in range(_CATCH_UP_PAGES):
            cursor, more = await self.poll_once(name, cursor or Cursor())
            if not more:
                break
        return cursor

    async def poll_once(self, name: str, cursor: Cursor) -> tuple[Cursor, bool]:
        """One poll, taken in or recorded as failed; the new cursor, and whether more waits now.

        Raises `StoreError` if the store does not take it; then nothing has changed.
        """
        polled = self._polled[name]
        with overhearing() as statuses:
            started = perf_counter()
            try:
                async with asyncio.timeout(POLL_TIMEOUT_S):
                    batch = await polled.source.poll(replace(cursor, retired=False), self._clock())
            except SourceError as error:
                problem = error
            except TimeoutError:
                slow = say(
                    "sources.{name}: no answer within {n} seconds; it is tried again",
                    name=name,
                    n=int(POLL_TIMEOUT_S),
                )
                problem = SourceError(slow)
            except Exception as error:
                log.exception("a source broke", extra={"source": name})
                broken = say(
                    "sources.{name}: {error}; this is a fault of the program",
                    name=name,
                    error=f"{type(error).__name__}: {error}",
                )
                problem = SourceError(broken)
            else:
                how = _How(perf_counter() - started, statuses[-1] if statuses else None)
                return await self._take(name, polled, batch, how)
            how = _How(perf_counter() - started, statuses[-1] if statuses else None)
            return await self.failed(name, cursor, problem, how), False

    async def hear(self, name: str, polled: Polled, batch: Batch) -> Cursor:
        """Take in what a source was told of; its new cursor. Raises `StoreError`, as a poll does."""
        cursor, _more = await self._take(name, polled, batch, _How(), heard=True)
        return cursor

    async def _take(
        self, name: str, polled: Polled, batch: Batch, how: _How, *, heard: bool = False
    ) -> tuple[Cursor, bool]:
        now = self._clock()
        wait = timedelta() if batch.more else self._interval(polled.every, batch.min_interval_s)
        retired = batch.cursor.retired
        cursor = replace(after_success(batch.cursor, now, wait), retired=retired)
        if heard:
            cursor = replace(cursor, next_poll_at=None)
        told = replace(batch, posts=await self._with_languages(batch.posts), cursor=cursor)
        taken = await self._store.take_in(
            name,
            told,
            now,
            every=polled.every,
            duration_s=how.took_s,
            status=how.status,
            heard=heard,
        )
        self._trouble.end("disk")
        self._came_back(name)
        if taken.new or taken.edited:
            log.info("taken in", extra={"source": name, "new": taken.new, "edited": taken.edited})
        self._taken_in(taken)
        self._changed()
        return cursor, batch.more

    def _came_back(self, name: str) -> None:
        """After an outage of most sources the first that answers wakes those that only wait
        because of our own back-off; the start gate keeps them from storming."""
        if name not in self._failing:
            return
        outage = len(self._failing) > len(self._polled) / 2
        self._failing.pop(name)
        if outage:
            for other in [one for one, by_us in self._failing.items() if by_us]:
                self.poll_now(other)

    async def failed(
        self, name: str, cursor: Cursor, error: SourceError, how: _How | None = None
    ) -> Cursor:
        """Record that a source could not be read, and when it is tried again."""
        how = how or _How()
        now = self._clock()
        self._failing[name] = error.retry_at is None and not error.stop
        failed = after_failure(cursor, error, now, self._chance)
        log.warning(
            "poll failed",
            extra={"source": name, "failures": failed.failures, "error": failed.error},
        )
        await self._store.poll_failed(name, failed, now, duration_s=how.took_s, status=how.status)
        self._trouble.end("disk")
        self._changed()
        return failed

    def _interval(self, every: timedelta, at_least_s: float) -> timedelta:
        jitter = 1 + JITTER * (2 * self._chance() - 1)
        return max(every * jitter, timedelta(seconds=min(at_least_s, 86_400)))

    async def _with_languages(self, posts: Sequence[Post]) -> Sequence[Post]:
        """Posts whose platform names no language get the one their text is in."""
        silent = [i for i, post in enumerate(posts) if not post.language and not post.own]
        if not silent or self._detect is None:
            return posts
        texts = [f"{posts[i].title} {own_words(posts[i].text)}".strip() for i in silent]
        told = list(posts)
        for i, language in zip(silent, await self._detect(texts), strict=True):
            told[i] = replace(told[i], language=language)
        return told
