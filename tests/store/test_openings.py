"""Private conversations that we begin, from the public words to the customer's private answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.core.views import parse
from console.errors import NotFound
from console.store import Store
from tests.store.conftest import at, one, poll, post, queue


async def begun(store: Store, **fields: str) -> tuple[int, int]:
    """A public conversation of Sara's, and the private one that Ana begins from it."""
    public = await one(store, text="My lamp broke", language="en")
    private = await store.begin_private(public, "ana", at("9:10"), source="mast", **fields)
    return public, private


async def test_it_says_to_whom_and_from_where(store: Store) -> None:
    """Sara's name and words on the row, hers as the customer, Ana's to write; nobody waits yet."""
    public, private = await begun(store)

    page = await store.conversation(private, "ana", see_drafts=False)
    row = page.row
    assert ("Sara", "My lamp broke", "en") == (row.who, row.what, row.language)
    assert (False, "open", "ana", None) == (row.public, row.status, row.owner, row.clock)
    assert [f"From conversation {public}, where they wrote: My lamp broke"] == [
        turn.text for turn in page.turns
    ]
    assert page.answerable
    assert page.customer == (await store.conversation(public, "ana", see_drafts=False)).customer


async def test_asked_twice_it_is_the_same_one(store: Store) -> None:
    """A console that lost the answer asks again."""
    public, private = await begun(store)

    again = await store.begin_private(public, "ana", at("9:11"), source="mast")

    assert private == again


async def test_there_is_nobody_to_write_to(store: Store) -> None:
    """A conversation that is not there has no author."""
    with pytest.raises(NotFound):
        await store.begin_private(99, "ana", at("9:10"), source="mast")


@pytest.mark.parametrize("address", ["", "sara@mail.example"])
async def test_the_first_message_goes_to_the_author_or_the_address(
    store: Store, address: str
) -> None:
    """It answers no post, and says what it is about."""
    _public, private = await begun(store, address=address, subject="Your lamp")
    await queue(store, private, "9:20")

    (delivery,) = await store.due_replies(at("9:21"))

    outgoing = delivery.outgoing
    assert ("mast", "", "") == (delivery.source, outgoing.post_id, outgoing.thread)
    assert (address or "sara", "Sara", "Your lamp") == (
        outgoing.author_id,
        outgoing.author,
        outgoing.subject,
    )


async def sent(store: Store, private: int, when: str, thread: str = "dm-1") -> None:
    """Ana's message there is accepted; the platform tells which thread it is in."""
    queued = await queue(store, private, when, undo_window=timedelta(0))
    await store.start_sending(queued.reply.id, at(when))
    await store.settle_reply(
        queued.reply.id, "accepted", at(when), external_id=f"id-{when}", thread=thread
    )


async def test_what_the_customer_answers_comes_into_it(store: Store) -> None:
    """The thread that the first message began is this conversation's; its clock starts then."""
    public, private = await begun(store)
    await sent(store, private, "9:20")
    waiting = await store.row(private)

    answer = post("7", "Elm Street 5", "9:30", thread="dm-1", private=True)
    taken = await poll(store, "mast", [answer], "9:31")

    row = await store.row(private)
    assert ("waiting", None) == (waiting.status, waiting.clock)
    assert (private,) == taken.conversations
    assert ("open", "Elm Street 5") == (row.status, row.what)
    assert row.clock_state == "running"
    assert public != private


async def test_our_first_message_read_back_counts_once(store: Store) -> None:
    """The platform shows it above the customer's answer."""
    _public, private = await begun(store)
    await sent(store, private, "9:20")
    ours = post("id-9:20", "We are sorry and look into it.", "9:20", own=True, thread="dm-1")
    theirs = post("7", "ok then", "9:30", thread="dm-1", private=True)

    await poll(store, "mast", [ours, theirs], "9:31")

    turns = (await store.conversation(private, "ana", see_drafts=False)).turns
    assert ["note", "response", "inbound"] == [turn.kind for turn in turns]


async def test_a_second_message_goes_on_in_the_thread(store: Store) -> None:
    """Before the customer answered, too."""
    _public, private = await begun(store)
    await sent(store, private, "9:20")
    await queue(store, private, "9:25")

    (delivery,) = await store.due_replies(at("9:26"))

    assert ("", "dm-1") == (delivery.outgoing.post_id, delivery.outgoing.thread)


async def test_after_the_customer_answered_it_is_answered_as_any(store: Store) -> None:
    """Their private post is what our next reply names."""
    _public, private = await begun(store)
    await sent(store, private, "9:20")
    await poll(store, "mast", [post("7", "ok then", "9:30", thread="dm-1", private=True)], "9:31")
    await queue(store, private, "9:40")

    (delivery,) = await store.due_replies(at("9:41"))

    assert "7" == delivery.outgoing.post_id


async def test_a_message_that_could_not_go_keeps_the_conversation_open(store: Store) -> None:
    """Refused, it stands on top with its text; the public conversation is not touched."""
    _public, private = await begun(store)
    queued = await queue(store, private, "9:20", undo_window=timedelta(0))
    await store.start_sending(queued.reply.id, at("9:20"))
    await store.settle_reply(queued.reply.id, "refused", at("9:20"), error="no such user")

    page = await store.conversation(private, "ana", see_drafts=False)
    found = await store.window(parse("is:refused"), me="ana", now=at("9:21"))
    assert [private] == [row.id for row in found.rows]
    assert [queued.reply.text] == [draft.text for draft in page.drafts]


async def test_its_row_stands_when_everything_is_derived_again(store: Store) -> None:
    """`rebuild` finds nothing to change."""
    await begun(store)

    assert 0 == await store.rebuild()
