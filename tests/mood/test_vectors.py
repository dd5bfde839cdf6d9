"""What word pieces know of each other before a label is seen."""

import numpy as np
import pytest

from console.mood.vectors import company

pytest.importorskip("sklearn")


def rows(seed: int = 1) -> list[list[int]]:
    """Texts of two kinds: pieces 2 and 3 keep to 10 to 19, piece 4 keeps to 20 to 29."""
    chance = np.random.default_rng(seed)
    texts = []
    for place in range(600):
        first = 10 if place % 3 < 2 else 20
        others = chance.integers(first, first + 10, 6).tolist()
        texts.append([*others[:3], 2 + place % 3, *others[3:]])
    return texts


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """Cosine of the angle between two vectors."""
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def test_pieces_of_one_company_lie_near_each_other():
    """Pieces that never meet, but meet the same ones, get like vectors."""
    vectors = company(rows(), 30, 8, seed=1)

    assert likeness(vectors[2], vectors[3]) > 0.9
    assert likeness(vectors[2], vectors[4]) < 0.3


def test_the_same_texts_give_the_same_vectors():
    """Training repeats to the last digit."""
    assert np.array_equal(company(rows(), 30, 8, seed=1), company(rows(), 30, 8, seed=1))


def test_padding_and_unknown_pieces_keep_no_company():
    """They stand for nothing, and so do their vectors."""
    texts = [[1, 10, 11, 1, 12] for _ in range(20)]

    assert np.abs(company([*rows(), *texts], 30, 8, seed=1)[:2]).max() < 1e-6
