"""What a lead reads (semantics S14): attainment, reply times, the shift, the effect of answering.

Pure: the store gives rows, these functions count. Every number carries the conversations behind
it, so that a person can list them; what was left out is counted beside it, never hidden.

What came in as history (a source's first sync, a file) is no work and no promise of a period: its
arrivals and answers are counted beside, under "imported"; a promise that began with it, or that an
answer out of it ended, is told as imported. What is done here from then on counts like everything.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from msgspec import Struct

from console.core.ledger import NEVER_WAITED, Clock

T = TypeVar("T")

FEW = 5
"""Below this many values there are no percentiles: the values themselves are shown."""

EFFECT_WINDOW = timedelta(days=90)
"""How long after our reply an edit of the review counts as following it."""


class Period(Struct, frozen=True):
    """A half-open stretch of time, `[start, end)`, aware UTC."""

    start: datetime
    end: datetime

    def holds(self, at: datetime | None) -> bool:
        """Whether an instant lies in it; no instant never does."""
        return at is not None and self.start <= at < self.end


class Count(Struct, frozen=True):
    """A number and the conversations behind it, in ascending order, one for each thing counted."""

    conversations: tuple[int, ...] = ()

    @property
    def n(self) -> int:
        """How many."""
        return len(self.conversations)


class ClockRow(Struct, frozen=True):
    """One instance of a clock, with what reports group by."""

    conversation: int
    clock: Clock
    source: str = ""
    language: str = ""
    kind: str = ""


class ReplyRow(Struct, frozen=True):
    """One response that stopped a reply clock."""

    conversation: int
    agent: str
    """Who answered, not who owned it; empty where the platform's own app was used."""
    source: str
    language: str
    sent_at: datetime
    wait: timedelta
    """From the customer's turn to the reply, calendar time."""
    business: timedelta
    """The same in the policy's business time."""
    first: bool
    """The conversation's first reply (FRT), not a later one (NRT)."""


class Attainment(Struct, frozen=True):
    """How far promises were kept: instances whose deadline lies in the period."""

    met: Count = Count()
    met_late: Count = Count()
    breached_open: Count = Count()
    cancelled: Count = Count()
    backfill: Count = Count()
    targetless: Count = Count()

    @property
    def share(self) -> float | None:
        """met / (met + met late + breached and still open); None where nothing was due."""
        due = self.met.n + self.met_late.n + self.breached_open.n
        return self.met.n / due if due else None


class Durations(Struct, frozen=True):
    """Reply times by nearest rank. Below `FEW` values the percentiles are None: see `values`."""

    conversations: tuple[int, ...] = ()
    values: tuple[timedelta, ...] = ()
    median: timedelta | None = None
    p90: timedelta | None = None
    p95: timedelta | None = None

    @property
    def n(self) -> int:
        """How many replies."""
        return len(self.values)


class Effect(Struct, frozen=True):
    """What became of reviews after an answer, beside those that got none: association, not cause."""

    answered: Count = Count()
    answered_changed: Count = Count()
    """Edited or re-rated within `EFFECT_WINDOW` after our reply."""
    answered_stars: float | None = None
    """Mean change of stars among those re-rated; None without any."""
    unanswered: Count = Count()
    unanswered_changed: Count = Count()
    unanswered_stars: float | None = None


class Review(Struct, frozen=True):
    """A review's life: its ratings in order of time, and our first public reply."""

    conversation: int
    source: str
    ratings: tuple[tuple[datetime, float | None], ...]
    """Each version: when it was written, its stars."""
    replied_at: datetime | None = None


def attainment(rows: Iterable[ClockRow], period: Period, metric: str, now: datetime) -> Attainment:
    """How one metric's promises of a period were kept, as of `now`.

    An instance belongs to the period in which its deadline lies. Cancelled, imported and
    targetless ones are no promises; they are counted beside, by when they began.
    """
    piles: dict[str, list[int]] = {name: [] for name in Attainment.__struct_fields__}
    for row in rows:
        clock = row.clock
        if clock.kind == metric and (pile := _pile(clock, period, now)):
            piles[pile].append(row.conversation)
    # Instances, not conversations: a conversation's second next-reply promise is one of its own.
    return Attainment(**{name: Count(tuple(sorted(found))) for name, found in piles.items()})


