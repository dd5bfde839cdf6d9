"""Spikes: unhappier than usual, told only where the figures carry it."""

from __future__ import annotations

from console.core.spikes import spikes

USUAL = {("play", "negative"): 20, ("play", "neutral"): 80, ("mast", "positive"): 50}


def test_a_source_far_above_its_usual_share_is_told() -> None:
    """Twelve of fifteen where one in five is usual."""
    (found,) = spikes({("play", "negative"): 12, ("play", "positive"): 3}, USUAL)

    assert ("play", 12, 15) == (found.source, found.negative, found.of)
    assert 0.2 == round(found.usual, 1)


def test_few_turns_are_no_spike() -> None:
    """Four angry customers of four are four."""
    assert () == spikes({("play", "negative"): 4}, USUAL)


def test_a_source_without_a_past_has_no_usual() -> None:
    """Nobody knows what is usual on the first day."""
    assert () == spikes({("new", "negative"): 20}, USUAL)


def test_a_little_more_than_usual_is_chance() -> None:
    """Four of fifteen are within what one in five gives."""
    assert () == spikes({("play", "negative"): 4, ("play", "positive"): 11}, USUAL)


def test_a_source_that_never_had_a_negative_turn_can_have_a_spike() -> None:
    """Never yet is not never."""
    assert ["mast"] == [
        one.source for one in spikes({("mast", "negative"): 5, ("mast", "neutral"): 5}, USUAL)
    ]
