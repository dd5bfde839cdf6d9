"""One language's lexicon, read from its file in `packs/`.

A new language is a new file there; nothing in the code names a language.
"""

from __future__ import annotations

import tomllib
from functools import cache, cached_property
from importlib.resources import files

import msgspec

from console.core.tone.fold import key, words
from console.core.tone.pattern import Patterns

_FOLDER = files("console.core.tone") / "packs"
_LONGEST_STEM = 5


class _Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The lexicon of one wording hint."""

    match: list[str]
    unless: list[str] = []
    """Patterns that silence it when they stand in the same sentence."""
    rescue: list[str] = []
    """Patterns that silence it in the same sentence or the two after it."""


class _Time(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the language names a time to come."""

    before: list[str]
    """Words that make a bare unit one unit: within a week."""
    minute: list[str]
    hour: list[str]
    day: list[str]
    week: list[str]
    month: list[str]
    two: dict[str, str] = {}
    """Duals: the word and the unit that it counts twice."""
    numbers: dict[str, int] = {}
    days: dict[str, int] = {}
    """Words for a day, and how many days ahead it lies."""
    weekdays: list[list[str]] = []
    """Monday first."""
    months: list[list[str]] = []
    """The names of the months, January first."""
    clock: list[str] = []
    """Patterns of a time of day."""
    vague: list[str] = []
    """A time that cannot be computed but is one: on the way, at once."""
    past: list[str] = []
    """What behind a span says that it is over: three weeks ago, without a refund."""


class _Voice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Polite and familiar address."""

    polite: list[str] = []
    familiar: list[str] = []
    slang: list[str] = []


class _Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names as they stand after a greeting."""

    honorifics: list[str] = []
    generic: list[str] = []
    """What may stand there without being a name: there, team, customer."""
    given: list[str] = []
    short: dict[str, list[str]] = {}
    endings: list[str] = []
    """Case endings that may follow a name."""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file as it is written."""

    language: str
    name: str
    parts: dict[str, list[str]]
    wording: dict[str, _Rule]
    time: _Time
    voice: _Voice
    names: _Names
    cues: dict[str, list[str]]
    placeholders: list[str]
    messages: dict[str, str]
    fixes: dict[str, str]
    stopwords: str
    particles: str = ""
    regions: list[str] = []
    foreign_letters: dict[str, str] = {}
    suffixes: list[str] = []
    prefixes: list[str] = []
    cased: bool = False
    morphology: str = ""
    """The dictionary of word forms to ask about verbs of address, ru or uk."""
    lists: dict[str, list[str]] = {}
    sensitive: dict[str, list[str]] = {}
    plain: dict[str, str] = {}
    """Plainer words for officialese, slang and familiar address, by pattern; empty: leave it out."""


class Rule(msgspec.Struct, frozen=True):
    """A wording rule, compiled."""

    match: Patterns
    unless: Patterns
    rescue: Patterns


class Pack:
    """A language's lexicon with its patterns compiled on first use."""

    def __init__(self, file: _File) -> None:
        self.file = file
        self.language = file.language
        self._parts: dict[str, Patterns] = {}

    def patterns(self, entries: list[str]) -> Patterns:
        """Patterns in this language's terms."""
        return Patterns(entries, self.file.lists, self.file.particles)

    def part(self, name: str) -> Patterns:
        """The lexicon of one part of a reply; empty when the file has none."""
        if name not in self._parts:
            self._parts[name] = self.patterns(self.file.parts.get(name, []))
        return self._parts[name]

    def cue(self, name: str) -> Patterns:
        """Words that say what a number near them is."""
        slot = f"cue {name}"
        if slot not in self._parts:
            self._parts[slot] = self.patterns(self.file.cues.get(name, []))
        return self._parts[slot]

    @cached_property
    def wording(self) -> dict[str, Rule]:
        """The wording rules by hint id."""
        return {
            name: Rule(
                self.patterns(rule.match), self.patterns(rule.unless), self.patterns(rule.rescue)
            )
            for name, rule in self.file.wording.items()
        }

    @cached_property
    def polite(self) -> Patterns:
        """Words that address one person respectfully."""
        return self.patterns(self.file.voice.polite)

    @cached_property
    def familiar(self) -> Patterns:
        """Words that address one person as a friend."""
        return self.patterns(self.file.voice.familiar)

    @cached_property
    def slang(self) -> Patterns:
        """Words that a formal brand does not use."""
        return self.patterns(self.file.voice.slang)

    @cached_property
    def plain(self) -> tuple[tuple[Patterns, str], ...]:
        """What is said more plainly, with the plainer words, as the file orders them."""
        return tuple((self.patterns([entry]), text) for entry, text in self.file.plain.items())

    @cached_property
    def sensitive(self) -> tuple[Patterns, ...]:
        """Private matters, one pattern list for each."""
        return tuple(self.patterns(entries) for entries in self.file.sensitive.values())

    @cached_property
    def stopwords(self) -> frozenset[str]:
        """Words that say nothing about what a text is about."""
        return frozenset(key(word) for word in self.file.stopwords.split())

    @cached_property
    def _suffixes(self) -> tuple[str, ...]:
        return tuple(sorted(map(key, self.file.suffixes), key=len, reverse=True))

    @cached_property
    def _prefixes(self) -> tuple[str, ...]:
        return tuple(sorted(map(key, self.file.prefixes), key=len, reverse=True))

    def stems(self, folded_text: str) -> set[str]:
        """The content words, cut to what their forms have in common."""
        return {
            self._stem(word)
            for word in words(folded_text.replace("\u200c", " "))
            if len(word) > 2 and word not in self.stopwords and not word.isdigit()
        } - {""}

    def _stem(self, word: str) -> str:
        for prefix in self._prefixes:
            if word.startswith(prefix) and len(word) - len(prefix) >= 3:
                word = word[len(prefix) :]
                break
        if word in self.stopwords:
            return ""
        for suffix in self._suffixes:
            if word.endswith(suffix) and len(word) - len(suffix) >= 3:
                word = word[: -len(suffix)]
                break
        return word[:_LONGEST_STEM]


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a pack, English first."""
    found = sorted(
        path.name.removesuffix(".toml") for path in _FOLDER.iterdir() if path.name.endswith(".toml")
    )
    return tuple(sorted(found, key=lambda code: code != "en"))


@cache
def pack(language: str) -> Pack | None:
    """The language's pack, or None when nobody has written one yet.

    Raises `msgspec.ValidationError` when the file lacks a table or misspells a field.
    """
    if language not in languages():
        return None
    text = (_FOLDER / f"{language}.toml").read_text(encoding="utf-8")
    return Pack(msgspec.convert(tomllib.loads(text), _File))


def message(hint_id: str, language: str) -> str:
    """The hint's text in the agent's language; English where there is none."""
    chosen = pack(language)
    if chosen and hint_id in chosen.file.messages:
        return chosen.file.messages[hint_id]
    english = pack("en")
    return english.file.messages[hint_id] if english else hint_id
