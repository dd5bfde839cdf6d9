"""Folding, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.tone.fold import fold, key, sentences, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ёлка", "елка"),
        ("كِتَابٌ", "کتاب"),
        ("۱۲۳", "123"),
        ("٤٥٦", "456"),
        ("Renée", "renee"),
        ("й", "и\u0306"),
        ("it’s", "it's"),
        ("أحمد", "احمد"),
    ],
)
def test_spellings_that_fold_together(one: str, other: str) -> None:
    """What people do not tell apart is equal after folding."""
    assert key(one) == key(other)


@given(st.text())
def test_offsets_lead_back_into_the_text(text: str) -> None:
    """Every folded character comes from a stretch of the original, in order."""
    folded = fold(text)

    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(0 <= a < b <= len(text) for a, b in zip(folded.starts, folded.ends, strict=True))
    assert sorted(folded.starts) == list(folded.starts)


def test_numbers_and_abbreviations_end_no_sentence() -> None:
    """Version 4.2.1 and "Mr. Smith" are inside a sentence."""
    text = key("Mr. Smith, version 4.2.1 is out. Please update!")

    assert 2 == len(sentences(text))


def test_a_joiner_does_not_split_a_word() -> None:
    """A Persian compound is one word."""
    assert 2 == len(words(key("می‌کنیم خوب")))
