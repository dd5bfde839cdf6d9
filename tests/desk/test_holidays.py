"""Holidays as leads review them, and as consoles, `explain` and `due` learn of them."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from console.core.asks import (
    Answer,
    Ask,
    Calendars,
    CalendarsPage,
    DecideHolidays,
    Done,
    Explain,
    Explanation,
    Failed,
    Holidays,
    HolidaysPage,
    Overview,
    OverviewPage,
    ProposeHolidays,
)
from console.desk.desk import Desk
from console.desk.who import in_force
from console.store.sqlite import SqliteStore, open_store
from console.verbs.reviewing import _verdicts, _Visit
from sources.base import Channel
from tests.desk.a_day import BO, MARA, OBS
from tests.desk.fakes import FakeTime, team
from tests.store.conftest import at, one, poll
from tests.store.test_holidays import CONFIGURED, FEED, FRIDAY, THURSDAY
from tests.verbs.test_holidays import feed as ics


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with open_store(tmp_path / "desk.db", now=at("8:00")) as made:
        await made.name_sources({"mast": ("mastodon", Channel())})
        await made.adopt(CONFIGURED, at("8:00"))
        await poll(made, "mast", [], "8:30")
        yield made


@pytest.fixture
async def desk(store: SqliteStore) -> Desk:
    settings = replace(team(), rules=CONFIGURED)
    return Desk(store, FakeTime(at("9:10")).clock, in_force(settings, store.rules))


async def test_proposing_reviewing_and_what_follows(desk: Desk, store: SqliteStore) -> None:
    """Told first, then done; the console is told to count in the calendar as it is now."""
    conversation = await one(store)
    before = await desk.ask(MARA, Overview())
    await desk.ask(MARA, ProposeHolidays("office", FEED))
    wish = DecideHolidays("office", (THURSDAY,), "accept", preview=True)
    told = await desk.ask(MARA, wish)
    unmoved = (await store.row(conversation)).due_at
    done = await desk.ask(MARA, DecideHolidays("office", (THURSDAY,), "accept"))
    after = await desk.ask(BO, Overview())
    page = await desk.ask(OBS, Calendars())

    assert isinstance(told, Done) and isinstance(done, Done)
    assert ("1 deadline gets later", told.text) == (told.text, done.text)
    assert (at("+1d 13:00"), at("+5d 11:00")) == (
        unmoved,
        (await store.row(conversation)).due_at,
    )
    assert isinstance(before, OverviewPage) and isinstance(after, OverviewPage)
    assert before.rules_version < after.rules_version
    assert isinstance(page, CalendarsPage)
    assert [] == page.calendars["office"]["exceptions"]["2027-05-06"]


async def test_the_explanation_names_the_holiday(desk: Desk, store: SqliteStore) -> None:
    """Why is it due only on Monday?"""
    conversation = await one(store)
    await desk.ask(MARA, ProposeHolidays("office", FEED))
    await desk.ask(MARA, DecideHolidays("office", (THURSDAY,), "accept"))
    told = await desk.ask(BO, Explain(conversation))

    assert isinstance(told, Explanation)
    assert "  office is closed on 2027-05-06: Ascension." in told.sentences
    assert not any("bridge" in sentence for sentence in told.sentences)


async def test_a_reload_meanwhile_is_not_undone(
    desk: Desk, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The review was begun under the rules before; those of the new file stay in force."""
    reloaded = structs.replace(CONFIGURED, retry_grace=timedelta(minutes=3))
    decide = store.decide_holidays

    async def slowly(*given: Any, **more: Any) -> Any:
        await store.adopt(reloaded, at("9:10"))
        desk.settings = in_force(replace(desk.settings, rules=reloaded), store.rules)
        return await decide(*given, **more)

    monkeypatch.setattr(store, "decide_holidays", slowly)
    await desk.ask(MARA, ProposeHolidays("office", FEED))
    await desk.ask(MARA, DecideHolidays("office", (THURSDAY,), "accept"))
    page = await desk.ask(OBS, Calendars())

    assert reloaded.retry_grace == store.rules.retry_grace
    assert isinstance(page, CalendarsPage)
    assert [] == page.calendars["office"]["exceptions"]["2027-05-06"]


