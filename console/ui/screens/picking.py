"""A list over the screen that is searched while one types, with the whole of what is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from console.core.asks import Answer, Ask, Failed
from console.ui.text import literal
from console.ui.words import _

if TYPE_CHECKING:
    from console.ui.app import ConsoleApp

T = TypeVar("T")

SETTLE_S = 0.15
"""After the last key, before the desk is asked."""


class Picking(ModalScreen[T | None], Generic[T]):
    """Gives what was chosen, None where the person changed their mind.

    Whoever inherits says what is asked for some words, and how one of the answers looks.
    """

    BINDINGS = [
        Binding("escape", "close", show=False, id="picking.close"),
        Binding("down", "move(1)", show=False, id="picking.down", priority=True),
        Binding("up", "move(-1)", show=False, id="picking.up", priority=True),
        Binding("ctrl+y", "copy", show=False, id="picking.copy", priority=True),
    ]
    searched = True
    """False where there is nothing to type: the list is whole."""

    def __init__(self, title: str, hint: str, nothing: str) -> None:
        super().__init__()
        self._title, self._hint, self._nothing = title, hint, nothing
        self._found: tuple[T, ...] = ()
        self._timer: Timer | None = None
        self._looked_for: str | None = None
        """The words that the list stands for."""

    # --- what differs --------------------------------------------------------------------------

    def question(self, words: str) -> Ask:
        """What the desk is asked for these words."""
        raise NotImplementedError

    def answers(self, answer: Answer) -> tuple[tuple[T, ...], str]:
        """What the desk gave, and a sentence of trouble or ""."""
        raise NotImplementedError

    def line(self, one: T, width: int) -> Content:
        """One answer in the list."""
        raise NotImplementedError

    def whole(self, one: T, width: int) -> Content:
        """All of one answer."""
        raise NotImplementedError

    def text(self, one: T) -> str:
        """What is copied."""
        raise NotImplementedError

    # --- what is the same ----------------------------------------------------------------------

    @property
    def console(self) -> ConsoleApp:
        return cast("ConsoleApp", self.app)

    def compose(self) -> ComposeResult:
        with Vertical(classes="picking") as pane:
            pane.border_title = literal(self._title)
            pane.border_subtitle = literal(self._hint)
            if self.searched:
                yield Input(id="picking-words", select_on_focus=False)
            yield OptionList(id="picked", markup=False)
            yield Static("", markup=False, id="picking-said")
            with VerticalScroll(id="picking-whole", can_focus=False):
                yield Static("", markup=False, id="picking-text")

    def on_mount(self) -> None:
        self._list.can_focus = not self.searched
        if self.searched:
            field = self.query_one(Input)
            field.cursor_blink = False
            field.focus()
        else:
            self._list.focus()
        self._look()

    @property
    def _list(self) -> OptionList:
        return self.query_one("#picked", OptionList)

    @property
    def chosen(self) -> T | None:
        """What the cursor of the list is on."""
        at = self._list.highlighted
        return self._found[at] if at is not None and at < len(self._found) else None

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(SETTLE_S, self._look)

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value != self._looked_for:
            await self._search()
        self.action_choose()

    @work(group="picking", exclusive=True)
    async def _look(self) -> None:
        await self._search()

    async def _search(self) -> None:
        self._timer = None
        words = self.query_one(Input).value if self.searched else ""
        answer = await self.console.ask(self.question(words))
        self._looked_for = words
        if isinstance(answer, Failed):
            self._found, trouble = (), answer.message
        else:
            self._found, trouble = self.answers(answer)
        said = trouble or ("" if self._found else self._nothing)
        self.query_one("#picking-said", Static).update(literal(said))
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        del event
        self._draw()

    def _draw(self) -> None:
        at = self._list.highlighted
        width = max(8, self._list.size.width - 1)
        self._list.clear_options()
        self._list.add_options([Option(self.line(one, width)) for one in self._found])
        self._list.highlighted = min(at or 0, len(self._found) - 1) if self._found else None
        self._draw_whole()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._draw_whole()

    def _draw_whole(self) -> None:
        shown = self.query_one("#picking-text", Static)
        width = max(8, self.query_one("#picking-whole").size.width - 1)
        one = self.chosen
        shown.update(self.whole(one, width) if one is not None else "")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_choose()

    def action_move(self, step: int) -> None:
        if self._found:
            at = self._list.highlighted or 0
            self._list.highlighted = max(0, min(at + step, len(self._found) - 1))

    def action_choose(self) -> None:
        if self.chosen is not None:
            self.dismiss(self.chosen)

    def action_copy(self) -> None:
        if self.chosen is not None:
            self.app.copy_to_clipboard(self.text(self.chosen))
            self.notify(_("Copied, if your terminal allows it."), markup=False)

    def action_close(self) -> None:
        self.dismiss(None)


def columns(parts: Sequence[Any]) -> Content:
    """Parts of a line, a blank between them."""
    joined: list[Any] = []
    for part in parts:
        joined += [part, " "]
    return Content.assemble(*joined[:-1])
