"""Something to read over the screen: why a deadline, which words, what happened."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static


class Reading(ModalScreen[None]):
    """Shows a text; any of Esc, q, Enter and the key that opened it closes it."""

    BINDINGS = [
        Binding("escape,q,enter,i,w,h", "close", show=False, id="reading.close"),
        Binding("j,down", "scroll(1)", show=False, id="reading.down"),
        Binding("k,up", "scroll(-1)", show=False, id="reading.up"),
    ]

    def __init__(self, title: Content, text: Content) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="reading") as pane:
            pane.border_title = self._title
            yield Static(self._text, markup=False)

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_close(self) -> None:
        self.dismiss(None)

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
