"""What a store answers and does.

Each method is one question or one whole transaction: what must happen together is one method.
Clocks are advanced inside the same transaction as the happening that moves them, by the pure
functions of `console.core.clocks` under the rules last given to `adopt()`.

Every method that changes something raises `StoreError` where the disk refuses, `NotFound` where
the thing named is not there, and `Stale` where somebody was faster.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Protocol

from console.store.protocol.acting import Acting, ShiftNote, Shifts
from console.store.protocol.customers import Customers, Forgotten, MaybeSame
from console.store.protocol.intake import Intake, TakenIn
from console.store.protocol.looking import Looking, Window
from console.store.protocol.moods import Moods, TaughtText, Unscored
from console.store.protocol.replying import Delivery, Drafts, Outbox, Queued
from console.store.protocol.reporting import LiveClock, Reporting, Text
from console.store.protocol.rules import RuleBook

__all__ = [
    "Delivery",
    "Forgotten",
    "LiveClock",
    "MaybeSame",
    "Queued",
    "ShiftNote",
    "Store",
    "TakenIn",
    "TaughtText",
    "Text",
    "Unscored",
    "Window",
]


class Store(
    RuleBook, Intake, Looking, Acting, Shifts, Drafts, Outbox, Moods, Reporting, Customers, Protocol
):
    """The desk's memory."""

    @property
    def version(self) -> int:
        """Grows with every committed change that a console could see."""
        ...

    def take_touched(self) -> frozenset[int] | None:
        """The conversations that writes touched since the last call; None for any of them."""
        ...

    async def close(self) -> None: ...

    async def backup(self, target: Path) -> None:
        """A whole, verified copy for its owner alone, while the desk goes on."""
        ...

    async def retention(self, older_than: datetime) -> int:
        """Delete solved and closed conversations without any activity since; how many."""
        ...
