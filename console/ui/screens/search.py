"""Full-text search over everything that customers and agents wrote."""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from console.core.asks import Failed, Found, Search, SearchPage
from console.ui.screens.base import ConsoleScreen
from console.ui.text import cell, literal
from console.ui.words import _, local_time, ngettext

SETTLE_S = 0.2


class SearchScreen(ConsoleScreen):
    """Searches while you type; Enter opens what is chosen."""

    BINDINGS = [
        Binding("escape", "app.pop_screen", show=False, id="search.close"),
        Binding("down", "move(1)", show=False, id="search.down", priority=True),
        Binding("up", "move(-1)", show=False, id="search.up", priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[Found, ...] = ()
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="pane page") as pane:
            pane.border_title = _("Search")
            pane.border_subtitle = _("Enter opens · Esc goes back")
            yield Input(
                id="search", placeholder=literal(_('words, or "a phrase"')).plain, compact=True
            )
            yield Static("", markup=False, id="search-said")
            yield OptionList(id="found", markup=False)

    def on_mount(self) -> None:
        field = self.query_one(Input)
        field.cursor_blink = False
        field.focus()

    def on_input_changed(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(SETTLE_S, self._search)

    def on_input_submitted(self) -> None:
        at = self.query_one(OptionList).highlighted
        if at is not None and at < len(self._found):
            self._open(self._found[at])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._open(self._found[event.option_index])

    def on_resize(self) -> None:
        self._list()

    def action_move(self, step: int) -> None:
        found = self.query_one(OptionList)
        if self._found:
            at = found.highlighted if found.highlighted is not None else -1
            found.highlighted = max(0, min(at + step, len(self._found) - 1))

    @work(group="search", exclusive=True)
    async def _search(self) -> None:
        self._timer = None
        text = self.query_one(Input).value.strip()
        said = self.query_one("#search-said", Static)
        if not text:
            self._found = ()
            said.update("")
            self._list()
            return
        answer = await self.ask(Search(text))
        if isinstance(answer, SearchPage):
            self._found = answer.found
            n = len(self._found)
            said.update(
                ngettext("{n} found", "{n} found", n).format(n=n) if n else _("Nothing found.")
            )
            self._list()
        elif isinstance(answer, Failed):
            said.update(cell(answer.message, max(8, self.size.width - 4)))

    def _list(self) -> None:
        found = self.query_one(OptionList)
        found.clear_options()
        room = max(10, self.size.width - 44)
        found.add_options([Option(self._line(one, room)) for one in self._found])
        found.highlighted = 0 if self._found else None

    def _line(self, one: Found, room: int) -> Content:
        return Content.assemble(
            (f"{local_time(one.at, self.now):<12}", "$muted"),
            cell(one.source, 9),
            " ",
            (cell(one.who, 14).plain, "bold"),
            " ",
            cell(one.snippet, room),
        )

    def _open(self, one: Found) -> None:
        self.app.pop_screen()
        self.console.desk_screen.point_to(one.conversation)
