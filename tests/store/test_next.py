"""What `n` gives whom: the earliest due first, to everybody in turn, within their skills."""

from __future__ import annotations

import pytest

from console.store import Store
from tests.store.conftest import at, poll, post


async def three(store: Store) -> list[int]:
    """Reviews in three languages, one minute apart."""
    posts = [
        post("a", "It does not work", "8:50", kind="review", rating=1.0, language="en"),
        post("b", "Не работает", "8:51", kind="review", rating=1.0, language="ru"),
        post("c", "کار نمی‌کند", "8:52", kind="review", rating=1.0, language="fa-IR"),
    ]
    return sorted((await poll(store, "mast", posts, "9:00")).conversations)


async def pull(store: Store, person: str, when: str, **skills: object) -> int | None:
    found = await store.next_for(person, at(when), **skills)  # type: ignore[arg-type]
    if found is not None:
        await store.claim(found, person, at(when))
    return found


async def test_everybody_gets_another_in_order_of_deadlines(store: Store) -> None:
    """Nobody can pick: whoever presses first gets what is due first, and nothing is given twice."""
    wanted = await three(store)
    given = [await pull(store, person, "9:01") for person in ("ana", "bo", "ana", "bo")]

    assert [*wanted, None] == given


@pytest.mark.parametrize(
    ("skills", "which"),
    [
        ({"languages": ["ru"]}, 1),
        ({"languages": ["fa"]}, 2),
        ({"languages": ["FA-ir", "ru"]}, 1),
        ({"languages": ["de"]}, None),
        ({"sources": ["mast"]}, 0),
        ({"sources": ["play"]}, None),
        ({"languages": ["ru"], "sources": ["play"]}, None),
        ({}, 0),
    ],
)
async def test_skills_are_respected(
    store: Store, skills: dict[str, list[str]], which: int | None
) -> None:
    """Languages and sources narrow; without any everything fits."""
    wanted = await three(store)

    assert (None if which is None else wanted[which]) == await pull(store, "ana", "9:01", **skills)


async def test_what_i_handed_back_is_not_given_to_me_again(store: Store) -> None:
    """Others get it at once; I get it only if nothing else waits, or an hour later."""
    first, second, third = await three(store)
    assert first == await pull(store, "ana", "9:01")
    await store.assign(first, "", "ana", at("9:02"))

    assert second == await pull(store, "ana", "9:03")
    assert first == await store.next_for("bo", at("9:03"))
    assert first == await store.next_for("ana", at("10:03"))
    assert third == await pull(store, "ana", "9:04")
    assert first == await pull(store, "ana", "9:05")


async def test_an_end_of_shift_counts_as_handing_back(store: Store) -> None:
    """Back after a minute, one does not get the old pile again."""
    first, second, _third = await three(store)
    await pull(store, "ana", "9:01")
    await store.hand_back("ana", at("9:02"))

    assert second == await pull(store, "ana", "9:03")
    assert first == await pull(store, "bo", "9:03")


async def test_what_sleeps_or_is_being_answered_is_not_given(store: Store) -> None:
    """Nor what another writes in, which the desk knows."""
    first, second, third = await three(store)
    await store.snooze(first, "bo", at("9:01"), until=at("12:00"))

    assert third == await store.next_for("ana", at("9:02"), taken=[second])
