"""The three walks, with real processes: bytes to a row, a key to a kept draft, a send to the end."""

from __future__ import annotations

import json
import signal
import time

import pytest

from tests.walks.house import House

CTRL_S = "\x13"
ESCAPE = "\x1b"
RETURN = "\r"

ANGRY = "Third week without my refund. I am done waiting."
ANSWER = "Hello, I am sorry. The refund of your order left us today and arrives by Friday."


def sent_replies(house: House) -> int:
    """How many replies the world's sites took."""
    return house.world.stats.replies


def until_sent(house: House, count: int, *, timeout_s: float = 20.0) -> None:
    """Until the world holds so many replies."""
    deadline = time.monotonic() + timeout_s
    while sent_replies(house) < count:
        assert time.monotonic() < deadline, house.log()
        house.verb("status")


def test_a_feed_becomes_a_row_on_a_screen(house: House) -> None:
    """Walk (a): bytes on a site become a row that an agent sees, in every script."""
    with house.console() as console:
        console.until("Views")
        house.publish("review", text=ANGRY, stars=1)
        house.publish("mention", language="fa")
        house.publish("alert")

        # the row under the cursor stays where it is; what came above it is told, and a key shows it
        console.until("3 open")
        console.press("g")
        console.until("Third week wi")
        console.until("chatt")
        console.until("alerts")

    kinds = {row["kind"] for row in house.until_rows(3)}
    assert {"review", "mention", "alert"} == kinds


def test_a_reply_reaches_its_site_and_leaves_every_console(house: House) -> None:
    """Walk (c): Ctrl+S delivers, stops the clock, and the row goes from every console."""
    house.publish("review", text=ANGRY, stars=1)
    row = house.until_rows(1)[0]
    with house.console() as hers, house.console() as his:
        hers.until("Third week")
        his.until("Third week")
        hers.press(RETURN)
        hers.press("r")
        hers.until("PUBLIC REPLY")
        hers.press(ANSWER)
        hers.until("arrives by Friday")
        hers.press(CTRL_S)
        until_sent(house, 1)

        his.until_gone("Third week")
        hers.until_gone("Third week")

    shown = json.loads(house.verb("show", str(row["id"]), "--json").stdout)
    assert "waiting" == shown["row"]["status"]
    assert ["sent"] == [reply["state"] for reply in shown["replies"]]
    assert ANSWER == next(iter(house.world.posts.values())).reply["text"]  # type: ignore[index]


@pytest.mark.parametrize("death", [signal.SIGHUP, signal.SIGKILL])
def test_a_draft_outlives_its_console(house: House, death: signal.Signals) -> None:
    """Walk (b): what was typed is there again, however the console ended."""
    house.publish("review", text=ANGRY, stars=1)
    number = house.until_rows(1)[0]["id"]
    with house.console() as console:
        console.until("Third week")
        console.press(RETURN)
        console.press("r")
        console.until("PUBLIC REPLY")
        console.press("Half a sentence that must")
        console.until("that must")
        if death == signal.SIGKILL:
            # what is older than two seconds is safe even then: wait for the desk to hold it
            deadline = time.monotonic() + 10
            while "Half a sentence" not in house.verb("show", str(number), "--json").stdout:
                assert time.monotonic() < deadline
        console.process.send_signal(death)
        console.process.wait(timeout=10)

    with house.console() as console:
        console.until("Third week")
        console.press(RETURN)
        console.press("r")
        console.until("Half a sentence that must")


def test_a_desk_killed_between_sending_and_hearing_sends_once(house: House) -> None:
    """kill -9 of the desk right after a reply was queued: it arrives once, after the restart."""
    house.publish("review", text=ANGRY, stars=1)
    number = house.until_rows(1)[0]["id"]
    queued = house.verb("reply", str(number), ANSWER, "--json")
    assert 0 == queued.returncode, queued.stderr
    house.kill_desk()
    house.start_desk()

    until_sent(house, 1)
    house.until_rows(0)

    assert 1 == sent_replies(house)
    assert 0 == house.world.stats.duplicate_replies


def test_a_console_survives_the_death_of_its_desk(house: House) -> None:
    """A lost desk is said plainly, typing goes on, and the console finds the new desk."""
    house.publish("review", text=ANGRY, stars=1)
    house.until_rows(1)
    with house.console() as console:
        console.until("Third week")
        console.press(RETURN)
        console.press("r")
        console.until("PUBLIC REPLY")
        console.press("Before. ")
        console.until("Before.")
        house.kill_desk()
        console.until("no desk")
        console.press("After.")
        console.until("Before. After.")
        house.start_desk()
        console.until_gone("no desk", timeout_s=30)
        house.publish("review", text="A second voice.", stars=2)
        console.until("A second voice")

        assert "Before. After." in console.text


def test_a_desk_that_is_stopped_is_said_within_seconds(house: House) -> None:
    """It is neither dead nor gone, it does not answer; typing goes on and is kept when it wakes."""
    house.publish("review", text=ANGRY, stars=1)
    house.until_rows(1)
    assert house.desk is not None
    with house.console() as console:
        console.until("Third week")
        console.press("r")
        console.until("PUBLIC REPLY")
        house.desk.send_signal(signal.SIGSTOP)
        try:
            console.press("Hello, I am")
            console.until("does not answer")
            console.press(" looking into it")
            console.until("looking into it")
        finally:
            house.desk.send_signal(signal.SIGCONT)
        console.until_gone("no desk")
        console.press(".")
        console.until("looking into it.")
        console.press(ESCAPE)
        console.until_gone("PUBLIC REPLY")

    assert "looking into it." in house.verb("show", "1", "--json").stdout


def test_two_desks_never_share_a_database(house: House) -> None:
    """A second desk on the same data says so and ends with 1."""
    second = house.verb("serve")

    assert 1 == second.returncode
    assert "already" in second.stderr or "another desk" in second.stderr


def test_the_desk_ends_cleanly_on_sigterm(house: House) -> None:
    """The exit code is 0 and the socket is gone."""
    assert 0 == house.stop_desk()
    assert not (house.root / "desk.sock").exists()
