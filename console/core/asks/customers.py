"""People who write to us: who they are, over all channels."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from console.core.asks.base import Answer, Ask
from console.core.model import (
    Customer,
    Earlier,
)


class CustomerOf(Ask, frozen=True, tag="customer_of"):
    conversation: int


class CustomerPage(Answer, frozen=True, tag="customer_page"):
    customer: Customer | None


class FindCustomers(Ask, frozen=True, tag="find_customers"):
    """Customers by number, name or a platform's id; the surest first."""

    text: str


class CustomersPage(Answer, frozen=True, tag="customers_page"):
    customers: tuple[Customer, ...]


class SuggestPeople(Ask, frozen=True, tag="suggest_people"):
    """Who may be the same person as a conversation's customer, with what speaks for it."""

    conversation: int


class Suggestion(Struct, frozen=True):
    """Somebody who may be the same person, and what speaks for it."""

    customer: Customer
    score: float
    """How sure, 0 to 1."""
    evidence: tuple[str, ...]
    """Sentences, the weightiest first."""


class PeoplePage(Answer, frozen=True, tag="people_page"):
    suggestions: tuple[Suggestion, ...]


class JoinPeople(Ask, frozen=True, tag="join_people"):
    """The customer `other` and this conversation's are one person; undoable at any time."""

    conversation: int
    other: int


class PartPeople(Ask, frozen=True, tag="part_people"):
    """Take back the last join of this conversation's customer."""

    conversation: int


class CustomerHistory(Ask, frozen=True, tag="customer_history"):
    """A conversation's customer over all channels."""

    conversation: int


class Rated(Struct, frozen=True):
    """Stars that a customer gave."""

    conversation: int
    source: str
    at: datetime
    rating: float
    rating_max: int = 5


class Joined(Struct, frozen=True):
    """A customer who was joined with this one."""

    name: str
    by: str
    at: datetime


class CustomerHistoryPage(Answer, frozen=True, tag="customer_history_page"):
    """Everything newest first."""

    customer: Customer
    conversations: tuple[Earlier, ...]
    ratings: tuple[Rated, ...] = ()
    joined: tuple[Joined, ...] = ()


class CustomerOrders(Ask, frozen=True, tag="customer_orders"):
    """What the team's own command or address says of a customer's orders."""

    conversation: int


class OrdersPage(Answer, frozen=True, tag="orders_page"):
    lines: tuple[str, ...] = ()
    trouble: str = ""
    configured: bool = True


class NoteCustomer(Ask, frozen=True, tag="note_customer"):
    """What the team remembers about a conversation's customer; an empty text forgets it."""

    conversation: int
    text: str


class Forget(Ask, frozen=True, tag="forget"):
    """Erase a person for good: tables, search index, write-ahead log, drafts."""

    customer: int


class Forgot(Answer, frozen=True, tag="forgot"):
    conversations: int
    turns: int
    mentions: int = 0
    """Places in others' words that led to them."""
    copies: tuple[str, ...] = ()
    """Files that an erasure does not reach: older copies of the database."""
