"""Sentences of the outside world, told again in the language of whoever reads them.

`sources.said.say()` makes them and the desk stores them, in English. Here the template that made a
sentence is found again, by the literal pieces between its fields, and its translation is filled
with what stood in the fields. A sentence that nobody here made (a platform's own words, a
plugin's) is shown as it is.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from console.core.i18n import in_force, translations

LONGEST = 4_000
"""Characters; what is stored is shorter by far, and what is longer was not made by us."""

_DEPTH = 3
"""A host's problem may hold what is wrong with its body: "wrong options" of "url" of "expected"."""

_PARTS = 8
"""Semicolons that are looked at: four wrong options or notes in one line."""

_FIELD = re.compile(r"\{(\w+)\}")
_NUMBERS = frozenset({"n", "status", "code", "line", "port", "least", "most", "left", "limit"})
"""Fields that hold a number: a sentence before them in the row is none."""
_NUMBER = re.compile(r"[\d.,?]{1,20}")
_SUBJECT = re.compile(r"[^\s:]{1,100}: ")


def in_our_words(sentence: str) -> str:
    """The sentence in the language in force; as it stands in English, or where it is not known."""
    language = in_force()
    if language == "en" or not sentence or len(sentence) > LONGEST:
        return sentence
    return _in_words(sentence, language)


class _Template(NamedTuple):
    """One sentence of ours: what stands before, between and after its fields."""

    pieces: tuple[str, ...]
    fields: tuple[str, ...]
    words: str
    """The translation."""

    def read(self, sentence: str) -> dict[str, str] | None:
        """What stands in the fields; None where the sentence is another.

        Each piece is taken where it first stands: if the sentence fits at all, it fits so, and
        nothing is ever tried twice.
        """
        first, last = self.pieces[0], self.pieces[-1]
        if not self.fields:
            return {} if sentence == first else None
        end = len(sentence) - len(last)
        if not sentence.startswith(first) or not sentence.endswith(last) or end < len(first):
            return None
        found: dict[str, str] = {}
        start = len(first)
        for field, piece in zip(self.fields, (*self.pieces[1:-1], ""), strict=True):
            at = sentence.find(piece, start, end) if piece else end
            value = sentence[start:at]
            if at < 0 or found.setdefault(field, value) != value:
                return None
            if field in _NUMBERS and not _NUMBER.fullmatch(value):
                return None
            start = at + len(piece)
        return found


@lru_cache(maxsize=512)
def _in_words(sentence: str, language: str) -> str:
    return _known(sentence, language, _DEPTH) or sentence


def _known(sentence: str, language: str, depth: int) -> str:
    """One sentence or several in a row; empty where none of them is known.

    Notes and wrong options stand in a row, and a semicolon stands inside many of them: as many
    parts as make a sentence together are taken as one.
    """
    if not depth:
        return ""
    if one := _one(sentence, language, depth):
        return one
    parts = sentence.split("; ", _PARTS)
    found, known, start = [], False, 0
    while start < len(parts):
        for end in range(len(parts), start, -1):
            if one := _one("; ".join(parts[start:end]), language, depth):
                break
        known = known or bool(one)
        found.append(one or parts[start])
        start = end
    return "; ".join(found) if known else ""


def _one(sentence: str, language: str, depth: int) -> str:
    """A whole sentence, or one behind what it is about ("sources.blog: ")."""
    if whole := _whole(sentence, language, depth):
        return whole
    subject = _SUBJECT.match(sentence)
    rest = _whole(sentence[subject.end() :], language, depth) if subject else ""
    return subject.group() + rest if subject and rest else ""


def _whole(sentence: str, language: str, depth: int) -> str:
    for template in _templates(language):
        found = template.read(sentence)
        if found is not None:
            told = {name: _known(text, language, depth - 1) or text for name, text in found.items()}
            return template.words.format(**told)
    return ""


@cache
def _templates(language: str) -> tuple[_Template, ...]:
    """All that we say, what says most in its own words first: it is the least likely to be a chance."""
    found = []
    for message, words in translations("sources", language).items():
        pieces = _FIELD.split(message)
        found.append(_Template(tuple(pieces[::2]), tuple(pieces[1::2]), words))
    return tuple(sorted(found, key=lambda one: -sum(map(len, one.pieces))))
