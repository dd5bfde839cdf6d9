"""How training treats its rows: nothing non-commercial, a split that repeats, honest figures."""

import gzip
import json

import numpy as np
import pytest

from console.mood.corpus import LABELS, Row, load, phrases, split, usable
from console.mood.figures import figures
from console.mood.linear import quantised


def row(text: str, label: int = 0, licence: str = "open: MIT", source: str = "s") -> Row:
    return Row(text, label, "en", source, licence)


@pytest.mark.parametrize(
    ("licence", "any_licence", "open_only"),
    [
        ("open: MIT", True, True),
        ("restricted: tweets", True, False),
        ("none stated", True, False),
        ("nc: CC BY-NC-SA 4.0", False, False),
    ],
)
def test_rows_for_non_commercial_use_are_never_learnt(licence, any_licence, open_only):
    """Whatever is asked for, `nc` stays out; `--licence open` keeps only stated open licences."""
    one = row("x", licence=licence)

    assert (any_licence, open_only) == (usable(one, "any"), usable(one, "open"))


def test_the_split_is_the_same_every_time():
    """Rows are held back by what they say, not by where they stand."""
    rows = [row(f"text {n}", n % 3) for n in range(600)]
    forth, back = split(rows), split(reversed(rows))

    assert {one.text for one in forth.dev} == {one.text for one in back.dev}
    assert set() == {one.text for one in forth.dev} & {one.text for one in forth.train}


def test_a_phrase_template_spells_out_its_sentences(tmp_path):
    """Alternatives multiply; what tests ask for is left out."""
    path = tmp_path / "en.txt"
    path.write_text("# note\nnegative\t{my|the} order is {late|gone}\nnever\tthe order is gone\n")

    assert {"my order is late", "my order is gone", "the order is late"} == {
        one.text for one in phrases(path)
    }


def test_familiar_rows_choose_nothing(tmp_path):
    """A development row that stands almost whole in the training rows is dropped."""
    texts = [f"number {n} says that this very same long sentence comes again" for n in range(100)]
    with gzip.open(tmp_path / "train-en.jsonl.gz", "wt") as file:
        for text in texts:
            line = {
                "text": text,
                "label": LABELS[0],
                "lang": "en",
                "source": "s",
                "licence": "open",
            }
            file.write(json.dumps(line) + "\n")

    assert [] == load(tmp_path, "any").dev


def test_figures_are_what_they_say():
    """Four texts: one right negative, one flip, one neutral taken for positive, one right positive."""
    chances = np.array(
        [[0.8, 0.1, 0.1], [0.1, 0.1, 0.8], [0.2, 0.3, 0.5], [0.1, 0.2, 0.7]], np.float32
    )
    one = figures(np.array([0, 0, 1, 2]), chances)

    assert (0.5, pytest.approx(2 / 3), pytest.approx(1 / 3)) == (one.accuracy, one.polar, one.flip)
    assert (1.0, 0.5) == (one.sure_precision, one.sure_recall)


def test_small_integers_keep_the_weights():
    """Quantising moves no weight by more than half a step, and silences rare buckets."""
    chance = np.random.default_rng(2)
    weight = chance.normal(size=(1000, 3)).astype(np.float32).clip(-2, 2)
    idf = np.where(np.arange(1000) < 900, 5.0, 0.0).astype(np.float32)
    small = quantised(weight, idf)
    kept = small.weight[:900] * small.weight_step

    assert np.abs(kept - weight[:900]).max() <= small.weight_step * 0.5 + 0.02
    assert not small.weight[900:].any()
