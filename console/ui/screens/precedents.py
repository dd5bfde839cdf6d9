"""How the team answered before: sent replies, those to the most similar texts first."""

from __future__ import annotations

from textual.content import Content

from console.core.asks import Answer, AnsweredBefore, Ask, Precedent, PrecedentsPage
from console.ui.screens.picking import Picking, columns
from console.ui.text import cell, literal
from console.ui.words import _, local_time

_COUNT = 50


class PrecedentsDialog(Picking[Precedent]):
    """Without words: answers to customers who wrote alike; with some: replies that hold them."""

    def __init__(self, conversation: int) -> None:
        super().__init__(
            _("How did we answer this before?"),
            _("Enter inserts · ^Y copies"),
            _("Nothing like this was answered yet."),
        )
        self._conversation = conversation

    def question(self, words: str) -> Ask:
        return AnsweredBefore(self._conversation, words, _COUNT)

    def answers(self, answer: Answer) -> tuple[tuple[Precedent, ...], str]:
        return (answer.precedents if isinstance(answer, PrecedentsPage) else ()), ""

    def line(self, one: Precedent, width: int) -> Content:
        at = local_time(one.at, self.console.now)
        room = max(4, width - 12 - 8 - 5 - 3)
        return columns(
            [
                (f"{at:<12}", "$muted"),
                cell(one.who, 8),
                (f"{one.alike:>4.0%}", "$muted"),
                cell(one.text, room),
            ]
        )

    def whole(self, one: Precedent, width: int) -> Content:
        asked = literal(one.asked, width, style="$muted")
        return Content.assemble(asked, "\n\n", literal(one.text, width))

    def text(self, one: Precedent) -> str:
        return one.text
