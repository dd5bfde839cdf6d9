"""The desk screen: views, the live queue, the conversation, the reply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace
from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Static

from console.core.asks import (
    ConversationPage,
    Look,
    Welcome,
)
from console.core.model import QueueRow
from console.core.open_hours import OpenHours
from console.ui.commands import BY_ID, COMMANDS, bindings
from console.ui.screens.asking import Asking
from console.ui.screens.narrowing import PANES_FROM
from console.ui.widgets.conversation import ConversationPane
from console.ui.widgets.framed import Pane
from console.ui.widgets.held_line import HeldLine
from console.ui.widgets.key_line import KeyLine
from console.ui.widgets.queue import LiveQueue
from console.ui.widgets.status_bar import StatusBar
from console.ui.widgets.views import ViewsPane
from console.ui.words import _, mark

SHOW_AFTER_S = 0.08
"""The cursor rests this long on a row before its conversation is asked for."""

OPENED_WITHIN_S = 0.15
"""The first paint waits so long for the rows: a frame without them is drawn for nobody."""

WIDE, NARROW, TINY = 132, 40, 0


class DeskScreen(Asking):
    """Three panes where they fit, pages where they do not."""

    BINDINGS = bindings("desk")
    HORIZONTAL_BREAKPOINTS = [
        (TINY, "-tiny"),
        (NARROW, "-narrow"),
        (PANES_FROM, "-middle"),
        (WIDE, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (10, "-low"), (20, "-high")]

    def __init__(self) -> None:
        super().__init__()
        self._show_timer: Timer | None = None
        self._looking_at: int | None = None

    def compose(self) -> ComposeResult:
        yield StatusBar(id="status")
        with Horizontal(id="panes"):
            yield ViewsPane(id="views-pane", classes="pane")
            with Pane(id="queue-pane", classes="pane"):
                yield LiveQueue(id="queue")
            with Pane(id="talk-pane", classes="pane"):
                yield ConversationPane(id="conversation")
        yield HeldLine(id="held")
        yield KeyLine(id="keys")
        yield Static(_("Shiftdesk needs 40 columns and 10 lines."), markup=False, id="too-small")

    async def on_mount(self) -> None:
        self.query_one(ViewsPane).entitle(_("Views"))
        self._title_queue()
        self.query_one("#talk-pane", Pane).entitle(_("Conversation"))
        self.queue.clear(_("Asking the desk …"))
        self.tick(self.now)
        self.set_timer(OPENED_WITHIN_S, self._open)
        self.queue.focus()
        await self.console.begin()

    # --- parts ---------------------------------------------------------------------------------

    @property
    def in_conversation(self) -> bool:
        """Whether keys mean the conversation on show, and not the row under the cursor."""
        if self.drafting is not None or self.pane.has_focus:
            return True
        return not self._talk_in_sight and self._page_name == "conversation"

    @property
    def chosen(self) -> QueueRow | None:
        if not self.in_conversation:
            return self.queue.pointed
        if self.pane.page is not None:
            return self.pane.page.conversation.row
        # opened a moment ago: a key typed at once means it, though the desk has not answered yet
        row = self.queue.pointed
        return row if row is not None and row.id == self._pending else None

    @property
    def shown(self) -> ConversationPage | None:
        page = self.pane.page
        if page is None or self.in_conversation:
            return page
        row = self.queue.pointed
        return page if row is not None and row.id == page.conversation.row.id else None

    @property
    def marked(self) -> Sequence[int]:
        return () if self.in_conversation else tuple(self.queue.marked)

    def unmark(self, conversations: Sequence[int]) -> None:
        self.queue.unmark(conversations)

    # --- what the app tells --------------------------------------------------------------------

    def met(self, welcome: Welcome) -> None:
        hours = OpenHours(welcome.calendars)
        me = welcome.you.name
        self.queue.me, self.queue.hours = me, hours
        self.pane.me, self.pane.hours, self.pane.keys = me, hours, self.console.keys
        self._rules_version = 0
        self.query_one(StatusBar).meet(welcome, observe=self.console.observing)
        self._show_keys()
        self.touched(None)
        self.changed()
        if self.drafting is not None:
            self.save_soon()

    def rendering_changed(self) -> None:
        self.queue.draw_anew()
        self.pane.draw_anew()

    def lost(self, why: str) -> None:
        self._open()
        self.query_one(StatusBar).lose(why)

    def on_screen_resume(self) -> None:
        self.tick(self.now)
        if self._stale:
            self.changed()

    def tick(self, now: datetime) -> None:
        self.query_one(StatusBar).tick(now)
        self.queue.tick(now)
        self.pane.tick(now)
        self.query_one(HeldLine).tick(now)

    # --- the queue -----------------------------------------------------------------------------

    async def on_live_queue_wanted(self, event: LiveQueue.Wanted) -> None:
        if self.console.connected:
            self._fill(event.first, event.count, event.keep)

    @work(group="window", exclusive=True)
    async def _fill(self, first: int, count: int, keep: int | None) -> None:
        await self._ask_queue(first, count, keep)

    def on_live_queue_pointed(self, event: LiveQueue.Pointed) -> None:
        self._title_queue()
        if self.drafting is not None:
            return
        if self._show_timer is not None:
            self._show_timer.stop()
            self._show_timer = None
        if event.row is None:
            self._show_nothing()
        elif self._talk_in_sight:
            self._show_timer = self.set_timer(SHOW_AFTER_S, self._show_pointed)

    def _show_pointed(self) -> None:
        self._show_timer = None
        row = self.queue.pointed
        if self.drafting is not None:
            return
        if row is not None:
            self._show(row.id)
        elif not self.pane.has_focus:
            self._show_nothing()

    def _show_nothing(self) -> None:
        """The queue is empty: an answer that is still on its way must not fill the pane again."""
        self._pending = None
        self.pane.clear()

    @work(group="show", exclusive=True)
    async def _show(self, conversation: int) -> None:
        await self._turn_to_conversation(conversation)
        if self._looking_at != conversation:
            self._looking_at = conversation
            await self.ask(Look(conversation, "viewing"))

    async def on_live_queue_opened(self, event: LiveQueue.Opened) -> None:
        if self.drafting is not None and self.drafting.conversation != event.row.id:
            await self.shut_editor()
        if self.pane.conversation != event.row.id:
            self.pane.clear(_("Asking the desk …"))
        self._pending = event.row.id
        self._show(event.row.id)
        self._turn_to("conversation")
        self.pane.focus()

    def leave(self, conversation: int) -> None:
        self.queue.hand.let_go(conversation)
        if self.pane.conversation == conversation:
            self._turn_to("queue")
            self.queue.focus()

    def point_to(self, conversation: int) -> None:
        self._to_conversation(conversation)

    @work(group="show", exclusive=True)
    async def _to_conversation(self, conversation: int) -> None:
        if self.drafting is not None and self.drafting.conversation != conversation:
            await self.shut_editor()
        first, count = self.queue.hand.wanted()
        self.queue.hand.land_on(conversation)
        await self._ask_queue(first, count, conversation)
        self.changed()
        await self._turn_to_conversation(conversation)
        if self._talk_in_sight or not self.queue.hand.holds(conversation):
            self._turn_to("conversation")

    # --- pages ---------------------------------------------------------------------------------

    async def action_back(self) -> None:
        line = self._line
        if line is not None and line.has_class("-open") and line.input.has_focus:
            line.shut()
            self._narrow(self._view, "")
            self.queue.focus()
        elif self.drafting is not None:
            await self.shut_editor()
            self._show_pointed()
        elif self._page_name != "queue":
            self._turn_to("queue")
            self.queue.focus()
        elif self.queue.marked:
            self.queue.unmark(tuple(self.queue.marked))
        elif self._filter:
            if line is not None:
                line.shut()
            self._narrow(self._view, "")
        else:
            self.queue.focus()

    def editor_opened(self, page: ConversationPage) -> None:
        self.pane.show(page, self.now)
        self._turn_to("conversation")
        self._show_keys()

    def editor_shut(self) -> None:
        self._show_keys()
        (self.queue if self._talk_in_sight else self.pane).focus()
        if self.queue.pointed is None:
            # the row went while the editor was open, and nobody told the pane
            self.call_later(self._show_pointed)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        return self.console.may_run("desk", action)

    def _show_keys(self) -> None:
        if self.drafting is None:
            shown = [command for command in COMMANDS if command.line]
        elif self.drafting.note:
            note = replace(BY_ID["reply.send"], title=mark("Add the note"))
            shown = [note, BY_ID["reply.editor"], BY_ID["back"]]
        else:
            shown = [command for command in COMMANDS if command.room == "reply"]
            shown.append(BY_ID["back"])
        allowed = [command for command in shown if self.console.may(command)]
        self.query_one(KeyLine).show(allowed, self.console.keys)
