"""Drafts: the newest revision is kept, and nothing that was typed is lost."""

from __future__ import annotations

import msgspec
import pytest

from console.core.model import Draft
from console.errors import NotFound
from console.store import Store
from tests.store.conftest import at, one


def draft(conversation: int, text: str, revision: int, person: str = "ana") -> Draft:
    return Draft(conversation, person, text, False, at("9:10"), 1, 1, revision)


async def test_an_older_revision_never_overwrites(store: Store) -> None:
    """A late packet goes into the history, the newer text stays."""
    conversation = await one(store)
    await store.save_draft(draft(conversation, "newer", 5), at("9:10"))

    kept = await store.save_draft(draft(conversation, "older", 4), at("9:11"))

    assert "newer" == kept.text
    assert ["older"] == [d.text for d in await store.draft_history(conversation, "ana")]


async def test_a_text_that_was_cut_stays_in_the_history(store: Store) -> None:
    """Select all, delete, saved: the long text can be found."""
    conversation = await one(store)
    long = "A long answer that took ten minutes"
    await store.save_draft(draft(conversation, long, 1), at("9:10"))
    await store.save_draft(draft(conversation, "", 2), at("9:10"))

    assert long in [d.text for d in await store.draft_history(conversation, "ana")]


async def test_others_drafts_hide_their_text(store: Store) -> None:
    """ "Draft by bo" is seen by all, what it says by those who may."""
    conversation = await one(store)
    await store.save_draft(draft(conversation, "secret", 1, "bo"), at("9:10"))

    shut = await store.conversation(conversation, "ana", see_drafts=False)
    open_ = await store.conversation(conversation, "ana", see_drafts=True)

    assert (("bo",), "", "secret") == (shut.row.draft_by, shut.drafts[0].text, open_.drafts[0].text)


async def test_a_discarded_draft_comes_back(store: Store) -> None:
    """Discard, then `u`."""
    conversation = await one(store)
    await store.save_draft(draft(conversation, "keep me", 1), at("9:10"))
    await store.discard_draft(conversation, "ana", at("9:11"))
    gone = (await store.conversation(conversation, "ana", see_drafts=False)).drafts

    await store.undo("ana", at("9:12"))

    back = (await store.conversation(conversation, "ana", see_drafts=False)).drafts
    assert ((), "keep me") == (gone, back[0].text)


async def test_surrogates_in_a_draft_are_repaired(store: Store) -> None:
    """What no database can hold is taken out, not refused."""
    conversation = await one(store)

    kept = await store.save_draft(draft(conversation, "a\ud800b\x00", 1), at("9:10"))

    assert "ab" == kept.text


async def test_a_draft_needs_its_conversation(store: Store) -> None:
    """There is nothing to answer under a wrong number."""
    lost = msgspec.structs.replace(draft(1, "x", 1), conversation=10**30)
    with pytest.raises(NotFound):
        await store.save_draft(lost, at("9:10"))
    with pytest.raises(NotFound):
        await store.save_draft(draft(77, "x", 1), at("9:10"))
