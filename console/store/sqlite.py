"""The store on SQLite: opened once by the desk, for as long as it runs."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from console.core.i18n import _
from console.core.policy import Rules
from console.core.sla import default_rules
from console.errors import StoreError
from console.store import migrations, touched
from console.store.actions import Actions
from console.store.approving import Approving
from console.store.copies import copy_to
from console.store.customers import Customers
from console.store.database import Transaction, connected, on_thread
from console.store.drafts import Drafts
from console.store.holidays import Holidays
from console.store.intake import Intake
from console.store.interrupted import Interrupted
from console.store.joining import Joining
from console.store.lock import locked
from console.store.looking import Looking
from console.store.marks import Marks
from console.store.moods import Moods
from console.store.openings import Openings
from console.store.outbox import Outbox, mark_interrupted
from console.store.overseeing import Overseeing
from console.store.people import People
from console.store.places import prepare
from console.store.polls import Polls
from console.store.precedents import Precedents
from console.store.queue import Queue
from console.store.reporting import Reporting
from console.store.search import Search
from console.store.snippets import SnippetUses
from console.store.sources import Sources
from console.store.team import Team
from console.store.timekeeping import keep_rules, rules_by_version
from console.store.undo import Undo
from console.store.upkeep import Upkeep

OLDEST_SQLITE = (3, 37, 0)
"""The first one with strict tables."""


class SqliteStore(
    Intake,
    Sources,
    Polls,
    Queue,
    Looking,
    Search,
    Precedents,
    Customers,
    Joining,
    People,
    Actions,
    Marks,
    Interrupted,
    Undo,
    Drafts,
    Outbox,
    Openings,
    Approving,
    SnippetUses,
    Moods,
    Team,
    Holidays,
    Upkeep,
    Reporting,
    Overseeing,
):
    """`console.store.Store` on one SQLite file."""

    async def close(self) -> None:
        """Nothing is left to do: `open_store` closes what it opened."""


@asynccontextmanager
async def open_store(
    path: Path | str, *, now: datetime, zone: str = "UTC", check: bool = True
) -> AsyncIterator[SqliteStore]:
    """The store in a file, made or upgraded if need be, for this process alone.

    `zone` is for the rules of a new file until `adopt()` brings the desk's own. `check` reads the
    whole file once, which takes some seconds for a large one.

    Raises `StoreError` for a network share, another desk, a newer or foreign or damaged file.
    """
    file = prepare(path)
    with locked(file):
        async with connected(file) as (writer, readers):
            await on_thread(writer, lambda db: _make_ready(db, file, check=check))
            rules = await on_thread(writer, _last_rules) or default_rules(zone)
            store = SqliteStore(file, writer, readers, rules)
            await store.take_epoch()
            await store.write(_begin, rules, now)
            await store.keep_reserve()
            yield store


def _make_ready(db: sqlite3.Connection, file: Path, *, check: bool) -> None:
    """Look at the file, copy it if it is to be upgraded, upgrade it."""
    _check_library(db)
    try:
        version = migrations.version_of(db)
        if check and version:
            _quick_check(db)
        if 0 < version < max(migrations.steps()):
            copy_to(db, file.with_name(f"{file.name}.before-{max(migrations.steps())}"))
        migrations.upgrade(db)
        touched.watch(db)
    except StoreError as error:
        raise StoreError(f"{file}: {error}") from error
    except sqlite3.Error as error:
        raise StoreError(
            _("{path}: cannot be opened ({problem}); restore a backup").format(
                path=file, problem=error
            )
        ) from error


def _check_library(db: sqlite3.Connection) -> None:
    """Raises `StoreError` where Python was built with an SQLite that cannot do what is needed."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreError(
            _("this Python's SQLite is {version}; at least {oldest} is needed").format(
                version=sqlite3.sqlite_version, oldest=".".join(map(str, OLDEST_SQLITE))
            )
        )
    if not db.execute("select 1 from pragma_module_list where name = 'fts5'").fetchone():
        raise StoreError(_("this Python's SQLite has no full-text search (FTS5)"))


def _quick_check(db: sqlite3.Connection) -> None:
    (answer,) = db.execute("pragma quick_check(1)").fetchone()
    if answer != "ok":
        raise StoreError(_("is damaged ({problem}); restore a backup").format(problem=answer))


def _last_rules(db: sqlite3.Connection) -> Rules | None:
    known = rules_by_version(db)
    return known[max(known)] if known else None


def _begin(tx: Transaction, rules: Rules, now: datetime) -> None:
    """A desk starts: its first rules are written down, and what was being sent is in doubt."""
    keep_rules(tx.db, rules, now)
    mark_interrupted(tx)
    # one more than any console of the last desk has seen.
    tx.visible = True
