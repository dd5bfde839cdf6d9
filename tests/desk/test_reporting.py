"""Reports and the lead's day: every number recomputed from the ledger by other code, and equal."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from console.core.asks import (
    Lead,
    LeadPage,
)
from console.core.clocks import LedgerEvent
from console.desk.desk import Desk
from console.store.sqlite import SqliteStore
from tests.desk.a_day import (
    BO,
    EVENING,
    MARA,
    PERIOD,
    numbers_of,
    report,
)
from tests.store.conftest import answer, at, poll, post

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


async def judge(desk: Desk, count: int) -> dict[str, list[tuple[int, str, str]]]:
    """People judge the moods of so many conversations, most of them rightly; by language what
    the model had said and what they say."""
    chance = random.Random(3)
    told: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for number in range(1, count + 1):
        page = await desk.store.conversation(number, "ana", see_drafts=False)
        turn = [one for one in page.turns if one.kind == "inbound"][-1]
        assert turn.mood is not None
        others = {"negative", "neutral", "positive"} - {turn.mood.label}
        label = turn.mood.label if chance.random() < 0.7 else sorted(others)[0]
        await desk.store.correct_mood(number, label, "mara", at("22:30"))  # type: ignore[arg-type]
        if not turn.mood.uncertain:
            told[turn.language].append((number, turn.mood.label, label))
    return told


async def test_how_rightly_moods_are_read_is_what_people_said(day: Desk) -> None:
    """By language and label, with n; below the least number of judgements no share is told."""
    told = await judge(day, 90)
    assert {"en", "fa"} == set(told)

    numbers = numbers_of(await report(day))

    for language, words in told.items():
        right = numbers[f"right@model:{language}"]
        confirmed = [number for number, said, true in words if said == true]
        assert (len(words), len(confirmed) / len(words)) == (right.n, right.value)
        misread = tuple(number for number, said, true in words if said != true)
        assert len(misread) == numbers[f"wrong@model:{language}"].n > 3
        assert misread == (await report(day, rows=f"wrong@model:{language}")).conversations
        for label in ("negative", "neutral", "positive"):
            mine = [said == true for _number, said, true in words if said == label]
            found = numbers[f"right.{label}@model:{language}"]
            assert (len(mine), sum(mine) / len(mine) if len(mine) >= 20 else None) == (
                found.n,
                found.value,
            )


async def test_the_lead_sees_how_rightly_moods_were_read_of_late(day: Desk) -> None:
    """Of ninety days, with the rows behind each number."""
    told = await judge(day, 60)

    page = await day.ask(MARA, Lead("model/wrong@model:en"))

    assert isinstance(page, LeadPage)
    model = {number.name: number for number in page.model}
    assert len(told["en"]) == model["right@model:en"].n
    assert tuple(n for n, said, true in told["en"] if said != true) == page.conversations


# --- what was imported ---------------------------------------------------------------------------


async def test_imported_answers_are_no_work_of_the_period(desk: Desk, store: SqliteStore) -> None:
    """Answered elsewhere and read from a file: counted beside, for nobody, and nothing is kept."""
    asked = [post(f"q{n}", f"Question {n}", "20:00", thread=f"t{n}") for n in range(6)]
    given = [post(f"a{n}", "Done.", "20:01", thread=f"t{n}", own=True) for n in range(6)]
    await poll(store, "mast", [*asked, *given], "20:10", backfill=True)

    page = await desk.ask(MARA, Lead())
    numbers = numbers_of(await report(desk))

    assert isinstance(page, LeadPage)
    assert 0 == sum(hour.answered for hour in page.hours) == page.pace.answered
    assert (0, 6) == (numbers["answered"].n, numbers["answered.imported"].n)
    assert (None, None) == (numbers["replies_per_case"].value, numbers["frt.attainment"].value)
    assert (0, 6) == (numbers["first.median"].n, numbers["frt.backfill"].n)


async def test_an_imported_answer_ends_a_wait_without_keeping_its_promise(
    desk: Desk, store: SqliteStore
) -> None:
    """The customer waits no more; that somebody here answered in time is not what a file can say."""
    await poll(store, "mast", [post("q", "Where?", "20:00", thread="t")], "20:01")
    before = numbers_of(await report(desk))["frt.attainment"].value
    own = post("a", "There.", "20:05", thread="t", own=True)
    await poll(store, "mast", [own], "20:10", backfill=True)

    numbers = numbers_of(await report(desk))

    assert "waiting" == (await store.row(1)).status
    assert (None, None) == (before, numbers["frt.attainment"].value)
    assert (0, 0, 1) == (numbers["frt.met"].n, numbers["first.median"].n, numbers["frt.backfill"].n)


async def test_our_answer_to_an_imported_post_is_work(desk: Desk, store: SqliteStore) -> None:
    """It counts as answered, and as somebody's; the promise stays out, nobody was promised."""
    await poll(store, "mast", [post("q", "Where?", "20:00")], "20:01", backfill=True)
    await answer(store, 1, "20:30", by="bo")

    numbers = numbers_of(await report(desk))

    assert (1, 1) == (numbers["answered"].n, numbers["answered@agent:bo"].n)
    assert (0, 1) == (numbers["frt.met"].n, numbers["frt.backfill"].n)


async def test_solving_what_was_answered_elsewhere_is_no_quick_solution(
    desk: Desk, store: SqliteStore
) -> None:
    """Solved with one reply means: with one of ours."""
    own = post("a", "There.", "20:02", thread="t", own=True)
    asked = post("q", "Where?", "20:00", thread="t")
    await poll(store, "mast", [asked, own], "20:10", backfill=True)
    await store.set_status(1, "solved", "bo", at("20:20"))

    numbers = numbers_of(await report(desk))

    assert (1, 0.0) == (numbers["solved"].n, numbers["solved.one_touch"].value)


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
