"""Actions on many conversations: each alone, told one by one, taken back as one."""

from __future__ import annotations

import pytest

from console.core.asks import (
    BULK_AT_ONCE,
    Answer,
    Assign,
    Bulk,
    BulkDone,
    Claim,
    Done,
    Failed,
    Queue,
    QueuePage,
    SetPriority,
    SetStatus,
    Snooze,
    Tag,
    Undo,
)
from console.core.model import QueueRow
from tests.desk.test_on_sqlite import ANA, BO, House, house

__all__ = ["house"]


async def rows(house: House) -> dict[int, QueueRow]:
    page = await house.ask(ANA, Queue(view="", filter="id:1,2,3"))
    assert isinstance(page, QueuePage)
    return {row.id: row for row in page.rows}


def bulk_done(answer: Answer) -> BulkDone:
    assert isinstance(answer, BulkDone), answer
    return answer


@pytest.mark.parametrize(
    ("action", "field", "value"),
    [
        (Claim(0), "owner", "ana"),
        (Assign(0, "bo"), "owner", "bo"),
        (SetStatus(0, "on_hold"), "status", "on_hold"),
        (Tag(0, add=("refund",)), "tags", ("refund",)),
        (SetPriority(0, 3), "priority", 3),
        (Snooze(0, "fri 9", past_due=True), "snoozed_by", "ana"),
    ],
    ids=lambda one: type(one).__name__ if not isinstance(one, str | int | tuple) else "",
)
async def test_every_action_reaches_every_row(
    house: House, action: Claim, field: str, value: object
) -> None:
    """And one `u` takes all of it back."""
    before = {n: getattr(row, field) for n, row in (await rows(house)).items()}
    answer = bulk_done(await house.ask(ANA, Bulk((1, 2, 3), action)))
    after = {n: getattr(row, field) for n, row in (await rows(house)).items()}
    undone = await house.ask(ANA, Undo())

    assert ((1, 2, 3), ()) == (answer.done, answer.not_done)
    assert {1: value, 2: value, 3: value} == after
    assert isinstance(undone, Done) and answer.undo in undone.text
    assert before == {n: getattr(row, field) for n, row in (await rows(house)).items()}


async def test_what_cannot_be_done_is_named(house: House) -> None:
    """Bo has one of them and another is not there: the rest is done all the same."""
    await house.ask(BO, Claim(2))
    answer = bulk_done(await house.ask(ANA, Bulk((1, 2, 99, 3), Claim(0))))

    assert ((1, 3), [2, 99]) == (answer.done, [one.conversation for one in answer.not_done])
    assert "bo" in answer.not_done[0].message and "bo" in answer.text
    assert "bo" == (await rows(house))[2].owner


async def test_undo_leaves_what_others_changed(house: House) -> None:
    """Of three claimed one was taken over since: two go back, and the answer says so."""
    await house.ask(ANA, Bulk((1, 2, 3), Claim(0)))
    await house.ask(BO, Claim(2, take_over=True))
    undone = await house.ask(ANA, Undo())

    assert isinstance(undone, Done) and "1 was changed since" in undone.text
    assert {1: "", 2: "bo", 3: ""} == {n: row.owner for n, row in (await rows(house)).items()}


async def test_undo_stops_at_the_bundle(house: House) -> None:
    """What was done before is another step."""
    await house.ask(ANA, Tag(1, add=("before",)))
    await house.ask(ANA, Bulk((1, 2), SetPriority(0, 3)))
    await house.ask(ANA, Tag(3, add=("after",)))
    await house.ask(ANA, Undo())
    await house.ask(ANA, Undo())
    found = await rows(house)

    assert ({1: ("before",), 2: (), 3: ()}, {1, 2, 3}) == (
        {n: row.tags for n, row in found.items()},
        {n for n, row in found.items() if row.priority == 1},
    )


@pytest.mark.parametrize("marked", [(), tuple(range(1, BULK_AT_ONCE + 2))], ids=["none", "many"])
async def test_none_and_too_many_are_refused(house: House, marked: tuple[int, ...]) -> None:
    """Nothing is done then."""
    answer = await house.ask(ANA, Bulk(marked, Claim(0)))

    assert isinstance(answer, Failed)
    assert {""} == {row.owner for row in (await rows(house)).values()}
