"""What is on the screens: queue, conversation, search."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from console.core.asks import Found, ViewCount
from console.core.clocks import Clock, LedgerEvent
from console.core.model import Conversation, Event, QueueRow
from console.core.views import Filter


class Window(Struct, frozen=True):
    """A stretch of a view."""

    rows: tuple[QueueRow, ...]
    first: int
    total: int
    """Exact up to 1000, which means "999+"."""
    keep_at: int | None = None


class Looking(Protocol):
    """Stretches of the queue and everything about one conversation."""

    async def window(
        self,
        filter: Filter,
        *,
        me: str,
        now: datetime,
        order: str = "due",
        first: int = 0,
        count: int = 100,
        keep: int | None = None,
    ) -> Window:
        """A stretch of a view in a total order. Presence fields of the rows are left empty."""
        ...

    async def counts(self, me: str, now: datetime) -> tuple[ViewCount, ...]:
        """Shipped views, then the team's own, each with its count (1000 means "999+")."""
        ...

    async def next_due(self, now: datetime, count: int = 10) -> tuple[datetime, ...]: ...

    async def next_for(
        self,
        me: str,
        now: datetime,
        *,
        languages: Sequence[str] = (),
        sources: Sequence[str] = (),
        taken: Sequence[int] = (),
    ) -> int | None:
        """The earliest due open conversation that nobody owns; languages and sources narrow it."""
        ...

    async def row(self, conversation: int) -> QueueRow: ...

    async def conversation(self, conversation: int, me: str, *, see_drafts: bool) -> Conversation:
        """Everything about one; others' drafts carry their text only with `see_drafts`."""
        ...

    async def history(self, conversation: int) -> tuple[Event, ...]: ...

    async def ledger(
        self, conversation: int
    ) -> tuple[tuple[LedgerEvent, ...], tuple[Clock, ...]]: ...

    async def search(self, text: str, count: int, *, sent_only: bool = False) -> tuple[Found, ...]:
        """Full text, newest first; whatever was typed is words, never syntax; never raises on it."""
        ...

    async def save_view(self, name: str, filter: str, order: str, by: str) -> None: ...

    async def remove_view(self, name: str) -> None: ...

    async def view(self, name: str) -> tuple[str, str]:
        """(filter, order) of a shipped or saved view. Raises `NotFound` naming the nearest."""
        ...
