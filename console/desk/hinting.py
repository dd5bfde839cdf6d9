"""Hints and languages for the desk, asked of the text process; without it, simply none."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from console.core.asks import Hints, HintShown
from console.desk.supervision import Child, ChildGone

TEXT_PROCESS = (sys.executable, "-m", "console.desk.text_process")
ANSWER_WITHIN_S = 5.0
"""A process that takes longer over a text hangs, and is replaced."""
START_WITHIN_S = 10.0
_AT_ONCE = 100
_ENOUGH = 1000
"""Characters that tell a language."""


class TextWork:
    """What the desk wants to know about texts."""

    def __init__(self, child: Child, languages: Sequence[str], muted: Sequence[str] = ()) -> None:
        self._child = child
        self.languages = tuple(languages)
        """The team's; detection chooses among these."""
        self.muted = tuple(muted)
        """Hints that the team does not want."""
        self._turn = asyncio.Lock()
        self._newest: dict[int, int] = {}

    async def hints(self, session: int, ask: Hints, told: dict[str, Any]) -> tuple[HintShown, ...]:
        """Every hint for a draft, the weightiest first; none while the process is away.

        Of one console's questions only the newest is worth the work: older ones that still
        wait their turn get no hints, and the console drops them by their revision.
        """
        self._newest[session] = ask.revision
        try:
            async with self._turn:
                if self._newest.get(session) != ask.revision:
                    return ()
                found = await self._child.ask(
                    what="hints",
                    draft=ask.draft,
                    interface=ask.language,
                    muted=list(self.muted),
                    **told,
                )
        except ChildGone:
            return ()
        finally:
            if self._newest.get(session) == ask.revision:
                del self._newest[session]
        return msgspec.convert(found, tuple[HintShown, ...])

    async def promise(
        self, text: str, language: str, now: datetime, zone: str
    ) -> tuple[datetime, str] | None:
        """The time by which a reply promises something, and the words that do."""
        try:
            found = await self._child.ask(
                what="promise",
                text=text,
                language=language or "en",
                now=now.isoformat(),
                zone=zone,
            )
        except ChildGone:
            return None
        return msgspec.convert(found, tuple[datetime, str] | None)

    async def detect(self, texts: Sequence[str]) -> list[str]:
        """The language of each text, "" where it cannot be told now.

        At the desk's start it waits for the process: the first posts want a language as well.
        """
        await self._child.started(START_WITHIN_S)
        found: list[str] = []
        for first in range(0, len(texts), _AT_ONCE):
            some = [text[:_ENOUGH] for text in texts[first : first + _AT_ONCE]]
            try:
                told = await self._child.ask(
                    what="languages", texts=some, languages=list(self.languages)
                )
            except ChildGone:
                return found + [""] * (len(texts) - len(found))
            found += msgspec.convert(told, list[str])
        return found
