"""Single-letter keys on keyboards that are not Latin."""

import pytest

from console.ui.keyboard import Keyboard, printed_by


def heard(letters, language=""):
    """A keyboard on which these letters were typed."""
    keyboard = Keyboard(language)
    for letter in letters:
        keyboard.hear(letter)
    return keyboard


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        *zip("йцукенфывячсЙФЯ", "qwertyasdzxcQAZ", strict=True),
        ("і", "s"),
        ("ї", "]"),
        ("ў", "o"),
        *zip("ضصثقشسيبلاتنمئءؤرىةو", "qwerasdfghjklzxcvnm,", strict=True),
        *zip("ظطزرذد", "zxcvbn", strict=True),
        ("\ufefb", "b"),
        *zip("یکگچپژ", "d;']mC", strict=True),
        *zip("שדגקר", "asder", strict=True),
        ("؟", "?"),
        *zip("۱۹٤", "194", strict=True),
    ],
)
def test_a_letter_is_the_key_that_printed_it(printed, key):
    """Russian, Ukrainian, Belarusian, Arabic, Persian and Hebrew layouts, and their digits."""
    assert key == Keyboard().latin_keys(printed)[0]


@pytest.mark.parametrize("printed", [*"abcXYZ/?.,;'[] 0", "é", "中"])
def test_other_characters_are_no_keys(printed):
    """Latin stays Latin, and what no layout prints means nothing."""
    assert () == Keyboard().latin_keys(printed)


def test_where_layouts_differ_both_keys_are_offered():
    """The Persian c prints the letter that the full stop prints in Arabic."""
    assert ("c", ".") == Keyboard().latin_keys("ز")


def test_after_arabic_letters_its_signs_are_meant():
    """The key of `/` prints a letter that is z in Persian."""
    assert ("/", "z") == heard("ى").latin_keys("ظ")


def test_after_persian_letters_its_capitals_are_meant():
    """S and A print what z and c print in Arabic: a shift began with a snooze, a lead's screen
    with a claim."""
    keyboard = heard("سگ")

    assert ("S", "A") == (keyboard.latin_keys("ئ")[0], keyboard.latin_keys("ؤ")[0])


def test_the_language_tells_the_layout_before_any_letter():
    """An Arabic interface is probably used on an Arabic keyboard."""
    assert (".", "c") == Keyboard("ar").latin_keys("ز")


def test_letters_tell_the_layout_against_the_language():
    """A Persian keyboard under an Arabic interface."""
    assert ("c", ".") == heard("پ", "ar").latin_keys("ز")


@pytest.mark.parametrize(
    ("letters", "printed", "key"),
    [("й", ".", "/"), ("й", ",", "?"), ("ض", "]", "D"), ("ض", "}", "C"), ("چ", "[", "P")],
)
def test_a_latin_sign_is_another_key_after_letters_of_a_layout(letters, printed, key):
    """A Russian keyboard has no `/` of its own without Alt; an Arabic one no D."""
    assert key in heard(letters).latin_keys(printed)


def test_a_latin_letter_ends_the_other_layout():
    """Whoever went back to Latin means its signs."""
    assert () == heard("йq").latin_keys(".")


def test_letters_of_another_layout_begin_anew():
    """From Russian to Arabic in one shift."""
    assert ("/", "z") == heard("йى").latin_keys("ظ")


@pytest.mark.parametrize(
    ("chord", "latin"),
    [
        ("ctrl+ы", "ctrl+s"),
        ("ctrl+Ы", "ctrl+s"),
        ("ctrl+س", "ctrl+s"),
        ("ctrl+shift+я", "ctrl+shift+z"),
        ("ctrl+s", "ctrl+s"),
        ("ctrl+é", "ctrl+é"),
        ("ы", "ы"),
        ("shift+tab", "shift+tab"),
    ],
)
def test_a_chord_is_that_of_the_key(chord, latin):
    """As kitty reports Ctrl with a letter of the layout."""
    assert latin == Keyboard().latin_chord(chord)


@pytest.mark.parametrize(
    ("key", "printed"),
    [("r", ("к", "ق")), ("c", ("с", "ؤ", "ز")), ("/", (".", "ظ")), ("E", ("У",)), ("1", ())],
)
def test_help_can_say_what_a_key_prints(key, printed):
    """On Russian, Arabic and Persian keyboards; a lone vowel sign is nothing to look for."""
    assert printed == printed_by(key)
