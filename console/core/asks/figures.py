"""Figures: reports, the lead's screen, hand-over and export."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from console.core.asks.base import Answer, Ask
from console.core.forecast import Forecast, Pace
from console.core.model import (
    QueueRow,
    Turn,
)
from console.core.spikes import Spike


class Report(Ask, frozen=True, tag="report"):
    """The numbers of a period; empty ends mean today until now."""

    since: datetime | None = None
    until: datetime | None = None
    shift: bool = False
    """The shift that is on now, with its hand-over page."""
    rows: str = ""
    """The name of one number: its conversations come too."""
    topics: bool = True
    """With distinctive words; without them the answer is quicker."""


class Number(Struct, frozen=True, omit_defaults=True):
    """One figure by name: `frt.met`, `first.p90@agent:ana`. `Report(rows=name)` gives its rows."""

    name: str
    unit: Literal["count", "share", "seconds", "stars", "ratio"]
    value: float | None = None
    """None where nothing can be said: nothing was due, or too few values for a percentile."""
    n: int = 0
    """How many things it speaks of."""
    values: tuple[float, ...] = ()
    """The values themselves, where they are too few to rank."""


class Topic(Struct, frozen=True):
    """A word that customers used more in this period than in the one before."""

    name: str
    """For `Report(rows=…)`."""
    word: str
    source: str
    language: str
    n: int
    """Turns that say it."""
    before: int
    """The same in the period before."""


class Left(Struct, frozen=True):
    """A conversation that a shift leaves to the next."""

    conversation: int
    who: str
    what: str
    source: str
    at: datetime | None
    """When it is due, was promised, or wakes."""
    person: str = ""
    """Whose it is, or who put it to sleep."""


class LeftNote(Struct, frozen=True):
    at: datetime
    person: str
    text: str


class HandOver(Struct, frozen=True):
    """What a shift leaves: each list with the earliest first, at most `HANDED_OVER` long."""

    open: tuple[Left, ...] = ()
    open_count: int = 0
    promised: tuple[Left, ...] = ()
    snoozed: tuple[Left, ...] = ()
    notes: tuple[LeftNote, ...] = ()
    people: tuple[str, ...] = ()
    """Who is on shift."""


HANDED_OVER = 100


class ReportPage(Answer, frozen=True, tag="report_page"):
    since: datetime
    until: datetime
    zone: str
    numbers: tuple[Number, ...]
    topics: tuple[Topic, ...] = ()
    hand_over: HandOver | None = None
    conversations: tuple[int, ...] = ()
    """Those behind the number asked for, each once."""


class Lead(Ask, frozen=True, tag="lead"):
    """What the lead's screen shows; `rows` is the name of a number on it."""

    rows: str = ""


class Hour(Struct, frozen=True):
    """One hour of today."""

    at: datetime
    arrived: int
    answered: int
    negative: int
    neutral: int
    positive: int


class Doing(Struct, frozen=True):
    """What one of the team has in hand."""

    person: str
    on_shift: bool
    connected: bool
    owned: int
    answered: int | None
    """Today; None where it is not for you to see."""
    viewing: int | None = None
    writing: int | None = None


class LeadPage(Answer, frozen=True, tag="lead_page"):
    """The state of the day, at most some seconds old."""

    now: datetime
    zone: str
    live: tuple[Number, ...]
    """Late and soon, by policy too; replies that are not through."""
    today: tuple[Number, ...]
    before: tuple[Number, ...]
    """The same weekday a week before, until this time of day."""
    hours: tuple[Hour, ...]
    team: tuple[Doing, ...]
    pace: Pace
    """What the last hour was like."""
    forecast: Forecast | None = None
    """None where no pace is known."""
    model: tuple[Number, ...] = ()
    """How rightly moods were read of late, by language; `Lead(rows="model/" + name)`."""
    spikes: tuple[Spike, ...] = ()
    """Sources whose customers are unhappier than usual."""
    conversations: tuple[int, ...] = ()
    """Those behind the number asked for, each once."""


class Export(Ask, frozen=True, tag="export"):
    """Whole conversations by number, those after `after`; at most `EXPORT_AT_ONCE` an answer."""

    filter: str = ""
    """Without a state in it, conversations of every state."""
    after: int = 0


EXPORT_AT_ONCE = 50


class Exported(Struct, frozen=True):
    row: QueueRow
    turns: tuple[Turn, ...]


class ExportPage(Answer, frozen=True, tag="export_page"):
    conversations: tuple[Exported, ...]
    more: bool = False


class LeaveNote(Ask, frozen=True, tag="leave_note"):
    """A note for the next shift."""

    text: str
