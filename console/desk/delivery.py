"""Delivers replies: each once, whatever dies in between.

`sending` is committed before the network is touched. `retry_at` means: it surely did not go. A
reply whose answer was lost stays `sending` while the doubt is cleared up, so that a desk which
dies meanwhile finds it as doubtful and never as unsent.

- The channel honours a key: the same request is repeated with the same key.
- It can be read: look twice, each time after it had time to settle; only a reply that was twice
  not there is sent again.
- Neither: `unsure`, and a person decides.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Literal

from console.core.i18n import _
from console.core.model import Reply
from console.desk.timing import Alarm, Clock, Sleep
from console.desk.trouble import Trouble
from console.errors import NotFound, Stale, StoreError
from console.store.protocol import Delivery, Store
from sources.base import Doubt, Receipt, Refused, Source, SourceError
from sources.retry import Chance, back_off
from sources.text import clean, clip

log = logging.getLogger(__name__)

SEND_TIMEOUT_S = 60.0
FIND_TIMEOUT_S = 60.0
LOOKS = 2
"""How often a doubtful reply must be missing before it counts as not there."""
KEY_LIVES = timedelta(minutes=50)
"""How long a key is trusted after its reply was written: Mastodon forgets keys after an hour."""
BLIND_LOOKS = 6
"""How many looks that tell nothing, in a row, before a person is asked."""
MOST_RESENT = 4
"""After so many attempts that vanished, absence is not believed any more."""
RETRIES_FOR = timedelta(hours=24)
"""A reply that could not go for so long comes back to its author."""
STOPPING_GRACE_S = 10.0
"""How long a request that is under way may still take when the desk ends."""
_LONGEST_ERROR = 500
_AT_ONCE = 200

Settled = Literal["accepted", "pending", "found", "refused", "not_sent", "absent", "doubtful"]


@dataclass(frozen=True)
class Outcome:
    """How one delivery ended, as `console.core.outbox` names it."""

    outcome: Settled
    receipt: Receipt | None = None
    error: str = ""
    retry_at: datetime | None = None
    hopeless: bool = False
    """Refused for a reason that says nothing of this reply (a wrong token)."""


class Courier:
    """Takes replies from the outbox to their sources, one at a time for each source."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        trouble: Trouble,
        *,
        sleep: Sleep = asyncio.sleep,
        chance: Chance = random.random,
        settle: timedelta = timedelta(seconds=5),
        changed: Callable[[], None] = lambda: None,
        settled: Callable[[Reply], None] = lambda _reply: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._trouble = trouble
        self._sleep = sleep
        self._chance = chance
        self._settle_after = settle
        self._changed = changed
        self._settled = settled
        self._alarm = Alarm(clock, sleep)
        self._sources: Mapping[str, Source] = {}
        self._busy: set[str] = set()
        self._doubtful: set[int] = set()
        self._held_until: dict[str, datetime] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self._talking: set[asyncio.Task[Any]] = set()

    def adopt(self, sources: Mapping[str, Source], settle: timedelta | None = None) -> None:
        """Deliver through these from now on."""
        self._sources = dict(sources)
        if settle is not None:
            self._settle_after = settle
        self._alarm.ring()

    def ring(self) -> None:
        """The outbox changed."""
        self._alarm.ring()

    @property
    def sending(self) -> int:
        """How many deliveries are under way."""
        return len(self._under_way)

    async def run(self) -> None:
        """Until cancelled; requests that are under way then get a moment to end."""
        async with asyncio.TaskGroup() as group:
            try:
                await self._take_up_interrupted(group)
                while True:
                    await self._alarm.wait(await self._round(group))
            finally:
                await self._let_finish()

    async def _let_finish(self) -> None:
        """Requests get a moment to end; whoever only waits is left to the next desk."""
        for task in self._under_way - self._talking:
            task.cancel()
        if talking := self._under_way & self._talking:
            await asyncio.wait(talking, timeout=STOPPING_GRACE_S)
        for task in self._under_way:
            task.cancel()

    async def _take_up_interrupted(self, group: asyncio.TaskGroup) -> None:
        """Replies that were `sending` when the last desk died: nobody knows whether they went."""
        while True:
            try:
                interrupted = await self._store.interrupted_replies()
                break
            except StoreError as error:
                self._trouble.store_failed(error)
                await self._sleep(10)
        for delivery in interrupted:
            log.warning("interrupted reply", extra={"reply": delivery.reply.id})
            self._start(group, delivery, self._clear_up(delivery, _interrupted()))

    async def _round(self, group: asyncio.TaskGroup) -> datetime | None:
        """Start what can start; when to look again."""
        now = self._clock()
        try:
            due = await self._store.due_replies(now, _AT_ONCE)
            next_at = await self._store.next_reply_at()
        except StoreError as error:
            self._trouble.store_failed(error)
            return now + timedelta(seconds=10)
        for delivery in due:
            if self._may_start(delivery, now):
                self._busy.add(delivery.source)
                self._start(group, delivery, self._deliver(delivery))
        later = [at for at in self._held_until.values() if at > now]
        if next_at and next_at > now:
            later.append(next_at)
        return min(later, default=None)

    def _may_start(self, delivery: Delivery, now: datetime) -> bool:
        held = self._held_until.get(delivery.source)
        return (
            delivery.reply.state in ("held", "retry_at")
            and delivery.reply.id not in self._doubtful
            and delivery.source not in self._busy
            and (held is None or held <= now)
        )

    def _start(
        self, group: asyncio.TaskGroup, delivery: Delivery, work: Coroutine[Any, Any, None]
    ) -> None:
        task = group.create_task(self._guarded(delivery, work))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _guarded(self, delivery: Delivery, work: Coroutine[Any, Any, None]) -> None:
        """One fault must not end the desk; what it leaves behind is a person's to decide."""
        try:
            await work
        except Exception:
            log.exception("delivery stumbled", extra={"reply": delivery.reply.id})
            words = _("the desk stumbled over this reply; its log says why")
            await self._settle(delivery, Outcome("doubtful", error=words))
        finally:
            self._doubtful.discard(delivery.reply.id)
            self._alarm.ring()

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            if not await self._store.start_sending(delivery.reply.id, self._clock()):
                return
            self._changed()
            outcome = await self._request(delivery)
            if outcome.outcome == "doubtful":
                self._doubtful.add(delivery.reply.id)
        except StoreError as error:
            self._trouble.store_failed(error)
            self._hold(delivery.source, self._clock() + timedelta(seconds=10))
            return
        finally:
            self._busy.discard(delivery.source)
            self._alarm.ring()
        if outcome.outcome == "doubtful":
            await self._clear_up(delivery, outcome.error)
        else:
            await self._settle(delivery, outcome)

    def _hold(self, source: str, until: datetime) -> None:
        self._held_until[source] = max(until, self._held_until.get(source, until))

    # --- one request ------------------------------------------------------------------------

    async def _request(self, delivery: Delivery) -> Outcome:
        """Send once. `doubtful` where nobody knows whether it went."""
        source = self._sources.get(delivery.source)
        if source is None:
            words = _("sources.{name} is not configured any more").format(name=delivery.source)
            return Outcome("refused", error=words)
        task = asyncio.current_task()
        assert task is not None
        self._talking.add(task)
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                receipt = await source.send(delivery.outgoing)
        except Refused as error:
            return Outcome("refused", error=_words(error))
        except Doubt as error:
            return Outcome("doubtful", error=_words(error))
        except SourceError as error:
            return self._not_sent(delivery, error)
        except TimeoutError:
            return Outcome("doubtful", error=_("the platform did not answer in time"))
        except Exception as error:
            log.exception("a source broke", extra={"source": delivery.source})
            return Outcome("doubtful", error=_words(error))
        finally:
            self._talking.discard(task)
        return Outcome("accepted" if receipt.published else "pending", receipt)

    def _not_sent(self, delivery: Delivery, error: SourceError) -> Outcome:
        """It surely did not go: again later, unless that is hopeless or has gone on for too long."""
        now = self._clock()
        if error.stop:
            return Outcome("refused", error=_words(error), hopeless=True)
        if now - delivery.reply.submitted_at >= RETRIES_FOR:
            words = _("not delivered for a day: {error}").format(error=_words(error))
            return Outcome("refused", error=words, hopeless=True)
        retry_at = now + back_off(delivery.reply.attempts + 1, self._chance)
        if error.retry_at:
            # A rate limit holds for the whole source, not for this reply alone.
            retry_at = max(retry_at, error.retry_at)
            self._hold(delivery.source, error.retry_at)
        return Outcome("not_sent", error=_words(error), retry_at=retry_at)

    # --- after a doubt ----------------------------------------------------------------------

    async def _clear_up(self, delivery: Delivery, error: str) -> None:
        """Find out whether it went, by the means its channel has; else a person is asked."""
        self._doubtful.add(delivery.reply.id)
        source = self._sources.get(delivery.source)
        channel = source.channel if source else None
        outcome = Outcome("doubtful", error=error)
        if channel and channel.idempotent:
            outcome = await self._repeat(delivery, error)
        if channel and channel.readable and source and outcome.outcome == "doubtful":
            outcome = await self._look(delivery, source, outcome.error)
        await self._settle(delivery, outcome)

    async def _repeat(self, delivery: Delivery, error: str) -> Outcome:
        """The same request with the same key, until an answer arrives or the key may be forgotten."""
        for again in count(1):
            wait = max(self._settle_after, back_off(again, self._chance))
            if self._clock() + wait - delivery.reply.submitted_at >= KEY_LIVES:
                break
            await self._sleep(wait.total_seconds())
            outcome = await self._request(delivery)
            if outcome.outcome in ("accepted", "pending"):
                return outcome
            if outcome.outcome == "refused" and not outcome.hopeless:
                return outcome
            error = outcome.error or error
        return Outcome("doubtful", error=error)

    async def _look(self, delivery: Delivery, source: Source, error: str) -> Outcome:
        """Read back: there, twice not there, or not to be told."""
        missing = blind = 0
        while missing < LOOKS and blind < BLIND_LOOKS:
            wait = self._settle_after + (back_off(blind, self._chance) if blind else timedelta())
            await self._sleep(wait.total_seconds())
            try:
                async with asyncio.timeout(FIND_TIMEOUT_S):
                    receipt = await source.find(delivery.outgoing)
            except (SourceError, TimeoutError) as unknown:
                error, blind = _words(unknown) or error, blind + 1
                continue
            if receipt is not None:
                return Outcome("found", receipt)
            missing, blind = missing + 1, 0
        channel = source.channel
        # What waits for moderation cannot be seen, so its absence proves nothing.
        hidden = channel is not None and channel.moderated
        if missing < LOOKS or hidden or delivery.reply.attempts >= MOST_RESENT:
            return Outcome("doubtful", error=error)
        return Outcome("absent", error=error, retry_at=self._clock())

    # --- the end of one delivery ------------------------------------------------------------

    async def _settle(self, delivery: Delivery, outcome: Outcome) -> None:
        """Outcome and clock into the store; a full disk must not forget what the platform said."""
        task = asyncio.current_task()
        assert task is not None
        self._talking.add(task)
        try:
            for again in count():
                try:
                    reply = await self._store.settle_reply(
                        delivery.reply.id,
                        outcome.outcome,
                        self._clock(),
                        error=outcome.error,
                        retry_at=outcome.retry_at,
                        external_id=outcome.receipt.id if outcome.receipt else "",
                        url=outcome.receipt.url if outcome.receipt else "",
                        published=outcome.receipt.published if outcome.receipt else True,
                    )
                    break
                except StoreError as error:
                    self._trouble.store_failed(error)
                    await self._sleep(min(2.0**again, 30.0))
        except (Stale, NotFound, ValueError) as error:
            # A person decided meanwhile, or the customer was forgotten.
            log.warning(
                "reply settled otherwise", extra={"reply": delivery.reply.id, "error": error}
            )
            return
        finally:
            self._talking.discard(task)
        log.info("reply", extra={"reply": reply.id, "state": reply.state, "error": reply.error})
        self._changed()
        self._settled(reply)


def _words(error: BaseException) -> str:
    return clip(clean(str(error) or type(error).__name__), _LONGEST_ERROR)


def _interrupted() -> str:
    return _("the desk ended while this reply was being sent")
