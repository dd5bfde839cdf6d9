"""The file and its connections: one that writes, a few that read, each on a thread of its own.

A whole transaction is one plain function on the thread of its connection. Several awaits would
leave it open when a task is cancelled, and lock everybody out (seen with aiosqlite 0.22).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import quote

import aiosqlite

from console.core.i18n import _
from console.core.policy import Rules
from console.core.touched import together
from console.errors import NotFound, StoreError
from console.store.reserve import Reserve
from console.store.touched import take

READERS = 2
"""Readers beside the writer: a slow search does not hold up the queue."""

P = ParamSpec("P")
T = TypeVar("T")

_PRAGMAS = (
    "pragma busy_timeout = 5000",
    "pragma foreign_keys = on",
    "pragma temp_store = memory",
    # in kilobytes, used as far as needed: the open rows of a large desk fit in it.
    "pragma cache_size = -64000",
)

_WRITER_PRAGMAS = (
    "pragma journal_mode = wal",
    # a promise to a customer must survive a power cut: 1 ms a commit.
    "pragma synchronous = full",
    # what is deleted is overwritten: `forget` must reach the file.
    "pragma secure_delete = on",
    "pragma journal_size_limit = 67108864",
)


class DiskFull(StoreError):
    """There is no room for what was to be written."""


class Transaction:
    """One write, from its begin to its commit."""

    def __init__(self, db: sqlite3.Connection, rules: Rules) -> None:
        self.db = db
        self.rules = rules
        """The rules in force; whoever changes them changes this."""
        self.visible = False
        """Whether a console could see what was changed."""


class Database:
    """Runs questions and whole transactions; knows no table but `desk`."""

    def __init__(
        self,
        path: Path,
        writer: aiosqlite.Connection,
        readers: list[aiosqlite.Connection],
        rules: Rules,
    ) -> None:
        self.path = path
        self._writer = writer
        self._readers: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
        for reader in readers:
            self._readers.put_nowait(reader)
        self._rules = rules
        self._version = 0
        self._touched: deque[frozenset[int] | None] = deque()
        self._epoch: int | None = None
        self._reserve = Reserve(path)

    @property
    def version(self) -> int:
        """Grows with every committed change that a console could see."""
        return self._version

    def take_touched(self) -> frozenset[int] | None:
        """The conversations that writes touched since the last call; None for any of them."""
        found: frozenset[int] | None = frozenset()
        while self._touched:
            found = together(found, self._touched.popleft())
        return found

    async def write(
        self,
        work: Callable[Concatenate[Transaction, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """The answer of `work`, run as one transaction: all of it is kept, or nothing.

        Raises `StoreError` where the disk refuses.
        """

        def run(db: sqlite3.Connection) -> T:
            with _in_words(self.path):
                # begin immediate: a plain begin that reads first fails at once when another
                # connection has written since.
                db.execute("begin immediate")
                try:
                    self._check_epoch(db)
                    tx = Transaction(db, self._rules)
                    answer = work(tx, *args, **kwargs)
                    version = self._version
                    if tx.visible:
                        (version,) = db.execute(
                            "update desk set version = version + 1 returning version"
                        ).fetchone()
                    touched = take(db)
                    db.execute("commit")
                except BaseException:
                    if db.in_transaction:
                        db.execute("rollback")
                    raise
                # set here, on the thread: the task that asked may be cancelled by now. The version
                # comes last: whoever sees it finds what was touched.
                if touched is None or touched:
                    self._touched.append(touched)
                self._version, self._rules = version, tx.rules
                return answer

        return await on_thread(self._writer, run)

    async def take_epoch(self) -> None:
        """From now on this desk alone may write; one that still runs is refused."""

        def take(db: sqlite3.Connection) -> int:
            (epoch,) = db.execute("update desk set epoch = epoch + 1 returning epoch").fetchone()
            return int(epoch)

        self._epoch = await self.outside(take)

    def _check_epoch(self, db: sqlite3.Connection) -> None:
        (epoch,) = db.execute("select epoch from desk").fetchone()
        if epoch != self._epoch:
            raise StoreError(
                _("{path}: another desk has taken this database; this one must end").format(
                    path=self.path
                )
            )

    async def write_vital(
        self,
        work: Callable[Concatenate[Transaction, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """`write` for replies and drafts: on a full disk it takes the room that was kept for them."""
        try:
            return await self.write(work, *args, **kwargs)
        except DiskFull:
            if not await asyncio.to_thread(self._reserve.spend):
                raise
        return await self.write(work, *args, **kwargs)

    async def outside(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The answer of `work`, run on the writer where no transaction may be open."""

        def run(db: sqlite3.Connection) -> T:
            with _in_words(self.path):
                return work(db)

        return await on_thread(self._writer, run)

    async def keep_reserve(self) -> None:
        """Lay down the room for replies and drafts again, if it is spent and the disk has some."""
        await asyncio.to_thread(self._reserve.keep)

    async def read(
        self,
        work: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """The answer of `work`, which sees one committed state however many questions it asks."""

        def run(db: sqlite3.Connection) -> T:
            with _in_words(self.path):
                db.execute("begin")
                try:
                    return work(db, *args, **kwargs)
                finally:
                    db.execute("rollback")

        reader = await self._readers.get()
        try:
            return await on_thread(reader, run)
        finally:
            self._readers.put_nowait(reader)


async def on_thread(connection: aiosqlite.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Runs a plain function on a connection's own thread."""
    # aiosqlite has no public door for this; both names have been the same since 0.1.
    try:
        answer: T = await connection._execute(work, connection._conn)  # type: ignore[no-untyped-call]
    except ValueError as error:
        if connection._running:
            raise
        raise StoreError(_("the database is closed")) from error
    return answer


@asynccontextmanager
async def connected(
    path: Path,
) -> AsyncIterator[tuple[aiosqlite.Connection, list[aiosqlite.Connection]]]:
    """The writer and the readers of a prepared file; the readers end first, the writer last.

    So the writer alone moves the WAL into the file: two connections that do so at the same
    instant can lose committed transactions (SQLite 3.7.0 to 3.51.2, "WAL-reset bug").
    """
    async with AsyncExitStack() as stack:
        writer = await stack.enter_async_context(aiosqlite.connect(path, isolation_level=None))
        await on_thread(writer, lambda db: _set_up(db, path, _PRAGMAS + _WRITER_PRAGMAS))
        readers = []
        for _number in range(READERS):
            reader = await stack.enter_async_context(
                aiosqlite.connect(
                    f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None
                )
            )
            await on_thread(reader, lambda db: _set_up(db, path, _PRAGMAS))
            readers.append(reader)
        yield writer, readers


def _set_up(db: sqlite3.Connection, path: Path, pragmas: tuple[str, ...]) -> None:
    db.row_factory = sqlite3.Row
    # SQLite folds ASCII alone.
    db.create_function("casefold", 1, _casefold, deterministic=True)
    with _in_words(path):
        for pragma in pragmas:
            db.execute(pragma)


def _casefold(text: str | None) -> str | None:
    return None if text is None else text.casefold()


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Turns what SQLite raises into sentences that name the file and the way out."""
    try:
        yield
    except OverflowError as error:
        # an id of more than 64 bits, which no table holds.
        raise NotFound(_("there is no such number here")) from error
    except sqlite3.Error as error:
        full = _primary(error) == sqlite3.SQLITE_FULL
        raise (DiskFull if full else StoreError)(_sentence(path, error)) from error


def _primary(error: sqlite3.Error) -> int:
    """The kind of trouble: the low byte of SQLite's code, whose rest gives details."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _sentence(path: Path, error: sqlite3.Error) -> str:
    match _primary(error):
        case sqlite3.SQLITE_FULL:
            return _("{path}: the disk is full; free some space").format(path=path)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
            return _("{path}: cannot be written; check its owner and mode").format(path=path)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return _("{path}: is damaged; restore a backup").format(path=path)
        case _:
            return _("{path}: {problem}").format(path=path, problem=error)
