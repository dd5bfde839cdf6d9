"""Sources: what each of their last polls gave."""

from __future__ import annotations

from console.core.asks.base import Answer, Ask
from console.core.model import Poll


class SourceLog(Ask, frozen=True, tag="source_log"):
    """A source's last polls."""

    source: str
    count: int = 200


class SourceLogPage(Answer, frozen=True, tag="source_log_page"):
    source: str
    polls: tuple[Poll, ...]
    """The newest first."""
