"""The frames of the panes."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from console.ui.widgets.framed import Pane


class Counting(Widget):
    """Counts the lines that it is asked to draw."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn = 0

    def render_line(self, y: int) -> Strip:
        self.drawn += 1
        return Strip.blank(self.size.width)


class Panes(App[None]):
    CSS = "Pane { border: round white; height: 10; } Counting { height: 1fr; }"

    def compose(self) -> ComposeResult:
        with Pane():
            yield Counting()


async def test_a_new_title_draws_the_edges_alone() -> None:
    """What stands in the frame is not drawn again, and both edges are."""
    app = Panes()
    async with app.run_test(size=(40, 12)) as pilot:
        pane, inside = app.query_one(Pane), app.query_one(Counting)
        await pilot.pause()
        inside.drawn = 0

        pane.entitle("Queue · late", "3/20")
        dirty = set(pane._repaint_regions)
        await pilot.pause()

        assert {Region(0, 0, 40, 1), Region(0, 9, 40, 1)} == dirty
        assert 0 == inside.drawn
        assert "Queue · late" in "".join(
            segment.text for segment in pane.render_lines(Region(0, 0, 40, 1))[0]
        )


async def test_the_same_title_draws_nothing() -> None:
    """A title set again costs nothing."""
    app = Panes()
    async with app.run_test(size=(40, 12)) as pilot:
        pane = app.query_one(Pane)
        pane.entitle("Queue", "1/2")
        await pilot.pause()

        pane.entitle("Queue", "1/2")

        assert set() == set(pane._repaint_regions)
