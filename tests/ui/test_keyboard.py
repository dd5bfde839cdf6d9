"""Single-letter keys on keyboards that are not Latin."""

import pytest

from console.ui.keyboard import Keyboard, latin_key


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
    ],
)
def test_a_letter_is_the_key_that_printed_it(printed, key):
    """Russian, Ukrainian, Belarusian, Arabic, Persian and Hebrew layouts."""
    assert key == latin_key(printed)


@pytest.mark.parametrize("printed", [*"abcXYZ/?.,;'[] 0", "é", "中", ""])
def test_other_characters_are_no_keys(printed):
    """Latin stays Latin, and what no layout prints means nothing."""
    assert latin_key(printed) is None


def test_where_layouts_differ_both_keys_are_offered():
    """The Persian c prints the letter that the full stop prints in Arabic."""
    assert (".", "c") == Keyboard().latin_keys("ز")


def test_after_arabic_letters_its_signs_are_meant():
    """The key of `/` prints a letter that is z in Persian."""
    keyboard = Keyboard()
    keyboard.latin_keys("ى")

    assert ("/", "z") == keyboard.latin_keys("ظ")


def test_a_letter_of_one_layout_tells_the_layout():
    """After a Persian letter, the next ones are read as Persian."""
    keyboard = Keyboard()
    keyboard.latin_keys("ی")

    assert ("c", ".") == keyboard.latin_keys("ز")


def test_the_language_tells_the_layout_before_any_letter():
    """A Persian interface is probably typed on a Persian keyboard."""
    assert ("c", ".") == Keyboard("fa").latin_keys("ز")
