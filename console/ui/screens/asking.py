"""What the desk screen asks the desk, and when: after a change, once, and only what shows it."""

from __future__ import annotations

import asyncio

from textual import work
from textual.timer import Timer

from console.core.asks import (
    Calendars,
    CalendarsPage,
    ConversationPage,
    Failed,
    Overview,
    OverviewPage,
    Queue,
    QueuePage,
    Show,
)
from console.core.open_hours import OpenHours
from console.ui.screens.narrowing import Narrowing
from console.ui.widgets.conversation import ConversationPane
from console.ui.widgets.status_bar import StatusBar
from console.ui.widgets.views import ViewsPane
from console.ui.words import _

COUNT_EVERY_S = 0.4
"""Counts are for the eye: at once and always, and twenty consoles keep the desk counting."""


class Asking(Narrowing):
    """Queue, conversation and counts follow the desk; what is answered too late fills nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._opening = True
        self._stale = self._stale_talk = False
        self._catching_up = False
        self._asked = self._answered = 0
        self._pending: int | None = None
        self._mood_told = False
        self._rules_version = 0
        self._count_timer: Timer | None = None

    @property
    def pane(self) -> ConversationPane:
        return self.query_one(ConversationPane)

    def _open(self) -> None:
        """From now on what changes is painted at once."""
        if self._opening:
            self._opening = False
            self.refresh()

    def _compositor_refresh(self) -> None:
        if not self._opening:
            super()._compositor_refresh()

    def touched(self, conversations: frozenset[int] | None) -> None:
        if conversations is None or self._in_hand in conversations:
            self._stale_talk = True

    def changed(self) -> None:
        self._stale = True
        if not self._catching_up and self.is_current and self.console.connected:
            self._catching_up = True
            self._catch_up()

    @work(group="catch-up")
    async def _catch_up(self) -> None:
        try:
            while self._stale:
                self._stale = False
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._ask_queue(*self.queue.hand.wanted()))
                    if self._stale_talk and self._in_hand is not None:
                        group.create_task(self._ask_conversation(self._in_hand))
                    self._stale_talk = False
        finally:
            self._catching_up = False
            self._count_soon()

    @property
    def _in_hand(self) -> int | None:
        """The conversation on show, or the one that was asked for in its place."""
        return self.pane.conversation if self._pending is None else self._pending

    async def _ask_queue(self, first: int, count: int, keep: int | None = None) -> None:
        row = self.queue.pointed
        keep = keep if keep is not None else row.id if row else None
        view, filter = self._view, self._filter
        answer = await self.ask(Queue(view, filter, "", first, max(count, 30), keep))
        if (view, filter) != (self._view, self._filter):
            return
        if isinstance(answer, QueuePage):
            if row is None and keep is not None:
                self.queue.hand.land_on(keep)
            self.queue.show(answer, keep, self.now)
            self._open()
            if self._line is not None and self._line.input.value.strip() == filter:
                # what is typed and wrong was never asked for; its complaint stays
                self._line.complain("")
            self._title_queue()
        elif isinstance(answer, Failed):
            self._complain_of_filter(answer)

    def _count_soon(self) -> None:
        """Ask for the counts after the rows are drawn, which matter more."""
        if self.console.overview is None:
            self._count()
        elif self._count_timer is None:
            self._count_timer = self.set_timer(COUNT_EVERY_S, self._count)

    def _count(self) -> None:
        self._count_timer = None
        if self.console.connected:
            self._ask_overview()

    @work(group="count", exclusive=True)
    async def _ask_overview(self) -> None:
        answer = await self.ask(Overview())
        if isinstance(answer, OverviewPage):
            self.console.overview = answer
            self.query_one(StatusBar).show_overview(answer)
            await self._follow_calendars(answer.rules_version)
            if answer.mood == "off" and not self._mood_told:
                self._mood_told = True
                self.say(_("Mood is off: the sentiment model is not installed."))
            self.query_one(ViewsPane).show(answer.views, self._view)
            self._tell_what_comes()
            self._title_queue()
        elif isinstance(answer, Failed) and answer.kind != "trouble":
            self.query_one(StatusBar).complain(answer.message)

    async def _follow_calendars(self, rules_version: int) -> None:
        """Count in the desk's calendars as they are now: a reload or a holiday changes them."""
        before, self._rules_version = self._rules_version, rules_version
        if before in (0, rules_version):
            return
        page = await self.ask(Calendars())
        if isinstance(page, CalendarsPage):
            self.queue.hours = self.pane.hours = OpenHours(page.calendars)
            self.queue.draw_anew()
            self.pane.draw_anew()

    async def _turn_to_conversation(self, conversation: int) -> None:
        """Show this one from now on, unless the person goes on while the desk answers."""
        self._pending = conversation
        await self._ask_conversation(conversation)
        if self._pending == conversation:
            self._pending = None

    async def _ask_conversation(self, conversation: int) -> None:
        self._asked = turn = self._asked + 1
        answer = await self.ask(Show(conversation))
        if conversation not in (self.pane.conversation, self._pending) or turn < self._answered:
            # the person went on while the desk answered, or a later question was answered first
            return
        self._answered = turn
        if isinstance(answer, ConversationPage):
            self.pane.show(answer, self.now)
            self.console.see(answer)
        elif isinstance(answer, Failed) and answer.kind == "not_found":
            self.pane.clear(answer.message)
        elif isinstance(answer, Failed) and answer.kind == "trouble":
            # nobody answered: it is still to be asked, with the next change
            self._stale_talk = True
