"""The numbers of a report, each by name, each with the conversations behind it (semantics S14).

A name says what is counted and for whom: `frt.met`, `first.p90@agent:ana`. Whoever knows the name
can ask for the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Literal, TypeVar

from msgspec import Struct

from console.core.ledger import NEVER_WAITED, Clock
from console.core.mood import LABELS, Judgement, Precision, precisions
from console.core.period_rows import Arrival, Rows
from console.core.policy import Rules
from console.core.reports import (
    FEW,
    Attainment,
    ClockRow,
    Count,
    Durations,
    Effect,
    Period,
    ReplyRow,
    Review,
    attainment,
    by,
    counted,
    durations,
    effect,
    ranked,
)

T = TypeVar("T")

Unit = Literal["count", "share", "seconds", "stars", "ratio"]

METRICS = ("frt", "nrt", "prom", "res")
"""The clocks whose promises are reported: first reply, next reply, promise, resolution."""


class Figure(Struct, frozen=True):
    """One number and the conversations behind it, one for each thing counted."""

    name: str
    unit: Unit
    value: float | None
    """None where nothing can be said: nothing was due, or too few values for a percentile."""
    conversations: tuple[int, ...] = ()
    values: tuple[float, ...] = ()
    """The values themselves, in seconds, where they are too few to rank."""

    @property
    def n(self) -> int:
        """How many things it speaks of."""
        return len(self.conversations)


def replies_of(clocks: Iterable[ClockRow], rules: Mapping[int, Rules]) -> tuple[ReplyRow, ...]:
    """The reply that met each reply clock. What was imported waited for nobody: it is left out.

    `rules` are by version: each wait is told in the business time it was judged by.
    """
    return tuple(
        _reply(row, row.clock.met_at, rules)
        for row in clocks
        if row.clock.kind in ("frt", "nrt") and row.clock.met_at and not row.clock.backfill
    )


def _reply(row: ClockRow, met_at: datetime, rules: Mapping[int, Rules]) -> ReplyRow:
    clock = row.clock
    # it is the customer who waits, since they wrote; what a platform showed late they wrote
    # where nobody could see it.
    since = clock.started_at if clock.late_arrival else clock.turn_at
    known = rules.get(clock.policy_version)
    business = (
        known.calendar(clock.calendar).elapsed(since, met_at) if known and met_at > since else None
    )
    wait = max(met_at - since, timedelta(0))
    return ReplyRow(
        conversation=row.conversation,
        agent=clock.answered_by,
        source=row.source,
        language=row.language,
        sent_at=clock.submitted_at or met_at,
        wait=wait,
        business=wait if business is None else business,
        first=clock.kind == "frt",
    )


def figures(
    rows: Rows,
    replies: tuple[ReplyRow, ...],
    period: Period,
    now: datetime,
    zone: tzinfo,
    *,
    of_agents: Callable[[str], bool] = lambda _agent: True,
) -> tuple[Figure, ...]:
    """Every number of a period, in the order of a report.

    `zone` is the reader's: hours of the day are told in it. `of_agents` says whose own figures
    they may see.
    """
    sent = tuple(one for one in replies if period.holds(one.sent_at))
    found = [
        *_handled(rows, period, now),
        *_moods(rows, period),
        *_promises(rows, period, now, of_agents),
        *_waits(sent, period, zone, of_agents),
        *_lags(rows.arrivals, period),
        *_effects(rows.reviews, period),
        *_per_agent(rows, period, of_agents),
        *read_rightly(rows.judgements),
    ]
    return tuple(found)


def _handled(rows: Rows, period: Period, now: datetime) -> Iterator[Figure]:
    arrived = [one for one in rows.arrivals if period.holds(one.at)]
    fresh = [one for one in arrived if not one.backfill]
    yield _count("arrived", (one.conversation for one in fresh))
    yield _count("arrived.imported", (one.conversation for one in arrived if one.backfill))
    responses = [one for one in rows.responses if period.holds(one.at)]
    said = [one.conversation for one in responses if not one.backfill]
    yield _count("answered", said)
    # history is no work of the period: it is counted beside, and polishes nothing.
    yield _count("answered.imported", (one.conversation for one in responses if one.backfill))
    solved = [one for one in rows.solved if period.holds(one.at)]
    yield _count("solved", (one.conversation for one in solved))
    yield _count("reopened", rows.reopened)
    once = [one.conversation for one in solved if one.replies == 1]
    yield Figure("solved.one_touch", "share", _part(len(once), len(solved)), tuple(sorted(once)))
    yield Figure(
        "replies_per_case", "ratio", _part(len(said), len(set(said))), tuple(sorted(set(said)))
    )
    yield _count("breached", _breached(rows.clocks, period, now))
    yield _count("saved", _saved(rows.clocks, period))
    for name, group in by(fresh, lambda one: one.source).items():
        yield _count(f"arrived@source:{name}", (one.conversation for one in group))


def _breached(clocks: Iterable[ClockRow], period: Period, now: datetime) -> Iterator[int]:
    """Promises broken in the period, those that were kept too late among them."""
    for metric in METRICS:
        kept = attainment(clocks, period, metric, now)
        yield from (*kept.met_late.conversations, *kept.breached_open.conversations)


def _saved(clocks: Iterable[ClockRow], period: Period) -> Iterator[int]:
    """Answered in time after the clock had become critical."""
    for row in clocks:
        clock = row.clock
        if clock.kind in ("frt", "nrt") and period.holds(clock.met_at) and not clock.backfill:
            critical = clock.critical_at is not None and clock.met_at is not None
            if critical and clock.state == "met" and clock.met_at >= clock.critical_at:  # type: ignore[operator]
                yield row.conversation


def _moods(rows: Rows, period: Period) -> Iterator[Figure]:
    """How customers came in, and how they wrote after an answer of the period."""
    fresh = [one for one in rows.arrivals if period.holds(one.at) and not one.backfill]
    answered: dict[int, datetime] = {}
    for response in rows.responses:
        if period.holds(response.at) and not response.backfill:
            answered.setdefault(response.conversation, response.at)
    after = [
        one for one in fresh if one.conversation in answered and one.at > answered[one.conversation]
    ]
    for prefix, turns in (("mood", fresh), ("after", after)):
        for mood in LABELS:
            yield _count(
                f"{prefix}.{mood}", (one.conversation for one in turns if one.mood == mood)
            )
        yield _count(f"{prefix}.unknown", (one.conversation for one in turns if one.mood is None))


# --- promises ------------------------------------------------------------------------------------


def _promises(
    rows: Rows, period: Period, now: datetime, of_agents: Callable[[str], bool]
) -> Iterator[Figure]:
    groups: tuple[tuple[str, Callable[[ClockRow], str]], ...] = (
        ("policy", lambda row: row.clock.policy),
        ("source", lambda row: row.source),
        ("language", lambda row: row.language),
        ("agent", lambda row: row.clock.answered_by),
    )
    for metric in METRICS:
        mine = tuple(row for row in rows.clocks if row.clock.kind == metric)
        yield from _attained(metric, "", attainment(mine, period, metric, now))
        yield from _cancelled(metric, mine, rows, period, of_agents)
        for name, key in groups:
            for group, members in by(mine, key).items():
                if not group or (name == "agent" and not of_agents(group)):
                    continue
                kept = attainment(members, period, metric, now)
                if kept.share is not None:
                    yield from _attained(metric, f"@{name}:{group}", kept, brief=True)


def _attained(metric: str, of: str, kept: Attainment, *, brief: bool = False) -> Iterator[Figure]:
    due = (*kept.met.conversations, *kept.met_late.conversations, *kept.breached_open.conversations)
    yield Figure(f"{metric}.attainment{of}", "share", kept.share, tuple(sorted(due)))
    if brief:
        return
    for name in Attainment.__struct_fields__:
        count: Count = getattr(kept, name)
        yield _count(f"{metric}.{name}{of}", count.conversations)


def _cancelled(
    metric: str,
    clocks: Iterable[ClockRow],
    rows: Rows,
    period: Period,
    of_agents: Callable[[str], bool],
) -> Iterator[Figure]:
    """Cancelled ones by reason, and by who did it: the obvious cheat has to be in sight."""
    cancelled = [
        row
        for row in clocks
        if row.clock.cancelled_at is not None
        and row.clock.reason not in NEVER_WAITED
        and not row.clock.backfill
        and period.holds(row.clock.started_at)
    ]
    for reason, members in by(cancelled, lambda row: row.clock.reason or "?").items():
        yield _count(f"{metric}.cancelled@reason:{reason}", (row.conversation for row in members))

    def who(row: ClockRow) -> str:
        return rows.cancelled_by.get((row.conversation, metric, row.clock.instance), "")

    for agent, members in by(cancelled, who).items():
        if agent and of_agents(agent):
            yield _count(f"{metric}.cancelled@agent:{agent}", (row.conversation for row in members))


# --- times ---------------------------------------------------------------------------------------


def _waits(
    sent: tuple[ReplyRow, ...], period: Period, zone: tzinfo, of_agents: Callable[[str], bool]
) -> Iterator[Figure]:
    groups: tuple[tuple[str, Callable[[ReplyRow], str]], ...] = (
        ("agent", lambda row: row.agent),
        ("source", lambda row: row.source),
        ("language", lambda row: row.language),
        ("hour", lambda row: f"{row.sent_at.astimezone(zone):%H}"),
    )
    for which, first in (("first", True), ("next", False)):
        for prefix, business in ((which, False), (f"{which}.business", True)):
            yield from _times(prefix, "", durations(sent, period, business=business, first=first))
        for name, key in groups:
            for group, members in by(sent, key).items():
                if group and (name != "agent" or of_agents(group)):
                    found = durations(members, period, first=first)
                    if found.n:
                        yield from _times(which, f"@{name}:{group}", found)


def _times(prefix: str, of: str, found: Durations) -> Iterator[Figure]:
    few = tuple(value.total_seconds() for value in found.values) if found.n < FEW else ()
    for name in ("median", "p90", "p95"):
        at: timedelta | None = getattr(found, name)
        value = None if at is None else at.total_seconds()
        yield Figure(f"{prefix}.{name}{of}", "seconds", value, found.conversations, few)


def _lags(arrivals: Iterable[Arrival], period: Period) -> Iterator[Figure]:
    """How long a platform kept a turn from us: a number of its own, never an agent's."""
    seen = [one for one in arrivals if period.holds(one.at) and not one.backfill and one.seen_at]
    groups = {"": tuple(seen), **{f"@source:{k}": v for k, v in by(seen, _source).items()}}
    for of, members in groups.items():
        waits = sorted((one.seen_at - one.at, one.conversation) for one in members if one.seen_at)
        yield from _times("lag", of, ranked(waits))


