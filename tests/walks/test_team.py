"""A team with real processes: mentions, the audit trail, observers, customers with their orders."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.walks.house import ROOT, House
from tests.walks.terminal import Terminal

RETURN = "\r"
ORDERS = (
    "import json,sys; c = json.load(sys.stdin); print('last order of', c['name'] + ': 7654321')"
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house with a second agent, and a command that knows orders."""
    made = House(tmp_path)
    command = json.dumps([sys.executable, "-c", ORDERS])
    text = made.config.read_text("utf-8")
    made.config.write_text(f"{text}\n[agents.bo]\n\n[orders]\ncommand = {command}\n", "utf-8")
    try:
        made.start_desk()
        yield made
    finally:
        made.close()


def console_of(house: House, name: str) -> Terminal:
    """A console of another agent: the line that sshd's `command=` form gives them."""
    folder = house.root / f"bin-{name}"
    folder.mkdir()
    ssh = folder / "ssh"
    socket = house.env["SHIFTDESK_SOCKET"]
    ssh.write_text(
        f"#!/bin/sh\nexec env PYTHONPATH={ROOT} {sys.executable} -m console.cli"
        f" --socket {socket} attach --as {name}\n"
    )
    ssh.chmod(0o755)
    env = {**house.env, "PATH": f"{folder}:/usr/bin:/bin"}
    argv = [sys.executable, "-m", "console.cli", "--on", "desk"]
    return Terminal(argv, env=env)


def test_a_mention_reaches_the_persons_console(house: House) -> None:
    """A note with @bo shows on bo's screen at once, and h tells who noted and claimed."""
    house.publish("review", text="Third week without my refund.", stars=1)
    number = str(house.until_rows(1)[0]["id"])
    with console_of(house, "bo") as his:
        his.until("Third week")
        assert 0 == house.verb("claim", number).returncode
        assert 0 == house.verb("note", number, "@bo please look at the invoice").returncode
        his.until("mentions you in")
        his.press("h")
        screen = his.until("took it")

        assert "wrote a note" in screen


def test_an_observers_console_names_nobody(house: House) -> None:
    """Masks in the queue, in the conversation, and in what the verbs print."""
    house.publish("review", text="Write to sara.m@example.org about order 7654321.", stars=1)
    row = house.until_rows(1)[0]
    with house.console("--observe") as watching:
        watching.until("[person")
        watching.press(RETURN)
        screen = watching.until("[number")

    assert [] == [one for one in (row["who"], "sara.m", "7654321") if one in screen]
    assert row["who"].encode() not in bytes(watching.written)


def test_a_customer_is_shown_with_notes_and_orders(house: House) -> None:
    """On the screen by C, and as a verb; joining nobody by itself."""
    house.publish("review", text="Where is it?", stars=2)
    row = house.until_rows(1)[0]
    told = json.loads(
        house.verb("customer", str(row["id"]), "--note", "prefers mail", "--json").stdout
    )
    with house.console() as console:
        console.until("Where is it")
        console.press("C")
        screen = console.until("last order of")

    assert [f"last order of {row['who']}: 7654321"] == told["orders"]["lines"]
    assert "prefers mail" == told["history"]["customer"]["notes"]
    assert "prefers mail" in screen
    refused = house.verb("part", str(row["id"]))
    assert 1 == refused.returncode and "never joined" in refused.stderr
