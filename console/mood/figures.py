"""What a model is worth, in figures: per language and per source, and whether its scores are honest."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.mood.corpus import Row

SURE = 0.7
"""A negative mood with at least this score may raise a priority."""

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Figures:
    """How well a group of rows was read."""

    rows: int
    accuracy: float
    macro_f1: float
    """Mean over the labels that the group contains."""
    polar: float
    """Share of the negative and positive rows read rightly; a neutral answer counts as wrong."""
    masked: float
    """Share of them read rightly when the model may not answer neutral."""
    flip: float
    """Share of them read as the opposite."""
    confidence: float
    """Mean score; honest when it equals the accuracy."""
    sure_precision: float
    """Of the moods called negative with a score of at least `SURE`, the share that is."""
    sure_recall: float


def _share(part: NDArray[np.bool_]) -> float:
    return float(part.mean()) if len(part) else float("nan")


def figures(labels: Numbers, chances: Floats) -> Figures:
    """`chances` has a row of three probabilities for each label."""
    found = chances.argmax(1)
    f1 = []
    for label in sorted(set(labels.tolist())):
        hits = int(((found == label) & (labels == label)).sum())
        f1.append(2 * hits / int((found == label).sum() + (labels == label).sum()))
    is_polar = labels != 1
    without_neutral = np.where(chances[:, 0] >= chances[:, 2], 0, 2)
    sure = (found == 0) & (chances[:, 0] >= SURE)
    return Figures(
        rows=len(labels),
        accuracy=_share(found == labels),
        macro_f1=float(np.mean(f1)),
        polar=_share(found[is_polar] == labels[is_polar]),
        masked=_share(without_neutral[is_polar] == labels[is_polar]),
        flip=_share(found[is_polar] == 2 - labels[is_polar]),
        confidence=float(chances.max(1).mean()),
        sure_precision=_share(labels[sure] == 0),
        sure_recall=_share(sure[labels == 0]),
    )


def grouped(rows: Sequence[Row], chances: Floats, key: Callable[[Row], str]) -> dict[str, Figures]:
    """Figures for each group of rows, the groups in the order of their names."""
    groups: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        groups[key(row)].append(place)
    labels = np.array([row.label for row in rows])
    return {name: figures(labels[own], chances[own]) for name, own in sorted(groups.items())}


HEADINGS = (
    "rows | accuracy | macro-F1 | polar | polar, neutral masked | flip | mean score"
    " | negative ≥ .7: precision | recall"
)


def line(name: str, one: Figures) -> str:
    """One row of a Markdown table under `HEADINGS`."""
    shares = (
        one.accuracy,
        one.macro_f1,
        one.polar,
        one.masked,
        one.flip,
        one.confidence,
        one.sure_precision,
        one.sure_recall,
    )
    cells = " | ".join(f"{share:.3f}".replace("nan", "–") for share in shares)
    return f"| {name} | {one.rows} | {cells} |"


def table(groups: dict[str, Figures], first: str) -> str:
    """A Markdown table of all groups."""
    columns = HEADINGS.count("|") + 2
    rows = [line(name, one) for name, one in groups.items()]
    return "\n".join([f"| {first} | {HEADINGS} |", "|---" * columns + "|", *rows])
