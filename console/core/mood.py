"""What a customer's mood is when there are stars beside the words, and when the two disagree.

A rating is the customer's own verdict and mostly right; the text's mood is a model's guess that
knows how sure it is. The two are joined as independent witnesses: the chances that each gives to
the three labels are multiplied. Where people err in one rating of twenty (a thumb that slipped, a
scale read upside down), this reads more moods rightly than words or stars alone; the figures are
in the model card.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from console.core.model import Mood, MoodLabel
from sources.post import Kind

LABELS: Final[tuple[MoodLabel, ...]] = ("negative", "neutral", "positive")

BY_RATING = "rating"
"""What `Mood.model` says where only stars spoke."""

CONTRADICTS_FROM = 0.7
"""A text that says the opposite of its stars with at least this score is a contradiction."""

LEAST_JUDGED = 20
"""A share of fewer judgements is not told: one person's click would move it by more than 5 %."""

_MERE_WORDS = 0.45
"""A mood joined from both below this score is uncertain."""

Chances = tuple[float, float, float]

# How often a customer with so many stars of five is discontent, neither, or content.
_STARS: Final[tuple[tuple[float, Chances], ...]] = (
    (0.125, (0.93, 0.04, 0.03)),
    (0.375, (0.82, 0.13, 0.05)),
    (0.625, (0.40, 0.40, 0.20)),
    (0.875, (0.06, 0.18, 0.76)),
    (1.0, (0.03, 0.04, 0.93)),
)
# Net promoter score: 0 to 6 are detractors, 7 and 8 passives, 9 and 10 promoters.
_PROMOTER: Final[tuple[tuple[float, Chances], ...]] = (
    (0.45, (0.92, 0.05, 0.03)),
    (0.65, (0.72, 0.22, 0.06)),
    (0.85, (0.12, 0.58, 0.30)),
    (1.0, (0.03, 0.05, 0.92)),
)


def rating_chances(rating: float, rating_max: int, kind: Kind) -> Chances:
    """What a rating says about the mood: chances of negative, neutral and positive.

    A survey on a scale to 10 is a net promoter score and counts from 0; thumbs (a scale to 1)
    are 0 or 1; everything else counts from 1, such as stars and CSAT.
    """
    promoter = kind == "survey" and rating_max == 10
    lowest = 0 if promoter or rating_max <= 1 else 1
    share = (rating - lowest) / max(rating_max - lowest, 1)
    table = _PROMOTER if promoter else _STARS
    return next((chances for limit, chances in table if share < limit), table[-1][1])


def text_chances(mood: Mood) -> Chances:
    """The chances that a mood stands for: its score, the rest shared by the other two labels."""
    score = min(max(mood.score, 1 / 3), 0.99)
    rest = (1 - score) / 2
    negative, neutral, positive = (score if label == mood.label else rest for label in LABELS)
    return negative, neutral, positive


def decide(
    text_mood: Mood | None, rating: float | None, rating_max: int = 5, kind: Kind = "review"
) -> tuple[Mood | None, bool]:
    """The mood of a post from its text and its rating, and whether the two contradict each other.

    None if neither is there. The words that decided and the model's name are the text's.
    """
    if rating is None:
        return text_mood, False
    stars = rating_chances(rating, rating_max, kind)
    if text_mood is None:
        label, score = _best(stars)
        return Mood(label, round(score, 4), uncertain=score < 0.5, model=BY_RATING), False
    text = text_chances(text_mood)
    joint = [one * other for one, other in zip(stars, text, strict=True)]
    total = sum(joint)
    negative, neutral, positive = (one / total for one in joint)
    label, score = _best((negative, neutral, positive))
    contradiction = _contradict(_best(stars)[0], text_mood)
    mood = Mood(
        label,
        round(score, 4),
        uncertain=score < _MERE_WORDS,
        words=text_mood.words if label == text_mood.label else (),
        model=text_mood.model,
    )
    return mood, contradiction


def _best(chances: Chances) -> tuple[MoodLabel, float]:
    place = max(range(len(LABELS)), key=chances.__getitem__)
    return LABELS[place], chances[place]


def _contradict(stars: MoodLabel, text_mood: Mood) -> bool:
    opposite = {"negative": "positive", "positive": "negative"}.get(stars)
    return (
        text_mood.label == opposite
        and text_mood.score >= CONTRADICTS_FROM
        and not text_mood.uncertain
    )


class Judgement(Struct, frozen=True):
    """A person's word on a mood that the desk had told: a confirmation, or a correction."""

    conversation: int
    said: MoodLabel
    """As the model said."""
    true: MoodLabel
    """As the person says."""
    language: str = ""


class Precision(Struct, frozen=True):
    """How often people found a mood read rightly: the judged ones, and among them the right ones."""

    judged: tuple[Judgement, ...] = ()

    @property
    def right(self) -> tuple[Judgement, ...]:
        """Those that were confirmed."""
        return tuple(one for one in self.judged if one.said == one.true)

    @property
    def wrong(self) -> tuple[Judgement, ...]:
        """Those that were corrected."""
        return tuple(one for one in self.judged if one.said != one.true)

    @property
    def share(self) -> float | None:
        """Confirmed of all judged; None below `LEAST_JUDGED`, where it says nothing."""
        if len(self.judged) < LEAST_JUDGED:
            return None
        return len(self.right) / len(self.judged)

    def of(self, label: MoodLabel) -> Precision:
        """The same of one label, as the model gave it."""
        return Precision(tuple(one for one in self.judged if one.said == label))


def precisions(judgements: Iterable[Judgement]) -> dict[str, Precision]:
    """Measured precision by language, in order of the languages; "" where none is known.

    People correct what is wrong more readily than they confirm what is right, so the true
    precision is higher.
    """
    found: dict[str, list[Judgement]] = defaultdict(list)
    for one in judgements:
        found[one.language].append(one)
    return {language: Precision(tuple(found[language])) for language in sorted(found)}
