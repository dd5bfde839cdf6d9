"""Memory stays flat, however many texts come."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from console.mood.scorer import Scorer
from console.mood.verb import Shipped
from console.mood.wire import cut

_TEXT = """the order came late courier rude app crashes again thanks great service не пришёл заказ
спасибо всё отлично ужас التطبيق لا يفتح شكرا جزيلا سفارش نرسیده عالی بود ممنون 👍 😡"""
WORDS = _TEXT.split()
MOST = 5_000_000
"""Bytes by which the floor of a process may rise once it is warm."""


def texts(count: int, seed: int) -> list[str]:
    """Reviews of 4 to 120 words, no two alike, so that nothing could be answered from memory."""
    chance = random.Random(seed)
    return [
        cut(" ".join([*chance.choices(WORDS, k=chance.randint(4, 120)), str(place)]))
        for place in range(count)
    ]


def processes(parent: psutil.Process) -> Iterator[psutil.Process]:
    """The process and all that it started."""
    yield parent
    yield from parent.children(recursive=True)


def resident(parent: psutil.Process) -> dict[int, int]:
    """Bytes of each process, by its id."""
    return {one.pid: int(one.memory_info().rss) for one in processes(parent)}


def rise(samples: list[dict[int, int]]) -> int:
    """By how much the floor of any process rose from the first third of the samples to the last.

    A batch of long texts lifts the memory for a moment; only what stays lifts the floor.
    """
    third = len(samples) // 3
    first, last = samples[:third], samples[-third:]
    return max(
        min(one[pid] for one in last) - min(one[pid] for one in first) for pid in samples[-1]
    )


@pytest.mark.heavy
async def test_a_hundred_thousand_texts_leave_nothing_behind():
    """The processes that read rise by less than five megabytes over 100,000 texts."""
    pytest.importorskip("flair")
    own = psutil.Process()
    async with Scorer(Shipped()) as scorer:
        await scorer.ready()
        # A forked reader takes its own copy of each page that it touches; after these it has them.
        for turn in range(10):
            await scorer.score(texts(2000, turn))
        samples = []
        for turn in range(50):
            await scorer.score(texts(2000, 100 + turn))
            samples.append(resident(own))
    for one in samples:
        del one[own.pid]

    assert 0 == scorer.deaths
    assert samples[-1]
    assert rise(samples) < MOST


@pytest.mark.heavy
def test_ten_thousand_lines_leave_nothing_behind():
    """`shiftdesk mood --json` answers in order, and rises by less than five megabytes on the way."""
    pytest.importorskip("flair")
    command = [sys.executable, "-m", "console.cli", "mood", "--json"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as verb:
        assert verb.stdin
        assert verb.stdout
        own, answered = psutil.Process(verb.pid), 0
        samples = []
        for turn in range(150):
            for place, text in enumerate(texts(200, turn)):
                line = json.dumps({"id": 200 * turn + place, "text": text})
                verb.stdin.write(line.encode() + b"\n")
            verb.stdin.flush()
            for _ in range(200):
                assert answered == json.loads(verb.stdout.readline())["id"]
                answered += 1
            samples.append(resident(own))
        verb.stdin.close()

        assert 0 == verb.wait(30)
    # The first 20,000 lines warm it up.
    assert len(samples[-1]) >= 2
    assert rise(samples[100:]) < MOST
