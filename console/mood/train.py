"""Trains the shipped model: `python -m console.mood.train --data DIR`.

Writes the model, its checksum, its figures and its card. Seeded: the same data give the
same model on the same machine and versions. Choices (how the halves are weighed, where a
mood is uncertain) are made on a development split of the training rows; the test files
are only reported on.
"""

import argparse
import hashlib
import json
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from flair.models import TextClassifier
from numpy.typing import NDArray
from torch import nn

from console.mood import build, card, corpus, join, linear, subword, vectors
from console.mood.corpus import LABELS, Corpus, Row
from console.mood.figures import Figures, grouped
from console.mood.model import CHECKSUM, SHIPPED
from console.mood.network import WIDTH, Reader, read
from console.mood.normal import normal
from console.mood.weighing import even, row_weights
from console.mood.writing import writing

SEEDS = (1, 2)
"""One reader and one linear half are trained for each: where one errs, two disagree."""

READER_CLASS_POWER = 0.8
"""Rare labels count more, by this power of their rarity; at .5 long complaints read as neutral."""

MEASURED = Path(__file__).parent / "measured.md"
"""What other runs measured (baselines, stars, learning), told in the card as well."""

Floats = NDArray[np.float32]
_STARTED = time.monotonic()


def say(what: str) -> None:
    """One line of progress, with the seconds since the start."""
    print(f"{time.monotonic() - _STARTED:6.0f} s  {what}", flush=True)


def learn(found: Corpus, seeds: Sequence[int] = SEEDS) -> build.Parts:
    """The parts of the model, from the rows to their weighing on the development split."""
    train_rows = sorted(found.train, key=lambda row: (row.lang, row.source, row.text))
    plain = [normal(row.text) for row in train_rows]
    target = np.eye(3, dtype=np.float32)[[row.label for row in train_rows]]
    dev_plain = [normal(row.text) for row in found.dev]

    say(f"{len(train_rows)} rows to learn from, {len(found.dev)} to choose on")
    pieces = subword.learn_pieces(
        ((row.lang, text) for row, text in zip(train_rows, plain, strict=True)), seeds[0]
    )
    rows = subword.pieces_of(pieces, plain)
    start = vectors.company(rows, subword.piece_count(pieces), WIDTH, seeds[0])
    say("word pieces learnt")
    even_rows = row_weights(train_rows, 1.0)
    weights = row_weights(train_rows, READER_CLASS_POWER)
    # One core for each: results do not hang on the number of threads, and no core idles.
    with ProcessPoolExecutor(len(seeds), mp_context=get_context("spawn")) as pool:
        weighed = [pool.submit(_linear, plain, target, even_rows, seed) for seed in seeds]
        asked = [
            pool.submit(_reader, pieces, plain, target, weights, start, seed) for seed in seeds
        ]
        tables = [one.result() for one in weighed]
        readers = [one.result() for one in asked]
    # The mean of several trainings errs less than each, and is no larger.
    half = linear.quantised(np.mean([weight for weight, _ in tables], axis=0), tables[0][1])

    dev_rows = subword.pieces_of(pieces, dev_plain)
    parts = [output(torch.from_numpy(read(reader, dev_rows))) for reader, output in readers]
    logits = [part.detach().numpy() for part in parts]
    logits.append(half.logits(linear.read_in_batches(dev_plain)))
    joined = join.fit(
        np.stack(logits),
        np.array([writing(row.text) for row in found.dev]),
        np.array([row.label for row in found.dev]),
        even(found.dev),
    )
    say("halves joined")
    return build.Parts(pieces, readers, half, joined)


def _linear(plain: list[str], target: Floats, weights: Floats, seed: int) -> tuple[Floats, Floats]:
    torch.set_num_threads(1)
    buckets = linear.read_in_batches(plain)
    idf = linear.frequencies(buckets)
    weight = linear.train(buckets, target, weights, idf, seed)
    say(f"seed {seed}: linear half")
    return weight, idf


def _reader(
    pieces: bytes, plain: list[str], target: Floats, weights: Floats, start: Floats, seed: int
) -> tuple[Reader, nn.Linear]:
    torch.set_num_threads(1)

    def told(what: str) -> None:
        say(f"seed {seed}: {what}")

    return subword.train(pieces, plain, target, weights, start, seed, told)


def test_rows(folder: Path) -> list[Row]:
    """All rows of the test files, to report on and never to choose by."""
    return [row for path in sorted(folder.glob("test-*.jsonl.gz")) for row in corpus.read(path)]


def measured(model: TextClassifier, rows: Sequence[Row], key: str) -> dict[str, Figures]:
    """Figures of the model on these rows, by language or by source."""
    chances = build.chances(model, [row.text for row in rows])
    return grouped(rows, chances, lambda row: str(getattr(row, key)))


def fingerprints(folder: Path) -> dict[str, str]:
    """SHA-256 of every data file that was learnt from or reported on."""
    own = corpus.PHRASES.glob("**/*.txt")
    files = [*sorted(folder.glob("*.jsonl.gz")), *sorted(own)]
    return {
        f"{path.parent.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def publish(
    model: TextClassifier,
    found: Corpus,
    data: Path,
    out: Path,
    licence: str,
    without: Sequence[str],
) -> None:
    """Writes the model with its checksum, then measures it and writes figures and card beside it."""
    build.save(model, out)
    checksum = hashlib.sha256(out.read_bytes()).hexdigest()
    out.with_suffix(CHECKSUM.suffix).write_text(f"{checksum}\n")
    megabytes = out.stat().st_size / 1e6
    say(f"{out.name}: {megabytes:.1f} MB")
    embedding: Any = model.embeddings
    readers = len(embedding.own_readers)
    tests = test_rows(data)
    report = {
        "development split": measured(model, found.dev, "lang"),
        "test": measured(model, tests, "lang"),
        "test by source": measured(model, tests, "source"),
        "our own texts, those kept for checking": measured(
            model, list(corpus.own_rows(check=True)), "lang"
        ),
    }
    if without:
        unseen = [row for row in corpus.all_rows(data) if row.source in without]
        report["unseen sources"] = measured(model, unseen, "source")
    for name, one in report["test"].items():
        say(f"test {name}: macro-F1 {one.macro_f1:.3f}, polar {one.masked:.3f}")
    card.write(
        out.parent / "MODEL_CARD.md",
        found,
        report,
        licence=licence,
        megabytes=megabytes,
        readers=readers,
        beside=MEASURED,
    )
    record = {
        name: {key: asdict(one) for key, one in group.items()} for name, group in report.items()
    }
    out.with_suffix(".figures.json").write_text(
        json.dumps({"labels": LABELS, "data": fingerprints(data), **record}, indent=1) + "\n"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line, trains, writes everything."""
    parser = argparse.ArgumentParser(prog="python -m console.mood.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of *.jsonl.gz files")
    parser.add_argument(
        "--licence",
        choices=("any", "open"),
        default="any",
        help="open: only rows whose data set states an open licence",
    )
    parser.add_argument("--out", type=Path, default=SHIPPED, help="the model file to write")
    parser.add_argument("--without", nargs="*", default=[], help="sources to leave out unseen")
    parser.add_argument("--seeds", type=int, nargs="*", default=list(SEEDS))
    asked = parser.parse_args(arguments)
    found = corpus.load(asked.data, asked.licence, asked.without)
    model = build.classifier(learn(found, asked.seeds))
    publish(model, found, asked.data, asked.out, asked.licence, asked.without)
    say("done")


if __name__ == "__main__":
    main()
