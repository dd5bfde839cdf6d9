"""Fields kept apart where the terminal puts lines into visual order."""

from __future__ import annotations

import pytest
from rich.console import Console
from rich.segment import Segment
from textual.strip import Strip

from console.ui.text import Rendering, gate, use_rendering
from console.ui.text.fence import fenced

POST = "\u2800"


def drawn(*texts: str) -> list[str]:
    return [segment.text.replace(POST, "_") for segment in fenced(Strip(map(Segment, texts)))]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("abc ", "سلام  ", "خالد   ", "42"), ["abc ", "سلام_ ", "خالد_  ", "42"]),
        (("سلام ", "خالد"), ["سلام_", "خالد"]),
        (("سلام…", "   ", "│ "), ["سلام…", "_  ", "│ "]),
        (("سلام دنیا (خ) ok", " x"), ["سلام دنیا (خ) ok", " x"]),
        (("(מספר 15)…  ", "│ ", "سلام"), ["(מספר 15)…_ ", "│ ", "سلام"]),
        (("سلام  ", "Kit "), ["سلام  ", "Kit "]),
        (("no letters  ", "of that kind "), ["no letters  ", "of that kind "]),
    ],
)
def test_a_post_stands_only_where_fields_would_run_together(texts, expected):
    """Between two right-to-left fields, before a number, at the end of what is drawn."""
    assert expected == drawn(*texts)


def test_no_column_moves():
    """A post takes the place of a blank."""
    strip = Strip([Segment("سلام  "), Segment("خالد   ")])

    assert strip.cell_length == fenced(strip).cell_length


@pytest.mark.parametrize("fence", [False, True])
def test_the_gate_fences_only_for_such_a_terminal(fence):
    """Everywhere else a blank is a blank."""
    gate.install()
    use_rendering(Rendering(reorder=False, shape=False, fence=fence))
    try:
        written = Strip([Segment("سلام  خالد")]).render(Console())
    finally:
        use_rendering(Rendering())

    assert fence == (POST in written)
