"""A conversation's history in words."""

from zoneinfo import ZoneInfo

import pytest

from console.core.past import happened, said


@pytest.mark.parametrize(
    ("verb", "detail", "expected"),
    [
        ("claimed", "", "took it"),
        ("claimed", "from bo", "took it from bo"),
        ("assigned", "bo", "gave it to bo"),
        ("assigned", "", "gave it back to the team"),
        ("priority", "2", "priority: high"),
        ("status", "closed: spam", "status: closed (spam)"),
        ("refused", "HTTP 422", "the platform refused the reply: HTTP 422"),
        ("undone", "snoozed 2h", "took back: snoozed it until 2h"),
        ("something_new", "x", "something_new x"),
    ],
)
def test_history_speaks_as_people_do(verb, detail, expected):
    """`priority 2` and `woke by hand` were what the store notes, not what anybody says."""
    assert expected == happened(verb, detail)


def test_undo_says_what_was_taken_back_in_words():
    """The remembered text is the verb and its detail."""
    assert "woke it" == said("woke by hand")
    assert "took it; 2 were changed since and stay" == said(
        "claimed; 2 were changed since and stay"
    )


def test_an_instant_is_told_in_the_readers_zone():
    """The history said `snoozed it until 2027-05-07T09:00+00:00`."""
    tehran = ZoneInfo("Asia/Tehran")

    assert "snoozed it again until 12:30" == happened(
        "snoozed_again", "2027-05-07T09:00+00:00", lambda at: f"{at.astimezone(tehran):%H:%M}"
    )
    assert "took back: said that it was only thanks" == happened("undone", "thanks only")
