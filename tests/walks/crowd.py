"""A team at work: many consoles on one desk, each a person with a will of their own.

Headless ones speak the wire over the real socket as a screen does: they ask again for the queue
whenever the desk has news. What each was told to have done is kept, and compared with the desk.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from console.core import asks
from console.core.asks import (
    MAX_LINE_BYTES,
    Answer,
    Ask,
    ConversationPage,
    Done,
    Failed,
    HistoryPage,
    Queued,
    QueuePage,
    Up,
    Welcome,
    down_decoder,
    encoder,
)
from console.core.model import QueueRow

ROWS = 60
"""A window of the queue as a console asks for it."""
COUNT_EVERY_S = 0.5
"""A console counts at most so often."""
CONTESTED = 8
"""Everybody reaches for the first rows."""


@dataclass
class Kept:
    """What the desk said yes to, by whom; it has to be there at the end."""

    notes: dict[str, int] = field(default_factory=dict)
    drafts: dict[tuple[int, str], str] = field(default_factory=dict)
    replies: dict[str, int] = field(default_factory=dict)
    tags: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    claims_s: list[float] = field(default_factory=list)
    asks_s: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)


class Headless:
    """One console without a screen."""

    def __init__(self, name: str, socket: Path, kept: Kept, seed: int, pace_s: float) -> None:
        self.name = name
        self._socket = socket
        self._kept = kept
        self._chance = random.Random(seed)
        self._pace_s = pace_s
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._stale = asyncio.Event()
        self._rows: tuple[QueueRow, ...] = ()
        self._mine: set[int] = set()
        self._revision = 0
        self.told: list[str] = []

    async def work(self, until: float, begin: asyncio.Barrier) -> None:
        """Meet, then look and act until this instant of the loop's clock."""
        reader, self._writer = await asyncio.open_unix_connection(
            str(self._socket), limit=MAX_LINE_BYTES
        )
        self._write(0, asks.SpeakFor(self.name))
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(self._listen(reader))
            try:
                assert isinstance(await self.ask(asks.Hello(zone="UTC")), Welcome)
                await begin.wait()
                looking = group.create_task(self._look())
                await self._act(until)
                looking.cancel()
            finally:
                listening.cancel()
                self._writer.close()

    def _write(self, id: int, ask: Any) -> None:
        self._writer.write(encoder.encode(Up(id=id, ask=ask)) + b"\n")

    async def ask(self, request: Ask) -> Answer:
        id = next(self._ids)
        self._waiting[id] = asyncio.get_running_loop().create_future()
        started = time.perf_counter()
        self._write(id, request)
        answer = await self._waiting[id]
        took = time.perf_counter() - started
        kind = self._kept.claims_s if isinstance(request, asks.Claim) else self._kept.asks_s
        kind.append(took)
        return answer

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            down = down_decoder.decode(line)
            if down.ping:
                self._write(0, asks.Ping())
            if down.changed is not None:
                self._stale.set()
            if down.tell:
                self.told.append(down.tell)
            waiting = self._waiting.pop(down.id, None)
            if waiting is not None and down.answer is not None and not waiting.done():
                waiting.set_result(down.answer)

    async def _look(self) -> None:
        """As a screen does: the queue after each piece of news, the counts twice a second."""
        counted = 0.0
        self._stale.set()
        while True:
            await self._stale.wait()
            self._stale.clear()
            page = await self.ask(asks.Queue("open", count=ROWS))
            assert isinstance(page, QueuePage), page
            self._rows = page.rows
            if time.monotonic() - counted > COUNT_EVERY_S:
                counted = time.monotonic()
                await self.ask(asks.Overview())

    async def _act(self, until: float) -> None:
        loop = asyncio.get_running_loop()
        deeds = (self._claim, self._next, self._note, self._draft, self._send, self._tag)
        weights = (35, 8, 17, 20, 12, 8)
        while (left := until - loop.time()) > 0:
            pause = min(self._chance.expovariate(1 / self._pace_s), left)
            await asyncio.sleep(pause)
            if self._rows and loop.time() < until:
                (deed,) = self._chance.choices(deeds, weights)
                await deed()

    # --- deeds -----------------------------------------------------------------------------

    def _say(self, answer: Answer, deed: str) -> bool:
        if isinstance(answer, Failed):
            self._kept.refused[f"{deed}: {answer.kind}"] += 1
            return False
        self._kept.done[deed] += 1
        return True

    def _any(self) -> QueueRow:
        return self._chance.choice(self._rows)

    def _own(self) -> int | None:
        return self._chance.choice(sorted(self._mine)) if self._mine else None

    async def _claim(self) -> None:
        free = [row for row in self._rows if not row.owner][:CONTESTED]
        if free:
            row = self._chance.choice(free)
            if self._say(await self.ask(asks.Claim(row.id, row.version)), "claim"):
                self._mine.add(row.id)

    async def _next(self) -> None:
        answer = await self.ask(asks.Next())
        if self._say(answer, "next") and isinstance(answer, Done) and answer.conversation:
            self._mine.add(answer.conversation)

    async def _note(self) -> None:
        text = f"note {uuid.UUID(int=self._chance.getrandbits(128))}"
        row = self._any()
        if self._say(await self.ask(asks.Note(row.id, text)), "note"):
            self._kept.notes[text] = row.id

    async def _draft(self) -> None:
        row = self._own() or self._any().id
        await self.ask(asks.Look(row, "writing"))
        for _key in range(3):
            self._revision += 1
            text = f"draft {self.name} {self._revision}"
            draft = asks.SaveDraft(row, text, revision=self._revision, version=1)
            if self._say(await self.ask(draft), "draft"):
                self._kept.drafts[row, self.name] = text
        await self.ask(asks.Look(row, "viewing"))

    async def _tag(self) -> None:
        row, tag = self._any().id, f"{self.name}-{self._chance.randrange(10**9)}"
        if self._say(await self.ask(asks.Tag(row, add=(tag,))), "tag"):
            self._kept.tags[row].add(tag)

    async def _send(self) -> None:
        row = self._own()
        if row is None:
            return
        page = await self.ask(asks.Show(row))
        if not isinstance(page, ConversationPage) or not page.conversation.answerable:
            return
        text = f"Hello, this is {self.name}: {self._chance.getrandbits(64)}"
        turns = page.conversation.turns
        answer = await self.ask(
            asks.SendReply(
                row, text, uuid.UUID(int=self._chance.getrandbits(128)).hex,
                opened_on=turns[-1].id if turns else 0, version=page.conversation.row.version,
            )
        )  # fmt: skip
        if isinstance(answer, Queued):
            self._kept.done["send"] += 1
            self._kept.replies[text] = row
            # the draft went with it
            self._kept.drafts.pop((row, self.name), None)
            self._mine.discard(row)
        elif self._say(answer, "send guarded"):
            pass


