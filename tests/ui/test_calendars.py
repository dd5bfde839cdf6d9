"""A console counts in the desk's calendars, also after they changed."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from console.core.asks import Answer, Ask, Calendars, CalendarsPage, OverviewPage
from console.ui.widgets.queue import LiveQueue
from tests.ui.conftest import Opened, settle
from tests.ui.fake_desk import START, FakeDesk, rows

CLOSED = {"office": {"zone": "UTC", "week": {"mon": [["09:00", "17:00"]]}}}


class Reviewed(FakeDesk):
    """A desk whose leads accept holidays."""

    rules_version = 1

    async def ask(self, request: Ask) -> Answer:
        answer = await super().ask(request)
        if isinstance(answer, OverviewPage):
            return msgspec.structs.replace(answer, rules_version=self.rules_version)
        return (
            CalendarsPage(CLOSED, self.rules_version) if isinstance(request, Calendars) else answer
        )


async def test_new_calendars_are_asked_for_once(open_console: Opened) -> None:
    """A Wednesday without opening hours: no time of the office passes any more."""
    desk = Reviewed(rows(5))
    async with open_console(desk) as pilot:
        hours = pilot.app.screen.query_one(LiveQueue).hours
        day = timedelta(days=1)
        assert day == hours.between("office", START, START + day)

        desk.rules_version = 2
        for _again in range(2):
            pilot.app.screen._ask_overview()
            await settle(pilot)

        hours = pilot.app.screen.query_one(LiveQueue).hours
        assert timedelta(0) == hours.between("office", START, START + day)
        assert 1 == len(desk.asked_for(Calendars))
