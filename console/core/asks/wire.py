"""The lines themselves: every ask and answer, who may ask what, how they are written."""

from __future__ import annotations

from functools import cache

import msgspec
from msgspec import Struct

from console.core.asks.acting import (
    AnsweredElsewhere,
    Assign,
    Bulk,
    BulkDone,
    Claim,
    CorrectMood,
    FollowUp,
    JudgeThanks,
    Next,
    Note,
    SaveView,
    SetPriority,
    SetStatus,
    Shift,
    Snooze,
    SnoozeAgain,
    Tag,
    Undo,
)
from console.core.asks.base import Ask, Done, Failed
from console.core.asks.customers import (
    CustomerHistory,
    CustomerHistoryPage,
    CustomerOf,
    CustomerOrders,
    CustomerPage,
    CustomersPage,
    FindCustomers,
    Forget,
    Forgot,
    JoinPeople,
    NoteCustomer,
    OrdersPage,
    PartPeople,
    PeoplePage,
    SuggestPeople,
)
from console.core.asks.figures import (
    Export,
    ExportPage,
    Lead,
    LeadPage,
    LeaveNote,
    Report,
    ReportPage,
)
from console.core.asks.looking import (
    ConversationPage,
    Explain,
    Explanation,
    History,
    HistoryPage,
    Look,
    Overview,
    OverviewPage,
    Queue,
    QueuePage,
    Search,
    SearchPage,
    Show,
)
from console.core.asks.meeting import Hello, Ping, SpeakFor, Welcome
from console.core.asks.replying import (
    AnsweredBefore,
    BeginPrivate,
    Decide,
    DiscardDraft,
    DraftHistory,
    DraftHistoryPage,
    GoPrivate,
    Guarded,
    Hints,
    HintsPage,
    PrecedentsPage,
    Queued,
    SaveDraft,
    SendReply,
    Snippets,
    SnippetsPage,
    TakeBack,
    WentPrivate,
)
from console.core.asks.sources import SourceLog, SourceLogPage
from console.core.asks.upkeep import (
    Backup,
    Calendars,
    CalendarsPage,
    DecideHolidays,
    Holidays,
    HolidaysPage,
    Import,
    KnownMoods,
    KnownMoodsPage,
    PollNow,
    PreviewRules,
    ProposeHolidays,
    Rebuild,
    Reload,
    Stop,
)
from console.core.model import (
    Role,
)

AnyAsk = (
    Hello
    | Ping
    | SpeakFor
    | Queue
    | Overview
    | Show
    | History
    | Explain
    | Search
    | CustomerOf
    | Look
    | Claim
    | Assign
    | Next
    | SetStatus
    | Snooze
    | SnoozeAgain
    | JudgeThanks
    | Tag
    | SetPriority
    | Bulk
    | Note
    | AnsweredElsewhere
    | SaveDraft
    | DiscardDraft
    | DraftHistory
    | SendReply
    | TakeBack
    | Decide
    | GoPrivate
    | BeginPrivate
    | FollowUp
    | CorrectMood
    | SaveView
    | Shift
    | Undo
    | Hints
    | Snippets
    | AnsweredBefore
    | Reload
    | Rebuild
    | PollNow
    | SourceLog
    | KnownMoods
    | Backup
    | FindCustomers
    | SuggestPeople
    | JoinPeople
    | PartPeople
    | CustomerHistory
    | CustomerOrders
    | NoteCustomer
    | Forget
    | Import
    | Stop
    | Report
    | Lead
    | Export
    | LeaveNote
    | PreviewRules
    | Calendars
    | Holidays
    | ProposeHolidays
    | DecideHolidays
)


AnyAnswer = (
    Welcome
    | QueuePage
    | OverviewPage
    | ConversationPage
    | HistoryPage
    | Explanation
    | SearchPage
    | CustomerPage
    | HintsPage
    | KnownMoodsPage
    | SourceLogPage
    | ReportPage
    | LeadPage
    | ExportPage
    | SnippetsPage
    | PrecedentsPage
    | DraftHistoryPage
    | WentPrivate
    | CustomersPage
    | PeoplePage
    | CustomerHistoryPage
    | OrdersPage
    | CalendarsPage
    | HolidaysPage
    | Forgot
    | Done
    | BulkDone
    | Queued
    | Guarded
    | Failed
)


LEAST_ROLE: dict[type[Ask], Role] = {
    Hello: "observer",
    Ping: "observer",
    Queue: "observer",
    Overview: "observer",
    Show: "observer",
    History: "observer",
    Explain: "observer",
    Search: "observer",
    CustomerOf: "observer",
    Look: "observer",
    Hints: "drafter",
    Snippets: "drafter",
    AnsweredBefore: "drafter",
    DraftHistory: "drafter",
    GoPrivate: "drafter",
    BeginPrivate: "drafter",
    SaveDraft: "drafter",
    DiscardDraft: "drafter",
    SendReply: "drafter",
    Note: "drafter",
    Undo: "drafter",
    Shift: "drafter",
    TakeBack: "drafter",
    Reload: "lead",
    Rebuild: "lead",
    KnownMoods: "lead",
    Import: "lead",
    Backup: "lead",
    FindCustomers: "lead",
    Forget: "lead",
    SaveView: "agent",
    PollNow: "agent",
    Stop: "lead",
    SourceLog: "observer",
    Report: "observer",
    Lead: "observer",
    LeaveNote: "agent",
    PreviewRules: "lead",
    Calendars: "observer",
    ProposeHolidays: "lead",
    DecideHolidays: "lead",
}
"""The least role for each ask; what is not named here needs an agent."""


ROLE_RANK: dict[Role, int] = {"observer": 0, "drafter": 1, "agent": 2, "lead": 3}


class Up(Struct, frozen=True, omit_defaults=True):
    """A line from console to desk."""

    id: int
    ask: AnyAsk


class Down(Struct, frozen=True, omit_defaults=True):
    """A line from desk to console: an answer, or news."""

    id: int = 0
    answer: AnyAnswer | None = None
    changed: int | None = None
    touched: tuple[int, ...] | None = None
    """With `changed`: the conversations in which something did; None may be any of them."""
    tell: str = ""
    """A sentence for this person now (a mention in a note, a reply refused)."""
    ping: int = 0
    """Still here? Any line is an answer; `Up(0, Ping())` is the shortest."""


encoder = msgspec.json.Encoder()


@cache
def up_decoder() -> msgspec.json.Decoder[Up]:
    """The desk's; made when it is needed, because a console never needs it."""
    return msgspec.json.Decoder(Up)


down_decoder = msgspec.json.Decoder(Down)
