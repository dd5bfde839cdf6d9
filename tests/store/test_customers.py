"""One person on several channels: suggested with its evidence, joined by a person, parted again."""

from __future__ import annotations

import pytest

from console.errors import NotFound, Stale
from console.store import Store
from tests.store.conftest import at, one, poll, post


async def two(store: Store) -> tuple[int, int]:
    """Sara's conversations on two platforms."""
    first = await one(store)
    taken = await poll(store, "play", [post("p", "Bad app", "9:02", author_id="sara77")], "9:03")
    return first, taken.conversations[0]


async def customer(store: Store, conversation: int) -> int:
    found = await store.customer(conversation)
    assert found is not None
    return found.id


async def test_who_has_the_same_name_or_id_is_suggested(store: Store) -> None:
    """The id speaks louder than the name; strangers are not named."""
    first, second = await two(store)
    same_id = await poll(
        store, "once", [post("o", "Hm", "9:04", author="S.", author_id="sara")], "9:05"
    )
    await poll(store, "once", [post("x", "Hm", "9:06", author="Bob", author_id="bob")], "9:07")

    suggested = await store.suggest_customers(first)

    assert [
        (await customer(store, same_id.conversations[0]), "id", "sara"),
        (await customer(store, second), "name", "Sara"),
    ] == [(one.customer.id, one.because, one.evidence) for one in suggested]


async def test_joined_customers_are_one(store: Store) -> None:
    """Both conversations, both handles, both notes; what comes later is theirs too."""
    first, second = await two(store)
    await store.note_customer(second, "likes tea")

    await store.join_customers(first, await customer(store, second), "ana", at("9:10"))
    later = await poll(store, "play", [post("q", "Again", "9:11", author_id="sara77")], "9:12")

    joined = await store.customer(later.conversations[0])
    assert joined is not None
    assert (("mast: sara", "play: sara77"), "likes tea") == (joined.handles, joined.notes)
    page = await store.conversation(first, "ana", see_drafts=False)
    assert {second, later.conversations[0]} == {earlier.id for earlier in page.earlier}
    with pytest.raises(Stale):
        await store.join_customers(first, joined.id, "ana", at("9:13"))


async def test_a_join_is_undone_with_u(store: Store) -> None:
    """Joined by mistake, taken back at once."""
    first, second = await two(store)
    await store.join_customers(first, await customer(store, second), "ana", at("9:10"))

    await store.undo("ana", at("9:11"))

    assert await customer(store, first) != await customer(store, second)
    parted = await store.customer(second)
    assert parted is not None
    assert ("play: sara77",) == parted.handles


async def test_a_join_is_parted_at_any_time(store: Store) -> None:
    """A year later, with what the other wrote meanwhile."""
    first, second = await two(store)
    await store.join_customers(first, await customer(store, second), "ana", at("9:10"))
    later = await poll(store, "play", [post("q", "Again", "9:11", author_id="sara77")], "9:12")

    await store.part_customers(second, "bo", at("+365d 9:00"))

    assert await customer(store, second) == await customer(store, later.conversations[0])
    assert await customer(store, first) != await customer(store, second)
    with pytest.raises(NotFound):
        await store.part_customers(first, "bo", at("+365d 9:01"))


async def test_parted_notes_are_everybodys_own_again(store: Store) -> None:
    """Joined they stand together; what was noted meanwhile stays with the first."""
    first, second = await two(store)
    await store.note_customer(first, "calls at night")
    await store.note_customer(second, "likes tea")
    await store.join_customers(first, await customer(store, second), "ana", at("9:10"))
    await store.part_customers(first, "ana", at("9:11"))

    both = [await store.customer(first), await store.customer(second)]
    assert ["calls at night", "likes tea"] == [one.notes for one in both if one]


async def test_nobodys_name_stays_in_anothers_history(store: Store) -> None:
    """Joined by mistake, parted, forgotten: the other's history names a number only."""
    first = await one(store)
    other = await poll(
        store, "play", [post("p", "Hm", "9:02", author="Zebrafish", author_id="z")], "9:03"
    )
    theirs = other.conversations[0]
    await store.join_customers(first, await customer(store, theirs), "ana", at("9:10"))
    await store.part_customers(first, "ana", at("9:11"))
    await store.forget(await customer(store, theirs), at("9:12"))

    assert "Zebrafish" not in str(await store.history(first))


async def test_forgetting_a_joined_person_forgets_both(store: Store) -> None:
    """Both platforms' conversations go, and nothing is left to part."""
    first, second = await two(store)
    await store.join_customers(first, await customer(store, second), "ana", at("9:10"))

    gone = await store.forget(await customer(store, first), at("9:11"))

    assert 2 == gone.conversations
    assert () == await store.customers_like("Sara")


async def test_nobody_is_joined_with_nobody(store: Store) -> None:
    """A post without an author has no customer to join."""
    first = await one(store)
    nobody = await poll(store, "mast", [post("2", "b", "9:02", author_id="")], "9:03")

    with pytest.raises(NotFound):
        await store.join_customers(
            nobody.conversations[0], await customer(store, first), "ana", at("9:10")
        )
    with pytest.raises(NotFound):
        await store.join_customers(first, 999, "ana", at("9:10"))


async def test_a_conversation_that_is_not_there_is_named(store: Store) -> None:
    """`shiftdesk customer 99` spoke of a platform that does not say who wrote."""
    with pytest.raises(NotFound, match="there is no conversation 99"):
        await store.note_customer(99, "x")
