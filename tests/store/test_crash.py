"""kill -9 at any instant: what was said to be committed is there, whole, once."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from console.store.sqlite import open_store
from tests.store.busy_desk import POSTS
from tests.store.conftest import at


def killed(path: Path, lines: int, delay: float) -> dict[str, int]:
    """Run a busy desk, kill it `delay` seconds after its line `lines`; the last numbers it said."""
    said = {"batch": 0, "reply": 0}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.store.busy_desk", str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as desk:
        assert desk.stdout is not None
        for count, line in enumerate(desk.stdout, start=1):
            if not line.endswith("\n"):
                break  # it died while it was speaking
            what, number = line.split()
            said[what] = int(number)
            if count == lines:
                threading.Thread(target=kill_after, args=(desk, delay)).start()
    return said


def kill_after(desk: subprocess.Popen[str], delay: float) -> None:
    # busy waiting: a sleep would always end between the same two steps.
    end = time.perf_counter() + delay
    while time.perf_counter() < end:
        pass
    desk.kill()


async def check(path: Path, said: dict[str, int]) -> None:
    """Everything said is there; what is there is whole."""
    db = sqlite3.connect(path)
    integrity = db.execute("pragma integrity_check").fetchone()[0]
    batches = int(db.execute("select position from sources where name = 'mast'").fetchone()[0] or 0)
    posts, turns, conversations = (
        db.execute(f"select count(*) from {table}").fetchone()[0]
        for table in ("posts", "turns", "conversations")
    )
    sent, responses = db.execute(
        "select count(*), count(turn) from outbox where state = 'sent'"
    ).fetchone()
    acknowledged = db.execute(
        "select count(*) from outbox where key = ? and state = 'sent'", (f"key {said['reply']}",)
    ).fetchone()[0]
    words = db.execute("select count(*) from words where words match '\"post\"'").fetchone()[0]
    db.close()
    assert ("ok", batches * POSTS, batches * POSTS) == (integrity, posts, conversations)
    assert (turns, words, sent) == (posts + responses, posts, responses)
    assert batches >= said["batch"]
    assert acknowledged == (said["reply"] > 0)
    async with open_store(path, now=at("9:00")) as store:
        assert 0 == await store.rebuild()
        doubtful = await store.interrupted_replies()
        assert batches >= sent + len(doubtful)


async def rounds(path: Path, count: int, seed: int) -> None:
    rng = random.Random(seed)
    for _round in range(count):
        said = killed(path, rng.randint(1, 12), rng.random() * 0.03)
        await check(path, said)


async def test_a_killed_desk_loses_nothing(tmp_path: Path) -> None:
    """Three kills of one database, each after something was committed."""
    await rounds(tmp_path / "desk.db", 3, seed=1)


@pytest.mark.heavy
async def test_a_hundred_killed_desks_lose_nothing(tmp_path: Path) -> None:
    """The whole size."""
    await rounds(tmp_path / "desk.db", 100, seed=2)
