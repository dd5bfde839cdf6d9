"""Where the words of others lead to a person who is erased, and emptying those places."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from console.core.erasing import Care, Leads
from console.core.people import Known
from console.store.clockwork import settle
from console.store.customers import customer_by_id
from console.store.database import Transaction

_LIKE = re.compile("[%_]")
"""What `like` reads as a sign of its own; `_` stands for any letter, which narrows enough."""


class _Place(Struct, frozen=True):
    """A column of free words."""

    table: str
    column: str
    key: tuple[str, ...] = ("id",)
    care: Care = "team"
    where: str = "true"
    of_conversation: str = ""
    """The column that names the conversation, where there is one."""
    form: str = "text"
    """text | reasons (the words "reason" inside JSON) | whole (the row goes)."""


_PLACES = (
    _Place("shift_notes", "text", care="passing"),
    _Place("views", "name", ("name",), "passing", form="whole"),
    _Place("views", "filter", ("name",), "passing", form="whole"),
    _Place("customers", "notes", where="p.id <> :me"),
    _Place("joins", "other_name", where="p.customer <> :me"),
    _Place("joins", "other_notes", where="p.customer <> :me"),
    _Place("turns", "text", where="p.kind = 'note'", of_conversation="conversation"),
    _Place(
        "turns", "text", care="others", where="p.kind <> 'note'", of_conversation="conversation"
    ),
    _Place("turns", "title", care="others", of_conversation="conversation"),
    _Place("drafts", "text", ("conversation", "person"), of_conversation="conversation"),
    _Place("draft_history", "text", of_conversation="conversation"),
    _Place("outbox", "text", care="others", of_conversation="conversation"),
    _Place("outbox", "error", care="others", of_conversation="conversation"),
    _Place("events", "detail", of_conversation="conversation"),
    _Place("conversations", "snooze_reason", of_conversation="id"),
    _Place("interrupted", "snooze_reason", ("conversation",), of_conversation="conversation"),
    _Place("ledger", "body", of_conversation="conversation", form="reasons"),
    _Place(
        "clocks", "body", ("conversation", "place"), of_conversation="conversation", form="reasons"
    ),
    _Place("undo", "inverse", of_conversation="conversation", form="whole"),
    _Place("sources", "error", ("name",), "others"),
    _Place("sources", "note", ("name",), "others"),
    _Place("polls", "error", care="others"),
)

_APPEND_ONLY = """
create trigger ledger_is_append_only before update on ledger
begin
    select raise(abort, 'the ledger is append-only');
