"""Copies of a whole database, consistent while it is written to."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from console.core.i18n import _
from console.errors import StoreError


def copy_to(db: sqlite3.Connection, target: Path) -> None:
    """A copy of the database in a file that nobody else may read; whole, or not there.

    Copying the file itself would leave out what stands in the WAL. Raises `StoreError` where
    the copy cannot be written or does not read back.
    """
    part = target.with_name(target.name + ".part")
    try:
        # SQLite would make it readable by everybody, whatever the umask.
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600))
        os.chmod(part, 0o600)
        with closing(sqlite3.connect(part)) as copy:
            # in one step: a copy made in several begins again whenever somebody writes between.
            db.backup(copy)
            copy.execute("pragma journal_mode = delete")
            verify(copy, part)
        _sync(part)
        os.replace(part, target)
        _sync(target.parent)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        raise StoreError(
            _("{path}: the copy cannot be written ({problem})").format(path=target, problem=error)
        ) from error


def verify(db: sqlite3.Connection, path: Path) -> None:
    """Reads a database to its end. Raises `StoreError` if it is damaged."""
    (answer,) = db.execute("pragma integrity_check(1)").fetchone()
    if answer != "ok":
        raise StoreError(_("{path}: is damaged ({problem})").format(path=path, problem=answer))


def _sync(path: Path) -> None:
    """The name and the bytes survive a power cut."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
