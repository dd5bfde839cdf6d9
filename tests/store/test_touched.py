"""Which conversations a write touched."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from console.core.touched import MOST_TOUCHED
from console.store import migrations, touched
from console.store.touched import BESIDE


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.row_factory = sqlite3.Row
    migrations.upgrade(connection)
    touched.watch(connection)
    yield connection
    connection.close()


def conversation(db: sqlite3.Connection, customer: int | None = None) -> int:
    """A bare conversation; columns that do not matter here get whatever they accept."""
    columns = {
        row["name"]: {"text": "new", "integer": 1, "real": 1.0}.get(row["type"].lower(), 1)
        for row in db.execute("select * from pragma_table_info('conversations')")
        if row["notnull"] and row["dflt_value"] is None and not row["pk"]
    }
    columns["customer"] = customer
    if "kind" in columns:
        columns["kind"] = "review"
    names = ", ".join(columns)
    marks = ", ".join("?" for _ in columns)
    (made,) = db.execute(
        f"insert into conversations ({names}) values ({marks}) returning id",
        tuple(columns.values()),
    ).fetchone()
    return int(made)


def test_a_tag_touches_its_conversation_alone(db: sqlite3.Connection) -> None:
    """Whatever table names a conversation tells of it."""
    one, other = conversation(db), conversation(db)
    touched.take(db)

    db.execute("insert into tags (conversation, tag) values (?, 'refund')", (one,))

    assert frozenset({one}) == touched.take(db)
    assert frozenset() == touched.take(db)
    assert one != other


def test_a_customer_touches_all_their_conversations(db: sqlite3.Connection) -> None:
    """Each shows the customer's notes and the others in its list of earlier ones."""
    db.execute("insert into customers (id, name) values (7, 'Sara')")
    theirs = {conversation(db, 7), conversation(db, 7)}
    conversation(db)
    touched.take(db)

    db.execute("update customers set notes = 'prefers mail' where id = 7")
    by_name = touched.take(db)
    db.execute("insert into tags (conversation, tag) values (?, 'vip')", (min(theirs),))
    by_one = touched.take(db)

    assert frozenset(theirs) == by_name
    assert frozenset(theirs) == by_one


def test_what_is_replaced_or_deleted_is_touched(db: sqlite3.Connection) -> None:
    """Also by statements that have a rule for conflicts of their own."""
    one = conversation(db)
    db.execute("insert or ignore into tags (conversation, tag) values (?, 'a')", (one,))
    db.execute("insert or replace into tags (conversation, tag) values (?, 'a')", (one,))
    assert frozenset({one}) == touched.take(db)

    db.execute("delete from tags where conversation = ?", (one,))

    assert frozenset({one}) == touched.take(db)


def test_what_is_rolled_back_touched_nothing(db: sqlite3.Connection) -> None:
    """The notes belong to the transaction."""
    one = conversation(db)
    touched.take(db)
    db.execute("begin")
    db.execute("insert into tags (conversation, tag) values (?, 'a')", (one,))
    db.execute("rollback")

    assert frozenset() == touched.take(db)


def test_what_else_shows_it_is_found_by_indexes(db: sqlite3.Connection) -> None:
    """After each write: no conversation is read that was not touched, nor goes with one."""
    steps = [row[3] for row in db.execute(f"explain query plan {BESIDE}", (MOST_TOUCHED,))]

    assert {"SCAN t", "SCAN touched"} == {step for step in steps if step.startswith("SCAN")}


def test_a_touched_one_is_looked_up(db: sqlite3.Connection) -> None:
    """An import that touches many does not read them all again for each of its rows."""
    (trigger,) = db.execute(
        "select sql from temp.sqlite_schema where name = 'touched_tags_insert'"
    ).fetchone()
    insert = trigger[trigger.index("insert into touched") : trigger.rindex(";")]

    steps = [
        row[3]
        for row in db.execute(f"explain query plan {insert}".replace("new.conversation", "7"))
    ]

    assert any(step.startswith("USING ROWID SEARCH ON TABLE touched") for step in steps)


def test_too_many_are_any(db: sqlite3.Connection) -> None:
    """An import names nobody: it is told as everything."""
    for _ in range(MOST_TOUCHED + 1):
        conversation(db)

    assert touched.take(db) is None
    assert frozenset() == touched.take(db)
