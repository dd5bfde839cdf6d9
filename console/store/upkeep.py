"""Keeping a database: copies while it runs, putting one back, erasing a person, ending with age."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Collection
from contextlib import closing
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from console.core.erasing import Leads, leads_to
from console.core.i18n import _
from console.core.model import Customer
from console.errors import StoreError
from console.store import migrations
from console.store.clockwork import settle
from console.store.copies import copy_to, verify
from console.store.customers import customer_by_id
from console.store.database import Database, Transaction
from console.store.identity import mark_of
from console.store.instants import to_ms, whole
from console.store.lock import locked
from console.store.mentions import empty, mentions, names_of, said_by
from console.store.places import prepare
from console.store.protocol import Forgotten

AT_ONCE = 200
"""Conversations that are deleted in one transaction: others write between two of them."""


class Upkeep(Database):
    """Backup, erasure, retention."""

    async def backup(self, target: Path) -> None:
        """A whole, verified copy for its owner alone, while the desk goes on.

        Raises `StoreError` where it cannot be written.
        """
        await asyncio.to_thread(_backup, self.path, target)

    async def customers_like(self, text: str, count: int = 20) -> tuple[Customer, ...]:
        """Customers whose number, name or platform's id this is; the surest first."""
        return await self.read(_customers_like, text, count)

    async def forget(
        self, customer: int, now: datetime, *, ours: Collection[str] = ()
    ) -> Forgotten:
        """Erase a person from tables, search index and write-ahead log. Cannot be undone.

        What they wrote in other people's conversations is emptied, and where others' words lead
        to them (a shift note, a note elsewhere), those words go. `ours` are the team's own
        addresses, which stay. Marks that do not tell who it was keep their posts from coming in
        again. Raises `NotFound`.
        """
        leads = await self.read(_leads, customer, ours)
        # first: what leads to them is known from their words, for whoever has to begin again.
        # looked for beside the writer: others write meanwhile.
        places = await self.read(mentions, leads, customer)
        emptied = await self.write(empty, leads, places, whole(now))
        turns = await self.write(_empty_turns, customer, whole(now))
        conversations = 0
        while deleted := await self.write(_forget_some, customer):
            conversations += deleted[0]
            turns += deleted[1]
        await self.write(_forget_customer, customer)
        await self._scrub()
        copies = await asyncio.to_thread(_copies_of, self.path)
        return Forgotten(conversations, turns, emptied, copies)

    async def retention(self, older_than: datetime) -> int:
        """Delete solved and closed conversations without any activity since; how many.

        Notes from shift to shift of that age go too: they speak of customers.
        """
        total = 0
        notes = await self.write(_retain_notes, to_ms(older_than))
        while deleted := await self.write(_retain_some, to_ms(older_than)):
            total += deleted
        await self.write(_retain_customers)
        if total or notes:
            await self._scrub()
        return total

    async def _scrub(self) -> None:
        """Deleted words leave the search index, and all that was deleted leaves the files.

        Deleting only marks words in the index as deleted until its pieces are merged; the log
        keeps the old pages until it is cut.
        """
        await self.write(_merge_words)
        await self.outside(_cut_log)


def restore(copy: Path, database: Path) -> None:
    """Put a backup in the place of a database whose desk is stopped.

    What stood there is kept beside it as `.replaced`. Raises `StoreError` if a desk runs, or if
    the copy is damaged, foreign or of a newer release; nothing has changed then.
    """
    prepare(database)
    with locked(database):
        try:
            with closing(_reading(copy)) as db:
                migrations.version_of(db)
                verify(db, copy)
                fresh = database.with_name(database.name + ".restored")
                copy_to(db, fresh)
        except sqlite3.Error as error:
            raise StoreError(
                _("{path}: cannot be read ({problem})").format(path=copy, problem=error)
            ) from error
        if database.stat().st_size:
            with closing(sqlite3.connect(database)) as old:
                copy_to(old, database.with_name(database.name + ".replaced"))
        # a log of the old file must never be read into the new one.
        for suffix in ("-wal", "-shm"):
            database.with_name(database.name + suffix).unlink(missing_ok=True)
        os.replace(fresh, database)


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)


def _backup(database: Path, target: Path) -> None:
    try:
        with closing(_reading(database)) as db:
            copy_to(db, target)
    except sqlite3.Error as error:
        raise StoreError(
            _("{path}: cannot be read ({problem})").format(path=database, problem=error)
        ) from error


def _copies_of(database: Path) -> tuple[str, ...]:
    made = (
        *database.parent.glob(f"{database.name}.before-*"),
        *database.parent.glob(f"{database.name}.replaced"),
    )
    return tuple(sorted(map(str, made)))


