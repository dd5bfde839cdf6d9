"""A Hugging Face sentiment checkpoint as a flair classifier: its transformer embeds, its own head decides."""

from typing import Any

import torch
from flair.data import Dictionary
from flair.embeddings import TransformerDocumentEmbeddings
from flair.models import TextClassifier
from torch import Tensor, nn
from transformers import AutoModelForSequenceClassification, PreTrainedModel

from console.core.i18n import _
from console.mood.model import ModelError


class Head(nn.Module):
    """What a checkpoint does with the vector of a text's first token."""

    def __init__(self, steps: nn.Module) -> None:
        super().__init__()
        self.steps = steps

    def forward(self, vectors: Tensor) -> Tensor:
        # Heads and poolers take whole sequences and look at the first token only.
        result: Tensor = self.steps(vectors.unsqueeze(1))
        return result.squeeze(1)


def _head(model: PreTrainedModel) -> Head:
    """The layers between transformer and labels; they differ from family to family."""
    decide: Any = getattr(model, "classifier", None)
    if decide is None:
        raise ModelError(_("the checkpoint has no classification head that we know"))
    if hasattr(decide, "out_proj"):
        return Head(decide)
    if hasattr(model, "pre_classifier"):
        between: Any = model.pre_classifier
        return Head(nn.Sequential(between, nn.ReLU(), decide))
    pooler: Any = getattr(model, "pooler", None) or getattr(model.base_model, "pooler", None)
    return Head(nn.Sequential(pooler, decide) if pooler is not None else decide)


def classifier(name: str) -> TextClassifier:
    """The checkpoint of this name or folder, with its own labels."""
    model = AutoModelForSequenceClassification.from_pretrained(name)
    model.eval()
    embeddings = TransformerDocumentEmbeddings(
        model=name, layers="-1", cls_pooling="cls", fine_tune=False
    )
    dictionary = Dictionary(add_unk=False)
    for place in range(model.config.num_labels):
        dictionary.add_item(model.config.id2label[place])
    made = TextClassifier(
        embeddings, label_type="mood", label_dictionary=dictionary, decoder=_head(model)
    )
    made.eval()
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.requires_grad_(False)
    return made
