"""What was written before: earlier texts of a draft, and answers to customers who wrote alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from console.core.asks import (
    Answer,
    AnsweredBefore,
    DraftHistory,
    DraftHistoryPage,
    PrecedentsPage,
)

if TYPE_CHECKING:
    from console.desk.desk import Desk
    from console.desk.who import Who

_MOST = 50
_COMPARED = 100
"""Answers that are compared before the best are given."""
_LONGEST_COMPARED = 1000
"""Characters of a text that tell what it is about."""


async def draft_history(desk: Desk, who: Who, ask: DraftHistory) -> Answer:
    """Earlier texts of one's own draft."""
    return DraftHistoryPage(drafts=await desk.store.draft_history(ask.conversation, who.name))


async def answered_before(desk: Desk, who: Who, ask: AnsweredBefore) -> Answer:
    """The most alike first; answers in the customer's language before others."""
    from rapidfuzz.fuzz import token_set_ratio
    from rapidfuzz.utils import default_process

    conversation = await desk.store.conversation(ask.conversation, who.name, see_drafts=False)
    text = next((t.text for t in reversed(conversation.turns) if t.kind == "inbound"), "")
    if ask.words.strip():
        found = await desk.store.answers_with(ask.words, ask.conversation, _COMPARED)
    else:
        found = await desk.store.answers_like(text, ask.conversation, _COMPARED)
    mine = default_process(text[:_LONGEST_COMPARED])
    compared = [
        replace(
            one,
            alike=token_set_ratio(mine, default_process(one.asked[:_LONGEST_COMPARED])) / 100,
        )
        for one in found
    ]
    language = conversation.row.language
    compared.sort(key=lambda one: (one.language != language, -one.alike, -one.turn))
    return PrecedentsPage(precedents=tuple(compared[: max(1, min(ask.count, _MOST))]))
