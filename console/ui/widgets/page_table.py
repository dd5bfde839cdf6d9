"""What the tables of a page have in common: together they are one list to walk through."""

from __future__ import annotations

from textual.widgets import Static


class PageTable(Static, can_focus=True):
    """A table with a cursor of its own, drawn anew when that comes, goes, or has other room."""

    def draw(self) -> None:
        """Draw it at its present size."""
        raise NotImplementedError

    def leave(self, down: int) -> None:
        """On to the next table of the page, or the one before."""
        (self.screen.focus_next if down > 0 else self.screen.focus_previous)(PageTable)

    def on_focus(self) -> None:
        self.draw()

    def on_blur(self) -> None:
        self.draw()

    def on_resize(self) -> None:
        self.draw()
