"""Copies, erasure and age: what is kept is whole, and what is erased is in no byte of any file."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from console.core.model import Draft
from console.core.views import parse
from console.errors import NotFound, StoreError
from console.store.sqlite import SqliteStore, open_store
from console.store.upkeep import restore
from sources.base import Channel
from tests.store.conftest import answer, at, newest_turn, one, poll, post, queue
from tests.store.test_opening import mode

CANARIES = [
    "quokka", "zanzibarian", "xylographer", "@sarahandle", "Sarabande", "wombatteries",
    "flibbertigibbet", "https://example.com/canaryurl", "nativecanary", "threadcanary", "extracanary",
    "draftcanary", "replycanary", "notecanary", "titlecanary", "olddraftcanary", "elsewherecanary",
]  # fmt: skip


async def canaries_come_in(store: SqliteStore) -> int:
    """A person who left traces everywhere; their conversation."""
    said: dict[str, object] = {
        "text": "A quokka and a zanzibarian xylographer " + "wombatteries " * 40,
        "title": "titlecanary",
        "author": "Sarabande",
        "author_id": "@sarahandle",
        "url": "https://example.com/canaryurl",
        "thread": "threadcanary",
        "extra": {"order": "extracanary"},
    }
    taken = await poll(store, "mast", [post("nativecanary", **said)], "9:01")
    (number,) = taken.conversations
    turn, version = await newest_turn(store, number), (await store.row(number)).version
    for revision, text in enumerate(["olddraftcanary " * 5, "draftcanary"]):
        await store.save_draft(
            Draft(number, "bo", text, False, at("9:02"), turn, version, revision), at("9:02")
        )
    await store.discard_draft(number, "bo", at("9:03"))
    await store.note(number, "notecanary", "ana", at("9:04"))
    await answer(store, number, "9:05", text="Dear flibbertigibbet, replycanary")
    edited = {**said, "text": "flibbertigibbet", "edited_at": at("9:10")}
    await poll(store, "mast", [post("nativecanary", **edited)], "9:11")
    await store.correct_mood(number, "negative", "ana", at("9:12"))
    await store.search("quokka", 5)
    return number


def hits(directory: Path) -> set[str]:
    """The canaries that are in any byte of any file."""
    content = b"\n".join(path.read_bytes() for path in directory.iterdir())
    return {
        word for word in CANARIES if word.encode() in content or word.encode("utf-16-le") in content
    }


async def test_a_forgotten_person_is_in_no_byte(tmp_path: Path) -> None:
    """Tables, history, drafts, outbox, undo, search index, log: nothing, while the desk runs."""
    desk = tmp_path / "desk"
    async with open_store(desk / "desk.db", now=at("8:00")) as store:
        await store.name_sources({"mast": ("mastodon", Channel())})
        await poll(store, "mast", [], "8:30")
        others = [
            post(str(n), f"other words {n} " * 20, f"8:{n % 30 + 30}", author_id=f"o{n}")
            for n in range(300)
        ]
        await poll(store, "mast", others, "9:00")
        number = await canaries_come_in(store)
        elsewhere = await poll(
            store,
            "mast",
            [
                post(
                    "e1",
                    "elsewherecanary",
                    "9:20",
                    thread="0",
                    author="Sarabande",
                    author_id="@sarahandle",
                )
            ],
            "9:21",
        )
        customer = await store.customer(number)
        assert customer is not None
        before = hits(desk)

        gone = await store.forget(customer.id, at("9:30"))

        assert set(CANARIES) - before == set()
        assert set() == hits(desk)
        assert (1, 300) == (
            gone.conversations,
            (await store.window(parse("is:open"), me="", now=at("9:31"))).total,
        )
        with pytest.raises(NotFound):
            await store.row(number)
        (other,) = elsewhere.conversations
        page = await store.conversation(other, "ana", see_drafts=False)
        assert ("", True) == (page.turns[-1].text, page.turns[-1].deleted)
        assert 0 == await store.rebuild()
    assert set() == hits(desk)


async def test_what_was_forgotten_does_not_come_in_again(store: SqliteStore) -> None:
    """The platform still shows it; a new word of the same person is a new beginning."""
    conversation = await one(store)
    customer = await store.customer(conversation)
    assert customer is not None
    await store.forget(customer.id, at("9:02"))

    again = await poll(store, "mast", [post()], "9:06")
    new = await poll(store, "mast", [post("2", "Hello", "9:07")], "9:08")

    assert ((0, 1), 1) == ((again.new, again.unchanged), new.new)


async def test_customers_are_found_by_what_people_know(store: SqliteStore) -> None:
    """The platform's id before the name; a number is a number."""
    conversation = await one(store)
    customer = await store.customer(conversation)

    assert customer is not None
    for text in ("sara", "SARA", str(customer.id)):
        assert (customer,) == await store.customers_like(text)
    assert () == await store.customers_like("nobody")


