"""The console and its terminal: switches, and what happens when the terminal is gone."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = """
import asyncio, os, signal, sys
from textual.app import App
from console.ui.driver import driver_class

class Small(App[None]):
    def on_mount(self):
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self.exit)
        if sys.argv[1] == "stay":
            self.set_interval(0.02, self.draw)
        else:
            self.call_later(self.end)

    def draw(self):
        self.title = str(asyncio.get_running_loop().time())
        self._driver.write(self.title)

    def end(self):
        if sys.argv[1] == "crash":
            raise RuntimeError("on purpose")
        if sys.argv[1] == "suspend":
            with self.suspend():
                print("SUSPENDED", flush=True)
        self.exit()

Small(driver_class=driver_class(sys.argv[2], {"TERM": "xterm"})).run()
"""


def started(how, *, bidi="auto", stderr=None):
    """A small console, and the leading end of its terminal, which is not the process's own."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": os.getcwd()}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, how, bidi],
        stdin=follower,
        stdout=follower,
        stderr=follower if stderr is None else stderr,
        env=environment,
        cwd=Path(__file__).parents[2],
        start_new_session=True,
    )
    os.close(follower)
    return process, leader


def written_by(how, **options):
    """Everything that a small console wrote to its terminal."""
    process, leader = started(how, **options)
    written, deadline = b"", time.monotonic() + 30
    while time.monotonic() < deadline:
        if select.select([leader], [], [], 0.1)[0]:
            try:
                written += os.read(leader, 65536)
            except OSError:
                break
        elif process.poll() is not None:
            break
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait()
    os.close(leader)
    return written


@pytest.mark.parametrize("how", ["exit", "crash"])
def test_the_terminal_is_given_back(how):
    """Switched once, and switched back, at the end and after a crash alike."""
    written = written_by(how)

    assert 1 == written.count(b"\x1b[8l") == written.count(b"\x1b[8h")
    assert written.index(b"\x1b[8l") < written.index(b"\x1b[8h")


def test_the_terminal_is_given_back_while_suspended():
    """Another program finds the terminal as it was, and we find it again as we left it."""
    written = written_by("suspend")
    before, after = written.split(b"SUSPENDED")

    assert before.rindex(b"\x1b[8h") > before.rindex(b"\x1b[8l")
    assert after.index(b"\x1b[8l") < after.index(b"\x1b[8h")


def test_nothing_is_switched_where_the_terminal_orders():
    """Who said that the terminal reads right gets it as it is."""
    assert b"\x1b[8l" not in written_by("exit", bidi="off")


def test_a_console_without_its_terminal_does_not_stay_for_ever():
    """It leaves although nobody tells it: the terminal was not its own, so no signal comes."""
    process, leader = started("stay")
    os.read(leader, 1024)
    os.close(leader)

    try:
        assert process.wait(20) is not None
    finally:
        process.kill()


def test_a_redirected_standard_error_does_not_take_the_screen_along(tmp_path):
    """`shiftdesk 2>errors.txt` showed nothing at all, and obeyed every key."""
    errors = tmp_path / "errors.txt"
    with errors.open("wb") as file:
        written = written_by("exit", stderr=file)

    assert b"\x1b[?1049h" in written
    assert b"\x1b" not in errors.read_bytes()