end
"""


class Mention(Struct, frozen=True):
    """A row whose words lead to the person."""

    place: int
    key: tuple[Any, ...]


def names_of(db: sqlite3.Connection, customer: int) -> tuple[str, ...]:
    """Every name that a customer wrote under."""
    rows = db.execute(
        """
        select distinct t.author from conversations c join turns t on t.conversation = c.id
        where c.customer = ? and t.kind = 'inbound' and t.author <> ''
        """,
        (customer,),
    )
    return tuple(row["author"] for row in rows)


def said_by(db: sqlite3.Connection, customer: int) -> Known:
    """A customer with everything that they wrote. Raises `NotFound`."""
    rows = db.execute(
        """
        select t.title, t.text from conversations c join turns t on t.conversation = c.id
        where c.customer = ? and t.kind = 'inbound' order by t.id
        """,
        (customer,),
    )
    texts = tuple(f"{row['title']}\n{row['text']}".strip() for row in rows)
    return Known(customer_by_id(db, customer), texts)


def mentions(db: sqlite3.Connection, leads: Leads, customer: int) -> tuple[Mention, ...]:
    """The rows that lead to this customer besides their own, which go whole."""
    found: list[Mention] = []
    for number, place in enumerate(_PLACES):
        rows = db.execute(_question(place), {"me": customer, "pieces": _pieces(leads, place)})
        found += [
            Mention(number, tuple(row[one] for one in place.key))
            for row in rows
            if _without(leads, place, row["words"], row["other"]) != row["words"]
        ]
    return tuple(found)


def _question(place: _Place) -> str:
    """Rows with a piece of a lead in them, and who the customer of their conversation is.

    The pieces only narrow down what has to be read: no index knows free words of every kind.
    """
    keys = ", ".join(f"p.{one}" for one in place.key)
    other, of, apart = "''", "", place.where
    if place.of_conversation:
        other, apart = "coalesce(o.name, '')", f"{apart} and c.customer is not :me"
        of = f"""
            left join conversations c on c.id = p.{place.of_conversation}
            left join customers o on o.id = c.customer
        """
    return f"""
        select {keys}, p.{place.column} as words, {other} as other
        from {place.table} p {of}
        where {apart} and exists (
            select 1 from json_each(:pieces) piece
            where casefold(p.{place.column}) like piece.value
        )
    """


def _pieces(leads: Leads, place: _Place) -> str:
    """Patterns for `like`: words anywhere, and phone numbers however they are spaced."""
    words = [f"%{_LIKE.sub('_', one)}%" for one in leads.needles(place.care)]
    phones = [f"%{'%'.join(one)}%" for one in leads.phones]
    return msgspec.json.encode((*words, *phones)).decode()


def _without(leads: Leads, place: _Place, words: str, other: str) -> str:
    """The words of a place without what leads to the person."""
    apart = leads.besides(other) if other else leads
    if place.form == "reasons":
        return _reasons(words, lambda text: apart.without(text, place.care))
    return apart.without(words, place.care)


def _reasons(body: str, change: Callable[[str], str]) -> str:
    """JSON with what stands under "reason" changed, at whatever depth; the same text if nothing is."""
    found = msgspec.json.decode(body)
    changed = _walked(found, change)
    return body if changed == found else msgspec.json.encode(changed).decode()


def _walked(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {
            name: change(one) if name == "reason" and isinstance(one, str) else _walked(one, change)
            for name, one in value.items()
        }
    return [_walked(one, change) for one in value] if isinstance(value, list) else value


def empty(tx: Transaction, leads: Leads, found: tuple[Mention, ...], now: datetime) -> int:
    """Take what leads to the person out of these rows; how many changed."""
    ledger = any(_PLACES[one.place].table == "ledger" for one in found)
    if ledger:
        # it takes no update: an erasure is the one exception, within this transaction.
        tx.db.execute("drop trigger ledger_is_append_only")
    changed = [one for one in found if _empty(tx, leads, _PLACES[one.place], one.key)]
    if ledger:
        tx.db.execute(_APPEND_ONLY)
    spoken = {
        row["conversation"]
        for one in changed
        if _PLACES[one.place].table == "turns"
        for row in tx.db.execute("select conversation from turns where id = ?", one.key)
    }
    for conversation in sorted(spoken):
        settle(tx, conversation, now)
    tx.visible = True
    return len(changed)


def _empty(tx: Transaction, leads: Leads, place: _Place, key: tuple[Any, ...]) -> bool:
    which = " and ".join(f"{name} = ?" for name in place.key)
    if place.form == "whole":
        return tx.db.execute(f"delete from {place.table} where {which}", key).rowcount > 0
    of = place.of_conversation or "null"
    row = tx.db.execute(
        f"select {place.column} as words, {of} as of from {place.table} where {which}", key
    ).fetchone()
    if row is None:
        return False
    words = _without(leads, place, row["words"], _called(tx.db, row["of"]))
    tx.db.execute(f"update {place.table} set {place.column} = ? where {which}", (words, *key))
    if place.table == "turns":
        # the words that decided a mood are words of the text.
        tx.db.execute("update turns set mood_words = '[]' where id = ?", key)
    return True


def _called(db: sqlite3.Connection, conversation: int | None) -> str:
    row = db.execute(
        """
        select o.name from conversations c join customers o on o.id = c.customer where c.id = ?
        """,
        (conversation,),
    ).fetchone()
    return row["name"] if row else ""
