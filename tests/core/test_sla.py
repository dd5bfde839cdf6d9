"""Policies: how they are written, matched and versioned."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.core.model import HIGH, LOW, NORMAL, URGENT
from console.core.policy import (
    Comparison,
    Conditions,
    Facts,
    Rules,
    match,
    raised_priority,
    stars_of,
)
from console.core.sla import default_rules, renumbered
from console.core.spans import parse_duration
from console.core.written_rules import RulesError, parse_rules

REST = {"name": "rest", "targets": {"frt": "4h business"}}
OFFICE = {"office": {"zone": "Europe/Berlin", "week": {"mon": [["09:00", "17:00"]]}}}


def written(*policies: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A configuration's tables with these policies and a last one."""
    return {"calendars": OFFICE, "policies": [*policies, REST], **more}


def problems(given: dict[str, Any]) -> list[str]:
    """What is wrong with it."""
    with pytest.raises(RulesError) as caught:
        parse_rules(given, zone="UTC", where="desk.toml")
    return list(caught.value.problems)


def test_the_first_match_wins() -> None:
    """Also where later ones would fit better."""
    rules = parse_rules(
        written(
            {"name": "reviews", "when": {"kind": "review"}},
            {"name": "angry reviews", "when": {"kind": "review", "mood": "negative"}},
        ),
        zone="UTC",
    )

    assert "reviews" == match(rules, Facts(kind="review", mood="negative")).name


def test_positions_decide_the_order() -> None:
    """Not the order in the file."""
    rules = parse_rules(
        written(
            {"name": "b", "when": {"kind": "review"}, "position": 2},
            {"name": "a", "when": {"kind": "review"}, "position": 1},
        ),
        zone="UTC",
    )

    assert ["a", "b", "rest"] == [policy.name for policy in rules.policies]


@pytest.mark.parametrize(
    ("conditions", "facts"),
    [
        (Conditions(source=("play",)), Facts(source="play")),
        (Conditions(type=("rss",)), Facts(source_type="rss")),
        (Conditions(kind=("review", "mention")), Facts(kind="mention")),
        (Conditions(priority=(HIGH,)), Facts(priority=HIGH)),
        (Conditions(tag=("vip",)), Facts(tags=("new", "vip"))),
        (Conditions(language=("ar",)), Facts(language="ar")),
        (Conditions(mood=("negative",)), Facts(mood="negative")),
        (Conditions(mood_score=Comparison(">=", 0.9)), Facts(mood="neutral", mood_score=0.9)),
        (Conditions(stars=Comparison("<=", 2)), Facts(stars=2)),
        (Conditions(private=True), Facts(private=True)),
        (Conditions(customer_group=("gold",)), Facts(customer_groups=("gold",))),
        (Conditions(assignee_group=("tier2",)), Facts(assignee_groups=("tier2",))),
        (Conditions(text=("REFUND", "money back")), Facts(text="Where is my refund?")),
    ],
)
def test_each_condition_holds_for_its_fact_alone(conditions: Conditions, facts: Facts) -> None:
    """It holds where the fact is there, and not where nothing is known."""
    assert (True, False) == (conditions.hold(facts), conditions.hold(Facts(kind="alert")))


def test_alternatives_are_any_and_conditions_are_all() -> None:
    """`when = [{…}, {…}]` is or; one table is and."""
    rules = parse_rules(
        written({"name": "x", "when": [{"stars": "<=2", "kind": "review"}, {"mood": "negative"}]}),
        zone="UTC",
    )
    found = [
        match(rules, facts).name
        for facts in (
            Facts(kind="review", stars=1),
            Facts(kind="survey", stars=1),
            Facts(kind="survey", mood="negative"),
        )
    ]

    assert ["x", "rest", "x"] == found


