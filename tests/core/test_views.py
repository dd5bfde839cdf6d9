"""The filter language."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from console.core.model import HIGH, QueueRow
from console.core.views import SHIPPED, FilterError, Suggestion, complete, parse
from tests.core.stories import at

NOW = at("12:00")
ROW = QueueRow(
    id=1,
    version=1,
    source="play",
    source_type="google_play",
    kind="review",
    status="open",
    who="Sara",
    what="Third week waiting for my refund",
    language="en",
    rating=1,
    mood="negative",
    mood_score=0.97,
    owner="bo",
    priority=HIGH,
    tags=("refund", "Late delivery"),
    clock="frt",
    clock_state="running",
    due_at=NOW + timedelta(minutes=20),
    soon_at=NOW - timedelta(minutes=10),
    waiting_since=NOW - timedelta(hours=3),
)


def row(**changes: Any) -> QueueRow:
    """The row of Sara's review, with changes."""
    return structs.replace(ROW, **changes)


def matches(text: str, **changes: Any) -> bool:
    """Whether the changed row belongs to a filter, asked by bo at noon."""
    return parse(text).matches(row(**changes), NOW, "bo")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "is:open",
        "is:soon",
        "is:mine",
        "is:waiting,open",
        "-is:waiting",
        "mood:negative",
        "stars:<=2",
        "stars:1",
        "source:play",
        "SOURCE:Play",
        "type:google_play",
        "kind:review,mention",
        "lang:en",
        "lang:en-GB",
        "tag:refund",
        'tag:"late delivery"',
        "owner:bo",
        "priority:high",
        "priority:>=normal",
        "due:<30m",
        "due:>10m",
        "age:>2h",
        "refund",
        '"third WEEK"',
        "-spam",
        "sara is:open -tag:billing stars:<3",
        "order:rescue",
    ],
)
def test_the_row_belongs(text: str) -> None:
    """What is true of the row is found."""
    assert matches(text)


@pytest.mark.parametrize(
    "text",
    [
        "is:late",
        "is:unassigned",
        "is:snoozed",
        "is:solved",
        "-is:open",
        "mood:positive,neutral",
        "stars:>=2",
        "source:app",
        "kind:survey",
        "lang:ar",
        "tag:ref",
        "owner:ana",
        "priority:urgent",
        "due:<10m",
        "age:<1h",
        "spam",
        '-"my refund"',
        "is:open stars:5",
    ],
)
def test_the_row_does_not_belong(text: str) -> None:
    """One condition that fails keeps it out."""
    assert not matches(text)


def test_a_row_exactly_due_is_not_late_yet() -> None:
    """A reply at that instant is on time."""
    found = [
        (matches("is:late", due_at=NOW + n * timedelta(milliseconds=1)), n) for n in (-1, 0, 1)
    ]

    assert [(True, -1), (False, 0), (False, 1)] == found


def test_a_reply_on_its_way_is_neither_late_nor_soon() -> None:
    """It is provisional."""
    past = NOW - timedelta(hours=1)

    assert not matches("is:late,soon", clock_state="provisional", due_at=past)


def test_an_uncertain_mood_is_its_own_word() -> None:
    """A grey flag is not negative."""
    assert (False, True) == (
        matches("mood:negative", uncertain=True),
        matches("mood:uncertain", uncertain=True),
    )


def test_stars_are_of_five_whatever_the_scale() -> None:
    """A survey's 4 of 10 is two stars; a post without a rating has none."""
    assert (True, False) == (
        matches("stars:2", rating=4, rating_max=10),
        matches("stars:<=5", rating=None),
    )


def test_a_row_snoozed_until_a_reply_is_snoozed() -> None:
    """And one whose time has come is awake."""
    assert (True, True, False) == (
        matches("is:snoozed", snoozed_by="bo"),
        matches("is:snoozed", snoozed_until=NOW + timedelta(hours=1)),
        matches("is:snoozed", snoozed_until=NOW - timedelta(seconds=1), snoozed_by="bo"),
    )