def _source(one: Arrival) -> str:
    return one.source


# --- effect and people ---------------------------------------------------------------------------


def _effects(reviews: tuple[Review, ...], period: Period) -> Iterator[Figure]:
    """What answered reviews did, beside the unanswered ones of the same source."""
    yield from _effect("", effect(reviews, period))
    for source, members in by(reviews, lambda one: one.source).items():
        yield from _effect(f"@source:{source}", effect(members, period))


def _effect(of: str, found: Effect) -> Iterator[Figure]:
    for side, all_, changed, stars in (
        ("answered", found.answered, found.answered_changed, found.answered_stars),
        ("unanswered", found.unanswered, found.unanswered_changed, found.unanswered_stars),
    ):
        yield _count(f"effect.{side}{of}", all_.conversations)
        share = _part(changed.n, all_.n)
        yield Figure(f"effect.{side}.changed{of}", "share", share, changed.conversations)
        yield Figure(f"effect.{side}.stars{of}", "stars", stars, changed.conversations)


def _per_agent(rows: Rows, period: Period, of_agents: Callable[[str], bool]) -> Iterator[Figure]:
    """Attribution goes to who answered, or solved; never to who owned it."""
    groups: dict[tuple[str, str], list[int]] = {}
    for response in rows.responses:
        if period.holds(response.at) and not response.backfill:
            groups.setdefault(("answered", response.agent), []).append(response.conversation)
    for solve in rows.solved:
        if period.holds(solve.at):
            groups.setdefault(("solved", solve.by), []).append(solve.conversation)
    for (name, agent), conversations in sorted(groups.items()):
        if agent and of_agents(agent):
            yield _count(f"{name}@agent:{agent}", conversations)


