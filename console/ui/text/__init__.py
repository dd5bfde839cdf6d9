"""The one door for foreign text on its way to the screen."""

from console.ui.text.literal import cell, literal

__all__ = ["cell", "literal"]
