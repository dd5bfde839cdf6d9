"""The forecast: when the queue first breaks a promise at this pace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from console.core.forecast import Forecast, Pace, forecast

NOW = datetime(2027, 5, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_queue_longer_than_the_pace_breaks_at_its_deadline() -> None:
    """Five due in an hour, four answered an hour: the fifth is late at its deadline."""
    pace = Pace(inflow=0, answered=4, people=1, target=4 * HOUR)

    assert Forecast(NOW + HOUR, None) == forecast([NOW + HOUR] * 5, pace, NOW)


def test_inflow_above_the_pace_breaks_later_and_one_more_person_helps() -> None:
    """Six arrive, four are answered: the backlog eats the target; a second person ends it."""
    pace = Pace(inflow=6, answered=4, people=1, target=2 * HOUR)

    found = forecast([], pace, NOW)

    assert found is not None
    assert found.breach_at is not None and found.breach_at > NOW + 4 * HOUR
    assert found.with_one_more is None


def test_what_is_late_already_takes_time_but_is_no_forecast() -> None:
    """A late conversation is answered first and pushes the next one over its deadline."""
    pace = Pace(inflow=0, answered=1, people=1, target=HOUR)
    due = [NOW - HOUR, NOW + 90 * timedelta(minutes=1)]

    found = forecast(due, pace, NOW)

    assert found is not None
    assert NOW + 90 * timedelta(minutes=1) == found.breach_at


def test_without_people_or_answers_there_is_no_forecast() -> None:
    """An unknown pace is not a pace of zero."""
    assert None is forecast([NOW], Pace(1, 4, 0, HOUR), NOW)
    assert None is forecast([NOW], Pace(1, 0, 2, HOUR), NOW)


def test_a_calm_queue_has_no_breach_in_sight() -> None:
    """Fewer arrivals than answers: nothing breaks within the horizon."""
    assert Forecast(None, None) == forecast([NOW + 3 * HOUR], Pace(2, 4, 2, 4 * HOUR), NOW)
