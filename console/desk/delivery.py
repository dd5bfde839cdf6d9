"""Delivers replies: each once, whatever dies in between.

`sending` is committed before the network is touched. `retry_at` means: it surely did not go. A
reply whose answer was lost stays `sending` while the doubt is cleared up, so that a desk which
dies meanwhile finds it as doubtful and never as unsent. How a doubt is cleared up stands in
`sending`.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from console.core.model import Reply
from console.desk.sending import Outcome, Sender
from console.desk.timing import Alarm, Clock, Sleep
from console.desk.trouble import Trouble
from console.errors import NotFound, Stale, StoreError
from console.store.protocol import Delivery, Store
from sources.base import Source
from sources.retry import Chance
from sources.said import say

log = logging.getLogger(__name__)

STOPPING_GRACE_S = 10.0
"""How long a request that is under way may still take when the desk ends."""
_AT_ONCE = 200


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
        self._sender = Sender(clock, sleep, chance, self._hold)
        self._sender.settle_after = settle
        self._changed = changed
        self._settled = settled
        self._alarm = Alarm(clock, sleep)
        self._sources: Mapping[str, Source] = {}
        self._busy: set[str] = set()
        self._doubtful: set[int] = set()
        self._held_until: dict[str, datetime] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    def adopt(self, sources: Mapping[str, Source], settle: timedelta | None = None) -> None:
        """Deliver through these from now on."""
        self._sources = dict(sources)
        if settle is not None:
            self._sender.settle_after = settle
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
        for task in self._under_way - self._sender.talking:
            task.cancel()
        if talking := self._under_way & self._sender.talking:
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
            words = say("the desk stumbled over this reply; its log says why")
            await self._settle(delivery, Outcome("doubtful", error=words))
        finally:
            self._doubtful.discard(delivery.reply.id)
            self._alarm.ring()

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            if not await self._store.start_sending(delivery.reply.id, self._clock()):
                return
            self._changed()
            outcome = await self._sender.request(delivery, self._sources.get(delivery.source))
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

    async def _clear_up(self, delivery: Delivery, error: str) -> None:
        self._doubtful.add(delivery.reply.id)
        source = self._sources.get(delivery.source)
        await self._settle(delivery, await self._sender.clear_up(delivery, source, error))

    # --- the end of one delivery ------------------------------------------------------------

    async def _settle(self, delivery: Delivery, outcome: Outcome) -> None:
        """Outcome and clock into the store; a full disk must not forget what the platform said."""
        task = asyncio.current_task()
        assert task is not None
        self._sender.talking.add(task)
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
                        thread=outcome.receipt.thread if outcome.receipt else "",
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
            self._sender.talking.discard(task)
        log.info("reply", extra={"reply": reply.id, "state": reply.state, "error": reply.error})
        self._changed()
        self._settled(reply)


def _interrupted() -> str:
    return say("the desk ended while this reply was being sent")
