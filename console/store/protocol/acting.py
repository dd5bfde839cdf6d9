"""What people do to conversations, and who is on shift."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from console.core.model import Status


class ShiftNote(Struct, frozen=True):
    """What one shift leaves to the next, in somebody's words."""

    at: datetime
    person: str
    text: str


class Acting(Protocol):
    """Each writes its event, advances the clocks and returns the conversation's new version."""

    async def claim(
        self,
        conversation: int,
        person: str,
        now: datetime,
        *,
        version: int | None = None,
        take_over: bool = False,
    ) -> int:
        """Compare and set: raises `Stale` naming the owner if somebody else has it."""
        ...

    async def assign(
        self,
        conversation: int,
        to: str,
        by: str,
        now: datetime,
        *,
        version: int | None = None,
    ) -> int: ...

    async def set_status(
        self, conversation: int, status: Status, by: str, now: datetime, *, reason: str = ""
    ) -> int: ...

    async def snooze(
        self,
        conversation: int,
        by: str,
        now: datetime,
        *,
        until: datetime | None,
        until_reply: bool = False,
        reason: str = "",
    ) -> int:
        """Hide until then; `until` None without `until_reply` wakes it."""
        ...

    async def cut_short(self, conversation: int) -> tuple[datetime | None, bool] | None:
        """The snooze that the customer's words ended: (its time, until a reply); None for none."""
        ...

    async def snooze_again(self, conversation: int, by: str, now: datetime) -> int:
        """Until the same time as before the customer's words; what looks like thanks was thanks."""
        ...

    async def judge_thanks(self, conversation: int, by: str, now: datetime, *, thanks: bool) -> int:
        """A person's word on a turn that looks like thanks. Raises `NotFound` where none does."""
        ...

    async def tag(
        self,
        conversation: int,
        by: str,
        now: datetime,
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
    ) -> int: ...

    async def set_priority(
        self, conversation: int, priority: int, by: str, now: datetime
    ) -> int: ...

    async def note(self, conversation: int, text: str, by: str, now: datetime) -> int: ...

    async def answered_elsewhere(
        self, conversation: int, by: str, now: datetime, *, at: datetime, link: str
    ) -> int: ...

    async def follow_up(
        self, conversation: int, by: str, now: datetime, *, until: datetime, reason: str
    ) -> int:
        """Sleep until then, and come back as a reminder whatever the status is."""
        ...

    async def go_private(self, conversation: int, by: str, now: datetime) -> int:
        """The customer was asked to go on in private."""
        ...

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
        """A private conversation with this one's customer, on `source`; the same one if asked again."""
        ...

    async def private_beside(self, conversation: int) -> int | None:
        """The same customer's newest private conversation, None where there is none."""
        ...

    async def undo(self, person: str, now: datetime) -> tuple[int, str]:
        """Take back this person's last undoable action: (conversation, what was undone)."""
        ...

    async def acted(self, person: str) -> int:
        """The number of this person's last undoable action, 0 for none."""
        ...

    async def tie(self, person: str, conversations: Sequence[int], after: int, what: str) -> None:
        """What this person did to these conversations after that action is undone as one."""
        ...


class Shifts(Protocol):
    """Who is here, what they hold, and what they leave to the next."""

    async def set_shift(self, person: str, now: datetime, *, on: bool) -> None: ...

    async def on_shift(self) -> tuple[str, ...]: ...

    async def shift_since(self) -> dict[str, datetime]:
        """Since when each person on shift is."""
        ...

    async def hand_back(self, person: str, now: datetime) -> tuple[int, ...]:
        """The end of a shift: what this person owned returns to the team."""
        ...

    async def write_shift_note(self, person: str, text: str, now: datetime) -> None:
        """A note for the next shift."""
        ...

    async def shift_notes(self, since: datetime) -> tuple[ShiftNote, ...]:
        """The notes for the next shift since a time, the earliest first."""
        ...
