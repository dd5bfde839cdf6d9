"""What people do: exactly one wins, everything leaves a line, and `u` takes it back."""

from __future__ import annotations

import asyncio

import pytest

from console.errors import NotFound, Stale
from console.store import Store
from tests.store.conftest import answer, at, one, poll, post


async def test_two_agents_cannot_claim_one(store: Store) -> None:
    """Of twenty claims in one instant exactly one wins, and the others are told who."""
    conversation = await one(store)
    people = [f"agent{n}" for n in range(20)]

    outcomes = await asyncio.gather(
        *(store.claim(conversation, person, at("9:10")) for person in people),
        return_exceptions=True,
    )

    owner = (await store.row(conversation)).owner
    losers = [one for one in outcomes if isinstance(one, Stale)]
    assert 19 == len(losers)
    assert all(owner in str(one) for one in losers)


async def test_take_over_does_not_take_from_a_third(store: Store) -> None:
    """Who means to take it from bo does not take it from cy, who came meanwhile."""
    conversation = await one(store)
    version = await store.claim(conversation, "bo", at("9:10"))
    await store.claim(conversation, "cy", at("9:11"), version=version, take_over=True)

    with pytest.raises(Stale, match="cy"):
        await store.claim(conversation, "ana", at("9:12"), version=version, take_over=True)


async def test_solving_and_taking_it_back(store: Store) -> None:
    """Solved by mistake: `u` opens it again, with the clocks as they were."""
    conversation = await one(store)
    before = (await store.row(conversation), (await store.ledger(conversation))[1])
    await store.set_status(conversation, "solved", "ana", at("9:30"), reason="spam")
    solved = await store.row(conversation)

    undone = await store.undo("ana", at("9:31"))

    row, clocks = await store.row(conversation), (await store.ledger(conversation))[1]
    assert ("solved", None) == (solved.status, solved.clock)
    assert (conversation, "status solved: spam") == undone
    assert (before[0].status, before[0].due_at) == (row.status, row.due_at)
    assert [c.due_at for c in before[1]] == [c.due_at for c in clocks]


async def test_undo_leaves_what_somebody_else_did_since(store: Store) -> None:
    """Ana's claim cannot be undone once bo took it over."""
    conversation = await one(store)
    await store.claim(conversation, "ana", at("9:10"))
    await store.claim(conversation, "bo", at("9:11"), take_over=True)

    with pytest.raises(Stale):
        await store.undo("ana", at("9:12"))

    assert "bo" == (await store.row(conversation)).owner
    with pytest.raises(NotFound):
        await store.undo("ana", at("9:13"))


async def test_every_action_can_be_undone(store: Store) -> None:
    """Claim, tag, priority, snooze, note, answered elsewhere: back to the row as it was."""
    conversation = await one(store)
    before = await store.row(conversation)
    await store.claim(conversation, "ana", at("9:10"))
    await store.tag(conversation, "ana", at("9:11"), add=["Refund Now", "x"])
    await store.set_priority(conversation, 3, "ana", at("9:12"))
    await store.snooze(conversation, "ana", at("9:13"), until=at("18:00"), reason="later")
    await store.note(conversation, "hm", "ana", at("9:14"))
    await store.answered_elsewhere(
        conversation, "ana", at("9:15"), at=at("9:14"), link="https://example.com/1"
    )
    changed = await store.row(conversation)

    for minute in range(16, 22):
        await store.undo("ana", at(f"9:{minute}"))

    after = await store.row(conversation)
    assert (("refund-now", "x"), 3, "waiting", at("18:00")) == (
        changed.tags,
        changed.priority,
        changed.status,
        changed.snoozed_until,
    )
    kept = (
        "status",
        "owner",
        "tags",
        "priority",
        "snoozed_until",
        "clock",
        "clock_state",
        "due_at",
    )
    assert [getattr(before, name) for name in kept] == [getattr(after, name) for name in kept]
    assert 1 == len((await store.conversation(conversation, "ana", see_drafts=False)).turns)


async def test_a_snooze_ends_at_its_time(store: Store) -> None:
    """Out of the queue until then; a tick brings it back and says so."""
    conversation = await one(store)
    await store.snooze(conversation, "ana", at("9:10"), until=at("10:00"))

    assert () == await store.tick(at("9:59"))
    assert (conversation,) == await store.tick(at("10:00"))
    assert None is (await store.row(conversation)).snoozed_until


async def test_a_customer_wakes_a_snooze(store: Store) -> None:
    """Whoever writes again is seen at once."""
    conversation = await one(store, thread="t")
    await store.snooze(conversation, "ana", at("9:10"), until=None, until_reply=True)
    assert "ana" == (await store.row(conversation)).snoozed_by

    await poll(store, "mast", [post("2", "Hello?", "9:20", thread="t")], "9:21")

    assert "" == (await store.row(conversation)).snoozed_by


async def test_thanks_starts_no_clock_for_half_an_hour(store: Store) -> None:
    """ "Thanks" after our answer: held for 30 minutes, then it counts like any turn."""
    conversation = await one(store, thread="t")
    await answer(store, conversation, "10:00")
    await poll(store, "mast", [post("2", "Thank you!", "11:00", thread="t")], "11:01")

    (held,) = (c for c in (await store.ledger(conversation))[1] if c.kind == "nrt")
    woken = await store.tick(at("11:31"))

    row = await store.row(conversation)
    assert (at("11:30"), (conversation,), "open") == (held.counts_from, woken, row.status)


async def test_the_end_of_a_shift_gives_back_what_was_owned(store: Store) -> None:
    """Open ones return to the team; what is solved keeps its owner."""
    first = await one(store)
    second = (await poll(store, "mast", [post("2", "More", "9:02")], "9:03")).conversations[0]
    await store.claim(first, "ana", at("9:10"))
    await store.claim(second, "ana", at("9:10"))
    await store.set_status(second, "solved", "ana", at("9:11"), reason="spam")

    assert (first,) == await store.hand_back("ana", at("17:00"))
    assert ("", "ana") == ((await store.row(first)).owner, (await store.row(second)).owner)


async def test_history_tells_who_did_what(store: Store) -> None:
    """A line for each thing that happened, in order."""
    conversation = await one(store)
    await store.claim(conversation, "ana", at("9:10"))
    await store.set_status(conversation, "on_hold", "ana", at("9:11"))

    history = await store.history(conversation)

    assert [("Sara", "arrived"), ("ana", "claimed"), ("ana", "status")] == [
        (event.actor, event.verb) for event in history
    ]


async def test_what_is_not_there_is_not_found(store: Store) -> None:
    """A wrong number is an answer, not a fault; also one that no database can hold."""
    for number in (99, 10**30, -1):
        with pytest.raises(NotFound):
            await store.claim(number, "ana", at("9:10"))
        with pytest.raises(NotFound):
            await store.row(number)
        with pytest.raises(NotFound):
            await store.reply(number)


async def test_every_change_makes_a_greater_version(store: Store) -> None:
    """Consoles ask again when it grows, and only then."""
    conversation = await one(store)
    versions = [store.version]
    await store.claim(conversation, "ana", at("9:10"))
    versions.append(store.version)
    await store.tick(at("9:11"))
    versions.append(store.version)

    assert versions[0] < versions[1] == versions[2]
