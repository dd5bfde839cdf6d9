"""`shiftdesk forget` on a real desk: the person is in no byte of any file that the desk wrote."""

from __future__ import annotations

import json
from pathlib import Path

from tests.walks.house import House


def holding(root: Path, words: list[str]) -> dict[str, list[str]]:
    """The files below a folder that hold one of these words, the log and the WAL among them."""
    found = {}
    for path in sorted(root.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            if held := [word for word in words if word.encode() in content]:
                found[path.name] = held
    return found


def test_a_person_is_in_no_file_of_the_desk(tmp_path: Path) -> None:
    """Words, name and handle; also in a shift note, in a note elsewhere, in a view, in the log."""
    house = House(tmp_path)
    try:
        house.start_desk()
        theirs = house.publish("review", text="My quokkamobile broke, order 7710042", stars=1)
        other = house.publish("review", text="Nice lamp", stars=5)
        rows = {row["who"]: row["id"] for row in house.until_rows(2)}
        name, handle = theirs.author, theirs.handle
        assert name != other.author
        house.verb("report", "--note", f"{name} ({handle}, order 7710042) calls back")
        house.verb("note", str(rows[other.author]), f"knows {handle}")
        house.verb("snooze", str(rows[other.author]), "2h", "--reason", f"waits for {handle}")
        words = ["quokkamobile", name, handle, "7710042"]
        before = holding(tmp_path, words)
        told = json.loads(house.verb("forget", handle, "--yes", "--json").stdout)
        while_running = holding(tmp_path, words)
        left = house.verb("report", "--shift").stdout
        house.stop_desk()
        afterwards = holding(tmp_path, words)
    finally:
        house.close()

    assert set(words) == {word for held in before.values() for word in held}
    assert (1, True) == (told["conversations"], told["mentions"] >= 3)
    assert ({}, {}) == (while_running, afterwards)
    assert "[erased] ([erased], order [erased]) calls back" in left
