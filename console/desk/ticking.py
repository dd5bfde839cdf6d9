"""What time alone brings about: breaches, wake-ups, notices, and a clock that jumps."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from console.core.i18n import _
from console.desk.desk import Desk
from console.desk.noticing import Noticeboard
from console.desk.timing import Alarm, Sleep
from console.errors import StoreError

log = logging.getLogger(__name__)

AT_LEAST_EVERY = timedelta(seconds=15)
"""Snoozes wake at most so late."""
JUMP = timedelta(seconds=2)
"""Wall clock and running time may drift apart by so much between two looks."""
RESERVE_BYTES, ENOUGH_BYTES = 16_000_000, 32_000_000
"""Below the first nothing is taken in; from the second on it is again."""
TOLD_FOR = timedelta(minutes=10)
_JUST_AFTER = timedelta(milliseconds=1)
"""A reply at exactly the due time is on time."""


def running_time() -> float:
    """Seconds that nobody can set, suspended time included where the system counts it."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Ticker:
    """Looks at the clock at the next interesting instant."""

    def __init__(
        self,
        desk: Desk,
        board: Noticeboard,
        *,
        sleep: Sleep = asyncio.sleep,
        running_time: Callable[[], float] = running_time,
        jumped: Callable[[], None] = lambda: None,
        free_bytes: Callable[[], int] = lambda: ENOUGH_BYTES,
    ) -> None:
        self._desk = desk
        self._board = board
        self._alarm = Alarm(desk.clock, sleep)
        self._running_time = running_time
        self._jumped = jumped
        self._free_bytes = free_bytes
        self._seen = (desk.clock(), running_time())

    def ring(self) -> None:
        """A due time may have moved."""
        self._alarm.ring()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            until = self._desk.clock() + AT_LEAST_EVERY
            try:
                until = await self.tick()
            except StoreError as error:
                self._desk.trouble.store_failed(error)
            except Exception:
                log.exception("ticking stumbled")
            await self._alarm.wait(until)

    async def tick(self) -> datetime:
        """Do what is due; the next instant at which something will be."""
        desk, now = self._desk, self._desk.clock()
        self._watch_clock(now)
        self._watch_space()
        desk.presence.decay(now)
        desk.trouble.sentence()
        for conversation in await desk.store.tick(now):
            await self._board.awake(conversation)
        await self._board.give(now)
        desk.spread()
        return await self._next(now)

    async def _next(self, now: datetime) -> datetime:
        due = [at + _JUST_AFTER for at in await self._desk.store.next_due(now, 1) if at >= now]
        decay = self._desk.presence.next_decay()
        return min([*due, *([decay] if decay else []), self._board.next_at(), now + AT_LEAST_EVERY])

    def _watch_space(self) -> None:
        """Intake stops before the disk is full: what is left is for drafts and replies."""
        free = self._free_bytes()
        if free < RESERVE_BYTES:
            self._desk.trouble.tell(
                "space",
                _("The disk is nearly full: nothing is polled until {n} MB are free.").format(
                    n=ENOUGH_BYTES // 1_000_000
                ),
            )
        elif free >= ENOUGH_BYTES:
            self._desk.trouble.end("space")

    def _watch_clock(self, now: datetime) -> None:
        """A clock that was set is told, and every schedule is looked at again."""
        wall, ran = self._seen
        self._seen = (now, self._running_time())
        drift = (now - wall) - timedelta(seconds=self._seen[1] - ran)
        if abs(drift) <= JUMP:
            return
        seconds = drift.total_seconds()
        log.warning("the clock jumped", extra={"seconds": seconds})
        self._desk.trouble.tell(
            "clock",
            _("The machine's clock jumped by {n} seconds; deadlines follow it.").format(
                n=f"{seconds:+.0f}"
            ),
            lasting=TOLD_FOR,
        )
        self._jumped()
