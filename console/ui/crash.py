"""When the console breaks: one sentence on the screen, the whole story in a file.

The story holds no values of variables: they would be customers' words.
"""

from __future__ import annotations

import logging
import traceback
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from uuid import uuid4

from console.core.i18n import _

LOG_SIZE_BYTES = 1_000_000
LOG_FILES = 3

log = logging.getLogger("shiftdesk.console")


class _OwnFile(RotatingFileHandler):
    """A log that only its owner can read, before its first byte and after every turn."""

    def _open(self):  # type: ignore[no-untyped-def]
        Path(self.baseFilename).touch(mode=0o600, exist_ok=True)
        return super()._open()


def open_log(state: Path) -> None:
    """Log to `console.log` in this directory, 1 MB three times over; never to the terminal."""
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = _OwnFile(
        state / "console.log", maxBytes=LOG_SIZE_BYTES, backupCount=LOG_FILES - 1, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.handlers[:] = [handler]
    log.propagate = False
    log.setLevel(logging.INFO)


def report(error: BaseException, now: datetime) -> str:
    """Write the error down; gives the sentence for the person, with a number to find it by."""
    number = uuid4().hex[:8]
    story = "".join(traceback.format_exception(error))
    # one line an entry, whatever stands in it: a log is read in a terminal too.
    log.error("crash %s at %s: %s", number, now.isoformat(), ascii(story))
    files = [getattr(handler, "baseFilename", "") for handler in log.handlers]
    where = files[0] if files and files[0] else _("(no log)")
    return _(
        "Shiftdesk stopped because of a fault of its own (number {number}); "
        "the desk goes on and your drafts are safe. The details are in {where}."
    ).format(number=number, where=where)
