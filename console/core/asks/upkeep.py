"""What keeps a desk in order."""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec import Struct

from console.core.asks.base import Answer, Ask
from console.core.holidays import HolidayDay, Verdict
from console.core.model import MoodLabel
from sources.post import Post


class Reload(Ask, frozen=True, tag="reload"):
    """Re-read the configuration; leads only."""


class Rebuild(Ask, frozen=True, tag="rebuild"):
    """Derive every clock again from the ledger."""


class PollNow(Ask, frozen=True, tag="poll_now"):
    source: str = ""


class Import(Ask, frozen=True, tag="import"):
    """Posts from a file, taken in as backfill; at most `IMPORT_AT_ONCE` a question."""

    source: str
    posts: tuple[Post, ...]


IMPORT_AT_ONCE = 500


class Backup(Ask, frozen=True, tag="backup"):
    """Copy the whole database, verified, while the desk goes on; the answer's text is the path."""


class Stop(Ask, frozen=True, tag="stop"):
    """End the desk cleanly; its owner only."""


class KnownMoods(Ask, frozen=True, tag="known_moods"):
    """The team's own texts whose mood is known, to learn from: those after a turn."""

    after: int = 0


class KnownMood(Struct, frozen=True):
    turn: int
    text: str
    label: MoodLabel | None
    rating: float | None
    rating_max: int
    kind: str


class KnownMoodsPage(Answer, frozen=True, tag="known_moods_page"):
    moods: tuple[KnownMood, ...]
    """None left: an empty page."""


class PreviewRules(Ask, frozen=True, tag="preview_rules"):
    """What other policies and calendars would move; nothing is changed."""

    rules: Any
    """`console.core.policy.Rules`, as JSON."""


class Calendars(Ask, frozen=True, tag="calendars"):
    """The calendars in force, reviewed holidays among their exceptions."""


class CalendarsPage(Answer, frozen=True, tag="calendars_page"):
    calendars: dict[str, Any]
    """By name, as `parse_calendar` takes them."""
    rules_version: int = 0


class Holidays(Ask, frozen=True, tag="holidays"):
    """Days that were proposed for a calendar, and what was said about them; empty: for all."""

    calendar: str = ""


class HolidaysPage(Answer, frozen=True, tag="holidays_page"):
    days: tuple[HolidayDay, ...]


class ProposeHolidays(Ask, frozen=True, tag="propose_holidays"):
    """Days of a feed, to be reviewed; at most `HOLIDAYS_AT_ONCE`. They close nothing yet."""

    calendar: str
    days: tuple[tuple[date, str], ...]
    """Each with its name."""


HOLIDAYS_AT_ONCE = 5000


class DecideHolidays(Ask, frozen=True, tag="decide_holidays"):
    """A lead's word on proposed days; the answer's text says which deadlines move."""

    calendar: str
    days: tuple[date, ...]
    verdict: Verdict
    preview: bool = False
    """Only tell what would move."""
