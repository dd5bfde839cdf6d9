"""The words that decided: what each word of a text gave to its label, exactly, from the linear half."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from console.mood.hashing import BITS, Spans, spans
from console.mood.linear import SCALE, Linear
from console.mood.normal import normal

WORDS_SHOWN = 12
"""At most so many words of one text are told."""

WORDS_READ = 150
"""Words of a text that are looked at, half from its start and half from its end."""

LEAST = 0.05
"""Words that moved the score by less are not told."""

Words = tuple[tuple[str, float], ...]
Numbers = NDArray[np.int64]


def _tokens(text: str) -> list[str]:
    tokens = text.split()
    if len(tokens) > WORDS_READ:
        tokens = tokens[: WORDS_READ // 2] + tokens[-WORDS_READ // 2 :]
    return [token[:80] for token in tokens]


def _bare(token: str) -> str:
    """The word without the marks round it; a token of marks alone stays as it is."""
    inside = [place for place, letter in enumerate(token) if letter.isalnum()]
    return token[inside[0] : inside[-1] + 1] if inside else token


def _values(found: Spans, linear: Linear, texts: int) -> NDArray[np.float32]:
    """Each span's value: that of its bucket, shared among the places where it stands."""
    key = (found.text << BITS) | found.bucket
    unique, which, times = np.unique(key, return_inverse=True, return_counts=True)
    idf = linear.idf[unique & ((1 << BITS) - 1)].astype(np.float32) * linear.idf_step
    length = np.sqrt(np.bincount(unique >> BITS, idf * idf, texts))
    value = SCALE * idf / np.maximum(length, 1e-6)[unique >> BITS] / times
    shared: NDArray[np.float32] = value[which].astype(np.float32)
    return shared


def deciding_words(
    linear: Linear, texts: Sequence[str], labels: Sequence[int], gains: Sequence[float]
) -> list[Words]:
    """For each text its words with their weight towards its label, the strongest first.

    A weight is what the word added to the score of the label, less the mean of what it added
    to the other two; a negative one spoke against the label. Words are given as typed. A word
    used twice is told once, with both its weights.
    """
    tokens = [_tokens(text) for text in texts]
    plain: list[str] = []
    owner: list[NDArray[np.int64]] = []
    counted = 0
    for own in tokens:
        parts = [(normal(token), counted + place) for place, token in enumerate(own)]
        kept = [(part, place) for part, place in parts if part]
        plain.append(" ".join(part for part, _ in kept))
        # A blank belongs to the word before it; nothing is ever read there.
        marks = [np.full(len(part) + 1, place) for part, place in kept]
        owner += [np.full(1, counted), *marks] if marks else [np.full(2, counted)]
        counted += len(own)
    of_character = np.concatenate(owner) if owner else np.zeros(0, np.int64)
    if not counted:
        return [() for _ in texts]
    found = spans(plain)
    weight = linear.weight[found.bucket].astype(np.float32) * linear.weight_step
    label = np.array(labels)[found.text]
    own_share = weight[np.arange(len(weight)), label]
    towards = (own_share - (weight.sum(1) - own_share) / 2) * _values(found, linear, len(texts))
    towards *= np.array(gains, np.float32)[found.text]
    # A span between blanks begins one character later and ends one earlier.
    first = of_character[np.minimum(found.start + 1, found.end - 1)]
    last = of_character[np.maximum(found.end - 2, found.start)]
    total = np.bincount(first, towards / 2, counted) + np.bincount(last, towards / 2, counted)
    result, start = [], 0
    for own in tokens:
        result.append(_told(own, total[start : start + len(own)]))
        start += len(own)
    return result


def _told(tokens: Sequence[str], weights: NDArray[Any]) -> Words:
    by_word: dict[str, float] = {}
    for token, weight in zip(tokens, weights, strict=True):
        word = _bare(token)
        by_word[word] = by_word.get(word, 0.0) + float(weight)
    told = [(word, round(weight, 3)) for word, weight in by_word.items() if abs(weight) >= LEAST]
    return tuple(sorted(told, key=lambda one: -abs(one[1]))[:WORDS_SHOWN])
