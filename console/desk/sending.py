"""One reply and its platform: what became of a request, and how a doubt is cleared up.

- The channel honours a key: the same request is repeated with the same key.
- It can be read: look twice, each time after it had time to settle; only a reply that was twice
  not there is sent again.
- Neither: nobody can tell, and a person decides.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Literal

from console.desk.timing import Clock, Sleep
from console.store.protocol import Delivery
from sources.base import Doubt, Receipt, Refused, Source, SourceError
from sources.retry import Chance, back_off
from sources.said import say
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
_LONGEST_ERROR = 500

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


class Sender:
    """Sends and looks; knows neither outbox nor schedule."""

    def __init__(
        self,
        clock: Clock,
        sleep: Sleep,
        chance: Chance,
        hold: Callable[[str, datetime], None],
    ) -> None:
        """`hold` is told the source and the instant before which its platform wants no request."""
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._hold = hold
        self.settle_after = timedelta(seconds=5)
        """How long a platform may take to show what it accepted."""
        self.talking: set[asyncio.Task[Any]] = set()
        """Tasks inside a request now: to cut one short would leave a doubt."""

    async def request(self, delivery: Delivery, source: Source | None) -> Outcome:
        """Send once. `doubtful` where nobody knows whether it went."""
        if source is None:
            words = say("sources.{name} is not configured any more", name=delivery.source)
            return Outcome("refused", error=words)
        task = asyncio.current_task()
        assert task is not None
        self.talking.add(task)
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
            return Outcome("doubtful", error=say("the platform did not answer in time"))
        except Exception as error:
            log.exception("a source broke", extra={"source": delivery.source})
            return Outcome("doubtful", error=_words(error))
        finally:
            self.talking.discard(task)
        return Outcome("accepted" if receipt.published else "pending", receipt)

    def _not_sent(self, delivery: Delivery, error: SourceError) -> Outcome:
        """It surely did not go: again later, unless that is hopeless or has gone on for too long."""
        now = self._clock()
        if error.stop:
            return Outcome("refused", error=_words(error), hopeless=True)
        if now - delivery.reply.submitted_at >= RETRIES_FOR:
            words = say("not delivered for a day: {error}", error=_words(error))
            return Outcome("refused", error=words, hopeless=True)
        retry_at = now + back_off(delivery.reply.attempts + 1, self._chance)
        if error.retry_at:
            # A rate limit holds for the whole source, not for this reply alone.
            retry_at = max(retry_at, error.retry_at)
            self._hold(delivery.source, error.retry_at)
        return Outcome("not_sent", error=_words(error), retry_at=retry_at)

    async def clear_up(self, delivery: Delivery, source: Source | None, error: str) -> Outcome:
        """Whether it went, found out by the means its channel has; `doubtful` if it has none."""
        channel = source.channel if source else None
        outcome = Outcome("doubtful", error=error)
        if channel and channel.idempotent:
            outcome = await self._repeat(delivery, source, error)
        if source and channel and channel.readable and outcome.outcome in ("doubtful", "refused"):
            found = await self._look(delivery, source, outcome.error)
            # "Already answered", says a platform that took the first request: only what is
            # surely not there was really refused.
            if outcome.outcome == "doubtful" or found.outcome != "absent":
                return found
        return outcome

    async def _repeat(self, delivery: Delivery, source: Source | None, error: str) -> Outcome:
        """The same request with the same key, until an answer arrives or the key may be forgotten."""
        not_before: datetime | None = None
        for again in count(1):
            wait = max(self.settle_after, back_off(again, self._chance))
            if not_before:
                wait = max(wait, not_before - self._clock())
            if self._clock() + wait - delivery.reply.submitted_at >= KEY_LIVES:
                break
            await self._sleep(wait.total_seconds())
            outcome = await self.request(delivery, source)
            if outcome.outcome in ("accepted", "pending"):
                return outcome
            if outcome.outcome == "refused" and not outcome.hopeless:
                return outcome
            error, not_before = outcome.error or error, outcome.retry_at
        return Outcome("doubtful", error=error)

    async def _look(self, delivery: Delivery, source: Source, error: str) -> Outcome:
        """Read back: there, twice not there, or not to be told."""
        missing = blind = 0
        while missing < LOOKS and blind < BLIND_LOOKS:
            wait = self.settle_after + (back_off(blind, self._chance) if blind else timedelta())
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


def _words(error: BaseException) -> str:
    return clip(clean(str(error) or type(error).__name__), _LONGEST_ERROR)
