"""One person on several channels: suggested with its evidence, joined by a person, parted again."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Literal

import msgspec

from console.core.i18n import _
from console.core.model import Customer
from console.errors import NotFound, Stale
from console.store.clockwork import record, settle
from console.store.customers import customer_by_id, part, regroup
from console.store.database import Database, Transaction
from console.store.instants import to_ms, whole
from console.store.protocol import MaybeSame
from console.store.undo import fields_of, remember
from sources.text import BODY_LIMIT, clean, clip

SUGGESTED = 10


class Joining(Database):
    """Customers who may be one, are one, or are not."""

    async def suggest_customers(self, conversation: int) -> tuple[MaybeSame, ...]:
        """Who may be the same person as this conversation's customer, and why; the surest first."""
        return await self.read(_suggest, conversation)

    async def join_customers(self, conversation: int, other: int, by: str, now: datetime) -> int:
        """`other` and this conversation's customer are one from now on; its new version.

        Undoable, and for ever by `part_customers`. Raises `NotFound`, and `Stale` if they are one.
        """
        return await self.write(_join, conversation, other, by, whole(now))

    async def part_customers(self, conversation: int, by: str, now: datetime) -> int:
        """Take back the last join of this conversation's customer; its new version."""
        return await self.write(_part_last, conversation, by, whole(now))

    async def note_customer(self, conversation: int, notes: str) -> None:
        """What the team wants to remember about this conversation's customer."""
        await self.write(_note, conversation, clip(clean(notes), BODY_LIMIT))


def customer_number(db: sqlite3.Connection, conversation: int) -> int:
    """The customer of a conversation. Raises `NotFound` where there is none."""
    row = db.execute("select customer from conversations where id = ?", (conversation,)).fetchone()
    if row is None:
        raise NotFound(_("there is no conversation {number}").format(number=conversation))
    if row["customer"] is None:
        raise NotFound(_("the platform does not say who wrote this"))
    return int(row["customer"])


def _suggest(db: sqlite3.Connection, conversation: int) -> tuple[MaybeSame, ...]:
    customer = customer_by_id(db, customer_number(db, conversation))
    rows = db.execute(
        """
        select other.customer as id, 0 as rank, other.author_id as evidence
        from handles mine join handles other on other.author_id = mine.author_id
        where mine.customer = :customer and other.customer <> :customer
        union all
        select id, 1, name from customers
        where name = :name collate nocase and name <> '' and id <> :customer
        order by rank, id limit :count
        """,
        {"customer": customer.id, "name": customer.name, "count": 2 * SUGGESTED},
    ).fetchall()
    found: dict[int, MaybeSame] = {}
    for row in rows:
        because: Literal["id", "name"] = "id" if row["rank"] == 0 else "name"
        found.setdefault(
            row["id"], MaybeSame(customer_by_id(db, row["id"]), because, row["evidence"])
        )
    return tuple(found.values())[:SUGGESTED]


def _join(tx: Transaction, conversation: int, other: int, by: str, now: datetime) -> int:
    customer = customer_number(tx.db, conversation)
    if customer == other:
        raise Stale(_("they are one customer already"))
    gone = customer_by_id(tx.db, other)
    handles = _moved_handles(tx.db, other, customer)
    conversations = tx.db.execute(
        "update conversations set customer = ? where customer = ? returning id", (customer, other)
    ).fetchall()
    # joins of the other are parted from whoever has its handles now.
    tx.db.execute("update joins set customer = ? where customer = ?", (customer, other))
    (join,) = tx.db.execute(
        """
        insert into joins (customer, other_name, other_notes, handles, conversations, by_person, at)
        values (?, ?, ?, ?, ?, ?, ?) returning id
        """,
        (
            customer,
            gone.name,
            gone.notes,
            msgspec.json.encode(handles).decode(),
            msgspec.json.encode([row["id"] for row in conversations]).decode(),
            by,
            to_ms(now),
        ),
    ).fetchone()
    _add_notes(tx.db, customer, gone)
    tx.db.execute("delete from customers where id = ?", (other,))
    # by number: once parted and forgotten, nobody's name may stand in another's history.
    record(tx, conversation, now, by, "joined", str(other))
    fields = fields_of(tx.db, conversation)
    remember(tx, by, conversation, now, f"joined {other}", before=fields, join=join)
    regroup(tx, [customer], now)
    return settle(tx, conversation, now)


def _moved_handles(db: sqlite3.Connection, other: int, customer: int) -> list[tuple[str, str]]:
    rows = db.execute(
        "update handles set customer = ? where customer = ? returning source, author_id",
        (customer, other),
    ).fetchall()
    return [(row["source"], row["author_id"]) for row in rows]


def _add_notes(db: sqlite3.Connection, customer: int, gone: Customer) -> None:
    """What was noted about either is noted about both."""
    db.execute(
        "update customers set notes = trim(notes || char(10) || ?, char(10)) where id = ?",
        (gone.notes, customer),
    )


def _part_last(tx: Transaction, conversation: int, by: str, now: datetime) -> int:
    row = tx.db.execute(
        "select id from joins where customer = ? order by id desc limit 1",
        (customer_number(tx.db, conversation),),
    ).fetchone()
    if row is None:
        raise NotFound(_("this customer was never joined with another"))
    regroup(tx, part(tx.db, row["id"]), now)
    record(tx, conversation, now, by, "parted")
    return settle(tx, conversation, now)


def _note(tx: Transaction, conversation: int, notes: str) -> None:
    customer = customer_number(tx.db, conversation)
    tx.db.execute("update customers set notes = ? where id = ?", (notes, customer))
    tx.visible = True
