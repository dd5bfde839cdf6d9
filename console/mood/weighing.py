"""How much each row counts: in learning, and where the halves are joined."""

from collections import defaultdict
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from console.mood.corpus import Row

SOURCE_POWER = 0.6
SOURCE_MOST = 4.0
"""Within a source rare labels count more, by this power of their rarity and at most so much. A site on
which all are content teaches else that whoever writes so is content: with it the macro-F1 on the
development split rises by half a point, and so do the right signs on sources held out."""

LANGUAGE_MOST = 5.0

MIX = (0.41, 0.18, 0.41)
"""Shares of the labels for which the halves are joined. Fewer neutral ones than the test files have: on
sources held out the share of polar texts read rightly is .80 (.78 at the tests' own mix), for 1.5 points
of macro-F1 on the development split; a complaint that reads neutral is the dearer error."""

Floats = NDArray[np.float32]


def _counts(
    keys: Sequence[Hashable], labels: Sequence[int], weights: Floats
) -> dict[Hashable, Floats]:
    counts: dict[Hashable, Floats] = defaultdict(lambda: np.zeros(3, np.float32))
    for key, label, weight in zip(keys, labels, weights, strict=True):
        counts[key][label] += weight
    return counts


def _rarity(counts: Floats, power: float, most: float) -> Floats:
    """What each label is to be multiplied by."""
    rarity: Floats = (counts.sum() / 3 / np.maximum(counts, 1)) ** power
    return np.clip(rarity, 1 / most, most)


def row_weights(rows: Sequence[Row], power: float) -> Floats:
    """Each row's say in learning; their mean is one.

    Its own weight, times its label's rarity within its source (which as a whole keeps its say),
    times its label's rarity in its language, by `power`.
    """
    weights = np.array([row.weight for row in rows], np.float32)
    labels = [row.label for row in rows]
    sources = [(row.lang, row.source) for row in rows]
    evened = {}
    for source, own in _counts(sources, labels, weights).items():
        rarity = _rarity(own, SOURCE_POWER, SOURCE_MOST)
        evened[source] = rarity * own.sum() / (own * rarity).sum()
    factors = [evened[source][label] for source, label in zip(sources, labels, strict=True)]
    weights *= np.array(factors, np.float32)
    languages = [row.lang for row in rows]
    counted = _counts(languages, labels, weights)
    rare = {
        lang: np.minimum((own.sum() / 3 / np.maximum(own, 1)) ** power, LANGUAGE_MOST)
        for lang, own in counted.items()
    }
    factors = [rare[lang][label] for lang, label in zip(languages, labels, strict=True)]
    weights *= np.array(factors, np.float32)
    result: Floats = weights / weights.mean()
    return result


def even(rows: Sequence[Row]) -> Floats:
    """Weights under which every language counts the same, and its labels in the `MIX`."""
    counts: dict[tuple[str, int], int] = defaultdict(int)
    for row in rows:
        counts[row.lang, row.label] += 1
    weights = [MIX[row.label] / max(counts[row.lang, row.label], 30) for row in rows]
    return np.array(weights, np.float32)
