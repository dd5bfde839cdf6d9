"""Learning from a team's own texts: gains are kept, noise is not, and everything can be taken back."""

import io
import json
import os
import random
from pathlib import Path

import pytest

from console.core.mood import LABELS
from console.mood.learn_verb import learn_verb
from console.mood.learning import FEWEST, Example, Learnt, _part, apply, forget, learn, write
from console.mood.loading import load
from console.mood.model import LEARNED, ModelError, shipped_name, verified
from console.mood.wire import Settings

pytest.importorskip("flair")


@pytest.fixture
def fresh():
    """The shipped model, freshly loaded: learning is applied to it."""
    from flair.models import TextClassifier

    return TextClassifier.load(verified())


_PLAIN = "the unit was when we got it from your shop in the morning and they said so"
WORDS = _PLAIN.split()


def jargon(count: int, seed: int = 1) -> list[Example]:
    """Reviews of a trade where `sprocketed` is praise and `flanged` a complaint."""
    chance = random.Random(seed)
    examples = []
    for number in range(count):
        content = chance.random() < 0.5
        text = chance.sample(WORDS, 6)
        text.insert(3, "sprocketed" if content else "flanged")
        examples.append(Example(f"{' '.join(text)} {number % 7}", rating=5 if content else 1))
    return examples


def test_a_trades_own_words_are_learnt(fresh):
    """What the shipped model cannot know is kept, because held-back texts are read better."""
    outcome, learnt = learn(fresh, jargon(400))

    assert outcome.kept, outcome.sentence
    assert outcome.after.accuracy > outcome.before.accuracy + 0.2
    assert outcome.check_after >= outcome.check_before
    assert learnt is not None


def test_noise_is_not_kept(fresh):
    """Labels that have nothing to do with the words teach nothing."""
    chance = random.Random(5)
    noise = [Example(one.text, label=chance.choice(LABELS)) for one in jargon(400)]
    outcome, learnt = learn(fresh, noise)

    assert (False, None) == (outcome.kept, learnt)


def test_a_handful_is_too_few(fresh):
    """Below the least number nothing is tried, and the sentence says so."""
    outcome, learnt = learn(fresh, jargon(FEWEST - 1)[: FEWEST // 2])

    assert learnt is None
    assert str(FEWEST) in outcome.sentence


def test_what_was_learnt_changes_the_moods_and_the_name(fresh, tmp_path: Path):
    """A process with the file reads the trade's words; without it, it is the shipped model again."""
    _, learnt = learn(fresh, jargon(400))
    path = tmp_path / LEARNED
    write(path, learnt)
    taught = load(Settings(learned=str(path)))
    text = "the unit was flanged when we got it"

    assert "negative" == taught.moods([text])[0].label
    assert taught.name.startswith(f"{shipped_name()}+")
    assert forget(path)
    assert shipped_name() == load(Settings(learned=str(path))).name


def test_what_belongs_to_another_model_is_not_used(fresh):
    """After an update of the shipped model one learns again."""
    _, learnt = learn(fresh, jargon(400))
    other = Learnt("shiftdesk-00000000", learnt.bucket, learnt.step)
    with pytest.raises(ModelError, match="another model"):
        apply(fresh, other.encode())


def test_a_spoilt_file_does_not_stop_moods(tmp_path: Path):
    """The shipped model works on, and the warning says what to do."""
    path = tmp_path / LEARNED
    path.write_bytes(b"spoilt")
    reading = load(Settings(learned=str(path)))

    assert shipped_name() == reading.name
    assert "--forget" in reading.warning


def test_three_stars_are_no_example():
    """A rating in the middle says too little to learn from; a correction always counts."""
    assert [None, 0, 2, 1] == [
        Example("x", rating=3).target,
        Example("x", rating=1).target,
        Example("x", rating=9, rating_max=10, kind="survey").target,
        Example("x", label="neutral", rating=1).target,
    ]


def test_parts_do_not_hang_on_the_order():
    """A text is held back or not by itself, so that the judges are never learnt from later."""
    assert _part("some text") == _part("some text")
    assert 0.1 < sum(_part(f"text {n}") for n in range(200)) / 200 < 0.9


class Housed:
    """A configuration with a data directory."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir


async def test_the_verb_learns_and_forgets(tmp_path: Path):
    """JSON lines in, one JSON object out; the file appears and is taken back."""
    lines = b"\n".join(
        json.dumps({"text": one.text, "rating": one.rating}).encode() for one in jargon(400)
    )
    out = io.StringIO()
    code = await learn_verb(Housed(tmp_path), source=io.BytesIO(lines), out=out)

    assert (0, True) == (code, json.loads(out.getvalue())["kept"])
    assert [LEARNED] == os.listdir(tmp_path)
    assert 0 == await learn_verb(Housed(tmp_path), forget=True, out=out)
    assert [] == os.listdir(tmp_path)


async def test_a_bad_line_teaches_nothing(tmp_path: Path):
    """An example that cannot be read stops the verb before anything is learnt."""
    out = io.StringIO()
    code = await learn_verb(Housed(tmp_path), source=io.BytesIO(b'{"rating": 5}\n'), out=out)

    assert (2, []) == (code, os.listdir(tmp_path))
