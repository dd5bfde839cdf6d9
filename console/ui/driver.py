"""The console's end of its terminal: what is written to it, and what happens once it is gone."""

from __future__ import annotations

import asyncio
import functools
import os
import signal
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TextIO

from console.ui.terminal import BidiSetting, choose, switches

if TYPE_CHECKING:
    from textual.driver import Driver


class TerminalFile:
    """The terminal as Textual writes to it; once it is gone, the console is told to leave.

    Textual writes from a thread of its own. An error there ends the thread in silence, and the
    console then waits for ever to be rid of its output: consoles were found an hour after their
    terminals.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._gone = False

    def write(self, text: str) -> None:
        """Write, or drop the text where nobody can see it."""
        if not self._gone:
            self._try(lambda: self._file.write(text))

    def flush(self) -> None:
        """Hand everything to the terminal."""
        if not self._gone:
            self._try(self._file.flush)

    def fileno(self) -> int:
        """The terminal's descriptor."""
        return self._file.fileno()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._file.isatty()

    def _try(self, work: Any) -> None:
        try:
            work()
        except OSError:
            self._gone = True
            # what the kernel says to whoever holds the terminal as its own; not all consoles do
            os.kill(os.getpid(), signal.SIGHUP)


def terminal_file() -> TextIO:
    """Where the screen is drawn: standard error as Textual has it, unless that goes elsewhere."""
    for file in (sys.__stderr__, sys.__stdout__):
        if file is not None and file.isatty():
            return file
    assert sys.__stderr__ is not None
    return sys.__stderr__


def driver_class(bidi: BidiSetting, environment: Mapping[str, str]) -> type[Driver]:
    """The driver that leaves with its terminal, and writes the switches for right-to-left text:
    on start, and taken back at the end, on suspension and after a crash."""
    enter, leave = switches(environment) if choose(bidi, environment) == "app" else (b"", b"")
    from textual.drivers.linux_driver import LinuxDriver

    class TerminalDriver(LinuxDriver):
        """Textual's, on a terminal that may go away and is told to leave text where it is put."""

        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self._file = TerminalFile(terminal_file())  # type: ignore[assignment]

        def start_application_mode(self) -> None:
            super().start_application_mode()  # type: ignore[no-untyped-call]
            # Without a thread, Textual found that it may not write and stops the process again.
            if enter and self._writer_thread is not None:
                self.write(enter.decode("ascii"))
                self.flush()

        def _sigcont_application(self, *_arguments: Any) -> None:
            if not self._auto_restart:
                return
            # Who was stopped from outside never left the screen: a second start would read each
            # key twice.
            if self._writer_thread is None or not self._writer_thread.is_alive():
                super()._sigcont_application()
            # Textual draws again only if the terminal has another size now.
            draw = functools.partial(self._app.refresh, layout=True)
            asyncio.get_running_loop().call_soon_threadsafe(draw)

        def stop_application_mode(self) -> None:
            if leave and self._writer_thread is not None:
                self.write(leave.decode("ascii"))
            super().stop_application_mode()

    return TerminalDriver
