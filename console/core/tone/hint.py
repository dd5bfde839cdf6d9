"""What a hint is, and what it is told about the conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from console.core.limits import Limit

Severity = Literal["error", "warn", "info"]
Sentiment = Literal["negative", "mixed", "neutral", "positive"]


class Fix(msgspec.Struct, frozen=True):
    """A change that one key makes: the stretch of the draft becomes `text`."""

    start: int
    """Code-point offset in the draft; equal to `end` for an insertion."""
    end: int
    text: str
    """What stands there afterwards; empty deletes."""


class Finding(msgspec.Struct, frozen=True):
    """Evidence for one hint, before it has words."""

    id: str
    start: int
    """Code-point offsets in the draft; both 0 when the whole conversation is meant."""
    end: int
    fix: Fix | None = None
    severity: Severity | None = None
    """Set where the catalogue's severity does not hold for this finding."""


class Hint(msgspec.Struct, frozen=True):
    """One remark about a draft, in the agent's language."""

    id: str
    severity: Severity
    start: int
    """Code-point offsets of the stretch it speaks of; empty where something is missing."""
    end: int
    message: str
    fix: Fix | None = None


class Item(msgspec.Struct, frozen=True):
    """What the customer wrote."""

    text: str = ""
    rating: float | None = None
    """Stars, 1 to 5; None where the source has none."""
    kind: str = "message"
    """review, mention, question, message, alert or survey."""
    sentiment: Sentiment | None = None
    """As given by the source or the agent; goes before the rating."""
    language: str | None = None
    author: str | None = None

    @property
    def mood(self) -> Sentiment:
        """Sentiment where given, then the rating: 1-2 negative, 3 mixed, 4-5 positive."""
        if self.sentiment:
            return self.sentiment
        if self.rating is None:
            return "neutral"
        return "negative" if self.rating < 2.5 else "mixed" if self.rating < 3.5 else "positive"

    @property
    def complains(self) -> bool:
        """Whether the customer is unhappy with something."""
        return self.mood in ("negative", "mixed")

    @property
    def asks(self) -> bool:
        """Whether the customer wants to know something."""
        return self.kind == "question" or any(mark in self.text for mark in "?؟")


class Profile(msgspec.Struct, frozen=True):
    """How the brand usually writes: the measure for `voice_drift`."""

    address: Literal["formal", "informal"] | None = None
    words: int | None = None
    """The usual length of a reply."""
    emoji: float | None = None
    """Emoji per reply; 0 where the brand uses none."""


class Context(msgspec.Struct, frozen=True):
    """Where the reply will stand, and what is known about the conversation."""

    channel: str = ""
    public: bool = False
    limit: int | Limit | None = None
    """The channel's limit; a bare number counts characters."""
    address: str = "formal"
    """The brand's form of address: formal or informal."""
    language: str | None = None
    brand_contacts: tuple[str, ...] = ()
    """Addresses, numbers and links that the team may publish."""
    brand_names: tuple[str, ...] = ()
    """Names that may stand in another script or after a greeting."""
    recent_replies: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """The team's languages; empty for every language that has a pack."""
    now: datetime | None = None
    """With its zone. Without it no hint speaks of time."""
    answered: bool = False
    waiting_since: datetime | None = None
    """When the customer's unanswered turn arrived."""
    due_at: datetime | None = None
    """When the team's policy wants the answer."""
    promised_for: datetime | None = None
    """The time frame that a sent reply gave and that nobody has ticked off."""
    profile: Profile | None = None


def as_item(value: object) -> Item:
    """An item from a mapping or from any object with these fields.

    Raises `msgspec.ValidationError` naming the field that has the wrong type.
    """
    return value if isinstance(value, Item) else msgspec.convert(value, Item, from_attributes=True)


def as_context(value: object) -> Context:
    """A context from a mapping or from any object with these fields.

    Raises `msgspec.ValidationError` naming the field that has the wrong type.
    """
    if isinstance(value, Context):
        return value
    return msgspec.convert(value, Context, from_attributes=True)
