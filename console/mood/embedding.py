"""The two halves of the model as one flair embedding, so that plain `TextClassifier.load` opens it.

Importing this module imports flair (several seconds): only the mood process and the
training do so.
"""

from collections.abc import Sequence
from typing import Any, Self

import flair
import numpy as np
import sentencepiece
import torch
from flair.data import Sentence
from flair.embeddings.base import DocumentEmbeddings, register_embeddings
from torch import Tensor, nn

from console.mood.hashing import BITS, features
from console.mood.linear import Linear
from console.mood.network import FEATURES, UNKNOWN, Reader, SmallEmbedding, read, shortened
from console.mood.normal import normal
from console.mood.writing import WRITINGS, writing

LABELS = 3


class Marker:
    """Stored in the model file: to find this class, unpickling imports this module.

    flair looks an embedding up by name among those registered, and would not
    find ours in a process that has not imported it.
    """


@register_embeddings
class MoodEmbeddings(DocumentEmbeddings):
    """For each text the features of the readers, the three scores of the linear half, its writing.

    `gain` multiplies each part by what it is worth in that writing; the decoder behind
    adds the parts up, and a bias for the writing.
    """

    weight: Tensor
    idf: Tensor
    gain: Tensor

    def __init__(
        self,
        pieces: bytes,
        readers: int,
        weight_step: float,
        idf_step: float,
        bits: int = BITS,
    ) -> None:
        super().__init__()
        self.name = "mood"
        self.static_embeddings = True
        self.pieces = pieces
        self.tokenizer = sentencepiece.SentencePieceProcessor(model_proto=pieces)
        self.weight_step, self.idf_step, self.bits = weight_step, idf_step, bits
        self.register_buffer("weight", torch.zeros(1 << bits, LABELS, dtype=torch.int8))
        self.register_buffer("idf", torch.zeros(1 << bits, dtype=torch.uint8))
        self.register_buffer("gain", torch.ones(len(WRITINGS), readers + 1))
        self.own_readers = [self._reader() for _ in range(readers)]
        self.readers = nn.ModuleList(self.own_readers)
        self.eval()

    def _apply(self, fn: Any, recurse: bool = True) -> Self:  # noqa: ARG002
        """Stays where it is: the tables are read by numpy, also on a machine with a graphics card."""
        return self

    def _reader(self) -> Reader:
        reader = Reader(UNKNOWN + 1)
        reader.embedding = SmallEmbedding(self.tokenizer.get_piece_size())
        return reader

    @property
    def embedding_length(self) -> int:
        return FEATURES * len(self.readers) + LABELS + len(WRITINGS)

    @property
    def linear(self) -> Linear:
        """The linear half, whose contributions explain a mood word by word."""
        return Linear(self.weight.numpy(), self.weight_step, self.idf.numpy(), self.idf_step)

    def vectors(self, texts: Sequence[str]) -> Tensor:
        """One row for each text as typed, whatever its length."""
        plain = [normal(text) for text in texts]
        writings = np.array([writing(text) for text in texts])
        gain = self.gain.numpy()[writings]
        rows = [shortened(row) for row in self.tokenizer.encode(plain)]
        result = np.zeros((len(plain), self.embedding_length), np.float32)
        for place, reader in enumerate(self.own_readers):
            own = slice(place * FEATURES, (place + 1) * FEATURES)
            result[:, own] = read(reader, rows) * gain[:, place, None]
        scores = self.linear.logits(features(plain, self.bits)) * gain[:, -1:]
        result[:, FEATURES * len(self.readers) :][:, :LABELS] = scores
        result[np.arange(len(plain)), writings - len(WRITINGS)] = 1
        return torch.from_numpy(result)

    def _add_embeddings_internal(self, sentences: list[Sentence]) -> None:
        vectors = self.vectors([sentence.to_original_text() for sentence in sentences])
        for sentence, vector in zip(sentences, vectors, strict=True):
            sentence.set_embedding(self.name, vector.to(flair.device))

    def to_params(self) -> dict[str, Any]:
        return {
            "pieces": self.pieces,
            "readers": len(self.readers),
            "weight_step": self.weight_step,
            "idf_step": self.idf_step,
            "bits": self.bits,
            "marker": Marker,
        }

    @classmethod
    def from_params(cls, params: dict[str, Any]) -> Self:
        return cls(**{name: value for name, value in params.items() if name != "marker"})
