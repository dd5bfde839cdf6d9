"""Sentences that people hear without asking: deadlines, customers who came back, lost replies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from console.core.i18n import _, mark, ngettext
from console.core.model import Person, QueueRow, Reply
from console.core.notify import Deadline, Listener, Stage, Told, tell
from console.core.said import in_our_words
from console.core.spikes import sentence as unhappier
from console.core.views import parse
from console.desk.leading import unhappy_sources
from console.errors import NotFound

if TYPE_CHECKING:
    from console.desk.desk import Desk

EVERY = timedelta(minutes=1)
"""A person hears of deadlines and of woken conversations at most so often (semantics S15)."""
MOODS_EVERY = timedelta(minutes=10)
"""Whether customers are unhappier than usual is looked at so often: a week of moods is counted."""
_MOST_ROWS = 200
_NAMED = 3
_LATE, _SOON = parse("is:late"), parse("is:soon")


class Noticeboard:
    """Collects for a minute, then tells each person once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._told: set[Told] = set()
        self._sentences: dict[str, list[str]] = defaultdict(list)
        self._returned: set[int] = set()
        self._last: datetime | None = None
        self._unhappy: set[str] = set()
        self._moods_at: datetime | None = None

    def next_at(self) -> datetime:
        """When `give` will next do something."""
        return self._last + EVERY if self._last else self._desk.clock()

    async def give(self, now: datetime) -> None:
        """This minute's round. The first one of a desk only learns what everybody knows."""
        if self._last and now - self._last < EVERY:
            return
        returned, self._returned = self._returned, set()
        for conversation in sorted(returned):
            await self._about(conversation, _("came back: {who}"))
        deadlines = await self._deadlines(now)
        if self._last is None:
            self._told |= {one.told for one in deadlines if not self._is_owed(one, now)}
        self._last = now
        await self._compare_moods(now)
        round_ = tell(deadlines, await self._people(), self._told, now, open_now=self._open(now))
        # What is no deadline any more need not be remembered.
        self._told = (self._told & {one.told for one in deadlines}) | set(round_.told)
        for notice in round_.notices:
            self._sentences[notice.to].insert(0, notice.sentence)
        for person, sentences in self._sentences.items():
            self._desk.news.tell([person], partial(_digest, sentences))
        self._sentences.clear()

    async def _compare_moods(self, now: datetime) -> None:
        """Leads on shift hear, once, of sources whose customers are unhappier than usual."""
        if self._moods_at and now - self._moods_at < MOODS_EVERY:
            return
        self._moods_at = now
        found = await unhappy_sources(self._desk.store, now)
        fresh = tuple(spike for spike in found if spike.source not in self._unhappy)
        self._unhappy = {spike.source for spike in found}
        if fresh:
            on_shift = await self._desk.store.on_shift()
            for person in self._desk.settings.team.values():
                if person.role == "lead" and person.name in on_shift:
                    self._sentences[person.name].append(unhappier(fresh))

    def came_back(self, conversations: Iterable[int]) -> None:
        """Customers who wrote again: whoever has them hears of it in the next round."""
        self._returned.update(conversations)

    async def awake(self, conversation: int) -> None:
        """A snooze ended. A conversation that is late by now is told as that."""
        await self._about(conversation, _("awake again: {who}"))

    def settled(self, reply: Reply) -> None:
        """A reply that needs its author again is told to them at once."""
        sentences = {
            "refused": mark("Your reply in {id} was refused: {error}"),
            "unsure": mark("Nobody knows whether your reply in {id} arrived: {error}"),
        }
        if sentence := sentences.get(reply.state):
            self._desk.news.tell(
                [reply.author],
                lambda: _(sentence).format(id=reply.conversation, error=in_our_words(reply.error)),
            )

    async def _about(self, conversation: int, sentence: str) -> None:
        """For the owner, if on shift; else for everybody who is."""
        try:
            row = await self._desk.store.row(conversation)
        except NotFound:
            return
        if row.due_at and row.due_at < self._desk.clock():
            return
        on_shift = await self._desk.store.on_shift()
        who = f"{row.id} ({row.who or row.source})"
        for person in [row.owner] if row.owner in on_shift else on_shift:
            self._sentences[person].append(sentence.format(who=who))

    async def _deadlines(self, now: datetime) -> list[Deadline]:
        found: list[Deadline] = []
        for wanted in (_LATE, _SOON):
            window = await self._desk.store.window(
                wanted, me="", now=now, order="due", count=_MOST_ROWS
            )
            found += [_deadline(row, now) for row in window.rows if row.due_at and row.clock]
        return found

    async def _people(self) -> list[Listener]:
        on_shift = set(await self._desk.store.on_shift())
        settings = self._desk.settings
        # the owner of a private desk need not stand in the configuration.
        others = [Person(name=name) for name in sorted(on_shift - set(settings.team))]
        return [
            Listener(
                name=person.name,
                zone=person.zone or settings.zone,
                on_shift=person.name in on_shift,
                lead=person.role == "lead",
                always=person.name in settings.always_told,
                quiet_from=settings.quiet.get(person.name, (None, None))[0],
                quiet_until=settings.quiet.get(person.name, (None, None))[1],
            )
            for person in [*settings.team.values(), *others]
        ]

    def _is_owed(self, deadline: Deadline, now: datetime) -> bool:
        """Late since the team was last open: whoever started the desk again took no digest away."""
        hours = self._desk.settings.hours
        opened = any(calendar.elapsed(deadline.due_at, now) for calendar in hours)
        return deadline.stage == "late" and bool(hours) and not opened

    def _open(self, now: datetime) -> bool:
        hours = self._desk.settings.hours
        return not hours or any(calendar.is_open(now) for calendar in hours)


def _deadline(row: QueueRow, now: datetime) -> Deadline:
    assert row.due_at is not None
    stage: Stage = "soon"
    if row.due_at < now:
        stage = "late"
    elif row.critical_at and row.critical_at <= now:
        stage = "critical"
    return Deadline(
        conversation=row.id,
        clock=row.clock or "",
        # A row does not say which instance it shows; a deadline of another time is another one.
        instance=int(row.due_at.timestamp()),
        stage=stage,
        due_at=row.due_at,
        who=row.who,
        owner=row.owner,
        snoozed_by=row.snoozed_by,
    )


def _digest(sentences: list[str]) -> str:
    """At most three in full, the others counted."""
    every = list(dict.fromkeys(sentences))
    shown, more = every[:_NAMED], len(every) - _NAMED
    if more > 0:
        shown.append(ngettext("and {n} more", "and {n} more", more).format(n=more))
    return " · ".join(shown)