async def test_a_backup_is_whole_while_the_desk_writes(store: SqliteStore, tmp_path: Path) -> None:
    """Also what stands only in the log; for its owner alone."""
    await one(store)
    target = tmp_path / "copy.db"

    await store.backup(target)

    db = sqlite3.connect(target)
    assert (1,) == db.execute("select count(*) from conversations").fetchone()
    db.close()
    assert 0o600 == mode(target)
    assert not (tmp_path / "copy.db.part").exists()


async def test_a_backup_that_cannot_be_written_says_so(store: SqliteStore, tmp_path: Path) -> None:
    """No half file is left."""
    with pytest.raises(StoreError, match="cannot be written"):
        await store.backup(tmp_path / "missing" / "copy.db")


async def test_a_backup_is_put_back(tmp_path: Path) -> None:
    """The desk is stopped, the copy takes its place, and what stood there is kept beside it."""
    path, copy = tmp_path / "desk.db", tmp_path / "copy.db"
    async with open_store(path, now=at("8:00")) as store:
        first = await one(store)
        await store.backup(copy)
        second = (await poll(store, "mast", [post("2", "More", "9:02")], "9:03")).conversations[0]
        with pytest.raises(StoreError, match="already runs"):
            restore(copy, path)

    restore(copy, path)

    async with open_store(path, now=at("8:00")) as store:
        assert first == (await store.row(first)).id
        with pytest.raises(NotFound):
            await store.row(second)
    old = sqlite3.connect(tmp_path / "desk.db.replaced")
    assert (2,) == old.execute("select count(*) from conversations").fetchone()
    old.close()
    assert 0o600 == mode(path)


async def test_a_damaged_backup_is_not_put_back(tmp_path: Path) -> None:
    """What stands there stays."""
    path, copy = tmp_path / "desk.db", tmp_path / "copy.db"
    async with open_store(path, now=at("8:00")) as store:
        first = await one(store)
    copy.write_bytes(b"nothing" * 1000)

    with pytest.raises(StoreError):
        restore(copy, path)

    async with open_store(path, now=at("8:00")) as store:
        assert first == (await store.row(first)).id


async def test_old_notes_of_shifts_end_too(store: SqliteStore) -> None:
    """They speak of customers; those of this year stay."""
    await store.write_shift_note("ana", "Sara calls back", at("9:00"))
    await store.write_shift_note("bo", "Lena too", at("+9d 9:00"))

    await store.retention(at("+5d 9:00"))

    assert ["Lena too"] == [note.text for note in await store.shift_notes(at("0:00"))]


async def test_old_and_done_conversations_end(store: SqliteStore) -> None:
    """By age and only if solved or closed, nothing asleep and nothing on its way."""
    old = await one(store)
    asleep = (
        await poll(store, "mast", [post("2", "b", "9:01", author="B", author_id="b")], "9:02")
    ).conversations[0]
    sending = (
        await poll(store, "mast", [post("3", "c", "9:02", author="C", author_id="c")], "9:03")
    ).conversations[0]
    open_ = (
        await poll(store, "mast", [post("4", "d", "9:03", author="D", author_id="d")], "9:04")
    ).conversations[0]
    await queue(store, sending, "9:05")
    for number in (old, asleep, sending):
        await store.set_status(number, "solved", "ana", at("9:10"), reason="spam")
    await store.snooze(asleep, "ana", at("9:11"), until=at("+400d 9:00"))

    deleted = await store.retention(at("9:00") + timedelta(days=365))

    with pytest.raises(NotFound):
        await store.row(old)
    assert 1 == deleted
    assert {asleep, sending, open_} == {(await store.row(n)).id for n in (asleep, sending, open_)}
    assert () == await store.customers_like("sara")
