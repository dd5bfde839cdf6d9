"""How a team usually writes."""

from __future__ import annotations

from console.core.tone import Context, Item, ids
from console.core.tone.usual import FEWEST_REPLIES, usual

SHORT = "Thank you, Ann. We have sent a new lid today; it arrives by Friday."


def test_few_replies_make_no_habit() -> None:
    """A new desk judges nobody's voice."""
    assert usual([SHORT] * (FEWEST_REPLIES - 1)) is None


def test_length_and_emoji_are_told() -> None:
    """The middle length, and emoji for each reply."""
    profile = usual([SHORT] * 10 + [f"{SHORT} 🙂"] * 10)

    assert profile is not None
    assert (14, 0.5) == (profile.words, profile.emoji)


def test_a_reply_of_thrice_the_usual_length_drifts() -> None:
    """The hint says so; one of the usual length is left alone."""
    context = Context(public=True, language="en", profile=usual([SHORT] * FEWEST_REPLIES))
    item = Item("My lid broke.", rating=2, kind="review", language="en", author="Ann")

    assert "voice_drift" in set(ids(item, " ".join([SHORT] * 3), context))
    assert "voice_drift" not in set(ids(item, SHORT, context))
