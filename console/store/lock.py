"""One desk for each database: a lock that the kernel drops when its holder dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console.core.i18n import _
from console.errors import StoreError


def lock_path(database: Path) -> Path:
    """Where the lock of a database lies: beside it."""
    return database.with_name(database.name + ".lock")


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Holds the database's lock. Raises `StoreError` naming the process that has it already.

    The file stays when the lock is given up: removing it would let two holders lock two
    different files of the same name.
    """
    path = lock_path(database)
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise StoreError(
            _("{path}: cannot be opened ({problem}); check who owns the directory").format(
                path=path, problem=error.strerror
            )
        ) from error
    try:
        _take(file, database)
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(file)


def holder(database: Path) -> int | None:
    """The process that holds the lock now, as it wrote itself down; None if nobody does."""
    try:
        file = os.open(lock_path(database), os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _written(file)
    finally:
        os.close(file)
    return None


def _take(file: int, database: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StoreError(
            _("{path}: a desk already runs on this database (process {process})").format(
                path=database, process=_written(file) or "?"
            )
        ) from error


def _written(file: int) -> int:
    text = os.pread(file, 20, 0).strip()
    return int(text) if text.isdigit() else 0