@dataclass(frozen=True)
class Found:
    """What the desk holds of what it said yes to."""

    double_claims: tuple[str, ...]
    lost: tuple[str, ...]


async def audit(socket: Path, kept: Kept) -> Found:
    """Look at every conversation, as the lead: was one claimed twice, is anything lost?"""
    reader = Headless("", socket, Kept(), 0, 1)
    lost: list[str] = []
    double: list[str] = []
    stream, reader._writer = await asyncio.open_unix_connection(str(socket), limit=MAX_LINE_BYTES)
    listening = asyncio.ensure_future(reader._listen(stream))
    try:
        await reader.ask(asks.Hello(zone="UTC"))
        touched = {*kept.notes.values(), *kept.replies.values(), *kept.tags}
        touched |= {conversation for conversation, _person in kept.drafts}
        for conversation in sorted(touched):
            page = await reader.ask(asks.Show(conversation))
            history = await reader.ask(asks.History(conversation))
            assert isinstance(page, ConversationPage) and isinstance(history, HistoryPage)
            double += _twice(conversation, history)
            lost += _lost(conversation, page, kept)
    finally:
        listening.cancel()
        reader._writer.close()
        await asyncio.gather(listening, return_exceptions=True)
    return Found(tuple(double), tuple(lost))


def _twice(conversation: int, history: HistoryPage) -> list[str]:
    """Claims of what somebody else had, without a take-over being written."""
    owner, wrong = "", []
    for event in history.events:
        if event.verb == "claimed":
            if owner not in ("", event.actor) and event.detail != f"from {owner}":
                wrong.append(f"{conversation}: {event.actor} claimed what {owner} had")
            owner = event.actor
        elif event.verb in ("assigned", "handed_back"):
            owner = event.detail
    return wrong


def _lost(conversation: int, page: ConversationPage, kept: Kept) -> list[str]:
    found = page.conversation
    said = Counter(turn.text for turn in found.turns)
    sent = {reply.text for reply in found.replies} | set(said)
    drafts = {draft.person: draft.text for draft in found.drafts}
    lost = [
        f"note {text}" for text, c in kept.notes.items() if c == conversation and said[text] != 1
    ]
    lost += [
        f"reply {text}"
        for text, c in kept.replies.items()
        if c == conversation and text not in sent
    ]
    lost += [
        f"draft {person}: {drafts.get(person)} instead of {text}"
        for (c, person), text in kept.drafts.items()
        if c == conversation and drafts.get(person) != text
    ]
    lost += [f"tag {tag}" for tag in kept.tags.get(conversation, set()) - set(found.row.tags)]
    return lost


def percentile(values: list[float], share: float) -> float:
    """Nearest rank; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
