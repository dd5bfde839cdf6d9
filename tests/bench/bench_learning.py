"""A simulated shop: how much a team gains after 500, 2,000 and 10,000 rated reviews.

Run alone: `python -m tests.bench.bench_learning MODEL SOURCE...`, with a model that was trained
without these sources (`python -m console.mood.train --without SOURCE... --out MODEL`). Each source
is a shop: its reviews come in, are learnt from, and the rest of them is read before and after.
"""

import random
import sys
from pathlib import Path

import numpy as np

from console.mood.corpus import LABELS, all_rows
from console.mood.figures import Figures, figures
from console.mood.learning import Example, _chances, _Read, learn
from tests.shared_data import shared

SIZES = (500, 2_000, 10_000)
UNSEEN = 2_000
"""Reviews of the shop that are read at the end and never learnt from."""


def opened(path: Path):
    """The model, fresh."""
    from flair.models import TextClassifier

    return TextClassifier.load(path)


def line(name: str, one: Figures) -> str:
    """The figures of one state of the shop's model."""
    return (
        f"{name}: accuracy {one.accuracy:.3f}, macro-F1 {one.macro_f1:.3f}, polar {one.polar:.3f}"
    )


def main(model: Path, sources: list[str]) -> None:
    """Prints a table for each shop."""
    for source in sources:
        rows = [row for row in all_rows(shared("data/sentiment")) if row.source == source]
        random.Random(1).shuffle(rows)
        judged, pool = rows[:UNSEEN], rows[UNSEEN:]
        texts = [row.text for row in judged]
        truth = np.array([row.label for row in judged])
        print(f"learning: {source}: {len(pool)} reviews to learn from, {len(judged)} unseen")
        print(
            line("learning:   before", figures(truth, _chances(_Read(opened(model), texts).logits)))
        )
        for size in SIZES:
            if len(pool) < size * 0.8:
                continue
            stars = {0: 1.0, 1: None, 2: 5.0}
            examples = [
                Example(row.text, rating=stars[row.label])
                if row.label != 1
                else Example(row.text, label=LABELS[1])
                for row in pool[:size]
            ]
            outcome, learnt = learn(opened(model), examples)
            if learnt is None:
                print(f"learning:   {size}: {outcome.sentence}")
                continue
            taught = opened(model)
            difference = np.zeros((len(taught.embeddings.idf), 3), np.float32)
            difference[learnt.bucket] = learnt.step * np.float32(taught.embeddings.weight_step)
            after = figures(truth, _chances(_Read(taught, texts).moved(difference)))
            print(line(f"learning:   after {len(examples)}", after))
            print(
                f"learning:     check sentences {outcome.check_before:.3f} → {outcome.check_after:.3f}"
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
