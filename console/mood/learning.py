"""What a team's own reviews and corrections add to the shipped model: small, safe, reversible.

The shipped file is never changed. What is learnt is a list of differences to the weights of the
linear half, in a file of its own; without that file the model is the shipped one again. It is kept
only if texts of the team that were not learnt from are surely read better with it, and no fewer of our
own check sentences are read rightly.
"""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from console.core.i18n import _
from console.core.model import MoodLabel
from console.core.mood import LABELS, rating_chances
from console.mood.corpus import Row, own_rows
from console.mood.figures import Figures, figures
from console.mood.hashing import Features
from console.mood.linear import read_in_batches, valued
from console.mood.model import ModelError, shipped_name
from console.mood.normal import normal
from console.mood.writing import writing
from sources.base import Kind

if TYPE_CHECKING:
    from flair.models import TextClassifier

FEWEST = 100
"""With fewer examples nothing is learnt: the held-back part could not tell gain from chance."""

HELD_BACK, CHOOSING = 0.2, 0.15
"""Shares of the examples that judge at the end, and that choose how boldly to learn."""

RATES = (2.0, 7.0, 22.0, 60.0, 150.0)
"""How boldly to learn; the best on the choosing part is taken."""

SHARES = (1.0, 0.5, 0.25)
"""How much of what was learnt is tried: less of it gains less, and forgets less."""

EPOCHS = 4
BATCH = 128
CORRECTION_WEIGHT = 3.0
"""A person's correction against one star rating."""
SURELY = 1.645
"""The gain must be this many standard errors (one in twenty by chance)."""

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]


class Example(Struct, frozen=True):
    """A text of the team's own whose mood is known: corrected by a person, or rated by its author."""

    text: str
    label: MoodLabel | None = None
    """As a person corrected or confirmed it."""
    rating: float | None = None
    rating_max: int = 5
    kind: Kind = "review"

    @property
    def target(self) -> int | None:
        """The label's index; None where a rating in the middle says too little."""
        if self.label is not None:
            return LABELS.index(self.label)
        if self.rating is None:
            return None
        chances = rating_chances(self.rating, self.rating_max, self.kind)
        best = max(range(3), key=chances.__getitem__)
        return best if chances[best] >= 0.5 else None


@dataclass(frozen=True)
class Outcome:
    """What learning came to."""

    kept: bool
    sentence: str
    examples: int
    before: Figures | None = None
    """On the held-back part of the team's texts."""
    after: Figures | None = None
    check_before: float = 0.0
    """Share of our check sentences read rightly."""
    check_after: float = 0.0


@dataclass(frozen=True)
class Learnt:
    """Differences to the shipped weights, in the steps of the shipped integers."""

    base: str
    """Name of the model it belongs to."""
    bucket: NDArray[np.int32]
    step: NDArray[np.int8]
    """Shape (buckets, 3)."""

    def encode(self) -> bytes:
        """As stored."""
        file = io.BytesIO()
        np.savez_compressed(file, base=np.array(self.base), bucket=self.bucket, step=self.step)
        return file.getvalue()

    @classmethod
    def decode(cls, data: bytes) -> Learnt:
        """Raises `ValueError` if it is no such file. Nothing in it is ever run."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as found:
                return cls(str(found["base"]), found["bucket"], found["step"])
        except (OSError, KeyError, EOFError) as error:
            raise ValueError(str(error)) from error


def apply(model: TextClassifier, data: bytes) -> str:
    """Adds what was learnt to a loaded shipped model; the name of the two together.

    Raises `ModelError` if it was learnt on another shipped model: then learn again.
    """
    import torch

    try:
        learnt = Learnt.decode(data)
    except ValueError as error:
        raise ModelError(
            _("what was learnt cannot be read ({why}); shiftdesk mood --forget").format(why=error)
        ) from error
    if learnt.base != shipped_name():
        raise ModelError(
            _("what was learnt belongs to another model; run shiftdesk mood --learn again")
        )
    own: Any = model.embeddings
    weight: torch.Tensor = own.weight
    bucket = torch.from_numpy(learnt.bucket.astype(np.int64))
    changed = weight[bucket].int() + torch.from_numpy(learnt.step).int()
    weight[bucket] = changed.clamp(-127, 127).to(torch.int8)
    return f"{learnt.base}+{hashlib.sha256(data).hexdigest()[:8]}"


class _Read:
    """Texts as the learner sees them: what the model says now, and their features."""

    def __init__(self, model: TextClassifier, texts: Sequence[str]) -> None:
        own: Any = model.embeddings
        self.logits: Floats = model.decoder(own.vectors(texts)).detach().numpy()
        self.found = read_in_batches([normal(text) for text in texts], bits=own.bits)
        idf = own.idf.numpy().astype(np.float32) * np.float32(own.idf_step)
        value, self.text = valued(self.found, idf)
        gain = own.gain[:, -1].numpy()[[writing(text) for text in texts]]
        self.value: Floats = value * gain[self.text]

    def moved(self, difference: Floats) -> Floats:
        """The scores with these differences of the weights added."""
        share = difference[self.found.bucket] * self.value[:, None]
        added = [np.bincount(self.text, share[:, label], len(self.logits)) for label in range(3)]
        return (self.logits + np.stack(added, 1)).astype(np.float32)


@dataclass(frozen=True)
class _Check:
    """Our own sentences, which no team's learning may spoil."""

    read: _Read
    labels: Numbers

    def share(self, difference: Floats | None = None) -> float:
        """How many of them are read rightly, with these differences of the weights if given."""
        logits = self.read.logits if difference is None else self.read.moved(difference)
        return float((logits.argmax(1) == self.labels).mean())

    def spoilt_by(self, difference: Floats) -> bool:
        """Whether fewer of them are read rightly."""
        return self.share(difference) < self.share()


