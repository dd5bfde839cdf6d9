"""Taking in what a poll gave: posts and cursor together, each post once, whatever the platform does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from console.core.model import Poll
from console.store.arrivals import Known, arrive, change, rename
from console.store.database import Database, Transaction
from console.store.identity import cleaned, content_key, digest
from console.store.instants import to_ms, whole
from console.store.landing import Landing
from console.store.polls import log_poll
from console.store.protocol import TakenIn
from console.store.sources import caught_up_at, keep_batch
from sources.base import Batch, Post

_LOOKED_UP = 500


class Intake(Database):
    """Posts come in here, and nowhere else."""

    async def take_in(
        self,
        source: str,
        batch: Batch,
        now: datetime,
        *,
        every: timedelta,
        backfill: bool = False,
        duration_s: float = 0.0,
        status: int | None = None,
        heard: bool = False,
    ) -> TakenIn:
        """Posts and cursor, together. Posts already there are recognised; edits become new turns.

        `every` is the source's interval, for late arrivals; `backfill` marks imports. A first
        sync is recognised by the absence of a complete one before. The rest is for the source's
        log: how long it took, HTTP's status, whether the platform told us unasked.
        """
        return await self.write(
            _take_in,
            source,
            batch,
            [cleaned(post) for post in batch.posts],
            whole(now),
            every,
            backfill=backfill,
            duration_s=duration_s,
            status=status,
            heard=heard,
        )


def _take_in(
    tx: Transaction,
    source: str,
    batch: Batch,
    posts: Sequence[Post],
    now: datetime,
    every: timedelta,
    *,
    backfill: bool,
    duration_s: float,
    status: int | None,
    heard: bool,
) -> TakenIn:
    caught_up = caught_up_at(tx, source)
    landing = Landing(
        tx,
        source,
        now,
        reached=None if caught_up is None else caught_up - every,
        backfill=backfill or caught_up is None,
    )
    unchanged = _land(landing, posts)
    landing.settle()
    keep_batch(tx, source, batch, now, new=landing.new, duration_s=duration_s, imported=backfill)
    if not backfill:
        poll = Poll(now, duration_s, status, landing.new, landing.edited, heard)
        log_poll(tx, source, poll)
    return TakenIn(
        new=landing.new,
        edited=landing.edited,
        unchanged=unchanged,
        conversations=tuple(landing.happenings),
        reopened=tuple(landing.reopened),
        answered_outside=tuple(landing.answered),
        small_edits=tuple(landing.small_edits),
    )


def _land(landing: Landing, posts: Sequence[Post]) -> int:
    """Each post in its turn; how many changed nothing."""
    db, source = landing.tx.db, landing.source
    known = _known(db, source, [post.id for post in posts])
    shown = {post.id for post in posts}
    unchanged = 0
    for post in _in_order(posts, landing.now):
        now_says, key = digest(post), content_key(post)
        before = known.get(post.id) or _by_content(db, source, post, key, shown)
        if before is None:
            turn = arrive(landing, post, now_says, key)
        elif before.digest != now_says:
            turn = change(landing, before, post, now_says, key)
        else:
            turn = before.turn
            unchanged += 1
            if before.native_id != post.id:
                rename(landing, before, post)
        if turn is None:
            unchanged += 1
        else:
            known[post.id] = Known(post.id, turn, now_says)
    return unchanged


def _in_order(posts: Iterable[Post], now: datetime) -> list[Post]:
    """As they were written, an answer after what it can have answered."""
    return sorted(posts, key=lambda post: (min(post.occurred_at or now, now), post.own))


def _known(db: sqlite3.Connection, source: str, ids: Sequence[str]) -> dict[str, Known]:
    found: dict[str, Known] = {}
    for start in range(0, len(ids), _LOOKED_UP):
        rows = db.execute(
            """
            select p.native_id, p.turn, p.digest from json_each(?) wanted
            cross join posts p on p.source = ? and p.native_id = wanted.value
            """,
            (msgspec.json.encode(ids[start : start + _LOOKED_UP]).decode(), source),
        )
        found.update((row["native_id"], Known(*row)) for row in rows)
    return found


def _by_content(
    db: sqlite3.Connection, source: str, post: Post, key: bytes | None, shown: set[str]
) -> Known | None:
    """The post that says the same under another id, if that id is no longer shown.

    Some platforms change their ids. The address or the very instant has to be the same too: a
    customer who asks again after an hour, in the same words, asks again.
    """
    if key is None:
        return None
    rows = db.execute(
        """
        select p.native_id, p.turn, p.digest from posts p indexed by posts_by_content
        join turns t on t.id = p.turn
        where p.source = ? and p.content_key = ? and (t.at = ? or t.url = ? and t.url <> '')
        """,
        (source, key, to_ms(post.occurred_at), post.url),
    )
    gone = [Known(*row) for row in rows if row["native_id"] not in shown]
    return max(gone, key=lambda known: known.turn, default=None)
