"""A seeded day of customers and agents on a real store, for reports and the lead's screen."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from console.core.asks import (
    LeadPage,
    Number,
    Report,
    ReportPage,
)
from console.core.model import Mood
from console.desk.desk import Desk
from console.desk.who import Who
from console.store.sqlite import SqliteStore, open_store
from sources.base import Channel
from tests.desk.fakes import FakeTime, team
from tests.store.conftest import RULES, answer, at, poll, post

MARA, BO = Who("mara", session=1), Who("bo", session=2)
OBS = Who("obs", session=4)
EVENING = "23:00"
SOURCES = ("play", "mast")
PERIOD = (at("0:00"), at(EVENING))


DAY_RULES = msgspec.structs.replace(
    RULES,
    policies=tuple(
        msgspec.structs.replace(
            policy,
            targets=tuple(
                msgspec.structs.replace(target, time=timedelta(hours=5))
                if target.kind == "res"
                else target
                for target in policy.targets
            ),
        )
        for policy in RULES.policies
    ),
)
"""The shipped policies, but a resolution within the day."""


@asynccontextmanager
async def opened(file: Path) -> AsyncIterator[SqliteStore]:
    """A store with two sources that were read to their end once."""
    async with open_store(file, now=at("0:00")) as store:
        await store.adopt(DAY_RULES, at("0:00"))
        await store.name_sources({name: (name, Channel(mode="thread")) for name in SOURCES})
        if not (await store.cursors()):
            for source in SOURCES:
                await poll(store, source, [], "0:10")
        yield store


@pytest.fixture(scope="module")
def day_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a day, made once."""

    async def make(file: Path) -> None:
        async with opened(file) as store:
            await a_day(store)

    file = tmp_path_factory.mktemp("day") / "desk.db"
    asyncio.run(make(file))
    return file


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """An empty one."""
    async with opened(tmp_path / "desk" / "desk.db") as store:
        yield store


@pytest.fixture
async def day(tmp_path: Path, day_file: Path) -> AsyncIterator[Desk]:
    """A desk in the evening of that day."""
    (tmp_path / "desk").mkdir()
    shutil.copy(day_file, tmp_path / "desk" / "desk.db")
    async with opened(tmp_path / "desk" / "desk.db") as store:
        yield Desk(store, FakeTime(at(EVENING)).clock, team())


@pytest.fixture
async def desk(store: SqliteStore) -> Desk:
    """A desk on an empty store, in the evening."""
    return Desk(store, FakeTime(at(EVENING)).clock, team())


def clock_time(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


async def a_day(store: SqliteStore, *, customers: int = 120, seed: int = 5) -> None:
    """Customers write, some again; agents answer, close, solve, or do nothing. Seeded."""
    chance = random.Random(seed)
    steps: list[tuple[int, int, str]] = []
    for customer in range(customers):
        minute = chance.randrange(30, 1100)
        steps.append((minute, customer, "writes"))
        for what in chance.choice(
            [
                ("answered",),
                ("answered", "writes", "answered"),
                ("answered", "solved"),
                ("answered", "solved", "writes"),
                ("closed",),
                ("writes",),
                (),
                ("answered", "solved", "undone"),
            ]
        ):
            minute += chance.randrange(1, 420)
            steps.append((minute, customer, what))
    known: dict[int, int] = {}
    for number, (minute, customer, what) in enumerate(sorted(steps)):
        if minute < 23 * 60:
            await _step(store, chance, known, number, customer, what, clock_time(minute))
    await store.tick(at(EVENING))


async def _step(
    store: SqliteStore,
    chance: random.Random,
    known: dict[int, int],
    number: int,
    customer: int,
    what: str,
    when: str,
) -> None:
    source = SOURCES[customer % 2]
    agent = chance.choice(("ana", "bo"))
    if what == "writes":
        said = post(
            f"p{number}",
            f"Where is my order {number}?",
            when,
            author_id=f"c{customer}",
            thread=f"t{customer}",
            kind="review" if source == "play" else "mention",
            language=chance.choice(("en", "fa")),
        )
        (known[customer],) = (await poll(store, source, [said], when)).conversations
        turn = (await store.conversation(known[customer], "ana", see_drafts=False)).turns[-1]
        label = chance.choice(("negative", "neutral", "positive"))
        mood = Mood(label, 0.9, model="test", uncertain=chance.random() < 0.2)
        await store.unscored("test", 1)
        await store.set_moods([(turn.id, mood, False)], at(when))
        return
    conversation = known[customer]
    match what:
        case "answered":
            await answer(store, conversation, when, by=agent)
        case "solved":
            await store.set_status(conversation, "solved", agent, at(when))
        case "closed":
            reason = chance.choice(("spam", "duplicate"))
            await store.set_status(conversation, "closed", agent, at(when), reason=reason)
        case "undone":
            (last,) = [one for one in await store.history(conversation) if one.verb == "status"]
            await store.undo(last.actor, at(when))


def numbers_of(page: ReportPage | LeadPage) -> dict[str, Number]:
    found = page.numbers if isinstance(page, ReportPage) else (*page.live, *page.today)
    return {number.name: number for number in found}


async def report(desk: Desk, who: Who = MARA, **wanted: object) -> ReportPage:
    answer = await desk.ask(who, Report(*PERIOD, **wanted))  # type: ignore[arg-type]
    assert isinstance(answer, ReportPage), answer
    return answer
