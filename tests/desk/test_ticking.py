"""What time alone brings about, and who hears of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import time, timedelta

import msgspec
import pytest

from console.core.calendar import parse_calendar
from console.desk.desk import Desk
from console.desk.noticing import Noticeboard
from console.desk.ticking import Ticker
from tests.desk.fakes import START, FakeStore, FakeTime, row, team

LATE = START - timedelta(minutes=5)


class Scene:
    def __init__(self) -> None:
        self.time = FakeTime()
        self.ran = 0.0
        self.store = FakeStore(rows={1: row(1)}, shift={"ana", "bo"})
        self.desk = Desk(self.store, self.time.clock, team())  # type: ignore[arg-type]
        self.board = Noticeboard(self.desk)
        self.jumps = 0
        self.ticker = Ticker(
            self.desk,
            self.board,
            sleep=self.time.sleep,
            running_time=lambda: self.ran,
            jumped=self.jumped,
        )
        self.ears = {name: self.desk.news.listen(name) for name in ("ana", "bo", "mara")}

    def jumped(self) -> None:
        self.jumps += 1

    def heard(self) -> dict[str, list[str]]:
        return {name: told for name, ear in self.ears.items() if (told := ear.take()[1])}

    async def minute(self) -> dict[str, list[str]]:
        """One more minute, ticked at its end."""
        self.time.now += timedelta(minutes=1)
        self.ran += 60
        await self.ticker.tick()
        return self.heard()

    def late(self, number: int, **facts: object) -> None:
        self.store.rows[number] = row(
            number, clock="frt", clock_state="running", due_at=self.time.now, **facts
        )


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_store_is_ticked_just_after_the_next_due_time(scene: Scene) -> None:
    """A reply at exactly the due time is on time; a millisecond later it is late."""
    scene.store.dues = (START + timedelta(seconds=7),)
    running = asyncio.ensure_future(scene.ticker.run())
    await scene.time.advance(8)
    running.cancel()

    assert START + timedelta(seconds=7, milliseconds=1) in scene.store.ticks


async def test_quiet_desk_looks_every_fifteen_seconds(scene: Scene) -> None:
    """Often enough for snoozes, seldom enough for a laptop's battery."""
    running = asyncio.ensure_future(scene.ticker.run())
    await scene.time.advance(60)
    running.cancel()

    assert 5 == len(scene.store.ticks)


async def test_old_trouble_is_not_told_at_every_start(scene: Scene) -> None:
    """What was late before the desk started everybody knows."""
    scene.late(1)
    await scene.ticker.tick()

    assert {} == scene.heard()


async def test_late_is_told_to_the_owner_once(scene: Scene) -> None:
    """One notice for a clock and stage; a minute later nothing more."""
    await scene.ticker.tick()
    scene.late(1, owner="ana")
    first = await scene.minute()
    second = await scene.minute()

    assert ["ana"] == list(first)
    assert "late" in first["ana"][0]
    assert {} == second


async def test_late_without_an_owner_is_told_to_the_shift(scene: Scene) -> None:
    """Everybody on shift, nobody else."""
    await scene.ticker.tick()
    scene.late(1)

    assert {"ana", "bo"} == set(await scene.minute())


async def test_a_minutes_deadlines_are_one_sentence(scene: Scene) -> None:
    """Twenty at once are counted, not listed."""
    await scene.ticker.tick()
    for number in range(20):
        scene.late(number, owner="ana")
    heard = await scene.minute()

    assert 1 == len(heard["ana"])
    assert "20" in heard["ana"][0]


async def test_returning_customer_is_told_to_who_had_them(scene: Scene) -> None:
    """The owner if on shift."""
    await scene.ticker.tick()
    scene.store.rows[1] = row(1, owner="bo")
    scene.board.came_back([1, 99])
    heard = await scene.minute()

    assert {"bo": ["came back: 1 (Sara)"]} == heard


async def test_ended_snooze_of_somebody_off_shift_is_the_teams(scene: Scene) -> None:
    """Mara is not on shift: the others hear."""
    await scene.ticker.tick()
    scene.store.rows[1] = row(1, owner="mara")
    scene.store.touched = (1,)

    assert {"ana", "bo"} == set(await scene.minute())


async def test_refused_reply_is_told_to_its_author_at_once(scene: Scene) -> None:
    """With the platform's words."""
    reply = scene.store.outbox(state="refused", error="too late")
    scene.board.settled(reply)

    assert "too late" in scene.heard()["ana"][0]


