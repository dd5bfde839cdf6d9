"""Lines of foreign text as they stand on the screen."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from console.ui.text import Rendering, display_lines, use_rendering
from sources.text import clean

FAMILY = "👨\u200d👩\u200d👧"
KISS = "👩🏽\u200d❤️\u200d💋\u200d👨🏿"


@pytest.fixture(autouse=True)
def usual_rendering():
    yield
    use_rendering(Rendering())


def shown(text, width=None, base=None):
    return [line.text for line in display_lines(text, width, base)]


def test_brackets_and_numbers_of_a_hebrew_line():
    """Brackets turn round, numbers and English words keep their order."""
    assert ["abc [12] (בא)"] == shown("(אב) abc [12]")


def test_arabic_letters_join():
    """The word for peace: an initial, a ligature of lam and alef, an isolated letter."""
    assert ["\ufee1\ufefc\ufeb3"] == shown("سلام")


def test_a_persian_word_is_parted_by_its_zero_width_non_joiner():
    """The letters around a ZWNJ do not join, and it takes no room."""
    (line,) = display_lines("می\u200cخواهیم")

    assert "\u200c" not in line.text
    assert 8 == line.width == cell_len(line.text)


def test_marks_between_lam_and_alef_stay_on_the_ligature():
    """A vowel sign does not break the ligature."""
    assert ["\ufefb\u064e"] == shown("ل\u064eا")


def test_a_wrapped_paragraph_keeps_its_direction():
    """A line of English inside an Arabic paragraph still stands at the right."""
    lines = display_lines("مرحبا hello there friend", 12)

    assert [True, True] == [line.rtl for line in lines]
    assert "there friend" == lines[1].text


def test_right_to_left_paragraphs_stand_at_the_right_edge():
    """Padding comes before, and each paragraph has its own side."""
    assert ["      םולש", "hello"] == shown("שלום\nhello", 10)


def test_columns_lead_from_the_text_to_the_screen_and_back():
    """The map of a mixed line inverts."""
    (line,) = display_lines("ab שלום", 20)

    assert {0: 0, 1: 1, 2: 2, 3: 6, 4: 5, 5: 4, 6: 3} == line.columns
    assert [0, 1, 2, 6, 5, 4, 3, None] == [line.index(column) for column in range(8)]


def test_both_letters_of_a_ligature_are_in_one_column():
    """The caret stays visible on the alef that went into a lam."""
    (line,) = display_lines("سلام")

    assert {0: 2, 1: 1, 2: 1, 3: 0} == line.columns


def test_indices_count_in_the_whole_text():
    """The second paragraph's indices go on from the first's."""
    first, second = display_lines("ab\ncd")

    assert (0, 2, 3, 5) == (first.start, first.end, second.start, second.end)


@pytest.mark.parametrize(
    ("text", "width"),
    [(FAMILY, 2), (KISS, 2), ("🇮🇷", 2), ("👍🏽", 2), ("é", 1), ("한", 2), ("नि", 1), ("สี", 1)],
)
def test_a_grapheme_is_never_split(text, width):
    """Five of them in a region of five columns: each stands whole on its line."""
    per_line = 5 // width

    assert {"\n".join([text * per_line] * 2)} == {"\n".join(shown(text * per_line * 2, 5))}


def test_a_tower_of_marks_is_cut_to_three():
    """Accents above the third are not drawn over the neighbours."""
    assert ["a" + "\u0321" * 3 + "b"] == shown("a" + "\u0321" * 500 + "b")


def test_a_mark_without_a_base_does_not_change_its_neighbour():
    """A text that begins with an accent shows it on a dotted circle."""
    assert ["\u25cc\u0301x"] == shown("\u0301x")


def test_half_a_flag_is_its_letter():
    """Terminals count half a flag as one column or two; a letter is always one."""
    assert ["I!"] == shown("🇮!")


def test_simple_emoji_take_the_cells_that_every_terminal_counts():
    """No skin tone, no variant, one figure of a family."""
    use_rendering(Rendering(emoji="simple"))

    assert ["👍❤👨🇮🇷"] == shown(f"👍🏽❤️{FAMILY}🇮🇷")


def test_terminals_that_reorder_get_logical_order():
    """With the terminal in charge nothing is turned round, shaped or moved."""
    use_rendering(Rendering(reorder=False, shape=False))

    assert ["سلام (12)"] == shown("سلام (12)", 20)


def test_blanks_at_a_wrapped_lines_end_are_not_drawn():
    """They keep a column for the caret, at the end."""
    first, second = display_lines("one   two", 4)

    assert ("one", "two") == (first.text, second.text)
    assert 3 == first.columns[5]


def test_a_long_word_is_cut_at_the_edge():
    """A web address fills its lines."""
    assert ["see", "https://", "example.", "com"] == shown("see https://example.com", 8)


def test_chinese_breaks_anywhere_but_before_punctuation():
    """A full stop does not begin a line."""
    assert ["商品", "でし", "た。"] == shown("商品でした。", 5)


def test_a_wide_character_in_a_region_of_one_column_is_an_ellipsis():
    """Nothing is ever wider than its region."""
    assert ["…", "…"] == shown("中文", 1)


ANY_TEXT = st.text(
    st.one_of(
        st.sampled_from(
            "اسلام می\u200cخواهیم שלום abc 123 ()[]«»\t\n-" + KISS + "🇮🇷नि한\u0301\u064b\u200d"
        ),
        st.characters(),
    ),
    max_size=60,
)


@given(ANY_TEXT, st.integers(1, 30), st.sampled_from([None, "ltr", "rtl"]))
def test_no_line_is_wider_than_its_region(text, width, base):
    """Whatever the text, and as Textual itself counts."""
    for line in display_lines(clean(text), width, base):
        assert cell_len(line.text) == line.width <= width


@given(ANY_TEXT, st.integers(1, 30))
def test_every_character_is_on_one_line(text, width):
    """Wrapping loses nothing and shows nothing twice."""
    text = clean(text)
    found = [i for line in display_lines(text, width) for i in line.columns]

    assert [i for i, character in enumerate(text) if character != "\n"] == sorted(found)


def test_layout_costs_linear_time():
    """Long hostile paragraphs lay out as fast as long ordinary ones."""
    chance = random.Random(1)
    for unit in ("$", "(", "()", "ا(", "🇮", "a\u200d", "क्", "\u0600", "中", "ل\u064e", "1,", " "):
        text = unit * (20_000 // len(unit)) + chance.choice("abc")
        started = time.perf_counter()
        display_lines(text, 60, "rtl")
        assert time.perf_counter() - started < 2, unit


def test_a_terminal_that_joins_letters_is_told_where_it_may_not():
    """A Persian word keeps its ZWNJ where the forms are not ours, and it takes no cell."""
    word = "می\u200cخواهم"
    (left_alone,) = display_lines(word, manner=Rendering(reorder=False, shape=False))
    (formed,) = display_lines(word)

    assert (word, 7) == (left_alone.text, left_alone.width)
    assert "\u200c" not in formed.text
