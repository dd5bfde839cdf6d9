"""Other models' words for the three moods."""

from collections.abc import Iterable, Mapping

from console.core.i18n import _
from console.core.model import MoodLabel
from console.mood.model import ModelError

MOODS: tuple[MoodLabel, ...] = ("negative", "neutral", "positive")

_KNOWN: dict[str, MoodLabel] = {
    "negative": "negative",
    "neg": "negative",
    "very negative": "negative",
    "1 star": "negative",
    "2 stars": "negative",
    "neutral": "neutral",
    "neu": "neutral",
    "mixed": "neutral",
    "3 stars": "neutral",
    "positive": "positive",
    "pos": "positive",
    "very positive": "positive",
    "4 stars": "positive",
    "5 stars": "positive",
}


def mapping(names: Iterable[str], configured: Mapping[str, str]) -> dict[str, MoodLabel]:
    """The mood that each of a model's labels means: as configured, else by its word.

    Raises `ModelError` naming the labels that nobody explains (`LABEL_0` says nothing), and
    configured moods that do not exist.
    """
    told = {name.casefold(): mood.casefold() for name, mood in configured.items()}
    wrong = sorted(mood for mood in told.values() if mood not in MOODS)
    if wrong:
        raise ModelError(
            _("[mood.labels]: {wrong} is not one of negative, neutral, positive").format(
                wrong=", ".join(wrong)
            )
        )
    found: dict[str, MoodLabel] = {}
    unknown: list[str] = []
    for name in names:
        mood = told.get(name.casefold()) or _KNOWN.get(name.casefold().replace("_", " "))
        if mood is None:
            unknown.append(name)
        else:
            found[name] = next(one for one in MOODS if one == mood)
    if unknown:
        raise ModelError(
            _(
                "the model's labels {labels} are unknown; say what they mean in [mood.labels]"
            ).format(labels=", ".join(unknown))
        )
    return found
