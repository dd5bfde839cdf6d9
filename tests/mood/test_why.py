"""The words that decided: exact shares of the linear half."""

import numpy as np
import pytest

from console.mood.hashing import features
from console.mood.linear import Linear
from console.mood.normal import normal
from console.mood.why import deciding_words

BUCKETS = 1 << 20


@pytest.fixture(scope="module")
def linear() -> Linear:
    """Random weights in every bucket."""
    chance = np.random.default_rng(4)
    return Linear(
        chance.integers(-127, 128, (BUCKETS, 3), dtype=np.int8),
        0.01,
        chance.integers(1, 256, BUCKETS, dtype=np.uint8),
        0.05,
    )


@pytest.mark.parametrize("text", ["good app", "не работает совсем", "ok ok ok", "التطبيق سيئ"])
def test_the_weights_of_all_words_add_up_to_the_score(linear, text):
    """Nothing is lost and nothing invented: the shares sum to what the label got over the others."""
    logits = linear.logits(features([normal(text)]))[0]
    expected = logits[0] - (logits[1] + logits[2]) / 2
    words = deciding_words(linear, [text], [0], [1.0])[0]

    assert pytest.approx(expected, abs=0.06) == sum(weight for _, weight in words)


def test_the_gain_of_the_linear_half_is_counted(linear):
    """A half that is worth half as much gives half as much."""
    whole = dict(deciding_words(linear, ["bad phone"], [0], [1.0])[0])
    half = dict(deciding_words(linear, ["bad phone"], [0], [0.5])[0])

    assert {word: pytest.approx(weight / 2, abs=2e-3) for word, weight in whole.items()} == half


def test_neighbours_do_not_matter(linear):
    """A text's words weigh the same alone and in a batch."""
    texts = ["", "one two", "!!!", "three"]
    batch = deciding_words(linear, texts, [0, 1, 2, 0], [1.0] * 4)
    alone = [
        deciding_words(linear, [text], [label], [1.0])[0]
        for text, label in zip(texts, [0, 1, 2, 0], strict=True)
    ]

    assert alone == batch


def test_words_stand_without_their_marks(linear):
    """Commas and quotes round a word are not part of it; emoji are words of their own."""
    words = {word for word, _ in deciding_words(linear, ['"Late", again!!! 😡'], [0], [1.0])[0]}

    assert words <= {"Late", "again", "😡"}
