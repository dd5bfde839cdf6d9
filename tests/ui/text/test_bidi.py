"""The Unicode bidirectional algorithm, rule by rule (FriBidi judges it as a whole)."""

import pytest

from console.ui.text.bidi import classes, has_rtl, is_rtl, levels, line_levels, reordered


def level_string(text, base=None):
    return "".join(str(level) for level in levels(text, base)[1])


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("abc", None, "000"),
        ("אבג", None, "111"),
        ("abc", "rtl", "222"),
        # W2 and W7: digits after Arabic, Hebrew and Latin letters.
        ("ا 12", None, "1122"),
        ("a 12", None, "0000"),
        ("א 12", None, "1122"),
        # W4: one separator between digits belongs to the number, two do not.
        ("א1,2", None, "1222"),
        ("א1,,2", None, "12112"),
        # W5: a currency sign beside a number.
        ("א$12", None, "1222"),
        # N1 and N2: neutrals between letters of one direction, and of two.
        ("א ב", None, "111"),
        ("a א", None, "001"),
        ("א a", None, "112"),
        # N0: brackets go with what they hold, else with what stands before them.
        ("א(ב)", None, "1111"),
        ("a(א)b", None, "00100"),
        ("א(a)ב", None, "11211"),
        ("a(b)ג", "rtl", "22221"),
        ("ab(אב)", "ltr", "000110"),
        # A mark is what it stands on.
        ("א\u05b0 a", "ltr", "1100"),
        # Isolates keep their inside to themselves; embeddings and overrides nest.
        ("a\u2067א\u2069b", None, "00100"),
        ("\u2067abc\u2069", "ltr", "02220"),
        ("a\u202eb\u202cc", None, "00110"),
    ],
)
def test_levels_of_a_paragraph(text, base, expected):
    """Weak, neutral and explicit rules of UAX #9."""
    assert expected == level_string(text, base)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("12 abc", False),
        ("12 אב abc", True),
        ("abc אב", False),
        ("\u2067אב\u2069 abc", False),
        ("\u200fabc", True),
    ],
)
def test_the_first_strong_letter_gives_the_direction(text, expected):
    """Outside of isolates; a direction mark counts as a letter."""
    assert expected is is_rtl(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("abc", False), ("é中😀", False), ("aא", True), ("٣", True), ("۳", False)],
)
def test_whether_anything_runs_from_right_to_left(text, expected):
    """Persian digits alone run as Latin ones do; Arabic ones do not."""
    assert expected is has_rtl(text)


def test_blanks_at_the_end_of_a_line_go_to_the_paragraphs_side():
    """Rule L1, after the line was broken."""
    text = "אב ab "
    _, found = levels(text, "ltr")

    assert [1, 1, 0, 0, 0, 0] == line_levels(classes(text), found, 0)


def test_runs_are_reversed_from_the_highest_level_down():
    """Rule L2: a number inside Hebrew inside English."""
    assert [0, 4, 2, 3, 1, 5] == reordered([0, 1, 2, 2, 1, 0])


def test_letters_not_yet_assigned_have_the_direction_of_their_block():
    """An Arabic letter newer than this Python is not left-to-right."""
    assert "ARL" == classes("\u070e\u07fb\u0378")
