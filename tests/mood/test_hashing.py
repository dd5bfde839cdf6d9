"""The vectorised features against a brute-force set, and their promises."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from console.mood.hashing import BITS, LONGEST, SHORTEST, features, spans
from console.mood.normal import normal

_MASK = (1 << 64) - 1
_BASE = 0x9E3779B97F4A7C15
_SALT = {"piece": 0x1B873593, "word": 0x2545F4914F6CDD1D, "pair": 0x5851F42D4C957F2D}


def _bucket(kind: str, span: str) -> int:
    value = sum(ord(letter) * pow(_BASE, place, 1 << 64) for place, letter in enumerate(span))
    value = (value + _SALT[kind]) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return (value ^ (value >> 31)) & ((1 << BITS) - 1)


def brute_force(text: str) -> set[int]:
    """Every piece, word and pair of one normalised text, found by loops."""
    words = text.split()
    found = {("word", word) for word in words}
    found |= {("pair", f"{one} {other}") for one, other in zip(words, words[1:], strict=False)}
    for word in words:
        edged = f" {word} "
        for length in range(SHORTEST, LONGEST + 1):
            for start in range(len(edged) - length + 1):
                found.add(("piece", edged[start : start + length]))
    return {_bucket(kind, span) for kind, span in found}


def vectorised(texts: list[str]) -> list[set[int]]:
    found = features(texts)
    return [
        set(found.bucket[found.offset[place] : found.offset[place + 1]].tolist())
        for place in range(len(texts))
    ]


def test_features_equal_a_brute_force_set():
    """Pieces of 2 to 5 characters, words and pairs: none is missing, none too many."""
    texts = [
        "не пришел заказ",
        "the app does nt open , really !!",
        "a",
        "",
        "التطبیق لا یفتح 😡😡",
        "یک دو سه",
        "aa aa aa",
    ]

    assert [brute_force(text) for text in texts] == vectorised(texts)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text("ab я😀", max_size=12).map(lambda text: " ".join(text.split())), max_size=5)
)
def test_any_batch_equals_a_brute_force_set(texts):
    """The same for whatever comes, also in one batch with its neighbours."""
    assert [brute_force(text) for text in texts] == vectorised(texts)


def test_each_text_owns_its_buckets_once():
    """A word used often is one feature: texts are sets, sorted."""
    found = features(["good good good", "good"])
    first, second = (
        found.bucket[a:b] for a, b in zip(found.offset, found.offset[1:], strict=False)
    )

    assert np.all(np.diff(first) > 0)
    assert set(second.tolist()) < set(first.tolist())


def test_spans_say_where_they_stand():
    """A word's span, cut out of the joined texts, is the word."""
    texts = ["bad app", "ok"]
    joined = "".join(f" {text} " for text in texts)
    found = spans(texts)
    whole = {joined[start:end] for start, end in zip(found.start, found.end, strict=True)}

    assert {"bad", "app", "bad app", "ok", " ok "} <= whole


def test_normalising_folds_what_means_the_same():
    """Case, ё, digits, long runs, Arabic letter forms, diacritics and direction marks do not matter."""
    pairs = [
        ("УЖАС!!!! Ёлка", "ужас !! елка"),
        ("soooo goood", "soo good"),
        ("paid 12345 to @bob_x at https://x.y/z", "paid 00 to @ at http"),
        ("كِتَابٌ جميلٌ جداً", "کتاب جمیل جدا"),
        ("می\u200cروم ۱۲", "میروم 00"),
        ("İSTANBUL ISLAK", "istanbul islak"),
        ("don’t", "dont"),
    ]

    assert [after for _, after in pairs] == [normal(before) for before, _ in pairs]


def test_normalising_cuts_to_head_and_tail():
    """A text of a megabyte becomes 400 characters of its start and 200 of its end."""
    text = normal("start " + "x y " * 250_000 + " the end")

    assert text.startswith("start x y")
    assert text.endswith("the end")
    assert len(text) <= 601
