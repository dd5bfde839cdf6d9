"""Which conversations a transaction touched: told by the database itself, so that none is forgotten.

Temporary triggers of the writer note every conversation whose rows change. A console that shows
another one need not ask for it again.
"""

from __future__ import annotations

import sqlite3

from console.core.touched import MOST_TOUCHED

# cross join: in this order. The planner knows nothing of a temporary table's size, and would read
# every conversation after each write.
BESIDE = """
select conversation from touched
union select o.id from touched t cross join conversations c on c.id = t.conversation
    cross join conversations o on o.customer = c.customer
union select follows from touched t cross join conversations c on c.id = t.conversation
    where follows is not null
union select o.id from touched t cross join conversations o on o.follows = t.conversation
limit ?
"""
"""What was touched, with the customer's other conversations and what follows or is followed."""

_OF_THE_CUSTOMER = "select id as touches from conversations where customer = {row}."


def watch(db: sqlite3.Connection) -> None:
    """Begin to note on this connection; its file must be upgraded by now."""
    db.execute("create temp table touched (conversation integer primary key)")
    _note(db, "conversations", "select {row}.id as touches")
    for table in _tables_of_conversations(db):
        _note(db, table, "select {row}.conversation as touches")
    # a customer's name and notes stand in the conversations that they wrote
    _note(db, "customers", _OF_THE_CUSTOMER + "id")
    _note(db, "handles", _OF_THE_CUSTOMER + "customer")


def _tables_of_conversations(db: sqlite3.Connection) -> list[str]:
    rows = db.execute(
        """
        select t.name from main.sqlite_schema t join pragma_table_info(t.name) c
        where t.type = 'table' and c.name = 'conversation' order by t.name
        """
    )
    return [row[0] for row in rows]


def _note(db: sqlite3.Connection, table: str, which: str) -> None:
    for change, row in (("insert", "new"), ("update", "new"), ("delete", "old")):
        # the statement's own "or …" rules in a trigger: so a number that is there is left out.
        # "not in" looks it up; "except" reads all that was touched (20,000 in one import: 8 s, 0.3).
        db.execute(
            f"""
            create temp trigger touched_{table}_{change} after {change} on main.{table} begin
                insert into touched
                select touches from ({which.format(row=row)})
                where touches not in (select conversation from touched);
            end
            """
        )


def take(db: sqlite3.Connection) -> frozenset[int] | None:
    """What was touched since the last call, None for too many to name.

    A conversation stands in the list of its customer's earlier ones, so those are touched too.
    """
    noted = db.execute("select conversation from touched limit ?", (MOST_TOUCHED + 1,)).fetchall()
    if not noted:
        return frozenset()
    found = None
    if len(noted) <= MOST_TOUCHED:
        rows = db.execute(BESIDE, (MOST_TOUCHED + 1,)).fetchall()
        if len(rows) <= MOST_TOUCHED:
            found = frozenset(row[0] for row in rows)
    db.execute("delete from touched")
    return found