def _leads(db: sqlite3.Connection, customer: int, ours: Collection[str]) -> Leads:
    return leads_to(said_by(db, customer), names_of(db, customer), ours)


def _customers_like(db: sqlite3.Connection, text: str, count: int) -> tuple[Customer, ...]:
    rows = db.execute(
        """
        select id from (
            select customer as id, 1 as rank from handles where author_id = ?
            union all select id, 0 from customers where id = ?
            union all select id, 2 from customers where casefold(name) = casefold(?)
        )
        group by id order by min(rank), id desc limit ?
        """,
        (text, int(text) if text.isascii() and text.isdigit() else -1, text, count),
    ).fetchall()
    return tuple(customer_by_id(db, row["id"]) for row in rows)


def _empty_turns(tx: Transaction, customer: int, now: datetime) -> int:
    """Their words in conversations of others; how many turns."""
    customer_by_id(tx.db, customer)
    rows = tx.db.execute(
        """
        select t.id, t.conversation, t.author
        from handles h
        join posts p on p.source = h.source
        join turns t on t.id = p.turn and t.author_id = h.author_id
        join conversations c on c.id = t.conversation
        where h.customer = ? and c.customer is not h.customer
        """,
        (customer,),
    ).fetchall()
    for row in rows:
        _remember_posts(tx, "p.turn = ?", row["id"])
        tx.db.execute("delete from posts where turn = ?", (row["id"],))
        tx.db.execute(
            """
            update turns set author = '', author_id = '', title = '', text = '', url = '',
                native_id = '', thread = '', parent = '', extra = '{}', mood_words = '[]',
                deleted = 1
            where id = ?
            """,
            (row["id"],),
        )
        tx.db.execute(
            "update events set actor = '' where conversation = ? and actor = ?",
            (row["conversation"], row["author"]),
        )
    for conversation in {row["conversation"] for row in rows}:
        settle(tx, conversation, now)
    return len(rows)


def _forget_some(tx: Transaction, customer: int) -> tuple[int, int] | None:
    """Some of their conversations, deleted: (conversations, turns); None when none is left."""
    rows = tx.db.execute(
        "select id from conversations where customer = ? order by id limit ?", (customer, AT_ONCE)
    ).fetchall()
    return _delete(tx, [row["id"] for row in rows])


def _forget_customer(tx: Transaction, customer: int) -> None:
    tx.db.execute("delete from customers where id = ?", (customer,))
    tx.visible = True


def _retain_some(tx: Transaction, older_than: int) -> int:
    rows = tx.db.execute(
        """
        select id from conversations
        where status in ('solved', 'closed') and last_activity_at < ? and snoozed_at is null
            and reply_state is null
        limit ?
        """,
        (older_than, AT_ONCE),
    ).fetchall()
    deleted = _delete(tx, [row["id"] for row in rows])
    return deleted[0] if deleted else 0


def _retain_customers(tx: Transaction) -> None:
    """Whose last conversation is gone goes too: once, for it looks at every customer."""
    tx.db.execute(
        """
        delete from customers where not exists (
            select 1 from conversations where customer = customers.id
        )
        """
    )


def _retain_notes(tx: Transaction, older_than: int) -> int:
    return tx.db.execute("delete from shift_notes where at < ?", (older_than,)).rowcount


def _delete(tx: Transaction, conversations: list[int]) -> tuple[int, int] | None:
    """Conversations with everything that belongs to them; their posts are not taken in again."""
    if not conversations:
        return None
    turns = 0
    for conversation in conversations:
        _remember_posts(tx, "t.conversation = ?", conversation)
        (count,) = tx.db.execute(
            "select count(*) from turns where conversation = ?", (conversation,)
        ).fetchone()
        turns += count
        tx.db.execute("delete from conversations where id = ?", (conversation,))
    tx.visible = True
    return len(conversations), turns


def _remember_posts(tx: Transaction, which: str, value: int) -> None:
    """Keep marks of posts that are erased, so that the next poll does not bring them back."""
    rows = tx.db.execute(
        f"""
        select p.source, p.native_id from turns t cross join posts p on p.turn = t.id
        where {which}
        """,
        (value,),
    ).fetchall()
    tx.db.executemany(
        "insert into erased (mark) values (?) on conflict (mark) do nothing",
        [(mark_of(row["source"], row["native_id"]),) for row in rows],
    )


def _merge_words(tx: Transaction) -> None:
    tx.db.execute("insert into words (words) values ('optimize')")


def _cut_log(db: sqlite3.Connection) -> None:
    """Move everything into the file and cut the log to nothing; waits for readers to end."""
    (busy, _pages, _moved) = db.execute("pragma wal_checkpoint(truncate)").fetchone()
    if busy:
        raise StoreError(_("a long question held the log; what was erased leaves it later"))
