"""How fast the shipped model reads, how soon it is ready, and how much memory it takes.

Run by `make bench`, or alone: `python -m tests.bench.bench_mood [TEXTS]`. One thread, through the
real process and its pipes, words included.
"""

import asyncio
import random
import sys
import time
from dataclasses import dataclass, field

import psutil
import pytest

from console.mood.scorer import Scorer

_TEXT = """the order came late courier rude app crashes again thanks great service не пришёл
заказ спасибо всё отлично ужас التطبيق لا يفتح شكرا جزيلا سفارش نرسیده عالی بود ممنون 👍 😡"""
_WORDS = _TEXT.split()


@dataclass(frozen=True)
class Usual:
    """The defaults of `[mood]`."""

    model: str = "shipped"
    labels: dict[str, str] = field(default_factory=dict)
    batch: int = 64
    threads: int = 1
    uncertain_below: float = 0.0


def texts(count: int, seed: int = 1) -> list[str]:
    """Reviews of 4 to 40 words."""
    chance = random.Random(seed)
    return [" ".join(chance.choices(_WORDS, k=chance.randint(4, 40))) for _ in range(count)]


def memory_mb() -> float:
    """Resident memory of the process that reads, MB; most of it is shared with the one that loaded."""
    own = psutil.Process().children(recursive=True)
    return max(float(one.memory_info().rss) / 1e6 for one in own)


async def measure(count: int) -> None:
    """Prints the figures."""
    begin = time.monotonic()
    async with Scorer(Usual()) as scorer:
        await scorer.ready()
        print(f"mood: ready after {time.monotonic() - begin:.1f} s, {memory_mb():.0f} MB")
        await scorer.score(texts(2000, seed=2))
        first = memory_mb()
        begin = time.monotonic()
        for start in range(0, count, 2000):
            await scorer.score(texts(min(2000, count - start), seed=start))
        spent = time.monotonic() - begin
        print(f"mood: {count / spent:.0f} texts/s in batches of {Usual.batch}")
        print(f"mood: {memory_mb():.0f} MB after {count} texts, {memory_mb() - first:+.1f} MB")
        waits = []
        for text in texts(200, seed=3):
            begin = time.monotonic()
            await scorer.score([text], urgent=True)
            waits.append(time.monotonic() - begin)
        print(f"mood: one draft {1000 * sorted(waits)[100]:.1f} ms (median of 200)")


@pytest.mark.bench
async def test_speed_and_memory() -> None:
    """20,000 texts, then drafts, through the process and its pipes."""
    pytest.importorskip("flair")
    await measure(20_000)


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
