"""What a store answers and does.

Each method is one question or one whole transaction: what must happen together is one method.
Clocks are advanced inside the same transaction as the happening that moves them, by the pure
functions of `console.core.clocks` under the rules last given to `adopt()`.

Every method that changes something raises `StoreError` where the disk refuses, `NotFound` where
the thing named is not there, and `Stale` where somebody was faster.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol

from msgspec import Struct

from console.core.asks import Conflict, Found, Joined, Precedent, Rated, ViewCount
from console.core.clocks import Clock, LedgerEvent
from console.core.holidays import HolidayDay
from console.core.holidays import Verdict as HolidayVerdict
from console.core.model import (
    Conversation,
    Customer,
    Draft,
    Earlier,
    Event,
    Mood,
    MoodLabel,
    Poll,
    QueueRow,
    Reply,
    SourceHealth,
    Status,
    Turn,
)
from console.core.mood import Judgement
from console.core.people import Known
from console.core.period_rows import Rows
from console.core.preview import Preview
from console.core.reports import Period
from console.core.sla import Rules
from console.core.views import Filter
from sources.base import Batch, Channel, Cursor, Kind, Outgoing


class TakenIn(Struct, frozen=True):
    """What one batch changed."""

    new: int = 0
    edited: int = 0
    unchanged: int = 0
    conversations: tuple[int, ...] = ()
    reopened: tuple[int, ...] = ()
    answered_outside: tuple[int, ...] = ()
    small_edits: tuple[int, ...] = ()
    """Edited, but by so little (at most 20 % of the text, the same stars) that nobody is told."""


class Window(Struct, frozen=True):
    """A stretch of a view."""

    rows: tuple[QueueRow, ...]
    first: int
    total: int
    """Exact up to 1000, which means "999+"."""
    keep_at: int | None = None


class Queued(Struct, frozen=True):
    """A reply that went to the outbox, or what stands against it."""

    reply: Reply | None
    conflicts: tuple[Conflict, ...] = ()
    draft: Draft | None = None


class Delivery(Struct, frozen=True):
    """A reply that is due to be sent now, with all that a channel needs."""

    reply: Reply
    source: str
    outgoing: Outgoing
    """A dataclass of `sources.base`; never goes over the wire."""


class Unscored(Struct, frozen=True):
    """A turn that has no mood yet."""

    turn: int
    text: str
    rating: float | None
    rating_max: int
    kind: Kind


class TaughtText(Struct, frozen=True):
    """A text whose mood is known: corrected by a person, or rated by its author."""

    turn: int
    text: str
    label: MoodLabel | None
    """A person's word; None where only stars spoke."""
    rating: float | None
    rating_max: int
    kind: str


class Text(Struct, frozen=True):
    """What a customer wrote, for the topics of a period."""

    conversation: int
    source: str
    language: str
    text: str


class LiveClock(Struct, frozen=True):
    """The deadline on a conversation's row, and the policy that set it."""

    conversation: int
    policy: str
    due_at: datetime
    late: bool
    soon: bool
    running: bool


class ShiftNote(Struct, frozen=True):
    """What one shift leaves to the next, in somebody's words."""

    at: datetime
    person: str
    text: str


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


