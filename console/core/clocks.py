"""What a happening does to a conversation's clocks.

`advance` is called for everything that happens, in the transaction that records it. Deadlines are
instants in the clocks, so nothing has to tick: lateness is computed when somebody looks.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import structs

from console.core.book import Book
from console.core.happenings import (
    Arrived,
    FactsChanged,
    Happening,
    Noted,
    Promised,
    Queued,
    Released,
    Responded,
    RulesChanged,
    StatusSet,
    ThanksJudged,
    Ticked,
    Undone,
)
from console.core.headline import headline, state_at
from console.core.ledger import (
    Clock,
    Detail,
    LedgerClock,
    LedgerEvent,
    LedgerKind,
    Turn,
    replay,
)
from console.core.policy import Facts, Rules

__all__ = [
    "Arrived",
    "Clock",
    "Detail",
    "FactsChanged",
    "Happening",
    "LedgerClock",
    "LedgerEvent",
    "LedgerKind",
    "Noted",
    "Promised",
    "Queued",
    "Released",
    "Responded",
    "RulesChanged",
    "StatusSet",
    "ThanksJudged",
    "Ticked",
    "Turn",
    "Undone",
    "advance",
    "headline",
    "replay",
    "state_at",
]

_REPLY: tuple[LedgerClock, ...] = ("frt", "nrt")
_ANSWERED: tuple[LedgerClock, ...] = ("frt", "nrt", "upd", "prom")
_RESOLUTION: tuple[LedgerClock, ...] = ("fres", "res")

LONG_BEFORE = timedelta(days=30)
"""A turn older than this when first seen starts its clock when seen."""

THANKS_HELD = timedelta(minutes=30)
"""A turn that looks like thanks becomes an ordinary one after this much business time."""


def advance(
    clocks: tuple[Clock, ...], happening: Happening, facts: Facts, rules: Rules
) -> tuple[tuple[LedgerEvent, ...], tuple[Clock, ...]]:
    """What a happening writes into the ledger, and the clocks after it.

    `facts` are as they stand after the happening. Happenings are told in the order in which the
    desk learns of them; an answer given outside may be older than what is already written.
    """
    hand = _Hand(clocks, facts, rules, happening.actor)
    hand.write_breaches(happening.at)
    hand.judge_again(happening.at)
    match happening:
        case Arrived():
            hand.arrived(happening)
        case Responded():
            hand.responded(happening)
        case Queued():
            hand.queued(happening)
        case Released():
            hand.released(happening)
        case StatusSet():
            hand.status_set(happening)
        case Promised():
            hand.promised(happening)
        case ThanksJudged():
            hand.thanks_judged(happening)
        case Undone():
            hand.undone(happening)
        case FactsChanged() | RulesChanged() | Noted() | Ticked():
            pass
    # New targets, and replies that did not go out, may leave a deadline in the past.
    hand.write_breaches(happening.at)
    return tuple(hand.events), hand.clocks


class _Hand(Book):
    """Writes what each happening causes."""

    def arrived(self, turn: Arrived) -> None:
        """A customer's turn: it opens the conversation and starts the reply clock that is due."""
        starts_at, late = self._start_of(turn)
        detail = Detail(
            turn_at=turn.at if turn.at != starts_at else None,
            seen_at=turn.seen_at,
            backfill=turn.backfill,
            late_arrival=late,
        )
        if self.last("frt") is None:
            for kind in ("frt", *_RESOLUTION, "wait"):
                self.activate(kind, starts_at, detail)
            return
        answered = not self.active(*_REPLY) and not self._unanswered_close()
        if turn.thanks and answered:
            self._hold_thanks(starts_at, detail)
            return
        self._open(starts_at)
        self._start_reply_clock(turn, starts_at, detail)

    def _start_of(self, turn: Arrived) -> tuple[datetime, bool]:
        """When a clock for this turn starts, and whether it arrived late."""
        responses = [clock.submitted_at for clock in self.clocks if clock.submitted_at]
        late = (
            turn.late
            or turn.at > turn.seen_at
            or turn.seen_at - turn.at > LONG_BEFORE
            # Nobody could see it when we last answered, so that answer is not for it.
            or (bool(responses) and turn.at <= max(responses))
        )
        if turn.backfill:
            return turn.seen_at, False
        return (turn.seen_at if late or self.policy.start == "seen" else turn.at), late

    def _unanswered_close(self) -> bool:
        """Closed without any answer: the customer's return is a first turn again."""
        first = self.last("frt")
        return first is not None and first.cancelled_at is not None and first.submitted_at is None

    def _hold_thanks(self, starts_at: datetime, detail: Detail) -> None:
        calendar = self.rules.calendar(self.policy.calendar)
        until = calendar.due(starts_at, THANKS_HELD)
        self.activate("nrt", starts_at, structs.replace(detail, counts_from=until))

    def _start_reply_clock(self, turn: Arrived, starts_at: datetime, detail: Detail) -> None:
        for clock in self.active("nrt"):
            if clock.held_until is not None and starts_at < clock.held_until:
                self.write("cancel", clock, starts_at, Detail(reason="thanks"))
        if running := self.active(*_REPLY):
            self._note_turn(running[0], Turn(turn.at, starts_at, turn.backfill))
        elif self._unanswered_close():
            self.activate("frt", starts_at, detail)
        else:
            self.activate("nrt", starts_at, detail)

    def _note_turn(self, clock: Clock, turn: Turn) -> None:
        detail = Detail(turn_at=turn.at, starts_at=turn.starts_at, backfill=turn.backfill)
        self.write("noted", clock, turn.starts_at, detail)

    def responded(self, response: Responded) -> None:
        """An accepted reply meets the reply clocks whose turn it can have answered."""
        counts = not response.automation or self.policy.count_automation
        if counts:
            self._answered(response)
        if response.reply is not None:
            outcome = "answered" if counts else "automation"
            self._release(response.reply, response.at, outcome)

    def _answered(self, response: Responded) -> None:
        punctual = response.accepted_at - response.at <= self.rules.retry_grace
        met_at = response.at if punctual else response.accepted_at
        first = self.last("frt")
        if first is not None and self._unanswered_close():
            self.write("noted", first, met_at, Detail(submitted_at=response.at))
        after: list[Turn] = []
        for clock in self.active(*_ANSWERED):
            if _answers(clock, response.at, response.edit_of):
                self._meet(clock, response, max(met_at, clock.started_at))
                after.extend(turn for turn in clock.later if turn.at > response.at)
        self._count_on(after, met_at)

    def _meet(self, clock: Clock, response: Responded, at: datetime) -> None:
        if clock.breached_at is None and clock.due_at is not None and at > clock.due_at:
            self.write("breach", clock, clock.due_at, actor="")
        detail = Detail(
            submitted_at=response.at,
            accepted_at=response.accepted_at,
            reply=response.reply,
            external=response.external,
            manual=response.manual,
            automation=response.automation,
            in_time=clock.breached_at is not None and at <= clock.breached_at,
        )
        self.write("fulfil", clock, at, detail)

    def _count_on(self, after: list[Turn], answered_at: datetime) -> None:
        """What starts with an answer: the next reply, for turns it did not see, and the update."""
        unseen = sorted(after, key=lambda turn: turn.starts_at)
        if unseen and not self.active(*_REPLY):
            first = unseen[0]
            turn_at = first.at if first.at != first.starts_at else None
            detail = Detail(turn_at=turn_at, backfill=first.backfill)
            self.activate("nrt", first.starts_at, detail)
            (started,) = self.active("nrt")
            for turn in unseen[1:]:
                self._note_turn(started, turn)
        wanted = self.policy.target("upd", self.facts.priority) is not None
        if wanted and self.active("res") and not self.active("upd"):
            self.activate("upd", answered_at)

    def queued(self, reply: Queued) -> None:
        """A reply on its way out freezes what it can answer."""
        for clock in self.active(*_ANSWERED):
            if _answers(clock, reply.at, None):
                self.write("provisional", clock, reply.at, Detail(reply=reply.reply))

    def released(self, reply: Released) -> None:
        """A reply that did not go out: as if nothing had been sent."""
        self._release(reply.reply, reply.at, reply.outcome)

    def _release(self, reply: int, at: datetime, reason: str) -> None:
        for clock in self.active(*_ANSWERED):
            if any(waiting == reply for waiting, _submitted in clock.pending):
                self.write("resume", clock, at, Detail(reply=reply, reason=reason))

    def status_set(self, change: StatusSet) -> None:
        """A status pauses, resumes, meets or cancels; a reply clock only by closing with a reason."""
        at, status = change.at, change.status
        if status == "closed" or (status == "solved" and change.reason):
            for clock in self.active(*_REPLY):
                self.write("cancel", clock, at, Detail(reason=change.reason or status))
        if status in ("solved", "closed"):
            self._end(change)
            return
        self._open(at)
        if self.actor:
            self._take_up_again(at)
        paused: tuple[LedgerClock, ...] = ()
        if status == "waiting":
            paused = (*_RESOLUTION, "upd", "wait")
        elif status == "on_hold" and self.policy.pause_on_hold:
            paused = _RESOLUTION
        for clock in self.active(*paused):
            if clock.resumed_at is not None:
                self.write("pause", clock, max(at, clock.resumed_at), Detail(reason=status))

    def _end(self, change: StatusSet) -> None:
        """Solved meets resolution and promise; closed cancels whatever is still open."""
        at, why = change.at, Detail(reason=change.reason or change.status)
        solved = change.status == "solved"
        for clock in self.active(*_RESOLUTION, "prom"):
            self.write("fulfil" if solved else "cancel", clock, at, why)
        for clock in self.active("upd"):
            self.write("cancel", clock, at, why)
        for clock in self.active("wait"):
            if clock.resumed_at is not None:
                self.write("pause", clock, max(at, clock.resumed_at), why)

    def _open(self, at: datetime) -> None:
        """The conversation is being worked on: what a status had paused or ended runs again."""
        for clock in self.active(*_RESOLUTION, "upd", "wait"):
            if clock.resumed_at is None:
                self.write("resume", clock, _not_before(clock, at))
        last = self.last("res")
        if last is None or last.active:
            return
        if last.met_at is not None:
            reopened = Detail(reopened=True)
            self.write("activate", last, _not_before(last, at), reopened)
            self.judge_again(at)
            return
        for kind in _RESOLUTION:
            ended = self.last(kind)
            if ended is not None and ended.cancelled_at is not None:
                self.activate(kind, at)

    def _take_up_again(self, at: datetime) -> None:
        """A person reopened what was closed unanswered: the customer has waited all along."""
        for kind in _REPLY:
            last = self.last(kind)
            if last is None or last.cancelled_at is None or last.submitted_at is not None:
                continue
            if last.reason not in ("thanks", "undone"):
                self.write("resume", last, at, Detail(undone=True, undoes=last.cancelled_at))

    def promised(self, promise: Promised) -> None:
        """A promise runs from the reply that gave it until the next one, in calendar time."""
        if promise.due <= promise.at:
            return
        for clock in self.active("prom"):
            self.write("cancel", clock, promise.at, Detail(reason="replaced"))
        last = self.last("prom")
        fresh = Clock("prom", (last.instance if last else 0) + 1, promise.at, promise.at)
        self.write("activate", fresh, promise.at, target=promise.due - promise.at)

    def thanks_judged(self, judged: ThanksJudged) -> None:
        """An agent's word on a turn that looked like thanks."""
        for clock in self.active("nrt"):
            if clock.held_until is not None and judged.thanks:
                self.write("cancel", clock, judged.at, Detail(reason="thanks"))
            elif clock.held_until is not None:
                self.write("resume", clock, judged.at, Detail(reason="real"))

    def undone(self, undo: Undone) -> None:
        """Takes back what a status, a noted answer or a word on thanks did at an instant."""
        held = [
            c for c in self.clocks if undo.of in (c.judged_at, c.cancelled_at) and c.counts_from
        ]
        over = any(clock.counts_from <= undo.at for clock in held if clock.counts_from)
        if over and any(clock.judged_at == undo.of for clock in held):
            # without that word it would count by now as well.
            return
        answers = [c for c in self.clocks if c.kind in _REPLY and _met_by(c, undo.of)]
        for answer in answers:
            for clock in self.active("nrt", "upd"):
                if clock.started_at >= (answer.met_at or undo.of) or clock.kind == "nrt":
                    self.write("cancel", clock, undo.at, Detail(reason="undone"))
        for clock in self.clocks:
            ended = clock.met_at or clock.cancelled_at
            paused = clock.active and clock.resumed_at is None and clock.spans
            judged = clock.active and clock.judged_at == undo.of
            if _met_by(clock, undo.of) or clock.cancelled_at == undo.of:
                self.write("resume", clock, undo.at, Detail(undone=True, undoes=ended))
            elif judged or (paused and clock.spans[-1][1] == undo.of):
                self.write("resume", clock, undo.at, Detail(undone=True, undoes=undo.of))
            elif clock.active and clock.spans and clock.resumed_at == undo.of:
                self._stop_again(clock, undo.of)
        if over:
            # what thanks had left paused would go on by now.
            self._open(undo.at)

    def _stop_again(self, clock: Clock, at: datetime) -> None:
        """It had been paused or met before somebody set it going at this instant."""
        if clock.reopened_at == at:
            self.write("fulfil", clock, clock.spans[-1][1], Detail(reason="undone"))
        else:
            self.write("pause", clock, at, Detail(reason="undone"))


def _answers(clock: Clock, sent_at: datetime, edit_of: datetime | None) -> bool:
    """Whether a reply sent then can have answered this clock's turn."""
    if clock.kind in ("upd", "prom"):
        # They begin with a reply: the same reply does not end them.
        return edit_of is None and sent_at > clock.started_at
    return sent_at >= clock.turn_at and (edit_of is None or clock.turn_at > edit_of)


def _met_by(clock: Clock, at: datetime) -> bool:
    """Whether what happened at this instant met the clock."""
    return clock.met_at is not None and at in (clock.met_at, clock.submitted_at)


def _not_before(clock: Clock, at: datetime) -> datetime:
    """`at`, or the end of the clock's last stretch if that is later: time is not used twice."""
    return max([at, *(end for _start, end in clock.spans[-1:])])
