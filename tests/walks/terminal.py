"""A real terminal for a test: a program in a pty, its screen, and every byte it wrote."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType

import pyte

_UNDRAWN = re.compile(r"[\u200b-\u200f\u2060\u2066-\u2069\ufe0f]")
"""pyte stops drawing a write at a zero-width format character, so it never gets one."""

_ANSWERS: tuple[tuple[bytes, bytes], ...] = (
    (b"\x1b[c", b"\x1b[?62;22c"),
    (b"\x1b[?2026$p", b"\x1b[?2026;2$y"),
    (b"\x1b[6n", b"\x1b[1;1R"),
)
"""What a terminal says when it is asked who it is."""


class Terminal:
    """A program in a pty of a given size. Everything it writes is kept in `written`."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str],
        columns: int = 160,
        rows: int = 48,
    ) -> None:
        self.written = bytearray()
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._master = master
        self.process = subprocess.Popen(
            argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **env},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)

    @property
    def descriptor(self) -> int:
        """The pty's own end, for whoever watches several terminals at once."""
        return self._master

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the program and give the pty back."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        os.close(self._master)

    @property
    def text(self) -> str:
        """The screen as lines of text."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def press(self, keys: str) -> None:
        """Type these characters; control keys as their codes."""
        os.write(self._master, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Another size, and the signal that tells the program."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)
        os.killpg(self.process.pid, signal.SIGWINCH)

    def take(self, wait_s: float) -> bytes:
        """What was written, waiting at most so long for the first of it; questions are answered."""
        if not select.select([self._master], [], [], wait_s)[0]:
            return b""
        try:
            data = os.read(self._master, 65536)
        except OSError:
            # the program's end of the pty is closed
            return b""
        self.written += data
        for question, answer in _ANSWERS:
            if question in data and self.process.poll() is None:
                os.write(self._master, answer)
        return data

    def read(self, wait_s: float) -> bool:
        """Take in what was written, and draw it on the screen."""
        data = self.take(wait_s)
        self._stream.feed(_UNDRAWN.sub("", data.decode("utf-8", "replace")).encode())
        return bool(data)

    def drain(self) -> None:
        """Take what was written off its hands, undrawn: drawing costs more than the program does."""
        while select.select([self._master], [], [], 0)[0]:
            try:
                if not os.read(self._master, 65536):
                    return
            except OSError:
                return

    def until(self, wanted: str | re.Pattern[str], *, timeout_s: float = 20.0) -> str:
        """The screen once it shows `wanted`. Fails with the screen as it stands if it never does."""
        pattern = re.compile(re.escape(wanted)) if isinstance(wanted, str) else wanted
        deadline = time.monotonic() + timeout_s
        while not pattern.search(self.text):
            left = deadline - time.monotonic()
            ended = (
                self.process.poll() is not None and not select.select([self._master], [], [], 0)[0]
            )
            if left <= 0 or ended:
                state = "ended" if ended else "running"
                raise AssertionError(f"never shown: {pattern.pattern!r} ({state})\n{self.text}")
            self.read(min(left, 0.5))
        return self.text

    def until_gone(self, unwanted: str, *, timeout_s: float = 20.0) -> str:
        """The screen once it no longer shows `unwanted`."""
        deadline = time.monotonic() + timeout_s
        while unwanted in self.text:
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"still shown: {unwanted!r}\n{self.text}")
            self.read(min(left, 0.5))
        return self.text

    def quiet(self, quiet_s: float = 0.4, *, timeout_s: float = 5.0) -> None:
        """Until nothing was written for `quiet_s`, or `timeout_s` have passed."""
        deadline = time.monotonic() + timeout_s
        while self.read(quiet_s) and time.monotonic() < deadline:
            pass
