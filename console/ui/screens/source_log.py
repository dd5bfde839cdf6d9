"""One source's log: what each of its last polls gave, as it goes on."""

from __future__ import annotations

from datetime import datetime, timedelta

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from console.core.asks import Failed, PollNow, SourceLog, SourceLogPage
from console.core.poll_words import Stretch, gave, stretches, took
from console.ui.screens.base import ConsoleScreen
from console.ui.text import literal
from console.ui.words import _, local_time

ASK_EVERY = timedelta(seconds=2)
"""A poll without news tells no console: the log is asked for."""

_STYLES = {"⚠": "$trouble", "✓": "$positive", "·": "$muted"}
_STATUS, _TOOK = 4, 7


class SourceLogScreen(ConsoleScreen):
    """The newest first; stretches without news are one line."""

    BINDINGS = [
        Binding("escape,q", "app.pop_screen", show=False, id="source_log.close"),
        Binding("j,down", "scroll(1)", show=False, id="source_log.down"),
        Binding("k,up", "scroll(-1)", show=False, id="source_log.up"),
        Binding("R", "poll", show=False, id="source_log.poll"),
    ]

    def __init__(self, source: str) -> None:
        super().__init__()
        self._source = source
        self._page: SourceLogPage | None = None
        self._asked_at: datetime | None = None

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="pane page", id="source-log-pane") as pane:
            pane.border_title = literal(_("Log of {name}").format(name=self._source))
            pane.border_subtitle = _("R asks it now · Esc goes back")
            yield Static(_("Asking the desk …"), markup=False, id="source-log")

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()
        self._ask()

    def on_resize(self) -> None:
        self._draw()

    def changed(self) -> None:
        self._ask()

    def tick(self, now: datetime) -> None:
        if self._asked_at is None or now - self._asked_at >= ASK_EVERY:
            self._ask()

    @work(group="catch-up", exclusive=True)
    async def _ask(self) -> None:
        if not self.is_current:
            return
        self._asked_at = self.now
        answer = await self.ask(SourceLog(self._source))
        if isinstance(answer, SourceLogPage) and answer != self._page:
            self._page = answer
            self._draw()
        elif isinstance(answer, Failed):
            self.query_one("#source-log", Static).update(literal(answer.message))

    def _draw(self) -> None:
        if self._page is None:
            return
        found = stretches(self._page.polls)
        times = [local_time(one.poll.at, self.now) for one in found]
        width = max(map(len, (_("when"), *times)))
        lines = [
            line
            for one, time in zip(found, times, strict=True)
            for line in self._lines(one, time.rjust(width))
        ]
        when, took, what = _("when"), _("took"), _("what")
        head = Content.styled(
            f"{when:<{width}}     {'HTTP':>{_STATUS}}  {took:>{_TOOK}}  {what}", "$head"
        )
        empty = [Content.styled(_("It has not been asked yet."), "$muted")]
        self.query_one("#source-log", Static).update(
            Content("\n").join([head, *lines] if lines else empty)
        )

    def _lines(self, one: Stretch, time: str) -> list[Content]:
        """The facts in columns, then the words, on as many lines as they need."""
        poll, style = one.poll, _STYLES[one.sign]
        status = str(poll.status or "")
        facts = Content.assemble(
            (f"{time}  ", "$muted"),
            (f"{one.sign}  ", style),
            (f"{status:>{_STATUS}}  {took(poll):>{_TOOK}}  ", "$muted"),
        )
        indent = len(time) + _STATUS + _TOOK + 9
        room = max(20, self.size.width - indent - 5)
        words = literal(gave(poll), room).split("\n")
        rest = [Content(" " * indent) + Content.styled(line.plain, style) for line in words[1:]]
        lines = [facts + Content.styled(words[0].plain, style), *rest]
        if one.since is not None:
            times = _("{n} times since {at}").format(
                n=one.count, at=local_time(one.since, self.now)
            )
            lines[-1] += Content.styled(f"  {times}", "$muted")
        return lines

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    @work(group="act")
    async def action_poll(self) -> None:
        if not self.complain(await self.ask(PollNow(self._source))):
            self.say(_("It is being asked."))
