"""Tables that share a page."""

from __future__ import annotations

from textual.app import App, ComposeResult

from console.core.report_tables import Row
from console.ui.widgets.numbers import Cell, Line, NumbersTable
from console.ui.widgets.words_table import WordsTable


class Page(App[None]):
    """Numbers above words."""

    def compose(self) -> ComposeResult:
        yield NumbersTable(id="numbers")
        yield WordsTable(id="words")

    def on_mount(self) -> None:
        self.query_one(NumbersTable).show((), (Line("answered", (Cell("7", "answered"),)),))
        self.query_one(WordsTable).show((), (Row(("late", "3"), ("late",)),))
        self.query_one(NumbersTable).focus()


async def test_the_tables_of_a_page_are_one_list_to_walk_through() -> None:
    """Down from the last number stands the first line of words, and back."""
    app = Page()
    async with app.run_test() as pilot:
        walked = []
        for key in ("j", "k"):
            await pilot.press(key)
            walked.append(app.focused.id if app.focused else None)

    assert ["words", "numbers"] == walked
