"""The team's snippets, offered for the conversation that is being answered."""

from __future__ import annotations

from textual.content import Content

from console.core.asks import Answer, Ask, Snippets, SnippetShown, SnippetsPage
from console.ui.screens.picking import Picking, columns
from console.ui.text import cell, literal
from console.ui.words import _, ngettext

_COUNT = 50


class SnippetsDialog(Picking[SnippetShown]):
    """Searches titles loosely and texts by their words; those used on similar items come first."""

    def __init__(self, conversation: int) -> None:
        super().__init__(
            _("Snippets"),
            _("Enter inserts · Tab then jumps to the next blank"),
            _("No snippet fits. The folder is named in the configuration, under [snippets]."),
        )
        self._conversation = conversation

    def question(self, words: str) -> Ask:
        return Snippets(self._conversation, words, _COUNT)

    def answers(self, answer: Answer) -> tuple[tuple[SnippetShown, ...], str]:
        if isinstance(answer, SnippetsPage):
            return answer.snippets, answer.trouble
        return (), ""

    def line(self, one: SnippetShown, width: int) -> Content:
        uses = ngettext("{n} use", "{n} uses", one.uses).format(n=one.uses) if one.uses else ""
        room = max(4, width - 4 - 12)
        return columns(
            [
                cell(one.title, room),
                cell(one.language, 2, style="$muted"),
                (f"{uses:>10}", "$muted"),
            ]
        )

    def whole(self, one: SnippetShown, width: int) -> Content:
        return literal(one.text, width)

    def text(self, one: SnippetShown) -> str:
        return one.text
