"""What the console needs of its end of the wire: one question at a time, and the news."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from console.core.asks import Answer, Ask, Welcome

Clock = Callable[[], datetime]
"""Says what time it is: aware UTC."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Something at the desk is newer than what was drawn from before `version`."""

    version: int


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence for this person (a mention, a refused reply)."""

    text: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The desk does not answer; `why` is a sentence for the status bar."""

    why: str


@dataclass(frozen=True, slots=True)
class Met:
    """A desk answers: for the first time, or again after `Lost`."""

    welcome: Welcome


News = Changed | Told | Lost | Met


class DeskLine(Protocol):
    """A console's end of the wire: a socket, the stdio of ssh, or a desk in the same process."""

    async def follow(self, hear: Callable[[News], None]) -> None:
        """Keep the line until cancelled: connect, pass the news on, reconnect with back-off.

        `hear` is called in the event loop. Raises `ProtocolMismatch` or `Denied` where trying
        again cannot help.
        """
        ...

    async def ask(self, request: Ask) -> Answer:
        """The desk's answer. Raises `DeskUnreachable` while there is none or the line is lost."""
        ...
