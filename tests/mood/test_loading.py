"""Any flair model: by path, by name of the hub, as a checkpoint; and a sentence for what goes wrong."""

import json
from pathlib import Path

import pytest

from console.mood.labels import mapping
from console.mood.loading import Unreachable, load
from console.mood.model import ModelError, check_shipped, verified
from console.mood.wire import Settings

pytest.importorskip("flair")


def test_a_model_of_ones_own_is_read_by_its_path(tiny):
    """A flair file with known label words works as it is, and its path is the model's name."""
    path = tiny("POSITIVE", "NEGATIVE", "NEUTRAL")
    reading = load(Settings(model=str(path)))
    mood = reading.moods(["anything"])[0]

    assert ("positive", str(path)) == (mood.label, mood.model)


def test_a_foreign_file_comes_with_a_warning(tiny):
    """Whoever configures somebody else's file is told once that it can run code."""
    assert "run code" in load(Settings(model=str(tiny("POS", "NEG")))).warning


def test_labels_are_mapped_as_configured(tiny):
    """Words of another language are explained by [mood.labels]."""
    path = tiny("schlecht", "gut")
    reading = load(Settings(model=str(path), labels={"schlecht": "negative", "gut": "positive"}))

    assert "negative" == reading.moods(["anything"])[0].label


def test_unknown_labels_are_named(tiny):
    """LABEL_0 says nothing: the sentence names it and where to explain it."""
    with pytest.raises(ModelError, match=r"LABEL_0, LABEL_1.*\[mood.labels\]"):
        load(Settings(model=str(tiny("LABEL_0", "LABEL_1"))))


def test_configured_moods_must_exist():
    """A mood that is none of the three is refused."""
    with pytest.raises(ModelError, match="angry"):
        mapping(["bad"], {"bad": "angry"})


def test_stars_are_known_labels():
    """Models that answer in stars need no configuration."""
    found = mapping(["1 star", "3 stars", "5 stars"], {})

    assert ["negative", "neutral", "positive"] == list(found.values())


def test_a_model_without_neutral_says_neutral_when_undecided(tiny):
    """Two labels at even odds are a neutral text, said surely."""
    import torch

    reading = load(Settings(model=str(tiny("POSITIVE", "NEGATIVE"))))
    with torch.no_grad():
        reading.classifier.decoder.bias.zero_()
    mood = reading.moods(["anything"])[0]

    assert ("neutral", 1.0) == (mood.label, mood.score)


def test_a_hub_model_in_the_cache_needs_no_network(tiny, tmp_path, monkeypatch):
    """A file that lies where flair would put it is used, without asking anybody."""
    import flair

    monkeypatch.setattr(flair, "cache_root", tmp_path)
    (tmp_path / "models").mkdir()
    tiny("NEGATIVE", "POSITIVE", folder=tmp_path / "models", name="sentiment-en-mix-ft-rnn_v8.pt")
    reading = load(Settings(model="sentiment-fast"))

    assert ("negative", "sentiment-fast") == (reading.moods(["x"])[0].label, reading.name)


def test_no_network_is_said_and_may_mend(tmp_path, monkeypatch):
    """A hub model that is not here: the sentence names the folder, and waiting may help."""
    import flair
    import requests

    def away(*args, **kwargs):
        raise requests.exceptions.ConnectionError("Name or service not known")

    monkeypatch.setattr(flair, "cache_root", tmp_path)
    monkeypatch.setattr(requests.Session, "request", away)
    with pytest.raises(Unreachable, match=str(tmp_path / "models")):
        load(Settings(model="sentiment"))


def test_a_missing_file_is_said():
    """A path that leads nowhere."""
    with pytest.raises(ModelError, match=r"no model /nowhere/model\.pt"):
        load(Settings(model="/nowhere/model.pt"))


def test_an_unknown_name_is_said():
    """A word that is neither a file nor known to the hub."""
    with pytest.raises(ModelError, match="no model sentimint"):
        load(Settings(model="sentimint"))


def test_a_file_that_is_no_model_is_said(tmp_path):
    """Some bytes under the name of a model."""
    path = tmp_path / "broken.pt"
    path.write_bytes(b"not a model")
    path.chmod(0o600)
    with pytest.raises(ModelError, match="cannot be loaded"):
        load(Settings(model=str(path)))


def test_a_file_that_anybody_may_change_is_refused(tiny):
    """It is code: nobody but its owner and group may write it."""
    path: Path = tiny("POS", "NEG")
    path.chmod(0o666)
    with pytest.raises(ModelError, match="chmod o-w"):
        load(Settings(model=str(path)))


def test_want_of_memory_is_said(tiny, monkeypatch):
    """torch says it in its own words; we say which model."""
    from flair.models import TextClassifier

    def greedy(*args, **kwargs):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried 9e12 bytes")

    path = tiny("POS", "NEG")
    monkeypatch.setattr(TextClassifier, "load", greedy)
    with pytest.raises(ModelError, match="does not fit into memory"):
        load(Settings(model=str(path)))


def test_a_changed_shipped_file_is_not_loaded(tmp_path):
    """One byte more, and the file is refused before anything in it could run."""
    path, checksum = tmp_path / "sentiment.pt", tmp_path / "sentiment.sha256"
    path.write_bytes(verified().read_bytes() + b"x")
    checksum.write_text(verified().with_suffix(".sha256").read_text())
    with pytest.raises(ModelError, match="not the file that was shipped"):
        verified(path, checksum)


def test_the_shipped_file_is_the_shipped_file():
    """The checksum in the package belongs to the model in the package."""
    assert "" == check_shipped()


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory) -> Path:
    """A tiny BERT classifier with random weights, saved as one saves a checkpoint."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder = tmp_path_factory.mktemp("checkpoint")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad", "a", "phone"]
    (folder / "vocab.txt").write_text("\n".join(words))
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        initializer_range=0.3,
        id2label={0: "negative", 1: "neutral", 2: "positive"},
        label2id={"negative": 0, "neutral": 1, "positive": 2},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


def test_a_checkpoint_says_what_it_says_elsewhere(checkpoint):
    """A Hugging Face checkpoint through flair gives the probabilities that it gives by itself."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    texts = ["good phone", "a bad bad phone", "bad"]
    reading = load(Settings(model=f"hf:{checkpoint}"))
    tokens = AutoTokenizer.from_pretrained(checkpoint)(texts, return_tensors="pt", padding=True)
    with torch.no_grad():
        own = AutoModelForSequenceClassification.from_pretrained(checkpoint)(**tokens).logits
    expected = own.softmax(1).tolist()
    found = reading._chances(texts)

    assert [pytest.approx(one, abs=1e-4) for one in expected] == [list(one) for one in found]


def test_another_model_is_explained_by_leaving_words_out(checkpoint):
    """What cannot explain itself is asked again without each word."""
    reading = load(Settings(model=f"hf:{checkpoint}"))
    words = dict(reading.why("a bad phone").words)

    assert set(words) <= {"a", "bad", "phone"}
    assert words


def test_settings_travel_as_json():
    """What is sent to the process is what was configured."""
    settings = Settings(model="x", labels={"A": "negative"}, threads=2, uncertain_below=0.4)
    import msgspec

    assert settings == msgspec.json.decode(msgspec.json.encode(settings), type=Settings)
    assert "x" == json.loads(msgspec.json.encode(settings))["model"]
