"""What the numbers of a period and of this moment are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from console.core.model import QueueRow, Turn
from console.core.period_rows import Rows
from console.core.reports import Period
from console.core.views import Filter


class Text(Struct, frozen=True):
    """What a customer wrote, for the topics of a period."""

    conversation: int
    source: str
    language: str
    text: str


class LiveClock(Struct, frozen=True):
    """The deadline on a conversation's row, and the policy that set it."""

    conversation: int
    policy: str
    due_at: datetime
    late: bool
    soon: bool
    running: bool


class Reporting(Protocol):
    """A period's rows, an export, and what a lead looks at now."""

    async def report_rows(self, period: Period) -> Rows:
        """Everything that the numbers of a period are made of."""
        ...

    async def said(self, period: Period) -> tuple[Text, ...]:
        """What customers wrote in a period, the newest first; some thousands at most."""
        ...

    async def exported(
        self, filter: Filter, me: str, now: datetime, *, after: int, count: int
    ) -> tuple[tuple[QueueRow, tuple[Turn, ...]], ...]:
        """Conversations of a filter by number, those after one, with everything said in them.

        A filter that names no state takes every state here.
        """
        ...

    async def mood_counts(self, period: Period) -> dict[tuple[str, str], int]:
        """How many turns had which mood, by (source, mood); imported and uncertain ones left out."""
        ...

    async def live_clocks(self, now: datetime, until: datetime) -> tuple[LiveClock, ...]:
        """The deadline on each row that is late, soon, or due before `until`; earliest first."""
        ...

    async def outbox_troubles(self) -> dict[str, tuple[int, ...]]:
        """Conversations by the state of a reply that is not through."""
        ...

    async def owned(self) -> dict[str, int]:
        """How many open conversations each owner has."""
        ...

    async def snoozed(self) -> tuple[int, ...]:
        """What sleeps, by when it wakes."""
        ...

    async def promised(self) -> tuple[int, ...]:
        """Conversations in which a promise of ours still runs, the earliest first."""
        ...
