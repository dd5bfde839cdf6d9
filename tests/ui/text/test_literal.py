"""Foreign text as content for a widget."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.widgets import Static

from console.ui.text import cell, cell_text, literal


def test_markup_is_shown_as_it_was_written():
    """Brackets neither style, nor act, nor raise."""
    text = "[red]probe[/red] [@click=app.bell]x[/] [/nonsense"

    assert text == literal(text).plain


def test_no_control_reaches_a_widget():
    """Escapes and overrides are gone even from a text that nobody cleaned."""
    assert "]0;x31m" == literal("\x1b]0;x\x07\u202e\x9b31m").plain


def test_lines_are_wrapped_to_the_width():
    """Right-to-left paragraphs stand at the right edge."""
    assert "      םולש\nhello" == literal("שלום\nhello", 10).plain


def test_a_marked_word_is_marked_where_it_stands():
    """The style follows the letters through the reordering."""
    content = literal("ab שלום", 20, marks=[(3, 5, "bold")])

    assert {5, 6} == {i for span in content.spans for i in range(span.start, span.end)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("short", "short     "),
        ("exactly 10", "exactly 10"),
        ("more than ten", "more than…"),
        ("one\n\n two\tthree", "one two t…"),
        ("שלום", "      םולש"),
        ("שלום עולם וכולם", "…םלוע םולש"),
        ("中文中文中文", "中文中文… "),
        ("", "          "),
    ],
)
def test_a_cell_has_exactly_its_width(text, expected):
    """Padded, or cut with an ellipsis, on the side where its direction ends."""
    assert expected == cell_text(text, 10)


@given(st.text(st.characters(codec=None), max_size=80), st.integers(0, 30))
def test_no_cell_is_wider_or_narrower(text, width):
    """Whatever a customer is called."""
    assert width == cell_len(cell_text(text, width))


def test_a_cell_carries_its_style():
    """The queue styles whole cells."""
    assert ["bold"] == [str(span.style) for span in cell("x", 3, style="bold").spans]


class Showing(App[None]):
    def compose(self) -> ComposeResult:
        yield Static(literal("שלום עולם טוב וגדול", marks=[(5, 9, "bold")]), markup=False)


async def test_a_widget_of_any_width_shows_the_first_words_first():
    """Wrapped by Textual, a line in visual order would begin with its last words."""
    app = Showing()
    async with app.run_test(size=(10, 4)) as pilot:
        static = app.query_one(Static)
        narrow = [static.render_line(y).text for y in range(static.size.height)]
        bold = [s.text for y in range(2) for s in static.render_line(y) if s.style and s.style.bold]
        await pilot.resize_terminal(20, 4)
        wide = [static.render_line(y).text for y in range(static.size.height)]

    assert [" םלוע םולש", " לודגו בוט"] == narrow
    assert ["םלוע"] == bold
    assert [" לודגו בוט םלוע םולש"] == wide
