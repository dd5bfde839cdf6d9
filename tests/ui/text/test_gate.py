"""The last gate before the terminal."""

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.widgets import Static

from console.ui.text import Rendering, gate, use_rendering
from console.ui.text.seal import sealed

ATTACKS = [
    "\x1b]0;owned\x07",
    "\x1b[2J",
    "\x9b31m",
    "\u202eabc",
    "\u2066x",
    "a\nb",
    "a\tb",
    "\ud800",
]


@pytest.fixture(autouse=True)
def gate_in_the_way(monkeypatch):
    monkeypatch.setattr(Strip, "render", Strip.render)
    gate.install()


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("style", [None, Style(color="red")])
def test_no_control_of_a_segment_gets_through(attack, style):
    """With a style and without, which Textual writes by different ways."""
    written = Strip([Segment(attack, style)]).render(Console())
    ours = written.replace("\x1b[31m", "").replace("\x1b[0m", "")

    assert gate.is_safe(ours)


def test_the_escapes_of_the_interface_stay():
    """Colours are still written."""
    written = Strip([Segment("late", Style(color="red", bold=True))]).render(Console())

    assert "\x1b[1;31mlate\x1b[0m" == written


def test_a_link_cannot_end_its_own_escape():
    """The address of a hyperlink is cleaned too."""
    style = Style(link="https://example.com/\x1b\\\x1b[2Jx")
    written = Strip([Segment("link", style)]).render(Console())

    assert "https://example.com/\\[2Jx\x1b\\" in written
    assert "\x1b[2J" not in written


@pytest.mark.parametrize("attack", ATTACKS[:5])
def test_removing_a_control_moves_no_column(attack):
    """What is removed never had a width."""
    assert cell_len(attack) == cell_len("".join(c for c in attack if gate.is_safe(c)))


@pytest.mark.parametrize(
    ("cut", "shown"), [("🇮🇷🇮", "🇮🇷I"), ("🇷 ok", "R ok"), ("🇮🇷🇷🇺", "🇮🇷🇷🇺"), ("a🇮", "aI")]
)
def test_half_a_flag_is_its_letter(cut, shown):
    """What a toast leaves of a flag takes one cell on every terminal."""
    assert shown == Strip([Segment(cut)]).render(Console())


class Forgetful(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("title \x1b]0;owned\x07 \x9b31m \u202etext", markup=False)


async def test_a_widget_that_forgot_is_caught():
    """A whole screen of Textual holds no foreign control."""
    app = Forgetful()
    async with app.run_test(size=(40, 3)):
        strips = app.screen._compositor.render_strips()
        written = "".join(strip.render(app.console) for strip in strips)

    assert "\x1b]0" not in written
    assert "\x9b" not in written
    assert "title ]0;owned 31m text" in written


def test_a_sealed_letter_is_itself_again():
    """What was sealed against a second ordering is no letter that a terminal knows."""
    written = Strip([Segment(sealed("ok یلع"))]).render(Console())

    assert "ok یلع" == written != sealed("ok یلع")


@pytest.mark.parametrize(("parts_lam", "expected"), [(True, "س\ufeddام 12"), (False, "سلام 12")])
def test_lam_that_is_being_typed_is_parted_where_the_terminal_asks(parts_lam, expected):
    """A terminal that draws lam and alef in one cell would move the rest of the row."""
    use_rendering(Rendering(parts_lam=parts_lam))
    try:
        assert expected == Strip([Segment("سل"), Segment("ام 12")]).render(Console())
    finally:
        use_rendering(Rendering())
