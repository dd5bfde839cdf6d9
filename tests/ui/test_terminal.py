"""What terminals do to right-to-left text, and how they are told to stop."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from console.ui.terminal import choose, driver_class, findings, notice, rendering_for, switches


@pytest.mark.parametrize(
    ("bidi", "environment", "expected"),
    [
        ("auto", {"TERM": "xterm-256color"}, "app"),
        ("auto", {"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, "terminal"),
        ("auto", {"TERM": "putty-256color"}, "terminal"),
        ("auto", {"TERM": "xterm-kitty"}, "app"),
        ("off", {"TERM": "xterm-256color"}, "off"),
        ("app", {"TERM": "putty"}, "app"),
    ],
)
def test_who_orders_text(bidi, environment, expected):
    """The console, but where a terminal cannot be told to stop; a setting always wins."""
    assert expected == choose(bidi, environment)


@pytest.mark.parametrize(
    ("environment", "enter", "leave"),
    [
        ({"TERM": "xterm-256color", "VTE_VERSION": "7006"}, b"\x1b[8l\x1b[2J", b"\x1b[8h"),
        (
            {"TERM": "xterm-256color", "KONSOLE_VERSION": "221203"},
            b"\x1b[8l\x1b]50;BidiRenderingEnabled=false\x07\x1b[2J",
            b"\x1b[8h\x1b]50;BidiRenderingEnabled=true\x07",
        ),
        (
            {"TERM": "mlterm"},
            b"\x1b[8l\x1b]5379;use_ctl=false\x07\x1b[2J",
            b"\x1b[8h\x1b]5379;use_ctl=true\x07",
        ),
        ({"TERM": "xterm-kitty"}, b"", b""),
        (
            {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"},
            b"\x1bPtmux;\x1b\x1b[8l\x1b\\\x1b[2J",
            b"\x1bPtmux;\x1b\x1b[8h\x1b\\",
        ),
    ],
)
def test_the_switches_of_a_terminal(environment, enter, leave):
    """What was measured to work, and its opposite."""
    assert (enter, leave) == switches(environment)


def test_shaping_follows_the_order():
    """A terminal that orders letters also joins them, unless a person says otherwise."""
    putty = {"TERM": "putty"}

    assert not rendering_for("auto", "auto", "full", putty).shape
    assert rendering_for("auto", "on", "full", putty).shape
    assert rendering_for("auto", "auto", "full", {"TERM": "xterm"}).shape
    assert not rendering_for("auto", "off", "full", {"TERM": "xterm"}).shape


def test_kitty_is_named_with_its_setting():
    """Nothing can be written to kitty that would help; its configuration can."""
    assert "force_ltr yes" in notice({"TERM": "xterm-kitty"})
    assert "" == notice({"TERM": "xterm-256color"})


def test_check_names_what_it_found():
    """Terminal, order, joining, and what tmux needs."""
    found = findings("auto", "auto", "full", {"TERM": "tmux-256color", "TMUX": "x"})

    assert "terminal: tmux-256color" == found[0]
    assert any("allow-passthrough" in line for line in found)


def test_nothing_is_switched_where_the_terminal_orders():
    """No driver of our own is needed then."""
    assert driver_class("off", {"TERM": "xterm"}) is None
    assert driver_class("auto", {"TERM": "xterm-kitty"}) is None


PROGRAM = """
import os, signal, sys
from textual.app import App
from console.ui.terminal import driver_class

class Small(App[None]):
    def on_mount(self):
        self.call_later(self.end)

    def end(self):
        if sys.argv[1] == "crash":
            raise RuntimeError("on purpose")
        if sys.argv[1] == "suspend":
            with self.suspend():
                print("SUSPENDED", flush=True)
        self.exit()

Small(driver_class=driver_class("auto", {"TERM": "xterm"})).run()
"""


def written_by(how):
    """Everything that a small console wrote to its terminal."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": os.getcwd()}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, how],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env=environment,
        cwd=Path(__file__).parents[2],
    )
    os.close(follower)
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
