"""Verbs that keep the database: backup, restore, forget."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from console.core import asks
from console.core.asks import CustomersPage, Done, Forgot
from console.core.i18n import _, ngettext
from console.core.model import Customer
from console.errors import NotFound, StoreError
from console.verbs.line import ask_once
from console.verbs.opening import needed_config
from console.verbs.printing import as_json, narrate, one_line


def backup(arguments: argparse.Namespace) -> int:
    """A verified copy while the desk runs; with FILE it is moved there."""
    made = Path(ask_once(arguments, asks.Backup(), Done).text)
    if arguments.file:
        made = _moved(made, Path(arguments.file))
    if arguments.json:
        as_json({"path": str(made), "bytes": made.stat().st_size if made.exists() else None})
    else:
        print(made)
    return 0


def _moved(made: Path, target: Path) -> Path:
    """The copy at another place, for its owner alone; nothing is overwritten."""
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with made.open("rb") as source, os.fdopen(descriptor, "wb") as copy:
            shutil.copyfileobj(source, copy)
            copy.flush()
            os.fsync(copy.fileno())
        made.unlink()
    except OSError as error:
        raise StoreError(
            _("{path}: {problem}; the copy stays at {made}").format(
                path=target, problem=error.strerror or error, made=made
            )
        ) from error
    return target


def restore(arguments: argparse.Namespace) -> int:
    """Put a copy in the place of the database; its desk must be stopped."""
    from console.desk.run import DATABASE
    from console.store.upkeep import restore as put_back

    database = needed_config(arguments).data_dir / DATABASE
    put_back(Path(arguments.file), database)
    narrate(
        _("restored to {path}; what stood there is kept as {old}").format(
            path=database, old=f"{database.name}.replaced"
        )
    )
    return 0


def forget(arguments: argparse.Namespace) -> int:
    """Erase a person everywhere; asks first, unless --yes."""
    found = ask_once(arguments, asks.FindCustomers(arguments.customer), CustomersPage).customers
    if not found:
        raise NotFound(_("nobody is known as {name}").format(name=arguments.customer))
    if len(found) > 1:
        for one in found:
            print(_line(one))
        narrate(_("several people are called that; give the number in front of one"))
        return 1
    (person,) = found
    if not arguments.yes and not _sure(person):
        return 1
    gone = ask_once(arguments, asks.Forget(person.id), Forgot)
    if arguments.json:
        as_json(gone)
        return 0
    text = ngettext(
        "{n} conversation and {turns} turns were erased",
        "{n} conversations and {turns} turns were erased",
        gone.conversations,
    )
    print(text.format(n=gone.conversations, turns=gone.turns))
    if gone.mentions:
        text = ngettext(
            "{n} place in others' words that led to them was emptied",
            "{n} places in others' words that led to them were emptied",
            gone.mentions,
        )
        print(text.format(n=gone.mentions))
    for path in gone.copies:
        narrate(_("an older copy still holds them: {path}").format(path=path))
    return 0


def _line(person: Customer) -> str:
    return f"{person.id:>6}  {one_line(person.name)}  {one_line(', '.join(person.handles))}"


def _sure(person: Customer) -> bool:
    narrate(_line(person))
    if not sys.stdin.isatty():
        narrate(_("nothing was erased; --yes erases without asking"))
        return False
    return input(_("Erase this person for good? Type yes: ")).strip() == "yes"
