"""Private conversations that the team begins, going on from what a customer wrote in public."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from console.core.clocks import Noted
from console.core.i18n import _
from console.errors import NotFound
from console.store.clockwork import record, settle
from console.store.database import Database, Transaction
from console.store.instants import to_ms, whole
from console.store.turns import add_ours
from sources.text import clip

_QUOTED = 1000
"""Characters of the public words that stand in the private conversation's first note."""


class Openings(Database):
    """Conversations before their first message."""

    async def begin_private(
        self,
        conversation: int,
        by: str,
        now: datetime,
        *,
        source: str,
        address: str = "",
        subject: str = "",
    ) -> int:
        """A private conversation with this one's customer, on `source`; the same one if asked again.

        It is the agent's own and open, without a clock: nobody waits there yet. `address` is where
        the first message goes; empty for the author of the public turn. Raises `NotFound`.
        """
        return await self.write(_begin, conversation, by, whole(now), source, address, subject)


def _begin(
    tx: Transaction,
    public: int,
    by: str,
    now: datetime,
    source: str,
    address: str,
    subject: str,
) -> int:
    turn = tx.db.execute(
        """
        select t.id, t.text, c.customer from conversations c
        join turns t on t.conversation = c.id and t.kind = 'inbound' and t.automatic = 0
        where c.id = ? order by t.at desc, t.id desc limit 1
        """,
        (public,),
    ).fetchone()
    if turn is None:
        raise NotFound(_("nobody wrote in conversation {number}").format(number=public))
    if (begun := _begun(tx.db, public)) is not None:
        return begun
    (conversation,) = tx.db.execute(
        """
        insert into conversations (version, source, kind, private, status, owner, customer, follows,
            created_at, last_activity_at)
        values (0, ?, 'message', 1, 'open', ?, ?, ?, ?, ?) returning id
        """,
        (source, by, turn["customer"], public, to_ms(now), to_ms(now)),
    ).fetchone()
    tx.db.execute(
        "insert into openings (conversation, turn, address, subject) values (?, ?, ?, ?)",
        (conversation, turn["id"], address, subject),
    )
    said = _("From conversation {number}, where they wrote: {words}").format(
        number=public, words=clip(turn["text"], _QUOTED)
    )
    add_ours(tx.db, conversation, "note", by, said, at=now, now=now)
    record(tx, public, now, by, "went_private", str(conversation))
    record(tx, conversation, now, by, "begun", str(public))
    settle(tx, public, now, [Noted(at=now, actor=by, what="went_private")])
    settle(tx, conversation, now)
    return int(conversation)


def _begun(db: sqlite3.Connection, public: int) -> int | None:
    """The conversation that was begun from this one, if it still is there."""
    row = db.execute(
        """
        select o.conversation from openings o join turns t on t.id = o.turn
        where t.conversation = ? order by o.conversation desc limit 1
        """,
        (public,),
    ).fetchone()
    return row["conversation"] if row else None
