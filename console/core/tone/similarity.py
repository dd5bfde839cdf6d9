"""Whether the team has sent nearly this reply before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from console.core.tone.fold import key
from console.core.tone.hint import Finding
from console.core.tone.names import is_name
from console.core.tone.reading import Reading

_ALIKE_TOKENS = 85.0
_ALIKE_TRIGRAMS = 0.6
_COMPARED = 50
_ENOUGH_WORDS = 6


def find(reading: Reading) -> Iterator[Finding]:
    """too_similar, against the last replies given in the context."""
    from rapidfuzz.fuzz import token_sort_ratio

    if len(reading.words) < _ENOUGH_WORDS:
        return
    author = reading.item.author if is_name(reading.item.author) else None
    mine = _masked(reading.draft, author)
    for sent in reading.context.recent_replies[-_COMPARED:]:
        other = _masked(sent, None)
        if token_sort_ratio(mine, other) < _ALIKE_TOKENS:
            continue
        if _overlap(mine, other) >= _ALIKE_TRIGRAMS:
            yield Finding("too_similar", 0, len(reading.draft))
            return


def _overlap(one: str, other: str) -> float:
    """The Jaccard index of the texts' runs of three characters."""
    a, b = _trigrams(one), _trigrams(other)
    return len(a & b) / max(1, len(a | b))


@lru_cache(maxsize=256)
def _trigrams(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 3] for i in range(len(text) - 2))


@lru_cache(maxsize=256)
def _masked(text: str, author: str | None) -> str:
    """The text without what differs between customers: names, numbers, dates."""
    folded = re.sub(r"\d[\d.,:/-]*", "#", key(text))
    for name in key(author or "").split():
        folded = folded.replace(name, "")
    return " ".join(re.findall(r"[\w#]+", folded))
