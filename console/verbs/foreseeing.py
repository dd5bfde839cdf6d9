"""What a verb without a desk of its own asks a running one: what would move, which days are off."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from console.core import asks
from console.core.asks import Done, HolidaysPage
from console.errors import DeskUnreachable, ShiftdeskError
from console.verbs.line import expect, line_to

if TYPE_CHECKING:
    from datetime import date

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


def reviewed(calendar: str, socket: Path) -> tuple[date, ...] | None:
    """The days on which a calendar is closed by review; None where no desk says."""

    async def ask() -> HolidaysPage:
        async with asyncio.timeout(WITHIN_S), line_to(socket) as line:
            return expect(await line.ask(asks.Holidays(calendar)), HolidaysPage)

    try:
        days = asyncio.run(ask()).days
    except (ShiftdeskError, TimeoutError):
        return None
    return tuple(one.day for one in days if one.state == "accepted")
