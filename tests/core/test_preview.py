"""What a change of rules would move."""

from __future__ import annotations

from console.core.preview import Preview, preview
from tests.core.stories import MESSAGE, Story, answered, at, came, rules, targets

OLD = rules(targets=targets(frt=4))


def test_earlier_later_and_late() -> None:
    """Of three conversations: one late at once, one earlier, one without a running clock."""
    stories = [
        Story(OLD).tell(came("09:00")),
        Story(OLD).tell(came("11:30")),
        Story(OLD).tell(came("09:00"), answered("10:00")),
    ]
    cases = [(story.clocks, MESSAGE) for story in stories]
    shorter = preview(cases, rules(version=2, targets=targets(frt=2)), at("12:00"))
    longer = preview(cases, rules(version=2, targets=targets(frt=9)), at("12:00"))

    assert (Preview(earlier=2, newly_late=1), Preview(later=2)) == (shorter, longer)


def test_a_target_that_falls_away_is_later_and_a_new_one_earlier() -> None:
    """No deadline lies after every deadline."""
    without = Story(rules()).tell(came("09:00")).clocks
    with_one = Story(OLD).tell(came("09:00")).clocks
    now = at("09:01")

    assert (Preview(earlier=1), Preview(later=1)) == (
        preview([(without, MESSAGE)], rules(version=2, targets=targets(frt=4)), now),
        preview([(with_one, MESSAGE)], rules(version=2), now),
    )


def test_the_sentence() -> None:
    """As `check` prints it."""
    assert (
        "14 deadlines get earlier, 1 deadline gets later, 3 become late",
        "no deadline changes",
    ) == (Preview(14, 1, 3).sentence(), Preview().sentence())
