"""A figure to be read across a room: digits of blocks, as large as they fit."""

from __future__ import annotations

from textual.widgets import Static

_SHAPES = {
    "0": ("███", "█ █", "█ █", "█ █", "███"),
    "1": (" █ ", "██ ", " █ ", " █ ", "███"),
    "2": ("███", "  █", "███", "█  ", "███"),
    "3": ("███", "  █", "███", "  █", "███"),
    "4": ("█ █", "█ █", "███", "  █", "  █"),
    "5": ("███", "█  ", "███", "  █", "███"),
    "6": ("███", "█  ", "███", "█ █", "███"),
    "7": ("███", "  █", "  █", "  █", "  █"),
    "8": ("███", "█ █", "███", "█ █", "███"),
    "9": ("███", "█ █", "███", "  █", "███"),
    ":": (" ", "█", " ", "█", " "),
    ".": (" ", " ", " ", " ", "█"),
    "-": ("   ", "   ", "███", "   ", "   "),
    "%": ("█ █", "  █", " █ ", "█  ", "█ █"),
}
HEIGHT = 5
MOST = 4
"""Times larger than the smallest."""


class BigFigure(Static):
    """Draws digits, `:`, `.`, `-` and `%`; other signs are left out."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("", markup=False, id=id)
        self._text = "-"

    def show(self, text: str) -> None:
        """The figure as it stands now."""
        if text != self._text:
            self._text = text
            self.fit()

    def on_resize(self) -> None:
        self.fit()

    def fit(self) -> None:
        """Draw as large as the place allows; a cell is about twice as high as wide."""
        room = self.size
        signs = [_SHAPES[sign] for sign in self._text if sign in _SHAPES]
        width = sum(len(shape[0]) + 1 for shape in signs) - 1
        scale = max(1, min(MOST, room.height // HEIGHT, room.width // (2 * max(1, width))))
        lines = [
            (" " * 2 * scale).join(
                "".join(dot * 2 * scale for dot in shape[row]) for shape in signs
            )
            for row in range(HEIGHT)
            for _again in range(scale)
        ]
        blank = max(0, (room.height - len(lines)) // 2)
        self.update("\n" * blank + "\n".join(lines))
