"""Moods: what has none yet, what the model and people said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from console.core.model import Mood, MoodLabel
from console.core.mood import Judgement
from console.core.reports import Period
from sources.base import Kind


class Unscored(Struct, frozen=True):
    """A turn that has no mood yet."""

    turn: int
    text: str
    rating: float | None
    rating_max: int
    kind: Kind


class TaughtText(Struct, frozen=True):
    """A text whose mood is known: corrected by a person, or rated by its author."""

    turn: int
    text: str
    label: MoodLabel | None
    """A person's word; None where only stars spoke."""
    rating: float | None
    rating_max: int
    kind: str


class Moods(Protocol):
    """The table is the queue: a turn without a mood waits for one."""

    async def unscored(self, model: str, count: int) -> tuple[Unscored, ...]:
        """Newest first: turns without a mood, or with one of another model."""
        ...

    async def unscored_count(self, model: str) -> int: ...

    async def set_moods(
        self, moods: Sequence[tuple[int, Mood | None, bool]], now: datetime
    ) -> tuple[int, ...]:
        """(turn, mood, contradiction) each; None: the model gave up on it. Returns conversations."""
        ...

    async def correct_mood(
        self, conversation: int, label: MoodLabel, by: str, now: datetime
    ) -> int: ...

    async def judgements(self, period: Period) -> tuple[Judgement, ...]:
        """People's words of a period on what a model had said; the last word on each turn."""
        ...

    async def known_moods(self, after: int, count: int) -> tuple[TaughtText, ...]:
        """Texts to learn from, by turn, those after one: corrected or rated."""
        ...
