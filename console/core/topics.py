"""What a period's customers spoke of: words that stand out against the period before.

Turns are counted, not words: one person who repeats themself is one voice. Weighed by the log-odds
of both periods with a common prior (Monroe, Colaresi and Quinn, "Fightin' Words", 2008), which
keeps rare words from winning by chance.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from msgspec import Struct

LEAST_TURNS = 3
"""A word that fewer turns say is no topic."""

LEAST_SCORE = 1.28
"""Standard errors above nothing: one in ten by chance, for a list that a person reads."""

MOST = 8
"""Topics of one source and language."""

_PRIOR = 0.5
# letters and marks with what holds them together: an apostrophe, or the joiners of Persian.
_WORD = re.compile(r"[^\W\d_]+(?:['’\u200c\u200d][^\W\d_]+)*")
# addresses and handles name who is spoken to, not what is spoken of.
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S*@\S+")
_ARABIC_MARKS = re.compile("[\u064b-\u0652\u0670\u0640]")
_SAME: dict[str, dict[int, str]] = {
    # Persian typed on an Arabic keyboard, and Russian without its dots.
    "fa": str.maketrans({"ي": "ی", "ك": "ک", "ى": "ی"}),
    "ru": str.maketrans({"ё": "е"}),
}


class Said(Struct, frozen=True):
    """One turn of a customer."""

    conversation: int
    source: str
    language: str
    text: str


class Topic(Struct, frozen=True):
    """A word that stands out, with the conversations that say it in the period."""

    word: str
    source: str
    language: str
    conversations: tuple[int, ...]
    """One for each turn."""
    before: int
    """How many turns said it in the period before."""
    score: float

    @property
    def name(self) -> str:
        """As the rows behind it are asked for."""
        return f"topic@source:{self.source},language:{self.language},word:{self.word}"


def topics(now: Iterable[Said], before: Iterable[Said]) -> tuple[Topic, ...]:
    """Distinctive words by source and language, the strongest of each first."""
    earlier = _grouped(before)
    found: list[Topic] = []
    for (source, language), turns in sorted(_grouped(now).items()):
        found += _of_group(source, language, turns, earlier.get((source, language), []))
    return tuple(found)


def _grouped(turns: Iterable[Said]) -> dict[tuple[str, str], list[Said]]:
    groups: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for turn in turns:
        groups[turn.source, turn.language.split("-")[0].lower()].append(turn)
    return groups


def _of_group(source: str, language: str, turns: list[Said], earlier: list[Said]) -> list[Topic]:
    said, total = _voices(turns, language)
    said_before, total_before = _voices(earlier, language)
    found = []
    for word, conversations in said.items():
        n, n_before = len(conversations), len(said_before.get(word, ()))
        score = _score(n, total, n_before, total_before)
        if n >= LEAST_TURNS and score >= LEAST_SCORE:
            topic = Topic(word, source, language, tuple(sorted(conversations)), n_before, score)
            found.append(topic)
    found.sort(key=lambda topic: (-topic.score, topic.word))
    return found[:MOST]


def _voices(turns: list[Said], language: str) -> tuple[Mapping[str, list[int]], int]:
    """The conversations of the turns that say each word, and how many turns there are."""
    said: dict[str, list[int]] = defaultdict(list)
    for turn in turns:
        for word in set(words(turn.text, language)):
            said[word].append(turn.conversation)
    return said, len(turns)


def words(text: str, language: str) -> list[str]:
    """The words of a text that carry meaning, in folded letters."""
    stop = _stop_words(language)
    return [word for word in _pieces(text, language) if len(word) > 2 and word not in stop]


def _pieces(text: str, language: str) -> list[str]:
    plain = _ARABIC_MARKS.sub("", _ADDRESS.sub(" ", text)).replace("’", "'").casefold()
    return _WORD.findall(plain.translate(_SAME.get(language, {})))


@cache
def _stop_words(language: str) -> frozenset[str]:
    import stopwordsiso

    known = language if stopwordsiso.has_lang(language) else "en"
    return frozenset(
        piece
        for word in stopwordsiso.stopwords(known)
        for piece in (word, *_pieces(word, language))
    )


def _score(n: int, total: int, before: int, total_before: int) -> float:
    """How many standard errors the log-odds of now lie above those of before."""
    if not total_before:
        # nothing to compare with: then what most say.
        return LEAST_SCORE + n / total
    a, b = n + _PRIOR, before + _PRIOR
    rest, rest_before = total - n + _PRIOR, total_before - before + _PRIOR
    difference = math.log(a / rest) - math.log(b / rest_before)
    return difference / math.sqrt(1 / a + 1 / rest + 1 / b + 1 / rest_before)
