"""What the lead's screen shows: the day so far beside the same weekday before, and what comes."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from console.core.asks import Answer, Doing, Hour, Lead, LeadPage
from console.core.figures import Figure, figures, read_rightly, replies_of, usual_target
from console.core.forecast import HORIZON, Forecast, Pace, forecast
from console.core.mood import Judgement
from console.core.period_rows import Response, Rows
from console.core.policy import Rules
from console.core.reports import Period
from console.core.spikes import Spike, spikes
from console.desk.reporting import behind, live_figures, midnight, numbers, shown_to, whose

if TYPE_CHECKING:
    from console.desk.desk import Desk
    from console.desk.who import Who
    from console.store.protocol import LiveClock, Store

LASTS = timedelta(seconds=5)
"""A look at the day is given again for so long, however many screens ask."""

SPENT_AT_MOST = 0.1
"""Share of a core that looks may take: a dear one is given again for longer."""

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
MOODS_NOW = timedelta(hours=3)
"""The stretch in which a rise of unhappy customers shows."""
JUDGED_FOR = timedelta(days=90)
"""Moods are judged now and then: a day has too few of them to tell how rightly they are read."""
USUAL_TARGET = timedelta(hours=4)
"""For the forecast, where nothing arrived in the last hour."""


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that was read from the store at one instant."""

    at: datetime
    until: datetime
    """It is given again before."""
    today: Period
    before: Period
    rows: Rows
    rows_before: Rows
    last_hour: Rows
    rules: Mapping[int, Rules]
    live: tuple[LiveClock, ...]
    troubles: Mapping[str, tuple[int, ...]]
    owned: Mapping[str, int]
    on_shift: tuple[str, ...]
    unhappy: tuple[Spike, ...]
    judgements: tuple[Judgement, ...]


async def lead(desk: Desk, who: Who, ask: Lead) -> Answer:
    """The state of the day; figures of single agents only for leads and for the agent."""
    zone = ZoneInfo(desk.settings.zone_of(who))
    look = await _look(desk, zone)
    seen = whose(desk, who)
    # some thousand rows of a busy day: nobody's key waits for them.
    day = await asyncio.to_thread(_counted, look, zone, seen)
    today, before = (shown_to(desk, who, one) for one in (day.today, day.before))
    return LeadPage(
        now=look.at,
        zone=zone.key,
        live=numbers(day.live),
        today=numbers(today),
        before=numbers(before),
        hours=day.hours,
        team=_team(desk, look, day.answered, seen),
        pace=day.pace,
        forecast=day.forecast,
        spikes=look.unhappy,
        model=numbers(day.model),
        conversations=_behind(ask.rows, (*day.live, *today), before, day.model),
    )


async def unhappy_sources(store: Store, now: datetime) -> tuple[Spike, ...]:
    """Sources whose customers are unhappier in the last hours than in the week before them."""
    since = now - MOODS_NOW
    return spikes(
        await store.mood_counts(Period(since, now)),
        await store.mood_counts(Period(since - WEEK, since)),
    )


def _behind(
    name: str,
    now: tuple[Figure, ...],
    before: tuple[Figure, ...],
    model: tuple[Figure, ...],
) -> tuple[int, ...]:
    """`before/frt.met` is last week's, `model/right@model:fa` of the last `JUDGED_FOR`."""
    place, slash, rest = name.partition("/")
    elsewhere = {"before": before, "model": model}
    if slash and place in elsewhere:
        return behind(rest, elsewhere[place])
    return behind(name, now)


async def _look(desk: Desk, zone: ZoneInfo) -> Look:
    async with desk.looking:
        now = desk.clock()
        kept = desk.looks.get(zone.key)
        if kept is not None and kept.at <= now < kept.until:
            return kept
        begun = time.perf_counter()
        look = await _new_look(desk, zone, now)
        cost = timedelta(seconds=time.perf_counter() - begun)
        look = replace(look, until=now + max(LASTS, cost / SPENT_AT_MOST))
        desk.looks[zone.key] = look
        return look


