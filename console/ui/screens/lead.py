"""The lead's screen: what is late and soon, what comes, the day so far, who is on what."""

from __future__ import annotations

from datetime import datetime, timedelta

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from console.core.asks import Failed, Lead, LeadPage
from console.core.mood import LEAST_JUDGED
from console.core.spikes import sentence as unhappier
from console.ui.screens.figures import FiguresScreen
from console.ui.text import literal
from console.ui.widgets.bars import HourBars
from console.ui.widgets.numbers import NumbersTable
from console.ui.words import _, local_time, ngettext
from console.ui.words_of_figures import (
    DIMENSIONS,
    day_lines,
    forecast_sentence,
    group_lines,
    model_lines,
    now_lines,
    source_lines,
    team_lines,
)

ASK_EVERY = timedelta(seconds=15)
"""Without any news the figures still age."""

AT_LEAST_APART = timedelta(seconds=5)
"""The desk looks again no sooner: asking more often gives the same."""

WIDE, NARROW = 132, 0


class LeadScreen(FiguresScreen):
    """Panes of numbers; Enter on one shows its conversations on the desk screen."""

    BINDINGS = [
        Binding("escape,q,L", "app.pop_screen", show=False, id="lead.close"),
        Binding("tab", "app.focus_next", show=False, id="lead.next"),
        Binding("shift+tab", "app.focus_previous", show=False, id="lead.previous"),
        Binding("b", "group", show=False, id="lead.group"),
        Binding("R", "refresh", show=False, id="lead.refresh"),
    ]
    HORIZONTAL_BREAKPOINTS = [(NARROW, "-one-column"), (WIDE, "-two-columns")]

    def __init__(self) -> None:
        super().__init__()
        self._page: LeadPage | None = None
        self._asked_at: datetime | None = None
        self._dimension = 0
        self._stale = False

    def compose(self) -> ComposeResult:
        yield Static("", markup=False, id="lead-head")
        with VerticalScroll(id="lead", can_focus=False), Horizontal(id="lead-columns"):
            with Vertical(classes="lead-column"):
                yield from _pane("now", _("Now"), NumbersTable(id="lead-now"))
                yield from _pane("day", _("Today"), NumbersTable(id="lead-day"))
                yield from _pane("model", "", NumbersTable(id="lead-model"))
            with Vertical(classes="lead-column"):
                yield from _pane("hours", _("Hours of today"), HourBars(id="lead-hours"))
                yield from _pane("group", "", NumbersTable(id="lead-group"))
                yield from _pane("team", _("Who is on what"), NumbersTable(id="lead-team"))
                yield from _pane("sources", _("Sources"), NumbersTable(id="lead-sources"))

    def on_mount(self) -> None:
        pane = self.query_one("#model-pane")
        pane.border_title = _("Moods read rightly, of 90 days")
        pane.border_subtitle = ngettext(
            "a share from {n} judged on", "a share from {n} judged on", LEAST_JUDGED
        ).format(n=LEAST_JUDGED)
        self.query_one("#lead-head", Static).update(_("Asking the desk …"))
        self.query_one("#lead-now").focus()
        self._ask()

    # --- asking --------------------------------------------------------------------------------

    def changed(self) -> None:
        self._stale = True
        self.tick(self.now)

    def tick(self, now: datetime) -> None:
        since = now - self._asked_at if self._asked_at else ASK_EVERY
        due = since >= ASK_EVERY or (self._stale and since >= AT_LEAST_APART)
        if due and self.is_current and self.console.connected:
            self._ask()

    def lost(self, why: str) -> None:
        self.query_one("#lead-head", Static).update(literal(why))

    def action_refresh(self) -> None:
        self._ask()

    @work(group="catch-up", exclusive=True)
    async def _ask(self) -> None:
        self._asked_at, self._stale = self.now, False
        answer = await self.ask(Lead())
        if isinstance(answer, LeadPage):
            self._page = answer
            self._draw()
        elif isinstance(answer, Failed):
            self.query_one("#lead-head", Static).update(literal(answer.message))

    # --- drawing -------------------------------------------------------------------------------

    def _draw(self) -> None:
        page = self._page
        if page is None:
            return
        self.query_one("#lead-head", Static).update(self._head(page))
        self.query_one("#lead-now", NumbersTable).show((_("late"), _("soon")), now_lines(page))
        before = _before(page)
        self.query_one("#lead-day", NumbersTable).show((_("today"), before), day_lines(page))
        self._draw_group()
        self.query_one("#lead-hours", HourBars).show(page.hours)
        team = self.query_one("#lead-team", NumbersTable)
        team.show((_("has"), _("answered")), team_lines(page))
        self.query_one("#lead-model", NumbersTable).show(*model_lines(page))
        sources = self.console.overview.sources if self.console.overview else ()
        lines = source_lines(page, sources, self.now)
        self.query_one("#lead-sources", NumbersTable).show((), lines)

    def _draw_group(self) -> None:
        if self._page is None:
            return
        dimension, title = DIMENSIONS[self._dimension]
        pane = self.query_one("#group-pane")
        pane.border_title = _(title)
        pane.border_subtitle = _("b groups otherwise")
        heads, lines = group_lines(self._page, dimension)
        self.query_one("#lead-group", NumbersTable).show(heads, lines)

    def _head(self, page: LeadPage) -> Content:
        lines = [
            Content.assemble(
                (_("Lead"), "bold"),
                (f"  {local_time(page.now, self.now)}  ", "$muted"),
                literal(forecast_sentence(page, self.now)),
            )
        ]
        if page.spikes:
            lines.append(Content.styled(literal(unhappier(page.spikes)).plain, "$trouble bold"))
        hint = _("Enter shows the rows · Tab goes on · Esc goes back")
        lines.append(Content.styled(hint, "$muted"))
        return Content("\n").join(lines)

    # --- acting --------------------------------------------------------------------------------

    def action_group(self) -> None:
        self._dimension = (self._dimension + 1) % len(DIMENSIONS)
        self._draw_group()

    @work(group="act")
    async def on_numbers_table_opened(self, event: NumbersTable.Opened) -> None:
        """The rows behind a number, as a view of the queue."""
        if event.name.startswith("filter:"):
            self.leave_for(event.name.removeprefix("filter:"), event.title)
            return
        answer = await self.ask(Lead(event.name))
        if not self.complain(answer) and isinstance(answer, LeadPage):
            self.show_rows(answer.conversations, event.title)


def _pane(name: str, title: str, widget: Widget) -> ComposeResult:
    with Vertical(classes="pane lead-pane", id=f"{name}-pane") as pane:
        pane.border_title = title
        yield widget


def _before(page: LeadPage) -> str:
    """The weekday before, by its date."""
    return local_time(page.now - timedelta(days=7), page.now).split()[0]
