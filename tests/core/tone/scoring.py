"""Precision and recall of the hints over files of labelled cases."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from console.core.tone import CATALOGUE, ids

OWN = Path(__file__).parent
LANGUAGES = ("en", "ru", "ar", "fa")
WORDING = ("tone", "style", "risk")

Case = dict[str, Any]


class Score(NamedTuple):
    """How often a hint was right, wrong and silent when it should speak."""

    right: int
    wrong: int
    silent: int

    @property
    def precision(self) -> float:
        """The share of hints that were deserved; 1 where none was given."""
        return self.right / max(1, self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """The share of deserved hints that were given; 1 where none was deserved."""
        return self.right / (self.right + self.silent) if self.right + self.silent else 1.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def own_cases() -> list[Case]:
    """The cases of this folder, all languages."""
    return [case for code in LANGUAGES for case in read(OWN / f"cases-{code}.jsonl")]


def read(path: Path) -> list[Case]:
    """The cases of one file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def group_of(hint_id: str) -> str:
    """The bar a hint is measured against."""
    group = CATALOGUE[hint_id].group
    return "wording" if group in WORDING else group


def outcomes(cases: Iterable[Case]) -> Iterator[tuple[str, str, str]]:
    """Hint id, language and what happened, for every label that is met or missed."""
    for case in cases:
        given = set(ids(case["item"], case["draft"], case["context"]))
        for hint_id in case["fired"]:
            yield hint_id, case["lang"], "right" if hint_id in given else "silent"
        for hint_id in given & set(case["not_fired"]):
            yield hint_id, case["lang"], "wrong"


def scores(cases: Iterable[Case], *, by_language: bool = False) -> dict[tuple[str, str], Score]:
    """The score of each group; the language is "all" unless they are told apart."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for hint_id, language, outcome in outcomes(cases):
        counted[group_of(hint_id), language if by_language else "all", outcome] += 1
    slots = {(group, language) for group, language, _ in counted}
    return {
        slot: Score(*(counted[(*slot, outcome)] for outcome in ("right", "wrong", "silent")))
        for slot in slots
    }
