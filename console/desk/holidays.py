"""Holidays: proposed from a feed by a lead, reviewed by a lead, in force at once."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

from console.core.asks import (
    HOLIDAYS_AT_ONCE,
    Answer,
    Calendars,
    CalendarsPage,
    DecideHolidays,
    Done,
    Holidays,
    HolidaysPage,
    ProposeHolidays,
)
from console.core.i18n import _, ngettext
from console.desk.who import in_force
from console.errors import NotFound, ShiftdeskError

if TYPE_CHECKING:
    from console.desk.desk import Desk
    from console.desk.who import Who


async def calendars(desk: Desk, _who: Who, _ask: Calendars) -> Answer:
    """The calendars that deadlines count in, for consoles to count in too."""
    return CalendarsPage(dict(desk.settings.calendars), desk.settings.rules_version)


async def holidays(desk: Desk, _who: Who, ask: Holidays) -> Answer:
    """What was proposed and what was said about it."""
    return HolidaysPage(await desk.store.holidays(ask.calendar))


async def propose(desk: Desk, who: Who, ask: ProposeHolidays) -> Answer:
    """Off until somebody has reviewed them; a day known already stays as it is."""
    _known(desk, ask.calendar)
    if len(ask.days) > HOLIDAYS_AT_ONCE:
        raise ShiftdeskError(
            _("At most {n} days at once; choose a shorter time.").format(n=HOLIDAYS_AT_ONCE)
        )
    new = await desk.store.propose_holidays(ask.calendar, ask.days, who.name, desk.clock())
    text = ngettext(
        "{n} day is proposed for {calendar}, {known} known already.",
        "{n} days are proposed for {calendar}, {known} known already.",
        new,
    )
    text = text.format(n=new, calendar=ask.calendar, known=len(ask.days) - new)
    return Done(version=desk.version, text=text)


async def decide(desk: Desk, who: Who, ask: DecideHolidays) -> Answer:
    """Accept, reject, remove; the answer's text is what that moves, or would move."""
    rules = desk.settings.rules
    if rules is None:
        raise ShiftdeskError(_("This desk has no configuration file."))
    await _proposed(desk, ask)
    moved = await desk.store.decide_holidays(
        rules,
        ask.calendar,
        ask.days,
        ask.verdict,
        who.name,
        desk.clock(),
        preview=ask.preview,
    )
    if not ask.preview:
        now_configured = desk.settings.rules
        if now_configured is not None and now_configured is not rules:
            # reloaded meanwhile: ours went into force after those, and are older.
            await desk.store.adopt(now_configured, desk.clock())
        desk.settings = in_force(desk.settings, desk.store.rules)
        desk.workers.ring()
    return Done(version=desk.version, text=moved.sentence())


def _known(desk: Desk, calendar: str) -> None:
    names = list(desk.settings.calendars)
    if calendar not in names:
        near = get_close_matches(calendar, names, 1)
        hint = (
            _("did you mean {near}?").format(near=near[0])
            if near
            else _("known are {known}").format(known=", ".join(names))
        )
        raise NotFound(_("No calendar is called {name}; {hint}").format(name=calendar, hint=hint))


async def _proposed(desk: Desk, ask: DecideHolidays) -> None:
    """Raises `NotFound` for a day that nobody proposed."""
    known: set[date] = {one.day for one in await desk.store.holidays(ask.calendar)}
    missing = sorted(set(ask.days) - known)
    if missing:
        raise NotFound(
            _("{day} was never proposed for {calendar}; import a holiday file first.").format(
                day=missing[0].isoformat(), calendar=ask.calendar
            )
        )