def _mended(before: Floats, after: Floats, labels: Numbers) -> Numbers:
    """1 for each text that is read rightly only afterwards, -1 for each that was only before."""
    right = (after.argmax(1) == labels).astype(np.int64)
    gains: Numbers = right - (before.argmax(1) == labels)
    return gains


def _surely(gains: Numbers) -> bool:
    """Whether there are more gains than losses than a coin would give."""
    return bool(gains.sum() > SURELY * np.sqrt(np.abs(gains).sum()))


def _chances(logits: Floats) -> Floats:
    power = np.exp(logits - logits.max(1, keepdims=True))
    normed: Floats = power / power.sum(1, keepdims=True)
    return normed


def _loss(logits: Floats, labels: Numbers) -> float:
    own = _chances(logits)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(own, 1e-9)).mean())


def _fit(read: _Read, labels: Numbers, weight: Floats, rate: float, buckets: int) -> Floats:
    """Differences (buckets, 3) that make the labels likelier, found in small steps from zero."""
    chance = np.random.default_rng(1)
    difference = np.zeros((buckets, 3), np.float32)
    target = np.eye(3, dtype=np.float32)[labels]
    found: Features = read.found
    steps, step = EPOCHS * -(-len(labels) // BATCH), 0
    for _epoch in range(EPOCHS):
        order = chance.permutation(len(labels))
        for first in range(0, len(order), BATCH):
            rows = order[first : first + BATCH]
            counts = np.diff(found.offset)[rows]
            text = np.repeat(np.arange(len(rows)), counts)
            place = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
            place += np.repeat(found.offset[rows], counts)
            bucket, value = found.bucket[place], read.value[place, None]
            logits = read.logits[rows].copy()
            np.add.at(logits, text, difference[bucket] * value)
            slope = (_chances(logits) - target[rows]) * weight[rows, None] / len(rows)
            np.add.at(difference, bucket, -rate * (1 - step / steps) * slope[text] * value)
            step += 1
    return difference


def _part(text: str) -> float:
    """A number from 0 to 1 that belongs to a text, the same one every time."""
    return int(hashlib.sha1(text.encode("utf-8", "replace")).hexdigest()[:8], 16) / 0xFFFFFFFF


def learn(model: TextClassifier, examples: Sequence[Example]) -> tuple[Outcome, Learnt | None]:
    """Learns from the examples on top of a freshly loaded shipped model, and judges itself.

    The same text given twice counts once, the last time. Returns what it came to, and the
    differences if they are worth keeping. Takes about a second for a thousand examples.
    """
    known = {one.text: one for one in examples if one.target is not None and one.text.strip()}
    if len(known) < FEWEST:
        sentence = _("{n} examples are too few to learn from; {least} are needed").format(
            n=len(known), least=FEWEST
        )
        return Outcome(False, sentence, len(known)), None
    own: Any = model.embeddings
    parts: dict[str, list[Example]] = {"learn": [], "choose": [], "judge": []}
    for one in known.values():
        share = _part(one.text)
        name = (
            "judge" if share < HELD_BACK else "choose" if share < HELD_BACK + CHOOSING else "learn"
        )
        parts[name].append(one)
    texts = {name: [one.text for one in own_part] for name, own_part in parts.items()}
    labels = {
        name: np.array([one.target for one in own_part], np.int64)
        for name, own_part in parts.items()
    }
    rehearsed = _rehearsal(len(parts["learn"]))
    weight = _weights(parts["learn"], len(rehearsed))
    read = _Read(model, texts["learn"] + [row.text for row in rehearsed])
    targets = np.concatenate(
        (labels["learn"], np.array([row.label for row in rehearsed], np.int64))
    )
    choosing, judging = _Read(model, texts["choose"]), _Read(model, texts["judge"])
    sentences = list(own_rows(check=True))
    check = _Check(
        _Read(model, [row.text for row in sentences]), np.array([row.label for row in sentences])
    )
    buckets = len(own.idf)
    fitted = [_fit(read, targets, weight, rate, buckets) / own.weight_step for rate in RATES]
    tried = [np.clip(np.rint(share * one), -127, 127) for one in fitted for share in SHARES]
    tried.sort(key=lambda one: _loss(choosing.moved(one * own.weight_step), labels["choose"]))
    # The boldest is often the best on the team's own texts, and the one that forgets the most.
    harmless = (one for one in tried if not check.spoilt_by(one * own.weight_step))
    return _judged(judging, labels["judge"], next(harmless, tried[0]), check, own, len(known))


def _rehearsal(examples: int) -> list[Row]:
    """Some of our own sentences, the same ones every time: two for each example, within bounds."""
    sentences = list(own_rows())
    return random.Random(1).sample(sentences, min(len(sentences), max(1000, 2 * examples)))


def _weights(examples: Sequence[Example], rehearsed: int) -> Floats:
    """Our own sentences count as much as ratings: with a quarter of it they were forgotten, and only
    timid steps passed the check (food orders, 2,000 ratings: .772 to .797, now to .837)."""
    own = [CORRECTION_WEIGHT if one.label is not None else 1.0 for one in examples]
    return np.array([*own, *[1.0] * rehearsed], np.float32)


def _judged(
    judging: _Read, labels: Numbers, steps: Floats, check: _Check, own: Any, examples: int
) -> tuple[Outcome, Learnt | None]:
    """Whether the differences gain on the team's held-back texts and lose nothing of our own."""
    difference = steps * np.float32(own.weight_step)
    moved = judging.moved(difference)
    before, after = figures(labels, _chances(judging.logits)), figures(labels, _chances(moved))
    own_loss = -np.log(np.maximum(_chances(judging.logits), 1e-9))[np.arange(len(labels)), labels]
    new_loss = -np.log(np.maximum(_chances(moved), 1e-9))[np.arange(len(labels)), labels]
    gain = own_loss - new_loss
    # More right ones among those that changed than a coin would give, and likelier labels at all.
    sure = _surely(_mended(judging.logits, moved, labels)) and gain.mean() > 0
    old, new = check.share(), check.share(difference)
    kept = bool(sure and not check.spoilt_by(difference))
    if kept:
        sentence = _("learnt from {n} texts: right {before} % before, {after} % now")
    elif not sure:
        sentence = _("not kept: {n} texts bring no sure gain ({before} % before, {after} % after)")
    else:
        sentence = _("not kept: our check sentences would be read worse")
    told = sentence.format(
        n=examples,
        before=round(100 * before.accuracy, 1),
        after=round(100 * after.accuracy, 1),
    )
    outcome = Outcome(kept, told, examples, before, after, old, new)
    touched = np.flatnonzero(np.abs(steps).sum(1))
    learnt = Learnt(shipped_name(), touched.astype(np.int32), steps[touched].astype(np.int8))
    return outcome, learnt if kept else None


def write(path: Path, learnt: Learnt) -> None:
    """Stores what was learnt, whole or not at all; what stood there before is kept as `.before`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(learnt.encode())
    fresh.chmod(0o600)
    if path.exists():
        path.replace(path.with_suffix(".before"))
    fresh.replace(path)


def forget(path: Path) -> bool:
    """Takes back what was learnt; False if there was nothing."""
    found = path.exists()
    path.unlink(missing_ok=True)
    path.with_suffix(".before").unlink(missing_ok=True)
    return found
