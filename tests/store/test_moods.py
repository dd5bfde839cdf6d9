"""Moods: the table is the queue, and a person's word stands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.core.model import Mood
from console.core.mood import BY_RATING, Judgement
from console.core.reports import Period
from console.store import Store
from tests.store.conftest import at, one, poll, post

DAY = Period(at("0:00"), at("+1d 0:00"))


async def test_unscored_turns_are_given_newest_first(store: Store) -> None:
    """What no model has looked at, the newest first; scored ones are gone from it."""
    await poll(store, "mast", [post(str(n), f"text {n}", f"8:5{n}") for n in range(3)], "9:00")
    newest, middle, oldest = await store.unscored("m1", 10)

    touched = await store.set_moods(
        [(newest.turn, Mood("negative", 0.9, model="m1"), False), (middle.turn, None, False)],
        at("9:01"),
    )

    assert ("text 2", 2) == (newest.text, len(touched))
    assert ([oldest.turn], 1) == (
        [turn.turn for turn in await store.unscored("m1", 10)],
        await store.unscored_count("m1"),
    )


async def test_another_model_scores_everything_again(store: Store) -> None:
    """Also what the last one gave up on; what was never scored comes first."""
    await poll(store, "mast", [post(str(n), f"text {n}", f"8:5{n}") for n in range(3)], "9:00")
    first, second, third = await store.unscored("m1", 10)
    await store.set_moods(
        [(first.turn, Mood("neutral", 0.5, model="m1"), False), (third.turn, None, False)],
        at("9:01"),
    )

    again = await store.unscored("m2", 10)

    assert [second.turn, first.turn, third.turn] == [turn.turn for turn in again]
    assert 3 == await store.unscored_count("m2")


async def test_a_mood_shows_on_the_row_and_moves_the_deadline(store: Store) -> None:
    """A negative review falls under the stricter promise, with high priority."""
    conversation = await one(store, source="play", kind="review", rating=4.0)
    (turn,) = await store.unscored("m", 1)
    version = (await store.row(conversation)).version

    await store.set_moods([(turn.turn, Mood("negative", 0.9, model="m"), True)], at("9:02"))

    row = await store.row(conversation)
    assert ("negative", True, 2, at("+1d 9:00")) == (
        row.mood,
        row.contradiction,
        row.priority,
        row.due_at,
    )
    assert version == row.version


async def test_a_correction_stands_over_every_model(store: Store) -> None:
    """It is kept for learning, no model overwrites it, and `u` takes it back."""
    conversation = await one(store, language="en")
    (turn,) = await store.unscored("m", 1)
    await store.set_moods([(turn.turn, Mood("negative", 0.6, model="m"), False)], at("9:02"))
    await store.correct_mood(conversation, "positive", "ana", at("9:03"))
    await store.set_moods([(turn.turn, Mood("neutral", 0.6, model="m2"), False)], at("9:04"))

    corrected = await store.row(conversation)
    judged = await store.judgements(DAY)
    await store.undo("ana", at("9:05"))

    assert ("positive", ()) == (corrected.mood, await store.unscored("m", 5))
    assert (Judgement(conversation, "negative", "positive", "en"),) == judged
    assert "negative" == (await store.row(conversation)).mood
    assert () == await store.judgements(DAY)


async def test_the_last_word_on_a_mood_counts_against_what_the_model_had_said(
    store: Store,
) -> None:
    """Ana corrects, Bo takes her back to the model's label: that is a confirmation."""
    conversation = await one(store)
    (turn,) = await store.unscored("m", 1)
    await store.set_moods([(turn.turn, Mood("negative", 0.9, model="m"), False)], at("9:02"))
    await store.correct_mood(conversation, "positive", "ana", at("9:03"))
    await store.correct_mood(conversation, "negative", "bo", at("9:04"))

    (judged,) = await store.judgements(DAY)

    assert ("negative", "negative") == (judged.said, judged.true)


@pytest.mark.parametrize(
    "mood",
    [Mood("negative", 0.4, uncertain=True, model="m"), Mood("negative", 0.9, model=BY_RATING)],
    ids=["uncertain", "stars alone"],
)
async def test_what_no_model_claimed_is_not_judged(store: Store, mood: Mood) -> None:
    """A grey flag promises nothing, and stars are the customer's own word."""
    conversation = await one(store)
    (turn,) = await store.unscored("m", 1)
    await store.set_moods([(turn.turn, mood, False)], at("9:02"))
    await store.correct_mood(conversation, "positive", "ana", at("9:03"))

    assert () == await store.judgements(DAY)


async def test_judgements_belong_to_the_period_in_which_they_were_given(store: Store) -> None:
    """Today's word on yesterday's post is today's."""
    conversation = await one(store)
    (turn,) = await store.unscored("m", 1)
    await store.set_moods([(turn.turn, Mood("negative", 0.9, model="m"), False)], at("9:02"))
    await store.correct_mood(conversation, "positive", "ana", at("+1d 9:03"))

    assert () == await store.judgements(DAY)
    assert 1 == len(await store.judgements(Period(DAY.end, DAY.end + timedelta(days=1))))
