"""Gives every inbound turn its mood. The store's table is the queue: a dead process loses nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Protocol

from msgspec import structs

from console.core.model import Mood, Turn
from console.core.mood import decide
from console.core.quoting import own_words
from console.desk.timing import Alarm, Clock, Sleep
from console.desk.trouble import Trouble
from console.errors import StoreError
from console.store.protocol import Store

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(seconds=30)
LOOK_AGAIN = timedelta(seconds=1)
"""While the process starts: how soon its being ready is noticed."""
TRY_AGAIN_AFTER = timedelta(seconds=10)
_FEW = 8
"""So few texts are news, not a backlog: they go before whatever the process still has to do."""
_REMEMBERED = 10_000
"""Turns whose deciding words were sought; one without any is not asked about at every look."""


class Scorer(Protocol):
    """What reads moods; `console.mood.scorer` has the one with flair."""

    @property
    def model(self) -> str:
        """The model's name; another name means that nothing is scored yet. Empty: mood is off."""
        ...

    @property
    def state(self) -> str:
        """off | starting | ready | failed"""
        ...

    @property
    def trouble(self) -> str: ...

    async def score(self, texts: Sequence[str], *, urgent: bool = False) -> list[Mood | None]:
        """A mood for each text; None where the model gave up on it."""
        ...

    async def why(self, text: str) -> Mood | None:
        """The mood with the words that decided."""
        ...


class MoodKeeper:
    """Feeds what has no mood to the scorer, newest first, and stores what comes back."""

    def __init__(
        self,
        store: Store,
        scorer: Scorer,
        clock: Clock,
        trouble: Trouble,
        *,
        batch: int = 64,
        sleep: Sleep = asyncio.sleep,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._scorer = scorer
        self._clock = clock
        self._trouble = trouble
        self._batch = batch
        self._changed = changed
        self._alarm = Alarm(clock, sleep)
        self._state = ""
        self._wondered: dict[int, Turn] = {}
        self._asked: set[int] = set()

    def ring(self) -> None:
        """Something new was taken in."""
        self._alarm.ring()

    def explain(self, turn: Turn) -> None:
        """Somebody looks at this turn: find its deciding words, if the model has not said them."""
        mood = turn.mood
        if not mood or mood.words or mood.model != self._scorer.model or turn.id in self._asked:
            return
        if len(self._asked) >= _REMEMBERED:
            self._asked.clear()
        self._asked.add(turn.id)
        self._wondered[turn.id] = turn
        self._alarm.ring()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            wait = LOOK_EVERY
            try:
                if self._scorer.state != self._state:
                    self._state = self._scorer.state
                    self._changed()
                if self._state == "ready":
                    explained = await self._explain_one()
                    if await self.round() or explained:
                        continue
                elif self._state != "off":
                    wait = LOOK_AGAIN
            except StoreError as error:
                self._trouble.store_failed(error)
                wait = TRY_AGAIN_AFTER
            except Exception:
                log.exception("scoring stumbled")
                wait = TRY_AGAIN_AFTER
            await self._alarm.wait(self._clock() + wait)

    async def _explain_one(self) -> bool:
        """The newest question about a mood; False if there was none."""
        if not self._wondered:
            return False
        number, turn = self._wondered.popitem()
        mood = await self._scorer.why(own_words(turn.text))
        # stars had their say in the label; the words explain it only where they agree.
        if mood and mood.words and turn.mood and mood.label == turn.mood.label:
            mood = structs.replace(turn.mood, words=mood.words)
            await self._store.set_moods([(number, mood, turn.contradiction)], self._clock())
            self._changed()
        return True

    async def round(self) -> bool:
        """Score one batch; False if there was nothing to score."""
        waiting = await self._store.unscored(self._scorer.model, self._batch)
        if not waiting:
            return False
        texts = [one for one in waiting if one.text.strip()]
        words = [own_words(one.text) for one in texts]
        scored = await self._scorer.score(words, urgent=len(texts) <= _FEW)
        found = dict(zip((one.turn for one in texts), scored, strict=True))
        moods = [
            (one.turn, *decide(found.get(one.turn), one.rating, one.rating_max, one.kind))
            for one in waiting
        ]
        await self._store.set_moods(moods, self._clock())
        self._changed()
        return True
