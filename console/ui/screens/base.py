"""What every screen of the console has: the line to the desk, the time, a voice."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, cast

from textual.screen import Screen

from console.core.asks import Answer, Ask, Failed, OverviewPage, Welcome
from console.ui.text import has_rtl, literal

if TYPE_CHECKING:
    from console.ui.app import ConsoleApp

_TOAST, _TOAST_EDGES = 60, 4
"""Columns of a toast, at most half of the screen, and those that are not for words."""


class ConsoleScreen(Screen[None]):
    """A screen that draws the desk's answers."""

    @property
    def console(self) -> ConsoleApp:
        return cast("ConsoleApp", self.app)

    @property
    def now(self) -> datetime:
        """The desk's time."""
        return self.console.now

    async def ask(self, request: Ask) -> Answer:
        """The desk's answer; `Failed` also where no desk answers."""
        return await self.console.ask(request)

    def say(
        self, sentence: str, severity: Literal["information", "warning", "error"] = "information"
    ) -> None:
        """A sentence that shows for some seconds."""
        # wrapped here: of lines in visual order a toast would show the last words first.
        room = min(_TOAST, self.app.size.width // 2) - _TOAST_EDGES
        words = literal(sentence, room).plain if has_rtl(sentence) else literal(sentence).plain
        self.notify(words, severity=severity, markup=False)

    def complain(self, answer: Answer) -> bool:
        """Say what went wrong, if something did."""
        if isinstance(answer, Failed):
            self.say(answer.message, "warning" if answer.kind in ("stale", "denied") else "error")
            return True
        return False

    # --- what the app tells its screens; each takes what it needs ------------------------------

    def met(self, welcome: Welcome) -> None:
        """A desk answers."""

    def lost(self, why: str) -> None:
        """The desk is lost."""

    def touched(self, conversations: frozenset[int] | None) -> None:
        """Something changed in these conversations, None for any; `changed` follows."""

    def changed(self) -> None:
        """The desk has news."""

    def rendering_changed(self) -> None:
        """Text is laid out in another way from now on."""

    def tick(self, now: datetime) -> None:
        """A second passed."""

    def show_overview(self, overview: OverviewPage) -> None:
        """New counts."""
