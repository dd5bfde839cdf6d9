"""The report and the hand-over page: what a shift or a period did, and what it leaves."""

from __future__ import annotations

from datetime import datetime, timedelta

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from console.core.asks import Failed, LeaveNote, Report, ReportPage
from console.core.i18n import mark
from console.core.report_tables import PARTS, Part, Row, Table, tables
from console.ui.screens.figures import FiguresScreen
from console.ui.text import literal
from console.ui.widgets.numbers import Cell, Line, NumbersTable
from console.ui.widgets.words_table import WordsTable
from console.ui.words import _, local_time

WORDS: tuple[Part, ...] = ("people", "notes", "open", "promised", "snoozed", "topics")
"""Tables of words; all others hold numbers that can be opened."""

PERIODS: tuple[tuple[str, timedelta | None], ...] = (
    (mark("this shift"), None),
    (mark("today"), timedelta(0)),
    (mark("7 days"), timedelta(days=7)),
    (mark("30 days"), timedelta(days=30)),
)

ASK_EVERY = timedelta(seconds=30)


class ReportScreen(FiguresScreen):
    """One page, scrolled: what one has to know first, then the numbers."""

    BINDINGS = [
        Binding("escape,q,H", "app.pop_screen", show=False, id="report.close"),
        Binding("tab", "app.focus_next", show=False, id="report.next"),
        Binding("shift+tab", "app.focus_previous", show=False, id="report.previous"),
        Binding("t", "period", show=False, id="report.period"),
        Binding("p", "note", show=False, id="report.note"),
        Binding("pagedown,space", "page(1)", show=False, id="report.page_down"),
        Binding("pageup", "page(-1)", show=False, id="report.page_up"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._page: ReportPage | None = None
        self._period = 0
        self._asked_at: datetime | None = None
        self._stale = False

    def compose(self) -> ComposeResult:
        yield Static(_("Asking the desk …"), markup=False, id="report-head")
        with VerticalScroll(id="report"):
            for part in PARTS:
                with Vertical(classes="pane report-pane", id=f"report-{part}"):
                    yield WordsTable() if part in WORDS else NumbersTable()

    def on_mount(self) -> None:
        self.query_one("#report").focus()
        self._ask()

    def on_resize(self) -> None:
        self._draw()

    # --- asking --------------------------------------------------------------------------------

    def changed(self) -> None:
        self._stale = True

    def tick(self, now: datetime) -> None:
        # a page that is being read need not follow every change at once.
        if self._stale and self._asked_at and now - self._asked_at >= ASK_EVERY:
            self._ask()

    def lost(self, why: str) -> None:
        self.query_one("#report-head", Static).update(literal(why))

    def _question(self, rows: str = "") -> Report:
        _title, span = PERIODS[self._period]
        if span is None:
            return Report(shift=True, rows=rows, topics=False)
        topics = not rows or rows.startswith("topic@")
        return Report(since=self.now - span if span else None, rows=rows, topics=topics)

    @work(group="catch-up", exclusive=True)
    async def _ask(self) -> None:
        self._asked_at, self._stale = self.now, False
        answer = await self.ask(self._question())
        if isinstance(answer, ReportPage):
            self._page = answer
            self._draw()
        elif isinstance(answer, Failed):
            self.query_one("#report-head", Static).update(literal(answer.message))

    # --- drawing -------------------------------------------------------------------------------

    def _draw(self) -> None:
        page = self._page
        if page is None:
            return
        title, _span = PERIODS[self._period]
        since, until = (local_time(at, self.now) for at in (page.since, page.until))
        self.query_one("#report-head", Static).update(
            Content.assemble(
                (_(title), "bold"),
                "  ",
                _("{since} to {until}").format(since=since, until=until),
                (
                    "\n" + _("t other period · p note for the next shift · Enter rows · Esc back"),
                    "$muted",
                ),
            )
        )
        found = {table.part: table for table in tables(page, self._time)}
        for part in PARTS:
            pane = self.query_one(f"#report-{part}")
            pane.display = part in found
            if part in found:
                pane.border_title = Content(found[part].title)
                _fill(pane.query_one(Static), found[part])

    def _time(self, at: datetime) -> str:
        return local_time(at, self.now)

    # --- acting --------------------------------------------------------------------------------

    def action_page(self, pages: int) -> None:
        scroll = self.query_one("#report", VerticalScroll)
        scroll.scroll_relative(y=pages * (scroll.size.height - 2), animate=False)

    def action_period(self) -> None:
        self._period = (self._period + 1) % len(PERIODS)
        self._ask()

    @work(group="act")
    async def action_note(self) -> None:
        from console.ui.screens.question import Question

        text = await self.app.push_screen_wait(Question(_("Note for the next shift"), free=True))
        if text and text.strip() and not self.complain(await self.ask(LeaveNote(text))):
            self._ask()

    @on(NumbersTable.Opened)
    @on(WordsTable.Opened)
    @work(group="act")
    async def show_behind(self, event: NumbersTable.Opened | WordsTable.Opened) -> None:
        """The rows behind a number, as a view of the queue; or the conversation that is left."""
        if event.name.startswith("id:"):
            self.leave_for(event.name, event.title)
            return
        answer = await self.ask(self._question(event.name))
        if not self.complain(answer) and isinstance(answer, ReportPage):
            self.show_rows(answer.conversations, event.title)


def _fill(widget: Static, table: Table) -> None:
    if isinstance(widget, NumbersTable):
        widget.show(table.heads[1:], [_line(row) for row in table.rows])
    elif isinstance(widget, WordsTable):
        widget.show(table.heads, table.rows)


def _line(row: Row) -> Line:
    cells = zip(row.cells[1:], row.names[1:], strict=True)
    return Line(
        row.cells[0], tuple(Cell(text, name, "" if name else "$muted") for text, name in cells)
    )
