"""The specification's sequences (a) to (g) (semantics, "Sequence vectors").

(h) and (i) need a store: they are told in its tests.
"""

from __future__ import annotations

from datetime import timedelta

from console.core.clocks import (
    Noted,
    Queued,
    Responded,
    StatusSet,
    Ticked,
    state_at,
)
from tests.core.stories import REVIEW, Story, answered, at, came, rules, targets

MINUTE = timedelta(minutes=1)


def test_a_first_reply_counts_from_the_first_turn() -> None:
    """In 09:00, in 09:20, reply 10:00: first reply after 60 minutes, and no next-reply clock ever."""
    story = Story().tell(came("09:00"), came("09:20"), answered("10:00"))
    first = story.clock("frt")

    assert (60 * MINUTE, {"frt": "met", "fres": "running", "res": "running"}) == (
        first.met_at - first.started_at,
        story.states(),
    )


def test_a_next_reply_counts_from_the_first_turn_after_the_answer() -> None:
    """Then in 11:00, in 11:30, reply 11:40: next reply after 40 minutes."""
    story = Story().tell(came("09:00"), came("09:20"), answered("10:00"))
    story.tell(came("11:00"), came("11:30"), answered("11:40"))
    following = story.clock("nrt")

    assert (40 * MINUTE, 1) == (
        following.met_at - following.started_at,
        sum(clock.kind == "nrt" for clock in story.clocks),
    )


def test_b_reply_and_set_waiting_in_one_action() -> None:
    """The first reply is met, whichever of the two is told first."""
    reply, status = answered("10:00"), StatusSet(at=at("10:00"), status="waiting")
    told = [Story().tell(came("09:00"), *pair) for pair in ((reply, status), (status, reply))]

    assert ["met", "met"] == [story.clock("frt").state for story in told]


def test_c_what_is_no_answer_stops_nothing() -> None:
    """Note, reaction, automatic acknowledgement, assignment: the first reply still runs."""
    story = Story().tell(
        came("09:00"),
        Noted(at=at("09:05"), what="note"),
        Noted(at=at("09:06"), what="reaction"),
        answered("09:07", automation=True),
        Noted(at=at("09:08"), what="assignment", actor="ana"),
    )

    assert "running" == story.clock("frt").state


def test_d_closed_as_spam_and_the_customer_returns() -> None:
    """The first clock is cancelled at 09:10; a new one starts at the return, 15:00."""
    story = Story().tell(
        came("09:00"),
        StatusSet(at=at("09:10"), status="closed", reason="spam", actor="ana"),
        came("15:00"),
    )

    assert ("cancelled", "spam", "running", at("15:00")) == (
        story.clock("frt").state,
        story.clock("frt").reason,
        story.clock("frt", 2).state,
        story.clock("frt", 2).started_at,
    )


def test_e_accepted_after_the_retry_grace() -> None:
    """Sent 10:00, accepted 10:20: met at 10:20, and 10:00 is kept."""
    story = Story().tell(
        came("09:00"),
        Queued(at=at("10:00"), reply=7),
        Responded(at=at("10:00"), accepted_at=at("10:20"), reply=7),
    )

    assert (at("10:20"), at("10:00")) == (
        story.clock("frt").met_at,
        story.clock("frt").submitted_at,
    )


def test_e_accepted_within_the_retry_grace() -> None:
    """Sent 10:00, accepted 10:15: met at 10:00."""
    story = Story().tell(
        came("09:00"),
        Responded(at=at("10:00"), accepted_at=at("10:15"), reply=7),
    )

    assert at("10:00") == story.clock("frt").met_at


def test_f_an_edited_review_is_a_turn() -> None:
    """Review 09:00, reply and solved 10:00, edited 12:00: reopened, next reply from 12:00."""
    story = Story(facts=REVIEW).tell(
        came("09:00"),
        answered("10:00"),
        StatusSet(at=at("10:00"), status="solved"),
        came("12:00"),
    )

    assert ({"frt": "met", "fres": "met", "res": "running", "nrt": "running"}, at("12:00")) == (
        story.states(),
        story.clock("nrt").started_at,
    )


def test_g_a_breach_while_the_process_was_down() -> None:
    """Due 13:00, nobody ran from 12:00 to 18:00: the breach is written with the time 13:00."""
    story = Story(rules(targets=targets(frt=4))).tell(came("09:00"), Ticked(at=at("18:00")))

    assert [at("13:00")] == story.wrote("breach", "frt")


def test_g_a_breach_is_seen_before_it_is_written() -> None:
    """Lateness is computed when somebody looks; exactly at the due time it is not late yet."""
    clock = Story(rules(targets=targets(frt=4))).tell(came("09:00")).clock("frt")

    assert ["running", "at_risk", "critical", "critical", "breached"] == [
        state_at(clock, at(time)) for time in ("11:59", "12:00", "12:36", "13:00", "13:00:00.001")
    ]
