"""Words, word pairs and pieces of words as numbered buckets, for a whole batch of texts at once.

No loop runs over the pieces: the code points of all texts lie in one array, and the
hash of any span is a difference of prefix sums (P[end] - P[start]) * B**-start modulo 2**64.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BITS = 20
"""Buckets are numbered below 2**BITS; two features that fall into one bucket share its weights."""

SHORTEST, LONGEST = 2, 5
"""Lengths of word pieces in characters, the blank before and after a word included."""

_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_KINDS = {"piece": 0x1B873593, "word": 0x2545F4914F6CDD1D, "pair": 0x5851F42D4C957F2D}
_BLANK = 32

Numbers = NDArray[np.int64]
Wide = NDArray[np.uint64]


@dataclass(frozen=True)
class Spans:
    """Every feature of a batch where it stands: equal spans are listed as often as they occur."""

    start: Numbers
    """First code point, counted over the joined texts, each between two blanks."""
    end: Numbers
    """The code point after the last one."""
    text: Numbers
    """Which text of the batch."""
    bucket: Numbers


@dataclass(frozen=True)
class Features:
    """The set of buckets of each text: text i owns `bucket[offset[i] : offset[i + 1]]`, sorted."""

    bucket: Numbers
    offset: Numbers

    def __len__(self) -> int:
        return len(self.offset) - 1


def _mixed(value: Wide) -> Wide:
    """Spreads a sum of products over all 64 bits (the finisher of splitmix64)."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def _powers(base: int, count: int) -> Wide:
    power = np.full(count, base, np.uint64)
    power[:1] = 1
    return np.multiply.accumulate(power)


def spans(texts: Sequence[str], bits: int = BITS) -> Spans:
    """All pieces, words and word pairs of normalised texts, with their places."""
    joined = "".join(f" {text} " for text in texts)
    code = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    count = len(code)
    owner = np.repeat(np.arange(len(texts)), [len(text) + 2 for text in texts])
    blank = code == _BLANK
    prefix = np.zeros(count + 1, np.uint64)
    np.cumsum(code * _powers(_BASE, count), out=prefix[1:])
    shift = _powers(_INVERSE, count)
    blanks = np.zeros(count + 1, np.int64)
    np.cumsum(blank, out=blanks[1:])

    found: list[tuple[Numbers, Numbers, int]] = []
    for length in range(SHORTEST, LONGEST + 1):
        if length > count:
            break
        first = np.arange(count - length + 1)
        # A piece stays inside one word: blanks may stand only at its two ends.
        inside = blanks[first + length - 1] == blanks[first + 1]
        if length == SHORTEST:
            inside &= ~(blank[first] & blank[first + 1])
        first = first[inside]
        found.append((first, first + length, _KINDS["piece"]))
    edge = np.diff(blank.astype(np.int8))
    start, end = np.flatnonzero(edge == -1) + 1, np.flatnonzero(edge == 1) + 1
    found.append((start, end, _KINDS["word"]))
    neighbours = owner[start[:-1]] == owner[start[1:]]
    found.append((start[:-1][neighbours], end[1:][neighbours], _KINDS["pair"]))

    starts = np.concatenate([one[0] for one in found])
    ends = np.concatenate([one[1] for one in found])
    kind = np.repeat(np.array([one[2] for one in found], np.uint64), [len(one[0]) for one in found])
    value = _mixed((prefix[ends] - prefix[starts]) * shift[starts] + kind)
    bucket = (value & np.uint64((1 << bits) - 1)).astype(np.int64)
    return Spans(starts, ends, owner[starts], bucket)


def features(texts: Sequence[str], bits: int = BITS) -> Features:
    """The set of buckets of every normalised text (a text of blanks alone has none)."""
    found = spans(texts, bits)
    key = np.sort((found.text << bits) | found.bucket)
    key = key[np.concatenate(([True], key[1:] != key[:-1]))] if len(key) else key
    offset = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.bincount(key >> bits, minlength=len(texts)), out=offset[1:])
    return Features(key & ((1 << bits) - 1), offset)
