"""Replies: queued under the send guard, sent once, and settled with their clocks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.core.model import Draft
from console.errors import Stale, Unanswerable
from console.store import Store
from tests.store.conftest import answer, at, newest_turn, one, poll, post, queue


async def test_a_reply_is_held_sent_and_stops_the_clock(store: Store) -> None:
    """Held for the undo window, then sending, then sent: met at the instant it was submitted."""
    conversation = await one(store)

    queued = await queue(store, conversation, "10:00")
    early = await store.due_replies(at("10:00"))
    held = await store.row(conversation)
    frozen = [c.state for c in (await store.ledger(conversation))[1] if c.kind == "frt"]
    (delivery,) = await store.due_replies(at("10:01"))
    started = await store.start_sending(delivery.reply.id, at("10:01"))
    reply = await store.settle_reply(delivery.reply.id, "accepted", at("10:02"), external_id="r1")

    row = await store.row(conversation)
    clocks = (await store.ledger(conversation))[1]
    assert ((), ["provisional"], "held") == (early, frozen, held.reply_state)
    assert (True, "sent", "waiting", None) == (started, reply.state, row.status, row.reply_state)
    assert [at("10:00")] == [clock.met_at for clock in clocks if clock.kind == "frt"]
    assert ("1", "1", "sara", queued.reply.key) == (
        delivery.outgoing.post_id,
        delivery.outgoing.thread,
        delivery.outgoing.author_id,
        delivery.outgoing.key,
    )


async def test_the_same_key_is_the_same_reply(store: Store) -> None:
    """A console that asks twice after a lost line sends once."""
    conversation = await one(store)

    first = await queue(store, conversation, "10:00", key="k")
    second = await queue(store, conversation, "10:01", key="k", text="another text")

    assert first.reply == second.reply


async def test_what_is_newer_stops_a_reply(store: Store) -> None:
    """A customer's word, a colleague's note: nothing is queued, the draft stays, the news is told."""
    conversation = await one(store, thread="t")
    opened_on, version = (
        await newest_turn(store, conversation),
        (await store.row(conversation)).version,
    )
    draft = Draft(conversation, "ana", "Dear Sara", False, at("9:10"), opened_on, version)
    await store.save_draft(draft, at("9:10"))
    await poll(store, "mast", [post("2", "And now?", "9:11", thread="t")], "9:12")
    await store.note(conversation, "she called", "bo", at("9:13"))

    queued = await queue(store, conversation, "9:14", opened_on=opened_on, version=version)

    assert None is queued.reply
    assert [("Sara", "wrote"), ("bo", "noted")] == [
        (one.actor, one.what) for one in queued.conflicts
    ]
    assert queued.draft is not None
    assert "Dear Sara" == queued.draft.text
    assert None is await store.next_reply_at()


async def test_own_doings_do_not_stop_a_reply(store: Store) -> None:
    """Who tagged, claimed and noted it themself sends without being asked."""
    conversation = await one(store)
    opened_on, version = (
        await newest_turn(store, conversation),
        (await store.row(conversation)).version,
    )
    await store.claim(conversation, "ana", at("9:10"))
    await store.note(conversation, "mine", "ana", at("9:11"))

    queued = await queue(store, conversation, "9:14", opened_on=opened_on, version=version)

    assert queued.reply is not None


async def test_anyway_sends_over_the_guard(store: Store) -> None:
    """A person who has seen the news may send all the same."""
    conversation = await one(store)
    await store.note(conversation, "wait", "bo", at("9:13"))

    queued = await queue(store, conversation, "9:14", version=0, opened_on=0, anyway=True)

    assert queued.reply is not None


async def test_taken_back_text_is_the_draft_again(store: Store) -> None:
    """Undo within the window: the clock runs on, the text is where it was."""
    conversation = await one(store)
    queued = await queue(store, conversation, "10:00", text="too early")

    await store.take_back(queued.reply.id, "ana", at("10:00"))

    page = await store.conversation(conversation, "ana", see_drafts=False)
    assert ("running", None) == (page.row.clock_state, page.row.reply_state)
    assert ["too early"] == [draft.text for draft in page.drafts]
    assert False is await store.start_sending(queued.reply.id, at("10:01"))


async def test_a_refused_reply_runs_the_clock_on(store: Store) -> None:
    """As if nothing had been sent; the platform's words stand on the reply."""
    conversation = await one(store)
    queued = await queue(store, conversation, "10:00", undo_window=timedelta(0))
    await store.start_sending(queued.reply.id, at("10:00"))

    reply = await store.settle_reply(
        queued.reply.id, "refused", at("10:01"), error="too long\x1b[2J"
    )

    row = await store.row(conversation)
    assert ("refused", "too long[2J") == (reply.state, reply.error)
    assert ("new", "running", "refused") == (row.status, row.clock_state, row.reply_state)


