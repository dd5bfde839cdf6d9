"""Training of the reading half: its word pieces, then the network that reads them."""

import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import sentencepiece
import torch
from numpy.typing import NDArray
from torch import nn

from console.mood.network import FEATURES, PAD, UNKNOWN, Reader, padded, shortened

PIECES = 24_000
TEXTS_FOR_PIECES = 25_000
"""At most so many texts of one language teach the word pieces, lest English takes them all."""

EPOCHS = 5
BATCH = 128
RATE = 2e-3
WARM_UP = 500
SURENESS = 0.5
"""From the second epoch on a text is cut into pieces by chance, likelier pieces likelier by this power:
the reader sees every word in several spellings, and learns fewer of them by heart."""
HIDDEN_PIECES = 0.1
"""Share of pieces replaced by the unknown one at each look."""
SMOOTHING = 0.05

Floats = NDArray[np.float32]


def learn_pieces(texts: Iterable[tuple[str, str]], seed: int) -> bytes:
    """A serialised SentencePiece model from (language, normalised text) pairs."""
    by_language: dict[str, list[str]] = defaultdict(list)
    for language, text in texts:
        by_language[language].append(text)
    chance = np.random.default_rng(seed)
    chosen: list[str] = []
    for _, own in sorted(by_language.items()):
        count = min(TEXTS_FOR_PIECES, len(own))
        chosen += [own[place] for place in chance.choice(len(own), count, replace=False)]
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(chosen),
        model_writer=model,
        vocab_size=PIECES,
        character_coverage=0.9995,
        normalization_rule_name="identity",
        model_type="unigram",
        hard_vocab_limit=False,
        pad_id=PAD,
        unk_id=UNKNOWN,
        bos_id=-1,
        eos_id=-1,
        num_threads=2,
        minloglevel=2,
    )
    return model.getvalue()


def _batches(lengths: NDArray[np.int64], chance: np.random.Generator) -> list[NDArray[np.int64]]:
    """All rows once, in batches of nearly equal length, the batches in random order."""
    order = np.argsort(lengths + chance.random(len(lengths)), kind="stable")
    batches = [order[first : first + BATCH] for first in range(0, len(order), BATCH)]
    return [batches[place] for place in chance.permutation(len(batches))]


def train(
    model: bytes,
    texts: Sequence[str],
    target: Floats,
    row_weight: Floats,
    start: Floats,
    seed: int,
    say: Callable[[str], None],
    epochs: int = EPOCHS,
) -> tuple[Reader, nn.Linear]:
    """A reader and its output layer that fit the target distributions of the normalised texts.

    `start`: the vectors that its word pieces have before it learns, (pieces, `WIDTH`).
    """
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    sentencepiece.set_random_generator_seed(seed)
    rows = pieces_of(model, texts)
    reader, output = Reader(len(start)), nn.Linear(FEATURES, 3)
    with torch.no_grad():
        table = reader.embedding.weight
        assert isinstance(table, torch.Tensor)
        table.copy_(torch.from_numpy(start))
    parameters = [*reader.parameters(), *output.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.01, fused=True)
    steps = epochs * -(-len(rows) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / WARM_UP, 1 - step / (steps + 1))
    )
    reader.train()
    for epoch in range(epochs):
        total = 0.0
        if epoch:
            rows = pieces_of(model, texts, SURENESS)
        lengths = np.array([len(row) for row in rows])
        for chosen in _batches(lengths, chance):
            matrix, count = padded([rows[place] for place in chosen])
            hidden = torch.from_numpy(chance.random(matrix.shape) < HIDDEN_PIECES)
            matrix = matrix.masked_fill(hidden & (matrix != PAD), UNKNOWN)
            loss = nn.functional.cross_entropy(
                output(reader(matrix, count)),
                torch.from_numpy(target[chosen]),
                reduction="none",
                label_smoothing=SMOOTHING,
            )
            loss = (loss * torch.from_numpy(row_weight[chosen])).mean()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
            schedule.step()
            total += float(loss.detach())
        say(f"reading half, epoch {epoch + 1} of {epochs}: loss {total * BATCH / len(rows):.4f}")
    reader.eval()
    return reader, output


def piece_count(model: bytes) -> int:
    """How many word pieces the model knows."""
    return int(sentencepiece.SentencePieceProcessor(model_proto=model).get_piece_size())


def pieces_of(model: bytes, texts: Sequence[str], sureness: float = 0) -> list[list[int]]:
    """Each normalised text as word pieces, shortened; drawn by chance if `sureness` is given."""
    tokenizer = sentencepiece.SentencePieceProcessor(model_proto=model)
    if not sureness:
        return [shortened(row) for row in tokenizer.encode(list(texts))]
    # In one thread: more would draw in another order every time.
    drawn = tokenizer.encode(
        list(texts), enable_sampling=True, alpha=sureness, nbest_size=-1, num_threads=1
    )
    return [shortened(row) for row in drawn]
