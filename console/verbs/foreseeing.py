"""What a changed configuration would move, asked of a running desk before it is put into force."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from console.core import asks
from console.core.asks import Done
from console.errors import DeskUnreachable, ShiftdeskError
from console.verbs.line import expect, line_to

if TYPE_CHECKING:
    from console.core.policy import Rules

WITHIN_S = 30.0
"""A desk that takes longer to answer is not waited for."""


def foreseen(rules: Rules, socket: Path) -> str:
    """ "14 deadlines get earlier, 3 become late", or why the desk does not say; empty without one.

    Nothing is changed, and no desk is started.
    """

    async def ask() -> str:
        async with asyncio.timeout(WITHIN_S), line_to(socket) as line:
            return expect(await line.ask(asks.PreviewRules(rules)), Done).text

    try:
        return asyncio.run(ask())
    except (DeskUnreachable, TimeoutError):
        return ""
    except ShiftdeskError as error:
        return str(error)
