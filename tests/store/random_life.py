"""A seeded life of a desk: everything that can be done, in any order, to a few conversations."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

from console.core.model import Draft, Mood, QueueRow
from console.core.outbox import NEXT
from console.core.views import parse
from console.errors import NotFound, Stale, Unanswerable
from console.store import Store
from sources.base import Batch, Cursor, Post
from tests.store.conftest import at

EVERYTHING = parse("is:open,waiting,solved,closed")
SAID = ("hello", "thanks", "ok", "why?", "We are sorry and look into it.", "")
STATUSES = ("new", "open", "waiting", "on_hold", "solved", "closed")
OUTCOMES = sorted({outcome for state, outcome in NEXT if state == "sending"})
VERDICTS = ("was_sent", "send_again", "give_up", "return")


class Life:
    """Does one thing after the other; what the store says no to is part of life."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        self.now = at("9:00")
        self._rng = random.Random(seed)
        self._replies = 0
        self._doings: tuple[Callable[[int, str], Awaitable[object]], ...] = (
            *[self._poll] * 5,
            *[self._send] * 3,
            *[self._deliver] * 4,
            *[self._status] * 2,
            *[self._undo] * 2,
            self._own,
            self._snooze,
            self._thanks,
            self._mark,
            self._answer_elsewhere,
            self._draft,
            self._decide,
            self._score,
        )

    async def rows(self) -> list[QueueRow]:
        """Every conversation there is, in the default order."""
        window = await self.store.window(EVERYTHING, me="ana", now=self.now, count=1000)
        return list(window.rows)

    async def go_on(self, steps: int) -> None:
        """Some time passes, and something happens; again and again."""
        for _step in range(steps):
            self.now += timedelta(seconds=self._rng.choice([1, 30, 60, 600, 7200, 40_000]))
            rows = await self.rows()
            conversation = self._rng.choice(rows).id if rows else 1
            person = self._rng.choice(["ana", "bo"])
            try:
                await self._rng.choice(self._doings)(conversation, person)
            except (NotFound, Stale, Unanswerable):
                continue
            if self._rng.random() < 0.3:
                await self.store.tick(self.now)
        await self.store.tick(self.now)

    async def _poll(self, _conversation: int, _person: str) -> None:
        posts = [self._post() for _post in range(self._rng.randint(1, 3))]
        source = self._rng.choice(["play", "mast", "once"])
        cursor = Cursor(last_success_at=self.now)
        await self.store.take_in(
            source,
            Batch(posts, cursor),
            self.now,
            every=timedelta(minutes=5),
            backfill=self._rng.random() < 0.05,
        )

    def _post(self) -> Post:
        rng = self._rng
        thread = str(rng.randrange(8))
        ago = timedelta(minutes=rng.randint(-5, 5000))
        return Post(
            f"{thread}-{rng.randrange(6)}",
            rng.choice(SAID),
            kind=rng.choice(["review", "mention", "alert"]),
            thread=rng.choice([thread, thread, ""]),
            author=f"Writer {thread}",
            author_id=f"writer{thread}",
            occurred_at=rng.choice([None, self.now - ago]),
            edited_at=rng.choice([None, self.now]),
            rating=rng.choice([None, 1.0, 5.0]),
            own=rng.random() < 0.25,
            automatic=rng.random() < 0.1,
            deleted=rng.random() < 0.05,
        )

    async def _send(self, conversation: int, person: str) -> None:
        self._replies += 1
        await self.store.queue_reply(
            conversation,
            text=self._rng.choice(["We are sorry and look into it.", "x"]),
            key=f"key {self._replies}",
            by=person,
            now=self.now,
            opened_on=0,
            version=0,
            undo_window=timedelta(seconds=self._rng.choice([0, 10, 600])),
            anyway=True,
            approval=self._rng.random() < 0.1,
            then=self._rng.choice(STATUSES[1:5]),  # type: ignore[arg-type]
            promise_at=self._rng.choice([None, self.now + timedelta(days=1)]),
        )

    async def _deliver(self, _conversation: int, _person: str) -> None:
        for delivery in await self.store.due_replies(self.now):
            if not await self.store.start_sending(delivery.reply.id, self.now):
                continue
            self.now += timedelta(seconds=self._rng.choice([0, 2000]))
            if self._rng.random() < 0.9:
                await self.store.settle_reply(
                    delivery.reply.id,
                    self._rng.choice(OUTCOMES),
                    self.now,
                    external_id=self._rng.choice(["", f"e{self._rng.randrange(5)}"]),
                    retry_at=self.now + timedelta(minutes=1),
                )

    async def _status(self, conversation: int, person: str) -> None:
        status, reason = self._rng.choice(STATUSES), self._rng.choice(["", "spam"])
        await self.store.set_status(conversation, status, person, self.now, reason=reason)  # type: ignore[arg-type]

    async def _undo(self, _conversation: int, person: str) -> None:
        await self.store.undo(person, self.now)

    async def _own(self, conversation: int, person: str) -> None:
        if self._rng.random() < 0.5:
            await self.store.claim(
                conversation, person, self.now, take_over=self._rng.random() < 0.3
            )
        else:
            to = self._rng.choice(["", "ana", "bo"])
            await self.store.assign(conversation, to, person, self.now)

    async def _snooze(self, conversation: int, person: str) -> None:
        until = self._rng.choice([None, self.now + timedelta(hours=1)])
        until_reply = self._rng.random() < 0.5
        await self.store.snooze(
            conversation, person, self.now, until=until, until_reply=until_reply
        )

    async def _thanks(self, conversation: int, person: str) -> None:
        if self._rng.random() < 0.5:
            await self.store.snooze_again(conversation, person, self.now)
        else:
            thanks = self._rng.random() < 0.5
            await self.store.judge_thanks(conversation, person, self.now, thanks=thanks)

    async def _mark(self, conversation: int, person: str) -> None:
        await self.store.tag(conversation, person, self.now, add=["x"], remove=["y"])
        await self.store.set_priority(conversation, self._rng.randrange(4), person, self.now)
        await self.store.note(conversation, "a note", person, self.now)

    async def _answer_elsewhere(self, conversation: int, person: str) -> None:
        when = self.now - timedelta(minutes=self._rng.randint(0, 100))
        await self.store.answered_elsewhere(conversation, person, self.now, at=when, link="")

    async def _draft(self, conversation: int, person: str) -> None:
        draft = Draft(conversation, person, "Dear", False, self.now, 0, 0, self._rng.randrange(5))
        await self.store.save_draft(draft, self.now)
        await self.store.discard_draft(conversation, person, self.now)

    async def _decide(self, _conversation: int, person: str) -> None:
        reply = self._rng.randint(1, max(self._replies, 1))
        if self._rng.random() < 0.3:
            await self.store.take_back(reply, person, self.now)
        elif self._rng.random() < 0.2:
            window, anyway = timedelta(seconds=10), self._rng.random() < 0.5
            await self.store.approve(reply, person, self.now, undo_window=window, anyway=anyway)
        else:
            await self.store.decide(reply, self._rng.choice(VERDICTS), person, self.now)

    async def _score(self, conversation: int, person: str) -> None:
        unscored = await self.store.unscored("m", 3)
        moods = [Mood(label, 0.8, model="m") for label in ("negative", "positive")]  # type: ignore[arg-type]
        await self.store.set_moods(
            [(one.turn, self._rng.choice([None, *moods]), False) for one in unscored], self.now
        )
        if self._rng.random() < 0.3:
            await self.store.correct_mood(conversation, "neutral", person, self.now)
