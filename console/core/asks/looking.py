"""Looking: the queue, its views, a conversation and what can be told about it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from console.core.asks.base import Answer, Ask
from console.core.model import (
    Conversation,
    Event,
    Person,
    QueueRow,
    SourceHealth,
)


class Queue(Ask, frozen=True, tag="queue"):
    """A window of a view. `filter` is the filter language; `view` a saved or shipped one."""

    view: str = "open"
    filter: str = ""
    order: str = ""
    first: int = 0
    count: int = 100
    keep: int | None = None
    """A conversation that the window should hold, wherever it went; None for none."""


class QueuePage(Answer, frozen=True, tag="queue_page"):
    rows: tuple[QueueRow, ...]
    first: int
    total: int
    """Rows in the whole view; at most 1000 is exact, 1000 means "999+"."""
    version: int
    keep_at: int | None = None
    """Where the kept conversation stands in the whole view, None if it is not in it."""


class Overview(Ask, frozen=True, tag="overview"):
    """Views with their counts, the team, the sources, and anything that is wrong."""


class ViewCount(Struct, frozen=True):
    name: str
    title: str
    filter: str
    count: int
    order: str = "due"
    own: bool = False
    """Made by people here, not shipped."""


class OverviewPage(Answer, frozen=True, tag="overview_page"):
    views: tuple[ViewCount, ...]
    team: tuple[Person, ...]
    sources: tuple[SourceHealth, ...]
    late: int
    soon: int
    open: int
    version: int
    mood: str = "off"
    """off | starting | ready | failed"""
    mood_trouble: str = ""
    unscored: int = 0
    unsure: int = 0
    refused: int = 0
    trouble: str = ""
    """What everybody must know: disk full, clock jump, a broken source; empty for nothing."""
    note: str = ""
    """What the desk took for granted, such as opening hours; said where nothing is wrong."""
    next_due: tuple[datetime, ...] = ()
    """The earliest due instants that lie ahead, at most ten."""
    rules_version: int = 0
    """Of policies and calendars; where it grew, a console asks for the `Calendars` again."""


class Show(Ask, frozen=True, tag="show"):
    conversation: int


class ConversationPage(Answer, frozen=True, tag="conversation_page"):
    conversation: Conversation
    limit: int | None = None
    limit_unit: str = "characters"
    limit_bytes: int = 0
    link_size: int = 0
    public: bool = True
    markup: str = "plain"
    mode: str = "thread"
    version: int = 0


class History(Ask, frozen=True, tag="history"):
    conversation: int


class HistoryPage(Answer, frozen=True, tag="history_page"):
    events: tuple[Event, ...]


class Explain(Ask, frozen=True, tag="explain"):
    conversation: int


class Explanation(Answer, frozen=True, tag="explanation"):
    sentences: tuple[str, ...]


class Search(Ask, frozen=True, tag="search"):
    """Full text, over everything that customers and agents wrote; never raises on what is typed."""

    text: str
    count: int = 50
    sent_only: bool = False


class Found(Struct, frozen=True):
    conversation: int
    turn: int
    who: str
    source: str
    at: datetime
    snippet: str
    kind: str


class SearchPage(Answer, frozen=True, tag="search_page"):
    found: tuple[Found, ...]


class Look(Ask, frozen=True, tag="look"):
    """Where this console is: presence. `mode` none means: nowhere."""

    conversation: int | None
    mode: Literal["viewing", "writing", "none"] = "viewing"
