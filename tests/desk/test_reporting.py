"""Reports and the lead's day: every number recomputed from the ledger by other code, and equal."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from console.core.asks import (
    Answer,
    Ask,
    Done,
    Failed,
    Lead,
    LeadPage,
    LeaveNote,
    Number,
    PreviewRules,
    Report,
    ReportPage,
    Shift,
)
from console.core.clocks import LedgerEvent
from console.core.model import Mood
from console.desk.desk import Desk
from console.desk.who import Who
from console.store.sqlite import SqliteStore, open_store
from sources.base import Channel
from tests.desk.fakes import FakeTime, team
from tests.store.conftest import RULES, answer, at, poll, post
from tests.store.test_timekeeping import halved

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


# --- the same numbers by other code --------------------------------------------------------------


@dataclass
class Told:
    """One instance of a clock, as the lines of a ledger tell it; no code of the product."""

    conversation: int
    clock: str
    start: datetime
    turn: datetime
    due: datetime | None
    met: datetime | None = None
    submitted: datetime | None = None
    by: str = ""
    cancelled: datetime | None = None
    cancelled_by: str = ""
    reason: str = ""
    breached: bool = False
    pending: set[int] = field(default_factory=set)

    def read(self, line: LedgerEvent) -> None:
        if line.kind not in ("noted", "provisional"):
            self.due = line.due_at
        detail = line.detail
        if line.kind == "fulfil":
            self.met, self.by, self.submitted = line.at, line.actor, detail.submitted_at
            self.pending.clear()
        elif line.kind == "cancel":
            self.cancelled, self.cancelled_by, self.reason = line.at, line.actor, detail.reason
        elif line.kind == "breach":
            self.breached = True
        elif line.kind == "provisional":
            self.pending.add(detail.reply or 0)
        elif line.kind == "resume" and detail.undone:
            self.met = self.cancelled = None
        elif line.kind == "activate" and detail.reopened:
            self.met = None


async def told(store: SqliteStore, clock: str) -> list[Told]:
    """Every instance of a clock, of every conversation."""
    found: list[Told] = []
    conversation = 1
    while True:
        try:
            events, _clocks = await store.ledger(conversation)
        except Exception:
            return found
        instances: dict[int, Told] = {}
        for line in events:
            if line.clock != clock:
                continue
            if line.instance not in instances:
                turn = line.detail.turn_at or line.at
                instances[line.instance] = Told(conversation, clock, line.at, turn, line.due_at)
            instances[line.instance].read(line)
        found += instances.values()
        conversation += 1


def kept(instances: list[Told]) -> dict[str, list[int]]:
    """Semantics S14, written again: what was due in the period, and how it went."""
    start, end = PERIOD
    piles: dict[str, list[int]] = defaultdict(list)
    for one in instances:
        if one.cancelled:
            if one.reason not in ("thanks", "undone", "replaced") and start <= one.start < end:
                piles["cancelled"].append(one.conversation)
        elif one.due is not None and start <= one.due < end:
            if one.met is not None:
                late = one.breached or one.met > one.due
                piles["met_late" if late else "met"].append(one.conversation)
            elif one.due < at(EVENING) and not one.pending:
                piles["breached_open"].append(one.conversation)
    return piles


def numbers_of(page: ReportPage | LeadPage) -> dict[str, Number]:
    found = page.numbers if isinstance(page, ReportPage) else (*page.live, *page.today)
    return {number.name: number for number in found}


async def report(desk: Desk, who: Who = MARA, **wanted: object) -> ReportPage:
    answer = await desk.ask(who, Report(*PERIOD, **wanted))  # type: ignore[arg-type]
    assert isinstance(answer, ReportPage), answer
    return answer


@pytest.mark.parametrize("metric", ["frt", "nrt", "res"])
async def test_attainment_is_what_the_ledger_says(day: Desk, metric: str) -> None:
    """Each pile has the same size, the share is theirs, and the rows are the same conversations."""
    numbers = numbers_of(await report(day))
    piles = kept(await told(day.store, metric))

    names = ("met", "met_late", "breached_open", "cancelled")
    assert sum(len(piles[name]) for name in names) > 5
    assert {name: len(piles[name]) for name in names} == {
        name: numbers[f"{metric}.{name}"].n for name in names
    }
    due = sum(len(piles[name]) for name in names[:3])
    assert len(piles["met"]) / due == numbers[f"{metric}.attainment"].value
    for name in names:
        rows = (await report(day, rows=f"{metric}.{name}")).conversations
        assert tuple(sorted(set(piles[name]))) == rows


async def test_reply_times_are_what_the_ledger_says(day: Desk) -> None:
    """Median, p90 and p95 by nearest rank of all waits that ended in the period, and by agent."""
    numbers = numbers_of(await report(day))
    for clock, name in (("frt", "first"), ("nrt", "next")):
        ended = [one for one in await told(day.store, clock) if one.met and not one.cancelled]
        waits = sorted((one.met - one.turn).total_seconds() for one in ended if one.met)
        assert len(waits) == numbers[f"{name}.median"].n > 4
        for part, percent in (("median", 50), ("p90", 90), ("p95", 95)):
            rank = -(-len(waits) * percent // 100)
            assert waits[rank - 1] == numbers[f"{name}.{part}"].value
        for agent in ("ana", "bo"):
            mine = sorted(
                (o.met - o.turn).total_seconds() for o in ended if o.met and o.by == agent
            )
            found = numbers.get(f"{name}.median@agent:{agent}")
            assert len(mine) == (found.n if found else 0)
            if found and len(mine) > 4:
                assert mine[(len(mine) + 1) // 2 - 1] == found.value


async def test_what_a_platform_kept_from_us_is_a_number_of_its_own(
    desk: Desk, store: SqliteStore
) -> None:
    """Seen five minutes later: the lag says so, by source too."""
    for n in range(5):
        minute = 10 + 5 * n
        said = post(str(n), f"Question {n}", f"20:{minute - 5:02}", thread=str(n))
        await poll(store, "mast", [said], f"20:{minute}")

    numbers = numbers_of(await report(desk))

    assert (300.0, 5) == (numbers["lag.median"].value, numbers["lag.median"].n)
    assert 300.0 == numbers["lag.p95@source:mast"].value


async def test_cancelled_promises_stand_in_sight_with_reason_and_person(day: Desk) -> None:
    """Closing without an answer is counted by reason and by who did it."""
    numbers = numbers_of(await report(day))
    cancelled = [one for one in await told(day.store, "frt") if one.cancelled]

    assert cancelled
    for key, name in (("reason", "reason"), ("agent", "cancelled_by")):
        counts: dict[str, int] = defaultdict(int)
        for one in cancelled:
            counts[getattr(one, name)] += 1
        assert dict(counts) == {
            number.name.split(":")[1]: number.n
            for number in numbers.values()
            if number.name.startswith(f"frt.cancelled@{key}:")
        }


async def test_solved_and_reopened_are_what_the_ledger_says(day: Desk) -> None:
    """A solve that was taken back is none; what came back was reopened."""
    numbers = numbers_of(await report(day))
    solved, reopened = 0, 0
    for number in range(1, 400):
        try:
            events, _clocks = await day.store.ledger(number)
        except Exception:
            break
        lines = [line for line in events if line.clock == "res"]
        undone = {line.detail.undoes for line in lines if line.detail.undone}
        solved += sum(line.kind == "fulfil" and line.at not in undone for line in lines)
        reopened += sum(line.detail.reopened for line in lines)

    assert solved > 3 and reopened > 1
    assert (solved, reopened) == (numbers["solved"].n, numbers["reopened"].n)


async def test_the_leads_screen_says_the_same_as_the_report(day: Desk) -> None:
    """Today's numbers are one computation, whoever asks; late and soon are the queue's."""
    lead = await day.ask(MARA, Lead())
    assert isinstance(lead, LeadPage)
    today, reported = numbers_of(lead), numbers_of(await report(day))

    assert reported == today
    late = [one for one in await every_row(day.store) if one.due_at and one.due_at < at(EVENING)]
    assert len(late) == today["late"].n > 0
    by_policy = sum(n.n for name, n in today.items() if name.startswith("late@policy:"))
    assert today["late"].n == by_policy


async def every_row(store: SqliteStore):  # type: ignore[no-untyped-def]
    """Rows whose clock runs or stands still, whatever their status."""
    found = [await store.row(number) for number in range(1, 121)]
    return [one for one in found if one.clock_state in ("running", "paused")]


async def test_hours_and_moods_add_up(day: Desk) -> None:
    """The bars of the lead's screen hold every arrival and every answer of the day."""
    lead = await day.ask(MARA, Lead())
    assert isinstance(lead, LeadPage)
    today = numbers_of(lead)

    assert today["arrived"].n == sum(hour.arrived for hour in lead.hours) > 60
    assert today["answered"].n == sum(hour.answered for hour in lead.hours) > 30
    for mood in ("negative", "neutral", "positive"):
        assert today[f"mood.{mood}"].n == sum(getattr(hour, mood) for hour in lead.hours)
    assert today["mood.unknown"].n > 0