async def test_what_cannot_be_is_a_sentence(desk: Desk) -> None:
    """An unknown calendar names the nearest, an unknown day the way out; only leads review."""
    no_calendar = await desk.ask(MARA, ProposeHolidays("ofice", FEED))
    no_day = await desk.ask(MARA, DecideHolidays("office", (FRIDAY,), "accept"))
    no_lead = await desk.ask(BO, DecideHolidays("office", (FRIDAY,), "accept"))

    assert isinstance(no_calendar, Failed) and "did you mean office?" in no_calendar.message
    assert isinstance(no_day, Failed) and "never proposed" in no_day.message
    assert isinstance(no_lead, Failed) and no_lead.kind == "denied"


# --- the verb ------------------------------------------------------------------------------------


class Line:
    """A line to the desk in this process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ask(self, request: Ask) -> Answer:
        return await self._desk.ask(MARA, request)


class Typing:
    """A person at a keyboard who answers what was written down."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, question: str) -> str:
        self.asked.append(question)
        return self.answers.pop(0)


def arguments(**given: Any) -> argparse.Namespace:
    usual = {"file": "", "calendar": "office", "review": False, "accept": [], "reject": []}
    return argparse.Namespace(**(usual | {"remove": [], "yes": True, "json": False} | given))


async def visited(desk: Desk, given: argparse.Namespace, typing: Typing | None = None) -> int:
    line: Any = Line(desk)
    return await _Visit(line, given, typing or Typing()).run(None, _verdicts(given))


async def listed(desk: Desk) -> dict[date, str]:
    page = await desk.ask(MARA, Holidays())
    assert isinstance(page, HolidaysPage)
    return {one.day: one.state for one in page.days}


async def test_the_verb_asks_about_each_day(
    desk: Desk, store: SqliteStore, capsys: pytest.CaptureFixture[str]
) -> None:
    """yes closes, no does not; what moves is told before it is done."""
    await one(store)
    await desk.ask(MARA, ProposeHolidays("office", FEED))
    typing = Typing("y", "n")

    code = await visited(desk, arguments(review=True), typing)

    told = capsys.readouterr()
    assert 0 == code
    assert {THURSDAY: "accepted", FRIDAY: "rejected"} == await listed(desk)
    assert "Ascension" in typing.asked[0]
    assert "1 day closes: 1 deadline gets later" in told.err


async def test_without_a_person_nothing_is_changed(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script says --yes."""
    await desk.ask(MARA, ProposeHolidays("office", FEED))
    code = await visited(desk, arguments(accept=["all"], yes=False))

    assert 1 == code
    assert "--yes" in capsys.readouterr().err
    assert {THURSDAY: "proposed", FRIDAY: "proposed"} == await listed(desk)


async def test_days_are_named_or_all(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Accepted, listed with their state, removed."""
    await desk.ask(MARA, ProposeHolidays("office", FEED))
    await visited(desk, arguments(accept=["2027-05-06"]))
    capsys.readouterr()
    await visited(desk, arguments(calendar=""))
    lines = capsys.readouterr().out.splitlines()
    await visited(desk, arguments(calendar="", remove=["all"]))

    assert ["office       Thu 2027-05-06  closed           Ascension"] == lines[:1]
    assert {} == await listed(desk)


async def test_a_file_becomes_proposals(desk: Desk, tmp_path: Path) -> None:
    """Two names of one day are one day to be reviewed."""
    from console.verbs.holidays import read_feed

    file = tmp_path / "days.ics"
    file.write_bytes(
        ics(
            "DTSTART;VALUE=DATE:20270506|SUMMARY:Ascension",
            "DTSTART;VALUE=DATE:20270506|SUMMARY:Fathers' day",
        )
    )
    line: Any = Line(desk)
    found = read_feed(file, date(2027, 1, 1), date(2027, 12, 31))
    await _Visit(line, arguments(), Typing()).run(found, {})

    page = await desk.ask(MARA, Holidays("office"))
    assert isinstance(page, HolidaysPage)
    assert ["Ascension / Fathers' day"] == [one.name for one in page.days]


def test_a_wrong_day_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    """Named, with the form."""
    from console.cli import main

    code = main(["holidays", "--calendar", "office", "--accept", "24.12."])

    assert 2 == code
    assert "'24.12.' is no date; write it as 2027-12-24" in capsys.readouterr().err
