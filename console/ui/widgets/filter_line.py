"""The filter over the queue: what is typed narrows the queue at once."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.suggester import Suggester
from textual.timer import Timer
from textual.widgets import Input, Static

from console.ui.words import brief

SETTLE_S = 0.15


class FilterLine(Vertical):
    """One line to type in, and one for what is wrong with it."""

    # Tab must not leave the line: the next letters of the filter would be commands.
    BINDINGS = [Binding("tab,shift+tab", "complete", show=False, id="filter.complete")]

    class Left(Message):
        """Another widget was chosen, and the filter was not finished."""

    @dataclass
    class Applied(Message):
        """The queue should show what this filter finds; `done`: the writer is finished."""

        filter: str
        done: bool

    def __init__(self, suggester: Suggester | None = None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._suggester = suggester
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Input(
            id="filter-input", suggester=self._suggester, select_on_focus=False, compact=True
        )
        yield Static("", markup=False, id="filter-error")

    @property
    def input(self) -> Input:
        return self.query_one(Input)

    def open(self, filter: str) -> None:
        """Show the line with this filter in it."""
        self.add_class("-open")
        self.input.cursor_blink = False
        if self.input.value != filter:
            self.input.value = filter
        self.input.cursor_position = len(filter)
        # at once: Widget.focus() comes later, and the next letter would be a command.
        self.screen.set_focus(self.input)

    def shut(self) -> None:
        """Hide the line."""
        self._stop()
        self.remove_class("-open")
        self.complain("")

    def complain(self, problem: str, at: int | None = None) -> None:
        """Say what is wrong, under the word at this character."""
        error = self.query_one("#filter-error", Static)
        error.set_class(bool(problem), "-shown")
        if not problem:
            return
        indent = 0 if at is None else min(at + 1, max(0, self.size.width - 24))
        text = ("↑ " if at is not None else "") + problem
        room = max(1, self.size.width - indent - 1)
        error.update(" " * indent + brief(text, room))

    def action_complete(self) -> None:
        """Take the rest of the word that is offered, where one is."""
        self.input.action_end()
        self.input.action_cursor_right()

    def on_input_blurred(self, event: Input.Blurred) -> None:
        event.stop()
        # a terminal that lost the focus gives it back to the same line
        if self.has_class("-open") and self.screen.focused not in (None, self.input):
            self._stop()
            self.post_message(self.Left())

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._stop()
        self._timer = self.set_timer(SETTLE_S, self._apply)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._stop()
        self.post_message(self.Applied(self.input.value.strip(), done=True))

    def _apply(self) -> None:
        self._timer = None
        self.post_message(self.Applied(self.input.value.strip(), done=False))

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
