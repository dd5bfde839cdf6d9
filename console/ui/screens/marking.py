"""Many rows at once: what a key does to the chosen conversation it does to the marked ones."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.asks import (
    BULK_AT_ONCE,
    Ask,
    Assign,
    Bulk,
    BulkDone,
    Claim,
    SetPriority,
    SetStatus,
    Snooze,
    Tag,
)
from console.ui.screens.base import ConsoleScreen
from console.ui.words import _


class Marking(ConsoleScreen):
    """Acts on marked rows. Whoever inherits says which they are."""

    @property
    def marked(self) -> Sequence[int]:
        """The conversations that a key acts on instead of the chosen one; none by default."""
        return ()

    def unmark(self, conversations: Sequence[int]) -> None:
        """These are done; whatever could not be done stays marked."""

    async def act_on_marked(self, request: Ask) -> bool:
        """Do it to every marked row and say what came of it; False where nothing is marked."""
        if not self.marked or not isinstance(
            request, Claim | Assign | SetStatus | Snooze | Tag | SetPriority
        ):
            return False
        wanted = tuple(self.marked)
        if len(wanted) > BULK_AT_ONCE:
            self.say(_("At most {n} conversations at once.").format(n=BULK_AT_ONCE), "warning")
            return True
        answer = await self.ask(Bulk(wanted, request))
        if self.complain(answer) or not isinstance(answer, BulkDone):
            return True
        self.unmark(answer.done)
        undo = _("{text} · u takes it back").format(text=answer.text)
        self.say(
            undo if answer.undo else answer.text, "warning" if answer.not_done else "information"
        )
        self.changed()
        return True
