"""Drafts that nobody writes, and that must not hurt."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.tone import Context, Item, hints, warm

COMPLAINT = Item(rating=1, kind="review", author="Ann")
PUBLIC = Context(public=True, limit=100)
LONGEST_S = 2.0


@pytest.fixture(scope="module", autouse=True)
def warmed() -> None:
    """Compiling the lexicons is not what is measured."""
    warm()


@pytest.mark.parametrize(
    "unit",
    ["a ", "1 ", "12-", "a.", "a@", "[", "{", "! ", "_", " ", "GB82 ", "we will ", "вы ", "و "],
)
def test_repetition_costs_no_more_than_its_length(unit: str) -> None:
    """No pattern goes back and forth over a long draft; measured in CPU time."""
    started = time.process_time()

    hints(COMPLAINT, unit * (8000 // len(unit)), PUBLIC)

    assert time.process_time() - started < LONGEST_S


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_spans_lie_inside_any_draft(draft: str) -> None:
    """Whatever is written, every span and every fix lies within it."""
    for hint in hints(COMPLAINT, draft, PUBLIC):
        assert 0 <= hint.start <= hint.end <= len(draft)
        assert hint.fix is None or 0 <= hint.fix.start <= hint.fix.end <= len(draft)
