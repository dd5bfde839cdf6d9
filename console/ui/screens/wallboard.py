"""The wallboard: large figures for a screen on the wall. No key does anything on it."""

from __future__ import annotations

from datetime import datetime, timedelta

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Grid, Vertical
from textual.content import Content
from textual.widgets import Static

from console.core.asks import Failed, Lead, LeadPage, Number
from console.core.number_words import title, value
from console.core.spikes import sentence as unhappier
from console.ui.screens.base import ConsoleScreen
from console.ui.text import literal
from console.ui.widgets.big_figure import BigFigure
from console.ui.words import _, minutes_of
from console.ui.words_of_figures import forecast_sentence

ASK_EVERY = timedelta(seconds=10)

FIGURES = ("late", "soon", "arrived", "answered", "frt.attainment", "first.median")


class WallboardScreen(ConsoleScreen):
    """Six figures, the forecast, and what is wrong."""

    def __init__(self) -> None:
        super().__init__()
        self._asked_at: datetime | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="wall"):
            yield Static("", markup=False, id="wall-clock")
            with Grid(id="wall-figures"):
                for name in FIGURES:
                    with Vertical(classes="wall-figure", id=f"wall-{_plain(name)}"):
                        yield BigFigure()
                        yield Static(literal(title(name)), markup=False, classes="wall-title")
            yield Static(_("Asking the desk …"), markup=False, id="wall-said")

    def on_mount(self) -> None:
        self.tick(self.now)

    def on_key(self, event: events.Key) -> None:
        # whoever leans on the keyboard changes nothing; ^Q leaves, as everywhere.
        event.stop()

    def tick(self, now: datetime) -> None:
        self.query_one("#wall-clock", Static).update(Content(minutes_of(now)))
        if self.console.connected and (not self._asked_at or now - self._asked_at >= ASK_EVERY):
            self._ask()

    def met(self, welcome: object) -> None:
        del welcome
        self._ask()

    def lost(self, why: str) -> None:
        self.query_one("#wall-said", Static).update(literal(why))

    @work(group="catch-up", exclusive=True)
    async def _ask(self) -> None:
        self._asked_at = self.now
        answer = await self.ask(Lead())
        if isinstance(answer, LeadPage):
            self._draw(answer)
        elif isinstance(answer, Failed):
            self.query_one("#wall-said", Static).update(literal(answer.message))

    def _draw(self, page: LeadPage) -> None:
        known: dict[str, Number] = {one.name: one for one in (*page.today, *page.live)}
        for name in FIGURES:
            figure = self.query_one(f"#wall-{_plain(name)}").query_one(BigFigure)
            figure.show(_large(known.get(name)))
            # nothing late is no alarm.
            figure.set_class(not (known[name].n if name in known else 0), "-none")
        said = [forecast_sentence(page, self.now), unhappier(page.spikes)]
        self.query_one("#wall-said", Static).update(literal("\n".join(filter(None, said))))


def _plain(name: str) -> str:
    return name.replace(".", "-")


def _large(number: Number | None) -> str:
    """Times as hours and minutes; few values have no median, and the board shows none."""
    if number is None or number.value is None:
        return "-"
    if number.unit == "seconds":
        minutes = round(number.value / 60)
        return f"{minutes // 60}:{minutes % 60:02}"
    return value(number).replace(" ", "")
