"""The desk's one method: `ask(who, request) -> answer`, and one table of who answers what."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.core import asks
from console.core.asks import LEAST_ROLE, ROLE_RANK, Answer, Ask, Failed
from console.core.i18n import _, speaking
from console.core.model import Role, Turn
from console.core.touched import together
from console.desk import (
    acting,
    aftercare,
    bulk,
    customers,
    holidays,
    importing,
    keeping,
    leading,
    looking,
    meeting,
    observing,
    recalling,
    replying,
    reporting,
    shelf,
    sourcing,
    upkeep,
)
from console.desk.news import News
from console.desk.presence import Presence
from console.desk.timing import Clock
from console.desk.trouble import Trouble
from console.desk.who import Settings, Who
from console.errors import Denied, NotFound, ShiftdeskError, Stale, StoreError, Unanswerable
from console.store.memo import Memo
from console.store.protocol import Store
from sources.base import Channel

log = logging.getLogger(__name__)

Handler = Callable[["Desk", Who, Any], Awaitable[Answer]]

HANDLERS: Mapping[type[Ask], Handler] = {
    asks.Hello: meeting.hello,
    asks.Ping: meeting.ping,
    asks.Look: meeting.look,
    asks.Shift: meeting.shift,
    asks.Queue: looking.queue,
    asks.Overview: looking.overview,
    asks.Show: looking.show,
    asks.History: looking.history,
    asks.Explain: looking.explain,
    asks.Search: looking.search,
    asks.CustomerOf: looking.customer_of,
    asks.Claim: acting.claim,
    asks.Assign: acting.assign,
    asks.Next: acting.next_one,
    asks.SetStatus: acting.set_status,
    asks.Snooze: acting.snooze,
    asks.SnoozeAgain: acting.snooze_again,
    asks.JudgeThanks: acting.judge_thanks,
    asks.Tag: acting.tag,
    asks.SetPriority: acting.set_priority,
    asks.Bulk: bulk.bulk,
    asks.Note: acting.note,
    asks.AnsweredElsewhere: acting.answered_elsewhere,
    asks.CorrectMood: acting.correct_mood,
    asks.Undo: acting.undo,
    asks.SaveDraft: replying.save_draft,
    asks.DiscardDraft: replying.discard_draft,
    asks.DraftHistory: recalling.draft_history,
    asks.AnsweredBefore: recalling.answered_before,
    asks.GoPrivate: aftercare.go_private,
    asks.BeginPrivate: aftercare.begin_private,
    asks.FollowUp: aftercare.follow_up,
    asks.Hints: replying.hints,
    asks.Snippets: shelf.snippets,
    asks.SendReply: replying.send_reply,
    asks.TakeBack: replying.take_back,
    asks.Decide: replying.decide,
    asks.SaveView: upkeep.save_view,
    asks.Reload: upkeep.reload,
    asks.Rebuild: upkeep.rebuild,
    asks.KnownMoods: upkeep.known_moods,
    asks.PollNow: upkeep.poll_now,
    asks.SourceLog: sourcing.source_log,
    asks.Import: importing.import_posts,
    asks.Report: reporting.report,
    asks.LeaveNote: reporting.leave_note,
    asks.PreviewRules: reporting.preview_rules,
    asks.Lead: leading.lead,
    asks.Export: reporting.export,
    asks.Calendars: holidays.calendars,
    asks.Holidays: holidays.holidays,
    asks.ProposeHolidays: holidays.propose,
    asks.DecideHolidays: holidays.decide,
    asks.Backup: keeping.backup,
    asks.FindCustomers: keeping.find_customers,
    asks.SuggestPeople: customers.suggest_people,
    asks.JoinPeople: customers.join_people,
    asks.PartPeople: customers.part_people,
    asks.CustomerHistory: customers.customer_history,
    asks.CustomerOrders: customers.customer_orders,
    asks.NoteCustomer: customers.note_customer,
    asks.Forget: keeping.forget,
    asks.Stop: upkeep.stop,
}


FindHints = Callable[[int, asks.Hints, dict[str, Any]], Awaitable[tuple[asks.HintShown, ...]]]
"""Hints for a draft, from the console's session, the question, and what the desk knows."""

FindPromise = Callable[[str, str, datetime, str], Awaitable[tuple[datetime, str] | None]]
"""The time that a reply promises and its words, from text, language, now and zone."""