def test_targets_differ_by_priority() -> None:
    """What is not named falls under `other`; `none` is no target."""
    rules = parse_rules(
        {
            "calendars": OFFICE,
            "policies": [
                {
                    "name": "p",
                    "targets": {
                        "frt": {"urgent": "30m business", "low": "none", "other": "2d calendar"}
                    },
                }
            ],
        },
        zone="UTC",
    )
    found = [rules.policies[0].target("frt", level) for level in (URGENT, NORMAL, LOW)]

    assert [(timedelta(minutes=30), True), (timedelta(days=2), False), None] == [
        target and (target.time, target.business) for target in found
    ]


def test_a_rule_raises_a_priority_and_never_lowers_it() -> None:
    """Nor touches what a person chose."""
    rules = default_rules("UTC")
    angry = Facts(kind="review", stars=1)

    assert [HIGH, URGENT, LOW] == [
        raised_priority(rules, angry, set_by_person=False),
        raised_priority(rules, Facts(kind="review", stars=1, priority=URGENT), set_by_person=False),
        raised_priority(rules, Facts(kind="review", stars=1, priority=LOW), set_by_person=True),
    ]


@pytest.mark.parametrize(
    ("rating", "rating_max", "stars"), [(1, 5, 1), (10, 10, 5), (0, 1, 0), (None, 5, None)]
)
def test_ratings_are_compared_as_stars(
    rating: float | None, rating_max: int, stars: float | None
) -> None:
    """Thumbs down is no star, ten of ten are five."""
    assert stars == stars_of(rating, rating_max)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("90m", 90), ("4h", 240), ("1h30m", 90), ("2d", 2880), ("", None), ("4", None), ("0h", None),
     ("-4h", None), ("4h30", None), ("9" * 400 + "d", None)],
)  # fmt: skip
def test_lengths_of_time(text: str, minutes: int | None) -> None:
    """As in targets and on the command line."""
    found = parse_duration(text)

    assert minutes == (found and found / timedelta(minutes=1))


def test_every_problem_is_told_at_once_with_file_and_key() -> None:
    """Wrong policies and calendars are refused whole."""
    given = {
        "calendars": {"office": {"zone": "Nowhere", "week": {"mon": [["09:00", "17:00"]]}}},
        "policies": [
            {"name": "a", "whn": {}, "calendar": "ofice"},
            {
                "name": "a",
                "when": {"kind": "reviw", "stars": "few"},
                "targets": {"frt": "1d business"},
            },
            {"when": {"mood": ["angry"]}, "start": "now", "targets": {"fr": "4h", "res": "4h"}},
            {
                "name": "d",
                "when": 3,
                "targets": {"frt": {"urgent": "1h business"}},
                "pause_on_hold": 1,
            },
        ],
        "priority": [{"when": {"stars": "<=2"}, "raise_to": "higher"}],
    }

    assert [
        "desk.toml: calendars.office.zone: 'Nowhere' is no IANA zone; "
        "write one such as Europe/Berlin",
        "desk.toml: policies[0].whn: unknown key; did you mean when?",
        "desk.toml: policies[0].calendar: 'ofice' is unknown; did you mean 'office'?",
        "desk.toml: policies[1].when.kind: 'reviw' is unknown; did you mean 'review'?",
        "desk.toml: policies[1].when.stars: 'few' is no comparison such as \"<=2\"",
        "desk.toml: policies[1].targets.frt: '1d business': a business day has no fixed length; "
        "write the hours",
        "desk.toml: policies[1].name: 'a' is the name of two policies",
        "desk.toml: policies[2].name: missing; a policy needs a name",
        "desk.toml: policies[2].start: 'now' is unknown; known are occurred, seen",
        "desk.toml: policies[2].when.mood: 'angry' is unknown; known are negative, neutral, positive",
        "desk.toml: policies[2].targets.fr: unknown key; did you mean frt?",
        "desk.toml: policies[2].targets.res: '4h' is no target such as \"4h business\" "
        'or "48h calendar"',
        "desk.toml: policies[3].when: 3 is no table of conditions, nor a list of them",
        "desk.toml: policies[3].targets.frt: nothing for low, normal, high; add them or `other`",
        "desk.toml: policies[3].pause_on_hold: 1 is neither true nor false",
        "desk.toml: policies: 'a' catches everything, so those after it never apply",
        "desk.toml: priority[0].raise_to: 'higher' is unknown; did you mean 'high'?",
    ] == problems(given)


