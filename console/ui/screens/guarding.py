"""What the send guard says, and a lead's yes to a drafter's reply, which it guards too."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from console.core.asks import Decide, Guarded, Queued
from console.core.past import said
from console.ui.words import _, local_time

if TYPE_CHECKING:
    from console.core.model import Reply
    from console.ui.screens.base import ConsoleScreen


def what_is_newer(answer: Guarded, now: datetime) -> str:
    """One line for each thing that stands against sending."""
    return "\n".join(
        f"{local_time(one.at, now)} {one.actor}: {said(one.what)}" for one in answer.conflicts
    )


async def approve(screen: ConsoleScreen, reply: Reply) -> bool:
    """Let a drafter's reply go, over the guard only if the person says so; whether it went.

    It can be taken back for as long as a reply of one's own.
    """
    answer = await screen.ask(Decide(reply.id, "approve"))
    if isinstance(answer, Guarded):
        from console.ui.screens.question import Question

        question = Question(
            _("Not sent: something is newer than this reply"),
            [("look", _("Look at it first")), ("anyway", _("Approve it anyway"))],
            body=what_is_newer(answer, screen.now),
        )
        if await screen.app.push_screen_wait(question) != "anyway":
            return False
        answer = await screen.ask(Decide(reply.id, "approve", anyway=True))
    if screen.complain(answer) or not isinstance(answer, Queued):
        return False
    screen.console.hold(answer.reply, "")
    screen.say(_("Approved: it is on its way. · u takes it back"))
    return True
