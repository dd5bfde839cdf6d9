"""Does this read correctly? Three samples by which a person tells how their terminal draws text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.core.i18n import _, mark
from console.ui.terminal import TerminalAnswers
from console.ui.text import Rendering, display_lines
from console.ui.text.own import AsItStands

_ORDER_SAMPLE = "خالد (42) سلام, ok"
_JOINED_SAMPLE = "سلام می\u200cخواهیم"
_EMOJI_SAMPLES = ("👍🏽", "❤️", "👨\u200d👩\u200d👧", "🇮🇷")


@dataclass(frozen=True, slots=True)
class _Question:
    words: str
    choices: tuple[tuple[Callable[[TerminalAnswers], TerminalAnswers], Rendering], ...]
    """What a choice sets, and how its sample is drawn."""
    sample: Callable[[Rendering], str]

    def drawn(self, number: int) -> str:
        return self.sample(self.choices[number][1])


def _line_of(text: str) -> Callable[[Rendering], str]:
    return lambda manner: display_lines(text, None, "rtl", manner)[0].text


def _rows_with_bars(manner: Rendering) -> str:
    lines = [display_lines(emoji, None, None, manner)[0] for emoji in _EMOJI_SAMPLES]
    return "\n".join(f"{line.text}{' ' * (3 - line.width)}│" for line in lines)


QUESTIONS = {
    "bidi": _Question(
        mark("Which line has, from right to left: Khaled, 42 in brackets, salam, then ok?"),
        (
            (lambda answers: replace(answers, bidi="app"), Rendering()),
            (
                lambda answers: replace(answers, bidi="terminal"),
                Rendering(reorder=False, shape=False),
            ),
        ),
        _line_of(_ORDER_SAMPLE),
    ),
    "shaping": _Question(
        mark("Which line has its letters joined?"),
        (
            (lambda answers: replace(answers, shaping="on"), Rendering()),
            (lambda answers: replace(answers, shaping="off"), Rendering(shape=False)),
        ),
        _line_of(_JOINED_SAMPLE),
    ),
    "emoji": _Question(
        mark("Which bars stand exactly below each other?"),
        (
            (lambda answers: replace(answers, emoji="full"), Rendering()),
            (lambda answers: replace(answers, emoji="simple"), Rendering(emoji="simple")),
        ),
        _rows_with_bars,
    ),
}


class TerminalCheck(ModalScreen[TerminalAnswers | None]):
    """Asks one question after the other; gives the answers, None where the person stopped.

    `remember` is called with the answers once all are given.
    """

    BINDINGS = [Binding("escape", "stop", show=False, id="terminal_check.stop")]

    DEFAULT_CSS = """
    TerminalCheck {
        align: center middle;
        & > VerticalScroll { width: 72; max-width: 96%; height: auto; max-height: 90%; }
        & OptionList { height: auto; max-height: 16; }
    }
    """

    def __init__(
        self, remember: Callable[[TerminalAnswers], None], given: TerminalAnswers | None = None
    ) -> None:
        super().__init__()
        self._remember = remember
        self._answers = given or TerminalAnswers()
        self._open = list(QUESTIONS)

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="question"):
            yield Static(Content(_("Does this read correctly?")), classes="question-title")
            yield Static("", markup=False, id="question")
            yield OptionList(markup=False, id="samples")

    def on_mount(self) -> None:
        self._ask()

    def _ask(self) -> None:
        question = QUESTIONS[self._open[0]]
        self.query_one("#question", Static).update(Content(_(question.words)))
        samples = self.query_one("#samples", OptionList)
        samples.clear_options()
        samples.add_options(
            [Option(AsItStands(question.drawn(n)), id=str(n)) for n in range(len(question.choices))]
        )
        samples.add_option(Option(Content(_("none of these, or I cannot tell")), id="none"))
        samples.highlighted = 0
        samples.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        name = self._open.pop(0)
        if event.option_id != "none":
            change = QUESTIONS[name].choices[event.option_index][0]
            self._answers = change(self._answers)
        if self._answers.bidi == "terminal" and "shaping" in self._open:
            # Where the terminal orders letters, it joins them too: there is nothing to choose.
            self._open.remove("shaping")
        if self._open:
            self._ask()
            return
        self._remember(self._answers)
        self.dismiss(self._answers)

    def action_stop(self) -> None:
        self.dismiss(None)
