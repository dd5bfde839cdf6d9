"""Runs the sources that listen: a vendor calls, or a mailbox says that there is news."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from console.desk.collector import DISK_RETRY, Collector, Polled
from console.desk.timing import Clock, Sleep
from console.desk.trouble import Trouble
from console.errors import StoreError
from console.store.protocol import Store
from sources.base import Batch, Cursor, Listener, SourceError
from sources.retry import STOPPED_FOR, Chance, back_off
from sources.said import say

log = logging.getLogger(__name__)

_A_WHILE = timedelta(minutes=5)
"""Who listened for so long did well: the next failure is a first one."""


def asked(polled: Mapping[str, Polled]) -> dict[str, Polled]:
    """The sources that are polled again and again: all but those that are only told."""
    return {
        name: one
        for name, one in polled.items()
        if not isinstance(one.source, Listener) or one.source.polled
    }


class Listening:
    """One task for each source that listens."""

    def __init__(
        self,
        store: Store,
        collector: Collector,
        clock: Clock,
        trouble: Trouble,
        *,
        sleep: Sleep = asyncio.sleep,
        chance: Chance = random.random,
    ) -> None:
        self._store = store
        self._collector = collector
        self._clock = clock
        self._trouble = trouble
        self._sleep = sleep
        self._chance = chance
        self._wanted: dict[str, Polled] = {}
        self._tasks: dict[str, tuple[Polled, asyncio.Task[None]]] = {}
        self._changed = asyncio.Event()

    def adopt(self, polled: Mapping[str, Polled]) -> None:
        """From now on these; one that stayed the same goes on undisturbed."""
        self._wanted = {
            name: one for name, one in polled.items() if isinstance(one.source, Listener)
        }
        self._changed.set()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._changed.clear()
                await self._end_the_gone()
                for name, one in self._wanted.items():
                    if name not in self._tasks:
                        self._tasks[name] = one, group.create_task(self._loop(name, one))
                await self._changed.wait()

    async def _end_the_gone(self) -> None:
        """A port has to be free before its successor can listen."""
        gone = [
            name
            for name, (one, _) in self._tasks.items()
            if name not in self._wanted or self._wanted[name] != one
        ]
        ended = [self._tasks.pop(name)[1] for name in gone]
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)

    async def _loop(self, name: str, polled: Polled) -> None:
        source = polled.source
        assert isinstance(source, Listener)
        failures = 0
        while True:
            started = self._clock()
            try:
                ear = _Ear(self._collector, self._trouble, name, polled, await self._cursor(name))
                if not source.polled:
                    # From here on everything is new: the first delivery is no backfill.
                    await ear.take(await source.poll(ear.cursor, self._clock()))
                await source.listen(ear)
                return
            except StoreError as error:
                self._trouble.store_failed(error)
                await self._sleep(DISK_RETRY.total_seconds())
            except SourceError as error:
                failures = 1 if self._clock() - started > _A_WHILE else failures + 1
                await self._told(name, source, error)
                # A wrong key tried four times an hour locks an account.
                wait = STOPPED_FOR if error.stop else back_off(failures, self._chance)
                await self._sleep(wait.total_seconds())
            except Exception:
                failures += 1
                log.exception("listening stumbled", extra={"source": name})
                await self._sleep(back_off(failures, self._chance).total_seconds())

    async def _cursor(self, name: str) -> Cursor:
        return (await self._store.cursors()).get(name) or Cursor()

    async def _told(self, name: str, source: Listener, error: SourceError) -> None:
        """Of a polled source the next poll tells what is wrong; of the others, this does."""
        log.info("not listening", extra={"source": name, "error": str(error)})
        if source.polled:
            return
        try:
            await self._collector.failed(name, await self._cursor(name), error)
        except StoreError as refused:
            self._trouble.store_failed(refused)


class _Ear:
    """What a source is given to listen with."""

    def __init__(
        self, collector: Collector, trouble: Trouble, name: str, polled: Polled, cursor: Cursor
    ) -> None:
        self._collector = collector
        self._trouble = trouble
        self._name = name
        self._polled = polled
        self.cursor = replace(cursor, retired=False)

    async def take(self, batch: Batch) -> None:
        """Into the store, as a poll's would be."""
        if self._trouble.has("space"):
            raise SourceError(say("there is no room for new posts"))
        try:
            self.cursor = await self._collector.hear(self._name, self._polled, batch)
        except StoreError as error:
            self._trouble.store_failed(error)
            raise SourceError(str(error)) from error

    def wake(self) -> None:
        self._collector.poll_now(self._name)
