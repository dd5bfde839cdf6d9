"""kill -9 of the desk at every named point of a reply's life: none lost, none posted twice."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from console.client import Client, connect, or_raise
from console.core.asks import (
    ConversationPage,
    Queue,
    Queued,
    QueuePage,
    SaveDraft,
    SendReply,
    Show,
)
from console.core.model import Reply
from console.errors import DeskUnreachable
from tests.desk.dying_desk import POINTS, Plan, live

WITHIN_S = 30.0
"""Real seconds after which a round has failed; a round takes one."""


class Rounds:
    """One database and one site for many rounds; each sends one reply while a desk dies."""

    def __init__(self, root: Path, kind: str) -> None:
        self.root = root
        self.kind = kind
        self.epoch = time.time()
        self.posts = 0
        self.settled: Counter[str] = Counter()
        self.deaths = 0
        self._processes = multiprocessing.get_context("forkserver")
        self._processes.set_forkserver_preload(["tests.desk.dying_desk"])

    async def round(self, die_at: str, seed: int) -> None:
        """A new post, a reply to it, a death, another desk; then the reply's end is counted."""
        self.posts += 1
        key = f"{self.kind}-{self.posts}"
        desk = self._start(die_at, seed)
        replied = asyncio.ensure_future(self._reply(key))
        try:
            async with asyncio.timeout(WITHIN_S):
                while not replied.done() or not await self._over(replied.result()):
                    if not desk.is_alive():
                        self.deaths += 1
                        desk.join()
                        desk = self._start("", seed + 1)
                    await asyncio.sleep(0.01)
                reply = await self._state(replied.result())
        finally:
            replied.cancel()
            desk.kill()
            desk.join()
        self.settled[reply.state] += 1
        stands = self._stands(key)
        expected = {"sent": {1}, "refused": {0}, "unsure": {0, 1}}[reply.state]
        assert stands in expected, f"{die_at!r}: {reply.state}, {stands} times on the site"

    def _start(self, die_at: str, seed: int) -> Any:
        plan = Plan(self.root, self.kind, die_at, seed, self.posts, self.epoch)
        process = self._processes.Process(target=live, args=(plan,), daemon=True)
        process.start()
        return process

    def _stands(self, key: str) -> int:
        file = self.root / "site.jsonl"
        lines = file.read_text().splitlines() if file.exists() else []
        return sum(json.loads(line)["key"] == key for line in lines)

    async def _reply(self, key: str) -> int:
        """Asks again and again with the same key, as a console does when its desk dies."""
        number = 0
        while True:
            try:
                async with connect(self.root / "desk.sock") as client:
                    # Once found it stays on the screen, whatever view it moved to meanwhile.
                    number = number or await self._found(client)
                    if not number:
                        await asyncio.sleep(0.02)
                        continue
                    shown = await client.ask(Show(conversation=number))
                    assert isinstance(shown, ConversationPage)
                    or_raise(await client.ask(SaveDraft(conversation=number, text="Soon")))
                    queued = or_raise(
                        await client.ask(
                            SendReply(
                                conversation=number,
                                text="It comes tomorrow",
                                key=key,
                                opened_on=shown.conversation.turns[-1].id,
                                version=shown.conversation.row.version,
                            )
                        )
                    )
                    assert isinstance(queued, Queued)
                    return number
            except DeskUnreachable:
                await asyncio.sleep(0.02)

    async def _found(self, client: Client) -> int:
        page = await client.ask(Queue(view="", filter=f'"order {self.posts}?"'))
        assert isinstance(page, QueuePage)
        return page.rows[0].id if page.rows else 0

    async def _state(self, conversation: int) -> Reply:
        async with connect(self.root / "desk.sock") as client:
            shown = await client.ask(Show(conversation=conversation))
        assert isinstance(shown, ConversationPage)
        (reply,) = shown.conversation.replies
        return reply

    async def _over(self, conversation: int) -> bool:
        try:
            reply = await self._state(conversation)
        except DeskUnreachable:
            return False
        return reply.state in ("sent", "refused", "unsure")


async def kill(root: Path, kind: str, points: list[str]) -> Rounds:
    rounds = Rounds(root, kind)
    for number, point in enumerate(points):
        await rounds.round(point, seed=1000 + 7 * number)
    return rounds


@pytest.mark.parametrize("kind", ["keyed", "readable"])
async def test_kill_at_a_sample_of_points(tmp_path: Path, kind: str) -> None:
    """Ten seeded points each: every reply stands exactly once, and none is unsure."""
    points = random.Random(f"sample {kind}").sample(POINTS, 10)
    rounds = await kill(tmp_path, kind, points)

    assert {"sent": 10} == dict(rounds.settled)
    assert rounds.deaths >= 4


async def test_kill_on_a_site_without_any_means(tmp_path: Path) -> None:
    """No key and no reading back: perhaps unsure, never twice."""
    points = ["before start_sending", "after start_sending", "arrived send", "after send"]
    rounds = await kill(tmp_path, "plain", points)

    assert 4 == sum(rounds.settled.values())
    assert rounds.settled["unsure"] >= 1


@pytest.mark.heavy
@pytest.mark.parametrize("kind", ["keyed", "readable"])
async def test_kill_at_every_point(tmp_path: Path, kind: str) -> None:
    """Each named point three times for each site, more than 200 rounds in all."""
    points = list(POINTS) * 3
    random.Random(kind).shuffle(points)
    rounds = await kill(tmp_path, kind, points)

    assert rounds.settled["unsure"] <= len(points) // 100
    assert len(points) == sum(rounds.settled.values())