@dataclass
class Workers:
    """What the desk's own tasks do when a console asks for it; `run_desk` puts them in."""

    deliver: Callable[[], None] = lambda: None
    """A reply waits in the outbox."""
    poll: Callable[[str], tuple[str, ...]] | None = None
    """Poll a source now (empty: each); the names that will be."""
    hints: FindHints | None = None
    promise: FindPromise | None = None
    mood: Callable[[], tuple[str, str, str]] | None = None
    """(state, trouble, model)."""
    explain_mood: Callable[[Turn], None] | None = None
    """Somebody looks at this turn: find the words that decided its mood."""
    reload: Callable[[], Awaitable[str]] | None = None
    """Re-reads the configuration; a sentence about what changed. Raises `ConfigError`."""
    ring: Callable[[], None] = lambda: None
    """Due times moved."""
    stop: Callable[[], None] | None = None


class Desk:
    """Answers consoles. Holds no facts of its own but presence; the store does."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: Settings | None = None,
        channels: Mapping[str, Channel | None] | None = None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.settings = settings or Settings()
        self.channels = dict(channels or {})
        self.presence = Presence()
        self.news = News()
        self.trouble = Trouble(clock, self.spread)
        self.note = ""
        """What was taken for granted, for every console to say where nothing is wrong."""
        self.workers = Workers()
        self.for_console = False
        """A console started this desk, not a service manager."""
        self.shelf = shelf.Shelf()
        self.salt = secrets.token_bytes(16)
        """Under the masks that observers see; another one with every start."""
        self.overviews = Memo()
        """What every console's overview has in common."""
        self.looks: dict[str, leading.Look] = {}
        """The last look at the day, by the zone whose midnight it began at."""
        self.looking = asyncio.Lock()
        """One look at a time: after a change every open lead's screen asks at once."""

    @property
    def version(self) -> int:
        """Grows with every change that a console could see, presence and troubles included."""
        return self.store.version + self.presence.version + self.trouble.version

    def spread(self, *, anywhere: bool = False) -> None:
        """Let every console know, if something changed since the last time.

        `anywhere`: what changed may show in any conversation, whatever the store wrote.
        """
        # read first: a write that ends in between is told with the next version
        version = self.version
        if version == self.news.told:
            return
        touched = together(self.store.take_touched(), self.presence.take_touched())
        self.news.changed(version, None if anywhere else touched)

    async def ask(self, who: Who, request: Ask) -> Answer:
        """The answer to one request. A refusal is an answer too; nothing is raised."""
        before = self.store.version
        try:
            with speaking(who.language):
                answer = await self._answer(who, request)
            if self.store.version != before:
                self.trouble.end("disk")
            return answer
        except ShiftdeskError as error:
            if isinstance(error, StoreError):
                self.trouble.store_failed(error)
            return Failed(kind=_kind(error), message=str(error))
        except OverflowError:
            # Numbers on the wire have no bound; those of the store have.
            return Failed(kind="not_found", message=_("There is no such number."))
        except Exception:
            log.exception("an ask failed", extra={"ask": type(request).__name__, "who": who.name})
            return Failed(
                kind="trouble",
                message=_("The desk stumbled over this; its log says why. Nothing was changed."),
            )
        finally:
            self.spread()

    async def _answer(self, who: Who, request: Ask) -> Answer:
        handler = self._handler(who, request)
        if self.settings.role(who) == "observer":
            return await observing.answered(self, who, request, handler)
        return await handler(self, who, request)

    def _handler(self, who: Who, request: Ask) -> Handler:
        least = LEAST_ROLE.get(type(request), "agent")
        role = self.settings.role(who)
        if ROLE_RANK[role] < ROLE_RANK[least]:
            raise Denied(_denial(role, least))
        try:
            return HANDLERS[type(request)]
        except KeyError:
            raise NotFound(_("This desk does not know how to do that.")) from None


def _denial(role: Role, least: Role) -> str:
    needed = {
        "lead": _("Only a lead may do this."),
        "agent": _("Only agents and leads may do this."),
        "drafter": _("A console that only watches may not do this."),
    }
    return needed.get(least, _("Your role, {role}, may not do this.").format(role=role))


_KINDS: tuple[tuple[type[ShiftdeskError], str], ...] = (
    (Denied, "denied"),
    (Stale, "stale"),
    (NotFound, "not_found"),
    (Unanswerable, "unanswerable"),
    (StoreError, "store"),
)


def _kind(error: ShiftdeskError) -> Any:
    return next((kind for of, kind in _KINDS if isinstance(error, of)), "wrong")
