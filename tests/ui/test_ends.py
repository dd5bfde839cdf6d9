"""However a console ends: the terminal is restored, the text is kept, the exit code is honest."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.ui.local_drafts import LocalDrafts

ROOT = Path(__file__).parents[2]
RESTORED = "\x1b[?1049l"
"""Leaves the alternate screen."""


class Terminal:
    """A console in a pty of 120 by 40."""

    def __init__(self, state: Path, **environment: str) -> None:
        self._main, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.mortal_console", str(state)],
            stdin=child, stdout=child, stderr=child, cwd=ROOT, start_new_session=True,
            env={
                **os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **environment,
            },
        )  # fmt: skip
        os.close(child)
        self.written = ""

    def until(self, text: str, within: float = 20.0) -> None:
        """Read until the text was written."""
        end = time.monotonic() + within
        while text not in self.written and time.monotonic() < end:
            self._read(0.1)
        assert text in self.written, self.written[-2000:]

    def drained(self) -> str:
        """All that was written until now; it is forgotten."""
        before = None
        while before != self.written:
            before = self.written
            self._read(0.1)
        self.written = ""
        return before or ""

    def type(self, keys: str) -> None:
        os.write(self._main, keys.encode())

    def ended(self, within: float = 20.0) -> int:
        """The exit code, after everything was read."""
        end = time.monotonic() + within
        while self.process.poll() is None and time.monotonic() < end:
            self._read(0.1)
        self._read(0.2)
        return self.process.wait(1)

    def stopped(self, within: float = 20.0) -> None:
        """Read until it is stopped: it may have more to write first than a terminal holds."""
        end = time.monotonic() + within
        while not os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOHANG):
            assert time.monotonic() < end, "it goes on"
            self._read(0.1)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._main)

    def _read(self, wait: float) -> None:
        ready, _, _ = select.select([self._main], [], [], wait)
        if ready:
            try:
                self.written += os.read(self._main, 65_536).decode("utf-8", "replace")
            except OSError:
                time.sleep(wait)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(tmp_path)
    opened.until("20 open")
    yield opened
    opened.close()


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_cleanly_and_keeps_the_text(
    terminal: Terminal, tmp_path: Path, name: signal.Signals
) -> None:
    """What was typed a moment before is in a file, the screen is the shell's again."""
    terminal.type("r")
    terminal.until("PUBLIC REPLY")
    terminal.type("typed just now")
    terminal.until("14/350")
    terminal.process.send_signal(name)
    code = terminal.ended()

    assert ["typed just now"] == [draft.text for draft in LocalDrafts(tmp_path, "Shiftdesk").all()]
    assert 0 == code
    assert RESTORED in terminal.written


def test_a_fault_is_one_sentence_and_exit_code_one(terminal: Terminal, tmp_path: Path) -> None:
    """No traceback and no customer's words on the screen; the story is in the log."""
    terminal.type("i")
    code = terminal.ended()
    after = terminal.written.partition(RESTORED)[2]

    assert 1 == code
    assert "Shiftdesk stopped because of a fault of its own" in " ".join(after.split())
    assert "Traceback" not in after
    assert "4111" not in after
    assert "a fault of the program" in (tmp_path / "console.log").read_text()


def test_leaving_is_exit_code_zero(terminal: Terminal) -> None:
    """Ctrl+Q."""
    terminal.type("\x11")

    assert 0 == terminal.ended()
    assert RESTORED in terminal.written


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_dumb_terminal_is_refused_in_a_sentence(term: str, tmp_path: Path) -> None:
    """Exit code 2, before anything is drawn."""
    main, child = pty.openpty()
    said = subprocess.run(
        [sys.executable, "-m", "tests.ui.mortal_console", str(tmp_path)],
        stdin=child, stdout=child, stderr=subprocess.PIPE, cwd=ROOT, text=True,
        env={**os.environ, "TERM": term, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    os.close(main)
    os.close(child)

    assert 2 == said.returncode
    assert "cannot show a console" in said.stderr


@pytest.mark.parametrize("name", [signal.SIGTSTP, signal.SIGSTOP])
def test_a_console_that_was_stopped_draws_itself_again(
    terminal: Terminal, name: signal.Signals
) -> None:
    """After Ctrl+Z from a shell, or a stop from outside: the whole screen, and each key once."""
    terminal.process.send_signal(name)
    terminal.stopped()
    left = RESTORED in terminal.drained()
    terminal.process.send_signal(signal.SIGCONT)
    terminal.until("20 open")
    terminal.type("jj")
    terminal.until("3/20")

    assert (name == signal.SIGTSTP) == left
