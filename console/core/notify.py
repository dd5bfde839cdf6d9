"""Whom to tell about which deadline: people on shift, once for each clock and stage, never at night."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from console.core.i18n import _, ngettext

Stage = Literal["soon", "critical", "late"]

Told = tuple[int, str, int, Stage]
"""What was told: conversation, clock, instance, stage. Each is told once, for ever."""


class Deadline(Struct, frozen=True):
    """A running clock that somebody may have to hear of."""

    conversation: int
    clock: str
    instance: int
    stage: Stage
    due_at: datetime
    who: str = ""
    """The customer, for the sentence."""
    owner: str = ""
    snoozed_by: str = ""

    @property
    def told(self) -> Told:
        """What is kept once it was told."""
        return (self.conversation, self.clock, self.instance, self.stage)


def quiet_hours(texts: Sequence[str]) -> tuple[time, time] | None:
    """`("22:00", "07:00")` as times of day; None for anything else."""
    try:
        first, last = (time.fromisoformat(text) for text in texts)
    except ValueError:
        return None
    return (first, last) if first != last and not (first.tzinfo or last.tzinfo) else None


class Listener(Struct, frozen=True):
    """Somebody who may be told."""

    name: str
    zone: str = "UTC"
    on_shift: bool = False
    lead: bool = False
    always: bool = False
    """A lead who chose to be told off shift too."""
    quiet_from: time | None = None
    """Local time at which the quiet hours begin; None: no quiet hours."""
    quiet_until: time | None = None

    def is_quiet(self, now: datetime) -> bool:
        """Whether it is this person's night."""
        if self.quiet_from is None or self.quiet_until is None:
            return False
        here = now.astimezone(ZoneInfo(self.zone)).time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= here < self.quiet_until
        return here >= self.quiet_from or here < self.quiet_until


class Notice(Struct, frozen=True):
    """One sentence for one person: everything of a minute together."""

    to: str
    sentence: str
    deadlines: tuple[Deadline, ...]
    urgent: bool
    """Something is late or about to be: ring the bell."""


class Round(Struct, frozen=True):
    """One round of telling."""

    notices: tuple[Notice, ...] = ()
    told: tuple[Told, ...] = ()
    """To be remembered, so that nobody is told twice."""
    held: tuple[Deadline, ...] = ()
    """Nobody may be told now; they come again in the next round, as one digest."""


def tell(
    deadlines: Iterable[Deadline],
    people: Sequence[Listener],
    told: Collection[Told],
    now: datetime,
    *,
    open_now: bool = True,
) -> Round:
    """The notices of this minute; call it once a minute.

    The owner is told if on shift, else everybody on shift; leads who chose so are told too.
    `open_now` is whether the team's calendar is open: while it is not, what becomes late is held
    for a digest at the next opening. Who is in their quiet hours is never told.
    """
    known = set(told)
    listening = [person for person in people if not person.is_quiet(now)]
    heard: dict[str, list[Deadline]] = {}
    done: list[Told] = []
    held: list[Deadline] = []
    for deadline in sorted(deadlines, key=lambda one: (one.due_at, one.conversation)):
        if deadline.told in known:
            continue
        hearers = _hearers(deadline, listening) if open_now else ()
        if not hearers:
            held.append(deadline)
            continue
        known.add(deadline.told)
        done.append(deadline.told)
        for person in hearers:
            heard.setdefault(person, []).append(deadline)
    notices = tuple(_notice(name, tuple(found)) for name, found in sorted(heard.items()))
    return Round(notices, tuple(done), tuple(held))


def _hearers(deadline: Deadline, listening: Sequence[Listener]) -> tuple[str, ...]:
    on_shift = [person.name for person in listening if person.on_shift]
    # What belongs to nobody here belongs to the team.
    first = [deadline.owner] if deadline.owner in on_shift else on_shift
    leads = [person.name for person in listening if person.lead and person.always]
    return tuple(dict.fromkeys([*first, *leads]))


def _notice(name: str, deadlines: tuple[Deadline, ...]) -> Notice:
    late = sum(deadline.stage == "late" for deadline in deadlines)
    near = len(deadlines) - late
    parts = []
    if late:
        parts.append(ngettext("{n} is late", "{n} are late", late).format(n=late))
    if near:
        parts.append(ngettext("{n} is due soon", "{n} are due soon", near).format(n=near))
    sentence = ", ".join(parts)
    first = deadlines[0]
    if first.who:
        sentence = _("{counts}: {who} first").format(counts=sentence, who=first.who)
    urgent = any(deadline.stage != "soon" for deadline in deadlines)
    return Notice(name, sentence, deadlines, urgent)
