"""Which snippets went into replies, so that those used on similar items are offered first."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from console.core.model import MoodLabel
from console.store.clockwork import record
from console.store.database import Database, Transaction


class SnippetUses(Database):
    """The use of snippets is part of a conversation's history."""

    async def use_snippets(
        self, conversation: int, ids: Sequence[str], by: str, now: datetime
    ) -> None:
        """These went into a reply."""
        await self.write(_use, conversation, ids, by, now)

    async def snippet_uses(self, kind: str, mood: MoodLabel | None) -> dict[str, int]:
        """How often each answered conversations of this kind and mood, by id."""
        return await self.read(_uses, kind, mood)


def _use(tx: Transaction, conversation: int, ids: Sequence[str], by: str, now: datetime) -> None:
    for id in dict.fromkeys(ids):
        record(tx, conversation, now, by, "snippet", id)


def _uses(db: sqlite3.Connection, kind: str, mood: MoodLabel | None) -> dict[str, int]:
    rows = db.execute(
        """
        select e.detail, count(*) as uses
        from events e join conversations c on c.id = e.conversation
        where e.verb = 'snippet' and c.kind = ? and c.mood is ?
        group by e.detail
        """,
        (kind, mood),
    )
    return {row["detail"]: row["uses"] for row in rows}
