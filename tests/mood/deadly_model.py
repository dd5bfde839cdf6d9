"""A flair model that ends its process at `bomb` and sleeps for ever at `hang`."""

import os
import time
from pathlib import Path
from typing import Any, Self

import torch
from flair.data import Dictionary, Sentence
from flair.embeddings.base import DocumentEmbeddings, register_embeddings
from flair.models import TextClassifier


class Marker:
    """Unpickling it imports this module, and so registers the embedding."""


@register_embeddings
class DeadlyEmbeddings(DocumentEmbeddings):
    """One number a text, always the same."""

    name = "deadly"

    @property
    def embedding_length(self) -> int:
        return 1

    def _add_embeddings_internal(self, sentences: list[Sentence]) -> None:
        for sentence in sentences:
            text = sentence.to_original_text()
            if "bomb" in text:
                os._exit(3)
            if "hang" in text:
                time.sleep(3600)
            sentence.set_embedding(self.name, torch.ones(1))

    def to_params(self) -> dict[str, Any]:
        return {"marker": Marker}

    @classmethod
    def from_params(cls, params: dict[str, Any]) -> Self:
        return cls()


def save_deadly(path: Path) -> Path:
    """Writes such a model."""
    dictionary = Dictionary(add_unk=False)
    for label in ("negative", "neutral", "positive"):
        dictionary.add_item(label)
    model = TextClassifier(DeadlyEmbeddings(), label_type="mood", label_dictionary=dictionary)
    model.save(path)
    path.chmod(0o600)
    return path
