"""Gives every inbound turn its mood. The store's table is the queue: a dead process loses nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Protocol

from console.core.model import Mood, MoodLabel
from console.desk.timing import Alarm, Clock, Sleep
from console.desk.trouble import Trouble
from console.errors import StoreError
from console.store.protocol import Store, Unscored

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(seconds=30)
TRY_AGAIN_AFTER = timedelta(seconds=10)
_FEW = 8
"""So few texts are news, not a backlog: they go before whatever the process still has to do."""
_SURELY = 0.5
"""Stars and text disagree only where the model is at least this confident."""


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

    def ring(self) -> None:
        """Something new was taken in, or the scorer came up."""
        self._alarm.ring()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            wait = LOOK_EVERY
            try:
                if self._scorer.state == "ready" and await self.round():
                    continue
            except StoreError as error:
                self._trouble.store_failed(error)
                wait = TRY_AGAIN_AFTER
            except Exception:
                log.exception("scoring stumbled")
                wait = TRY_AGAIN_AFTER
            await self._alarm.wait(self._clock() + wait)

    async def round(self) -> bool:
        """Score one batch; False if there was nothing to score."""
        waiting = await self._store.unscored(self._scorer.model, self._batch)
        if not waiting:
            return False
        texts = [one for one in waiting if one.text.strip()]
        scored = await self._scorer.score([one.text for one in texts], urgent=len(texts) <= _FEW)
        found = dict(zip((one.turn for one in texts), scored, strict=True))
        moods = [
            (one.turn, mood, contradicts(mood, one))
            for one in waiting
            for mood in [found.get(one.turn) or from_stars(one)]
        ]
        await self._store.set_moods(moods, self._clock())
        self._changed()
        return True


def from_stars(turn: Unscored) -> Mood | None:
    """A mood where only stars spoke: 1-2 of five negative, 3 neutral, 4-5 positive."""
    label = _stars_label(turn)
    return Mood(label=label, score=1.0, model="rating") if label else None


def contradicts(mood: Mood | None, turn: Unscored) -> bool:
    """Whether stars and text disagree: five stars and angry words, one star and praise."""
    label = _stars_label(turn)
    if mood is None or mood.uncertain or mood.model == "rating" or mood.score < _SURELY:
        return False
    return {mood.label, label} == {"negative", "positive"}


def _stars_label(turn: Unscored) -> MoodLabel | None:
    if turn.rating is None or turn.rating_max <= 0:
        return None
    share = turn.rating / turn.rating_max
    if share <= 0.5:
        return "negative"
    return "positive" if share > 0.7 else "neutral"
