"""A frame whose titles change often, and cost two lines of the screen when they do."""

from __future__ import annotations

from typing import Self

from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget


class Framed(Widget):
    """Set its titles with `entitle`: Textual's own setters draw everything in the frame again."""

    _titles: tuple[str, str] = ("", "")
    _entitling = False

    def entitle(self, title: str, place: str = "") -> None:
        """The words on the upper edge, and those on the lower; plain text."""
        if (title, place) == self._titles:
            return
        self._titles = (title, place)
        self._entitling = True
        try:
            self.border_title, self.border_subtitle = Content(title), Content(place)
        finally:
            self._entitling = False

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """As every widget, but a title is its edge alone."""
        if self._entitling:
            # regions count from the content, which begins inside the frame
            left, top = -self.content_offset
            width, height = self.outer_size
            regions = (Region(left, top, width, 1), Region(left, top + height - 1, width, 1))
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


class Pane(Framed, Vertical):
    """A framed column of the screen."""
