"""One modal question: choose, or type an answer."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from console.ui.text import literal


class Question(ModalScreen[str | None]):
    """Gives what was chosen or typed, None where the person changed their mind.

    `choices` are pairs of answer and words; with `free` anything may be typed and the choices
    are suggestions. A choice's first letter, where `letters` is set, answers at once.
    """

    BINDINGS = [
        Binding("escape", "cancel", show=False, id="question.cancel"),
        Binding("down", "move(1)", show=False, id="question.down", priority=True),
        Binding("up", "move(-1)", show=False, id="question.up", priority=True),
        Binding("enter", "answer", show=False, id="question.answer"),
    ]

    def __init__(
        self,
        title: str,
        choices: Sequence[tuple[str, str]] = (),
        *,
        body: str = "",
        value: str = "",
        free: bool = False,
    ) -> None:
        super().__init__()
        self._title = title
        self._choices = tuple(choices)
        self._body = body
        self._value = value
        self._free = free
        self._shown = self._choices

    def compose(self) -> ComposeResult:
        with Vertical(classes="question"):
            yield Static(literal(self._title), markup=False, classes="question-title")
            if self._body:
                yield Static(literal(self._body), markup=False, classes="question-body")
            if self._free:
                yield Input(self._value, id="answer", select_on_focus=False)
            if self._choices:
                yield OptionList(*self._options(), id="choices", markup=False)
            elif not self._free:
                yield Static("")

    def on_mount(self) -> None:
        if self._choices:
            choices = self.query_one("#choices", OptionList)
            choices.can_focus = not self._free
            choices.highlighted = None if self._free else 0
        if self._free:
            field = self.query_one(Input)
            field.cursor_blink = False
            field.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        if not self._choices:
            return
        word = event.value.strip().casefold()
        self._shown = tuple(
            choice
            for choice in self._choices
            if not word or choice[0].casefold().startswith(word) or word in choice[1].casefold()
        )
        choices = self.query_one("#choices", OptionList)
        choices.clear_options()
        choices.add_options(self._options())
        choices.highlighted = None

    def on_input_submitted(self, event: Input.Submitted) -> None:
        # not a priority binding: that would overtake letters which the field has not read yet.
        event.stop()
        self.action_answer()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._shown[event.option_index][0])

    def on_key(self, event: events.Key) -> None:
        if self._free or not event.character or not event.is_printable:
            return
        for answer, words in self._choices:
            if words[:1].casefold() == event.character.casefold():
                event.stop()
                self.dismiss(answer)
                return

    def action_move(self, step: int) -> None:
        if not self._shown:
            return
        choices = self.query_one("#choices", OptionList)
        at = choices.highlighted
        if at is None:
            choices.highlighted = 0 if step > 0 else len(self._shown) - 1
        elif self._free and at + step < 0:
            choices.highlighted = None
        else:
            choices.highlighted = max(0, min(at + step, len(self._shown) - 1))

    def action_answer(self) -> None:
        chosen = self.query_one("#choices", OptionList).highlighted if self._choices else None
        if chosen is not None:
            self.dismiss(self._shown[chosen][0])
        elif self._free:
            self.dismiss(self.query_one(Input).value)

    def action_cancel(self) -> None:
        self.dismiss(None)

    def _options(self) -> list[Option]:
        return [Option(_words(words)) for _answer, words in self._shown]


def _words(words: str) -> Content:
    return literal(words)
