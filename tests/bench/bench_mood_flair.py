"""flair's own small set-ups as baselines, trained by flair's own trainer on the same kind of rows.

Run alone: `python -m tests.bench.bench_mood_flair [ROWS]`. One model for all languages each time:
a mean over hashed words (`DocumentPoolEmbeddings` over `HashEmbeddings`), a small recurrent network
over them (`DocumentRNNEmbeddings`), and `DocumentTFIDFEmbeddings`. flair's trainer takes minutes for
an epoch of all rows, so these see a sample with even labels: 300 rows of each language unless told
otherwise. They are judged on as many test rows of each.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from console.mood.corpus import LABELS, Row, load, read
from console.mood.figures import grouped
from tests.shared_data import shared

LANGUAGES = ("en", "ru", "ar", "fa", "tr", "es", "pt", "de", "fr", "it")
ROWS = 300
EPOCHS = 6
WORDS = 20_000
"""Hashed words, or words of the TF-IDF: its vectors are dense, so not more."""


def sample(rows: Sequence[Row], count: int) -> list[Row]:
    """At most so many rows of each language, its labels as even as they can be."""
    by_label: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in rows:
        if row.lang in LANGUAGES:
            by_label[row.lang, row.label].append(row)
    chance = random.Random(1)
    chosen = [chance.sample(own, min(len(own), count // 3)) for own in by_label.values()]
    return [row for own in chosen for row in own]


def pool(_: list[Any]) -> Any:
    """The mean over hashed words."""
    from flair.embeddings import DocumentPoolEmbeddings, HashEmbeddings

    return DocumentPoolEmbeddings([HashEmbeddings(WORDS, 100)], fine_tune_mode="linear")


def recurrent(_: list[Any]) -> Any:
    """A recurrent network over hashed words."""
    from flair.embeddings import DocumentRNNEmbeddings, HashEmbeddings

    return DocumentRNNEmbeddings([HashEmbeddings(WORDS, 100)], hidden_size=128)


def tfidf(sentences: list[Any]) -> Any:
    """Weighed words."""
    from flair.embeddings import DocumentTFIDFEmbeddings

    return DocumentTFIDFEmbeddings(sentences, max_features=WORDS)


SETUPS: dict[str, Callable[[list[Any]], Any]] = {
    "mean of hashed words": pool,
    "TF-IDF": tfidf,
    "recurrent over hashed words": recurrent,
}


def trained(make: Callable[[list[Any]], Any], rows: Sequence[Row]) -> Any:
    """A classifier of this set-up, as flair trains it."""
    import flair
    from flair.data import Corpus, Dictionary, Sentence
    from flair.datasets import FlairDatapointDataset
    from flair.models import TextClassifier
    from flair.trainers import ModelTrainer

    flair.set_seed(1)
    sentences = [Sentence(row.text[:600]) for row in rows if row.text.strip()]
    for sentence, row in zip(sentences, [one for one in rows if one.text.strip()], strict=True):
        sentence.add_label("mood", LABELS[row.label])
    dictionary = Dictionary(add_unk=False)
    for label in LABELS:
        dictionary.add_item(label)
    model = TextClassifier(make(sentences), label_type="mood", label_dictionary=dictionary)
    data = Corpus(train=FlairDatapointDataset(sentences), sample_missing_splits=False)
    with tempfile.TemporaryDirectory() as folder:
        ModelTrainer(model, data).train(
            folder,
            learning_rate=2e-3,
            mini_batch_size=64,
            max_epochs=EPOCHS,
            optimizer=_adam(),
            save_final_model=False,
            embeddings_storage_mode="none",
        )
    model.eval()
    return model


def _adam() -> Any:
    import torch

    return torch.optim.AdamW


def chances(model: Any, rows: Sequence[Row]) -> np.ndarray:
    """Three probabilities for each row."""
    from flair.data import Sentence

    result = np.zeros((len(rows), 3), np.float32)
    sentences = [Sentence(row.text[:600] or ".") for row in rows]
    model.predict(sentences, mini_batch_size=64, return_probabilities_for_all_classes=True)
    for place, sentence in enumerate(sentences):
        for label in sentence.get_labels("mood"):
            result[place, LABELS.index(label.value)] = label.score
    return result


def main(count: int) -> None:
    """Prints one line for each set-up."""
    folder: Path = shared("data/sentiment")
    rows = sample(load(folder, "any").train, count)
    every = [row for lang in LANGUAGES for row in read(folder / f"test-{lang}.jsonl.gz")]
    tests = sample(every, max(count, ROWS))
    for name, make in SETUPS.items():
        found = grouped(tests, chances(trained(make, rows), tests), lambda row: row.lang)
        told = " ".join(
            f"{lang} {found[lang].macro_f1:.3f}/{found[lang].polar:.3f}" for lang in LANGUAGES
        )
        print(f"flair baseline, {name}, {len(rows)} rows (macro-F1/polar): {told}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
