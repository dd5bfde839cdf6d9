"""The bars that the hints must reach on labelled cases."""

from __future__ import annotations

import pytest

from tests.core.tone.scoring import LANGUAGES, Case, own_cases, read, scores
from tests.shared_data import shared

BARS = {"surface": 0.95, "privacy": 0.95, "structure": 0.85, "empathy": 0.75, "substance": 0.75}


@pytest.fixture(params=["own", "dev"], scope="module")
def cases(request: pytest.FixtureRequest) -> list[Case]:
    if request.param == "own":
        return own_cases()
    return read(shared("data/tone/dev.jsonl"))


def test_each_group_reaches_its_bar(cases: list[Case]) -> None:
    """Surface and privacy .95, structure .85, empathy and substance .75."""
    reached = scores(cases)

    assert [] == [group for group, bar in BARS.items() if reached[group, "all"].f1 < bar]


def test_wording_is_seldom_wrong_and_often_there(cases: list[Case]) -> None:
    """Tone, style and risk: precision .80, recall .60."""
    wording = scores(cases)["wording", "all"]

    assert (True, True) == (wording.precision >= 0.80, wording.recall >= 0.60)


def test_near_misses_stay_silent(cases: list[Case]) -> None:
    """Of the cases in which nothing is wrong, nine in ten give no hint they must not give."""
    from console.core.tone import ids

    clean = [case for case in cases if not case["fired"]]
    quiet = [
        case
        for case in clean
        if not set(ids(case["item"], case["draft"], case["context"])) & set(case["not_fired"])
    ]

    assert len(quiet) >= 0.9 * len(clean)


def test_no_language_lags_behind(cases: list[Case]) -> None:
    """In no language does wording fall more than .10 below the mean of all four."""
    reached = scores(cases, by_language=True)
    values = [reached["wording", language].f1 for language in LANGUAGES]

    assert min(values) >= sum(values) / len(values) - 0.10


def test_there_are_enough_cases_of_our_own() -> None:
    """At least 60 for each language."""
    cases = own_cases()

    counted = {code: sum(case["lang"] == code for case in cases) for code in LANGUAGES}

    assert all(number >= 60 for number in counted.values())
