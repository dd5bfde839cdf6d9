"""Holidays of a feed: off until reviewed, then in force at once, listed and removable."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from console.core.calendar import parse_calendar
from console.core.policy import Policy, Rules, Target
from console.store import Store
from console.store.sqlite import open_store
from tests.core.test_calendar_vectors import NINE_TO_FIVE, WORKWEEK
from tests.store.conftest import RULES, at, one
from tests.store.test_groups import HOUR

OFFICE = parse_calendar(
    "office",
    {
        "zone": "UTC",
        "week": dict.fromkeys(WORKWEEK, NINE_TO_FIVE),
        "exceptions": {"2027-05-07": [["10:00", "12:00"]]},
    },
)
CONFIGURED: Rules = msgspec.structs.replace(
    RULES,
    calendars={"office": OFFICE},
    policies=(Policy("all", (), (Target("frt", 12 * HOUR, True),), "office"),),
)
THURSDAY, FRIDAY = date(2027, 5, 6), date(2027, 5, 7)
FEED = ((THURSDAY, "Ascension"), (FRIDAY, "A bridge day"))


async def proposed(store: Store) -> int:
    """A conversation of Wednesday 9:00 with twelve hours of office time; two days to review."""
    await store.adopt(CONFIGURED, at("8:40"))
    conversation = await one(store)
    await store.propose_holidays("office", FEED, "mara", at("9:05"))
    return conversation


async def test_what_nobody_reviewed_closes_nothing(store: Store) -> None:
    """zammad #390: a feed also holds days that are no days off."""
    conversation = await proposed(store)

    assert at("+1d 13:00") == (await store.row(conversation)).due_at
    assert ["proposed", "proposed"] == [one.state for one in await store.holidays("office")]


async def test_an_accepted_day_moves_deadlines_at_once_as_was_told(store: Store) -> None:
    """The calendar is of a new version; the hours written for Friday by hand stay."""
    conversation = await proposed(store)
    days = (THURSDAY, FRIDAY)
    told = await store.decide_holidays(
        CONFIGURED, "office", days, "accept", "mara", at("9:10"), preview=True
    )
    untouched = (await store.row(conversation)).due_at
    done = await store.decide_holidays(CONFIGURED, "office", days, "accept", "mara", at("9:10"))

    row = await store.row(conversation)
    assert (1, at("+1d 13:00")) == (told.later, untouched)
    assert told == done
    assert at("+5d 11:00") == row.due_at
    assert store.rules.calendars["office"].version == store.rules.version > 1


async def test_a_removed_day_is_a_working_day_again(store: Store) -> None:
    """Also one that was rejected after all; what is removed is not listed."""
    conversation = await proposed(store)
    await store.decide_holidays(CONFIGURED, "office", (THURSDAY,), "accept", "mara", at("9:10"))
    await store.decide_holidays(CONFIGURED, "office", (THURSDAY,), "remove", "mara", at("9:11"))

    assert at("+1d 13:00") == (await store.row(conversation)).due_at
    assert [FRIDAY] == [one.day for one in await store.holidays("office")]


async def test_a_reload_keeps_what_was_reviewed(store: Store) -> None:
    """Other policies come into force with the same holidays, and nothing moves for them."""
    conversation = await proposed(store)
    await store.decide_holidays(CONFIGURED, "office", (THURSDAY,), "accept", "mara", at("9:10"))
    before = store.rules
    await store.adopt(CONFIGURED, at("9:20"))

    assert (before, at("+5d 11:00")) == (store.rules, (await store.row(conversation)).due_at)


async def test_the_same_file_again_proposes_only_what_is_new(store: Store) -> None:
    """A rejected day is not asked about every year's import."""
    await proposed(store)
    await store.decide_holidays(CONFIGURED, "office", (FRIDAY,), "reject", "mara", at("9:10"))
    again = [*FEED, (date(2027, 5, 17), "Whit Monday")]

    assert 1 == await store.propose_holidays("office", again, "bo", at("9:20"))
    states = {one.day: one.state for one in await store.holidays("office")}
    assert ("rejected", "proposed") == (states[FRIDAY], states[THURSDAY])


async def test_rebuild_and_a_new_start_derive_the_same(store: Store, tmp_path: Path) -> None:
    """The version with the holiday is among the rules that the ledger is judged by."""
    conversation = await proposed(store)
    await store.decide_holidays(CONFIGURED, "office", (THURSDAY,), "accept", "mara", at("9:10"))
    due = (await store.row(conversation)).due_at
    assert 0 == await store.rebuild()
    copy = tmp_path / "copy.db"
    await store.backup(copy)

    async with open_store(copy, now=at("10:00")) as other:
        await other.adopt(CONFIGURED, at("10:00"))
        assert (due, 0) == ((await other.row(conversation)).due_at, await other.rebuild())


async def test_a_calendar_that_is_closed_every_day_has_no_deadline(store: Store) -> None:
    """Never an endless search: the horizon ends it."""
    conversation = await proposed(store)
    days = [date.fromordinal(THURSDAY.toordinal() + n) for n in range(900)]
    await store.propose_holidays("office", [(day, "closed") for day in days], "mara", at("9:20"))
    await store.decide_holidays(
        msgspec.structs.replace(
            CONFIGURED,
            calendars={"office": msgspec.structs.replace(OFFICE, exceptions=())},
        ),
        "office",
        days,
        "accept",
        "mara",
        at("9:21"),
    )

    assert None is (await store.row(conversation)).due_at