async def _new_look(desk: Desk, zone: ZoneInfo, now: datetime) -> Look:
    store = desk.store
    began = midnight(now, zone)
    # the same hours of the local day, whatever summer time did between.
    week_before = (now.astimezone(zone) - WEEK).astimezone(now.tzinfo)
    today = Period(began, max(now, began + timedelta(milliseconds=1)))
    before = Period(midnight(week_before, zone), max(week_before, midnight(week_before, zone)))
    return Look(
        at=now,
        until=now,
        today=today,
        before=before,
        rows=await store.report_rows(today),
        rows_before=await store.report_rows(before),
        last_hour=await store.report_rows(Period(now - HOUR, now)),
        rules=await store.rules_known(),
        live=await store.live_clocks(now, now + HORIZON),
        troubles=await store.outbox_troubles(),
        owned=await store.owned(),
        on_shift=await store.on_shift(),
        unhappy=await unhappy_sources(store, now),
        judgements=await store.judgements(Period(now - JUDGED_FOR, now)),
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """What a look amounts to, for one person."""

    live: tuple[Figure, ...]
    today: tuple[Figure, ...]
    before: tuple[Figure, ...]
    hours: tuple[Hour, ...]
    pace: Pace
    forecast: Forecast | None
    answered: Mapping[str, int]
    model: tuple[Figure, ...]


def _counted(look: Look, zone: ZoneInfo, seen: Callable[[str], bool]) -> Counted:
    replies = replies_of(look.rows.clocks, look.rules)
    earlier = replies_of(look.rows_before.clocks, look.rules)
    pace = _pace(look)
    return Counted(
        live=live_figures(look.live, look.troubles),
        today=figures(look.rows, replies, look.today, look.at, zone, of_agents=seen),
        before=figures(look.rows_before, earlier, look.before, look.at, zone, of_agents=seen),
        hours=_hours(look, zone),
        pace=pace,
        forecast=forecast([one.due_at for one in look.live if one.running], pace, look.at),
        answered=Counter(one.agent for one in _given(look.rows, look.today)),
        model=tuple(read_rightly(look.judgements)),
    )


def _given(rows: Rows, period: Period) -> list[Response]:
    """The answers of a period; what was imported is no work of it."""
    return [one for one in rows.responses if period.holds(one.at) and not one.backfill]


def _pace(look: Look) -> Pace:
    """What the last hour was like."""
    hour = Period(look.at - HOUR, look.at)
    begun = [
        row.clock
        for row in look.last_hour.clocks
        if row.clock.kind in ("frt", "nrt")
        and row.clock.target is not None
        and not row.clock.backfill
        and hour.holds(row.clock.started_at)
    ]
    return Pace(
        inflow=float(len(begun)),
        # whatever was answered took somebody's time, old conversations too.
        answered=float(len(_given(look.last_hour, hour))),
        people=len(look.on_shift),
        target=usual_target(begun) or USUAL_TARGET,
    )


def _hours(look: Look, zone: ZoneInfo) -> tuple[Hour, ...]:
    """Each hour of today until now."""
    arrived: Counter[datetime] = Counter()
    answered: Counter[datetime] = Counter()
    moods: Counter[tuple[datetime, str]] = Counter()
    for one in look.rows.arrivals:
        if not one.backfill and look.today.holds(one.at):
            hour = _hour(one.at, zone)
            arrived[hour] += 1
            if one.mood is not None:
                moods[hour, one.mood] += 1
    for response in _given(look.rows, look.today):
        answered[_hour(response.at, zone)] += 1
    found, at = [], look.today.start
    while at <= look.at:
        hour = _hour(at, zone)
        found.append(
            Hour(
                at=at,
                arrived=arrived[hour],
                answered=answered[hour],
                negative=moods[hour, "negative"],
                neutral=moods[hour, "neutral"],
                positive=moods[hour, "positive"],
            )
        )
        at += HOUR
    return tuple(found)


def _hour(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(at.tzinfo)


def _team(
    desk: Desk, look: Look, answered: Mapping[str, int], seen: Callable[[str], bool]
) -> tuple[Doing, ...]:
    connected = desk.news.connected()
    names = sorted({*desk.settings.team, *connected, *look.owned, *look.on_shift})
    places = desk.presence.places()
    return tuple(
        Doing(
            person=name,
            on_shift=name in look.on_shift,
            connected=bool(connected[name]),
            owned=look.owned.get(name, 0),
            answered=answered.get(name, 0) if seen(name) else None,
            viewing=places.get((name, "viewing")),
            writing=places.get((name, "writing")),
        )
        for name in names
    )
