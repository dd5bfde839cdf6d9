"""When the console breaks: one sentence on the screen, the whole story in a file.

The story holds no values of variables: they would be customers' words.
"""

from __future__ import annotations

import logging
import os
from datetime import datetime
from pathlib import Path

from console.core.i18n import _

LOG_SIZE_BYTES = 1_000_000
LOG_FILES = 3

log = logging.getLogger("shiftdesk.console")


def open_log(state: Path) -> None:
    """Log to `console.log` in this directory, 1 MB three times over; never to the terminal."""
    log.handlers[:] = [_Later(state / "console.log")]
    log.propagate = False
    log.setLevel(logging.INFO)


class _Later(logging.Handler):
    """Opens the file for the first line: most consoles never write one."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if self._file is None:
            self._file = _own_file(self.path)
        self._file.emit(record)


def _own_file(path: Path) -> logging.Handler:
    """A log that only its owner can read, before its first byte and after every turn."""
    from logging.handlers import RotatingFileHandler

    class OwnFile(RotatingFileHandler):
        def _open(self):  # type: ignore[no-untyped-def]
            Path(self.baseFilename).touch(mode=0o600, exist_ok=True)
            return super()._open()

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = OwnFile(path, maxBytes=LOG_SIZE_BYTES, backupCount=LOG_FILES - 1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    return handler


def report(error: BaseException, now: datetime) -> str:
    """Write the error down; gives the sentence for the person, with a number to find it by."""
    number = os.urandom(4).hex()
    import traceback

    story = "".join(traceback.format_exception(error))
    # one line an entry, whatever stands in it: a log is read in a terminal too.
    log.error("crash %s at %s: %s", number, now.isoformat(), ascii(story))
    files = [str(handler.path) for handler in log.handlers if isinstance(handler, _Later)]
    where = files[0] if files else _("(no log)")
    return _(
        "Shiftdesk stopped because of a fault of its own (number {number}); "
        "the desk goes on and your drafts are safe. The details are in {where}."
    ).format(number=number, where=where)
