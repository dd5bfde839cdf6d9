"""What a period's numbers are made of: arrivals, answers, solutions, clocks, as the store finds them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from console.core.model import MoodLabel
from console.core.mood import Judgement
from console.core.reports import ClockRow, Review


class Arrival(Struct, frozen=True):
    """One turn of a customer."""

    conversation: int
    source: str
    language: str
    at: datetime
    mood: MoodLabel | None = None
    """None where no model spoke, or where it was uncertain."""
    backfill: bool = False
    seen_at: datetime | None = None
    """When the desk first saw it."""


class Solve(Struct, frozen=True):
    """A conversation that was solved, and how many replies it had taken by then."""

    conversation: int
    at: datetime
    source: str = ""
    by: str = ""
    replies: int = 0


class Response(Struct, frozen=True):
    """One answer of ours, whether or not a clock waited for it."""

    conversation: int
    at: datetime
    agent: str = ""
    """Who answered; empty where the platform's own app was used."""
    backfill: bool = False
    """Read from a file or by a source's first sync: answered elsewhere, before it came here."""


class Rows(Struct, frozen=True):
    """Everything a period's numbers are made of, as the store finds it."""

    clocks: tuple[ClockRow, ...] = ()
    """Begun, due or met in the period."""
    arrivals: tuple[Arrival, ...] = ()
    responses: tuple[Response, ...] = ()
    """By time."""
    solved: tuple[Solve, ...] = ()
    reopened: tuple[int, ...] = ()
    reviews: tuple[Review, ...] = ()
    cancelled_by: Mapping[tuple[int, str, int], str] = {}
    """Who cancelled a clock, by (conversation, clock, instance)."""
    judgements: tuple[Judgement, ...] = ()
    """What people said of moods that a model had told."""