def _pile(clock: Clock, period: Period, now: datetime) -> str | None:
    begun = period.holds(clock.started_at)
    if clock.cancelled_at is not None and clock.reason in NEVER_WAITED:
        return None
    if clock.backfill:
        return "backfill" if begun else None
    if clock.cancelled_at is not None:
        return "cancelled" if begun else None
    if clock.target is None:
        return "targetless" if begun else None
    if not period.holds(clock.due_at):
        return None
    if clock.met_at is not None:
        return clock.state
    assert clock.due_at is not None
    return "breached_open" if clock.due_at < now and clock.state != "provisional" else None


def durations(
    rows: Iterable[ReplyRow], period: Period, *, business: bool = False, first: bool | None = None
) -> Durations:
    """Reply times of a period, by when the reply was sent. `first` narrows to FRT or to NRT."""
    chosen = sorted(
        ((row.business if business else row.wait), row.conversation)
        for row in rows
        if period.holds(row.sent_at) and (first is None or row.first == first)
    )
    return ranked(chosen)


def ranked(chosen: Sequence[tuple[timedelta, int]]) -> Durations:
    """Times with their conversations, sorted, as durations."""
    values = tuple(value for value, _conversation in chosen)
    conversations = tuple(conversation for _value, conversation in chosen)
    if len(values) < FEW:
        return Durations(conversations, values)
    return Durations(
        conversations,
        values,
        nearest_rank(values, 0.50),
        nearest_rank(values, 0.90),
        nearest_rank(values, 0.95),
    )


def nearest_rank(values: Sequence[T], share: float) -> T:
    """The value that at least `share` of the sorted values do not exceed. `values` is not empty."""
    return values[max(0, math.ceil(share * len(values)) - 1)]


def by(rows: Iterable[T], key: Callable[[T], str]) -> dict[str, tuple[T, ...]]:
    """Rows in groups, the groups in order of their names."""
    groups: dict[str, list[T]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return {name: tuple(groups[name]) for name in sorted(groups)}


def effect(reviews: Iterable[Review], period: Period) -> Effect:
    """What reviews of a period did after an answer, beside the unanswered ones of the period."""
    answered: list[Review] = []
    unanswered: list[Review] = []
    for review in reviews:
        if review.ratings and period.holds(review.ratings[0][0]):
            (answered if review.replied_at else unanswered).append(review)
    with_reply = [(one, _after(one, one.replied_at)) for one in answered]
    without = [(one, _after(one, one.ratings[0][0])) for one in unanswered]
    return Effect(
        answered=counted(one.conversation for one in answered),
        answered_changed=counted(one.conversation for one, after in with_reply if after),
        answered_stars=_mean_change(with_reply),
        unanswered=counted(one.conversation for one in unanswered),
        unanswered_changed=counted(one.conversation for one, after in without if after),
        unanswered_stars=_mean_change(without),
    )


def _after(review: Review, since: datetime | None) -> tuple[tuple[datetime, float | None], ...]:
    """The versions that followed `since` within the window."""
    if since is None:
        return ()
    return tuple(one for one in review.ratings if since < one[0] <= since + EFFECT_WINDOW)


def _mean_change(
    pairs: Sequence[tuple[Review, tuple[tuple[datetime, float | None], ...]]],
) -> float | None:
    """Mean of last rating minus the rating before the window, where both are known and differ."""
    changes = []
    for review, after in pairs:
        if not after:
            continue
        earlier = [stars for at, stars in review.ratings if at < after[0][0]]
        before, last = (earlier[-1] if earlier else None), after[-1][1]
        if before is not None and last is not None and before != last:
            changes.append(last - before)
    return sum(changes) / len(changes) if changes else None


def counted(conversations: Iterable[int]) -> Count:
    """Distinct conversations as a count."""
    return Count(tuple(sorted(set(conversations))))
