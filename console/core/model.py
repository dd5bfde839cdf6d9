"""The nouns of the desk, as consoles and store exchange them. Frozen values, instants in aware UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct, field

from sources.post import Kind

Status = Literal["new", "open", "waiting", "on_hold", "solved", "closed"]
OPEN_STATUSES: tuple[Status, ...] = ("new", "open", "on_hold")

MoodLabel = Literal["negative", "neutral", "positive"]

ReplyState = Literal[
    "awaiting_approval", "held", "sending", "retry_at", "sent", "refused", "unsure", "taken_back"
]
Role = Literal["agent", "lead", "observer", "drafter"]

ClockKind = Literal["frt", "nrt", "upd", "prom", "fres", "res"]
ClockState = Literal[
    "none",
    "running",
    "at_risk",
    "critical",
    "breached",
    "paused",
    "provisional",
    "met",
    "met_late",
    "cancelled",
]

LOW, NORMAL, HIGH, URGENT = range(4)
"""Priorities: an integer, so that more urgent is greater."""

FOLLOW_UP = "follow-up"
"""The tag of a conversation in which somebody wants to ask whether the answer helped."""
PRIVATE = "private"
"""The tag of a conversation that was asked to go on in private."""


class Mood(Struct, frozen=True):
    """What a model reads from a text. `score` is its confidence, 0..1."""

    label: MoodLabel
    score: float
    uncertain: bool = False
    """Below the model's threshold: the flag is grey and matches no policy condition."""
    words: tuple[tuple[str, float], ...] = ()
    """The words that decided, with their weight towards the label, strongest first."""
    model: str = ""
    """The model's name, "rating" where only stars spoke, "agent:NAME" where a person corrected it."""


class Person(Struct, frozen=True):
    """Somebody of the team, as the desk knows them."""

    name: str
    role: Role = "agent"
    zone: str = ""
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    on_shift: bool = False
    connected: int = 0
    """How many consoles they have open."""


class QueueRow(Struct, frozen=True):
    """One conversation, as a queue draws it."""

    id: int
    version: int
    source: str
    source_type: str
    kind: Kind
    status: Status
    who: str
    what: str
    """The first words of the newest inbound turn, at most 200 characters, one line."""
    public: bool = True
    language: str = ""
    rating: float | None = None
    rating_max: int = 5
    mood: MoodLabel | None = None
    """None until the model has spoken, and where it never will."""
    mood_score: float = 0.0
    uncertain: bool = False
    contradiction: bool = False
    """Stars and text disagree (five stars, angry words)."""
    owner: str = ""
    priority: int = NORMAL
    tags: tuple[str, ...] = ()
    clock: ClockKind | None = None
    """The clock the row shows; None where none runs."""
    clock_state: ClockState = "none"
    """As stored: running, paused, provisional or none. `sla.state_at` gives it for an instant."""
    due_at: datetime | None = None
    soon_at: datetime | None = None
    critical_at: datetime | None = None
    calendar: str = ""
    """Whose time the countdown counts in; empty for calendar time."""
    waiting_since: datetime | None = None
    last_activity_at: datetime | None = None
    snoozed_until: datetime | None = None
    snoozed_by: str = ""
    viewing: tuple[str, ...] = ()
    writing: tuple[str, ...] = ()
    draft_by: tuple[str, ...] = ()
    reply_state: ReplyState | None = None
    """Of the newest reply that is not yet settled, or refused or unsure."""
    edited: bool = False
    outdated: bool = False
    """Our reply answers an older version of the review."""
    thanks_until: datetime | None = None
    """Until then the customer's last words count as mere thanks, and no clock runs for them."""


class Turn(Struct, frozen=True):
    """One thing said in a conversation."""

    id: int
    kind: Literal["inbound", "response", "note"]
    author: str
    text: str
    at: datetime
    """When it was said: the platform's time, or ours for responses and notes."""
    seen_at: datetime
    title: str = ""
    url: str = ""
    rating: float | None = None
    rating_max: int = 5
    language: str = ""
    mood: Mood | None = None
    contradiction: bool = False
    edit_of: int | None = None
    """The turn this one is a newer version of."""
    late_arrival: bool = False
    backfill: bool = False
    external: bool = False
    """A response given in the platform's own app, or noted as given elsewhere."""
    manual: bool = False
    automatic: bool = False
    deleted: bool = False
    extra: dict[str, str] = field(default_factory=dict)


class Draft(Struct, frozen=True):
    """A reply or note being written; one for each conversation and person."""

    conversation: int
    person: str
    text: str
    note: bool
    saved_at: datetime
    opened_on: int
    """The newest turn the writer had before their eyes."""
    version: int
    """The conversation's version the editor was opened on."""
    revision: int = 0
    """Counts the writer's own saves; an older one never overwrites a newer."""


class Reply(Struct, frozen=True):
    """A reply on its way out, or arrived. Its text never changes."""

    id: int
    conversation: int
    key: str
    author: str
    text: str
    state: ReplyState
    submitted_at: datetime
    held_until: datetime | None = None
    attempts: int = 0
    retry_at: datetime | None = None
    settled_at: datetime | None = None
    published: bool = True
    error: str = ""
    """The platform's own words, or ours, where it was refused or is unsure."""
    url: str = ""
    then: Status = "waiting"
    """The status the conversation takes on acceptance."""


class Event(Struct, frozen=True):
    """One line of a conversation's history."""

    at: datetime
    actor: str
    verb: str
    detail: str = ""


class Customer(Struct, frozen=True):
    """A person who writes to us, on one or several channels."""

    id: int
    name: str
    handles: tuple[str, ...] = ()
    notes: str = ""


class Earlier(Struct, frozen=True):
    """Another conversation of the same customer, in one line."""

    id: int
    source: str
    kind: Kind
    status: Status
    what: str
    at: datetime
    rating: float | None = None
    rating_max: int = 5


class Conversation(Struct, frozen=True):
    """Everything the conversation pane shows."""

    row: QueueRow
    turns: tuple[Turn, ...]
    replies: tuple[Reply, ...] = ()
    drafts: tuple[Draft, ...] = ()
    """The asker's own in full; others' with their text only where they may see it."""
    customer: Customer | None = None
    earlier: tuple[Earlier, ...] = ()
    url: str = ""
    answerable: bool = True
    unanswerable_because: str = ""


class Poll(Struct, frozen=True, omit_defaults=True):
    """What one poll of a source gave."""

    at: datetime
    """When it was over."""
    took_s: float = 0.0
    """Waiting, reading and taking in, in seconds."""
    status: int | None = None
    """HTTP's, of the last answer; None where nothing was asked by HTTP."""
    new: int = 0
    edited: int = 0
    heard: bool = False
    """The platform told us, we did not ask."""
    error: str = ""

    @property
    def notable(self) -> bool:
        """Whether it gave anything, or failed."""
        return bool(self.error or self.new or self.edited)


class SourceHealth(Struct, frozen=True):
    """How a source is doing, in words."""

    name: str
    type: str
    last_success_at: datetime | None = None
    last_post_at: datetime | None = None
    next_poll_at: datetime | None = None
    failures: int = 0
    error: str = ""
    quota_left: str = ""
    retired: bool = False
    quiet: bool = False
    """Quiet for longer than usual."""
    gap_at: datetime | None = None
    note: str = ""
    posts: int = 0
