"""How a deadline came about, in plain sentences: what `explain ID` prints and the key `i` shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from console.core.clocks import Clock, LedgerEvent, headline, state_at
from console.core.durations import in_words
from console.core.holidays import HolidayDay
from console.core.i18n import _, mark

_NAMES = {
    "frt": mark("First reply"),
    "nrt": mark("Next reply"),
    "upd": mark("Update"),
    "prom": mark("Promise"),
    "fres": mark("First resolution"),
    "res": mark("Resolution"),
}

_STATES = {
    "none": mark("not counted yet: the customer's words look like thanks"),
    "running": mark("running"),
    "at_risk": mark("soon due"),
    "critical": mark("due any moment"),
    "breached": mark("late"),
    "paused": mark("paused"),
    "provisional": mark("standing still while a reply is on its way"),
    "met": mark("met"),
    "met_late": mark("met late"),
    "cancelled": mark("cancelled"),
}

_REASONS = {
    "waiting": mark("waiting for the customer"),
    "on_hold": mark("on hold"),
    "solved": mark("solved"),
    "closed": mark("closed"),
    "thanks": mark("it was only thanks"),
    "undone": mark("taken back"),
    "replaced": mark("a newer promise took its place"),
    "taken_back": mark("taken back"),
    "refused": mark("the platform refused it"),
    "unsure": mark("nobody knows whether it was published"),
    "awaiting_approval": mark("it waits for approval"),
}


def explain(
    events: Sequence[LedgerEvent],
    clocks: Sequence[Clock],
    now: datetime,
    zone: str,
    *,
    holidays: Sequence[HolidayDay] = (),
) -> tuple[str, ...]:
    """Sentences about every clock, the one that the queue shows first, times in `zone`.

    For each clock: where it stands, then what moved it, oldest first. Of `holidays` those are
    named that are accepted and lie before its deadline.
    """
    told = [clock for clock in clocks if clock.kind in _NAMES]
    if not told:
        return (_("No clock ever ran here: nobody waits for an answer."),)
    first = headline(tuple(clocks), thanked=any(_is_held(clock, now) for clock in clocks))
    told.sort(key=lambda clock: (clock is not first, not clock.active))
    teller = _Teller(ZoneInfo(zone), now)
    sentences: list[str] = []
    for clock in told:
        own = [e for e in events if (e.clock, e.instance) == (clock.kind, clock.instance)]
        sentences.append(teller.standing(clock))
        sentences.extend(teller.closed(clock, holidays))
        sentences.extend(sentence for event in own for sentence in teller.event(event, clock))
    return tuple(sentences)


def _is_held(clock: Clock, now: datetime) -> bool:
    return clock.held_until is not None and now < clock.held_until


class _Teller:
    """Puts clocks and events into words, for one reader's zone."""

    def __init__(self, zone: ZoneInfo, now: datetime) -> None:
        self._zone = zone
        self._now = now
        self._events: dict[str, Callable[[LedgerEvent, Clock], str]] = {
            "activate": self._activate,
            "pause": lambda event, _clock: _("paused: {reason}").format(reason=_reason(event)),
            "resume": self._resume,
            "provisional": lambda _event, _clock: _(
                "a reply is on its way; the clock stands still"
            ),
            "fulfil": self._fulfil,
            "breach": lambda _event, _clock: _("the deadline passed"),
            "cancel": lambda event, _clock: _("cancelled: {reason}").format(reason=_reason(event)),
            "apply_policy": self._judged,
            "recompute": self._judged,
            "noted": self._noted,
        }

    def standing(self, clock: Clock) -> str:
        """Where a clock stands, with its target and what is left of it."""
        name = _(_NAMES[clock.kind])
        if clock.instance > 1:
            name = _("{name} no. {n}").format(name=name, n=clock.instance)
        parts = [
            _("{name}: {state}").format(name=name, state=_(_STATES[state_at(clock, self._now)]))
        ]
        if clock.target is None:
            parts.append(_("no deadline: no policy sets a target for it"))
        elif clock.due_at is not None:
            parts.append(_("due {time}").format(time=self._when(clock.due_at)))
        elif clock.active and clock.resumed_at is None:
            left = clock.target - clock.consumed
            parts.append(_("{time} left when it goes on").format(time=_span(left)))
        else:
            parts.append(_("no deadline within 800 days: the calendar is hardly ever open"))
        if clock.backfill:
            parts.append(_("imported, so it counts in no figure"))
        return "; ".join(parts) + "."

    def closed(self, clock: Clock, holidays: Sequence[HolidayDay]) -> tuple[str, ...]:
        """The holidays that put a deadline off."""
        if not clock.business or clock.due_at is None:
            return ()
        first, last = clock.started_at.date(), clock.due_at.date()
        return tuple(
            _("  {calendar} is closed on {day}: {name}.").format(
                calendar=one.calendar, day=one.day.isoformat(), name=one.name
            )
            for one in holidays
            if one.state == "accepted"
            and one.calendar == clock.calendar
            and first <= one.day <= last
        )

    def event(self, event: LedgerEvent, clock: Clock) -> tuple[str, ...]:
        """One line of the ledger as a sentence, with who did it and what the deadline became."""
        words = self._events[event.kind](event, clock)
        if not words:
            return ()
        if event.actor:
            words = _("{words} ({person})").format(words=words, person=event.actor)
        if event.due_at and event.kind in ("resume", "apply_policy", "recompute"):
            words = _("{words}; due {time}").format(words=words, time=self._when(event.due_at))
        return (f"  {self._when(event.at)}: {words}.",)

    def _activate(self, event: LedgerEvent, _clock: Clock) -> str:
        if event.detail.reopened:
            return _("reopened; the time it had used before is kept")
        return "; ".join([self._started(event), _under(event)])

    def _started(self, event: LedgerEvent) -> str:
        detail = event.detail
        if event.clock == "prom":
            return _("a reply promised an answer")
        if detail.counts_from is not None:
            return _("the customer wrote what looks like thanks; it counts from {time}").format(
                time=self._when(detail.counts_from)
            )
        if detail.turn_at is None:
            return _("started when the customer wrote")
        written = self._when(detail.turn_at)
        if detail.backfill:
            sentence = _("imported: started when first seen; the customer wrote {time}")
        elif detail.late_arrival:
            sentence = _("the platform showed it late: started when first seen; written {time}")
        else:
            sentence = _("started when first seen, as the policy says; the customer wrote {time}")
        return sentence.format(time=written)

    def _judged(self, event: LedgerEvent, _clock: Clock) -> str:
        if event.kind == "apply_policy":
            return _("comes under another policy: {policy}").format(policy=_under(event))
        return _("the rules changed: {policy}").format(policy=_under(event))

    def _resume(self, event: LedgerEvent, _clock: Clock) -> str:
        if event.detail.reply is not None:
            outcome = _reason(event)
            return _("the reply did not go out ({outcome}); as if it had never stopped").format(
                outcome=outcome
            )
        if event.detail.undone:
            return _("taken back; as if it had never stopped")
        if event.detail.reason == "real":
            return _("it was more than thanks: the clock counts")
        return _("goes on")

    def _fulfil(self, event: LedgerEvent, clock: Clock) -> str:
        detail = event.detail
        if detail.submitted_at is None:
            words = _("met: {reason}").format(reason=_reason(event))
        elif detail.external:
            words = _("answered in the platform's own app")
        elif detail.manual:
            words = _("answered elsewhere")
        elif detail.automation:
            words = _("answered by a rule, which this policy counts")
        else:
            words = _("answered")
        if detail.submitted_at is not None and event.at > detail.submitted_at:
            words += "; " + _("sent {sent}, accepted only {accepted}").format(
                sent=self._when(detail.submitted_at),
                accepted=self._when(detail.accepted_at or event.at),
            )
        if detail.in_time:
            words += "; " + _("it was in time, though it became known after the deadline")
        elif clock.due_at is not None and event.at > clock.due_at:
            words += "; " + _("{time} late").format(time=_span(event.at - clock.due_at))
        return words

    def _noted(self, event: LedgerEvent, _clock: Clock) -> str:
        if event.detail.turn_at is not None:
            return _("the customer wrote again; the clock does not move")
        return _("answered after all")

    def _when(self, at: datetime) -> str:
        here = at.astimezone(self._zone)
        same_day = here.date() == self._now.astimezone(self._zone).date()
        return f"{here:%H:%M}" if same_day else f"{here:%Y-%m-%d %H:%M}"


def _under(event: LedgerEvent) -> str:
    """The policy and target an event was written under."""
    if event.clock == "prom":
        return _("{time} was promised").format(time=_span(event.target or timedelta(0)))
    if event.target is None:
        return _("policy {policy} (version {n}), which sets no target").format(
            policy=event.policy, n=event.policy_version
        )
    if event.business:
        return _(
            "policy {policy} (version {n}): {time} of the opening hours of {calendar} (version {m})"
        ).format(
            policy=event.policy,
            n=event.policy_version,
            time=_span(event.target),
            calendar=event.calendar,
            m=event.calendar_version,
        )
    return _("policy {policy} (version {n}): {time}, day and night").format(
        policy=event.policy, n=event.policy_version, time=_span(event.target)
    )


def _reason(event: LedgerEvent) -> str:
    """The ledger's word as a reader's words; a person's own reason stays as it was written."""
    reason = event.detail.reason
    return _(_REASONS[reason]) if reason in _REASONS else reason


def _span(time: timedelta) -> str:
    """A length of time in hours and minutes: a business day has no fixed length."""
    return in_words(time, days=False)