def test_equal_filters_are_equal_values() -> None:
    """Whatever order and case they were typed in."""
    assert parse("is:open  -is:snoozed MOOD:negative") == parse(
        "mood:negative -is:snoozed IS:open is:open"
    )


def test_the_order_is_not_a_condition() -> None:
    """It stands beside the terms."""
    found = parse("is:open order:negative-first")

    assert ("negative-first", parse("is:open").terms) == (found.order, found.terms)


@pytest.mark.parametrize("text", ["12:30", "http://shop.example/a", "-", 'say "a:b"'])
def test_words_with_a_colon_are_words(text: str) -> None:
    """Times, addresses and quoted text are looked for as they are."""
    assert {"words"} == {term.key for term in parse(text).terms}


@pytest.mark.parametrize(
    ("text", "position", "word", "nearest"),
    [
        ("refund is:opne", 10, "opne", "open"),
        ("mod:negative", 0, "mod", "mood"),
        ("is:open,lat", 8, "lat", "late"),
        ("order:rescu", 6, "rescu", "rescue"),
        ("-kind:reviews", 6, "reviews", "review"),
        ("priority:>=hihg", 11, "hihg", "high"),
        ("x stars:many", 8, "many", ""),
        ("due:30m", 4, "30m", ""),
        ("age:>soon", 4, ">soon", ""),
        ('refund "not closed', 7, '"not closed', ""),
        ("tag:", 0, "tag:", ""),
    ],
)
def test_an_error_points_at_the_wrong_word(
    text: str, position: int, word: str, nearest: str
) -> None:
    """Position, word, and the nearest word that would do."""
    with pytest.raises(FilterError) as caught:
        parse(text)

    assert (position, word, nearest) == (
        caught.value.position,
        caught.value.word,
        caught.value.nearest,
    )


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.one_of(
        st.text(),
        st.lists(
            st.sampled_from(
                [
                    "is:",
                    "open",
                    '"',
                    "-",
                    ":",
                    "stars:",
                    "<=",
                    "٣",
                    " ",
                    "due:",
                    "30m",
                    ",",
                    "\u200f",
                ]
            )
        ).map("".join),
    )
)
def test_whatever_is_typed_is_read_or_refused_with_a_place_in_it(text: str) -> None:
    """Never another error, and the place lies inside what was typed."""
    try:
        assert parse(text).matches(ROW, NOW, "bo") in (True, False)
    except FilterError as error:
        assert 0 <= error.position <= len(text)


def test_the_shipped_views_are_filters() -> None:
    """Each parses, no two are the same."""
    assert len(SHIPPED) == len({view.filter for view in SHIPPED})


def test_completion_offers_filters() -> None:
    """The word at the cursor becomes a filter."""
    assert (Suggestion("mood:", 8, 10),) == complete("is:open mo", 10)


def test_completion_offers_values_and_replaces_the_whole_word() -> None:
    """Also where the cursor stands inside it, and after a comma."""
    assert (
        (Suggestion("mood:negative", 0, 10), Suggestion("mood:neutral", 0, 10)),
        Suggestion("is:open,solved", 0, 10),
    ) == (complete("mood:nexyz is:open", 7), complete("is:open,so", 10)[0])


def test_completion_knows_the_desks_own_values() -> None:
    """Quotes are added where they are needed."""
    known = {"tag": ["refund", "refused order", "spam"]}

    assert (
        Suggestion("-tag:refund", 0, 8),
        Suggestion('-tag:"refused order"', 0, 8),
    ) == complete("-tag:ref", 8, known)


def test_numbers_name_conversations() -> None:
    """`id:17,18` is what a report's number opens; anything but numbers is refused."""
    assert matches("id:17,18", id=17)
    assert not matches("id:17,18", id=19)
    with pytest.raises(FilterError):
        parse("id:refund")


def test_a_reminder_shows_once_it_is_awake() -> None:
    """Its tag alone is not enough while it sleeps."""
    asleep = row(tags=("follow-up",), snoozed_until=NOW + timedelta(hours=1), snoozed_by="ana")
    awake = row(tags=("follow-up",))
    wanted = parse("is:follow_up")

    assert [False, True] == [wanted.matches(one, NOW, "ana") for one in (asleep, awake)]
