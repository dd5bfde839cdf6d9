"""Reports and the lead's day: every number recomputed from the ledger by other code, and equal."""

from __future__ import annotations

import asyncio
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
from tests.store.conftest import at, poll, post

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
