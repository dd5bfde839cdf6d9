"""The wire: what a console asks and what the desk answers.

One JSON object a line, `{"id": 7, "ask": {"type": "claim", …}}` up and
`{"id": 7, "answer": {"type": …}}` down. Besides answers the desk sends only
`{"changed": VERSION}`. The first exchange is `Hello` and `Welcome`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from console.core.forecast import Forecast, Pace
from console.core.model import (
    Conversation,
    Customer,
    Draft,
    Earlier,
    Event,
    MoodLabel,
    Person,
    QueueRow,
    Reply,
    Role,
    SourceHealth,
    Status,
    Turn,
)
from console.core.spikes import Spike
from sources.base import Post

PROTOCOL = 1
"""Raised whenever an older console or desk could misread the other."""

MAX_LINE_BYTES = 4 * 1024 * 1024


class Ask(Struct, frozen=True, tag_field="type"):
    """A question or an order to the desk."""


class Answer(Struct, frozen=True, tag_field="type"):
    """What the desk says to one `Ask`."""


# --- meeting -------------------------------------------------------------------------------


class Hello(Ask, frozen=True, tag="hello"):
    """The first line of a console."""

    protocol: int = PROTOCOL
    release: str = ""
    zone: str = "UTC"
    client: Literal["console", "verb"] = "console"
    observe: bool = False


class Ping(Ask, frozen=True, tag="ping"):
    """Still here? With id 0 it is the answer to the desk's own ping, and gets none."""


class SpeakFor(Ask, frozen=True, tag="speak_for"):
    """Before the hello: this line speaks for another of the team. The desk's own user only."""

    name: str


class Welcome(Answer, frozen=True, tag="welcome"):
    """Who you are to the desk, and what never changes while it runs."""

    you: Person
    desk: str
    """The desk's name, for the title."""
    protocol: int = PROTOCOL
    release: str = ""
    now: datetime | None = None
    calendars: dict[str, Any] = field(default_factory=dict)
    """Calendar by name, as `console.core.calendar.parse_calendar` takes it, for countdowns."""
    undo_s: float = 10.0
    team_languages: tuple[str, ...] = ()
    muted_hints: tuple[str, ...] = ()
    for_console: bool = False
    """A console started this desk: a newer console may end it and start a newer one."""


# --- looking -------------------------------------------------------------------------------


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


class CustomerOf(Ask, frozen=True, tag="customer_of"):
    conversation: int


class CustomerPage(Answer, frozen=True, tag="customer_page"):
    customer: Customer | None


# --- acting --------------------------------------------------------------------------------


class Look(Ask, frozen=True, tag="look"):
    """Where this console is: presence. `mode` none means: nowhere."""

    conversation: int | None
    mode: Literal["viewing", "writing", "none"] = "viewing"


class Claim(Ask, frozen=True, tag="claim"):
    """Take a conversation, if nobody took it since `version`."""

    conversation: int
    version: int | None = None
    take_over: bool = False


class Assign(Ask, frozen=True, tag="assign"):
    """Give a conversation to somebody; empty hands it back to the team."""

    conversation: int
    to: str
    version: int | None = None


class Next(Ask, frozen=True, tag="next"):
    """The next conversation for me: earliest due, nobody's, within my skills. It becomes mine."""


class SetStatus(Ask, frozen=True, tag="set_status"):
    """`reason` is demanded for closing without an answer ("spam", "no reply needed")."""

    conversation: int
    status: Status
    reason: str = ""


class Snooze(Ask, frozen=True, tag="snooze"):
    """Hide until a time (free text: "2h", "fri 9", "until reply"), or wake with an empty text."""

    conversation: int
    until: str
    reason: str = ""
    past_due: bool = False
    """Yes, past the deadline that the refusal named."""


class Tag(Ask, frozen=True, tag="tag"):
    conversation: int
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class SetPriority(Ask, frozen=True, tag="set_priority"):
    conversation: int
    priority: int


class Note(Ask, frozen=True, tag="note"):
    """An internal note; @name reaches that person's console."""

    conversation: int
    text: str


