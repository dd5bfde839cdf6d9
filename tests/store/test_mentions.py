"""Others' words that lead to an erased person: in no byte of any file, and nobody else's touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.erasing import ERASED
from console.core.model import Draft
from console.errors import StoreError
from console.store import upkeep
from console.store.sqlite import SqliteStore, open_store
from tests.store.conftest import at, equip, newest_turn, one, poll, post

NAME, HANDLE, MAIL, PHONE = (
    "Zanzibella Quokkamp",
    "@zanzihandle",
    "zq@quokka.example",
    "0171 2345678",
)
TRACES = [NAME, NAME.upper(), "zanzihandle", MAIL, PHONE, "Quokkamp", "471188"]


def hits(directory: Path) -> set[str]:
    """The traces that are in any byte of any file, the write-ahead log among them."""
    content = b"\n".join(path.read_bytes() for path in directory.iterdir())
    return {
        word for word in TRACES if word.encode() in content or word.encode("utf-16-le") in content
    }


async def they_write(store: SqliteStore) -> tuple[int, int]:
    """The person's conversation, and somebody else's."""
    text = f"Call {PHONE} or write to {MAIL}: order 471188"
    said = post("z1", text, "9:00", author=NAME, author_id=HANDLE, thread="z")
    (theirs,) = (await poll(store, "mast", [said], "9:01")).conversations
    other = await one(store, "play", id="p1", author="Lena", author_id="lena")
    return theirs, other


async def others_speak_of_them(store: SqliteStore, other: int) -> None:
    """In every place where people write freely."""
    await store.write_shift_note("ana", f"Quokkamp ({HANDLE}, order 471188) calls back", at("9:02"))
    await store.write_shift_note("bo", f"{MAIL} / {PHONE}: until Friday", at("9:03"))
    await store.note(other, f"is a friend of {NAME.upper()}", "ana", at("9:04"))
    await store.note_customer(other, f"comes with {NAME}")
    turn, version = await newest_turn(store, other), (await store.row(other)).version
    await store.save_draft(
        Draft(other, "bo", f"As {NAME} told us", False, at("9:05"), turn, version, 1), at("9:05")
    )
    await store.snooze(
        other, "ana", at("9:06"), until=at("+1d 9:00"), reason=f"{NAME} writes to {MAIL}"
    )
    await store.set_status(other, "closed", "bo", at("9:07"), reason=f"double of {NAME}")
    await store.save_view("Quokkamp", f'"{NAME}"', "due", "ana")
    speaks = post(
        "p2", f"Me too, {HANDLE} is right. {NAME}!", "9:08", author="Olaf", author_id="olaf"
    )
    await poll(store, "play", [speaks], "9:09")


async def test_the_words_of_others_lead_to_nobody_any_more(tmp_path: Path) -> None:
    """Shift notes, notes, drafts, reasons, the ledger, views, other customers: no byte, no log."""
    desk = tmp_path / "desk"
    async with open_store(desk / "desk.db", now=at("8:00")) as store:
        await equip(store)
        theirs, other = await they_write(store)
        await others_speak_of_them(store, other)
        person = await store.customer(theirs)
        assert person is not None
        before = hits(desk)

        gone = await store.forget(person.id, at("9:30"))

        assert set(TRACES) == before
        assert set() == hits(desk)
        assert gone.mentions > 8
        notes = [note.text for note in await store.shift_notes(at("9:00"))]
        assert [f"{ERASED} ({ERASED}, order {ERASED}) calls back"] == notes[:1]
        assert 0 == await store.rebuild()
    assert set() == hits(desk)


async def test_what_others_say_of_others_stays(store: SqliteStore) -> None:
    """A namesake's conversation, a note without a lead, a number that is a price."""
    theirs, _other = await they_write(store)
    named = await one(store, "mast", id="s2", author="Zanzibella", author_id="zb", thread="s2")
    await store.note(named, "Zanzibella is glad", "ana", at("9:04"))
    await store.write_shift_note("ana", "The shop calls back at nine.", at("9:05"))
    person = await store.customer(theirs)
    assert person is not None

    gone = await store.forget(person.id, at("9:30"))

    assert 0 == gone.mentions
    turns = (await store.conversation(named, "ana", see_drafts=False)).turns
    assert "Zanzibella is glad" == turns[-1].text
    assert ["The shop calls back at nine."] == [n.text for n in await store.shift_notes(at("9:00"))]


async def test_a_forgetting_that_was_cut_off_can_begin_again(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What leads to them is known from their own words, which must not go before the others'."""
    theirs, other = await they_write(store)
    await others_speak_of_them(store, other)
    person = await store.customer(theirs)
    assert person is not None

    def dies(*_: object) -> None:
        raise StoreError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(upkeep, "_forget_customer", dies)
        with pytest.raises(StoreError):
            await store.forget(person.id, at("9:30"))
    await store.forget(person.id, at("9:31"))

    notes = " ".join(note.text for note in await store.shift_notes(at("9:00")))
    assert set() == {trace for trace in TRACES if trace in notes}
