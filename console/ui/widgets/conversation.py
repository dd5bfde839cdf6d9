"""The conversation pane: one text in one scroller, made anew when something about it changed."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from console.core.asks import ConversationPage
from console.core.model import Reply
from console.core.open_hours import OpenHours
from console.ui.countdown import countdown
from console.ui.widgets.talk import talk
from console.ui.words import _


class ConversationPane(VerticalScroll, can_focus=True):
    """Shows a `ConversationPage`; keeps its scroll position while the same one is updated."""

    BINDINGS = [
        Binding("j,down", "scroll_down", show=False, id="talk.down"),
        Binding("k,up", "scroll_up", show=False, id="talk.up"),
        Binding("g,home", "scroll_home", show=False, id="talk.first"),
        Binding("G,end", "scroll_end", show=False, id="talk.last"),
        Binding("enter", "whole", show=False, id="talk.whole"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.me = ""
        self.hours = OpenHours({})
        self.keys: dict[str, str] = {}
        self.page: ConversationPage | None = None
        self._now: datetime | None = None
        self._whole = False
        self._minute = 0
        self._until: datetime | None = None
        """When the head's countdown says something else."""
        self._lines = 0

    def compose(self) -> ComposeResult:
        yield Static("", markup=False, id="talk")

    @property
    def conversation(self) -> int | None:
        """The id of what is shown."""
        return self.page.conversation.row.id if self.page else None

    @property
    def held(self) -> Reply | None:
        """My newest reply that can still be taken back."""
        if self.page is None:
            return None
        held = [
            reply
            for reply in self.page.conversation.replies
            if reply.state == "held" and reply.author == self.me
        ]
        return held[-1] if held else None

    def show(self, page: ConversationPage, now: datetime) -> None:
        """Draw this conversation; another one than before starts at the customer's newest words."""
        same = self.conversation == page.conversation.row.id
        if same and page == self.page:
            return
        self.page, self._now = page, now
        if not same:
            self._whole = False
        self._draw(scroll=not same)

    def clear(self, sentence: str = "") -> None:
        """Show nothing, or why there is nothing."""
        self.page = None
        self._lines = 0
        self.query_one("#talk", Static).update(sentence or _("No conversation."))

    def tick(self, now: datetime) -> None:
        """Let time pass: once a minute, when the countdown in the head says something else, and
        every second while a reply is held."""
        self._now = now
        minute = int(now.timestamp() // 60)
        if self.page is None:
            return
        if minute != self._minute or self.held or (self._until and now >= self._until):
            self._minute = minute
            self._draw(scroll=False)

    def action_whole(self) -> None:
        self._whole = True
        self._draw(scroll=False)

    def on_resize(self) -> None:
        self._draw(scroll=False)

    def draw_anew(self) -> None:
        """Draw the text again: its layout is another now."""
        self._draw(scroll=False)

    def _draw(self, *, scroll: bool) -> None:
        width = self.scrollable_content_region.width - 1
        if self.page is None or self._now is None or width < 2:
            return
        self._until = countdown(self.page.conversation.row, self._now, self.hours).until
        made = talk(
            self.page.conversation,
            width=width,
            now=self._now,
            hours=self.hours,
            me=self.me,
            whole=self._whole,
            key_of=self.keys,
        )
        shown = self.query_one("#talk", Static)
        if shown.content != made.content:
            # the layout of a whole screen, only where the text has another height
            lines = made.content.plain.count("\n")
            shown.update(made.content, layout=lines != self._lines)
            self._lines = lines
        if scroll:
            height = self.scrollable_content_region.height
            lines = made.content.plain.count("\n") + 1
            # the head stays in sight where everything fits, else the newest words start the pane.
            at = made.newest - 1 if lines > height else 0
            self.call_after_refresh(self.scroll_to, y=max(0, at), animate=False)
