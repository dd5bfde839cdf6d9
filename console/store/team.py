"""What the team keeps for itself: saved views, and who is on shift."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from difflib import get_close_matches

from console.core.i18n import _
from console.core.views import OCCASIONAL, SHIPPED, parse
from console.errors import NotFound, Stale
from console.store.database import Database, Transaction
from console.store.instants import to_ms
from sources.text import clean


class Team(Database):
    """Saved views and the shift."""

    async def save_view(self, name: str, filter: str, order: str, by: str) -> None:
        """A view of the team, new or changed. Raises `FilterError` and, for a shipped name, `Stale`."""
        parse(filter)
        await self.write(_save_view, clean(name).strip(), clean(filter), order, by)

    async def remove_view(self, name: str) -> None:
        """Raises `NotFound`, also for a shipped view."""
        await self.write(_remove_view, name)

    async def view(self, name: str) -> tuple[str, str]:
        """(filter, order) of a shipped or saved view. Raises `NotFound` naming the nearest."""
        return await self.read(_view, name)

    async def set_shift(self, person: str, now: datetime, *, on: bool) -> None:
        """Somebody comes on shift, or leaves it."""
        await self.write(_set_shift, person, now, on)

    async def on_shift(self) -> tuple[str, ...]:
        """Who is on shift, by name."""
        return await self.read(people_on_shift)


def people_on_shift(db: sqlite3.Connection) -> tuple[str, ...]:
    """Who is on shift, by name."""
    return tuple(row["person"] for row in db.execute("select person from shift order by person"))


def _save_view(tx: Transaction, name: str, filter: str, order: str, by: str) -> None:
    if any(view.name == name for view in (*SHIPPED, *OCCASIONAL)):
        raise Stale(
            _("{name} is a view that comes with the desk; take another name").format(name=name)
        )
    tx.db.execute(
        """
        insert into views (name, filter, order_name, by_person) values (?, ?, ?, ?)
        on conflict (name) do update set filter = excluded.filter,
            order_name = excluded.order_name, by_person = excluded.by_person
        """,
        (name, filter, order, by),
    )
    tx.visible = True


def _remove_view(tx: Transaction, name: str) -> None:
    if not tx.db.execute("delete from views where name = ? returning name", (name,)).fetchone():
        raise _no_view(tx.db, name)
    tx.visible = True


def _view(db: sqlite3.Connection, name: str) -> tuple[str, str]:
    for view in (*SHIPPED, *OCCASIONAL):
        if view.name == name:
            return view.text, view.order
    row = db.execute("select filter, order_name from views where name = ?", (name,)).fetchone()
    if row is None:
        raise _no_view(db, name)
    return row["filter"], row["order_name"]


def _no_view(db: sqlite3.Connection, name: str) -> NotFound:
    known = [view.name for view in SHIPPED]
    known += [row["name"] for row in db.execute("select name from views order by name")]
    near = get_close_matches(name, known, n=1)
    if near:
        return NotFound(
            _("no view is called {name}; did you mean {near}?").format(name=name, near=near[0])
        )
    return NotFound(
        _("no view is called {name}; known are {known}").format(name=name, known=", ".join(known))
    )


def _set_shift(tx: Transaction, person: str, now: datetime, on: bool) -> None:
    if on:
        tx.db.execute(
            "insert into shift (person, since) values (?, ?) on conflict (person) do nothing",
            (person, to_ms(now)),
        )
    else:
        tx.db.execute("delete from shift where person = ?", (person,))
    tx.visible = True
