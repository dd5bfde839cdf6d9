"""How a deadline came about, in sentences."""

from __future__ import annotations

from console.core.clocks import Promised, Queued, Released, RulesChanged, StatusSet
from console.core.explain import explain
from console.core.policy import Facts
from tests.core.stories import Story, answered, at, came, rules, targets


def told(story: Story, now: str = "16:30") -> list[str]:
    """The sentences about a story, read in Berlin on its day."""
    return list(explain(story.ledger, story.clocks, at(now), "Europe/Berlin"))


def test_a_deadline_is_told_from_its_start() -> None:
    """Where it stands, its policy and calendar with their versions, and what did not move it."""
    story = Story().tell(came("09:00"), came("09:20"))

    assert [
        "First reply: running; due 13:00.",
        "  09:00: started when the customer wrote; policy message (version 1): "
        "4 hours of the opening hours of office (version 1).",
        "  09:20: the customer wrote again; the clock does not move.",
    ] == told(story, "09:30")[:3]


def test_a_slow_platform_is_told() -> None:
    """Both times: sent, and accepted."""
    story = Story().tell(
        came("09:00"),
        Queued(at=at("10:00"), reply=1),
        answered("10:00", accepted_at=at("10:20"), reply=1, actor="ana"),
    )

    assert "  10:20: answered; sent 10:00, accepted only 10:20 (ana)." in told(story)


def test_a_refused_reply_is_told() -> None:
    """The clock ran as if it had never stopped."""
    story = Story().tell(
        came("09:00"),
        Queued(at=at("10:00"), reply=1),
        Released(at=at("10:01"), reply=1, outcome="refused"),
    )

    assert (
        "  10:01: the reply did not go out (the platform refused it); "
        "as if it had never stopped; due 13:00."
    ) in told(story)


def test_pauses_name_their_reason_and_what_is_left() -> None:
    """In the target's own time."""
    story = Story(rules(targets=targets(res=10))).tell(
        came("09:00"), StatusSet(at=at("10:30"), status="waiting", actor="ana")
    )
    sentences = told(story)

    assert ("Resolution: paused; 8 hours 30 minutes left when it goes on." in sentences, True) == (
        True,
        "  10:30: paused: waiting for the customer (ana)." in sentences,
    )


def test_a_late_answer_names_the_overrun() -> None:
    """It stays late."""
    story = Story(rules(targets=targets(frt=1))).tell(came("09:00"), answered("10:07"))

    assert "  10:07: answered; 7 minutes late." in told(story)


def test_new_rules_are_told_with_the_deadline_they_gave() -> None:
    """The start did not move."""
    story = Story(rules(targets=targets(frt=8))).tell(came("09:00"))
    story.under(rules(version=2, targets=targets(frt=4))).tell(RulesChanged(at=at("09:30")))

    assert (
        "  09:30: the rules changed: policy only (version 2): 4 hours, day and night; due 13:00."
        in told(story)
    )


def test_a_promise_is_told() -> None:
    """With the time that was promised."""
    story = Story().tell(
        came("09:00"), answered("10:00"), Promised(at=at("10:00"), due=at("14:00"), actor="ana")
    )

    assert "  10:00: a reply promised an answer; 4 hours was promised (ana)." in told(story)


def test_other_days_are_written_with_their_date() -> None:
    """In the reader's zone."""
    story = Story(facts=Facts(kind="review", stars=5)).tell(came("09:00"))

    assert "First reply: running; due 2027-05-07 09:00." == told(story)[0]


def test_without_clocks_there_is_one_sentence() -> None:
    """Nobody waits."""
    assert ["No clock ever ran here: nobody waits for an answer."] == told(Story())
