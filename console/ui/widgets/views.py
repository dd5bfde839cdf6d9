"""The list of views with their counts."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from console.core.asks import ViewCount
from console.ui.dates import digits
from console.ui.text import cell
from console.ui.widgets.framed import Framed
from console.ui.words import view_title

_STYLES = {
    "": "$foreground on $background",
    "muted": "$muted",
    "pointed": "on $pointed",
    "chosen": "bold",
    "busy": "$accent bold",
}


class ViewsPane(Framed, can_focus=True):
    """The views of the team; a digit opens one wherever the cursor is."""

    BINDINGS = [
        Binding("j,down", "move(1)", show=False, id="views.down"),
        Binding("k,up", "move(-1)", show=False, id="views.up"),
        Binding("enter", "choose", show=False, id="views.open"),
    ]

    class Chosen(Message):
        """A person wants this view."""

        def __init__(self, view: ViewCount) -> None:
            super().__init__()
            self.view = view

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._views: tuple[ViewCount, ...] = ()
        self._chosen = ""
        self._cursor = 0

    def show(self, views: tuple[ViewCount, ...], chosen: str) -> None:
        """The views as the desk counts them now; only lines that differ are drawn again."""
        old, self._views = self._views, views
        if chosen != self._chosen or len(old) != len(views):
            self._chosen = chosen
            names = [view.name for view in views]
            self._cursor = names.index(chosen) if chosen in names else 0
            self.refresh()
            return
        for y, (before, now) in enumerate(zip(old, views, strict=True)):
            if before != now:
                self.refresh(Region(0, y, self.size.width, 1))

    def view(self, number: int) -> ViewCount | None:
        """The view at this place, counted from one."""
        return self._views[number - 1] if 0 < number <= len(self._views) else None

    def action_move(self, step: int) -> None:
        self._cursor = max(0, min(self._cursor + step, len(self._views) - 1))
        self.refresh()

    def action_choose(self) -> None:
        if self._cursor < len(self._views):
            self.post_message(self.Chosen(self._views[self._cursor]))

    def on_click(self, event: events.Click) -> None:
        if event.y < len(self._views):
            self._cursor = event.y
            self.action_choose()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def render_line(self, y: int) -> Strip:
        ground = self._component("")
        width = self.size.width
        if y >= len(self._views):
            return Strip.blank(width, ground)
        view = self._views[y]
        style = ground
        if view.name == self._chosen:
            style += self._component("chosen")
        if y == self._cursor and self.has_focus:
            style += self._component("pointed")
        count = digits("999+" if view.count >= 1000 else str(view.count))
        number = str(y + 1) if y < 9 else " "
        mark = "▌" if view.name == self._chosen else " "
        title = cell(view_title(view), max(0, width - 5 - len(count))).plain
        busy = view.count and view.name in ("late", "soon")
        return Strip(
            [
                Segment(mark, style + self._component("busy" if mark == "▌" else "muted")),
                Segment(f"{number} ", style + self._component("muted")),
                Segment(title, style),
                Segment(f" {count} ", style + self._component("busy" if busy else "muted")),
            ]
        ).adjust_cell_length(width, style)

    def _component(self, name: str) -> Style:
        return self.app.stylesheet.parse_style(_STYLES[name]).rich_style
