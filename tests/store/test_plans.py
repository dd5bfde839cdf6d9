"""How SQLite answers: the shipped views read an index in its order, whatever the statistics say."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.core.views import SHIPPED, View
from console.store import migrations
from console.store.filters import where
from console.store.queue import window_sql
from console.store.reporting import _CLOCKS
from tests.store.conftest import at


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    """Empty tables: plans are made without statistics, as on a new desk."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    migrations.upgrade(db)
    yield db
    db.close()


def plan(db: sqlite3.Connection, sql: str, values: object) -> list[str]:
    return [row[3] for row in db.execute(f"explain query plan {sql}", values)]  # type: ignore[call-overload]


@pytest.mark.parametrize("view", SHIPPED, ids=lambda view: view.name)
def test_shipped_views_read_an_index_in_its_order(db: sqlite3.Connection, view: View) -> None:
    """No table scan; only what changed since the last tick is sorted."""
    condition = where(view.filter, "ana", at("12:00"), view.order)

    steps = plan(db, window_sql(condition, view.order), {**condition.values, "count": 100})

    reads = [step for step in steps if step.startswith(("SCAN", "SEARCH"))]
    assert all("INDEX" in step for step in reads)
    sorted_reads = [
        before for before, step in zip(steps, steps[1:], strict=False) if "TEMP B-TREE" in step
    ]
    assert all("becoming_" in read for read in sorted_reads)


QUERIES = {
    "known posts": (
        """
        select p.native_id from json_each(?) wanted
        cross join posts p on p.source = ? and p.native_id = wanted.value
        """,
        ("[]", "x"),
        "PRIMARY KEY (source=? AND native_id=?)",
    ),
    "unscored": (
        "select id from turns where kind = 'inbound' and scored_by = ? order by id desc limit 9",
        ("",),
        "turns_to_score (scored_by=?)",
    ),
    "due replies": (
        "select id from outbox where next_at is not null and next_at <= ? order by next_at, id",
        (1,),
        "outbox_due (next_at>? AND next_at<?)",
    ),
    "breaches": (
        "select conversation from clocks where breaches_at < ?",
        (1,),
        "clocks_to_breach (breaches_at<?)",
    ),
    "a source's log": (
        "select at from polls where source = ? order by id desc limit 9",
        ("play",),
        "polls_of_source (source=?)",
    ),
    "what is worth remembering of it": (
        """
        select id from polls where source = ? and (error <> '' or new > 0 or edited > 0)
        order by id desc limit 1 offset 99
        """,
        ("play",),
        "notable_polls (source=?)",
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_what_runs_all_the_time_uses_its_index(db: sqlite3.Connection, name: str) -> None:
    """Polls, scoring, delivery and ticks never read a whole table."""
    sql, values, index = QUERIES[name]

    steps = plan(db, sql, values)

    assert [True] == [
        index in step for step in steps if "TABLE json" not in step and "VIRTUAL" not in step
    ]


def test_deleting_reads_no_whole_table(db: sqlite3.Connection) -> None:
    """Whatever points at a deleted row is found by an index: retention deletes thousands."""
    tables = [row[0] for row in db.execute("select name from sqlite_schema where type = 'table'")]
    pointing = [
        (table, key[3])
        for table in tables
        for key in db.execute(f"pragma foreign_key_list({table})").fetchall()
    ]

    scans = [
        (table, column)
        for table, column in pointing
        if any(
            step.startswith("SCAN")
            for step in plan(db, f"select 1 from {table} where {column} = ?", (1,))
        )
    ]

    assert [] == scans
    assert ("outbox", "answers") in pointing


def test_no_column_of_the_order_may_be_null(db: sqlite3.Connection) -> None:
    """A comparison of rows with a null in it would lose a place in the queue."""
    columns = {row[1]: row[3] for row in db.execute("pragma table_info(conversations)")}

    assert {1} == {null for name, null in columns.items() if name.startswith("order_")}


def test_names_are_files(tmp_path: Path) -> None:
    """Migrations are numbered from 1 without a gap, and each says its number itself."""
    steps = migrations.steps()

    assert list(range(1, len(steps) + 1)) == list(steps)
    assert all(f"pragma user_version = {number};" in text for number, text in steps.items())
    assert all(
        text.count("begin immediate;") == text.count("commit;") == 1 for text in steps.values()
    )


REPORTED = {
    "clocks": (
        _CLOCKS,
        {"clock": "frt", "start": 1, "end": 2, "start_text": "a", "end_text": "b", "met_text": "c"},
        {"clocks_by_due", "clocks_by_start", "clocks_by_met"},
    ),
    "arrivals": (
        """
        select conversation from turns
        where kind = 'inbound' and at >= ? and at < ? and automatic = 0 and deleted = 0
        """,
        (1, 2),
        {"inbound_by_time"},
    ),
    "answers": (
        """
        select conversation from turns
        where kind = 'response' and at >= ? and at < ? and automatic = 0 and deleted = 0
        """,
        (1, 2),
        {"responses_by_time"},
    ),
    "solved": (
        "select conversation from ledger where clock = 'res' and verb = 'fulfil' and at >= ?",
        (1,),
        {"ledger_solved"},
    ),
    "judged moods": (
        """
        select o.id from corrections o
        where o.at >= ? and o.at < ? and o.model_label is not null
            and not exists (select 1 from corrections l where l.turn = o.turn and l.id > o.id)
        """,
        (1, 2),
        {"corrections_by_time", "corrections_of_turn"},
    ),
}


@pytest.mark.parametrize("name", REPORTED)
def test_reports_read_stretches_of_time_by_indexes(db: sqlite3.Connection, name: str) -> None:
    """A day among a million conversations costs what a day costs."""
    sql, values, indexes = REPORTED[name]

    steps = plan(db, sql, values)

    assert indexes <= {word for step in steps for word in step.split()}


def test_a_question_about_one_conversation_reads_that_conversation(db: sqlite3.Connection) -> None:
    """An index by time never tempts it."""
    steps = plan(
        db,
        """
        select min(at) from turns where conversation = ? and kind = 'inbound' and automatic = 0
            and deleted = 0 and at > ?
        """,
        (1, 2),
    )

    assert ["SEARCH turns USING INDEX turns_of_conversation (conversation=?)"] == steps
