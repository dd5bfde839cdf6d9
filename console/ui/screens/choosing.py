"""The conversation that a key acts on: asked about, acted on, spoken of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from textual.content import Content

from console.core.asks import Ask, ConversationPage, Done
from console.core.model import QueueRow
from console.ui.screens.marking import Marking
from console.ui.words import _


class Choosing(Marking):
    """What every command of a conversation stands on. Whoever inherits says which one is chosen."""

    @property
    def chosen(self) -> QueueRow | None:
        """The conversation that a key acts on."""
        raise NotImplementedError

    @property
    def shown(self) -> ConversationPage | None:
        """The chosen conversation in full, if the desk has given it yet."""
        raise NotImplementedError

    def leave(self, conversation: int) -> None:
        """It was sent away by the person here: its row may go."""
        raise NotImplementedError

    def point_to(self, conversation: int) -> None:
        """Show this conversation, wherever it stands."""
        raise NotImplementedError

    def put_back(self, conversation: int) -> None:
        """Its text came back to the draft."""
        raise NotImplementedError

    async def act(self, request: Ask, said: str = "", *, away: bool = False) -> bool:
        """Ask for it, say what came of it; with `away` the row may leave the queue.

        True if it was done to the chosen one alone; marked rows say themselves what came of it.
        """
        if await self.act_on_marked(request):
            return False
        if away:
            self.leave(cast(int, getattr(request, "conversation", 0)))
        answer = await self.ask(request)
        if self.complain(answer):
            return False
        text = answer.text if isinstance(answer, Done) and answer.text else said
        if text:
            undo = isinstance(answer, Done) and answer.undo
            self.say(_("{text} · u takes it back").format(text=text) if undo else text)
        self.changed()
        return True

    async def question(
        self,
        title: str,
        choices: Sequence[tuple[str, str]] = (),
        *,
        body: str = "",
        free: bool = False,
    ) -> str | None:
        """The person's answer, None where they changed their mind."""
        # questions and readings are imported when first asked: a start does without them.
        from console.ui.screens.question import Question

        return await self.app.push_screen_wait(Question(title, choices, body=body, free=free))

    def read(self, title: str, text: Content) -> None:
        """Something to read over the screen."""
        from console.ui.screens.reading import Reading

        self.app.push_screen(Reading(Content(title), text))
