"""What time alone brings about: breaches, wake-ups, sentences to people, a clock that jumps."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from console.core.i18n import _, ngettext
from console.core.model import QueueRow, Reply
from console.desk.desk import Desk
from console.desk.timing import Alarm, Sleep
from console.errors import NotFound, StoreError
from console.store.protocol import TakenIn

log = logging.getLogger(__name__)

AT_LEAST_EVERY = timedelta(seconds=15)
"""Snoozes wake at most so late."""
JUMP = timedelta(seconds=2)
"""Wall clock and running time may drift apart by so much between two looks."""
TOLD_FOR = timedelta(minutes=10)
NOTICES_EVERY = timedelta(minutes=1)
"""A person hears of late and woken conversations at most so often (semantics S15)."""
_JUST_AFTER = timedelta(milliseconds=1)
_NAMED = 3


def running_time() -> float:
    """Seconds that nobody can set, suspended time included where the system counts it."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


class Ticker:
    """Looks at the clock at the next interesting instant."""

    def __init__(
        self,
        desk: Desk,
        *,
        sleep: Sleep = asyncio.sleep,
        running_time: Callable[[], float] = running_time,
        jumped: Callable[[], None] = lambda: None,
    ) -> None:
        self._desk = desk
        self._alarm = Alarm(desk.clock, sleep)
        self._running_time = running_time
        self._jumped = jumped
        self._seen = (desk.clock(), running_time())
        self._notices: dict[str, list[str]] = defaultdict(list)
        self._next_notices_at = desk.clock()

    def ring(self) -> None:
        """A due time may have moved."""
        self._alarm.ring()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            until = self._desk.clock() + AT_LEAST_EVERY
            try:
                until = min(until, await self.tick())
            except StoreError as error:
                self._desk.trouble.store_failed(error)
            except Exception:
                log.exception("ticking stumbled")
            await self._alarm.wait(until)

    async def tick(self) -> datetime:
        """Do what is due; the next instant at which something will be."""
        desk, now = self._desk, self._desk.clock()
        self._watch_clock(now)
        desk.presence.decay(now)
        desk.trouble.sentence()
        for conversation in await desk.store.tick(now):
            await self._touched(conversation, now)
        self._give_notices(now)
        desk.spread()
        due = [at + _JUST_AFTER for at in await desk.store.next_due(now, 1)]
        decay = desk.presence.next_decay()
        notices = [self._next_notices_at] if self._notices else []
        return min([*due, *([decay] if decay else []), *notices, now + AT_LEAST_EVERY])

    def _watch_clock(self, now: datetime) -> None:
        """A clock that was set is told, and every schedule is looked at again."""
        wall, ran = self._seen
        self._seen = (now, self._running_time())
        drift = (now - wall) - timedelta(seconds=self._seen[1] - ran)
        if abs(drift) <= JUMP:
            return
        seconds = drift.total_seconds()
        log.warning("the clock jumped", extra={"seconds": seconds})
        self._desk.trouble.tell(
            "clock",
            _("The machine's clock jumped by {n} seconds; deadlines follow it.").format(
                n=f"{seconds:+.0f}"
            ),
            lasting=TOLD_FOR,
        )
        self._jumped()

    # --- who hears what -----------------------------------------------------------------------

    async def taken_in(self, taken: TakenIn) -> None:
        """Customers came back: whoever had answered them hears of it."""
        for conversation in taken.reopened:
            try:
                row = await self._desk.store.row(conversation)
            except NotFound:
                continue
            await self._note(row, _("came back: {who}").format(who=_named(row)))
        self.ring()

    def settled(self, reply: Reply) -> None:
        """A reply that needs its author again is told to them at once."""
        sentences = {
            "refused": _("Your reply in {id} was refused: {error}"),
            "unsure": _("Nobody knows whether your reply in {id} arrived: {error}"),
        }
        if sentence := sentences.get(reply.state):
            self._desk.news.tell(
                [reply.author], sentence.format(id=reply.conversation, error=reply.error)
            )

    async def _touched(self, conversation: int, now: datetime) -> None:
        try:
            row = await self._desk.store.row(conversation)
        except NotFound:
            return
        late = row.due_at is not None and row.due_at < now
        sentence = _("late: {who}") if late else _("awake again: {who}")
        await self._note(row, sentence.format(who=_named(row)))

    async def _note(self, row: QueueRow, sentence: str) -> None:
        """For the owner, if on shift; else for everybody who is."""
        on_shift = await self._desk.store.on_shift()
        for person in [row.owner] if row.owner in on_shift else on_shift:
            self._notices[person].append(sentence)

    def _give_notices(self, now: datetime) -> None:
        if now < self._next_notices_at or not self._notices:
            return
        for person, sentences in self._notices.items():
            self._desk.news.tell([person], _digest(sentences))
        self._notices.clear()
        self._next_notices_at = now + NOTICES_EVERY


def _named(row: QueueRow) -> str:
    return f"{row.id} ({row.who or row.source})"


def _digest(sentences: Iterable[str]) -> str:
    """At most three in full, the others counted."""
    every = list(dict.fromkeys(sentences))
    shown, more = every[:_NAMED], len(every) - _NAMED
    if more > 0:
        shown.append(ngettext("and {n} more", "and {n} more", more).format(n=more))
    return " · ".join(shown)