async def test_a_late_acceptance_counts_from_acceptance(store: Store) -> None:
    """Sequence (e): sent 10:00, accepted 10:20: met at 10:20, and both are kept."""
    conversation = await one(store)
    queued = await queue(store, conversation, "10:00", undo_window=timedelta(0))
    await store.start_sending(queued.reply.id, at("10:00"))
    await store.settle_reply(queued.reply.id, "not_sent", at("10:01"), retry_at=at("10:19"))
    assert at("10:19") == await store.next_reply_at()
    await store.start_sending(queued.reply.id, at("10:19"))
    await store.settle_reply(queued.reply.id, "accepted", at("10:20"))

    (frt,) = (c for c in (await store.ledger(conversation))[1] if c.kind == "frt")
    assert (at("10:20"), at("10:00")) == (frt.met_at, frt.submitted_at)


async def test_what_was_sending_when_a_desk_died_is_in_doubt(store: Store) -> None:
    """It is no longer due by itself: somebody has to find out."""
    conversation = await one(store)
    queued = await queue(store, conversation, "10:00", undo_window=timedelta(0))
    await store.start_sending(queued.reply.id, at("10:00"))

    assert () == await store.due_replies(at("11:00"))
    assert () == await store.interrupted_replies()
    assert None is await store.next_reply_at()


async def test_a_person_decides_about_a_doubt(store: Store) -> None:
    """`was_sent` counts from when it was sent, backwards; `send_again` holds it again."""
    conversation = await one(store)
    queued = await queue(store, conversation, "10:00", undo_window=timedelta(0))
    await store.start_sending(queued.reply.id, at("10:00"))
    await store.settle_reply(queued.reply.id, "doubtful", at("10:01"), error="no answer")

    doubtful = await store.row(conversation)
    reply = await store.decide(queued.reply.id, "was_sent", "bo", at("10:05"))

    row = await store.row(conversation)
    assert ("unsure", "running") == (doubtful.reply_state, doubtful.clock_state)
    assert ("sent", "waiting") == (reply.state, row.status)
    with pytest.raises(Stale):
        await store.decide(queued.reply.id, "send_again", "bo", at("10:06"))


async def test_a_reply_seen_on_the_platform_counts_once(store: Store) -> None:
    """Reading our own answer back is no second answer, and proves one that was in doubt."""
    conversation = await one(store, thread="t")
    queued = await queue(store, conversation, "10:00", undo_window=timedelta(0))
    await store.start_sending(queued.reply.id, at("10:00"))
    await store.settle_reply(queued.reply.id, "doubtful", at("10:01"))
    ours = post("r9", "@sara " + queued.reply.text, "10:00", own=True, thread="t", author="Shop")

    await poll(store, "mast", [ours], "10:10")
    await poll(store, "mast", [ours], "10:15")

    page = await store.conversation(conversation, "ana", see_drafts=False)
    assert ["inbound", "response"] == [turn.kind for turn in page.turns]
    assert ["sent"] == [reply.state for reply in page.replies]
    assert "waiting" == page.row.status


async def test_an_accepted_reply_is_read_back_under_its_id(store: Store) -> None:
    """The platform's markup changed the text, but the id is the one it gave."""
    conversation = await one(store, thread="t")
    await answer(store, conversation, "10:00")
    ours = post("re-10:00", "WE ARE SORRY!", "10:00", own=True, thread="t")

    await poll(store, "mast", [ours], "10:10")

    page = await store.conversation(conversation, "ana", see_drafts=False)
    assert ["inbound", "response"] == [turn.kind for turn in page.turns]


async def test_an_answer_given_outside_stops_the_clock(store: Store) -> None:
    """Our account answered in the platform's own app: external, by nobody we know."""
    conversation = await one(store, thread="t")

    taken = await poll(
        store, "mast", [post("r", "Fixed!", "9:30", own=True, thread="t", author="Shop")], "9:31"
    )

    page = await store.conversation(conversation, "ana", see_drafts=False)
    assert (conversation,) == taken.answered_outside
    assert ("waiting", True) == (page.row.status, page.turns[-1].external)
    assert [at("9:30")] == [
        c.met_at for c in (await store.ledger(conversation))[1] if c.kind == "frt"
    ]


