"""The linear half of the model: three weights for every bucket, learnt by plain gradient steps."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.mood.hashing import BITS, Features, features

SCALE = 2.0
"""Length of a text's feature vector; a larger one makes the same steps bolder."""

RAREST = 3
"""A bucket seen in fewer texts has no say."""

EPOCHS = 5
BATCH = 256
RATE = 30.0
DROP = 0.4
"""Share of a text's features hidden at each look; without it rare words are learnt by heart."""
SMOOTHING = 0.05

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Linear:
    """Weights and inverse document frequencies as small integers: value = integer * step."""

    weight: NDArray[np.int8]
    """Shape (buckets, 3)."""
    weight_step: float
    idf: NDArray[np.uint8]
    idf_step: float

    def logits(self, found: Features) -> Floats:
        """Scores of the three labels for each text, (texts, 3); zeros for a text without features."""
        value, text = valued(found, self.idf.astype(np.float32) * np.float32(self.idf_step))
        share = self.weight[found.bucket].astype(np.float32) * (value * self.weight_step)[:, None]
        return np.stack(
            [np.bincount(text, share[:, label], len(found)) for label in range(3)], axis=1
        ).astype(np.float32)


def valued(found: Features, idf: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Each feature's value (idf over the length of its text's vector, times `SCALE`) and its text."""
    text = np.repeat(np.arange(len(found)), np.diff(found.offset))
    value = idf[found.bucket]
    length = np.sqrt(np.bincount(text, value * value, len(found))).astype(np.float32)
    scaled: Floats = (SCALE * value / np.maximum(length, 1e-6)[text]).astype(np.float32)
    return scaled, text


def read_in_batches(texts: Sequence[str], size: int = 4096, bits: int = BITS) -> Features:
    """The features of many normalised texts, with a bounded need of memory on the way."""
    buckets, counts = [], []
    for first in range(0, len(texts), size):
        found = features(texts[first : first + size], bits)
        buckets.append(found.bucket.astype(np.int32))
        counts.append(np.diff(found.offset))
    offset = np.concatenate(([0], np.cumsum(np.concatenate(counts))))
    return Features(np.concatenate(buckets), offset)


def frequencies(found: Features, bits: int = BITS) -> Floats:
    """Inverse document frequency of every bucket, 0 for those seen in fewer than `RAREST` texts."""
    seen = np.bincount(found.bucket, minlength=1 << bits)
    idf = np.log((1 + len(found)) / (1 + seen)) + 1
    return np.where(seen >= RAREST, idf, 0).astype(np.float32)


def train(
    found: Features,
    target: Floats,
    row_weight: Floats,
    idf: Floats,
    seed: int,
    epochs: int = EPOCHS,
) -> Floats:
    """Weights (buckets, 3) that fit the target distributions; the step falls to nothing."""
    import torch

    chance = np.random.default_rng(seed)
    weight = torch.zeros(len(idf), 3)
    value, _ = valued(found, idf)
    soft = target * (1 - SMOOTHING) + SMOOTHING / 3
    steps, step = epochs * -(-len(found) // BATCH), 0
    for _ in range(epochs):
        order = chance.permutation(len(found))
        for first in range(0, len(order), BATCH):
            rows = order[first : first + BATCH]
            counts = found.offset[rows + 1] - found.offset[rows]
            text = np.repeat(np.arange(len(rows)), counts)
            place = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
            place += np.repeat(found.offset[rows], counts)
            kept = chance.random(len(place), np.float32) >= DROP
            place, text = place[kept], text[kept]
            bucket = torch.from_numpy(found.bucket[place].astype(np.int64))
            of_text = torch.from_numpy(text)
            amount = torch.from_numpy(value[place] / np.float32(1 - DROP))[:, None]
            logits = torch.zeros(len(rows), 3).index_add_(0, of_text, weight[bucket] * amount)
            slope = torch.softmax(logits, 1) - torch.from_numpy(soft[rows])
            slope *= torch.from_numpy(row_weight[rows])[:, None] / len(rows)
            rate = RATE * (1 - step / steps)
            weight.index_add_(0, bucket, slope[of_text] * amount, alpha=-rate)
            step += 1
    return weight.numpy()


def quantised(weight: Floats, idf: Floats) -> Linear:
    """The same model in a quarter of the space; the .9999 quantile sets the step (no loss measured)."""
    weight = np.where(idf[:, None] > 0, weight, 0)
    weight_step = max(float(np.quantile(np.abs(weight[idf > 0]), 0.9999)), 1e-6) / 127
    idf_step = float(idf.max()) / 255
    return Linear(
        np.clip(np.rint(weight / weight_step), -127, 127).astype(np.int8),
        weight_step,
        np.rint(idf / idf_step).astype(np.uint8),
        idf_step,
    )
