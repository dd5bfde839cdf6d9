"""A loaded model at work: texts in, moods out. Lives in the mood process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from console.core.model import Mood, MoodLabel
from console.mood.labels import MOODS
from console.mood.model import UNCERTAIN

if TYPE_CHECKING:
    from flair.data import Sentence
    from flair.models import TextClassifier

    from console.mood.embedding import MoodEmbeddings

BATCH = 64
"""Texts in one prediction."""

TOO_CLOSE = 0.7
"""A model without a neutral label says neutral when its best score is below this."""

WORDS_TRIED = 40
"""Words that are left out in turn to explain a mood of a model that cannot explain itself."""

Chances = tuple[float, float, float]


def _blank(text: str) -> bool:
    return not any(not letter.isspace() and letter.isprintable() for letter in text)


class Reading:
    """Scores texts with any flair `TextClassifier`; explains as it goes where it is the shipped one.

    `whole`: the model cuts texts into words itself; sparing flair's tokenizer saves a third of the time.
    """

    def __init__(
        self,
        classifier: TextClassifier,
        meaning: Mapping[str, MoodLabel],
        name: str,
        uncertain_below: float = 0.0,
        *,
        whole: bool = False,
        warning: str = "",
    ) -> None:
        from flair.data import Sentence

        self.classifier = classifier
        self.meaning = meaning
        self.name = name
        self.uncertain_below = uncertain_below or UNCERTAIN
        self.warning = warning
        self._whole = whole
        self._sentence: type[Sentence] = Sentence
        self._two_sided = "neutral" not in meaning.values()
        own: Any = classifier.embeddings
        self._shipped: MoodEmbeddings | None = own if hasattr(own, "linear") else None

    def moods(self, texts: Sequence[str]) -> list[Mood]:
        """One mood for each text, in order. A text of blanks is neutral, and uncertain."""
        spoken = [place for place, text in enumerate(texts) if not _blank(text)]
        moods = [Mood("neutral", 0.0, uncertain=True, model=self.name)] * len(texts)
        own = [texts[place] for place in spoken]
        chances = self._chances(own)
        judged = [self._judged(one) for one in chances]
        words = self._words(own, [label for label, _ in judged])
        for place, (label, score), told in zip(spoken, judged, words, strict=True):
            moods[place] = Mood(
                label,
                round(score, 4),
                uncertain=score < self.uncertain_below,
                words=told,
                model=self.name,
            )
        return moods

    def why(self, text: str) -> Mood:
        """The mood of a text with the words that decided: each is left out, and the score watched."""
        mood = self.moods([text])[0]
        if mood.words or _blank(text):
            return mood
        words = text.split()
        tried = range(min(len(words), WORDS_TRIED))
        without = [" ".join(words[:place] + words[place + 1 :]) or "." for place in tried]
        label = MOODS.index(mood.label)
        whole = self._chances([text])[0][label]
        drops = [round(whole - one[label], 3) for one in self._chances(without)]
        told = sorted(zip(words, drops, strict=False), key=lambda one: -abs(one[1]))
        return Mood(
            mood.label,
            mood.score,
            uncertain=mood.uncertain,
            words=tuple(one for one in told if abs(one[1]) >= 0.01)[:12],
            model=mood.model,
        )

    def _chances(self, texts: Sequence[str]) -> list[Chances]:
        sentences = [self._sentence([text] if self._whole else text) for text in texts]
        readable = [one for one in sentences if len(one)]
        if readable:
            self.classifier.predict(
                readable, mini_batch_size=BATCH, return_probabilities_for_all_classes=True
            )
        return [self._sum(one) for one in sentences]

    def _sum(self, sentence: Sentence) -> Chances:
        sums = dict.fromkeys(MOODS, 0.0)
        for label in sentence.get_labels(self.classifier.label_type):
            if label.value in self.meaning:
                sums[self.meaning[label.value]] += label.score
        return sums["negative"], sums["neutral"], sums["positive"]

    def _judged(self, chances: Chances) -> tuple[MoodLabel, float]:
        best = max(range(3), key=chances.__getitem__)
        if self._two_sided and chances[best] < TOO_CLOSE:
            # .5 is as undecided as can be, hence surely neutral; .7 is on the edge.
            return "neutral", 1 - (max(chances[best], 0.5) - 0.5) / (TOO_CLOSE - 0.5) / 2
        return MOODS[best], min(chances[best], 1.0)

    def _words(
        self, texts: Sequence[str], labels: Sequence[MoodLabel]
    ) -> list[tuple[tuple[str, float], ...]]:
        if self._shipped is None:
            return [() for _ in texts]
        from console.mood.why import deciding_words
        from console.mood.writing import writing

        gain = self._shipped.gain[:, -1].tolist()
        gains = [gain[writing(text)] for text in texts]
        return deciding_words(
            self._shipped.linear, texts, [MOODS.index(label) for label in labels], gains
        )