class Bulk(Ask, frozen=True, tag="bulk"):
    """One action on many conversations; each stands or falls alone, `u` takes all of it back."""

    conversations: tuple[int, ...]
    """At most `BULK_AT_ONCE`."""
    action: Claim | Assign | SetStatus | Snooze | Tag | SetPriority
    """What is done to each; its own `conversation` and `version` do not matter."""


BULK_AT_ONCE = 200


class AnsweredElsewhere(Ask, frozen=True, tag="answered_elsewhere"):
    conversation: int
    at: datetime | None = None
    link: str = ""


class SaveDraft(Ask, frozen=True, tag="save_draft"):
    conversation: int
    text: str
    note: bool = False
    opened_on: int = 0
    version: int = 0
    revision: int = 0


class DiscardDraft(Ask, frozen=True, tag="discard_draft"):
    conversation: int


class DraftHistory(Ask, frozen=True, tag="draft_history"):
    """What my draft of a conversation said before, the newest first."""

    conversation: int


class DraftHistoryPage(Answer, frozen=True, tag="draft_history_page"):
    drafts: tuple[Draft, ...]


class SendReply(Ask, frozen=True, tag="send_reply"):
    """Queue a reply under the send guard: nothing is sent if something newer stands there."""

    conversation: int
    text: str
    key: str
    """Made by the console, once: a repeated request with the same key is the same reply."""
    opened_on: int
    version: int
    anyway: bool = False
    then: Status = "waiting"
    promise_at: datetime | None = None
    """The agent confirmed this promised time: a clock for it starts."""
    snippets: tuple[str, ...] = ()
    """Snippets, by id, that went into the text: they are offered first on similar items."""


class TakeBack(Ask, frozen=True, tag="take_back"):
    """Within the undo window; the text returns to the draft."""

    reply: int


Verdict = Literal["was_sent", "send_again", "give_up", "approve", "return"]


class Decide(Ask, frozen=True, tag="decide"):
    """A person settles an unsure or refused reply, or an approval."""

    reply: int
    verdict: Verdict
    note: str = ""
    """Why it is returned; its author hears it, and it stays as a note."""


class GoPrivate(Ask, frozen=True, tag="go_private"):
    """The customer is asked to go on in private: mark it, and say with which words."""

    conversation: int


class WentPrivate(Answer, frozen=True, tag="went_private"):
    line: str
    """The public line, in the customer's language."""
    said: str
    """Where it goes on, for the agent."""
    conversation: int | None = None
    """The customer's private conversation, where there is one that can be answered."""


class FollowUp(Ask, frozen=True, tag="follow_up"):
    """Remind the team to ask whether the answer helped; an empty time is the team's usual one."""

    conversation: int
    until: str = ""
    reason: str = ""


class CorrectMood(Ask, frozen=True, tag="correct_mood"):
    conversation: int
    label: MoodLabel


class SaveView(Ask, frozen=True, tag="save_view"):
    """Save or, with an empty filter, remove a view of the team."""

    name: str
    filter: str
    order: str = "due"


class Shift(Ask, frozen=True, tag="shift"):
    on: bool


class Undo(Ask, frozen=True, tag="undo"):
    """Take back my last action that can be taken back; the answer says which."""


class Snippets(Ask, frozen=True, tag="snippets"):
    """Snippets that fit a conversation, filled in, best first; an empty query gives them all."""

    conversation: int
    query: str = ""
    count: int = 20


class SnippetShown(Struct, frozen=True):
    id: str
    title: str
    text: str
    """Filled in; what the agent must still fill stands as {?words}."""
    language: str = ""
    uses: int = 0
    """How often it answered similar items."""


class SnippetsPage(Answer, frozen=True, tag="snippets_page"):
    snippets: tuple[SnippetShown, ...]
    trouble: str = ""
    """What is wrong with the team's snippets, for whoever keeps them."""


class AnsweredBefore(Ask, frozen=True, tag="answered_before"):
    """Sent replies: those to customers who wrote alike, or those that hold the words asked for."""

    conversation: int
    words: str = ""
    count: int = 20


class Precedent(Struct, frozen=True):
    """A reply that was sent, with what it answered."""

    conversation: int
    turn: int
    who: str
    source: str
    at: datetime
    language: str
    asked: str
    """What the customer had written last."""
    text: str
    alike: float = 0.0
    """How much the customer's text is like this conversation's, 0 to 1."""


