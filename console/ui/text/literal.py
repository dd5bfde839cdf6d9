"""Foreign text as content for a widget: never markup, never a control character."""

from __future__ import annotations

from typing import Literal

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from sources.text import clean

Base = Literal["ltr", "rtl"]


def literal(
    text: str, width: int | None = None, base: Base | None = None, style: str = ""
) -> Content:
    """The text as content that shows exactly these words, right-to-left where they are.

    With `width` (cells) the text is wrapped to it and right-to-left paragraphs stand at its
    right edge. `base` fixes the direction that otherwise each paragraph's first letter gives.
    """
    return Content.styled(clean(text), style) if style else Content(clean(text))


def cell(text: str, width: int, base: Base | None = None, style: str = "") -> Content:
    """The text in exactly `width` cells of one line, cut with an ellipsis where it is longer."""
    line = " ".join(clean(text).split())
    if cell_len(line) > width:
        line = set_cell_size(line, max(0, width - 1)) + "…"[:width]
    return Content.styled(set_cell_size(line, width), style)
