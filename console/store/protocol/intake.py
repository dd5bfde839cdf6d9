"""What the sources bring, and how each of them is doing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from console.core.model import Poll, SourceHealth
from sources.base import Batch, Channel, Cursor


class TakenIn(Struct, frozen=True):
    """What one batch changed."""

    new: int = 0
    edited: int = 0
    unchanged: int = 0
    conversations: tuple[int, ...] = ()
    reopened: tuple[int, ...] = ()
    answered_outside: tuple[int, ...] = ()
    small_edits: tuple[int, ...] = ()
    """Edited, but by so little (at most 20 % of the text, the same stars) that nobody is told."""


class Intake(Protocol):
    """Posts, cursors and the polls they came by."""

    async def name_sources(self, channels: dict[str, tuple[str, Channel | None]]) -> None:
        """The configured sources: name to (type, channel). Others keep their history, unpolled."""
        ...

    async def cursors(self) -> dict[str, Cursor]:
        """Where each source stands, by name; a source never polled is absent."""
        ...

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

        `every` is the source's interval, for the backfill rule (semantics S2); `backfill` marks
        imports. A first sync is recognised by the absence of a cursor. The rest is for the
        source's log: how long it took, HTTP's status, whether the platform told us unasked.
        """
        ...

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
        ...

    async def health(self, now: datetime) -> tuple[SourceHealth, ...]: ...

    async def polls(self, source: str, count: int) -> tuple[Poll, ...]:
        """A source's last polls, the newest first."""
        ...
