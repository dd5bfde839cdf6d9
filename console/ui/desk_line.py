"""What the console needs of its end of the wire: one question at a time, and the news."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from console.core.asks import Answer, Ask
from console.core.news import Changed, Lost, Met, News, Told

__all__ = ["Changed", "Clock", "DeskLine", "Lost", "Met", "News", "Told"]

Clock = Callable[[], datetime]
"""Says what time it is: aware UTC."""


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
