"""Thanks that wake a snooze: one word on them, and the same snooze again (semantics S10)."""

from __future__ import annotations

from datetime import datetime

import pytest

from console.core.model import QueueRow
from console.errors import NotFound
from console.store import Store
from tests.store.conftest import answer, at, one, poll, post

FRIDAY = "+2d 9:00"


async def thanked(store: Store, words: str = "Thank you!") -> int:
    """Answered at 10:00, put to sleep until Friday; at 11:00 the customer says thanks."""
    conversation = await one(store, thread="t")
    await answer(store, conversation, "10:00")
    await store.snooze(conversation, "ana", at("10:05"), until=at(FRIDAY), reason="ask again")
    await poll(store, "mast", [post("2", words, "11:00", thread="t")], "11:01")
    return conversation


def asleep(row: QueueRow) -> tuple[str, datetime | None, str]:
    return row.status, row.snoozed_until, row.snoozed_by


async def test_thanks_wake_without_a_clock(store: Store) -> None:
    """The row says until when they are taken for thanks, and shows no clock that runs."""
    row = await store.row(await thanked(store))

    assert ("open", at("11:30"), False) == (
        row.status,
        row.thanks_until,
        row.clock_state == "running",
    )


async def test_one_word_snoozes_to_the_same_time(store: Store) -> None:
    """Status, time and reason are those from before the thanks, and no clock is left."""
    conversation = await thanked(store)
    await store.snooze_again(conversation, "ana", at("11:05"))

    row = await store.row(conversation)
    nrt = [clock for clock in (await store.ledger(conversation))[1] if clock.kind == "nrt"]
    assert ("waiting", at(FRIDAY), "ana") == asleep(row)
    assert ["cancelled"] == [clock.state for clock in nrt]
    assert () == await store.tick(at("12:00"))


async def test_a_snooze_cut_short_twice_is_still_the_same(store: Store) -> None:
    """A second thanks does not make the time forgotten."""
    conversation = await thanked(store)
    await poll(store, "mast", [post("3", "👍", "11:02", thread="t")], "11:03")
    await store.snooze_again(conversation, "ana", at("11:05"))

    assert at(FRIDAY) == (await store.row(conversation)).snoozed_until


@pytest.mark.parametrize("word", ["again", "only", "more"])
async def test_a_word_on_thanks_can_be_taken_back(store: Store, word: str) -> None:
    """Everything is as the thanks had left it, also after deriving it all again."""
    conversation = await thanked(store)
    before = await store.row(conversation)
    if word == "again":
        await store.snooze_again(conversation, "ana", at("11:05"))
    else:
        await store.judge_thanks(conversation, "ana", at("11:05"), thanks=word == "only")
    changed = await store.row(conversation)
    await store.undo("ana", at("11:06"))

    row = await store.row(conversation)
    kept = ("status", "snoozed_until", "thanks_until", "clock", "clock_state", "due_at")
    assert changed.thanks_until is None
    assert [getattr(before, name) for name in kept] == [getattr(row, name) for name in kept]
    assert 0 == await store.rebuild()


async def test_more_than_thanks_counts_from_when_it_was_written(store: Store) -> None:
    """The next-reply clock runs at once, from the turn."""
    conversation = await thanked(store)
    await store.judge_thanks(conversation, "ana", at("11:05"), thanks=False)

    row = await store.row(conversation)
    assert ("nrt", "running", at("15:00")) == (row.clock, row.clock_state, row.due_at)


async def test_only_thanks_gives_the_status_back(store: Store) -> None:
    """It waits for the customer, as before."""
    conversation = await thanked(store)
    await store.judge_thanks(conversation, "ana", at("11:05"), thanks=True)

    row = await store.row(conversation)
    assert ("waiting", None) == (row.status, row.thanks_until)


async def test_where_nothing_was_cut_short_nothing_goes_on(store: Store) -> None:
    """A conversation that never slept, one whose time has passed, and one that holds no thanks."""
    never = await one(store, id="0")
    with pytest.raises(NotFound):
        await store.snooze_again(never, "ana", at("9:10"))
    with pytest.raises(NotFound):
        await store.judge_thanks(never, "ana", at("9:10"), thanks=True)
    with pytest.raises(NotFound):
        await store.snooze_again(await thanked(store), "ana", at("+3d 9:00"))


async def test_the_history_tells_the_word(store: Store) -> None:
    """Who said so, and until when it sleeps again."""
    conversation = await thanked(store)
    await store.snooze_again(conversation, "ana", at("11:05"))
    await store.undo("ana", at("11:06"))
    await store.judge_thanks(conversation, "ana", at("11:07"), thanks=False)

    told = [(event.actor, event.verb) for event in await store.history(conversation)][-3:]
    assert [("ana", "snoozed_again"), ("ana", "undone"), ("ana", "thanks")] == told


async def test_thanks_for_what_was_solved_leave_it_solved(store: Store) -> None:
    """Reopened by the words, solved again by one of ours; its resolution is met as before."""
    conversation = await one(store, thread="t")
    await answer(store, conversation, "10:00", then="solved")
    before = [c for c in (await store.ledger(conversation))[1] if c.kind == "res"]
    await poll(store, "mast", [post("2", "спасибо!", "11:00", thread="t")], "11:01")
    reopened = await store.row(conversation)
    await store.judge_thanks(conversation, "ana", at("11:05"), thanks=True)

    row = await store.row(conversation)
    after = [c for c in (await store.ledger(conversation))[1] if c.kind == "res"]
    assert ("open", "solved", before) == (reopened.status, row.status, after)


async def test_a_question_after_the_thanks_forgets_no_snooze(store: Store) -> None:
    """It counts; whoever still wants the same time is asked about the deadline by the desk."""
    conversation = await thanked(store)
    await poll(store, "mast", [post("3", "But where is it?", "11:10", thread="t")], "11:11")

    row = await store.row(conversation)
    assert (None, "nrt", at("15:10")) == (row.thanks_until, row.clock, row.due_at)
    assert (at(FRIDAY), False) == await store.cut_short(conversation)
