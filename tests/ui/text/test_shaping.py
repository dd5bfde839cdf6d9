"""Arabic letters joined to their neighbours."""

import pytest

from console.ui.text.shaping import needs_shaping, shaped


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("ب", "\ufe8f"),
        ("ببب", "\ufe91\ufe92\ufe90"),
        ("دار", "\ufea9\ufe8d\ufead"),
        # Marks are transparent, the joiner and the long stroke join, the non-joiner parts.
        ("بَب", "\ufe91\u064e\ufe90"),
        ("ه\u200d", "\ufeeb\u200d"),
        ("بـ", "\ufe91ـ"),
        ("می\u200cخ", "\ufee3\ufbfd\u200c\ufea5"),
        # Persian, Urdu and Kurdish letters have forms of their own.
        ("پچگک", "\ufb58\ufb7d\ufb95\ufb8f"),
        ("ٹھے", "\ufb68\ufbad\ufbaf"),
        # A blank or a Latin letter parts as well.
        ("ب ب", "\ufe8f \ufe8f"),
        ("بaب", "\ufe8fa\ufe8f"),
    ],
)
def test_a_letter_takes_the_form_of_its_place(word, forms):
    """Isolated, initial, medial or final."""
    assert forms == "".join(shaped(word))


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("لا", ["\ufefb", ""]),
        ("بلا", ["\ufe91", "\ufefc", ""]),
        ("لأ", ["\ufef7", ""]),
        ("لل", ["\ufedf", "\ufede"]),
        ("ل\u0651ا", ["\ufefb", "\u0651", ""]),
    ],
)
def test_lam_and_alef_are_one(word, forms):
    """In the place of lam; an alef's place stays empty."""
    assert forms == shaped(word)


def test_other_scripts_need_no_shaping():
    """Hebrew letters do not join."""
    assert not needs_shaping("שלום abc 12")
