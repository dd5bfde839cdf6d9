"""One thing a customer published, as a source gives it to the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["review", "mention", "question", "message", "alert", "survey"]


@dataclass(frozen=True, slots=True)
class Post:
    """One thing a customer published, cleaned, in the platform's own words."""

    id: str
    """The platform's id, steady over edits; unique within its source."""
    text: str
    kind: Kind = "mention"
    title: str = ""
    author: str = ""
    """The name to show and to greet; may be empty."""
    author_id: str = ""
    """The platform's handle or account id, to recognise one person again; may be empty."""
    url: str = ""
    thread: str = ""
    """The conversation this belongs to, for platforms with threads; empty: the post is its own."""
    parent: str = ""
    """The id a reply has to name, where that is not `id`."""
    occurred_at: datetime | None = None
    """When the customer published it, aware UTC; None where the platform does not say."""
    edited_at: datetime | None = None
    rating: float | None = None
    """Stars, or a survey's score, on the scale 0 or 1..`rating_max`."""
    rating_max: int = 5
    """5 for stars, 10 for NPS, 1 for thumbs."""
    language: str = ""
    """As the platform says (BCP 47), or empty; the desk detects it then."""
    private: bool = False
    """True where a reply is seen by the customer alone (mail, direct messages)."""
    own: bool = False
    """True for our own answer, seen on the platform: it stops the clock, and is no inbound turn."""
    automatic: bool = False
    """True for auto-responders and out-of-office notes: they never reopen nor start a clock."""
    deleted: bool = False
    """True where the platform says so itself; absence from a page never means this."""
    assumed_zone: bool = False
    """True where `occurred_at` had no zone and the source's own was taken."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Facts worth showing (app version, product, territory), name to text."""
