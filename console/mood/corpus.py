"""The labelled texts: reading them, leaving out what may not be used, cutting the development split."""

import gzip
import hashlib
import itertools
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from console.mood.normal import normal

LABELS = ("negative", "neutral", "positive")

PHRASES = Path(__file__).parent / "phrases"
"""Our own sentences of customers, under the licence of the project."""

EXTRA_WEIGHT = 0.4
"""Rows of extra-* files count less: at full weight the social posts lose a point or two."""

WRITTEN = PHRASES / "written"
"""Our own texts of customers, each written for itself: short ones and whole reviews of fifty trades."""

PHRASE_WEIGHT = 2.0
"""Our own phrases are few, short and certain."""

WRITTEN_WEIGHT = 2.0
WRITTEN_CHECKED = 10
"""One of so many of our own texts is kept for checking."""

OWN_LICENCE = "open: MIT (this project)"

EXPANSIONS = 40
"""At most so many sentences of one phrase template."""

CHECKED = 4
"""Further sentences of a long template that are kept for checking."""

DEV_SHARE = 0.05
DEV_CAP = 80
"""At most so many development rows of one label of one source."""


FAMILIAR = 0.3
"""A development row of whose four-word runs more stand in the training rows is not chosen by."""


@dataclass(frozen=True)
class Row:
    """One labelled text."""

    text: str
    label: int
    """Index into `LABELS`."""
    lang: str
    source: str
    licence: str
    weight: float = 1.0


@dataclass
class Corpus:
    """The rows to learn from and the rows to choose on, which share no text."""

    train: list[Row] = field(default_factory=list)
    dev: list[Row] = field(default_factory=list)


def read(path: Path, weight: float = 1.0) -> Iterator[Row]:
    """Rows of one file of JSON lines, plain or gzipped."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Row(
                row["text"],
                LABELS.index(row["label"]),
                row["lang"],
                row["source"],
                row["licence"],
                weight,
            )


def phrases(path: Path, *, check: bool = False) -> Iterator[Row]:
    """The sentences that the templates of one language spell out.

    A line is a label, a tab and a template: `{my|the} order {is late|never came}` spells out
    four sentences. Long templates give `EXPANSIONS` of theirs, the same ones every time. Under the
    label `never` stand sentences that are not learnt from, because tests ask for them.

    `check`: of long templates a few other sentences instead, which the model never saw.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    told = [line.split("\t") for line in lines if line and not line.startswith("#")]
    kept_out = _kept_out(path)
    for label, template in told:
        if label == "never":
            continue
        parts = [part.split("|") for part in re.split(r"[{}]", template)]
        spelled = ["".join(choice) for choice in itertools.product(*parts)]
        most = EXPANSIONS + CHECKED
        if len(spelled) > most:
            spelled = random.Random(template).sample(spelled, most)
            spelled = spelled[EXPANSIONS:] if check else spelled[:EXPANSIONS]
        elif check:
            continue
        for text in sorted({" ".join(text.split()) for text in spelled}):
            if normal(text) in kept_out:
                continue
            yield Row(
                text,
                LABELS.index(label),
                path.stem,
                "own phrases",
                OWN_LICENCE,
                PHRASE_WEIGHT,
            )


def written(path: Path, *, check: bool = False) -> Iterator[Row]:
    """Our own texts of one language: a label, a tab and a text on each line.

    Every tenth is not learnt from: with `check` these are given, and no others. Neither are those
    that stand under `never` among the phrases.
    """
    kept_out = _kept_out(PHRASES / path.name)
    lines = path.read_text(encoding="utf-8").splitlines()
    told = [line.split("\t", 1) for line in lines if line.strip() and not line.startswith("#")]
    for place, (label, text) in enumerate(told):
        kept = place % WRITTEN_CHECKED == WRITTEN_CHECKED - 1
        if check == kept and normal(text) not in kept_out:
            plain = " ".join(text.split())
            number = LABELS.index(label)
            yield Row(plain, number, path.stem, "own texts", OWN_LICENCE, WRITTEN_WEIGHT)


def _kept_out(path: Path) -> set[str]:
    """What must not be learnt, normalised, because tests ask for it."""
    told = (line.partition("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return {normal(text) for label, _, text in told if label == "never"}


def own_rows(*, check: bool = False) -> Iterator[Row]:
    """Everything of our own, phrases and texts: to learn from, or the part kept for checking."""
    for path in sorted(PHRASES.glob("*.txt")):
        yield from phrases(path, check=check)
    for path in sorted(WRITTEN.glob("*.txt")):
        yield from written(path, check=check)


def usable(row: Row, licence: str) -> bool:
    """Whether a row may be learnt from; rows for non-commercial use never are."""
    word = row.licence.split(":")[0].split()[0]
    return word == "open" if licence == "open" else word != "nc"


def _order(row: Row) -> str:
    return hashlib.sha1(f"{row.source}\0{row.text}".encode("utf-8", "replace")).hexdigest()


def split(rows: Iterable[Row], share: float = DEV_SHARE, cap: int = DEV_CAP) -> Corpus:
    """Cuts a development part of even labels out of every source, the same one every time."""
    groups: dict[tuple[str, str, int], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.lang, row.source, row.label].append(row)
    corpus = Corpus()
    for group in groups.values():
        group.sort(key=_order)
        count = min(cap, int(len(group) * share))
        corpus.dev.extend(group[:count])
        corpus.train.extend(group[count:])
    return corpus


def load(folder: Path, licence: str, without: Sequence[str] = ()) -> Corpus:
    """All usable rows of a data folder and our own phrases, split.

    `without` names sources to leave out altogether: what is left out is a site
    never seen, on which generalisation can be judged.
    """
    beside: list[Row] = []
    rows = [row for path in sorted(folder.glob("train-*.jsonl.gz")) for row in read(path)]
    main = split(row for row in rows if usable(row, licence) and row.source not in without)
    for path in sorted(folder.glob("extra-*.jsonl.gz")):
        beside.extend(read(path, EXTRA_WEIGHT))
    beside.extend(own_rows())
    main.train += [row for row in beside if usable(row, licence) and row.source not in without]
    known = {run for row in main.train for run in _runs(row.text)}
    main.dev = [row for row in main.dev if not _familiar(row.text, known)]
    return main


def _runs(text: str) -> set[str]:
    """Runs of four words; a shorter text is one run."""
    words = normal(text).split()
    return {" ".join(words[place : place + 4]) for place in range(max(len(words) - 3, 1))}


def _familiar(text: str, known: set[str]) -> bool:
    """Whether too much of a text was learnt by heart elsewhere to choose anything by it."""
    own = _runs(text)
    return len(own & known) > FAMILIAR * len(own)


def all_rows(folder: Path) -> Iterator[Row]:
    """Every row of the training and extra files, usable or not."""
    for name in ("train-*.jsonl.gz", "extra-*.jsonl.gz"):
        for path in sorted(folder.glob(name)):
            yield from read(path)
