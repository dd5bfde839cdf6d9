"""Polite and familiar address, slang, and the two in one reply."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from console.core.tone.hint import Finding
from console.core.tone.pack import Pack
from console.core.tone.reading import Reading

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer

# Russian says "thou" by verb endings alone; only words that could be such a verb are parsed.
# Imperatives are listed in the pack: "нашли" may be one, but is hardly ever meant so.
# "Here you will not sleep" speaks of anybody: a negated form alone addresses nobody.
_THOU_VERB = re.compile(r"(?<!не )(?<![\w-])[а-я]{2,}(?:шь|шься)(?![\w-])")
_CERTAIN = 0.5


def find(reading: Reading) -> Iterator[Finding]:
    """formality_mix and too_informal."""
    pack = reading.pack
    if pack is None:
        return
    polite = _span(reading, pack, "polite")
    familiar = _span(reading, pack, "familiar") or _thou(reading, pack)
    slang = _span(reading, pack, "slang")
    if polite is None and pack.file.cased:
        polite = _officialese(reading, pack)
        mixed = (familiar or (slang if not pack.file.voice.familiar else None)) if polite else None
    else:
        mixed = familiar if polite else None
    if polite and mixed:
        yield reading.finding("formality_mix", *mixed)
    informal = slang or (familiar if polite is None else None)
    if reading.context.address == "formal" and informal:
        yield reading.finding("too_informal", *informal)


def _span(reading: Reading, pack: Pack, voice: str) -> tuple[int, int] | None:
    patterns = {"polite": pack.polite, "familiar": pack.familiar, "slang": pack.slang}[voice]
    place = reading.first(patterns)
    return (place[1], place[2]) if place else None


def _officialese(reading: Reading, pack: Pack) -> tuple[int, int] | None:
    """English has no polite pronoun: the language of offices takes its place."""
    rule = pack.wording.get("over_formal")
    if rule is None or pack.file.voice.polite:
        return None
    place = reading.first(rule.match)
    return (place[1], place[2]) if place else None


def _thou(reading: Reading, pack: Pack) -> tuple[int, int] | None:
    if not pack.file.morphology:
        return None
    for match in _THOU_VERB.finditer(reading.folded.text):
        if _second_person_singular(match.group(), pack.file.morphology):
            return match.span()
    return None


@lru_cache(maxsize=4096)
def _second_person_singular(word: str, dictionary: str) -> bool:
    readings = _morphology(dictionary).parse(word)
    best = readings[0]
    if best.tag.POS != "VERB" or "sing" not in best.tag or best.score < _CERTAIN:
        return False
    return "2per" in best.tag


@cache
def _morphology(dictionary: str) -> MorphAnalyzer:
    """A dictionary of word forms: the Russian one costs 180 ms and 30 MB at its first use."""
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer(lang=dictionary)
