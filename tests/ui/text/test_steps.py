"""Where a caret may stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.ui.text.steps import after, before, grapheme_bounds, whole, word_after, word_before

LINES = st.text(
    st.one_of(st.sampled_from("👩\u200d🇮🇷e\u0301\ufe0fनमस्ते می\u200cخ'"), st.characters()),
    max_size=20,
)


@given(LINES, st.integers(0, 20))
def test_steps_end_where_no_grapheme_is_split(line, index):
    """Forwards, backwards and where a click lands."""
    index = min(index, len(line))
    bounds = grapheme_bounds(line)

    assert {before(line, index), after(line, index), whole(line, index)} <= set(bounds)


@given(LINES, st.integers(0, 20))
def test_steps_go_somewhere(line, index):
    """Until the line ends."""
    index = min(index, len(line))

    assert before(line, index) < index or index == 0
    assert after(line, index) > index or index == len(line)
    assert word_before(line, index) < index or index == 0
    assert word_after(line, index) > index or index == len(line)


@pytest.mark.parametrize(
    ("line", "index", "expected"),
    [("one two", 7, 4), ("one  two", 5, 0), ("end.", 4, 3), ("so 👍🏽", 5, 3), ("it's", 4, 0)],
)
def test_a_word_begins_where_a_reader_sees_it_begin(line, index, expected):
    """Signs and emoji are steps of their own; blanks are skipped."""
    assert expected == word_before(line, index)
