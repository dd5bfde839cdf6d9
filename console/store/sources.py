"""What the store knows about sources: where each stands, and how it is doing."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from console.core.i18n import _
from console.core.model import Poll, SourceHealth
from console.store.database import Database, Transaction
from console.store.instants import from_ms, to_ms, whole
from console.store.polls import log_poll
from sources.base import Batch, Channel, Cursor
from sources.text import clean, clip

RECENT_POSTS = 50
"""How many of the last posts tell what silence is usual."""
LEAST_POSTS = 10
"""With fewer posts nobody knows what is usual."""
QUIET_AFTER = timedelta(hours=6)
"""A source is not called quiet before that, however lively it was."""


class Sources(Database):
    """Cursors and health."""

    async def name_sources(self, channels: dict[str, tuple[str, Channel | None]]) -> None:
        """The configured sources: name to (type, channel). Others keep their history, unpolled."""
        await self.write(_name, channels)

    async def cursors(self) -> dict[str, Cursor]:
        """Where each source stands, by name; a source never polled is absent."""
        return await self.read(_cursors)

    async def poll_failed(
        self,
        source: str,
        cursor: Cursor,
        now: datetime,
        *,
        duration_s: float = 0.0,
        status: int | None = None,
    ) -> None:
        """A poll gave an error; the cursor carries it and when to try again."""
        poll = Poll(whole(now), duration_s, status, error=cursor.error)
        await self.write(_failed, source, cursor, poll)

    async def health(self, now: datetime) -> tuple[SourceHealth, ...]:
        """Every configured source, by name."""
        return await self.read(_health, now)


def _name(tx: Transaction, channels: dict[str, tuple[str, Channel | None]]) -> None:
    tx.db.execute("update sources set configured = 0 where configured = 1")
    tx.db.executemany(
        """
        insert into sources (name, type, channel, configured) values (?, ?, ?, 1)
        on conflict (name) do update set
            type = excluded.type, channel = excluded.channel, configured = 1
        """,
        [
            (name, kind, msgspec.json.encode(channel).decode() if channel else None)
            for name, (kind, channel) in channels.items()
        ],
    )
    tx.visible = True


def channel_of(db: sqlite3.Connection, source: str) -> Channel | None:
    """How replies work on a source; None if they do not, or if it is not configured now."""
    row = db.execute(
        "select channel from sources where name = ? and configured = 1", (source,)
    ).fetchone()
    if row is None or row["channel"] is None:
        return None
    return msgspec.json.decode(row["channel"], type=Channel)


def caught_up_at(tx: Transaction, source: str) -> datetime | None:
    """When this source was last read to its end; None before its first sync is complete."""
    tx.db.execute("insert into sources (name) values (?) on conflict (name) do nothing", (source,))
    at: int | None = tx.db.execute(
        "select caught_up_at from sources where name = ?", (source,)
    ).fetchone()["caught_up_at"]
    return from_ms(at)


def keep_batch(
    tx: Transaction,
    source: str,
    batch: Batch,
    now: datetime,
    *,
    new: int,
    duration_s: float,
    imported: bool,
) -> None:
    """A poll succeeded: the cursor, and what the health screen says about it.

    An import brings no cursor of its own, and says nothing of how far the source was read.
    """
    if not imported:
        keep_cursor(tx, source, batch.cursor)
    before = tx.db.execute("select note, gap_at from sources where name = ?", (source,)).fetchone()
    note = clip(clean(batch.note), 500)
    tx.db.execute(
        """
        update sources set note = ?, quota_left = ?, posts = posts + ?, poll_ms = ?,
            gap_at = case when ? then ? else gap_at end,
            caught_up_at = case when ? then caught_up_at else ? end
        where name = ?
        """,
        (
            note,
            clip(clean(batch.quota_left), 200),
            new,
            round(duration_s * 1000),
            batch.gap,
            to_ms(now),
            batch.more or imported,
            to_ms(now),
            source,
        ),
    )
    if batch.gap or before["note"] != note:
        tx.visible = True


def keep_cursor(tx: Transaction, source: str, cursor: Cursor) -> None:
    """Where a source stands now. Consoles are told only if its trouble changed."""
    error = clip(clean(cursor.error), 1000)
    before = tx.db.execute(
        "select error, retired from sources where name = ?", (source,)
    ).fetchone()
    tx.db.execute(
        """
        insert into sources (name, polled, position, etag, last_modified, url, next_poll_at,
            last_success_at, last_post_at, failures, error, retired)
        values (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (name) do update set
            polled = 1, position = excluded.position, etag = excluded.etag,
            last_modified = excluded.last_modified, url = excluded.url,
            next_poll_at = excluded.next_poll_at, last_success_at = excluded.last_success_at,
            last_post_at = excluded.last_post_at, failures = excluded.failures,
            error = excluded.error, retired = excluded.retired
        """,
        (
            source,
            clean(cursor.position),
            clean(cursor.etag),
            clean(cursor.last_modified),
            clean(cursor.url),
            to_ms(cursor.next_poll_at),
            to_ms(cursor.last_success_at),
            to_ms(cursor.last_post_at),
            cursor.failures,
            error,
            cursor.retired,
        ),
    )
    if before is None or (before["error"], bool(before["retired"])) != (error, cursor.retired):
        tx.visible = True


def _failed(tx: Transaction, source: str, cursor: Cursor, poll: Poll) -> None:
    keep_cursor(tx, source, cursor)
    log_poll(tx, source, poll)


def _cursors(db: sqlite3.Connection) -> dict[str, Cursor]:
    rows = db.execute(
        """
        select name, position, etag, last_modified, url, next_poll_at, last_success_at,
            last_post_at, failures, error, retired
        from sources where polled = 1
        """
    )
    return {
        row["name"]: Cursor(
            position=row["position"],
            etag=row["etag"],
            last_modified=row["last_modified"],
            url=row["url"],
            next_poll_at=from_ms(row["next_poll_at"]),
            last_success_at=from_ms(row["last_success_at"]),
            last_post_at=from_ms(row["last_post_at"]),
            failures=row["failures"],
            error=row["error"],
            retired=bool(row["retired"]),
        )
        for row in rows
    }


def _health(db: sqlite3.Connection, now: datetime) -> tuple[SourceHealth, ...]:
    rows = db.execute(
        """
        select name, type, last_success_at, last_post_at, next_poll_at, failures, error, quota_left,
            retired, gap_at, note, posts
        from sources where configured = 1 order by name
        """
    ).fetchall()
    return tuple(
        SourceHealth(
            name=row["name"],
            type=row["type"],
            last_success_at=from_ms(row["last_success_at"]),
            last_post_at=from_ms(row["last_post_at"]),
            next_poll_at=from_ms(row["next_poll_at"]),
            failures=row["failures"],
            error=row["error"],
            quota_left=row["quota_left"],
            retired=bool(row["retired"]),
            quiet=_is_quiet(db, row["name"], now),
            gap_at=from_ms(row["gap_at"]),
            note=row["note"],
            posts=row["posts"],
        )
        for row in rows
    )


def _is_quiet(db: sqlite3.Connection, source: str, now: datetime) -> bool:
    """Whether the silence is twice the longest of the source's recent ones."""
    seen: list[int] = [
        row["seen_at"]
        for row in db.execute(
            "select seen_at from posts where source = ? order by seen_at desc limit ?",
            (source, RECENT_POSTS),
        )
    ]
    if len(seen) < LEAST_POSTS:
        return False
    longest = max(later - earlier for later, earlier in pairwise(seen))
    silence = to_ms(now) - seen[0]
    return silence > max(2 * longest, QUIET_AFTER // timedelta(milliseconds=1))


def why_unanswerable(channel: Channel | None, source: str, *, answered: bool) -> str:
    """Why a conversation takes no reply through us, in a sentence; empty if it takes one."""
    if channel is None:
        return _("{source} cannot be answered from here").format(source=source)
    if channel.mode == "single" and answered:
        return _("{source} allows one reply, and it has been given").format(source=source)
    return ""
