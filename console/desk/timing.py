"""Time as the desk is given it: a clock, a sleep, and an alarm that can be rung early."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Now, aware UTC."""

Sleep = Callable[[float], Awaitable[None]]
"""Waits for so many seconds."""

LONGEST_NAP = timedelta(seconds=60)
"""Nobody sleeps longer at a stretch: a machine that was suspended or whose clock was set is
noticed within this time."""


def utc_now() -> datetime:
    """The machine's clock; the only place that reads it."""
    return datetime.now(UTC)


class Alarm:
    """Wakes one waiter at an instant, or at once when rung."""

    def __init__(self, clock: Clock, sleep: Sleep = asyncio.sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake the waiter now, or let its next wait end at once."""
        self._rung.set()

    async def wait(self, until: datetime | None) -> bool:
        """Returns at `until`, after `LONGEST_NAP`, or when rung; says whether it was rung."""
        nap = LONGEST_NAP if until is None else min(until - self._clock(), LONGEST_NAP)
        if nap > timedelta() and not self._rung.is_set():
            await first_of(self._sleep(nap.total_seconds()), self._rung.wait())
        rung = self._rung.is_set()
        self._rung.clear()
        return rung


async def first_of(*awaitables: Awaitable[object]) -> None:
    """Returns when one of them is done; the others are cancelled. Their errors are raised."""
    tasks = [asyncio.ensure_future(one) for one in awaitables]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
