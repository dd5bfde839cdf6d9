"""How much each training row counts."""

import numpy as np
import pytest

from console.mood.corpus import Row
from console.mood.weighing import even, row_weights


def rows(source: str, *counts: int, lang: str = "en", weight: float = 1.0) -> list[Row]:
    """So many negative, neutral and positive rows of one source."""
    return [
        Row(f"{source} {label} {place}", label, lang, source, "open: MIT", weight)
        for label, count in enumerate(counts)
        for place in range(count)
    ]


def test_a_rare_label_of_a_source_counts_more():
    """Where nearly all are content, the few who are not have more to say."""
    weights = row_weights(rows("a", 10, 0, 100), power=0)

    assert weights[0] == pytest.approx(weights[-1] * 10**0.6, rel=0.1)
    assert weights.mean() == pytest.approx(1)


def test_a_source_as_a_whole_keeps_its_say():
    """Evening the labels of a source makes it neither louder nor softer."""
    both = rows("a", 10, 0, 100) + rows("b", 55, 0, 55)
    weights = row_weights(both, power=0)

    assert weights[:110].sum() == pytest.approx(weights[110:].sum(), rel=1e-4)


def test_a_rare_label_of_a_language_counts_more():
    """By the full power all labels weigh the same in each language."""
    both = rows("a", 60, 0, 0) + rows("b", 0, 30, 0) + rows("c", 0, 0, 20)
    weights = row_weights(both, power=1)

    sums = [weights[:60].sum(), weights[60:90].sum(), weights[90:].sum()]
    assert sums == pytest.approx([sums[0]] * 3, rel=1e-4)


def test_the_joining_split_counts_languages_alike():
    """Few rows of one language say as much as many of another."""
    weights = even(rows("a", 300, 300, 300) + rows("b", 60, 60, 60, lang="fa"))

    assert np.sum(weights[:900]) == pytest.approx(np.sum(weights[900:]), rel=1e-4)
