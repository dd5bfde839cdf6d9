"""What every source is given when it is built; a plugin needs nothing else from us."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sources.net import Net
    from sources.parsing import Parser


@dataclass(frozen=True, slots=True)
class Tools:
    """The desk's own client, parser and clock, shared by all sources."""

    net: Net
    parser: Parser
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    """Aware UTC."""
