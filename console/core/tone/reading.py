"""A draft read once, so that every kind of evidence looks at the same thing."""

from __future__ import annotations

from functools import cached_property, lru_cache

from console.core.language import detect, share
from console.core.tone.fold import Folded, Sentence, fold, key, sentences, words
from console.core.tone.hint import Context, Finding, Fix, Item
from console.core.tone.pack import Pack, languages, pack
from console.core.tone.pattern import Patterns

_MINIMUM_WORDS_TO_TELL_A_LANGUAGE = 4
_OWN_SHARE = 0.3
"""With so much of its own script a draft in two languages counts as the customer's."""


class Reading:
    """The draft, folded and cut into sentences, and the pack of its language."""

    def __init__(self, item: Item, draft: str, context: Context) -> None:
        self.item = item
        self.draft = draft
        self.context = context

    @cached_property
    def team_languages(self) -> tuple[str, ...]:
        """The languages that the draft may be in."""
        named = self.context.languages or languages()
        return tuple(dict.fromkeys((*named, *filter(None, [self.item.language]))))

    @cached_property
    def customer_language(self) -> str | None:
        """The language the customer is answered in; None when it cannot be told."""
        if self.item.language:
            return self.item.language
        language, confident = detect(self.item.text, self.team_languages)
        return language if confident else self.context.language

    @cached_property
    def language(self) -> str:
        """The draft's own language; short drafts are taken to be in the customer's."""
        expected = self.customer_language or self.context.language or "en"
        if len(self.words) < _MINIMUM_WORDS_TO_TELL_A_LANGUAGE:
            return expected
        language, confident = detect(self.draft, self.team_languages, expected)
        if not confident or self._mostly(expected, language):
            return expected
        return language

    def _mostly(self, expected: str, detected: str) -> bool:
        """Whether a draft with a foreign passage is still in the expected language."""
        own = share(self.draft, expected)
        return share(self.draft, detected) < 1.0 and own >= _OWN_SHARE

    @cached_property
    def pack(self) -> Pack | None:
        """The lexicon of the draft's language, if there is one."""
        return pack(self.language)

    @cached_property
    def folded(self) -> Folded:
        """The draft for matching."""
        return fold(self.draft)

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The folded draft's sentences."""
        return sentences(self.folded.text)

    @cached_property
    def words(self) -> list[str]:
        """The folded draft's words."""
        return words(self.folded.text)

    @cached_property
    def item_stems(self) -> set[str]:
        """What the customer's text is about, in the stems of the draft's language."""
        if not self.pack:
            return set()
        stems = self.pack.stems(key(self.item.text))
        return stems - (self.pack.stems(key(self.item.author)) if self.item.author else set())

    def shared_stems(self, folded_text: str) -> set[str]:
        """The content words that this text has in common with the customer's."""
        return self.pack.stems(folded_text) & self.item_stems if self.pack else set()

    def first(self, patterns: Patterns) -> tuple[Sentence, int, int] | None:
        """The first sentence with such words, and their folded offsets in the draft."""
        for sentence in self.sentences:
            span = found(patterns, sentence.text)
            if span:
                return sentence, sentence.start + span[0], sentence.start + span[1]
        return None

    def has(self, patterns: Patterns) -> bool:
        """Whether such words stand anywhere in the draft."""
        return self.first(patterns) is not None

    def original(self, start: int, end: int) -> str:
        """What stands in the draft at folded offsets."""
        a, b = self.folded.span(start, end)
        return self.draft[a:b]

    def finding(
        self, hint_id: str, start: int, end: int, replacement: str | None = None
    ) -> Finding:
        """A finding at folded offsets, with its replacement if one is known."""
        a, b = self.folded.span(start, end)
        return Finding(hint_id, a, b, None if replacement is None else Fix(a, b, replacement))

    def sentence_end(self, sentence: Sentence) -> int:
        """Where a sentence ends in the draft."""
        return self.folded.span(sentence.start, sentence.start + len(sentence.text))[1]


@lru_cache(maxsize=16384)
def found(patterns: Patterns, sentence: str) -> tuple[int, int] | None:
    """Where the patterns stand in a sentence.

    Remembered, because of a draft being typed only the last sentence changes.
    """
    return patterns.find(sentence)
