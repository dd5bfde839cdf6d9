"""Answers shared between two changes."""

from __future__ import annotations

import asyncio

import pytest

from console.store.memo import MOST_KEPT, Memo


class Reader:
    """Counts how often it is asked; answers when it is let."""

    def __init__(self) -> None:
        self.asked = 0
        self.let = asyncio.Event()
        self.broken = False

    async def __call__(self) -> int:
        self.asked += 1
        number = self.asked
        await self.let.wait()
        if self.broken:
            raise OSError
        return number


async def test_those_who_ask_at_once_share_one_read() -> None:
    """Twenty consoles ask the same after a change."""
    memo, read = Memo(), Reader()
    asking = [asyncio.ensure_future(memo.once(1, "queue", read)) for _ in range(20)]
    await asyncio.sleep(0)
    read.let.set()

    assert [1] * 20 == await asyncio.gather(*asking)
    assert 1 == await memo.once(1, "queue", read)


async def test_another_state_or_key_is_read_anew() -> None:
    """Nothing old is told after a change."""
    memo, read = Memo(), Reader()
    read.let.set()

    answers = [await memo.once(*asked, read) for asked in ((1, "a"), (2, "a"), (2, "b"), (2, "a"))]

    assert [1, 2, 3, 2] == answers


async def test_one_who_gives_up_takes_nothing_from_the_others() -> None:
    """A console that goes while the store reads."""
    memo, read = Memo(), Reader()
    goes, stays = (asyncio.ensure_future(memo.once(1, "a", read)) for _ in range(2))
    await asyncio.sleep(0)
    goes.cancel()
    read.let.set()

    assert 1 == await stays


async def test_a_failure_is_not_kept() -> None:
    """The next one who asks tries again."""
    memo, read = Memo(), Reader()
    read.let.set()
    read.broken = True
    with pytest.raises(OSError):
        await memo.once(1, "a", read)
    await asyncio.sleep(0)
    read.broken = False

    assert 2 == await memo.once(1, "a", read)


async def test_answers_do_not_add_up_without_bound() -> None:
    """A quiet night: every question names its own time, and nothing changes."""
    memo, read = Memo(), Reader()
    read.let.set()
    for second in range(MOST_KEPT + 1):
        await memo.once(1, second, read)

    assert MOST_KEPT + 1 == await memo.once(1, MOST_KEPT, read)
    assert MOST_KEPT + 2 == await memo.once(1, 0, read)
