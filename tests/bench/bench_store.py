"""The store at a million conversations: how long a screen waits for it.

    python -m tests.bench.bench_store [CONVERSATIONS] [OPEN]

Prints the median and the worst of each question, in milliseconds, on a generated database.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.core.views import SHIPPED, parse
from console.store.sqlite import SqliteStore, open_store
from sources.base import Batch, Channel, Cursor, Post

NOW = datetime(2027, 5, 5, 12, 0, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
HOUR = 3_600_000
NEVER = 1 << 62
REPEATS = 15

OTHERS = (
    "tag:refund",
    "refund",
    "stars:<=2 -lang:en",
    "source:play kind:review",
    "age:>2h",
    "слово",
)
"""Filters without an index of their own: they scan open rows."""


def conversations(count: int, open_count: int) -> Iterator[tuple[Any, ...]]:
    """Rows of the table, the first `open_count` of them open: a tenth late, a quarter soon."""
    rng = random.Random(1)
    for number in range(1, count + 1):
        is_open = number <= open_count
        due = NOW_MS + rng.randint(-4 * HOUR, 36 * HOUR) if is_open else None
        soon = due - 6 * HOUR if due else None
        stage = 0 if due is None or soon is None else 2 if due < NOW_MS else int(soon <= NOW_MS)
        active = NOW_MS - rng.randint(0, 48 * HOUR if is_open else 9000 * HOUR)
        mood = rng.choice(["negative", "neutral", "positive", None])
        stars = rng.choice([None, 1.0, 2.0, 3.0, 4.0, 5.0])
        yield (
            number,
            rng.choice(["play", "mast"]),
            rng.choice(["review", "mention", "question"]),
            rng.choice(["new", "open", "on_hold"])
            if is_open
            else rng.choice(["solved", "waiting"]),
            rng.choice(["", "", "ana", "bo", "cy"]),
            active,
            f"Writer {number % 5000}",
            f"the words of number {number} about a refund"
            if number % 50 == 0
            else f"words {number}",
            f"writer {number % 5000} words {number}" + (" refund" if number % 50 == 0 else ""),
            rng.choice(["en", "ru", "ar", "fa"]),
            stars,
            mood,
            0.8,
            '["refund"]' if number % 40 == 0 else "[]",
            "frt" if is_open else None,
            "running" if is_open else "none",
            due,
            soon,
            due - 2 * HOUR if due else None,
            active if is_open else None,
            active,
            int(is_open),
            int(is_open),
            stage,
            0 if is_open else 3,
            due if due else -active,
            -rng.choice([1, 1, 1, 2, 3]),
            {"negative": 0, "positive": 2}.get(mood or "", 1),
            stars if stars is not None else 1e9,
            active if is_open else NEVER,
        )


def generate(path: Path, count: int, open_count: int) -> None:
    """Fill an empty store; indexes grow with it, as they do in life."""
    db = sqlite3.connect(path)
    with db:
        db.executemany(
            """
            insert into conversations (id, source, kind, status, owner, created_at, who, what,
                folded, language, rating, mood, mood_score, tags, clock, clock_state, due_at, soon_at,
                critical_at, waiting_since, last_activity_at, is_open,
                queued, stage, order_bucket, order_at,
                order_urgency, order_gloom, order_stars, order_waiting)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            conversations(count, open_count),
        )
        db.execute(
            """
            insert into turns (conversation, kind, author, text, at, seen_at, scored_by, native_id)
            select id, 'inbound', who, what, last_activity_at, last_activity_at, 'm', 'n' || id
            from conversations order by id desc
            """
        )
        db.execute("update conversations set newest_turn = (select max(id) from turns) + 1 - id")
        db.execute(
            """
            insert into posts (source, native_id, turn, digest, seen_at)
            select c.source, t.native_id, t.id, x'00', t.at
            from turns t join conversations c on c.id = t.conversation
            """
        )
        db.execute(
            """
            insert into tags (conversation, tag)
            select id, 'refund' from conversations where tags <> '[]'
            """
        )
    db.close()


async def timed(name: str, ask: Callable[[], Awaitable[object]], repeats: int = REPEATS) -> None:
    """Ask some times and print how long it took."""
    spent = []
    for _repeat in range(repeats):
        begun = time.perf_counter()
        await ask()
        spent.append((time.perf_counter() - begun) * 1000)
    print(f"{name:44} {statistics.median(spent):9.2f} ms {max(spent):9.2f} ms", flush=True)


async def measure(store: SqliteStore) -> None:
    """Every question that a screen waits for."""
    for view in SHIPPED:
        await timed(
            f"view {view.name} ({view.order})",
            lambda view=view: store.window(view.filter, me="ana", now=NOW, order=view.order),
        )
    keep = (await store.window(parse("is:open -is:snoozed"), me="", now=NOW, first=900)).rows[0].id
    await timed(
        "view open, from row 900, keeping one",
        lambda: store.window(SHIPPED[0].filter, me="ana", now=NOW, first=900, keep=keep),
    )
    await timed("counts of all shipped views", lambda: store.counts("ana", NOW))
    for text in OTHERS:
        await timed(
            f"filter {text}", lambda text=text: store.window(parse(text), me="ana", now=NOW)
        )
    for order in ("rescue", "negative-first", "oldest", "newest", "priority"):
        await timed(
            f"all open by {order}",
            lambda order=order: store.window(SHIPPED[0].filter, me="ana", now=NOW, order=order),
        )
    await timed("one conversation", lambda: store.conversation(77, "ana", see_drafts=False))
    await timed("next for me", lambda: store.next_for("ana", NOW, languages=["ru"]))
    await timed("next due", lambda: store.next_due(NOW))
    await timed("search a rare word", lambda: store.search("number 50 refund", 50))
    await timed("search a common word", lambda: store.search("words", 50))
    await timed("search a sign", lambda: store.search("+++", 50))
    await timed("unscored turns", lambda: store.unscored("m", 32))
    await timed("a tick without news", lambda: store.tick(NOW))
    await timed("take in 100 known posts", lambda: take_in(store, range(1, 101)), 5)
    fresh = iter(range(10**9))
    await timed(
        "take in 100 new posts",
        lambda: take_in(store, [10**8 + next(fresh) for _post in range(100)]),
        5,
    )


async def take_in(store: SqliteStore, numbers: Any) -> None:
    posts = [
        Post(f"new{n}", f"a text {n}", author_id=f"a{n}", occurred_at=NOW - timedelta(minutes=1))
        for n in numbers
    ]
    await store.take_in("mast", Batch(posts, Cursor()), NOW, every=timedelta(minutes=5))


async def main(count: int, open_count: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "desk" / "desk.db"
        async with open_store(path, now=NOW) as store:
            await store.name_sources({name: (name, Channel()) for name in ("play", "mast")})
            await take_in(store, [])
        begun = time.perf_counter()
        generate(path, count, open_count)
        size = path.stat().st_size / 1e6
        print(
            f"{count} conversations, {open_count} open: {size:.0f} MB in {time.perf_counter() - begun:.0f} s"
        )
        begun = time.perf_counter()
        async with open_store(path, now=NOW) as store:
            print(f"opened and checked in {time.perf_counter() - begun:.1f} s\n")
            print(f"{'':44} {'median':>12} {'worst':>12}")
            await measure(store)


@pytest.mark.bench
async def test_a_screen_at_a_million_conversations() -> None:
    """Every question that a screen waits for; the figures are printed."""
    await main(1_000_000, 100_000)


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    asyncio.run(main(*(arguments + [1_000_000, 100_000][len(arguments) :])))
