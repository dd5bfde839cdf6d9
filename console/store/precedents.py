"""How the team answered before: what was sent to customers who wrote something alike."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from console.core.asks import Precedent
from console.store.database import Database
from console.store.instants import from_ms
from console.store.search import WORDS_LIMIT, query
from sources.text import clean

SHORTEST_WORD = 3
"""Letters of a word that can tell what a customer writes about."""
TELLING_WORDS = 12
"""Words of a text that are looked for, the longest."""
LOOKED_THROUGH = 50_000
"""The newest turns that are ranked: 60 ms; all of 200,000 took 370, with common words 1,700."""


class Precedents(Database):
    """Replies that were sent, each with what it answered."""

    async def answers_like(self, text: str, but: int, count: int) -> tuple[Precedent, ...]:
        """Answers to customers who share words with `text`; those with the rarest ones first.

        The conversation `but` is left out. `alike` is left at 0: whoever asks compares.
        """
        words = clean(text).casefold().split()
        telling = dict.fromkeys(
            bare for word in words if len(bare := _letters(word)) >= SHORTEST_WORD
        )
        if not telling:
            return ()
        # short words are mostly those that every text has.
        longest = sorted(telling, key=len, reverse=True)[:TELLING_WORDS]
        any_of = " OR ".join(f'"{word}"' for word in longest)
        return await self.read(_like, any_of, but, count)

    async def answers_with(self, words: str, but: int, count: int) -> tuple[Precedent, ...]:
        """Sent replies that hold all of these words, the newest first."""
        wanted = clean(words).split()[:WORDS_LIMIT]
        if not any(letter.isalnum() for word in wanted for letter in word):
            return ()
        return await self.read(_with, query(wanted), but, count)


def _letters(word: str) -> str:
    return word.strip("\"'.,;:!?…()[]{}«»“”„-–—*_#/\\|،؛؟")


_SENT = """
    select a.id as turn, a.conversation, a.author, a.at, a.text, c.source, c.language,
        coalesce((
            select q.text from turns q
            where q.conversation = a.conversation and q.kind = 'inbound' and q.id < a.id
            order by q.id desc limit 1
        ), '') as asked
"""
_IS_SENT = "a.kind = 'response' and a.automatic = 0 and a.manual = 0 and a.text <> ''"


def _like(db: sqlite3.Connection, any_of: str, but: int, count: int) -> tuple[Precedent, ...]:
    # each question once with its answer: the first reply after it.
    rows = db.execute(
        f"""
        {_SENT}
        from (
            select t.id, t.conversation from words join turns t on t.id = words.rowid
            where words match ? and words.rowid > (select max(id) from turns) - ?
                and t.kind = 'inbound' and t.conversation <> ?
            order by words.rank limit ?
        ) q
        join turns a on a.id = (
            select min(r.id) from turns r
            where r.conversation = q.conversation and r.id > q.id and r.kind = 'response'
        )
        join conversations c on c.id = a.conversation
        where {_IS_SENT}
        """,
        (f"text: ({any_of})", LOOKED_THROUGH, but, count),
    )
    return _single(rows)


def _with(db: sqlite3.Connection, query: str, but: int, count: int) -> tuple[Precedent, ...]:
    rows = db.execute(
        f"""
        {_SENT}
        from words join turns a on a.id = words.rowid
        join conversations c on c.id = a.conversation
        where words match ? and {_IS_SENT} and a.conversation <> ?
        order by words.rowid desc limit ?
        """,
        (query, but, count),
    )
    return _single(rows)


def _single(rows: Sequence[sqlite3.Row] | sqlite3.Cursor) -> tuple[Precedent, ...]:
    by_turn = {
        row["turn"]: Precedent(
            conversation=row["conversation"],
            turn=row["turn"],
            who=row["author"],
            source=row["source"],
            at=from_ms(row["at"]),
            language=row["language"],
            asked=row["asked"],
            text=row["text"],
        )
        for row in rows
    }
    return tuple(by_turn.values())