# --- the model -----------------------------------------------------------------------------------


def read_rightly(judgements: Iterable[Judgement]) -> Iterator[Figure]:
    """How rightly moods were read, as people judged them: by language, and by the label given."""
    for language, found in precisions(judgements).items():
        of = f"@model:{language or '?'}"
        yield _precision(f"right{of}", found)
        yield _count(f"wrong{of}", (one.conversation for one in found.wrong))
        for label in LABELS:
            yield _precision(f"right.{label}{of}", found.of(label))


def _precision(name: str, found: Precision) -> Figure:
    judged = sorted(one.conversation for one in found.judged)
    return Figure(name, "share", found.share, tuple(judged))


def _count(name: str, conversations: Iterable[int]) -> Figure:
    """Things counted, each with its conversation: one conversation may stand for several."""
    found = tuple(sorted(conversations))
    return Figure(name, "count", float(len(found)), found)


def _part(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def distinct(conversations: Iterable[int]) -> tuple[int, ...]:
    """The conversations behind a number, each once."""
    return counted(conversations).conversations


# --- clocks as they stand ------------------------------------------------------------------------


def usual_target(clocks: Iterable[Clock]) -> timedelta | None:
    """The calendar time that the middle one of these clocks was given; None without a target."""
    given = sorted(clock.due_at - clock.started_at for clock in clocks if clock.due_at)
    return given[len(given) // 2] if given else None