async def test_screens_that_ask_at_once_share_one_look(
    day: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a change every lead's screen asks: the rows are read once."""
    asked: list[object] = []
    read = day.store.live_clocks

    async def counted(*ends: datetime) -> object:
        asked.append(ends)
        return await read(*ends)

    monkeypatch.setattr(day.store, "live_clocks", counted)

    pages = await asyncio.gather(*(day.ask(who, Lead()) for who in (MARA, BO, MARA)))

    assert 1 == len(asked)
    assert pages[0] == pages[2]


# --- roles ---------------------------------------------------------------------------------------


def agents_in(page: ReportPage | LeadPage) -> set[str]:
    return {name.split("@agent:")[1] for name in numbers_of(page) if "@agent:" in name}


async def test_leads_see_every_agent_agents_themselves_observers_none(day: Desk) -> None:
    """Figures of single people are for leads and for the person."""
    seen = [agents_in(await report(day, who)) for who in (MARA, BO, OBS)]

    assert [{"ana", "bo"}, {"bo"}, set()] == seen


async def test_reasons_in_agents_words_are_not_for_observers(day: Desk) -> None:
    """They may name a customer; how many were cancelled stays in sight."""
    names = [numbers_of(await report(day, who)) for who in (MARA, OBS)]

    assert [True, False] == [any("@reason:" in name for name in some) for some in names]
    assert names[0]["frt.cancelled"] == names[1]["frt.cancelled"]


async def test_rows_of_another_agents_number_are_not_told(day: Desk) -> None:
    """What is not shown cannot be asked for by its name."""
    answers = [
        await day.ask(who, Report(*PERIOD, rows="answered@agent:ana")) for who in (MARA, BO, OBS)
    ]

    assert [ReportPage, Failed, Failed] == [type(one) for one in answers]


async def test_the_team_on_the_leads_screen_hides_others_figures(day: Desk) -> None:
    """An agent reads their own count of answers only."""
    lead = await day.ask(BO, Lead())
    assert isinstance(lead, LeadPage)
    answered = {one.person: one.answered for one in lead.team}

    assert answered["bo"] is not None
    assert answered["ana"] is None


@pytest.mark.parametrize(
    ("ask", "least"),
    [(LeaveNote("watch play"), "agent"), (PreviewRules(RULES), "lead")],
    ids=["note", "preview"],
)
async def test_observers_only_look(desk: Desk, ask: Ask, least: str) -> None:
    """Notes are for those who work, previews of rules for leads."""
    said: list[Answer] = [await desk.ask(who, ask) for who in (MARA, BO, OBS)]

    assert [Done, Done if least == "agent" else Failed, Failed] == [type(one) for one in said]


# --- shift ---------------------------------------------------------------------------------------


async def test_the_hand_over_page_has_open_promised_asleep_and_notes(
    desk: Desk, store: SqliteStore
) -> None:
    """What the next shift has to know, in the words of the last."""
    for n in (1, 2, 3):
        await poll(store, "mast", [post(str(n), f"Question {n}", "20:00", thread=str(n))], "20:01")
    await answer(store, 2, "20:05", promise_at=at("+1d 9:00"))
    await store.snooze(3, "bo", at("20:10"), until=at("+1d 8:00"), reason="asks the shop")
    await desk.ask(BO, LeaveNote("The shop calls back at nine."))

    page = await report(desk, shift=True)
    assert page.hand_over is not None
    left = page.hand_over

    assert [1] == [one.conversation for one in left.open]
    assert [(2, at("+1d 9:00"))] == [(one.conversation, one.at) for one in left.promised]
    assert [(3, "bo")] == [(one.conversation, one.person) for one in left.snoozed]
    assert [("bo", "The shop calls back at nine.")] == [(n.person, n.text) for n in left.notes]


async def test_going_off_shift_gives_back_what_was_open(desk: Desk, store: SqliteStore) -> None:
    """Open, waiting and snoozed ones return to the team; solved ones keep who solved them."""
    for n in (1, 2, 3, 4):
        await poll(store, "mast", [post(str(n), f"Question {n}", "20:00", thread=str(n))], "20:01")
        await store.claim(n, "bo", at("20:02"))
    await answer(store, 2, "20:05", by="bo")
    await store.snooze(3, "bo", at("20:10"), until=at("+1d 8:00"))
    await answer(store, 4, "20:12", by="bo", then="solved")
    await desk.ask(BO, Shift(on=True))

    await desk.ask(BO, Shift(on=False))

    assert ["", "", "", "bo"] == [(await store.row(n)).owner for n in (1, 2, 3, 4)]


async def test_a_preview_moves_nothing(desk: Desk, store: SqliteStore) -> None:
    """`check` may ask it of a working desk."""
    await poll(store, "mast", [post("1", "Where?", "20:00")], "20:01")
    before = (await store.row(1)).due_at

    answer = await desk.ask(MARA, PreviewRules(halved(RULES)))

    assert isinstance(answer, Done) and "earlier" in answer.text
    assert before == (await store.row(1)).due_at


async def test_a_number_that_is_none_names_the_nearest(desk: Desk) -> None:
    """`frt.mett` is answered with `frt.met`."""
    answer = await desk.ask(MARA, Report(*PERIOD, rows="frt.mett"))

    assert isinstance(answer, Failed) and "frt.met" in answer.message


async def test_a_report_that_ends_before_it_begins_is_refused(desk: Desk) -> None:
    """Wrong ends are an answer in words."""
    answer = await desk.ask(MARA, Report(at(EVENING), at("1:00")))

    assert isinstance(answer, Failed)
