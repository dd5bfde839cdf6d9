"""Backup, restore and erasure on a real desk, proved by what lies on the disk."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.walks.house import House

CANARY = "Q7zebrafish"


def files_with(root: Path, words: str) -> list[str]:
    """Every file below `root` in which the words stand."""
    found = []
    for path in sorted(root.rglob("*")):
        if path.is_file() and words.encode() in path.read_bytes():
            found.append(path.name)
    return found


def test_a_backup_is_whole_and_for_its_owner_alone(house: House) -> None:
    """What was there at the time of the copy is there after a restore."""
    house.publish("review", text=f"{CANARY} is broken", stars=1)
    house.until_rows(1)
    copy = house.root / "copy.db"

    made = house.verb("backup", str(copy))
    assert 0 == made.returncode, made.stderr
    assert 0o600 == stat.S_IMODE(copy.stat().st_mode)

    house.publish("review", text="Written after the copy", stars=5)
    house.until_rows(2)
    refused = house.verb("restore", str(copy))
    house.stop_desk()
    restored = house.verb("restore", str(copy))
    house.world.posts.clear()
    house.start_desk()

    assert 1 == refused.returncode
    assert 0 == restored.returncode, restored.stderr
    assert [CANARY in row["what"] for row in house.rows()] == [True]


def test_forget_leaves_no_byte_of_a_person(house: House) -> None:
    """Tables, search index, write-ahead log, drafts: nothing is found, and copies are named."""
    house.publish("review", text=f"{CANARY} wrote this", stars=1)
    post = house.publish("mention", text="Somebody else wrote this")
    rows = house.until_rows(2)
    number = next(str(row["id"]) for row in rows if CANARY in row["what"])
    assert 0 == house.verb("note", number, f"about {CANARY}").returncode
    assert 0 == house.verb("backup").returncode
    handle = next(p.handle for p in house.world.posts.values() if CANARY in p.text)
    assert files_with(house.root / "data", CANARY)

    gone = house.verb("forget", handle, "--yes")

    assert 0 == gone.returncode, gone.stderr
    assert "an older copy still holds them" in gone.stderr
    for copy in (house.root / "data" / "backups").iterdir():
        copy.unlink()
    assert [] == files_with(house.root / "data", CANARY)
    assert [] == files_with(house.root / "data", handle)
    assert [post.text in row["what"] for row in house.rows()] == [True]


def test_a_forgotten_post_does_not_come_back(house: House) -> None:
    """The site still shows it; the desk knows that it must not take it in again."""
    house.publish("review", text=f"{CANARY} wrote this", stars=1)
    house.until_rows(1)
    handle = next(iter(house.world.posts.values())).handle
    assert 0 == house.verb("forget", handle, "--yes").returncode
    house.publish("review", text="A later review", stars=4)

    rows = house.until_rows(1)

    assert "A later review" in rows[0]["what"]
    assert [] == files_with(house.root / "data", CANARY)
