"""Who writes to us: a person is known by the platform's id for them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

from console.core.clocks import FactsChanged
from console.core.i18n import _
from console.core.model import Customer
from console.errors import NotFound
from console.store.clockwork import settle
from console.store.database import Database, Transaction

_handles = msgspec.json.Decoder(list[tuple[str, str]])
_numbers = msgspec.json.Decoder(list[int])


class Customers(Database):
    """Customers, one for each (source, platform's id)."""

    async def customer(self, conversation: int) -> Customer | None:
        """Who wrote this; None where the platform does not say."""
        return await self.read(customer_in, conversation)


def customer_of(tx: Transaction, source: str, author_id: str, name: str) -> int | None:
    """The customer behind a platform's id, made if new; None without an id.

    A name alone is nobody: two people are called Anna.
    """
    if not author_id:
        return None
    row = tx.db.execute(
        """
        select h.customer, c.name from handles h join customers c on c.id = h.customer
        where h.source = ? and h.author_id = ?
        """,
        (source, author_id),
    ).fetchone()
    if row is None:
        (customer,) = tx.db.execute(
            "insert into customers (name) values (?) returning id", (name,)
        ).fetchone()
        tx.db.execute(
            "insert into handles (source, author_id, customer) values (?, ?, ?)",
            (source, author_id, customer),
        )
        return int(customer)
    if name and name != row["name"]:
        tx.db.execute("update customers set name = ? where id = ?", (name, row["customer"]))
    return int(row["customer"])


def customer_in(db: sqlite3.Connection, conversation: int) -> Customer | None:
    """The customer of a conversation, with every handle of theirs."""
    row = db.execute("select customer from conversations where id = ?", (conversation,)).fetchone()
    if row is None or row["customer"] is None:
        return None
    return customer_by_id(db, row["customer"])


def customer_by_id(db: sqlite3.Connection, customer: int) -> Customer:
    """A customer, with every handle of theirs. Raises `NotFound`."""
    row = db.execute("select id, name, notes from customers where id = ?", (customer,)).fetchone()
    if row is None:
        raise NotFound(_("there is no customer {number}").format(number=customer))
    handles = db.execute(
        "select source, author_id from handles where customer = ? order by source, author_id",
        (row["id"],),
    )
    return Customer(
        id=row["id"],
        name=row["name"],
        handles=tuple(f"{handle['source']}: {handle['author_id']}" for handle in handles),
        notes=row["notes"],
    )


def regroup(tx: Transaction, customers: Sequence[int], now: datetime) -> None:
    """Put the open conversations of these customers under the policy that fits them now."""
    if not any(group.customers for group in tx.rules.groups):
        return
    for customer in customers:
        rows = tx.db.execute(
            "select id from conversations where customer = ? and status <> 'closed'", (customer,)
        ).fetchall()
        for row in rows:
            settle(tx, row["id"], now, [FactsChanged(at=now)], grow=0)


def part(db: sqlite3.Connection, join: int) -> tuple[int, ...]:
    """Two customers again: both; nothing happens if the join was parted already."""
    row = db.execute(
        "select customer, other_name, other_notes, handles, conversations from joins where id = ?",
        (join,),
    ).fetchone()
    if row is None:
        return ()
    (other,) = db.execute(
        "insert into customers (name, notes) values (?, ?) returning id",
        (row["other_name"], row["other_notes"]),
    ).fetchone()
    _part_notes(db, row["customer"], row["other_notes"])
    for source, author_id in _handles.decode(row["handles"]):
        db.execute(
            "update handles set customer = ? where source = ? and author_id = ? and customer = ?",
            (other, source, author_id, row["customer"]),
        )
    for conversation in _numbers.decode(row["conversations"]):
        db.execute(
            "update conversations set customer = ? where id = ? and customer = ?",
            (other, conversation, row["customer"]),
        )
    # what the other wrote since they were joined is theirs too.
    db.execute(
        """
        update conversations set customer = ?
        where customer = ? and exists (
            select 1 from turns t cross join handles h on h.source = conversations.source
                and h.author_id = t.author_id and h.customer = ?
            where t.conversation = conversations.id
                and t.id = (select min(id) from turns where conversation = conversations.id)
        )
        """,
        (other, row["customer"], other),
    )
    db.execute("delete from joins where id = ?", (join,))
    return int(row["customer"]), int(other)


def _part_notes(db: sqlite3.Connection, customer: int, theirs: str) -> None:
    """What was noted about the other alone is theirs again, if it stands there unchanged."""
    (notes,) = db.execute("select notes from customers where id = ?", (customer,)).fetchone()
    if theirs and notes.endswith(theirs):
        kept = notes.removesuffix(theirs).rstrip("\n")
        db.execute("update customers set notes = ? where id = ?", (kept, customer))
