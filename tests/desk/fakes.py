"""Time, a channel and a store that stand still until a test moves them."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from console.core.asks import Conflict
from console.core.model import Conversation, Draft, Person, QueueRow, Reply, SourceHealth
from console.core.outbox import next_state
from console.core.views import SHIPPED
from console.desk.who import Settings
from console.errors import NotFound, Stale, StoreError
from console.store.protocol import Delivery, Queued, TakenIn, Unscored, Window
from sources.base import Batch, Channel, Cursor, Outgoing, Post, Receipt

START = datetime(2027, 5, 3, 9, 0, tzinfo=UTC)
"""A Monday."""


async def breathe(turns: int = 40) -> None:
    """Let every task that can go on do so."""
    for _turn in range(turns):
        await asyncio.sleep(0)


class FakeTime:
    """A clock and a sleep that move only by `advance`."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now
        self._order = itertools.count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def clock(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        at = self.now + timedelta(seconds=seconds)
        heapq.heappush(self._sleepers, (at, next(self._order), waiter))
        await waiter

    async def advance(self, seconds: float) -> None:
        """Move on, waking each sleeper at its own instant."""
        end = self.now + timedelta(seconds=seconds)
        await breathe()
        while self._sleepers and self._sleepers[0][0] <= end:
            at, _order, waiter = heapq.heappop(self._sleepers)
            self.now = max(self.now, at)
            if not waiter.done():
                waiter.set_result(None)
            await breathe()
        self.now = end
        await breathe()


class FakeSource:
    """A source that gives what it was told to, and remembers what was asked of it."""

    def __init__(
        self,
        name: str = "play",
        channel: Channel | None = None,
        *,
        polls: Sequence[Batch | Exception] = (),
        sends: Sequence[Receipt | Exception] = (),
        finds: Sequence[Receipt | Exception | None] = (),
    ) -> None:
        self.name = name
        self.channel = channel
        self.polls: deque[Any] = deque(polls)
        self.sends: deque[Any] = deque(sends)
        self.finds: deque[Any] = deque(finds)
        self.polled: list[Cursor] = []
        self.sent: list[Outgoing] = []
        self.found: list[Outgoing] = []
        self.gate: asyncio.Event | None = None
        """While set and not rung, every request hangs."""

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        self.polled.append(cursor)
        await self._hang()
        return _give(self.polls, Batch(posts=(), cursor=cursor))

    async def send(self, reply: Outgoing) -> Receipt:
        self.sent.append(reply)
        await self._hang()
        return _give(self.sends, Receipt(id=f"r{len(self.sent)}"))

    async def find(self, reply: Outgoing) -> Receipt | None:
        self.found.append(reply)
        await self._hang()
        return _give(self.finds, None)

    async def _hang(self) -> None:
        if self.gate:
            await self.gate.wait()


def _give(told: deque[Any], otherwise: Any) -> Any:
    answer = told.popleft() if told else otherwise
    if isinstance(answer, BaseException):
        raise answer
    return answer


@dataclass
class FakeStore:
    """Enough of a store to see what the desk asks of it, in memory."""

    version: int = 1
    rows: dict[int, QueueRow] = field(default_factory=dict)
    replies: dict[int, Reply] = field(default_factory=dict)
    sources: dict[int, str] = field(default_factory=dict)
    """Reply to source."""
    kept: dict[str, Cursor] = field(default_factory=dict)
    batches: list[tuple[str, Batch]] = field(default_factory=list)
    failures: list[tuple[str, Cursor]] = field(default_factory=list)
    drafts: dict[tuple[int, str], Draft] = field(default_factory=dict)
    shift: set[str] = field(default_factory=set)
    turns_unscored: list[Unscored] = field(default_factory=list)
    moods: list[tuple[int, Any, bool]] = field(default_factory=list)
    ticks: list[datetime] = field(default_factory=list)
    touched: tuple[int, ...] = ()
    dues: tuple[datetime, ...] = ()
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    conflicts: tuple[Conflict, ...] = ()
    broken: StoreError | None = None
    """Raised by every writing method while it is set."""
    rebuilt: int = 3
    moods_lately: dict[tuple[str, str], int] = field(default_factory=dict)
    moods_usually: dict[tuple[str, str], int] = field(default_factory=dict)
    """Turns by source and mood, for whether customers are unhappier than usual."""

    def take_touched(self) -> frozenset[int] | None:
        return None

    def _write(self, *call: Any) -> int:
        if self.broken:
            raise self.broken
        self.calls.append(call)
        self.version += 1
        return self.version

    # --- intake -----------------------------------------------------------------------

    async def cursors(self) -> dict[str, Cursor]:
        return dict(self.kept)

    async def take_in(
        self,
        source: str,
        batch: Batch,
        now: datetime,
        *,
        every: timedelta,
        backfill: bool = False,
        duration_s: float = 0.0,
        status: int | None = None,
        heard: bool = False,
    ) -> TakenIn:
        self._write("take_in", source)
        self.kept[source] = batch.cursor
        self.batches.append((source, batch))
        return TakenIn(new=len(batch.posts))

    async def poll_failed(
        self,
        source: str,
        cursor: Cursor,
        now: datetime,
        *,
        duration_s: float = 0.0,
        status: int | None = None,
    ) -> None:
        self._write("poll_failed", source)
        self.kept[source] = cursor
        self.failures.append((source, cursor))

    async def health(self, now: datetime) -> tuple[SourceHealth, ...]:
        return tuple(
            SourceHealth(name=name, type="fake", error=cursor.error)
            for name, cursor in self.kept.items()
        )

    async def mood_counts(self, period: Any) -> dict[tuple[str, str], int]:
        lately = period.end - period.start < timedelta(days=1)
        return self.moods_lately if lately else self.moods_usually

    # --- looking ----------------------------------------------------------------------

    async def window(self, filter: Any, **wanted: Any) -> Window:
        matching = [
            row for row in self.rows.values() if filter.matches(row, wanted["now"], wanted["me"])
        ]
        first, count = wanted.get("first", 0), wanted.get("count", 100)
        return Window(rows=tuple(matching[first : first + count]), first=first, total=len(matching))

    async def counts(self, me: str, now: datetime) -> tuple[Any, ...]:
        from console.core.asks import ViewCount

        return tuple(
            ViewCount(
                name=view.name,
                title=view.title,
                filter=view.text,
                count=sum(view.filter.matches(row, now, me) for row in self.rows.values()),
            )
            for view in SHIPPED
        )

    async def view(self, name: str) -> tuple[str, str]:
        for view in SHIPPED:
            if view.name == name:
                return view.text, view.order
        raise NotFound(f"There is no view {name}.")

    async def next_due(self, now: datetime, count: int = 10) -> tuple[datetime, ...]:
        return self.dues[:count]

    async def next_for(self, me: str, now: datetime, **wanted: Any) -> int | None:
        for row in self.rows.values():
            if not row.owner and row.id not in wanted["taken"]:
                return row.id
        return None

    async def row(self, conversation: int) -> QueueRow:
        try:
            return self.rows[conversation]
        except KeyError:
            raise NotFound(f"There is no conversation {conversation}.") from None

    async def conversation(self, conversation: int, me: str, *, see_drafts: bool) -> Conversation:
        self.calls.append(("conversation", conversation, see_drafts))
        return Conversation(row=await self.row(conversation), turns=())

    async def recent_replies(self, count: int = 50) -> tuple[str, ...]:
        return ()

    # --- acting -----------------------------------------------------------------------

    async def claim(self, conversation: int, person: str, now: datetime, **wanted: Any) -> int:
        row = await self.row(conversation)
        if row.owner not in ("", person) and not wanted.get("take_over"):
            raise Stale(f"{row.owner} has it.")
        self.rows[conversation] = msgspec.structs.replace(row, owner=person)
        return self._write("claim", conversation, person)

    async def assign(
        self, conversation: int, to: str, by: str, now: datetime, **wanted: Any
    ) -> int:
        return self._write("assign", conversation, to, by)

    async def set_status(
        self, conversation: int, status: str, by: str, now: datetime, *, reason: str = ""
    ) -> int:
        return self._write("set_status", conversation, status, reason)

    async def snooze(self, conversation: int, by: str, now: datetime, **wanted: Any) -> int:
        return self._write("snooze", conversation, wanted)

    async def note(self, conversation: int, text: str, by: str, now: datetime) -> int:
        return self._write("note", conversation, text, by)

    async def set_shift(self, person: str, now: datetime, *, on: bool) -> None:
        self._write("set_shift", person, on)
        (self.shift.add if on else self.shift.discard)(person)

    async def on_shift(self) -> tuple[str, ...]:
        return tuple(sorted(self.shift))

    async def hand_back(self, person: str, now: datetime) -> tuple[int, ...]:
        self._write("hand_back", person)
        return tuple(row.id for row in self.rows.values() if row.owner == person)

    async def undo(self, person: str, now: datetime) -> tuple[int, str]:
        self._write("undo", person)
        return 1, "claim"

    async def rebuild(self) -> int:
        return self.rebuilt

    # --- drafts and replies -------------------------------------------------------------

    async def save_draft(self, draft: Draft, now: datetime) -> Draft:
        self._write("save_draft", draft.conversation, draft.text)
        self.drafts[draft.conversation, draft.person] = draft
        return draft

    async def queue_reply(self, conversation: int, **wanted: Any) -> Queued:
        for reply in self.replies.values():
            if reply.key == wanted["key"]:
                return Queued(reply=reply)
        if self.conflicts and not wanted["anyway"]:
            return Queued(reply=None, conflicts=self.conflicts)
        self._write("queue_reply", conversation, wanted["key"])
        now = wanted["now"]
        return Queued(
            reply=self.outbox(
                conversation,
                key=wanted["key"],
                text=wanted["text"],
                author=wanted["by"],
                state="awaiting_approval" if wanted["approval"] else "held",
                submitted_at=now,
                held_until=now + wanted["undo_window"],
            )
        )

    def outbox(self, conversation: int = 1, **facts: Any) -> Reply:
        """A reply that stands in the outbox."""
        number = len(self.replies) + 1
        source = facts.pop("source", None) or self.rows[conversation].source
        reply = Reply(
            id=number,
            conversation=conversation,
            **{
                "key": f"key-{number}",
                "author": "ana",
                "text": "Dear Sara",
                "state": "held",
                "submitted_at": START,
                "held_until": START,
                **facts,
            },
        )
        self.replies[number] = reply
        self.sources[number] = source
        return reply

    async def take_back(self, reply: int, by: str, now: datetime) -> int:
        self._turn(reply, "taken_back")
        return self._write("take_back", reply)

    async def due_replies(self, now: datetime, count: int = 20) -> tuple[Delivery, ...]:
        return tuple(
            self._delivery(reply)
            for reply in self.replies.values()
            if (at := _due_at(reply)) is not None and at <= now
        )

    async def interrupted_replies(self) -> tuple[Delivery, ...]:
        return tuple(
            self._delivery(reply) for reply in self.replies.values() if reply.state == "sending"
        )

    async def next_reply_at(self) -> datetime | None:
        return min(filter(None, map(_due_at, self.replies.values())), default=None)

    async def start_sending(self, reply: int, now: datetime) -> bool:
        if self.replies[reply].state not in ("held", "retry_at"):
            return False
        self._write("start_sending", reply)
        self._turn(reply, "started", attempts=self.replies[reply].attempts + 1)
        return True

    async def settle_reply(self, reply: int, outcome: Any, now: datetime, **facts: Any) -> Reply:
        self._write("settle_reply", reply, outcome)
        return self._turn(
            reply,
            outcome,
            retry_at=facts.get("retry_at"),
            error=facts.get("error", ""),
            url=facts.get("url", ""),
            published=facts.get("published", True),
        )

    async def approve(
        self, reply: int, by: str, now: datetime, *, undo_window: timedelta, anyway: bool = False
    ) -> Queued:
        if self.conflicts and not anyway:
            return Queued(reply=None, conflicts=self.conflicts)
        self._write("approve", reply)
        return Queued(self._turn(reply, "approved", held_until=now + undo_window))

    async def decide(self, reply: int, verdict: str, by: str, now: datetime) -> Reply:
        self._write("decide", reply, verdict)
        outcome: Any = {"return": "returned"}.get(verdict, verdict)
        return self._turn(reply, outcome, held_until=now)

    async def reply(self, reply: int) -> Reply:
        return self.replies[reply]

    def _turn(self, reply: int, outcome: Any, **facts: Any) -> Reply:
        before = self.replies[reply]
        after = msgspec.structs.replace(before, state=next_state(before.state, outcome), **facts)
        self.replies[reply] = after
        return after

    def _delivery(self, reply: Reply) -> Delivery:
        return Delivery(
            reply=reply,
            source=self.sources[reply.id],
            outgoing=Outgoing(key=reply.key, text=reply.text, post_id="p1", thread="t1"),
        )

    # --- moods ------------------------------------------------------------------------

    async def unscored(self, model: str, count: int) -> tuple[Unscored, ...]:
        return tuple(self.turns_unscored[:count])

    async def unscored_count(self, model: str) -> int:
        return len(self.turns_unscored)

    async def set_moods(
        self, moods: Sequence[tuple[int, Any, bool]], now: datetime
    ) -> tuple[int, ...]:
        self._write("set_moods", len(moods))
        self.moods.extend(moods)
        done = {turn for turn, _mood, _contradiction in moods}
        self.turns_unscored = [one for one in self.turns_unscored if one.turn not in done]
        return tuple(done)

    async def tick(self, now: datetime) -> tuple[int, ...]:
        if self.broken:
            raise self.broken
        self.ticks.append(now)
        return self.touched


def _due_at(reply: Reply) -> datetime | None:
    if reply.state == "held":
        return reply.held_until
    return reply.retry_at if reply.state == "retry_at" else None


def row(number: int = 1, **facts: Any) -> QueueRow:
    """A row of the queue."""
    return QueueRow(
        id=number,
        version=1,
        **{
            "source": "play",
            "source_type": "google_play",
            "kind": "review",
            "status": "open",
            "who": "Sara",
            "what": "Third week waiting",
            **facts,
        },
    )


def team(*people: Person, **settings: Any) -> Settings:
    """Settings with a team; without names: ana (agent), bo (agent), mara (lead), obs, dee."""
    standard = (
        Person(name="ana", role="agent"),
        Person(name="bo", role="agent"),
        Person(name="mara", role="lead"),
        Person(name="obs", role="observer"),
        Person(name="dee", role="drafter"),
    )
    return Settings(
        **{"private": False, "team": {p.name: p for p in people or standard}, **settings}
    )


def post(number: int = 1, **facts: Any) -> Post:
    """A post as a source gives it."""
    return replace(Post(id=f"p{number}", text=f"Post {number}"), **facts)
