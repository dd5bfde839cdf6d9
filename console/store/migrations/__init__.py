"""The numbered steps that make a database's tables, and how they are taken."""

from __future__ import annotations

import sqlite3
from importlib.resources import files

from console.core.i18n import _
from console.errors import StoreError


def steps() -> dict[int, str]:
    """The scripts by the `user_version` that each leaves behind, in order."""
    scripts = {
        int(file.name.split("_")[0]): file.read_text(encoding="utf-8")
        for file in files(__name__).iterdir()
        if file.name.endswith(".sql")
    }
    return dict(sorted(scripts.items()))


def version_of(db: sqlite3.Connection) -> int:
    """The step that a database stands at; 0 for a new file.

    Raises `StoreError` for a file of a newer release and for one that is not ours.
    """
    (version,) = db.execute("pragma user_version").fetchone()
    newest = max(steps())
    if version > newest:
        raise StoreError(
            _(
                "the database is of version {theirs}, this release knows versions up to {ours};"
                " install the newer release"
            ).format(theirs=version, ours=newest)
        )
    if version == 0 and db.execute("select count(*) from sqlite_schema").fetchone()[0]:
        raise StoreError(_("the file is a database, but not one of Shiftdesk"))
    return int(version)


def upgrade(db: sqlite3.Connection) -> None:
    """Take every step that is missing; each is whole or not there at all."""
    done = version_of(db)
    for number, script in steps().items():
        if number > done:
            try:
                db.executescript(script)
            except sqlite3.Error:
                if db.in_transaction:
                    db.execute("rollback")
                raise
