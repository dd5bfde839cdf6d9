"""The automatic agent of the headless demo: it looks at the queue, claims, answers, and measures."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from console.core import asks
from console.core.asks import Answer, Ask, ConversationPage, Failed, OverviewPage, Queued, QueuePage
from console.core.model import QueueRow
from console.demo.stories import ANSWERS

PATIENCE_S = 0.7
"""Between two answers, as somebody quick would need."""


class Line(Protocol):
    """The agent's line to the desk."""

    async def ask(self, request: Ask) -> Answer: ...

    async def next_change(self) -> None: ...


class Agent:
    """Answers reviews and mentions in the customer's language, one after the other."""

    def __init__(self, line: Line, clock: Callable[[], datetime]) -> None:
        self._line = line
        self._clock = clock
        self.first_seen: dict[int, datetime] = {}
        """When a conversation's row first stood in this console's queue."""
        self.queued: set[int] = set()
        self.errors: list[str] = []

    async def ask(self, request: Ask) -> Answer:
        """Ask the desk; a refusal is noted as an error."""
        answer = await self._line.ask(request)
        if isinstance(answer, Failed) and answer.kind not in ("stale", "not_found"):
            self.errors.append(f"{type(request).__name__}: {answer.message}")
        return answer

    async def watch(self) -> None:
        """Redraw the queue at each change, as a console does, and note what is new on it."""
        while True:
            page = await self.ask(asks.Queue(view="open", order="newest", count=60))
            if isinstance(page, QueuePage):
                at = self._clock()
                for row in page.rows:
                    self.first_seen.setdefault(row.id, at)
            await self._line.next_change()

    async def answer_some(self) -> None:
        """Take the most urgent row that can be answered, answer it, and go on."""
        while True:
            await asyncio.sleep(PATIENCE_S)
            page = await self.ask(asks.Queue(view="open", count=40))
            if isinstance(page, QueuePage):
                row = next((one for one in page.rows if self._wants(one)), None)
                if row is not None:
                    await self._answer(row)

    def _wants(self, row: QueueRow) -> bool:
        return row.kind in ("review", "mention") and not row.owner and row.id not in self.queued

    async def _answer(self, row: QueueRow) -> None:
        claimed = await self._line.ask(asks.Claim(row.id, version=row.version))
        if isinstance(claimed, Failed):
            # a new turn or a colleague was faster: the next look at the queue shows it
            return
        shown = await self.ask(asks.Show(row.id))
        if not isinstance(shown, ConversationPage):
            return
        conversation = shown.conversation
        mood = "negative" if conversation.row.mood == "negative" else "other"
        language = conversation.row.language if conversation.row.language in ANSWERS else "en"
        answer = await self.ask(
            asks.SendReply(
                row.id,
                ANSWERS[language][mood].format(name=row.who),
                key=uuid.uuid4().hex,
                opened_on=max(turn.id for turn in conversation.turns),
                version=conversation.row.version,
                anyway=True,
            )
        )
        if isinstance(answer, Queued):
            self.queued.add(row.id)

    async def overview(self) -> OverviewPage:
        """The desk's own count of things."""
        answer = await self._line.ask(asks.Overview())
        if not isinstance(answer, OverviewPage):
            raise RuntimeError(f"the desk gave no overview: {answer}")
        return answer
