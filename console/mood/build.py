"""From trained parts to one flair model file."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from flair.data import Dictionary, Sentence
from flair.models import TextClassifier
from numpy.typing import NDArray
from torch import nn

from console.mood.corpus import LABELS
from console.mood.embedding import MoodEmbeddings
from console.mood.join import Join
from console.mood.linear import Linear
from console.mood.network import FEATURES, Reader, SmallEmbedding
from console.mood.writing import WRITINGS

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Parts:
    """Everything that was learnt."""

    pieces: bytes
    readers: list[tuple[Reader, nn.Linear]]
    linear: Linear
    join: Join
    """Of the readers in order, then of the linear half."""


def classifier(parts: Parts) -> TextClassifier:
    """The parts as a flair `TextClassifier`: its decoder adds up what the halves say."""
    embedding = MoodEmbeddings(
        parts.pieces, len(parts.readers), parts.linear.weight_step, parts.linear.idf_step
    )
    embedding.weight.copy_(torch.from_numpy(parts.linear.weight))
    embedding.idf.copy_(torch.from_numpy(parts.linear.idf))
    embedding.gain.copy_(torch.from_numpy(parts.join.gain))
    for own, (trained, _) in zip(embedding.own_readers, parts.readers, strict=True):
        own.forth.load_state_dict(trained.forth.state_dict())
        own.back.load_state_dict(trained.back.state_dict())
        table = trained.embedding.weight
        assert isinstance(table, torch.Tensor)
        own.embedding = SmallEmbedding.of(table.detach())
    dictionary = Dictionary(add_unk=False)
    for label in LABELS:
        dictionary.add_item(label)
    model = TextClassifier(embedding, label_type="mood", label_dictionary=dictionary)
    decoder = torch.zeros(3, embedding.embedding_length)
    for place, (_, output) in enumerate(parts.readers):
        decoder[:, place * FEATURES : (place + 1) * FEATURES] = output.weight.detach()
    after = FEATURES * len(parts.readers)
    decoder[:, after : after + 3] = torch.eye(3)
    # What a reader's output layer adds by itself counts as a bias, by the reader's gain.
    bias = torch.from_numpy(parts.join.bias).clone()
    for place, (_, output) in enumerate(parts.readers):
        gain = torch.from_numpy(parts.join.gain[:, place, None])
        bias += gain * output.bias.detach()
    decoder[:, -len(WRITINGS) :] = bias.T
    model.decoder.load_state_dict({"weight": decoder, "bias": torch.zeros(3)})
    model.eval()
    return model


def save(model: TextClassifier, path: Path) -> None:
    """Writes the file with its floating-point numbers halved (they load into full ones again)."""
    state = model._get_state_dict()  # type: ignore[no-untyped-call]
    state["state_dict"] = {
        name: tensor.half() if tensor.dtype == torch.float32 else tensor
        for name, tensor in state["state_dict"].items()
    }
    embeddings = state["document_embeddings"]
    if "state_dict" in embeddings:
        del embeddings["state_dict"]
    torch.save(state, path, pickle_protocol=4)


def chances(model: TextClassifier, texts: list[str]) -> Floats:
    """Three probabilities for each text, as the model file gives them."""
    result = np.zeros((len(texts), 3), np.float32)
    for first in range(0, len(texts), 2048):
        sentences = [
            Sentence([text if text.strip() else "."]) for text in texts[first : first + 2048]
        ]
        model.predict(sentences, mini_batch_size=256, return_probabilities_for_all_classes=True)
        for place, sentence in enumerate(sentences):
            for label in sentence.get_labels("mood"):
                result[first + place, LABELS.index(label.value)] = label.score
    return result
