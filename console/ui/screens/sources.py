"""How each source is doing: when it last spoke, what it complains of, when it is asked again."""

from __future__ import annotations

from datetime import datetime

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.core.asks import Overview, OverviewPage, PollNow
from console.core.model import SourceHealth
from console.core.said import in_our_words
from console.ui.screens.base import ConsoleScreen
from console.ui.text import cell, literal
from console.ui.words import _, ago, channel_name, local_time


class SourcesScreen(ConsoleScreen):
    """A list on the left, everything about the chosen one on the right."""

    BINDINGS = [
        Binding("escape,q,s", "app.pop_screen", show=False, id="sources.close"),
        Binding("j", "move(1)", show=False, id="sources.down"),
        Binding("k", "move(-1)", show=False, id="sources.up"),
        Binding("R", "poll", show=False, id="sources.poll"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._sources: tuple[SourceHealth, ...] = ()
        self._minute = -1

    def compose(self) -> ComposeResult:
        with Horizontal(id="panes"):
            with VerticalScroll(classes="pane", id="source-list-pane") as pane:
                pane.border_title = _("Sources")
                yield OptionList(id="source-list", markup=False)
            with VerticalScroll(classes="pane", id="source-pane") as pane:
                pane.border_title = _("Health")
                pane.border_subtitle = _("Enter log · R asks it · Esc back")
                yield Static("", markup=False, id="source")

    def on_mount(self) -> None:
        if self.console.overview is not None:
            self._show(self.console.overview.sources)
        self.query_one(OptionList).focus()
        self.changed()

    def changed(self) -> None:
        self._ask()

    def tick(self, now: datetime) -> None:
        minute = int(now.timestamp() // 60)
        if minute != self._minute:
            self._minute = minute
            self._show(self._sources)

    @work(group="catch-up", exclusive=True)
    async def _ask(self) -> None:
        answer = await self.ask(Overview())
        if isinstance(answer, OverviewPage):
            self.console.overview = answer
            self._show(answer.sources)

    def _show(self, sources: tuple[SourceHealth, ...]) -> None:
        listed = self.query_one(OptionList)
        at = listed.highlighted or 0
        self._sources = sources
        listed.clear_options()
        listed.add_options([Option(self._line(source)) for source in sources])
        if sources:
            listed.highlighted = min(at, len(sources) - 1)
        self._describe()

    def _line(self, source: SourceHealth) -> Content:
        sign, style, word = _state(source)
        at = ago(source.last_success_at, self.now) if source.last_success_at else _("never")
        return Content.assemble(
            (f"{sign} ", style), cell(source.name, 14), " ", (f"{word:<10}", style), (at, "$muted")
        )

    def on_option_list_option_highlighted(self) -> None:
        self._describe()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """What its last polls gave."""
        from console.ui.screens.source_log import SourceLogScreen

        if event.option_index < len(self._sources):
            self.app.push_screen(SourceLogScreen(self._sources[event.option_index].name))

    def _describe(self) -> None:
        shown = self.query_one("#source", Static)
        at = self.query_one(OptionList).highlighted
        if at is None or at >= len(self._sources):
            shown.update(_("No sources are connected."))
            return
        source = self._sources[at]
        sign, style, word = _state(source)
        lines = [
            Content.assemble(
                (f"{sign} ", style),
                (literal(source.name).plain, "bold"),
                ("  " + literal(channel_name(source.name, source.type)).plain, "$muted"),
            ),
            Content.styled(word, style),
            Content(""),
        ]
        for title, value in self._facts(source):
            if value:
                lines.append(Content.assemble((f"{title:<16}", "$muted"), literal(value)))
        for title, text in ((_("Error"), source.error), (_("Note"), source.note)):
            if text:
                lines += [Content(""), Content.styled(title, "bold"), literal(in_our_words(text))]
        shown.update(Content("\n").join(lines))

    def _facts(self, source: SourceHealth) -> list[tuple[str, str]]:
        def when(at: datetime | None) -> str:
            return f"{local_time(at, self.now)}  ({ago(at, self.now)})" if at else _("never")

        following = local_time(source.next_poll_at, self.now) if source.next_poll_at else ""
        return [
            (_("last success"), when(source.last_success_at)),
            (_("last post"), when(source.last_post_at)),
            (_("next try"), following),
            (_("failures"), str(source.failures) if source.failures else ""),
            (_("posts"), str(source.posts)),
            (_("quota left"), in_our_words(source.quota_left)),
            (
                _("gap"),
                _("some posts before {at} may be missing").format(
                    at=local_time(source.gap_at, self.now)
                )
                if source.gap_at
                else "",
            ),
        ]

    def action_move(self, step: int) -> None:
        listed = self.query_one(OptionList)
        if step > 0:
            listed.action_cursor_down()
        else:
            listed.action_cursor_up()

    @work(group="act")
    async def action_poll(self) -> None:
        at = self.query_one(OptionList).highlighted
        if at is None or at >= len(self._sources):
            return
        if not self.complain(await self.ask(PollNow(self._sources[at].name))):
            self.say(_("It is being asked."))


def _state(source: SourceHealth) -> tuple[str, str, str]:
    if source.retired:
        return "✗", "$muted", _("retired")
    if source.error:
        return "⚠", "$trouble bold", _("failing")
    if source.quiet:
        return "◦", "$soon", _("quiet")
    return "✓", "$positive", _("well")