@pytest.mark.parametrize("hours", [1, -1, 87_600])
async def test_jump_of_the_clock_is_told_and_followed(scene: Scene, hours: int) -> None:
    """The banner says so for ten minutes, and every schedule is looked at again."""
    await scene.ticker.tick()
    scene.time.now += timedelta(hours=hours)
    scene.ran += 5
    await scene.ticker.tick()
    told = scene.desk.trouble.sentence()
    scene.time.now += timedelta(minutes=11)
    scene.ran += 660
    await scene.ticker.tick()

    assert "clock jumped" in told
    assert ("", 1) == (scene.desk.trouble.sentence(), scene.jumps)


async def test_ordinary_time_is_no_jump(scene: Scene) -> None:
    """A suspended machine's clocks agree."""
    await scene.minute()

    assert ("", 0) == (scene.desk.trouble.sentence(), scene.jumps)


async def test_nearly_full_disk_is_told_before_it_is_full(scene: Scene) -> None:
    """Sixteen megabytes stay for replies; from thirty-two on the banner goes."""
    free = 10_000_000
    ticker = Ticker(
        scene.desk, scene.board, running_time=lambda: scene.ran, free_bytes=lambda: free
    )
    await ticker.tick()
    full = scene.desk.trouble.sentence()
    free = 20_000_000
    await ticker.tick()
    between = scene.desk.trouble.sentence()
    free = 40_000_000
    await ticker.tick()

    assert "nearly full" in full
    assert (full, "") == (between, scene.desk.trouble.sentence())


async def test_leads_on_shift_hear_once_that_customers_are_unhappier(scene: Scene) -> None:
    """One alert for all sources, to leads alone, and again only after it was over."""
    scene.store.shift.add("mara")
    scene.store.moods_usually = {("play", "negative"): 20, ("play", "neutral"): 80}
    unhappy = {("play", "negative"): 12, ("play", "positive"): 3}
    heard = []
    for lately in (unhappy, unhappy, {}, unhappy):
        scene.store.moods_lately = lately
        heard.append([await scene.minute() for _minute in range(10)])

    told = [[one for one in ten if one] for ten in heard]
    sentence = "Unhappier than usual: play: 12 of 15 (usually 21 %)"
    assert [[{"mara": [sentence]}], [], [], [{"mara": [sentence]}]] == told


async def test_nobody_is_told_in_the_night_they_named(scene: Scene) -> None:
    """Bo's night holds what is bo's; nobody else's evening does."""
    night = {"bo": (time(8), time(12))}
    scene.desk.settings = replace(scene.desk.settings, quiet=night)
    await scene.minute()
    scene.late(2, owner="bo")
    scene.late(3, owner="ana")

    assert {"ana"} == set(await scene.minute())


async def test_a_lead_who_chose_so_hears_off_shift(scene: Scene) -> None:
    """Mara is not on shift."""
    scene.desk.settings = replace(scene.desk.settings, always_told=frozenset({"mara"}))
    await scene.minute()
    scene.late(2, owner="ana")

    assert {"ana", "mara"} == set(await scene.minute())


async def test_the_owner_of_a_private_desk_is_told(scene: Scene) -> None:
    """Whoever runs a desk for themselves stands in no configuration."""
    scene.desk.settings = replace(scene.desk.settings, team={})
    scene.store.shift = {"ana"}
    await scene.minute()
    scene.late(2)

    assert {"ana"} == set(await scene.minute())


async def test_a_start_in_the_night_takes_no_digest_away(scene: Scene) -> None:
    """Late since closing time: told at the next opening. Late before it: was told then."""
    office = parse_calendar("office", {"zone": "UTC", "week": {"mon": [["10:00", "12:00"]]}})
    scene.time.now = START.replace(hour=9, minute=58)
    scene.desk.settings = replace(scene.desk.settings, hours=(office,))
    scene.late(2, who="Night", owner="ana")
    scene.late(3, who="Last week", owner="bo")
    week = timedelta(days=7)
    old = scene.store.rows[3].due_at
    assert old is not None
    scene.store.rows[3] = msgspec.structs.replace(scene.store.rows[3], due_at=old - week)
    scene.time.now += timedelta(seconds=1)
    await scene.ticker.tick()
    scene.heard()
    shut = await scene.minute()
    opened = {**await scene.minute(), **await scene.minute()}

    assert ({}, {"ana"}) == (shut, set(opened))
