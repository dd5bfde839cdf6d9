"""Which part of the queue is on show: views, the filter, and the page a person is on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from textual import work

from console.core.asks import Failed, SaveView, ViewCount
from console.ui.dates import digits
from console.ui.screens.assisting import Assisting
from console.ui.widgets.framed import Pane
from console.ui.widgets.queue import LiveQueue
from console.ui.widgets.views import ViewsPane
from console.ui.words import _, brief, minutes_of, ngettext, order_words, view_title

if TYPE_CHECKING:
    from console.ui.widgets.filter_line import FilterLine

PANES_FROM = 100
"""From so many columns on, queue and conversation stand beside each other."""


class Narrowing(Assisting):
    """Views, filter and pages."""

    DEFAULT_CLASSES = "page-queue"

    def __init__(self) -> None:
        super().__init__()
        self._view = "open"
        self._filter = ""
        self._filter_words = ""
        self._line: FilterLine | None = None
        self._page_name = "queue"

    @property
    def queue(self) -> LiveQueue:
        return self.query_one(LiveQueue)

    # --- pages ---------------------------------------------------------------------------------

    def _turn_to(self, page: str) -> None:
        if page == self._page_name:
            return
        self._page_name = page
        for name in ("views", "queue", "conversation"):
            self.set_class(name == page, f"page-{name}")

    @property
    def _talk_in_sight(self) -> bool:
        return self.size.width >= PANES_FROM

    # --- titles --------------------------------------------------------------------------------

    def _title_queue(self) -> None:
        view = self._view_title()
        order = self._view_order()
        at, total = self.queue.position
        pane = self.query_one("#queue-pane", Pane)
        many = "999+" if total >= 1000 else str(total)
        place = digits(f"{at}/{many}") if total else ""
        queue = _("Queue")
        title = f"{queue} · {view}"
        if not self._talk_in_sight:
            # a page has no lower edge to stand on
            title = f"{queue} {place} · {view}"
        if self._filter:
            title += f" · {self._filter_words or self._filter}"
        elif order:
            title += " · " + order_words(order)
        pane.entitle(brief(title, max(8, pane.size.width - 6)), place)

    def _view_title(self) -> str:
        for view in self.console.overview.views if self.console.overview else ():
            if view.name == self._view:
                return view_title(view)
        return self._view

    def _view_order(self) -> str:
        for view in self.console.overview.views if self.console.overview else ():
            if view.name == self._view:
                return view.order
        return ""

    def _tell_what_comes(self) -> None:
        """How many deadlines the next half hour brings: "3 due by 15:00"."""
        page = self.console.overview
        border = _next_half_hour(self.now)
        n = sum(1 for at in page.next_due if self.now < at < border) if page else 0
        words = ngettext("{n} due by {at}", "{n} due by {at}", n)
        text = words.format(n=digits(str(n)), at=minutes_of(border)) if n else ""
        self.query_one(ViewsPane).entitle(_("Views"), text)

    def _complain_of_filter(self, answer: Failed) -> None:
        if self._line is not None and self._filter and answer.kind == "wrong":
            self._line.complain(answer.message)
        elif answer.kind != "trouble":
            self.say(answer.message, "warning")

    # --- views and filter ----------------------------------------------------------------------

    def action_view(self, number: int) -> None:
        view = self.query_one(ViewsPane).view(number)
        if view is not None:
            self._open_view(view)

    def on_views_pane_chosen(self, event: ViewsPane.Chosen) -> None:
        self._open_view(event.view)

    def _open_view(self, view: ViewCount) -> None:
        self._narrow(view.name, "")
        if self._line is not None:
            self._line.shut()
        if self.console.overview:
            self.query_one(ViewsPane).show(self.console.overview.views, view.name)
        self._turn_to("queue")
        self.queue.focus()

    def show_filtered(self, filter: str, words: str) -> None:
        """Show what another screen asks for; the title says it in these words."""
        self._narrow(self._view, filter, words)
        self._turn_to("queue")
        self.queue.focus()

    def _narrow(self, view: str, filter: str, words: str = "") -> None:
        """Show another view or another filter, from its first row."""
        if (view, filter) == (self._view, self._filter):
            return
        self._view, self._filter, self._filter_words = view, filter, words
        self.queue.clear(_("Asking the desk …"))
        self._title_queue()
        self.changed()

    async def action_filter(self) -> None:
        self._turn_to("queue")
        if self._line is None:
            from console.ui.filter_help import FilterSuggester
            from console.ui.widgets.filter_line import FilterLine

            self._line = FilterLine(FilterSuggester(self._known), id="filter")
            await self.query_one("#queue-pane").mount(self._line, before=self.queue)
        self._line.open(self._filter)

    def on_filter_line_applied(self, event: FilterLine.Applied) -> None:
        from console.ui.filter_help import mistake

        line, wrong = self._line, mistake(event.filter)
        if line is None:
            return
        line.complain(*(wrong or ("",)))
        if wrong is not None:
            return
        self._narrow(self._view, event.filter)
        if event.done:
            if not event.filter:
                line.shut()
            self.queue.focus()

    def on_filter_line_left(self) -> None:
        """What was typed by half is not what the queue shows."""
        if self._line is None:
            return
        self._line.complain("")
        if self._filter:
            self._line.input.value = self._filter
        else:
            self._line.shut()

    def _known(self) -> Mapping[str, Sequence[str]]:
        """The desk's own values, for completion."""
        page = self.console.overview
        if page is None:
            return {}
        return {
            "source": [source.name for source in page.sources],
            "type": sorted({source.type for source in page.sources}),
            "owner": [person.name for person in page.team],
        }

    @work(group="act")
    async def action_save_view(self) -> None:
        if not self._filter:
            self.say(_("Filter the queue first: press /"))
            return
        name = await self.question(_("Name of the view"), body=self._filter, free=True)
        if name and name.strip():
            await self.act(SaveView(name.strip(), self._filter), _("View saved for the team."))

    def action_views(self) -> None:
        self._turn_to("views")
        self.query_one(ViewsPane).focus()


def _next_half_hour(now: datetime) -> datetime:
    """The next full or half hour that lies at least ten minutes ahead."""
    whole = now.replace(minute=0, second=0, microsecond=0)
    return next(
        whole + timedelta(minutes=30 * n)
        for n in range(1, 5)
        if whole + timedelta(minutes=30 * n) - now >= timedelta(minutes=10)
    )
