"""Every error this program raises on purpose.

ShiftdeskError
├── ConfigError        the configuration is wrong; lists every problem at once
├── Denied             the desk knows who you are, and you may not do this
├── Stale              somebody was faster; the answer says who and what changed
├── NotFound           no such conversation, draft, source or view
├── Unanswerable       this source takes no reply, or not this one
├── DeskUnreachable    no desk answers, or the line was lost
├── ProtocolMismatch   console and desk are of different versions
└── StoreError         the database cannot be opened, upgraded or written

A message names the thing, the problem and the way out, for the person who reads it.
"""

from __future__ import annotations

from collections.abc import Sequence


class ShiftdeskError(Exception):
    """The root: its text is fit to be shown to a person."""


class ConfigError(ShiftdeskError):
    """The configuration is wrong; `problems` holds one sentence for each."""

    def __init__(self, problems: Sequence[str] | str) -> None:
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(self.problems))


class Denied(ShiftdeskError):
    """This person may not do this."""


class Stale(ShiftdeskError):
    """Somebody or something was faster; nothing was changed."""


class NotFound(ShiftdeskError):
    """There is no such thing."""


class Unanswerable(ShiftdeskError):
    """A reply cannot be given here."""


class DeskUnreachable(ShiftdeskError):
    """No desk answers."""


class ProtocolMismatch(ShiftdeskError):
    """Console and desk speak different versions."""


class StoreError(ShiftdeskError):
    """The database cannot be opened, upgraded or written."""
