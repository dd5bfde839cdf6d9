"""The rules in force, the holidays that people reviewed, and what time does by them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from console.core.holidays import HolidayDay
from console.core.holidays import Verdict as HolidayVerdict
from console.core.preview import Preview
from console.core.sla import Rules


class RuleBook(Protocol):
    """Rules, reviewed holidays, and the clocks that both move."""

    async def adopt(self, rules: Rules, now: datetime, *, preview: bool = False) -> Preview:
        """Take rules into force, as a new version if they differ; with `preview` only tell.

        The reviewed holidays close their calendars whatever the rules say.
        """
        ...

    @property
    def rules(self) -> Rules:
        """The rules in force, reviewed holidays in their calendars."""
        ...

    async def rules_known(self) -> dict[int, Rules]:
        """Every version of the rules that was ever in force."""
        ...

    async def holidays(self, calendar: str = "") -> tuple[HolidayDay, ...]:
        """Every day that was proposed for a calendar, by date; for all of them without a name."""
        ...

    async def propose_holidays(
        self, calendar: str, days: Sequence[tuple[date, str]], by: str, now: datetime
    ) -> int:
        """Days of a feed, to be reviewed; how many are new. What was said about others stands."""
        ...

    async def decide_holidays(
        self,
        rules: Rules,
        calendar: str,
        days: Sequence[date],
        verdict: HolidayVerdict,
        by: str,
        now: datetime,
        *,
        preview: bool = False,
    ) -> Preview:
        """A person's word on proposed days and what it moves, together; `rules` as configured."""
        ...

    async def tick(self, now: datetime) -> tuple[int, ...]:
        """Wake what has slept enough and record breaches that came due; those that woke."""
        ...

    async def rebuild(self) -> int:
        """Derive every clock and cache again from the ledger; how many rows changed."""
        ...
