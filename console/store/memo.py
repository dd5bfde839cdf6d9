"""Answers kept for as long as nothing changed: after a change, every console asks the same."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")

MOST_KEPT = 200
"""Answers kept between two changes: on a quiet night, questions that name the time add up."""


class Memo:
    """Reads shared by those who ask the same between two changes, also while one is under way."""

    def __init__(self) -> None:
        self._state: Hashable = None
        self._kept: dict[Hashable, asyncio.Future[Any]] = {}

    async def once(self, state: Hashable, key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        """The answer of `read`, asked once for each key until `state` is another.

        Raises what `read` raises; the next one who asks tries again.
        """
        if state != self._state:
            self._state, self._kept = state, {}
        answer = self._kept.get(key)
        if answer is None:
            answer = asyncio.ensure_future(read())
            kept = self._kept
            if len(kept) >= MOST_KEPT:
                del kept[next(iter(kept))]
            kept[key] = answer
            answer.add_done_callback(lambda done: _forget_failure(kept, key, done))
        # whoever waits may be cancelled; the others still want it
        found: T = await asyncio.shield(answer)
        return found


def _forget_failure(
    kept: dict[Hashable, asyncio.Future[Any]], key: Hashable, done: asyncio.Future[Any]
) -> None:
    failed = done.cancelled() or done.exception() is not None
    if failed and kept.get(key) is done:
        del kept[key]
