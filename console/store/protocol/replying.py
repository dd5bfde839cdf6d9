"""A reply from its first letter to the customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from console.core.asks import Conflict, Precedent
from console.core.model import Draft, MoodLabel, Reply, Status
from sources.base import Outgoing


class Queued(Struct, frozen=True):
    """A reply that went to the outbox, or what stands against it."""

    reply: Reply | None
    conflicts: tuple[Conflict, ...] = ()
    draft: Draft | None = None


class Delivery(Struct, frozen=True):
    """A reply that is due to be sent now, with all that a channel needs."""

    reply: Reply
    source: str
    outgoing: Outgoing
    """A dataclass of `sources.base`; never goes over the wire."""


class Drafts(Protocol):
    """What is being written, and what helps to write it."""

    async def save_draft(self, draft: Draft, now: datetime) -> Draft:
        """Keep the newest revision; what an older one would overwrite stays in the history."""
        ...

    async def discard_draft(self, conversation: int, person: str, now: datetime) -> None:
        """Undoable."""
        ...

    async def draft_history(self, conversation: int, person: str) -> tuple[Draft, ...]: ...

    async def answers_like(self, text: str, but: int, count: int) -> tuple[Precedent, ...]:
        """Answers to customers who share words with `text`, in other conversations than `but`."""
        ...

    async def answers_with(self, words: str, but: int, count: int) -> tuple[Precedent, ...]:
        """Sent replies that hold all of these words, the newest first."""
        ...

    async def recent_replies(self, count: int = 50) -> tuple[str, ...]:
        """The texts of the last public replies that were sent, newest first."""
        ...

    async def use_snippets(
        self, conversation: int, ids: Sequence[str], by: str, now: datetime
    ) -> None:
        """These snippets went into a reply."""
        ...

    async def snippet_uses(self, kind: str, mood: MoodLabel | None) -> dict[str, int]:
        """How often each answered conversations of this kind and mood, by id."""
        ...


class Outbox(Protocol):
    """What was written and is on its way."""

    async def queue_reply(
        self,
        conversation: int,
        *,
        text: str,
        key: str,
        by: str,
        now: datetime,
        opened_on: int,
        version: int,
        undo_window: timedelta,
        anyway: bool = False,
        then: Status = "waiting",
        approval: bool = False,
        promise_at: datetime | None = None,
    ) -> Queued:
        """Draft to outbox under the send guard (semantics S13), in one transaction.

        The same key again returns the reply that already stands. Raises `Unanswerable`.
        """
        ...

    async def take_back(self, reply: int, by: str, now: datetime) -> int:
        """Only while held or awaiting approval; the text returns to the draft."""
        ...

    async def due_replies(self, now: datetime, count: int = 20) -> tuple[Delivery, ...]:
        """Replies whose time has come, the earliest first; in one conversation in order of writing."""
        ...

    async def next_reply_at(self) -> datetime | None:
        """When `due_replies` will next have something."""
        ...

    async def start_sending(self, reply: int, now: datetime) -> bool:
        """Committed before the network is touched; False if it was taken back meanwhile."""
        ...

    async def settle_reply(
        self,
        reply: int,
        outcome: str,
        now: datetime,
        *,
        error: str = "",
        retry_at: datetime | None = None,
        external_id: str = "",
        url: str = "",
        thread: str = "",
        published: bool = True,
    ) -> Reply:
        """Outcome and clock, together. `outcome` is a row of `console.core.outbox`.

        `thread` is what a first private message began: what comes in it belongs to its conversation.
        """
        ...

    async def interrupted_replies(self) -> tuple[Delivery, ...]:
        """Replies that were `sending` when the last desk died."""
        ...

    async def approve(
        self,
        reply: int,
        by: str,
        now: datetime,
        *,
        undo_window: timedelta,
        anyway: bool = False,
    ) -> Queued:
        """A drafter's reply is held for its undo window, under the send guard.

        The guard tells what is newer than the writer's asking, whoever may have seen it since.
        Raises `Stale` for a reply that does not wait any more, `Unanswerable`.
        """
        ...

    async def decide(self, reply: int, verdict: str, by: str, now: datetime) -> Reply: ...

    async def reply(self, reply: int) -> Reply: ...
