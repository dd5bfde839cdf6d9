"""Models for the tests: the shipped one, and tiny ones built here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from console.mood.loading import load
from console.mood.reading import Reading
from console.mood.wire import Settings


@pytest.fixture(scope="session")
def shipped() -> Reading:
    """The shipped model, loaded in this process."""
    pytest.importorskip("flair")
    return load(Settings())


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Saves a small flair classifier with these labels, which always says the first one."""
    pytest.importorskip("flair")
    import torch
    from flair.data import Dictionary
    from flair.embeddings import DocumentPoolEmbeddings, HashEmbeddings
    from flair.models import TextClassifier

    def made(*labels: str, folder: Path | None = None, name: str = "tiny.pt") -> Path:
        dictionary = Dictionary(add_unk=False)
        for label in labels:
            dictionary.add_item(label)
        embeddings = DocumentPoolEmbeddings([HashEmbeddings(num_embeddings=64, embedding_length=4)])
        model = TextClassifier(embeddings, label_type="mood", label_dictionary=dictionary)
        with torch.no_grad():
            model.decoder.weight.zero_()
            model.decoder.bias.copy_(torch.tensor([3.0] + [0.0] * (len(labels) - 1)))
        path = (folder or tmp_path_factory.mktemp("tiny")) / name
        model.save(path)
        path.chmod(0o600)
        return path

    return made
