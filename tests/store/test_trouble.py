"""Full disks, cancelled tasks, closed stores: said in words, nothing half done, and it goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from console.core.model import Draft
from console.errors import StoreError
from console.store.database import Transaction
from console.store.lock import lock_path
from console.store.sqlite import SqliteStore, open_store
from tests.store.conftest import at, one, poll, post


def pages(tx: Transaction, most: int) -> None:
    """The database may not grow beyond so many pages; what SQLite says is what a full disk makes it say."""
    tx.db.execute(f"pragma max_page_count = {most}")


async def fill(store: SqliteStore) -> None:
    """No room any more."""
    await store.write(pages, 1)
    with pytest.raises(StoreError, match="disk is full"):
        for number in range(1000):
            await poll(store, "mast", [post(f"f{number}", "words " * 5000)], "9:30")


async def test_a_full_disk_stops_intake_and_keeps_the_reserve(store: SqliteStore) -> None:
    """Nothing half taken in, everything readable, the room for replies untouched."""
    conversation = await one(store)
    await fill(store)

    assert "Sara" == (await store.row(conversation)).who
    assert store.path.with_name("desk.db.reserve").stat().st_size > 10_000_000
    await store.write(pages, 1_000_000)
    taken = await poll(store, "mast", [post("later", "there is room again")], "9:40")
    assert 1 == taken.new


async def test_a_reply_takes_the_reserve(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A draft is saved on a full disk, because room was kept for it."""
    conversation = await one(store)
    await fill(store)
    spend = store._reserve.spend

    def spend_and_grow() -> bool:
        store._grow()  # type: ignore[attr-defined]
        return spend()

    monkeypatch.setattr(store._reserve, "spend", spend_and_grow)
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(
        store,
        "_grow",
        lambda: asyncio.run_coroutine_threadsafe(store.write(pages, 1_000_000), loop).result(5),
        raising=False,
    )

    draft = Draft(conversation, "ana", "text " * 10_000, False, at("9:41"), 1, 1)
    kept = await store.save_draft(draft, at("9:41"))

    assert kept.text == draft.text
    assert not store.path.with_name("desk.db.reserve").exists()
    await store.tick(at("9:42"))
    assert store.path.with_name("desk.db.reserve").exists()


async def test_a_cancelled_write_locks_nobody_out(store: SqliteStore) -> None:
    """Whoever stops waiting leaves a whole transaction behind, or none."""
    conversation = await one(store)
    for number in range(30):
        task = asyncio.create_task(store.tag(conversation, "ana", at("9:10"), add=[f"t{number}"]))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    await store.claim(conversation, "ana", at("9:11"))

    assert "ana" == (await store.row(conversation)).owner
    assert await poll(store, "mast", [post("2", "More")], "9:12")


async def test_a_failed_transaction_leaves_nothing(store: SqliteStore) -> None:
    """Whatever raises in the middle, nothing of it is kept."""
    conversation = await one(store)

    def half(tx: Transaction) -> None:
        tx.db.execute("update conversations set owner = 'x' where id = ?", (conversation,))
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        await store.write(half)

    assert "" == (await store.row(conversation)).owner


async def test_the_ledger_is_append_only(store: SqliteStore) -> None:
    """Not even the program can change a line."""
    await one(store)

    def forge(tx: Transaction) -> Any:
        return tx.db.execute("update ledger set at = 0")

    with pytest.raises(StoreError, match="append-only"):
        await store.write(forge)


async def test_a_closed_store_says_so(tmp_path: Path) -> None:
    """A late question gets a sentence, not a hanging program."""
    async with open_store(tmp_path / "desk.db", now=at("8:00")) as store:
        pass

    with pytest.raises(StoreError, match="closed"):
        await store.on_shift()
    with pytest.raises(StoreError, match="closed"):
        await store.tick(at("9:00"))


async def test_many_readers_and_writers_get_on(store: SqliteStore) -> None:
    """Fifty consoles at once: no lock is ever seen."""
    conversation = await one(store)

    async def console(number: int) -> None:
        for step in range(5):
            await store.tag(conversation, f"agent{number}", at("9:10"), add=[f"t{number}-{step}"])
            await store.row(conversation)
            await store.counts(f"agent{number}", at("9:11"))

    await asyncio.gather(*(console(number) for number in range(50)))

    assert 250 == len((await store.row(conversation)).tags)


async def test_a_desk_that_was_replaced_writes_no_more(store: SqliteStore) -> None:
    """Somebody removed the lock file and started a second desk: the first one is refused."""
    conversation = await one(store)
    lock_path(store.path).unlink()

    async with open_store(store.path, now=at("9:05")) as second:
        with pytest.raises(StoreError, match="another desk"):
            await store.claim(conversation, "ana", at("9:06"))
        await second.claim(conversation, "bo", at("9:07"))

    assert "bo" == (await store.row(conversation)).owner
