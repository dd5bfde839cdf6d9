"""The desk's calendars as a console has them: read only when something first counts in one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any


class OpenHours:
    """Open time between two instants, by the calendars' own tables as `Welcome` brings them."""

    def __init__(self, mappings: Mapping[str, Any]) -> None:
        self._mappings = mappings
        self._read: dict[str, Any] = {}

    def between(self, calendar: str, start: datetime, end: datetime) -> timedelta:
        """The open time from `start` to `end`; plain time where the calendar is not known."""
        if not calendar or calendar not in self._mappings:
            return end - start
        if calendar not in self._read:
            # a console whose rows count in plain time never needs it
            from console.core.calendar import parse_calendar

            self._read[calendar] = parse_calendar(calendar, self._mappings[calendar])
        elapsed: timedelta = self._read[calendar].elapsed(start, end)
        return elapsed
