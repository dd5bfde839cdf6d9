"""What is known of a customer over all channels, and where others left the same traces."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import msgspec

from console.core.asks import Joined, Rated
from console.core.model import Customer, Earlier
from console.core.people import Known
from console.store.customers import customer_by_id
from console.store.database import Database
from console.store.instants import from_ms
from console.store.joining import customer_number
from console.store.search import query

READ = 200
"""The newest turns of a customer that are read for traces."""
SHARED = 20
"""Customers who wrote the same phrase; a phrase of more than these is nobody's."""
PHRASES = 40
HISTORY = 200


class People(Database):
    """Reading about customers."""

    async def known_of(self, conversation: int) -> Known:
        """This conversation's customer with what they wrote anywhere. Raises `NotFound`."""
        return await self.read(_known_of, conversation)

    async def known(self, customers: Sequence[int]) -> tuple[Known, ...]:
        """These customers with what they wrote."""
        return await self.read(_known, tuple(customers))

    async def traced(self, phrases: Sequence[str], ids: Sequence[str]) -> tuple[int, ...]:
        """Customers who wrote one of these phrases, or whom a platform knows by one of these ids."""
        return await self.read(_traced, tuple(phrases[:PHRASES]), tuple(ids[:PHRASES]))

    async def customer_names(self, count: int) -> tuple[tuple[int, str], ...]:
        """Number and name of the newest customers."""
        return await self.read(_names, count)

    async def bearers(self, name: str) -> int:
        """How many customers are called so."""
        return await self.read(_bearers, name)

    async def customer_history(
        self, conversation: int
    ) -> tuple[Customer, tuple[Earlier, ...], tuple[Rated, ...], tuple[Joined, ...]]:
        """The customer, their conversations and ratings, newest first, and who was joined."""
        return await self.read(_history, conversation)


def _known_of(db: sqlite3.Connection, conversation: int) -> Known:
    return _one(db, customer_number(db, conversation))


def _known(db: sqlite3.Connection, customers: tuple[int, ...]) -> tuple[Known, ...]:
    return tuple(_one(db, customer) for customer in customers)


def _one(db: sqlite3.Connection, customer: int) -> Known:
    rows = db.execute(
        """
        select t.title, t.text
        from conversations c
        join turns t on t.conversation = c.id
        where c.customer = ? and t.kind = 'inbound' and t.deleted = 0
        order by c.last_activity_at desc, t.id desc limit ?
        """,
        (customer, READ),
    )
    texts = tuple(f"{row['title']}\n{row['text']}".strip() for row in rows)
    return Known(customer_by_id(db, customer), texts)


def _traced(
    db: sqlite3.Connection, phrases: tuple[str, ...], ids: tuple[str, ...]
) -> tuple[int, ...]:
    found: set[int] = set()
    for phrase in phrases:
        if not any(letter.isalnum() for letter in phrase):
            continue
        rows = db.execute(
            """
            select distinct c.customer as id
            from words
            join turns t on t.id = words.rowid
            join conversations c on c.id = t.conversation
            where words match ? and t.kind = 'inbound' and c.customer is not null
            limit ?
            """,
            (query([phrase]), SHARED + 1),
        ).fetchall()
        if len(rows) <= SHARED:
            found.update(row["id"] for row in rows)
    rows = db.execute(
        """
        select customer as id from handles
        where author_id in (select value from json_each(?)) limit ?
        """,
        (msgspec.json.encode(ids).decode(), SHARED),
    ).fetchall()
    found.update(row["id"] for row in rows)
    return tuple(sorted(found))


def _names(db: sqlite3.Connection, count: int) -> tuple[tuple[int, str], ...]:
    rows = db.execute("select id, name from customers order by id desc limit ?", (count,))
    return tuple((row["id"], row["name"]) for row in rows)


def _bearers(db: sqlite3.Connection, name: str) -> int:
    (count,) = db.execute(
        "select count(*) from customers where name = ? collate nocase and name <> ''", (name,)
    ).fetchone()
    return int(count)


def _history(
    db: sqlite3.Connection, conversation: int
) -> tuple[Customer, tuple[Earlier, ...], tuple[Rated, ...], tuple[Joined, ...]]:
    customer = customer_number(db, conversation)
    conversations = db.execute(
        """
        select id, source, kind, status, what, last_activity_at as at, rating, rating_max
        from conversations where customer = ? order by last_activity_at desc limit ?
        """,
        (customer, HISTORY),
    ).fetchall()
    ratings = db.execute(
        """
        select t.conversation, c.source, t.at, t.rating, t.rating_max
        from conversations c
        join turns t on t.conversation = c.id
        where c.customer = ? and t.kind = 'inbound' and t.rating is not null and t.deleted = 0
        order by t.at desc, t.id desc limit ?
        """,
        (customer, HISTORY),
    ).fetchall()
    joins = db.execute(
        "select other_name, by_person, at from joins where customer = ? order by id desc",
        (customer,),
    ).fetchall()
    return (
        customer_by_id(db, customer),
        tuple(
            msgspec.convert({**dict(row), "at": from_ms(row["at"])}, Earlier)
            for row in conversations
        ),
        tuple(msgspec.convert({**dict(row), "at": from_ms(row["at"])}, Rated) for row in ratings),
        tuple(Joined(row["other_name"], row["by_person"], from_ms(row["at"])) for row in joins),
    )
