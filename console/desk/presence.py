"""Who is where: in memory only, because a presence is a connection and nothing more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from console.core.model import QueueRow

WRITING_DECAYS_AFTER = timedelta(seconds=30)
"""Without a keystroke a writer becomes a viewer (semantics S13)."""

Mode = Literal["viewing", "writing"]


@dataclass(slots=True)
class _Place:
    person: str
    conversation: int
    mode: Mode
    since: datetime
    """When writing began; for the sentence that a second writer reads."""
    touched_at: datetime


class Presence:
    """Each console's place, by its session number. Everything changes `version`."""

    def __init__(self) -> None:
        self.version = 0
        self._places: dict[int, _Place] = {}
        self._touched: set[int] = set()

    def take_touched(self) -> frozenset[int]:
        """The conversations that somebody came to or left since the last call."""
        touched, self._touched = frozenset(self._touched), set()
        return touched

    def _turn(self, *conversations: int) -> None:
        self._touched.update(conversations)
        self.version += 1

    def look(
        self, session: int, person: str, conversation: int | None, mode: str, now: datetime
    ) -> None:
        """A console says where it is; mode `none`, or no conversation, means nowhere."""
        if conversation is None or mode == "none":
            self.leave(session)
            return
        was = self._places.get(session)
        wanted: Mode = "writing" if mode == "writing" else "viewing"
        if was and (was.conversation, was.mode) == (conversation, wanted):
            was.touched_at = now
            return
        self._places[session] = _Place(person, conversation, wanted, now, now)
        self._turn(conversation, was.conversation if was else conversation)

    def leave(self, session: int) -> None:
        """The console is nowhere, or gone."""
        if was := self._places.pop(session, None):
            self._turn(was.conversation)

    def decay(self, now: datetime) -> None:
        """Writers without a keystroke for 30 s become viewers."""
        for place in self._places.values():
            if place.mode == "writing" and now - place.touched_at >= WRITING_DECAYS_AFTER:
                place.mode, place.since = "viewing", now
                self._turn(place.conversation)

    def next_decay(self) -> datetime | None:
        """When `decay` will next change something, None for never."""
        writing = [p.touched_at for p in self._places.values() if p.mode == "writing"]
        return min(writing) + WRITING_DECAYS_AFTER if writing else None

    def writers(self, conversation: int, *, but: str = "") -> list[tuple[str, datetime]]:
        """(person, since) of those who write there, the earliest first."""
        since: dict[str, datetime] = {}
        for place in self._places.values():
            if (
                place.conversation == conversation
                and place.mode == "writing"
                and place.person != but
            ):
                since[place.person] = min(place.since, since.get(place.person, place.since))
        return sorted(since.items(), key=lambda one: (one[1], one[0]))

    def places(self) -> dict[tuple[str, Mode], int]:
        """Where each person views and writes; of several consoles, the last that came there."""
        ordered = sorted(self._places.values(), key=lambda place: place.since)
        return {(place.person, place.mode): place.conversation for place in ordered}

    def taken(self, *, but: str = "") -> set[int]:
        """Conversations in which somebody else writes now: the soft claims."""
        return {
            place.conversation
            for place in self._places.values()
            if place.mode == "writing" and place.person != but
        }

    def mark(self, rows: Iterable[QueueRow], *, but: int = 0) -> tuple[QueueRow, ...]:
        """The rows with who views and who writes, names in order; session `but` left out."""
        viewing: dict[int, set[str]] = {}
        writing: dict[int, set[str]] = {}
        for session, place in self._places.items():
            if session == but:
                continue
            side = writing if place.mode == "writing" else viewing
            side.setdefault(place.conversation, set()).add(place.person)
        return tuple(
            msgspec.structs.replace(
                row,
                viewing=tuple(sorted(viewing.get(row.id, set()) - writing.get(row.id, set()))),
                writing=tuple(sorted(writing.get(row.id, ()))),
            )
            if row.id in viewing or row.id in writing
            else row
            for row in rows
        )
