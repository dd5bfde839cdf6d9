"""What the team's own texts teach: ratings and corrections, in portions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from console.store.protocol import Store
from sources.base import Batch, Cursor, Post

NOW = datetime(2027, 5, 5, 12, tzinfo=UTC)


async def test_rated_and_corrected_texts_are_known(store: Store) -> None:
    """A rating speaks for its author, a correction for the person who made it; the rest is unknown."""
    posts = [
        Post("1", "It broke", "review", rating=1),
        Post("2", "Do you ship?", "mention"),
        Post("3", "Wonderful. Not.", "mention"),
    ]
    await store.take_in("play", Batch(posts, Cursor()), NOW, every=timedelta(minutes=5))
    await store.correct_mood(3, "negative", "ana", NOW)

    first = await store.known_moods(0, 1)
    rest = await store.known_moods(first[-1].turn, 10)

    assert [("It broke", None, 1.0)] == [(one.text, one.label, one.rating) for one in first]
    assert [("Wonderful. Not.", "negative", None)] == [
        (one.text, one.label, one.rating) for one in rest
    ]
