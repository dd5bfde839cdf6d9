"""Hints about languages: the wrong one, or two in one reply."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from console.core.language import detect, script, writes
from console.core.tone.fold import words
from console.core.tone.hint import Finding
from console.core.tone.reading import Reading

_ENOUGH_TO_BE_WRONG = 4
_ENOUGH_TO_BE_MIXED = 5
_STRETCH = re.compile(r"[^\W\d_]+(?:['’\-\u200c][^\W\d_]+)*")
_NOT_PROSE = re.compile(
    r"https?://\S+|(?<!\S)\S{1,200}@\S+|(?<![\w.-])(?:[\w-]{1,63}\.){1,8}[a-z]{2,}\S*|[@#]\w+"
)


def find(reading: Reading) -> Iterator[Finding]:
    """wrong_language, or else mixed_language."""
    wrong = list(_wrong(reading))
    yield from wrong or _mixed(reading)


def _wrong(reading: Reading) -> Iterator[Finding]:
    expected = reading.customer_language
    if expected is None or len(reading.words) < _ENOUGH_TO_BE_WRONG:
        return
    if reading.language != expected:
        yield Finding("wrong_language", 0, len(reading.draft))


def _mixed(reading: Reading) -> Iterator[Finding]:
    prose = _NOT_PROSE.sub(lambda match: " " * len(match.group()), reading.draft)
    yield from _foreign_stretch(prose, reading) or _foreign_sentence(reading)


def _foreign_stretch(prose: str, reading: Reading) -> list[Finding]:
    """Five words in a row in a script other than the draft's."""
    brands = {word for name in reading.context.brand_names for word in name.split()}
    run: list[tuple[int, int]] = []
    for match in [*_STRETCH.finditer(prose), None]:
        if match and match.group() in brands:
            continue
        if match and _foreign(match.group(), reading.language):
            run.append(match.span())
            continue
        if len(run) >= _ENOUGH_TO_BE_MIXED:
            return [Finding("mixed_language", run[0][0], run[-1][1])]
        run = []
    return []


@lru_cache(maxsize=16384)
def _foreign(word: str, language: str) -> bool:
    written = script(word)
    return written is not None and not writes(language, written)


def _foreign_sentence(reading: Reading) -> list[Finding]:
    """A sentence of the same script in another of the team's languages."""
    if len(reading.sentences) < 2:
        return []
    for sentence in reading.sentences:
        start, end = reading.folded.span(sentence.start, sentence.start + len(sentence.text))
        if len(words(sentence.text)) < _ENOUGH_TO_BE_MIXED:
            continue
        language, confident = detect(reading.draft[start:end], reading.team_languages)
        if confident and language != reading.language:
            return [Finding("mixed_language", start, end)]
    return []
