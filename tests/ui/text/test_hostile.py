"""No text from outside steers the terminal, whatever widget shows it."""

import asyncio
import re

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.widgets import DataTable, Input, Label, OptionList, RichLog, Static

from console.ui.editor import ReplyEditor
from console.ui.preview import Preview
from console.ui.text import cell, cell_text, display_lines, gate, literal
from sources.text import clean
from tests.ui.text.hostile import hostile_texts
from tests.ui.text.public_strings import feed_strings, naughty_strings

CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
# What Textual writes itself: colours, and nothing else within a strip.
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
WIDTHS = (1, 7, 40)


def escaped(texts):
    """The texts that leave a control behind or spill over their region, at any width."""
    wrong = []
    for text in texts:
        for width in WIDTHS:
            lines = [line.text for line in display_lines(clean(text), width)]
            lines += literal(text, width).plain.split("\n")
            one = cell_text(text, width)
            if any(CONTROLS.search(line) or cell_len(line) > width for line in [*lines, one]):
                wrong.append((text, width))
            if cell_len(one) != width:
                wrong.append((text, width))
    return wrong


def test_there_are_enough_attacks():
    """The figure of the goal is 500."""
    assert len(hostile_texts()) >= 500


def test_no_attack_passes_the_doors_of_text():
    """Every attack, at widths of 1, 7 and 40 columns."""
    assert [] == escaped(hostile_texts())


def test_no_naughty_string_passes_the_doors_of_text():
    """The public list as well."""
    assert [] == escaped(naughty_strings())


def test_nothing_of_a_feed_passes_the_doors_of_text():
    """What the parse process leaves of documents that were made to break one."""
    assert [] == escaped(feed_strings())


class Everything(App[None]):
    """One widget of each kind, fed with a text by the door and without."""

    actions = 0

    def compose(self) -> ComposeResult:
        yield Static(id="static", markup=False)
        yield Label(id="label", markup=False)
        yield Input(id="input")
        yield OptionList(id="options", markup=False)
        yield DataTable(id="table")
        yield RichLog(id="log", markup=False)
        yield ReplyEditor(id="editor")
        yield Preview(id="preview")

    def action_quit(self) -> None:
        self.actions += 1

    def show(self, text: str) -> None:
        self.query_one("#static", Static).update(literal(text))
        self.query_one("#label", Label).update(cell(text, 30))
        self.query_one("#input", Input).value = text.split("\n", 1)[0]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_option(literal(text))
        table = self.query_one(DataTable)
        table.clear(columns=True)
        table.add_column(cell(text, 12))
        table.add_row(cell(text, 20))
        self.query_one(RichLog).clear().write(text)
        self.query_one(ReplyEditor).load_text(text)
        self.query_one(Preview).show(text, 0)

    def written(self) -> str:
        """All that would go to the terminal, but for cursor movements."""
        strips = self.screen._compositor.render_strips()
        return "\n".join(strip.render(self.console) for strip in strips)


async def through_every_widget(texts, sizes):
    found = []
    app = Everything()
    async with app.run_test(size=sizes[0]) as pilot:
        for size in sizes:
            await pilot.resize_terminal(*size)
            for text in texts:
                app.show(text)
                await pilot.pause()
                written = COLOURS.sub("", app.written())
                if CONTROLS.search(written):
                    found.append((text, size))
    assert 0 == app.actions
    return found


@pytest.fixture
def gate_in_the_way(monkeypatch):
    from textual.strip import Strip

    monkeypatch.setattr(Strip, "render", Strip.render)
    gate.install()


async def test_no_attack_passes_a_widget(gate_in_the_way):
    """A sample of the attacks in every widget; some of these widgets were given raw text."""
    assert [] == await through_every_widget(hostile_texts()[::9], [(80, 24)])


@pytest.mark.heavy
async def test_nothing_passes_any_widget_at_any_size(gate_in_the_way):
    """All attacks and the public list, at 80x24, 120x40 and 40x12."""
    public = await asyncio.to_thread(lambda: naughty_strings() + feed_strings())
    texts = hostile_texts() + public

    assert [] == await through_every_widget(texts, [(80, 24), (120, 40), (40, 12)])
