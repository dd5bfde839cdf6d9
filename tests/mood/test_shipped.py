"""The shipped model: what it must know, and what it must survive."""

import math
import subprocess
import sys

import pytest

from console.core.model import Mood
from console.mood.corpus import own_rows
from console.mood.labels import MOODS
from console.mood.model import SHIPPED, shipped_name, verified
from console.mood.normal import normal
from console.mood.reading import Reading
from tests.mood.probe_set import probes

_PLAIN_LOAD = """
import socket
def refuse(*args, **kwargs):
    raise OSError("no network in this test")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from flair.models import TextClassifier
from flair.data import Sentence
model = TextClassifier.load({path!r})
sentence = Sentence("I love it")
model.predict(sentence)
print(sentence.get_label("mood").value)
"""


def test_plain_flair_loads_it_without_network():
    """`TextClassifier.load(path)` in a fresh process is enough; nothing of ours is imported first."""
    pytest.importorskip("flair")
    code = _PLAIN_LOAD.format(path=str(verified()))
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )

    assert "positive" == done.stdout.split()[-1]


def test_it_is_small():
    """At most ten megabytes, for everybody who installs the program."""
    assert SHIPPED.stat().st_size <= 10_000_000


@pytest.mark.parametrize(("name", "least"), [("first", 0.93), ("second", 0.82)])
def test_it_reads_the_probes(shipped: Reading, name, least):
    """Short customer phrases in four languages.

    The first set was at hand while our training phrases were written; the second was written after
    they were frozen, and is the honest one: .84 when the model was shipped, .90 is the goal.
    """
    own = probes(name)
    moods = shipped.moods([probe.text for probe in own])
    right = sum(mood.label in probe.labels for probe, mood in zip(own, moods, strict=True))

    assert right / len(own) >= least


@pytest.mark.parametrize("name", ["first", "second"])
def test_no_probe_is_among_the_training_phrases(name):
    """What tests ask was never taught."""
    taught = {normal(row.text) for check in (False, True) for row in own_rows(check=check)}
    probed = {normal(probe.text) for probe in probes(name)}
    probed = {text for text in probed if any(letter.isalpha() for letter in text)}

    assert set() == taught & probed


def test_a_text_scores_the_same_alone_and_in_company(shipped: Reading):
    """Neither neighbours nor their length change a mood."""
    texts = ["не пришёл заказ", "ok", "good " * 200, "شكرا", "👍", "сломалось " * 90]
    alone = [shipped.moods([text])[0] for text in texts]

    assert [mood.label for mood in alone] == [mood.label for mood in shipped.moods(texts)]
    assert [pytest.approx(mood.score, abs=2e-4) for mood in alone] == [
        mood.score for mood in shipped.moods(texts)
    ]


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u200b\u200f", "\u2028"])
def test_blank_texts_are_neutral_and_uncertain(shipped: Reading, text):
    """Nothing to read is no mood."""
    mood = shipped.moods([text])[0]

    assert ("neutral", True) == (mood.label, mood.uncertain)


@pytest.mark.parametrize(
    "text",
    [
        *("👍", "!!!", "?", "0", "\x00", "\ufffd", "a" * 20_000, "слово " * 200_000),
        *("e\u0301" * 5000, "\u202eabc", "[@click=app.x]", "İ" * 999),
    ],
)
def test_any_text_gets_a_mood(shipped: Reading, text):
    """Emoji, marks, numbers, a megabyte, hostile text: one of the three, with a finite score."""
    mood = shipped.moods([text])[0]

    assert mood.label in MOODS
    assert 0 <= mood.score <= 1
    assert all(math.isfinite(weight) for _, weight in mood.words)


def test_the_words_are_of_the_text(shipped: Reading):
    """Words are told as they were typed, the strongest first."""
    mood = shipped.moods(["Курьер опоздал, упаковка ПОРВАНА, ужас!!!"])[0]
    weights = [abs(weight) for _, weight in mood.words]

    assert "negative" == mood.label
    assert {word for word, _ in mood.words} <= {"Курьер", "опоздал", "упаковка", "ПОРВАНА", "ужас"}
    assert sorted(weights, reverse=True) == weights


def test_every_mood_names_its_model(shipped: Reading):
    """Another training has another name, so that stored moods are known to be old."""
    assert shipped_name() == shipped.moods(["text"])[0].model


def test_below_the_threshold_a_mood_is_uncertain(shipped: Reading):
    """The label stays one of the three; the flag is grey."""
    strict = Reading(shipped.classifier, {mood: mood for mood in MOODS}, "strict", 1.0, whole=True)
    mood: Mood = strict.moods(["the order came"])[0]

    assert mood.uncertain
    assert mood.label in MOODS
