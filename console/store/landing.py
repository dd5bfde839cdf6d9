"""One batch of posts on its way into the tables: what everything that lands has in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from console.core.clocks import LONG_BEFORE, Happening
from console.store.clockwork import record, settle
from console.store.database import Transaction
from sources.base import Post


@dataclass
class Landing:
    """Where and when posts land, and what they have done to conversations so far."""

    tx: Transaction
    source: str
    now: datetime
    reached: datetime | None
    """What is older than this came late; None before the first sync is complete."""
    backfill: bool
    happenings: dict[int, list[Happening]] = field(default_factory=dict)
    """What moves clocks, by conversation; one that was touched otherwise has an empty list."""
    new: int = 0
    edited: int = 0
    reopened: list[int] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    small_edits: list[int] = field(default_factory=list)

    def touch(self, conversation: int, *happenings: Happening) -> None:
        """This conversation is to be settled, after these happenings."""
        self.happenings.setdefault(conversation, []).extend(happenings)

    def record(
        self,
        conversation: int,
        verb: str,
        detail: str = "",
        *,
        at: datetime | None = None,
        actor: str = "",
    ) -> None:
        """A line of a conversation's history, now or at another instant."""
        record(self.tx, conversation, at or self.now, actor, verb, detail)

    def when(self, post: Post) -> tuple[datetime, bool]:
        """When a post was written as far as clocks care, and whether it arrived late."""
        said = post.occurred_at
        if said is None:
            return self.now, False
        if said > self.now:
            return self.now, True
        return said, self.is_late(said) or (not self.backfill and self.now - said > LONG_BEFORE)

    def is_late(self, said: datetime) -> bool:
        """Whether an earlier poll could have shown what was said then."""
        return not self.backfill and self.reached is not None and said < self.reached

    def settle(self) -> None:
        """Derive what was touched again, and move its clocks."""
        for conversation, happenings in self.happenings.items():
            settle(self.tx, conversation, self.now, happenings)
