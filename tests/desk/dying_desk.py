"""A desk that kills itself at a named point, and a site that outlives it.

Both run faster than life by `HASTE`, so that five seconds of settling take twenty milliseconds.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from console.core.model import Person
from console.desk import connection
from console.desk.collector import Collector, Polled
from console.desk.delivery import Courier
from console.desk.desk import Desk
from console.desk.server import Server
from console.desk.who import Settings
from console.store.sqlite import SqliteStore, open_store
from sources.base import Batch, Channel, Cursor, Doubt, Outgoing, Post, Receipt, SourceError

HASTE = 240.0
SITE = "site"

STORE_STEPS = (
    "take_in",
    "save_draft",
    "queue_reply",
    "due_replies",
    "next_reply_at",
    "start_sending",
    "settle_reply",
    "interrupted_replies",
    "cursors",
)
POINTS = (
    *(f"{when} {step}" for step in STORE_STEPS for when in ("before", "after")),
    "before poll",
    "after poll",
    "before answer",
    "after answer",
    *(f"{when} send" for when in ("before", "arriving", "arrived", "after")),
    *(f"{when} send again" for when in ("before", "arriving", "arrived", "after")),
    *(f"{when} find" for when in ("before", "after")),
    *(f"{when} find again" for when in ("before", "after")),
    *(f"{when} settle_reply again" for when in ("before", "after")),
)


@dataclass(frozen=True)
class Plan:
    """One life of a desk."""

    root: Path
    kind: str
    """keyed, readable or plain."""
    die_at: str
    """One of `POINTS`, or empty to live on."""
    seed: int
    posts: int
    """Posts 1..n are there to be taken in."""
    epoch: float
    """The machine's time at which the hasty clock began."""

    def now(self) -> datetime:
        start = datetime(2027, 5, 3, 9, tzinfo=UTC)
        return start + timedelta(seconds=(time.time() - self.epoch) * HASTE)


async def hasty_sleep(seconds: float) -> None:
    await asyncio.sleep(seconds / HASTE)


class Death:
    """Counts the points passed, and strikes at the one that was named."""

    def __init__(self, at: str) -> None:
        self._at = at
        self._passed: Counter[str] = Counter()

    def __call__(self, point: str) -> None:
        self._passed[point] += 1
        name = point if self._passed[point] == 1 else f"{point} again"
        if name == self._at:
            os.kill(os.getpid(), signal.SIGKILL)


class Site:
    """A platform in a file: what arrived stands there, whoever dies. Faults are drawn by seed."""

    def __init__(self, plan: Plan, death: Death) -> None:
        self.name = SITE
        self.channel: Channel | None = Channel(
            idempotent=plan.kind == "keyed", readable=plan.kind == "readable"
        )
        self._plan = plan
        self._death = death
        self._fate = random.Random(plan.seed)
        self._file = plan.root / "site.jsonl"

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        self._death("before poll")
        seen = int(cursor.position or 0)
        posts = [
            Post(id=f"p{n}", text=f"Where is order {n}?", kind="question", occurred_at=now)
            for n in range(seen + 1, self._plan.posts + 1)
        ]
        self._death("after poll")
        return Batch(posts, replace(cursor, position=str(self._plan.posts)))

    async def send(self, reply: Outgoing) -> Receipt:
        self._death("before send")
        fate = self._fate.random()
        if fate < 0.15:
            raise SourceError("the site is away")
        self._death("arriving send")
        if fate < 0.3:
            raise Doubt("the request was lost, or was it?")
        slow_s = 4.0 if fate < 0.45 else 0.0
        self._arrive(reply, slow_s)
        self._death("arrived send")
        if fate < 0.6:
            raise Doubt("the answer was lost")
        self._death("after send")
        return Receipt(id=reply.key)

    def _arrive(self, reply: Outgoing, slow_s: float) -> None:
        """It stands from now on, or shows only after a while, as on a platform with caches."""
        if self._plan.kind == "keyed" and any(one["key"] == reply.key for one in self.stands()):
            return
        shown_at = (self._plan.now() + timedelta(seconds=slow_s)).isoformat()
        with self._file.open("a") as file:
            file.write(json.dumps({"key": reply.key, "shown_at": shown_at}) + "\n")

    async def find(self, reply: Outgoing) -> Receipt | None:
        self._death("before find")
        if self._fate.random() < 0.2:
            raise SourceError("cannot be read now")
        now = self._plan.now().isoformat()
        there = any(one["key"] == reply.key and one["shown_at"] <= now for one in self.stands())
        self._death("after find")
        return Receipt(id=reply.key) if there else None

    def stands(self) -> list[dict[str, str]]:
        if not self._file.exists():
            return []
        return [json.loads(line) for line in self._file.read_text().splitlines()]


def _deadly(step: Callable[..., Any], name: str, death: Death) -> Callable[..., Any]:
    async def passed(*about: Any, **facts: Any) -> Any:
        death(f"before {name}")
        answer = await step(*about, **facts)
        death(f"after {name}")
        return answer

    return passed


def live(plan: Plan) -> None:
    """A desk in this process, until it dies or is ended."""
    asyncio.run(_live(plan))


async def _live(plan: Plan) -> None:
    death = Death(plan.die_at)
    async with open_store(plan.root / "desk.db", now=plan.now(), check=False) as store:
        for step in STORE_STEPS:
            setattr(store, step, _deadly(getattr(store, step), step, death))
        await _wired(plan, store, death)


async def _wired(plan: Plan, store: SqliteStore, death: Death) -> None:
    site = Site(plan, death)
    await store.name_sources({SITE: ("site", site.channel)})
    team = {"root": Person(name="root"), "ana": Person(name="ana")}
    settings = Settings(team=team, undo_window=timedelta(seconds=2))
    desk = Desk(store, plan.now, settings, {SITE: site.channel})
    original = connection.Connection._answer

    async def answer(self: Any, to: int, said: Any) -> None:
        death("before answer")
        await original(self, to, said)
        death("after answer")

    connection.Connection._answer = answer  # type: ignore[method-assign]
    chance = random.Random(plan.seed).random
    courier = Courier(
        store, plan.now, desk.trouble, sleep=hasty_sleep, chance=chance, changed=desk.spread
    )
    courier.adopt({SITE: site})
    desk.workers.deliver = courier.ring
    collector = Collector(
        store, plan.now, desk.trouble, sleep=hasty_sleep, chance=chance, changed=desk.spread
    )
    collector.adopt({SITE: Polled(site, timedelta(seconds=5))})
    async with asyncio.TaskGroup() as group:
        group.create_task(courier.run())
        group.create_task(collector.run())
        group.create_task(Server(desk, plan.root / "desk.sock").run())