class Store(Protocol):
    """The desk's memory."""

    # --- life ---------------------------------------------------------------------------

    @property
    def version(self) -> int:
        """Grows with every committed change that a console could see."""
        ...

    def take_touched(self) -> frozenset[int] | None:
        """The conversations that writes touched since the last call; None for any of them."""
        ...

    async def adopt(self, rules: Rules, now: datetime, *, preview: bool = False) -> Preview:
        """Take rules into force, as a new version if they differ; with `preview` only tell.

        The reviewed holidays close their calendars whatever the rules say.
        """
        ...

    @property
    def rules(self) -> Rules:
        """The rules in force, reviewed holidays in their calendars."""
        ...

    async def holidays(self, calendar: str = "") -> tuple[HolidayDay, ...]:
        """Every day that was proposed for a calendar, by date; for all of them without a name."""
        ...

    async def propose_holidays(
        self, calendar: str, days: Sequence[tuple[date, str]], by: str, now: datetime
    ) -> int:
        """Days of a feed, to be reviewed; how many are new. What was said about others stands."""
        ...

    async def decide_holidays(
        self,
        rules: Rules,
        calendar: str,
        days: Sequence[date],
        verdict: HolidayVerdict,
        by: str,
        now: datetime,
        *,
        preview: bool = False,
    ) -> Preview:
        """A person's word on proposed days and what it moves, together; `rules` as configured."""
        ...

    async def name_sources(self, channels: dict[str, tuple[str, Channel | None]]) -> None:
        """The configured sources: name to (type, channel). Others keep their history, unpolled."""
        ...

    async def close(self) -> None: ...

    # --- intake -------------------------------------------------------------------------

    async def cursors(self) -> dict[str, Cursor]:
        """Where each source stands, by name; a source never polled is absent."""
        ...

    async def take_in(
        self,
        source: str,
        batch: Batch,
        now: datetime,
        *,
        every: timedelta,
        backfill: bool = False,
        duration_s: float = 0.0,
        status: int | None = None,
        heard: bool = False,
    ) -> TakenIn:
        """Posts and cursor, together. Posts already there are recognised; edits become new turns.

        `every` is the source's interval, for the backfill rule (semantics S2); `backfill` marks
        imports. A first sync is recognised by the absence of a cursor. The rest is for the
        source's log: how long it took, HTTP's status, whether the platform told us unasked.
        """
        ...

    async def poll_failed(
        self,
        source: str,
        cursor: Cursor,
        now: datetime,
        *,
        duration_s: float = 0.0,
        status: int | None = None,
    ) -> None:
        """A poll gave an error; the cursor carries it and when to try again."""
        ...

    async def health(self, now: datetime) -> tuple[SourceHealth, ...]: ...

    async def polls(self, source: str, count: int) -> tuple[Poll, ...]:
        """A source's last polls, the newest first."""
        ...

    # --- looking ------------------------------------------------------------------------

    async def window(
        self,
        filter: Filter,
        *,
        me: str,
        now: datetime,
        order: str = "due",
        first: int = 0,
        count: int = 100,
        keep: int | None = None,
    ) -> Window:
        """A stretch of a view in a total order. Presence fields of the rows are left empty."""
        ...

    async def counts(self, me: str, now: datetime) -> tuple[ViewCount, ...]:
        """Shipped views, then the team's own, each with its count (1000 means "999+")."""
        ...

    async def next_due(self, now: datetime, count: int = 10) -> tuple[datetime, ...]: ...

    async def next_for(
        self,
        me: str,
        now: datetime,
        *,
        languages: Sequence[str] = (),
        sources: Sequence[str] = (),
        taken: Sequence[int] = (),
    ) -> int | None:
        """The earliest due open conversation that nobody owns; languages and sources narrow it."""
        ...

    async def row(self, conversation: int) -> QueueRow: ...

    async def conversation(self, conversation: int, me: str, *, see_drafts: bool) -> Conversation:
        """Everything about one; others' drafts carry their text only with `see_drafts`."""
        ...

    async def history(self, conversation: int) -> tuple[Event, ...]: ...

    async def ledger(
        self, conversation: int
    ) -> tuple[tuple[LedgerEvent, ...], tuple[Clock, ...]]: ...

    async def search(self, text: str, count: int, *, sent_only: bool = False) -> tuple[Found, ...]:
        """Full text, newest first; whatever was typed is words, never syntax; never raises on it."""
        ...

    async def answers_like(self, text: str, but: int, count: int) -> tuple[Precedent, ...]:
        """Answers to customers who share words with `text`, in other conversations than `but`."""
        ...

    async def answers_with(self, words: str, but: int, count: int) -> tuple[Precedent, ...]:
        """Sent replies that hold all of these words, the newest first."""
        ...

    async def customer(self, conversation: int) -> Customer | None: ...

    async def recent_replies(self, count: int = 50) -> tuple[str, ...]:
        """The texts of the last public replies that were sent, newest first."""
        ...

    # --- acting on a conversation (each writes its event, advances clocks, returns the version) ---

    async def claim(
        self,
        conversation: int,
        person: str,
        now: datetime,
        *,
        version: int | None = None,
        take_over: bool = False,
    ) -> int:
        """Compare and set: raises `Stale` naming the owner if somebody else has it."""
        ...

    async def assign(
        self,
        conversation: int,
        to: str,
        by: str,
        now: datetime,
        *,
        version: int | None = None,
    ) -> int: ...

    async def set_status(
        self, conversation: int, status: Status, by: str, now: datetime, *, reason: str = ""
    ) -> int: ...

    async def snooze(
        self,
        conversation: int,
        by: str,
        now: datetime,
        *,
        until: datetime | None,
        until_reply: bool = False,
        reason: str = "",
    ) -> int:
        """Hide until then; `until` None without `until_reply` wakes it."""
        ...

    async def cut_short(self, conversation: int) -> tuple[datetime | None, bool] | None:
        """The snooze that the customer's words ended: (its time, until a reply); None for none."""
        ...

    async def snooze_again(self, conversation: int, by: str, now: datetime) -> int:
        """Until the same time as before the customer's words; what looks like thanks was thanks."""
        ...

    async def judge_thanks(self, conversation: int, by: str, now: datetime, *, thanks: bool) -> int:
        """A person's word on a turn that looks like thanks. Raises `NotFound` where none does."""
        ...

    async def tag(
        self,
        conversation: int,
        by: str,
        now: datetime,
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
    ) -> int: ...

    async def set_priority(
        self, conversation: int, priority: int, by: str, now: datetime
    ) -> int: ...

    async def note(self, conversation: int, text: str, by: str, now: datetime) -> int: ...

    async def answered_elsewhere(
        self, conversation: int, by: str, now: datetime, *, at: datetime, link: str
    ) -> int: ...

    async def follow_up(
        self, conversation: int, by: str, now: datetime, *, until: datetime, reason: str
    ) -> int:
        """Sleep until then, and come back as a reminder whatever the status is."""
        ...

    async def go_private(self, conversation: int, by: str, now: datetime) -> int:
        """The customer was asked to go on in private."""
        ...

    async def begin_private(
        self,
        conversation: int,
        by: str,
        now: datetime,
        *,
        source: str,
        address: str = "",
        subject: str = "",
    ) -> int:
        """A private conversation with this one's customer, on `source`; the same one if asked again."""
        ...

    async def private_beside(self, conversation: int) -> int | None:
        """The same customer's newest private conversation, None where there is none."""
        ...

    async def undo(self, person: str, now: datetime) -> tuple[int, str]:
        """Take back this person's last undoable action: (conversation, what was undone)."""
        ...

    async def acted(self, person: str) -> int:
        """The number of this person's last undoable action, 0 for none."""
        ...

    async def tie(self, person: str, conversations: Sequence[int], after: int, what: str) -> None:
        """What this person did to these conversations after that action is undone as one."""
        ...

    async def hand_back(self, person: str, now: datetime) -> tuple[int, ...]:
        """The end of a shift: what this person owned returns to the team."""
        ...

    # --- drafts and replies ---------------------------------------------------------------

    async def save_draft(self, draft: Draft, now: datetime) -> Draft:
        """Keep the newest revision; what an older one would overwrite stays in the history."""
        ...

    async def discard_draft(self, conversation: int, person: str, now: datetime) -> None:
        """Undoable."""
        ...

    async def draft_history(self, conversation: int, person: str) -> tuple[Draft, ...]: ...

    async def queue_reply(
        self,
        conversation: int,
        *,
        text: str,
        key: str,
        by: str,
        now: datetime,
        opened_on: int,
        version: int,
        undo_window: timedelta,
        anyway: bool = False,
        then: Status = "waiting",
        approval: bool = False,
        promise_at: datetime | None = None,
    ) -> Queued:
        """Draft to outbox under the send guard (semantics S13), in one transaction.

        The same key again returns the reply that already stands. Raises `Unanswerable`.
        """
        ...

    async def take_back(self, reply: int, by: str, now: datetime) -> int:
        """Only while held or awaiting approval; the text returns to the draft."""
        ...

    async def due_replies(self, now: datetime, count: int = 20) -> tuple[Delivery, ...]:
        """Replies whose time has come, the earliest first; in one conversation in order of writing."""
        ...

    async def next_reply_at(self) -> datetime | None:
        """When `due_replies` will next have something."""
        ...

    async def start_sending(self, reply: int, now: datetime) -> bool:
        """Committed before the network is touched; False if it was taken back meanwhile."""
        ...

    async def settle_reply(
        self,
        reply: int,
        outcome: str,
        now: datetime,
        *,
        error: str = "",
        retry_at: datetime | None = None,
        external_id: str = "",
        url: str = "",
        thread: str = "",
        published: bool = True,
    ) -> Reply:
        """Outcome and clock, together. `outcome` is a row of `console.core.outbox`.

        `thread` is what a first private message began: what comes in it belongs to its conversation.
        """
        ...

    async def interrupted_replies(self) -> tuple[Delivery, ...]:
        """Replies that were `sending` when the last desk died."""
        ...

    async def approve(
        self,
        reply: int,
        by: str,
        now: datetime,
        *,
        undo_window: timedelta,
        anyway: bool = False,
    ) -> Queued:
        """A drafter's reply is held for its undo window, under the send guard.

        The guard tells what is newer than the writer's asking, whoever may have seen it since.
        Raises `Stale` for a reply that does not wait any more, `Unanswerable`.
        """
        ...

    async def decide(self, reply: int, verdict: str, by: str, now: datetime) -> Reply: ...

    async def reply(self, reply: int) -> Reply: ...

    async def use_snippets(
        self, conversation: int, ids: Sequence[str], by: str, now: datetime
    ) -> None:
        """These snippets went into a reply."""
        ...

    async def snippet_uses(self, kind: str, mood: MoodLabel | None) -> dict[str, int]:
        """How often each answered conversations of this kind and mood, by id."""
        ...

    # --- moods --------------------------------------------------------------------------

    async def unscored(self, model: str, count: int) -> tuple[Unscored, ...]:
        """Newest first: turns without a mood, or with one of another model."""
        ...

    async def unscored_count(self, model: str) -> int: ...

    async def set_moods(
        self, moods: Sequence[tuple[int, Mood | None, bool]], now: datetime
    ) -> tuple[int, ...]:
        """(turn, mood, contradiction) each; None: the model gave up on it. Returns conversations."""
        ...

    async def correct_mood(
        self, conversation: int, label: MoodLabel, by: str, now: datetime
    ) -> int: ...

    async def judgements(self, period: Period) -> tuple[Judgement, ...]:
        """People's words of a period on what a model had said; the last word on each turn."""
        ...

    async def known_moods(self, after: int, count: int) -> tuple[TaughtText, ...]:
        """Texts to learn from, by turn, those after one: corrected or rated."""
        ...

    # --- views, shift, upkeep -------------------------------------------------------------

    async def save_view(self, name: str, filter: str, order: str, by: str) -> None: ...

    async def remove_view(self, name: str) -> None: ...

    async def view(self, name: str) -> tuple[str, str]:
        """(filter, order) of a shipped or saved view. Raises `NotFound` naming the nearest."""
        ...

    async def set_shift(self, person: str, now: datetime, *, on: bool) -> None: ...

    async def on_shift(self) -> tuple[str, ...]: ...

    async def tick(self, now: datetime) -> tuple[int, ...]:
        """Wake what has slept enough and record breaches that came due; those that woke."""
        ...

    async def rebuild(self) -> int:
        """Derive every clock and cache again from the ledger; how many rows changed."""
        ...

    # --- reports --------------------------------------------------------------------------

    async def report_rows(self, period: Period) -> Rows:
        """Everything that the numbers of a period are made of."""
        ...

    async def rules_known(self) -> dict[int, Rules]:
        """Every version of the rules that was ever in force."""
        ...

    async def said(self, period: Period) -> tuple[Text, ...]:
        """What customers wrote in a period, the newest first; some thousands at most."""
        ...

    async def exported(
        self, filter: Filter, me: str, now: datetime, *, after: int, count: int
    ) -> tuple[tuple[QueueRow, tuple[Turn, ...]], ...]:
        """Conversations of a filter by number, those after one, with everything said in them.

        A filter that names no state takes every state here.
        """
        ...

    async def live_clocks(self, now: datetime, until: datetime) -> tuple[LiveClock, ...]:
        """The deadline on each row that is late, soon, or due before `until`; earliest first."""
        ...

    async def mood_counts(self, period: Period) -> dict[tuple[str, str], int]:
        """How many turns had which mood, by (source, mood); imported and uncertain ones left out."""
        ...

    async def outbox_troubles(self) -> dict[str, tuple[int, ...]]:
        """Conversations by the state of a reply that is not through."""
        ...

    async def owned(self) -> dict[str, int]:
        """How many open conversations each owner has."""
        ...

    async def snoozed(self) -> tuple[int, ...]:
        """What sleeps, by when it wakes."""
        ...

    async def promised(self) -> tuple[int, ...]:
        """Conversations in which a promise of ours still runs, the earliest first."""
        ...

    async def shift_since(self) -> dict[str, datetime]:
        """Since when each person on shift is."""
        ...

    async def write_shift_note(self, person: str, text: str, now: datetime) -> None:
        """A note for the next shift."""
        ...

    async def shift_notes(self, since: datetime) -> tuple[ShiftNote, ...]:
        """The notes for the next shift since a time, the earliest first."""
        ...

    # --- keeping --------------------------------------------------------------------------

    async def backup(self, target: Path) -> None:
        """A whole, verified copy for its owner alone, while the desk goes on."""
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

    async def customer_names(self, count: int) -> tuple[tuple[int, str], ...]:
        """Number and name of the newest customers."""
        ...

    async def bearers(self, name: str) -> int:
        """How many customers are called so."""
        ...

    async def customer_history(
        self, conversation: int
    ) -> tuple[Customer, tuple[Earlier, ...], tuple[Rated, ...], tuple[Joined, ...]]:
        """The customer, their conversations and ratings, newest first, and who was joined."""
        ...

    async def customers_like(self, text: str, count: int = 20) -> tuple[Customer, ...]:
        """Customers whose number, name or platform's id this is; the surest first."""
        ...

    async def forget(
        self, customer: int, now: datetime, *, ours: Collection[str] = ()
    ) -> Forgotten:
        """Erase a person from tables, search index and write-ahead log. Cannot be undone."""
        ...

    async def retention(self, older_than: datetime) -> int:
        """Delete solved and closed conversations without any activity since; how many."""
        ...