async def test_read_only_sources_take_no_reply(store: Store) -> None:
    """A feed cannot be answered from here, and says so."""
    conversation = await one(store, source="blog")

    with pytest.raises(Unanswerable, match="blog"):
        await queue(store, conversation, "10:00")


async def test_a_channel_of_one_reply_takes_no_second(store: Store) -> None:
    """The platform allows one; the second is refused before it is typed."""
    conversation = await one(store, source="once")
    await answer(store, conversation, "10:00")

    page = await store.conversation(conversation, "ana", see_drafts=False)
    assert not page.answerable
    with pytest.raises(Unanswerable):
        await queue(store, conversation, "10:10")


async def test_two_replies_go_in_order(store: Store) -> None:
    """The second to one customer waits until the first is settled."""
    conversation = await one(store)
    first = await queue(store, conversation, "10:00", undo_window=timedelta(minutes=5))
    second = await queue(store, conversation, "10:01", text="and this", undo_window=timedelta(0))

    blocked = await store.due_replies(at("10:02"))
    next_at = await store.next_reply_at()
    await store.take_back(first.reply.id, "ana", at("10:03"))
    (free,) = await store.due_replies(at("10:04"))

    assert ((), at("10:05"), second.reply.id) == (blocked, next_at, free.reply.id)


async def test_approval_holds_nothing_until_a_lead_agrees(store: Store) -> None:
    """A drafter's reply waits, the clock runs; approved it goes, after the lead's undo window."""
    conversation = await one(store)
    queued = await queue(store, conversation, "10:00", approval=True)
    waiting = await store.row(conversation)

    approved = await store.approve(
        queued.reply.id, "lea", at("10:05"), undo_window=timedelta(minutes=1)
    )

    row = await store.row(conversation)
    assert ("awaiting_approval", "running") == (waiting.reply_state, waiting.clock_state)
    assert ("held", at("10:06")) == (approved.reply.state, await store.next_reply_at())
    assert at("10:06") == approved.reply.held_until
    assert "provisional" == row.clock_state


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        ("the customer writes", ("Sara", "wrote")),
        ("a colleague answers", ("bo", "queued")),
        ("another reply is approved", ("mo", "held")),
        ("a colleague notes", ("bo", "noted")),
        ("its writer notes", ("ana", "noted")),
    ],
)
async def test_an_approval_is_guarded(store: Store, happens: str, told: tuple[str, str]) -> None:
    """What is newer than the writer's asking stops a lead's yes, though the lead may have seen it."""
    conversation = await one(store, thread="t")
    queued = await queue(store, conversation, "10:00", approval=True)
    if happens == "the customer writes":
        await poll(store, "mast", [post("2", "Solved it", "10:01", thread="t")], "10:02")
    elif happens == "a colleague answers":
        await queue(store, conversation, "10:01", by="bo")
    elif happens == "another reply is approved":
        other = await queue(store, conversation, "9:59", by="bo", approval=True, anyway=True)
        await store.approve(
            other.reply.id, "mo", at("10:03"), undo_window=timedelta(0), anyway=True
        )
    else:
        who = "bo" if happens == "a colleague notes" else "ana"
        await store.note(conversation, "she called", who, at("10:02"))

    stopped = await store.approve(
        queued.reply.id, "lea", at("10:05"), undo_window=timedelta(seconds=10)
    )
    after = await store.reply(queued.reply.id)
    anyway = await store.approve(
        queued.reply.id, "lea", at("10:06"), undo_window=timedelta(seconds=10), anyway=True
    )

    assert stopped.reply is None
    assert told in [(one.actor, one.what) for one in stopped.conflicts]
    assert ("awaiting_approval", "held") == (after.state, anyway.reply.state)


async def test_a_lead_s_own_doings_do_not_stop_an_approval(store: Store) -> None:
    """Whoever approves knows what they noted themself."""
    conversation = await one(store)
    queued = await queue(store, conversation, "10:00", approval=True)
    await store.note(conversation, "looks fine", "lea", at("10:02"))

    approved = await store.approve(queued.reply.id, "lea", at("10:05"), undo_window=timedelta(0))

    assert "held" == approved.reply.state


