"""Opening a database: whose it is, what is refused, what is upgraded, who may read it."""

from __future__ import annotations

import os
import sqlite3
import stat
from datetime import date
from pathlib import Path

import pytest

from console.core.calendar import Calendar
from console.core.defaults import DEFAULT_PRIORITIES, default_policies
from console.core.policy import Rules
from console.errors import StoreError
from console.store import migrations
from console.store.lock import holder, locked
from console.store.places import file_system, refuse_network
from console.store.sqlite import open_store
from tests.store.conftest import at, one, poll, post


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_files_are_their_owners_alone(tmp_path: Path) -> None:
    """Directory 0700, everything in it 0600, whatever the umask."""
    before = os.umask(0)
    try:
        async with open_store(tmp_path / "desk" / "desk.db", now=at("8:00")):
            modes = {path.name: mode(path) for path in (tmp_path / "desk").iterdir()}
    finally:
        os.umask(before)

    assert 0o700 == mode(tmp_path / "desk")
    assert {"desk.db", "desk.db-wal", "desk.db-shm", "desk.db.lock", "desk.db.reserve"} == set(
        modes
    )
    assert {0o600} == set(modes.values())


async def test_two_desks_never_share_a_database(tmp_path: Path) -> None:
    """The second is told which process has it; the lock goes with the first."""
    path = tmp_path / "desk.db"
    async with open_store(path, now=at("8:00")):
        with pytest.raises(StoreError, match=str(os.getpid())):
            async with open_store(path, now=at("8:00")):
                pass
        assert os.getpid() == holder(path)
    assert None is holder(path)
    with locked(path):
        pass


async def test_what_was_written_is_there_again(tmp_path: Path) -> None:
    """Posts, rules and the version outlive the desk."""
    path = tmp_path / "desk.db"
    async with open_store(path, now=at("8:00")) as store:
        conversation = await one(store)
        version = store.version
    async with open_store(path, now=at("9:30")) as store:
        row = await store.row(conversation)
        assert "Sara" == row.who
        assert store.version > version


async def test_a_newer_database_is_refused_with_both_numbers(tmp_path: Path) -> None:
    """An older release does not touch what it does not know."""
    path = tmp_path / "desk.db"
    newest = max(migrations.steps())
    db = sqlite3.connect(path)
    db.execute(f"pragma user_version = {newest + 7}")
    db.close()

    with pytest.raises(StoreError, match=f"{newest + 7}.*{newest}"):
        async with open_store(path, now=at("8:00")):
            pass


async def test_a_foreign_database_is_refused(tmp_path: Path) -> None:
    """Somebody else's file is left as it is."""
    path = tmp_path / "desk.db"
    db = sqlite3.connect(path)
    db.execute("create table other (x)")
    db.close()

    with pytest.raises(StoreError, match="not one of Shiftdesk"):
        async with open_store(path, now=at("8:00")):
            pass


async def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    """What is no database, and what was one, is said in words."""
    path = tmp_path / "desk.db"
    path.write_bytes(b"not a database at all" * 500)

    with pytest.raises(StoreError, match="restore a backup"):
        async with open_store(path, now=at("8:00")):
            pass


async def test_an_upgrade_keeps_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the first step to a newer version the file is copied, for its owner alone."""
    path = tmp_path / "desk.db"
    async with open_store(path, now=at("8:00")) as store:
        await one(store)
    newest = max(migrations.steps())
    step = f"begin immediate; create table fresh (x); pragma user_version = {newest + 1}; commit;"
    steps = {**migrations.steps(), newest + 1: step}
    monkeypatch.setattr(migrations, "steps", lambda: steps)

    async with open_store(path, now=at("8:00")):
        pass

    copy = tmp_path / f"desk.db.before-{newest + 1}"
    db = sqlite3.connect(copy)
    assert (newest, 1) == (
        db.execute("pragma user_version").fetchone()[0],
        db.execute("select count(*) from conversations").fetchone()[0],
    )
    assert 0o600 == mode(copy)
    db.close()


def test_a_step_that_fails_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an upgrade is none."""
    newest = max(migrations.steps())
    bad = "begin immediate; create table half (x); select no_such_column from half; commit;"
    steps = {**migrations.steps(), newest + 1: bad}
    monkeypatch.setattr(migrations, "steps", lambda: steps)
    db = sqlite3.connect(":memory:", isolation_level=None)

    with pytest.raises(sqlite3.Error):
        migrations.upgrade(db)

    assert (newest,) == db.execute("pragma user_version").fetchone()
    assert [] == db.execute("select 1 from sqlite_schema where name = 'half'").fetchall()
    db.close()


MOUNTS = """\
22 1 8:1 / / rw - ext4 /dev/sda1 rw
40 22 0:35 / /srv rw shared:1 - nfs4 server:/srv rw
41 40 8:2 / /srv/local rw - xfs /dev/sdb rw
42 22 0:36 / /mnt/my\\040share rw - cifs //host/x rw
43 42 0:37 / /mnt/my\\040share rw - tmpfs x rw
"""


@pytest.mark.parametrize(
    ("directory", "kind"),
    [
        ("/home/x", "ext4"),
        ("/srv", "nfs4"),
        ("/srv/data", "nfs4"),
        ("/srvother", "ext4"),
        ("/srv/local/a", "xfs"),
        ("/mnt/my share/a", "tmpfs"),
    ],
)
def test_the_nearest_mount_counts(directory: str, kind: str) -> None:
    """The longest mount point above a directory, the last where several lie on one."""
    assert kind == file_system(Path(directory), MOUNTS)


def test_a_network_share_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the way out."""
    mounts = tmp_path / "mounts"
    mounts.write_text(f"1 1 0:1 / {tmp_path} rw - nfs4 server:/x rw\n")
    monkeypatch.setattr("console.store.places._MOUNTS", mounts)

    with pytest.raises(StoreError, match="PostgreSQL"):
        refuse_network(tmp_path)


async def test_the_same_rules_after_a_restart_are_no_new_version(tmp_path: Path) -> None:
    """What was written down is read again, holidays and conditions too."""
    week = (((9 * 60, 17 * 60),),) * 5 + ((),) * 2
    holiday = (date(2027, 5, 6), ())
    short = (date(2027, 5, 7), ((9 * 60, 12 * 60),))
    office = Calendar("office", "Africa/Cairo", week, (holiday, short))
    rules = Rules(default_policies("office"), {"office": office}, DEFAULT_PRIORITIES)
    path = tmp_path / "desk.db"
    async with open_store(path, now=at("8:00")) as store:
        await store.adopt(rules, at("8:00"))
        await poll(store, "mast", [], "8:30")
        due = (await store.row(await one(store))).due_at
    async with open_store(path, now=at("9:30")) as store:
        before = store.version

        await store.adopt(rules, at("9:30"))

        assert before == store.version
        second = (await poll(store, "mast", [post("2", "b", "9:00")], "9:31")).conversations[0]
        assert due == (await store.row(second)).due_at
