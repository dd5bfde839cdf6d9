"""Every turn gets its mood, from the model or from the stars."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from console.core.model import Mood, MoodLabel, Turn
from console.core.mood import decide
from console.desk.mooding import MoodKeeper
from console.desk.trouble import Trouble
from console.errors import StoreError
from console.store.protocol import Unscored
from tests.desk.fakes import START, FakeStore, FakeTime, breathe


class WordCounter:
    """A scorer that calls a text with "bad" negative."""

    model = "counter"
    trouble = ""

    def __init__(self, state: str = "ready") -> None:
        self.state = state
        self.asked: list[tuple[list[str], bool]] = []
        self.explained: list[str] = []

    async def score(self, texts: Sequence[str], *, urgent: bool = False) -> list[Mood | None]:
        self.asked.append((list(texts), urgent))
        return [None if "kill" in text else mood(text) for text in texts]

    async def why(self, text: str) -> Mood | None:
        self.explained.append(text)
        return Mood("negative", 0.9, words=(("bad", 1.0),), model=self.model)


def mood(text: str) -> Mood:
    return Mood("negative" if "bad" in text else "positive", 0.9, model="counter")


def turn(number: int, text: str = "good", rating: float | None = None) -> Unscored:
    return Unscored(turn=number, text=text, rating=rating, rating_max=5, kind="review")


def keeper(store: FakeStore, scorer: WordCounter, time: FakeTime, batch: int = 64) -> MoodKeeper:
    return MoodKeeper(
        store,  # type: ignore[arg-type]
        scorer,
        time.clock,
        Trouble(time.clock),
        batch=batch,
        sleep=time.sleep,
    )


async def test_turns_are_scored_in_batches() -> None:
    """Whatever waits is scored, a batch at a time."""
    store = FakeStore(turns_unscored=[turn(n) for n in range(25)])
    scorer, time = WordCounter(), FakeTime()
    running = asyncio.ensure_future(keeper(store, scorer, time, batch=10).run())
    await breathe()
    running.cancel()

    assert [10, 10, 5] == [len(texts) for texts, _urgent in scorer.asked]
    assert 25 == len(store.moods)


async def test_text_that_killed_the_model_is_not_asked_again() -> None:
    """It is stored without a mood, and the others go on."""
    store = FakeStore(turns_unscored=[turn(1, "kill"), turn(2, "bad")])
    await keeper(store, WordCounter(), FakeTime()).round()

    assert [(1, None), (2, "negative")] == [(t, m and m.label) for t, m, _c in store.moods]
    assert [] == store.turns_unscored


async def test_stars_without_words_speak_for_themselves() -> None:
    """No text, one star: negative, and the model is not asked."""
    store, scorer = FakeStore(turns_unscored=[turn(1, " ", rating=1)]), WordCounter()
    await keeper(store, scorer, FakeTime()).round()

    _turn, found, _contradiction = store.moods[0]
    assert found is not None
    assert ("negative", "rating", [([], True)]) == (found.label, found.model, scorer.asked)


@pytest.mark.parametrize(
    ("label", "rating", "uncertain", "disagree"),
    [
        ("negative", 5, False, True),
        ("positive", 1, False, True),
        ("negative", 1, False, False),
        ("neutral", 5, False, False),
        ("negative", 3, False, False),
        ("negative", 5, True, False),
        ("negative", None, False, False),
    ],
)
def test_stars_and_words_disagree(
    label: MoodLabel, rating: float | None, uncertain: bool, disagree: bool
) -> None:
    """Five stars and angry words, or one star and praise; only where the model is certain."""
    found = Mood(label, 0.9, uncertain=uncertain, model="counter")

    assert disagree == decide(found, rating)[1]


async def test_full_disk_loses_no_mood() -> None:
    """What could not be stored is scored again later."""
    store = FakeStore(turns_unscored=[turn(1)])
    store.broken = StoreError("disk full")
    time = FakeTime()
    running = asyncio.ensure_future(keeper(store, WordCounter(), time).run())
    await time.advance(1)
    store.broken = None
    await time.advance(15)
    running.cancel()

    assert [1] == [number for number, _mood, _contradiction in store.moods]


async def test_scoring_begins_when_the_process_is_ready() -> None:
    """Nothing is asked of a process that still starts."""
    store, scorer, time = FakeStore(turns_unscored=[turn(1)]), WordCounter("starting"), FakeTime()
    running = asyncio.ensure_future(keeper(store, scorer, time).run())
    await time.advance(5)
    before = len(scorer.asked)
    scorer.state = "ready"
    await time.advance(1.1)
    running.cancel()

    assert (0, 1) == (before, len(scorer.asked))


async def test_words_that_decided_are_found_for_what_is_looked_at() -> None:
    """Once, and only for the model's own moods."""
    store, scorer, time = FakeStore(), WordCounter(), FakeTime()
    kept = keeper(store, scorer, time)
    said = Turn(1, "inbound", "Sara", "bad", START, START, mood=mood("bad"))
    corrected = Turn(
        2, "inbound", "Sara", "bad", START, START, mood=Mood("neutral", 1.0, model="agent:ana")
    )
    running = asyncio.ensure_future(kept.run())
    for one in (said, said, corrected):
        kept.explain(one)
        await time.advance(timedelta(seconds=1).total_seconds())
    running.cancel()

    assert ["bad"] == scorer.explained
    assert (("bad", 1.0),) == store.moods[0][1].words