def test_the_last_policy_must_catch_everything() -> None:
    """Exactly one policy holds for every conversation."""
    given = {"calendars": OFFICE, "policies": [{"name": "x", "when": {"kind": "review"}}]}

    assert [
        "desk.toml: policies: the last policy must catch everything: add one without `when`"
    ] == problems(given)


def test_what_is_left_out_has_defaults() -> None:
    """A calendar alone brings the default policies on it."""
    rules = parse_rules({"calendars": OFFICE}, zone="UTC")

    assert ("office", "message") == (rules.policies[-1].calendar, rules.policies[-1].name)


@pytest.mark.parametrize(("text", "minutes"), [("30m", 30), ("0m", 0)])
def test_the_retry_grace_can_be_set(text: str, minutes: int) -> None:
    """How long acceptance may take for a reply to count from when it was sent."""
    rules = parse_rules({"retry_grace": text}, zone="UTC")

    assert timedelta(minutes=minutes) == rules.retry_grace


def test_a_calendar_without_a_zone_takes_the_desks() -> None:
    """`zone` of the configuration is for calendars that name none."""
    rules = parse_rules(
        {"calendars": {"c": {"week": {"sun": [["09:00", "17:00"]]}}}}, zone="Africa/Cairo"
    )

    assert "Africa/Cairo" == rules.calendars["c"].zone


def test_the_same_rules_are_no_new_version() -> None:
    """A reload that changes nothing changes nothing."""
    rules = default_rules("UTC")

    assert renumbered(default_rules("UTC"), rules) is rules


def test_changed_rules_get_the_next_version_and_kept_calendars_keep_theirs() -> None:
    """So that only the clocks on changed hours are computed anew."""
    old = parse_rules(written(), zone="UTC")
    both = {**OFFICE, "night": {"week": {"mon": [["22:00", "06:00"]]}}}
    new = renumbered(parse_rules({**written(), "calendars": both}, zone="UTC"), old)

    assert (2, 1, 2) == (
        new.version,
        new.calendars["office"].version,
        new.calendars["night"].version,
    )


def test_rules_survive_being_kept_as_json() -> None:
    """A version that was in force is read back equal, to replay its ledgers."""
    rules = parse_rules(
        {
            "calendars": {
                "c": {
                    "zone": "Asia/Tehran",
                    "week": {"sat": [["22:00", "06:00"]]},
                    "exceptions": {"2027-03-21": []},
                }
            },
            "policies": [
                {
                    "name": "some",
                    "when": [{"stars": "<=2", "priority": ["high"], "private": True}],
                    "targets": {"frt": {"urgent": "1h30m business", "other": "2d calendar"}},
                },
                {"name": "rest"},
            ],
            "retry_grace": "90s",
        },
        zone="UTC",
    )

    assert rules == msgspec.json.decode(msgspec.json.encode(rules), type=Rules)


leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3000),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["4h business", "office", "review", "high", "<=2", "mon", "09:00", "24:00"]),
)
keys = st.sampled_from(
    ["name", "position", "when", "calendar", "targets", "start", "kind", "stars", "priority",
     "frt", "urgent", "other", "raise_to", "zone", "week", "mon", "exceptions", "2027-01-01", "x"]
)  # fmt: skip
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
tables = st.dictionaries(keys, values, max_size=5)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.fixed_dictionaries(
        {
            "calendars": st.dictionaries(st.sampled_from(["office", "x"]), tables, max_size=2),
            "policies": st.lists(tables, max_size=3),
            "priority": st.lists(tables, max_size=2),
            "retry_grace": leaves,
        }
    )
)
def test_whatever_is_written_is_read_or_refused(written: dict[str, Any]) -> None:
    """Never another error than sentences that name the file."""
    try:
        rules = parse_rules(written, zone="UTC", where="desk.toml")
    except RulesError as error:
        assert all(problem.startswith("desk.toml: ") for problem in error.problems)
    else:
        assert () == rules.policies[-1].when
