"""Answers with real processes: snippets, a refused reply, approval."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.core.asks import ConversationPage, Queued, SendReply, Show
from tests.walks.house import House
from tests.walks.test_walks import ANGRY, ANSWER, CTRL_S, RETURN, sent_replies, until_sent

CTRL_N = "\x0e"
CTRL_F = "\x06"
TAB = "\t"
ESCAPE = "\x1b"
F8 = "\x1b[19~"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house whose team has a drafter."""
    made = House(tmp_path, drafters=("dora",))
    try:
        made.start_desk()
        yield made
    finally:
        made.close()


def test_a_snippet_becomes_a_reply(house: House) -> None:
    """Found by a few letters, filled in, its blanks filled by hand, sent, and found again."""
    house.publish("review", text=ANGRY, stars=1)
    number = house.until_rows(1)[0]["id"]
    with house.console() as console:
        console.until("Third week")
        console.press(RETURN)
        console.press("r")
        console.until("PUBLIC REPLY")
        console.press(CTRL_N)
        console.until("Refund: sent, with a day")
        console.press("refund")
        console.until("Your refund of")
        console.press(RETURN)
        console.until("still empty: amount")
        console.press("20 EUR")
        console.press(TAB)
        console.press("Friday")
        console.until("by Friday")
        console.press(CTRL_S)
        until_sent(house, 1)

    answer = next(iter(house.world.posts.values())).reply
    assert answer is not None
    assert "Your refund of 20 EUR left us today; you will see it by Friday." in answer["text"]
    history = house.verb("history", str(number), "--json").stdout
    assert '"snippet"' in history


def test_a_refused_reply_comes_back_with_its_text_and_the_platforms_words(house: House) -> None:
    """On top of the queue, in the editor again, and another text goes out."""
    house.world.refuse = "no links, please"
    house.publish("review", text=ANGRY, stars=1)
    number = house.until_rows(1)[0]["id"]
    with house.console() as console:
        console.until("Third week")
        console.press(RETURN)
        console.press("r")
        console.until("PUBLIC REPLY")
        console.press(ANSWER)
        console.until("arrives by Friday")
        console.press(CTRL_S)
        console.until("no links, please")
        assert [number] == [row["id"] for row in house.until_rows(1, "is:refused")]
        house.world.refuse = ""
        console.press("r")
        console.until("PUBLIC REPLY")
        console.until("arrives by Friday")
        console.press(" Promised.")
        console.until("Promised.")
        console.press(CTRL_S)
        until_sent(house, 1)

    house.until_rows(0, "is:refused")
    shown = json.loads(house.verb("show", str(number), "--json").stdout)
    assert ["taken_back", "sent"] == [reply["state"] for reply in shown["replies"]]


def drafted(house: House, conversation: int, text: str) -> None:
    """Dora writes a reply, as she sees the conversation now."""
    (page,) = house.ask_as("dora", Show(conversation))
    assert isinstance(page, ConversationPage)
    newest = max(turn.id for turn in page.conversation.turns)
    version = page.conversation.row.version
    (queued,) = house.ask_as("dora", SendReply(conversation, text, text, newest, version))
    assert isinstance(queued, Queued), queued


def test_a_drafters_reply_goes_out_when_a_lead_says_so(house: House) -> None:
    """Returned once with a reason, written again, approved, delivered; nothing goes before."""
    house.publish("review", text=ANGRY, stars=1)
    number = str(house.until_rows(1)[0]["id"])
    drafted(house, int(number), "Wait.")
    house.until_rows(1, "is:approval")
    with house.console() as console:
        console.until("To approve")
        console.press("A")
        console.until("dora wrote at")
        console.press("r")
        console.until("Return it to dora")
        console.press("Say when.")
        console.press(RETURN)
        console.until("No reply waits for approval")
        drafted(house, int(number), ANSWER)
        console.until("arrives by Friday")
        assert 0 == sent_replies(house)
        console.press("a")
        until_sent(house, 1)

    shown = json.loads(house.verb("show", number, "--json").stdout)
    assert [("dora", "taken_back"), ("dora", "sent")] == [
        (reply["author"], reply["state"]) for reply in shown["replies"]
    ]
    assert "Returned to @dora: Say when." in [turn["text"] for turn in shown["turns"]]


def test_the_team_finds_how_it_answered_before(house: House) -> None:
    """The answer to another customer's like complaint is one key away."""
    house.publish("review", text=ANGRY, stars=1)
    number = str(house.until_rows(1)[0]["id"])
    assert 0 == house.verb("reply", number, ANSWER).returncode
    until_sent(house, 1)
    house.until_rows(0)
    house.publish("review", text="Still no refund after the third week!", stars=1)
    house.until_rows(1)
    with house.console() as console:
        console.until("Still no refund")
        console.press(RETURN)
        console.press("r")
        console.until("PUBLIC REPLY")
        console.press(CTRL_F)
        console.until("How did we answer this before?")
        console.until("Third week without my refund")
        console.press(RETURN)
        deadline = time.monotonic() + 10
        while "How did we answer" in console.text:
            assert time.monotonic() < deadline
            console.read(0.2)
        console.until("arrives by Friday")


def test_a_draft_thrown_away_comes_back(house: House) -> None:
    """Discarded by its key and a yes, back by `u`; what it said before is one key away, too."""
    house.publish("review", text=ANGRY, stars=1)
    house.until_rows(1)
    with house.console() as console:
        console.until("Third week")
        console.press(RETURN)
        console.press("r")
        console.until("PUBLIC REPLY")
        console.press(ANSWER)
        console.until("arrives by Friday")
        console.press(ESCAPE)
        console.until_gone("PUBLIC REPLY")
        console.press("D")
        console.until("Throw your draft away?")
        console.press(RETURN)
        console.until("draft is gone")
        gone = drafts(house)
        console.press("u")
        console.until("Taken back: discarded")
        back = drafts(house)
        console.press("r")
        console.until("PUBLIC REPLY")
        console.until("arrives by Friday")
        console.press(F8)
        console.until("Earlier texts")

    assert ([], [ANSWER]) == (gone, back)


def drafts(house: House) -> list[str]:
    """The texts of the drafts in the first conversation."""
    shown = json.loads(house.verb("show", "1", "--json").stdout)
    return [draft["text"] for draft in shown["drafts"]]


@pytest.mark.parametrize("pause_s", [0.0, 0.05, 0.2])
def test_what_is_typed_while_the_editor_opens_arrives_in_order(
    house: House, pause_s: float
) -> None:
    """Keys, a paste and keys again right behind `r`: each in its place, none a command."""
    house.publish("review", text=ANGRY, stars=1)
    house.until_rows(1)
    with house.console() as console:
        console.until("Third week")
        console.press(RETURN)
        console.quiet()
        console.press("rabc")
        time.sleep(pause_s)
        console.press("\x1b[200~PASTED\x1b[201~xyz")
        console.until("abcPASTEDxyz")

    assert "" == json.loads(house.verb("show", "1", "--json").stdout)["row"]["owner"]


def test_what_is_typed_right_behind_the_filter_key_is_the_filter(house: House) -> None:
    """In one breath: no letter of it is a command ("e" would solve, "s" leave the screen)."""
    house.publish("review", text=ANGRY, stars=1)
    house.until_rows(1)
    with house.console() as console:
        console.until("Third week")
        console.quiet()
        console.press("/source:chatter")
        console.until("All open · source:chatter")

    assert 1 == len(house.until_rows(1, "is:open"))