class PrecedentsPage(Answer, frozen=True, tag="precedents_page"):
    precedents: tuple[Precedent, ...]


class Hints(Ask, frozen=True, tag="hints"):
    """Tone hints for a draft; answers to older revisions may be dropped."""

    conversation: int
    draft: str
    revision: int
    language: str = "en"


class HintShown(Struct, frozen=True):
    id: str
    severity: Literal["error", "warn", "info"]
    start: int
    end: int
    message: str
    fix: str | None = None
    fix_start: int | None = None
    """Where the fix goes, with `fix_end`, if not in place of the hint's own stretch."""
    fix_end: int | None = None


class HintsPage(Answer, frozen=True, tag="hints_page"):
    revision: int
    hints: tuple[HintShown, ...]


class Reload(Ask, frozen=True, tag="reload"):
    """Re-read the configuration; leads only."""


class Rebuild(Ask, frozen=True, tag="rebuild"):
    """Derive every clock again from the ledger."""


class PollNow(Ask, frozen=True, tag="poll_now"):
    source: str = ""


class Import(Ask, frozen=True, tag="import"):
    """Posts from a file, taken in as backfill; at most `IMPORT_AT_ONCE` a question."""

    source: str
    posts: tuple[Post, ...]


IMPORT_AT_ONCE = 500


class Backup(Ask, frozen=True, tag="backup"):
    """Copy the whole database, verified, while the desk goes on; the answer's text is the path."""


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
    copies: tuple[str, ...] = ()
    """Files that an erasure does not reach: older copies of the database."""


class Stop(Ask, frozen=True, tag="stop"):
    """End the desk cleanly; its owner only."""


# --- figures -------------------------------------------------------------------------------


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


class PreviewRules(Ask, frozen=True, tag="preview_rules"):
    """What other policies and calendars would move; nothing is changed."""

    rules: Any
    """`console.core.policy.Rules`, as JSON."""


class Conflict(Struct, frozen=True):
    """What is newer than the writer's screen."""

    at: datetime
    actor: str
    what: str


class Done(Answer, frozen=True, tag="done"):
    """It is done. `undo` names what `u` would take back."""

    version: int = 0
    conversation: int | None = None
    text: str = ""
    undo: str = ""


class NotDone(Struct, frozen=True):
    """Why one of many was left as it is."""

    conversation: int
    message: str


class BulkDone(Answer, frozen=True, tag="bulk_done"):
    """What became of a `Bulk`."""

    done: tuple[int, ...]
    not_done: tuple[NotDone, ...] = ()
    text: str = ""
    undo: str = ""
    version: int = 0


class Queued(Answer, frozen=True, tag="queued"):
    """The reply is in the outbox."""

    reply: Reply
    promise: tuple[datetime, str] | None = None
    """A commitment found in the text, with its words: one key makes it a clock."""


class Guarded(Answer, frozen=True, tag="guarded"):
    """Nothing was sent: this is newer. The draft is kept."""

    conflicts: tuple[Conflict, ...]
    draft: Draft | None = None


class Failed(Answer, frozen=True, tag="failed"):
    """The desk said no; the sentence says why and what to do."""

    kind: Literal[
        "denied", "stale", "not_found", "unanswerable", "wrong", "store", "protocol", "trouble"
    ]
    message: str


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
    SaveDraft: "drafter",
    DiscardDraft: "drafter",
    SendReply: "drafter",
    Note: "drafter",
    Undo: "drafter",
    Shift: "drafter",
    TakeBack: "drafter",
    Reload: "lead",
    Rebuild: "lead",
    Import: "lead",
    Backup: "lead",
    FindCustomers: "lead",
    Forget: "lead",
    SaveView: "agent",
    PollNow: "agent",
    Stop: "lead",
    Report: "observer",
    Lead: "observer",
    LeaveNote: "agent",
    PreviewRules: "lead",
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
    tell: str = ""
    """A sentence for this person now (a mention in a note, a reply refused)."""
    ping: int = 0
    """Still here? Any line is an answer; `Up(0, Ping())` is the shortest."""


encoder = msgspec.json.Encoder()
up_decoder = msgspec.json.Decoder(Up)
down_decoder = msgspec.json.Decoder(Down)
