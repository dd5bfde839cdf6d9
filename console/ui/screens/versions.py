"""Earlier texts of a draft, to bring one of them back."""

from __future__ import annotations

from textual.content import Content

from console.core.asks import Answer, Ask, DraftHistory, DraftHistoryPage
from console.core.model import Draft
from console.ui.screens.picking import Picking, columns
from console.ui.text import cell, literal
from console.ui.words import _, local_time


class VersionsDialog(Picking[Draft]):
    """The newest first; what is chosen takes the place of the draft, which stays in the history."""

    searched = False

    def __init__(self, conversation: int) -> None:
        super().__init__(
            _("Earlier texts of your draft"),
            _("Enter brings it back · ^Y copies"),
            _("There is no earlier text."),
        )
        self._conversation = conversation

    def question(self, words: str) -> Ask:
        del words
        return DraftHistory(self._conversation)

    def answers(self, answer: Answer) -> tuple[tuple[Draft, ...], str]:
        return (answer.drafts if isinstance(answer, DraftHistoryPage) else ()), ""

    def line(self, one: Draft, width: int) -> Content:
        at = local_time(one.saved_at, self.console.now)
        kind = _("note") if one.note else _("reply")
        room = max(4, width - 12 - 8 - 2)
        return columns([(f"{at:<12}", "$muted"), cell(kind, 8), cell(one.text, room)])

    def whole(self, one: Draft, width: int) -> Content:
        return literal(one.text, width)

    def text(self, one: Draft) -> str:
        return one.text
