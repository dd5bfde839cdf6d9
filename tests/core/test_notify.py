"""Whom to tell about which deadline (S15)."""

from __future__ import annotations

from datetime import time
from typing import Any

from console.core.notify import Deadline, Listener, Round, tell
from tests.core.stories import at

NOW = at("12:00")
ANA, BO = Listener("ana", on_shift=True), Listener("bo", on_shift=True)
LEAD = Listener("mara", lead=True, always=True)


def deadline(conversation: int = 1, **changes: Any) -> Deadline:
    """A first reply that is late, nobody's."""
    usual = {"clock": "frt", "instance": 1, "stage": "late", "due_at": at("11:59"), "who": "Sara"}
    return Deadline(conversation, **{**usual, **changes})


def told(round: Round) -> dict[str, str]:
    """Sentence by person."""
    return {notice.to: notice.sentence for notice in round.notices}


def test_the_owner_on_shift_is_told_alone() -> None:
    """Not the whole team."""
    assert {"bo": "1 is late: Sara first"} == told(tell([deadline(owner="bo")], [ANA, BO], (), NOW))


def test_what_nobody_on_shift_owns_is_told_to_everybody_on_shift() -> None:
    """Also when its owner went home."""
    people = [ANA, BO, Listener("cem")]

    assert [{"ana", "bo"}] * 2 == [
        set(told(tell([deadline(owner=owner)], people, (), NOW))) for owner in ("", "cem")
    ]


def test_a_lead_is_told_by_choice() -> None:
    """Off shift too."""
    assert {"ana", "mara"} == set(
        told(tell([deadline()], [ANA, LEAD, Listener("x", lead=True)], (), NOW))
    )


def test_each_clock_and_stage_is_told_once() -> None:
    """Soon, then late, then never again."""
    soon, late = deadline(stage="soon"), deadline(stage="late")
    first = tell([soon], [ANA], (), NOW)
    second = tell([soon, late], [ANA], first.told, NOW)
    third = tell([soon, late], [ANA], (*first.told, *second.told), NOW)

    assert ({"ana": "1 is due soon: Sara first"}, {"ana": "1 is late: Sara first"}, {}) == (
        told(first),
        told(second),
        told(third),
    )


def test_a_minute_is_one_notice() -> None:
    """Everything together, the earliest named."""
    found = tell(
        [
            deadline(1, who="Sara"),
            deadline(2, stage="soon", due_at=at("12:10"), who="Ivan"),
            deadline(3, due_at=at("11:00"), who="Lena"),
        ],
        [ANA],
        (),
        NOW,
    )

    assert {"ana": "2 are late, 1 is due soon: Lena first"} == told(found)


def test_what_is_only_soon_rings_no_bell() -> None:
    """Late and critical do."""
    rung = [
        tell([deadline(stage=stage)], [ANA], (), NOW).notices[0].urgent
        for stage in ("soon", "critical", "late")
    ]

    assert [False, True, True] == rung


def test_nobody_is_told_in_their_night() -> None:
    """zammad #4432, #2157: 22:00 to 07:00 in the person's own zone."""
    night = {"quiet_from": time(22), "quiet_until": time(7), "on_shift": True}
    berlin = Listener("ana", zone="Europe/Berlin", **night)  # type: ignore[arg-type]
    auckland = Listener("bo", zone="Pacific/Auckland", **night)  # type: ignore[arg-type]
    found = [
        set(told(tell([deadline()], [berlin, auckland], (), at(t)))) for t in ("12:00", "23:00")
    ]

    assert [{"ana"}, {"bo"}] == found


def test_outside_opening_hours_everything_waits_for_one_digest() -> None:
    """Nothing is lost, nothing is repeated nightly."""
    night = [deadline(n) for n in range(3)]
    closed = tell(night, [ANA], (), NOW, open_now=False)
    morning = tell(closed.held, [ANA], closed.told, NOW)

    assert ({}, (), {"ana": "3 are late: Sara first"}) == (
        told(closed),
        closed.told,
        told(morning),
    )


def test_with_nobody_on_shift_nothing_counts_as_told() -> None:
    """It comes again for whoever comes next."""
    found = tell([deadline()], [Listener("ana")], (), NOW)

    assert ((), (), (deadline(),)) == (found.notices, found.told, found.held)
