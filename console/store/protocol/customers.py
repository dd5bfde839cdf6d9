"""Customers: who is the same person, what is known, and what was erased."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal, Protocol

from msgspec import Struct

from console.core.asks import Joined, Rated
from console.core.model import Customer, Earlier
from console.core.people import Known


class MaybeSame(Struct, frozen=True):
    """A customer who may be the same person as another, and what speaks for it."""

    customer: Customer
    because: Literal["id", "name"]
    evidence: str
    """The platform's id or the name that both have."""


class Forgotten(Struct, frozen=True):
    """What was erased, and where copies lie that an erasure does not reach."""

    conversations: int
    turns: int
    mentions: int = 0
    """Places in others' words that led to them."""
    copies: tuple[str, ...] = ()
    """Files beside the database that were copied from it before: delete or replace them."""


class Customers(Protocol):
    """The people behind the conversations."""

    async def customer(self, conversation: int) -> Customer | None: ...

    async def customer_history(
        self, conversation: int
    ) -> tuple[Customer, tuple[Earlier, ...], tuple[Rated, ...], tuple[Joined, ...]]:
        """The customer, their conversations and ratings, newest first, and who was joined."""
        ...

    async def customers_like(self, text: str, count: int = 20) -> tuple[Customer, ...]:
        """Customers whose number, name or platform's id this is; the surest first."""
        ...

    async def customer_names(self, count: int) -> tuple[tuple[int, str], ...]:
        """Number and name of the newest customers."""
        ...

    async def bearers(self, name: str) -> int:
        """How many customers are called so."""
        ...

    async def suggest_customers(self, conversation: int) -> tuple[MaybeSame, ...]:
        """Who may be the same person as this conversation's customer, the surest first."""
        ...

    async def join_customers(self, conversation: int, other: int, by: str, now: datetime) -> int:
        """`other` and this conversation's customer are one from now on; its new version. Undoable."""
        ...

    async def part_customers(self, conversation: int, by: str, now: datetime) -> int:
        """Take back the last join of this conversation's customer, however long ago."""
        ...

    async def note_customer(self, conversation: int, notes: str) -> None:
        """What the team wants to remember about this conversation's customer."""
        ...

    async def known_of(self, conversation: int) -> Known:
        """This conversation's customer with what they wrote anywhere."""
        ...

    async def known(self, customers: Sequence[int]) -> tuple[Known, ...]:
        """These customers with what they wrote."""
        ...

    async def traced(self, phrases: Sequence[str], ids: Sequence[str]) -> tuple[int, ...]:
        """Customers who wrote one of these phrases, or whom a platform knows by one of these ids."""
        ...

    async def forget(
        self, customer: int, now: datetime, *, ours: Collection[str] = ()
    ) -> Forgotten:
        """Erase a person from tables, search index and write-ahead log. Cannot be undone."""
        ...