async def test_a_reply_is_approved_once(store: Store) -> None:
    """The second lead is told that it is on its way, and changes nothing."""
    conversation = await one(store)
    queued = await queue(store, conversation, "10:00", approval=True)
    window = timedelta(seconds=10)
    await store.approve(queued.reply.id, "lea", at("10:05"), undo_window=window)

    with pytest.raises(Stale, match="held by now"):
        await store.approve(queued.reply.id, "mo", at("10:05"), undo_window=window, anyway=True)

    assert at("10:05") + window == await store.next_reply_at()


async def test_a_lead_takes_an_approval_back(store: Store) -> None:
    """The reply waits again, the clock runs, and its writer's draft is left alone."""
    conversation = await one(store)
    queued = await queue(store, conversation, "10:00", approval=True)
    window = timedelta(seconds=10)
    await store.approve(queued.reply.id, "lea", at("10:05"), undo_window=window)

    await store.take_back(queued.reply.id, "lea", at("10:05"))

    page = await store.conversation(conversation, "ana", see_drafts=False)
    assert ("awaiting_approval", "running") == (page.row.reply_state, page.row.clock_state)
    assert (None, ()) == (page.replies[0].held_until, page.drafts)
    assert None is await store.next_reply_at()
    again = await store.approve(queued.reply.id, "lea", at("10:06"), undo_window=window)
    assert "held" == again.reply.state


async def test_a_writer_takes_back_what_was_approved(store: Store) -> None:
    """It is their draft again, as with every reply of their own."""
    conversation = await one(store)
    queued = await queue(store, conversation, "10:00", approval=True)
    await store.approve(queued.reply.id, "lea", at("10:05"), undo_window=timedelta(seconds=10))

    await store.take_back(queued.reply.id, "ana", at("10:05"))

    page = await store.conversation(conversation, "ana", see_drafts=False)
    assert ["taken_back"] == [reply.state for reply in page.replies]
    assert [queued.reply.text] == [draft.text for draft in page.drafts]


async def test_a_channel_of_one_reply_takes_no_approval_after_an_answer(store: Store) -> None:
    """Somebody answered in the platform's own app: the drafter's reply has no place any more."""
    conversation = await one(store, source="once", thread="t")
    queued = await queue(store, conversation, "10:00", approval=True)
    outside = post("r", "Fixed!", "10:01", own=True, thread="t", author="Shop")
    await poll(store, "once", [outside], "10:02")

    with pytest.raises(Unanswerable):
        await store.approve(queued.reply.id, "lea", at("10:05"), undo_window=timedelta(0))


async def test_a_customer_who_wrote_meanwhile_keeps_it_open(store: Store) -> None:
    """What came after the reply was written waits, though the reply was accepted later."""
    conversation = await one(store, thread="t")
    queued = await queue(store, conversation, "10:00", undo_window=timedelta(0))
    await poll(store, "mast", [post("2", "Hello?", "10:01", thread="t")], "10:02")
    await store.start_sending(queued.reply.id, at("10:03"))
    await store.settle_reply(queued.reply.id, "accepted", at("10:03"))

    row = await store.row(conversation)
    assert ("open", at("10:01"), "nrt") == (row.status, row.waiting_since, row.clock)


async def test_a_promise_becomes_a_clock(store: Store) -> None:
    """A confirmed time in the reply runs from then."""
    conversation = await one(store)
    await answer(store, conversation, "10:00", promise_at=at("+2d 10:00"))

    clocks = (await store.ledger(conversation))[1]
    assert [at("+2d 10:00")] == [clock.due_at for clock in clocks if clock.kind == "prom"]


async def test_a_status_set_meanwhile_is_kept(store: Store) -> None:
    """Sent, and solved by hand while it was held: acceptance does not open it to waiting again."""
    conversation = await one(store)
    queued = await queue(store, conversation, "10:00")
    await store.set_status(conversation, "solved", "ana", at("10:00"))
    await store.start_sending(queued.reply.id, at("10:01"))
    await store.settle_reply(queued.reply.id, "accepted", at("10:01"))

    assert "solved" == (await store.row(conversation)).status


async def test_a_deleted_post_stops_a_reply(store: Store) -> None:
    """Nobody should answer what is not there any more without knowing."""
    conversation = await one(store)
    version, turn = (await store.row(conversation)).version, await newest_turn(store, conversation)
    await poll(store, "mast", [post(deleted=True)], "9:06")

    queued = await queue(store, conversation, "9:10", version=version, opened_on=turn)

    assert ["deleted"] == [conflict.what for conflict in queued.conflicts]
