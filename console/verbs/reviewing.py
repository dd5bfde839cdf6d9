"""The verb `holidays` at the desk: propose the days of a file, review them, list them, remove them."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from console.core import asks
from console.core.asks import CalendarsPage, Done, HolidaysPage
from console.core.holidays import STATE_WORDS, HolidayDay, Verdict
from console.core.i18n import _, ngettext
from console.errors import NotFound
from console.verbs.holidays import day_by_day, holidays_verb, read_feed, tell_left_out
from console.verbs.line import VerbLine, expect, with_desk
from console.verbs.printing import as_json, narrate, one_line

if TYPE_CHECKING:
    from console.verbs.holidays import Feed

AHEAD = timedelta(days=731)
"""How far a file is read where nobody says."""

EVERY = "all"


def holidays(arguments: argparse.Namespace) -> int:
    """A file without a calendar is only printed; everything else is the desk's."""
    try:
        first, last = _period(arguments)
        verdicts = _verdicts(arguments)
    except ValueError as error:
        narrate(f"shiftdesk holidays: {error}")
        return 2
    if arguments.file and not arguments.calendar:
        if verdicts or arguments.review:
            narrate(_("shiftdesk holidays: for which calendar? name it with --calendar"))
            return 2
        return holidays_verb(
            path=Path(arguments.file),
            first=first,
            last=last,
            as_json=arguments.json,
            out=sys.stdout,
            err=sys.stderr,
        )
    feed = read_feed(Path(arguments.file), first, last) if arguments.file else None
    return with_desk(arguments, lambda line: _Visit(line, arguments, input).run(feed, verdicts))


def _period(arguments: argparse.Namespace) -> tuple[date, date]:
    first = _day(arguments.first) if arguments.first else datetime.now().astimezone().date()
    return first, _day(arguments.last) if arguments.last else first + AHEAD


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(
            _("{value!r} is no date; write it as 2027-12-24").format(value=text)
        ) from None


def _verdicts(arguments: argparse.Namespace) -> dict[Verdict, tuple[date, ...] | None]:
    """The days of each verdict that was given; None for all that fit it."""
    given: dict[Verdict, Sequence[str]] = {
        "accept": arguments.accept,
        "reject": arguments.reject,
        "remove": arguments.remove,
    }
    return {
        verdict: None if EVERY in days else tuple(_day(text) for text in days)
        for verdict, days in given.items()
        if days
    }


class _Visit:
    """One conversation with the desk about one calendar."""

    def __init__(
        self, line: VerbLine, arguments: argparse.Namespace, read: Callable[[str], str]
    ) -> None:
        self._line = line
        self._arguments = arguments
        self._read = read
        self._calendar: str = arguments.calendar

    async def run(self, feed: Feed | None, verdicts: dict[Verdict, tuple[date, ...] | None]) -> int:
        """The exit code."""
        if verdicts or self._arguments.review:
            self._calendar = await self._whose()
        if feed is not None:
            await self._propose(feed)
        if self._arguments.review:
            return await self._review()
        for verdict, days in verdicts.items():
            chosen = await self._fitting(verdict) if days is None else days
            if not await self._decide(verdict, chosen):
                return 1
        if feed is None and not verdicts:
            await self._list()
        return 0

    async def _whose(self) -> str:
        """The calendar that was named, or the only one; one that is gone may still have days."""
        known = list(expect(await self._line.ask(asks.Calendars()), CalendarsPage).calendars)
        if not self._calendar and len(known) == 1:
            return known[0]
        if self._calendar in known or (self._calendar and await self._days()):
            return self._calendar
        raise NotFound(
            _("no calendar is called {name!r}; there are: {known}").format(
                name=self._calendar, known=", ".join(known)
            )
        )

    async def _days(self) -> tuple[HolidayDay, ...]:
        page = expect(await self._line.ask(asks.Holidays(self._calendar)), HolidaysPage)
        return page.days

    async def _fitting(self, verdict: Verdict) -> tuple[date, ...]:
        """What `all` means: every proposal; for `remove` every day."""
        days = await self._days()
        return tuple(one.day for one in days if verdict == "remove" or one.state == "proposed")

    async def _propose(self, feed: Feed) -> None:
        tell_left_out(feed, sys.stderr)
        request = asks.ProposeHolidays(self._calendar, day_by_day(feed))
        done = expect(await self._line.ask(request), Done)
        if self._arguments.json:
            as_json(done)
        else:
            print(done.text)
        if not self._arguments.review:
            narrate(
                _("They close nothing yet: shiftdesk holidays --calendar {name} --review").format(
                    name=self._calendar
                )
            )

    async def _list(self) -> None:
        for one in await self._days():
            if self._arguments.json:
                as_json(one)
            else:
                print(_line(one))

    async def _review(self) -> int:
        """Ask about each proposed day, then say what that moves, then do it."""
        proposed = [one for one in await self._days() if one.state == "proposed"]
        if not proposed:
            narrate(_("Nothing is to be reviewed."))
            return 0
        chosen: dict[Verdict, list[date]] = {"accept": [], "reject": []}
        for one in proposed:
            question = _("{line}: nobody works that day? [y]es, [n]o, [l]ater, [q]uit: ")
            answer = (await self._answer(question.format(line=_line(one))))[:1]
            if answer == "q":
                break
            if answer in ("y", "n"):
                chosen["accept" if answer == "y" else "reject"].append(one.day)
        for verdict, days in chosen.items():
            if days and not await self._decide(verdict, tuple(days)):
                return 1
        return 0

    async def _decide(self, verdict: Verdict, days: tuple[date, ...]) -> bool:
        """Whether it was done: asked first what moves, unless --yes."""
        if not days:
            raise NotFound(_("no day of {name} is to be reviewed").format(name=self._calendar))
        told = await self._ask(verdict, days, preview=True)
        narrate(_foretold(verdict, len(days), told))
        if not self._arguments.yes and not await self._sure():
            return False
        done = await self._ask(verdict, days, preview=False)
        if self._arguments.json:
            as_json({"calendar": self._calendar, "verdict": verdict, "days": days, "moved": done})
        else:
            print(_("Done: {changes}.").format(changes=done))
        return True

    async def _ask(self, verdict: Verdict, days: tuple[date, ...], *, preview: bool) -> str:
        request = asks.DecideHolidays(self._calendar, days, verdict, preview)
        return expect(await self._line.ask(request), Done).text

    async def _sure(self) -> bool:
        if not sys.stdin.isatty():
            narrate(_("nothing was changed; --yes does it without asking"))
            return False
        return (await self._answer(_("Do it? [y]es: "))).startswith("y")

    async def _answer(self, question: str) -> str:
        # in a thread: the desk hangs up on whoever does not answer its pings for half a minute.
        return (await asyncio.to_thread(self._read, question)).strip().lower()


def _foretold(verdict: Verdict, count: int, told: str) -> str:
    sentences = {
        "accept": ngettext("{n} day closes", "{n} days close", count),
        "reject": ngettext("{n} day is a working day", "{n} days are working days", count),
        "remove": ngettext("{n} day is removed", "{n} days are removed", count),
    }
    return f"{sentences[verdict].format(n=count)}: {told}"


def _line(one: HolidayDay) -> str:
    words = _(STATE_WORDS[one.state])
    return f"{one.calendar:<12} {one.day:%a %Y-%m-%d}  {words:<16} {one_line(one.name)}"
