"""The reading half of the model: word pieces through a small recurrent network, both ways."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

WIDTH = 96
"""Numbers for each word piece."""

STATE = 64
"""Numbers for each direction of reading."""

FEATURES = 4 * STATE + WIDTH
"""Mean and maximum of the states of both directions, and the mean of the pieces themselves."""

LONGEST = 64
"""Word pieces read of a text: two thirds from its head, the rest from its end."""

PAD, UNKNOWN = 0, 1

MICRO_BATCH = 32
"""Rows read side by side in use; of like length, so that little is padding (256: a third of the speed)."""

Floats = NDArray[np.float32]


def shortened(pieces: list[int]) -> list[int]:
    """At most `LONGEST` pieces, head and end; a text of none is read as one unknown piece."""
    if len(pieces) > LONGEST:
        head = 2 * LONGEST // 3
        pieces = pieces[:head] + pieces[head - LONGEST :]
    return pieces or [UNKNOWN]


def padded(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Rows of pieces as one matrix, and their true lengths."""
    lengths = [len(row) for row in rows]
    matrix = np.full((len(rows), max(lengths)), PAD)
    for place, row in enumerate(rows):
        matrix[place, : len(row)] = row
    return torch.from_numpy(matrix), torch.tensor(lengths)


class SmallEmbedding(nn.Module):
    """A table of word pieces in whole numbers, a quarter of the size of `nn.Embedding`."""

    table: Tensor
    step: Tensor

    def __init__(self, count: int) -> None:
        super().__init__()
        self.register_buffer("table", torch.zeros(count, WIDTH, dtype=torch.int8))
        self.register_buffer("step", torch.ones(count, 1, dtype=torch.float16))

    @classmethod
    def of(cls, weight: Tensor) -> "SmallEmbedding":
        """Each row on its own scale of 255 steps."""
        small = cls(len(weight))
        small.step.copy_(weight.abs().amax(1, keepdim=True).clamp(min=1e-4) / 127)
        small.table.copy_((weight / small.step.float()).round().clamp(-127, 127))
        return small

    def forward(self, rows: Tensor) -> Tensor:
        embedded: Tensor = self.table[rows].float() * self.step[rows].float()
        return embedded


class Reader(nn.Module):
    """Turns rows of word pieces, padded at the end, into one vector of `FEATURES` numbers each.

    The way back reads each row from its own last piece, so that padding never
    changes a result: a text scores the same alone and in any batch.
    """

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.embedding: nn.Module = nn.Embedding(pieces, WIDTH, padding_idx=PAD)
        self.forth = nn.GRU(WIDTH, STATE, batch_first=True)
        self.back = nn.GRU(WIDTH, STATE, batch_first=True)
        self.dropout_in = nn.Dropout(0.1)
        self.dropout = nn.Dropout(0.3)

    def forward(self, rows: Tensor, lengths: Tensor) -> Tensor:
        place = torch.arange(rows.shape[1])
        real = (place < lengths[:, None]).unsqueeze(2)
        embedded = self.dropout_in(self.embedding(rows))
        turned = (lengths[:, None] - 1 - place).clamp(min=0).unsqueeze(2).expand_as(embedded)
        forth, _ = self.forth(embedded)
        back, _ = self.back(embedded.gather(1, turned))
        states = torch.cat((forth, back), 2)
        count = lengths[:, None].to(embedded.dtype)
        features = torch.cat(
            (
                states.masked_fill(~real, 0).sum(1) / count,
                states.masked_fill(~real, -1.0).amax(1),
                embedded.masked_fill(~real, 0).sum(1) / count,
            ),
            1,
        )
        result: Tensor = self.dropout(features)
        return result


@torch.inference_mode()
def read(reader: Reader, rows: Sequence[Sequence[int]]) -> Floats:
    """The features of each row, in the given order."""
    result = np.zeros((len(rows), FEATURES), np.float32)
    order = sorted(range(len(rows)), key=lambda place: len(rows[place]))
    for first in range(0, len(order), MICRO_BATCH):
        chosen = order[first : first + MICRO_BATCH]
        result[chosen] = reader(*padded([rows[place] for place in chosen])).numpy()
    return result
