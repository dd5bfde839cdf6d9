"""Full text: whatever was typed is words, never syntax."""

from __future__ import annotations

import sqlite3

from console.core.asks import Found
from console.store.database import Database
from console.store.instants import from_ms
from sources.text import clean, clip

WORDS_LIMIT = 32
"""Words of a question that are looked for; the rest of a pasted page is left aside."""
LOOKED_THROUGH = 5000
"""The newest turns that are read for what the index does not know: signs and emoji."""
_SNIPPET_WORDS = 16


class Search(Database):
    """Looking for what was said."""

    async def search(self, text: str, count: int, *, sent_only: bool = False) -> tuple[Found, ...]:
        """Full text, newest first; whatever was typed is words, never syntax; never raises on it."""
        words = clean(text).split()[:WORDS_LIMIT]
        if not words or count <= 0:
            return ()
        if any(letter.isalnum() for word in words for letter in word):
            return await self.read(_found, query(words), count, sent_only)
        return await self.read(_looked_through, " ".join(words), count, sent_only)


def query(words: list[str]) -> str:
    """All of these words, the last letters of each left open; quotes make every sign a letter."""
    return " ".join('"' + word.replace('"', '""') + '"*' for word in words)


def _found(db: sqlite3.Connection, query: str, count: int, sent_only: bool) -> tuple[Found, ...]:
    rows = db.execute(
        """
        select t.id, t.conversation, t.author, t.at, t.kind, c.source,
            snippet(words, -1, '', '', '…', ?) as snippet
        from words
        join turns t on t.id = words.rowid
        join conversations c on c.id = t.conversation
        where words match ? and (not ? or t.kind = 'response')
        order by words.rowid desc limit ?
        """,
        (_SNIPPET_WORDS, query, sent_only, count),
    )
    return tuple(map(_one, rows))


def _looked_through(
    db: sqlite3.Connection, text: str, count: int, sent_only: bool
) -> tuple[Found, ...]:
    rows = db.execute(
        """
        select t.id, t.conversation, t.author, t.at, t.kind, c.source, t.text as snippet
        from (
            select id, conversation, author, at, kind, title, text from turns
            order by id desc limit ?
        ) t
        join conversations c on c.id = t.conversation
        where instr(t.title || ' ' || t.text, ?) > 0 and (not ? or t.kind = 'response')
        order by t.id desc limit ?
        """,
        (LOOKED_THROUGH, text, sent_only, count),
    )
    return tuple(map(_one, rows))


def _one(row: sqlite3.Row) -> Found:
    return Found(
        conversation=row["conversation"],
        turn=row["id"],
        who=row["author"],
        source=row["source"],
        at=from_ms(row["at"]),
        snippet=clip(" ".join(row["snippet"].split()), 200),
        kind=row["kind"],
    )
