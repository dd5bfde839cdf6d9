"""`shiftdesk bulk`: one action on all that a filter leaves, looked at first, undone as one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.cli import main
from console.core import asks
from console.verbs import bulk
from tests.walks.house import House


@pytest.mark.parametrize(
    ("argv", "action"),
    [
        (["--solve"], asks.SetStatus(0, "solved")),
        (["--close", "spam"], asks.SetStatus(0, "closed", reason="spam")),
        (["--assign", "bo"], asks.Assign(0, "bo")),
        (["--hand-back"], asks.Assign(0, "")),
        (["--snooze", "2h", "--past-due"], asks.Snooze(0, "2h", past_due=True)),
        (["--tag", "a", "--tag", "b", "--untag", "c"], asks.Tag(0, ("a", "b"), ("c",))),
        (["--untag", "c"], asks.Tag(0, (), ("c",))),
        (["--priority", "high"], asks.SetPriority(0, 2)),
    ],
)
def test_each_option_is_an_action(argv: list[str], action: asks.Ask) -> None:
    """With its words."""
    from console.cli import parsed

    assert action == bulk._action(parsed(["bulk", "is:late", *argv]))


@pytest.mark.parametrize(
    "argv", [["is:late"], ["--solve"], ["is:late", "--solve", "--claim"]],
    ids=["no action", "no filter", "two actions"],
)  # fmt: skip
def test_one_action_on_named_rows(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong use, in a sentence: nothing is ever done to everything by omission."""
    assert 2 == main(["bulk", *argv])
    assert capsys.readouterr().err.startswith("shiftdesk bulk:")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A desk with three reviews."""
    made = House(Path(tmp_path_factory.mktemp("house")), drafters=("dana",))
    try:
        made.start_desk()
        for n in range(3):
            made.publish("review", text=f"Where is order {n}?", stars=2)
        made.until_rows(3)
        yield made
    finally:
        made.close()


def test_what_would_be_done_is_shown_and_not_done(house: House) -> None:
    """--dry-run prints the rows on standard output, and says that nothing happened."""
    told = house.verb("bulk", "is:open", "--tag", "refund", "--dry-run", "--json")

    assert 3 == len([json.loads(line) for line in told.stdout.splitlines()])
    assert "nothing is done" in told.stderr
    assert [] == house.rows("tag:refund")


def test_all_are_tagged_and_one_undo_takes_it_back(house: House) -> None:
    """One object with what was done, and `shiftdesk undo` for the whole."""
    told = house.verb("bulk", "is:open", "--tag", "refund", "--json")
    tagged = house.rows("tag:refund")
    house.verb("undo")

    done = json.loads(told.stdout)
    assert (0, 3, []) == (told.returncode, len(done["done"]), done["not_done"])
    assert (3, 0) == (len(tagged), len(house.rows("tag:refund")))
    assert "shiftdesk undo" in told.stderr


def test_what_cannot_take_it_is_named(house: House) -> None:
    """Exit code 1, and each with its reason; the others are done."""
    first = house.rows()[0]["id"]
    told = house.verb("bulk", "is:open", "--snooze", "+400d 9:00 nonsense")

    assert 1 == told.returncode
    assert str(first) in told.stdout


def test_who_only_drafts_may_not(house: House) -> None:
    """The desk says so, in whatever form it is asked."""
    (answer,) = house.ask_as("dana", asks.Bulk((1,), asks.SetStatus(1, "solved")))

    assert isinstance(answer, asks.Failed) and "denied" == answer.kind
