"""Bugs that other products shipped, and sequences, where the rows themselves are at stake.

The clocks' side of them is `tests/core/test_shipped_bugs.py`; merging conversations, which two
rows are about, is nothing that this product does.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from console.core.model import Draft
from console.errors import Stale
from console.store import Store
from tests.store.conftest import answer, at, newest_turn, one, poll, post, queue


async def typing(store: Store, conversation: int, person: str, text: str) -> tuple[int, int]:
    """A draft of this person; what its editor was opened on."""
    opened_on = await newest_turn(store, conversation)
    version = (await store.row(conversation)).version
    draft = Draft(conversation, person, text, False, at("9:10"), opened_on, version)
    await store.save_draft(draft, at("9:10"))
    return opened_on, version


async def texts(store: Store, conversation: int, person: str) -> list[str]:
    """This person's drafts."""
    page = await store.conversation(conversation, person, see_drafts=False)
    return [draft.text for draft in page.drafts if draft.person == person]


async def test_thinking_for_an_hour_costs_no_text_and_no_send(store: Store) -> None:
    """osTicket #2504, #2343: there is no lock that could expire; the reply goes out."""
    conversation = await one(store)
    opened_on, version = await typing(store, conversation, "ana", "A long answer")
    await store.tick(at("11:00"))

    queued = await queue(store, conversation, "11:10", opened_on=opened_on, version=version)

    assert queued.reply is not None


async def test_deleting_a_draft_never_touches_the_outbox(store: Store) -> None:
    """freescout #2873: two agents, one conversation; what was sent stays what it was."""
    conversation = await one(store)
    await answer(store, conversation, "10:00", text="The first answer")
    await typing(store, conversation, "ana", "the same draft")
    await typing(store, conversation, "bo", "the same draft")
    await store.discard_draft(conversation, "ana", at("10:10"))

    page = await store.conversation(conversation, "bo", see_drafts=False)
    assert [("The first answer", "sent")] == [(one.text, one.state) for one in page.replies]
    assert None is await store.next_reply_at()
    assert ["the same draft"] == await texts(store, conversation, "bo")


async def test_after_undo_the_text_is_in_the_draft_again(store: Store) -> None:
    """freescout #4112: word for word, and nothing is on its way."""
    conversation = await one(store)
    queued = await queue(store, conversation, "10:00", text="Too early")
    await store.take_back(queued.reply.id, "ana", at("10:00"))

    assert ["Too early"] == await texts(store, conversation, "ana")
    assert None is await store.next_reply_at()


@pytest.mark.parametrize("words", ["Thanks, OK", "спасибо", "شكرا", "ممنون"])
async def test_thanks_do_not_cancel_a_snooze_for_good(store: Store, words: str) -> None:
    """freescout #3584, #5378: no clock starts, and one word restores the very same time."""
    conversation = await one(store, thread="t")
    await answer(store, conversation, "10:00")
    await store.snooze(conversation, "ana", at("10:05"), until=at("+2d 9:00"))
    await poll(store, "mast", [post("2", words, "11:00", thread="t")], "11:01")
    woken = await store.row(conversation)
    await store.snooze_again(conversation, "ana", at("11:02"))

    row = await store.row(conversation)
    assert (at("11:30"), False) == (woken.thanks_until, woken.clock_state == "running")
    assert at("+2d 9:00") == row.snoozed_until


async def test_an_auto_responder_reopens_nothing(store: Store) -> None:
    """osTicket PR #1529: out of the office is no return."""
    conversation = await one(store, thread="t")
    await answer(store, conversation, "10:00", then="solved")
    away = post("2", "I am out of the office", "10:01", thread="t", automatic=True)
    await poll(store, "mast", [away], "10:02")

    assert "solved" == (await store.row(conversation)).status


async def test_f_an_edited_review_reopens_and_outdates_our_reply(store: Store) -> None:
    """Sequence (f): one star 09:00, answered 10:00, four stars 12:00."""
    conversation = await one(store, "play", rating=1.0, kind="review")
    await answer(store, conversation, "10:00", then="solved")
    edited = post(rating=4.0, kind="review", edited_at=at("12:00"))
    await poll(store, "play", [edited], "12:00")

    row = await store.row(conversation)
    (nrt,) = (c for c in (await store.ledger(conversation))[1] if c.kind == "nrt")
    assert ("open", True, at("12:00")) == (row.status, row.outdated, nrt.started_at)


async def test_h_two_claims_in_the_same_millisecond(store: Store) -> None:
    """Sequence (h): one winner; the other one is told who."""
    conversation = await one(store)
    found = await asyncio.gather(
        *[store.claim(conversation, name, at("9:10")) for name in ("ana", "bo")],
        return_exceptions=True,
    )
    owner = (await store.row(conversation)).owner

    lost = [one for one in found if isinstance(one, Stale)]
    assert 1 == len(lost)
    assert owner in str(lost[0])


async def test_i_a_reply_meanwhile_stops_the_other_and_keeps_its_text(store: Store) -> None:
    """Sequence (i): bo sends while ana types; ana's send is stopped, her text intact."""
    conversation = await one(store)
    opened_on, version = await typing(store, conversation, "ana", "Ana's long answer")
    await answer(store, conversation, "9:20", by="bo", text="Bo was faster")

    queued = await queue(
        store,
        conversation,
        "9:21",
        opened_on=opened_on,
        version=version,
        text="Ana's long answer",
        undo_window=timedelta(0),
    )

    assert None is queued.reply
    assert "bo" in {conflict.actor for conflict in queued.conflicts}
    assert ["Ana's long answer"] == await texts(store, conversation, "ana")
