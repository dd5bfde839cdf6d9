"""The one door for foreign text on its way to the screen."""

from console.ui.text.bidi import Base, has_rtl, is_rtl
from console.ui.text.layout import Cell, Line, Rendering, display_lines, rendering, use_rendering
from console.ui.text.literal import cell, cell_text, literal

__all__ = [
    "Base",
    "Cell",
    "Line",
    "Rendering",
    "cell",
    "cell_text",
    "display_lines",
    "has_rtl",
    "is_rtl",
    "literal",
    "rendering",
    "use_rendering",
]
