"""What the rule for rated posts gains: words alone, stars alone, and both together.

Run alone: `python -m tests.bench.bench_stars`. Uses the test rows whose labels come from stars. The
customer's true mood is taken to be the label; one rating of twenty is given as its opposite, as
when a thumb slips, and half of the middling ones one star off.
"""

import random
from dataclasses import dataclass

from console.core.model import Mood
from console.core.mood import decide
from console.mood.corpus import LABELS, Row, read
from console.mood.loading import load
from console.mood.wire import Settings
from tests.shared_data import shared

_STARRED = (
    "amitt001/Android-App-Reviews-Dataset",
    "SamarpitKandhari/Netflix-Sentimental-Analysis",
    "rijinrajanrr14/ChatGPT-App-Reviews-Sentiment-Analysis",
    "saron03/fintech-app-reviews",
    "hadyelsahar/large-arabic-sentiment-analysis-resouces",
    "UzielLujan/Tarea1-NLP-opiniones-mx (MeIA 2025 / Rest-Mex)",
    "miirzamiir/taaghche-feelings-analyzer",
    "ssedayzc/Analysis-of-E-Commerce-Product-Reviews-with-NLP",
    "jean-cheramy/keytrade-trustpilot-analysis",
)
SLIPPED = 0.05


@dataclass(frozen=True)
class Rated:
    """A review with the rating that its author gave, perhaps by mistake."""

    row: Row
    rating: int
    slipped: bool


def rated(rows: list[Row], seed: int = 1) -> list[Rated]:
    """The rows with ratings, some of which slipped."""
    chance = random.Random(seed)
    usual = {0: (1, 1, 2), 1: (3, 3, 4, 2), 2: (5, 5, 4)}
    found = []
    for row in rows:
        slipped = row.label != 1 and chance.random() < SLIPPED
        rating = chance.choice(usual[2 - row.label if slipped else row.label])
        found.append(Rated(row, rating, slipped))
    return found


def share(flags: list[bool]) -> str:
    """As a percentage."""
    return f"{100 * sum(flags) / max(len(flags), 1):.1f} %"


def main() -> None:
    """Prints the figures."""
    rows = [
        row
        for path in sorted(shared("data/sentiment").glob("test-*.jsonl.gz"))
        for row in read(path)
        if row.source in _STARRED
    ]
    given = rated(rows)
    moods: list[Mood] = load(Settings()).moods([row.text for row in rows])
    truth = [LABELS[row.label] for row in rows]
    stars = [decide(None, one.rating)[0] for one in given]
    both = [decide(mood, one.rating) for mood, one in zip(moods, given, strict=True)]
    marked = [contradiction for _, contradiction in both]
    print(f"stars: {len(rows)} rated reviews, {sum(one.slipped for one in given)} slipped")
    for name, found in (("words", moods), ("stars", stars), ("both", [one for one, _ in both])):
        right = [
            one is not None and one.label == true for one, true in zip(found, truth, strict=True)
        ]
        print(
            f"stars: {name} alone right in {share(right)}"
            if name != "both"
            else f"stars: both together right in {share(right)}"
        )
    slips = [one.slipped for one in given]
    print(
        f"stars: contradictions marked in {share(marked)}; "
        f"{share([slip for slip, mark in zip(slips, marked, strict=True) if mark])} of them are slips; "
        f"{share([mark for slip, mark in zip(slips, marked, strict=True) if slip])} of the slips are marked"
    )


if __name__ == "__main__":
    main()
