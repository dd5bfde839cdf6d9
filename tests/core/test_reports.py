"""Reports: which promises count, how times are ranked, what an answer goes with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from console.core.ledger import Clock
from console.core.reports import (
    ClockRow,
    Count,
    Period,
    ReplyRow,
    Review,
    attainment,
    by,
    durations,
    effect,
    nearest_rank,
)

DAY = Period(datetime(2027, 5, 5, tzinfo=UTC), datetime(2027, 5, 6, tzinfo=UTC))
NINE = datetime(2027, 5, 5, 9, tzinfo=UTC)
NOW = datetime(2027, 5, 5, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)


def clock(**changes: object) -> Clock:
    """A first-reply clock of 09:00 with a target of four hours."""
    made = Clock("frt", 1, NINE, NINE, target=4 * HOUR, due_at=NINE + 4 * HOUR, resumed_at=NINE)
    return replace(made, **changes)


def row(number: int, **changes: object) -> ClockRow:
    return ClockRow(number, clock(**changes))


def reply(number: int, hours: float, agent: str = "ana", *, first: bool = True) -> ReplyRow:
    wait = timedelta(hours=hours)
    return ReplyRow(number, agent, "play", "en", NINE + wait, wait, wait / 2, first)


def test_attainment_counts_what_was_due_and_shows_the_rest_beside_it() -> None:
    """met / (met + met late + breached and open); cancelled, imported, targetless stand aside."""
    rows = [
        row(1, met_at=NINE + HOUR),
        row(2, met_at=NINE + 5 * HOUR, breached_at=NINE + 4 * HOUR),
        row(3),
        row(4, cancelled_at=NINE + HOUR),
        row(5, backfill=True),
        row(6, target=None, due_at=None),
        row(7, due_at=NOW + HOUR),
        row(8, due_at=NINE + timedelta(days=2)),
    ]

    found = attainment(rows, DAY, "frt", NOW)

    assert 1 / 3 == found.share
    assert Count((1,)) == found.met
    assert Count((2,)) == found.met_late
    assert Count((3,)) == found.breached_open
    assert (Count((4,)), Count((5,)), Count((6,))) == (
        found.cancelled,
        found.backfill,
        found.targetless,
    )


def test_an_empty_period_has_no_attainment_rather_than_a_perfect_one() -> None:
    """Nothing due is None, neither 0 nor 100 %."""
    assert None is attainment([], DAY, "frt", NOW).share


def test_nearest_rank_gives_a_value_that_occurred() -> None:
    """No interpolation: the 90th of ten values is the ninth."""
    assert (5, 9, 10) == tuple(nearest_rank(range(1, 11), p) for p in (0.5, 0.9, 0.95))


def test_few_replies_show_their_values_instead_of_percentiles() -> None:
    """Below five values a percentile would pretend."""
    found = durations([reply(1, 1), reply(2, 3)], DAY)

    assert (None, (HOUR, 3 * HOUR)) == (found.median, found.values)


def test_durations_keep_one_outlier_from_ruling() -> None:
    """chatwoot #6548, #6418: the median of five is the third, however long the last one took."""
    found = durations([reply(n, hours) for n, hours in enumerate([1, 1, 2, 2, 8])], DAY)

    assert (2 * HOUR, 8 * HOUR, 5) == (found.median, found.p95, found.n)


def test_business_time_and_first_replies_are_figures_of_their_own() -> None:
    """The same rows, by the policy's time or by first replies only."""
    rows = [reply(1, 2), reply(2, 4, first=False)]

    assert (HOUR, 2 * HOUR) == durations(rows, DAY, business=True).values
    assert (1,) == durations(rows, DAY, first=True).conversations


def test_groups_name_who_answered() -> None:
    """chatwoot #7978: attribution goes to the agent who answered, not to who owns it."""
    groups = by([reply(1, 1), reply(2, 1, "bo"), reply(3, 1)], lambda one: one.agent)

    assert {"ana": [1, 3], "bo": [2]} == {
        name: [one.conversation for one in rows] for name, rows in groups.items()
    }


def test_reply_effect_stands_beside_the_unanswered() -> None:
    """Sequence (f): one star, answered, edited to four: plus three; the comparison beside it."""
    answered = Review(1, "play", ((NINE, 1.0), (NINE + 3 * HOUR, 4.0)), replied_at=NINE + HOUR)
    silent = Review(2, "play", ((NINE, 2.0),))
    edited_before = Review(3, "play", ((NINE, 1.0), (NINE + HOUR, 2.0)), replied_at=NINE + 2 * HOUR)

    found = effect([answered, silent, edited_before], DAY)

    assert (Count((1, 3)), Count((1,)), 3.0) == (
        found.answered,
        found.answered_changed,
        found.answered_stars,
    )
    assert (Count((2,)), 0, None) == (
        found.unanswered,
        found.unanswered_changed.n,
        found.unanswered_stars,
    )


def test_an_edit_after_the_window_is_not_counted() -> None:
    """Ninety days after the reply nobody can say it followed from it."""
    late = Review(
        1, "play", ((NINE, 1.0), (NINE + timedelta(days=92), 5.0)), replied_at=NINE + HOUR
    )

    assert 0 == effect([late], DAY).answered_changed.n
