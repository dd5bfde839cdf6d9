"""The hand-over page: what this shift did, and what it leaves to the next one."""

from __future__ import annotations

from datetime import datetime

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from console.core.asks import Failed, LeaveNote, Report, ReportPage
from console.core.report_tables import Table, tables
from console.ui.screens.base import ConsoleScreen
from console.ui.text import cell, literal
from console.ui.words import _, local_time

GAP = 2
LEAST_LAST = 12
"""Columns that the last column of words keeps, however little room there is."""


class HandOverScreen(ConsoleScreen):
    """One page, scrolled: notes first, then what is open, promised and asleep, then the numbers."""

    BINDINGS = [
        Binding("escape,q,H", "app.pop_screen", show=False, id="hand_over.close"),
        Binding("j,down", "scroll(1)", show=False, id="hand_over.down"),
        Binding("k,up", "scroll(-1)", show=False, id="hand_over.up"),
        Binding("p", "note", show=False, id="hand_over.note"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._page: ReportPage | None = None
        self._stale = False

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="pane page") as pane:
            pane.border_title = _("Hand-over")
            pane.border_subtitle = _("p leaves a note · Esc goes back")
            yield Static(_("Asking the desk …"), markup=False, id="hand-over")

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()
        self._ask()

    def on_resize(self) -> None:
        self._draw()

    def changed(self) -> None:
        self._stale = True

    def tick(self, now: datetime) -> None:
        # a page that is being read need not follow every change at once.
        if self._stale and now.second % 15 == 0:
            self._ask()

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    @work(group="act")
    async def action_note(self) -> None:
        from console.ui.screens.question import Question

        text = await self.app.push_screen_wait(Question(_("Note for the next shift"), free=True))
        if text and text.strip() and not self.complain(await self.ask(LeaveNote(text))):
            self._ask()

    @work(group="catch-up", exclusive=True)
    async def _ask(self) -> None:
        self._stale = False
        answer = await self.ask(Report(shift=True, topics=False))
        if isinstance(answer, ReportPage):
            self._page = answer
            self._draw()
        elif isinstance(answer, Failed):
            self.query_one("#hand-over", Static).update(literal(answer.message))

    def _draw(self) -> None:
        page = self._page
        if page is None:
            return
        width = max(30, self.size.width - 6)
        found = tables(page, lambda at: local_time(at, self.now))
        # what a person has to know comes before what they may want to know.
        words = [table for table in found if table.words]
        numbers = [table for table in found if not table.words]
        blocks = [
            Content.styled(
                _("Since {time}").format(time=local_time(page.since, self.now)), "$muted"
            )
        ]
        blocks += [_block(table, width) for table in (*words, *numbers)]
        self.query_one("#hand-over", Static).update(Content("\n\n").join(blocks))


def _block(table: Table, width: int) -> Content:
    widths = [
        max(len(row[column]) for row in (table.heads, *table.rows))
        for column in range(len(table.heads))
    ]
    if table.words:
        widths = _fitted(widths, width - 2 - GAP * (len(widths) - 1))
    lines = [Content.styled(table.title, "$accent bold")]
    if any(table.heads):
        lines.append(_row(table.heads, widths, words=table.words).stylize("$head"))
    lines += [_row(row, widths, words=table.words) for row in table.rows]
    return Content("\n").join(lines)


def _fitted(widths: list[int], room: int) -> list[int]:
    """The widest column gives way until all fit."""
    fitted = list(widths)
    while sum(fitted) > room and max(fitted) > LEAST_LAST:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


def _row(cells: tuple[str, ...], widths: list[int], *, words: bool) -> Content:
    parts = [Content("  ")]
    for place, (text, width) in enumerate(zip(cells, widths, strict=True)):
        if place:
            parts.append(Content(" " * GAP))
        if words or place == 0:
            parts.append(cell(text, width))
        else:
            parts.append(Content(text.rjust(width)))
    return Content("").join(parts)
