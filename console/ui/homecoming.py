"""Drafts that were kept in files go to the desk when it is back; the newer text wins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from console.core.asks import Answer, Ask, ConversationPage, Failed, SaveDraft, Show
from console.core.model import Draft
from console.ui.local_drafts import LocalDrafts


async def bring_home(
    kept: LocalDrafts, me: str, ask: Callable[[Ask], Awaitable[Answer]]
) -> list[int]:
    """Save every kept draft at the desk; gives the conversations whose text was the newer one.

    The older of the two texts is saved first, so that the desk puts it into the draft's history.
    A draft stays in its file until the desk has it.
    """
    newer = []
    for draft in kept.all():
        page = await ask(Show(draft.conversation))
        if isinstance(page, Failed) and page.kind != "not_found":
            continue
        theirs = _mine_in(page, me)
        if theirs is None or theirs.text == draft.text:
            order = [draft]
        else:
            order = sorted([theirs, draft], key=lambda one: one.saved_at)
        revision = max(one.revision for one in order)
        answers = []
        for one in order:
            revision += 1
            answers.append(await ask(_saving(one, revision)))
        if not any(isinstance(answer, Failed) and answer.kind == "trouble" for answer in answers):
            kept.drop(draft.conversation)
            if order[-1] is draft:
                newer.append(draft.conversation)
    return newer


def _mine_in(page: Answer, me: str) -> Draft | None:
    if not isinstance(page, ConversationPage):
        return None
    return next((draft for draft in page.conversation.drafts if draft.person == me), None)


def _saving(draft: Draft, revision: int) -> SaveDraft:
    return SaveDraft(
        conversation=draft.conversation,
        text=draft.text,
        note=draft.note,
        opened_on=draft.opened_on,
        version=draft.version,
        revision=revision,
    )
