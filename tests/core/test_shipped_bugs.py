"""Bugs that other products shipped (semantics, "Bugs that others shipped"), each a test for us.

Here stand the rows that concern clocks; holidays, sending and drafts have theirs beside the code.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from console.core.clocks import (
    Noted,
    Queued,
    Released,
    Responded,
    StatusSet,
    Ticked,
    headline,
    state_at,
)
from console.core.policy import Facts
from console.core.sla import office_hours
from tests.core.stories import REVIEW, Story, answered, at, came, rules, targets

HOUR = timedelta(hours=1)
OFFICE = office_hours("Europe/Berlin")


def business(**hours: float) -> dict[str, object]:
    """A policy with targets in Berlin office hours."""
    return {
        "calendar": OFFICE,
        "targets": tuple(structs.replace(target, business=True) for target in targets(**hours)),
    }


def test_no_other_deadline_overrules_the_first_reply() -> None:
    """zammad #5177: before any reply there is no update and no next-reply deadline at all."""
    story = Story(rules(targets=targets(frt=4, nrt=1, upd=1))).tell(came("09:00"), came("09:05"))
    shown = headline(story.clocks)

    assert ("frt", {"frt", "fres", "res"}) == (shown and shown.kind, set(story.states()))


def test_no_next_reply_clock_after_the_agent_spoke_last() -> None:
    """zammad #3140."""
    story = Story().tell(came("09:00"), answered("10:00"), came("11:00"), answered("11:30"))
    story.tell(answered("11:45"))

    assert {"met"} == {clock.state for clock in story.clocks if clock.kind in ("frt", "nrt")}


def test_reply_and_set_pending_in_one_action() -> None:
    """zammad #3551: the first response is met, not dropped."""
    story = Story().tell(
        came("09:00"),
        Queued(at=at("10:00"), reply=1),
        StatusSet(at=at("10:00"), status="waiting"),
        Responded(at=at("10:00"), accepted_at=at("10:00:11"), reply=1),
    )

    assert ("met", at("10:00")) == (story.clock("frt").state, story.clock("frt").met_at)


def test_the_first_reply_already_moves_the_deadline() -> None:
    """zammad #2082: not only the second one."""
    story = Story().tell(came("09:00"))
    before = headline(story.clocks)
    story.tell(answered("10:00"), StatusSet(at=at("10:00"), status="waiting"))
    after = headline(story.clocks)

    assert (at("13:00"), None) == (before and before.due_at, after and after.due_at)


def test_a_turn_through_any_door_starts_the_clock() -> None:
    """zammad #1322: an arrival is an arrival, wherever it came from."""
    found = [
        Story(facts=Facts(source=source)).tell(came("09:00"), answered("10:00"), came("11:00"))
        for source in ("mail", "web form", "app")
    ]

    assert ["running"] * 3 == [story.clock("nrt").state for story in found]


def test_the_resolution_time_is_written_when_it_is_solved() -> None:
    """zammad #2579: with every way of solving."""
    found = [
        Story().tell(came("09:00"), StatusSet(at=at("12:00"), status="solved", reason=reason))
        for reason in ("", "no reply needed")
    ]

    assert [(at("12:00"), 3 * HOUR)] * 2 == [
        (story.clock("res").met_at, story.clock("res").consumed) for story in found
    ]


def test_a_merged_conversation_has_no_deadline() -> None:
    """zammad #904: nothing in it can become late."""
    story = Story().tell(
        came("09:00"), StatusSet(at=at("09:30"), status="closed", reason="merged", actor="ana")
    )
    story.tell(Ticked(at=at("09:00", "2027-06-05")))

    assert (None, []) == (headline(story.clocks), story.wrote("breach", "frt"))


def test_on_hold_over_a_weekend_costs_no_business_time() -> None:
    """helpdesk #2449, #1675, #1554: hold time is not added to the creation time."""
    friday, monday = "2027-05-07", "2027-05-10"
    story = Story(rules(pause_on_hold=True, **business(res=4))).tell(
        came("15:00", friday),
        StatusSet(at=at("16:00", friday), status="on_hold"),
        StatusSet(at=at("09:30", monday), status="open"),
    )

    assert at("12:30", monday) == story.clock("res").due_at


def test_a_turn_on_a_day_off_is_not_a_day_late() -> None:
    """helpdesk #2075: Saturday noon, answered Monday 09:30: half an hour of business time."""
    saturday, monday = "2027-05-08", "2027-05-10"
    story = Story(rules(**business(frt=1))).tell(came("12:00", saturday), answered("09:30", monday))

    assert ("met", timedelta(minutes=30)) == (
        story.clock("frt").state,
        story.clock("frt").consumed,
    )


def test_a_bots_solution_is_no_first_reply() -> None:
    """chatwoot #12058: the customer returns days later, and the first reply starts there."""
    story = Story().tell(
        came("09:00"),
        answered("09:00:05", automation=True),
        StatusSet(at=at("09:00:05"), status="closed", reason="answered by bot"),
        came("14:00", "2027-05-07"),
    )

    assert ("cancelled", at("14:00", "2027-05-07")) == (
        story.clock("frt").state,
        story.clock("frt", 2).started_at,
    )


def test_business_hours_are_used() -> None:
    """chatwoot #13392: a turn after closing time is due in the morning."""
    story = Story(rules(**business(frt=1))).tell(came("20:00"))

    assert at("10:00", "2027-05-06") == story.clock("frt").due_at


def test_an_answered_conversation_does_not_become_overdue_because_it_is_open() -> None:
    """osTicket #1684: waiting for the customer, no clock runs."""
    story = Story().tell(
        came("09:00"), answered("10:00"), StatusSet(at=at("10:00"), status="waiting")
    )
    late = at("09:00", "2027-07-05")
    story.tell(Ticked(at=late))

    assert [] == [clock for clock in story.clocks if state_at(clock, late) == "breached"]


def test_a_refused_reply_does_not_stop_the_clock() -> None:
    """freescout #2873, #4112, the clock's side: what did not go out answered nobody."""
    story = Story(facts=REVIEW).tell(
        came("09:00"),
        Queued(at=at("10:00"), reply=1),
        Released(at=at("10:00:10"), reply=1, outcome="taken_back"),
    )

    assert ("running", at("09:00")) == (story.clock("frt").state, story.clock("frt").resumed_at)


@pytest.mark.parametrize("what", ["snooze", "wake"])
def test_snoozing_stops_no_reply_clock(what: str) -> None:
    """freescout #3584, #5378, the clock's side: the customer waits all the same."""
    story = Story().tell(came("09:00"), Noted(at=at("09:10"), what=what, actor="ana"))

    assert at("13:00") == story.clock("frt").due_at
