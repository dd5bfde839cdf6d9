"""Acting on conversations: whose they are, their state, marks and notes."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from console.core.asks.base import Answer, Ask
from console.core.model import (
    MoodLabel,
    Status,
)


class Claim(Ask, frozen=True, tag="claim"):
    """Take a conversation, if nobody took it since `version`."""

    conversation: int
    version: int | None = None
    take_over: bool = False


class Assign(Ask, frozen=True, tag="assign"):
    """Give a conversation to somebody; empty hands it back to the team."""

    conversation: int
    to: str
    version: int | None = None


class Next(Ask, frozen=True, tag="next"):
    """The next conversation for me: earliest due, nobody's, within my skills. It becomes mine."""


class SetStatus(Ask, frozen=True, tag="set_status"):
    """`reason` is demanded for closing without an answer ("spam", "no reply needed")."""

    conversation: int
    status: Status
    reason: str = ""


class Snooze(Ask, frozen=True, tag="snooze"):
    """Hide until a time (free text: "2h", "fri 9", "until reply"), or wake with an empty text."""

    conversation: int
    until: str
    reason: str = ""
    past_due: bool = False
    """Yes, past the deadline that the refusal named."""


class SnoozeAgain(Ask, frozen=True, tag="snooze_again"):
    """Hide until the same time as before the customer's words, which were no more than thanks."""

    conversation: int
    past_due: bool = False
    """Yes, past the deadline that the refusal named."""


class JudgeThanks(Ask, frozen=True, tag="judge_thanks"):
    """Whether words that look like thanks are just that, or a turn that waits for an answer."""

    conversation: int
    thanks: bool


class Tag(Ask, frozen=True, tag="tag"):
    conversation: int
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class SetPriority(Ask, frozen=True, tag="set_priority"):
    conversation: int
    priority: int


class Note(Ask, frozen=True, tag="note"):
    """An internal note; @name reaches that person's console."""

    conversation: int
    text: str


class Bulk(Ask, frozen=True, tag="bulk"):
    """One action on many conversations; each stands or falls alone, `u` takes all of it back."""

    conversations: tuple[int, ...]
    """At most `BULK_AT_ONCE`."""
    action: Claim | Assign | SetStatus | Snooze | Tag | SetPriority
    """What is done to each; its own `conversation` and `version` do not matter."""


BULK_AT_ONCE = 200


class AnsweredElsewhere(Ask, frozen=True, tag="answered_elsewhere"):
    conversation: int
    at: datetime | None = None
    link: str = ""


class FollowUp(Ask, frozen=True, tag="follow_up"):
    """Remind the team to ask whether the answer helped; an empty time is the team's usual one."""

    conversation: int
    until: str = ""
    reason: str = ""


class CorrectMood(Ask, frozen=True, tag="correct_mood"):
    conversation: int
    label: MoodLabel


class SaveView(Ask, frozen=True, tag="save_view"):
    """Save or, with an empty filter, remove a view of the team."""

    name: str
    filter: str
    order: str = "due"


class Shift(Ask, frozen=True, tag="shift"):
    on: bool


class Undo(Ask, frozen=True, tag="undo"):
    """Take back my last action that can be taken back; the answer says which."""


class NotDone(Struct, frozen=True):
    """Why one of many was left as it is."""

    conversation: int
    message: str


class BulkDone(Answer, frozen=True, tag="bulk_done"):
    """What became of a `Bulk`."""

    done: tuple[int, ...]
    not_done: tuple[NotDone, ...] = ()
    text: str = ""
    undo: str = ""
    version: int = 0
