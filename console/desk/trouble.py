"""What everybody must know: the sentences in the banner of every console."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from console.core.i18n import _
from console.desk.timing import Clock
from console.errors import StoreError

log = logging.getLogger(__name__)


class Trouble:
    """Standing troubles by subject ("disk", "clock", "config"). Each is told once, until it ends."""

    def __init__(self, clock: Clock, changed: Callable[[], None] = lambda: None) -> None:
        self.version = 0
        self._clock = clock
        self._watching = [changed]
        self._standing: dict[str, tuple[str, datetime | None]] = {}

    def watch(self, turned: Callable[[], None]) -> None:
        """`turned` is called whenever a trouble begins or ends."""
        self._watching.append(turned)

    def tell(self, subject: str, sentence: str, *, lasting: timedelta | None = None) -> None:
        """This is wrong now, until it is ended, or for so long."""
        until = self._clock() + lasting if lasting else None
        was = self._standing.get(subject)
        self._standing[subject] = (sentence, until)
        if was is None or was[0] != sentence:
            log.warning("trouble", extra={"subject": subject, "sentence": sentence})
            self._turned()

    def end(self, subject: str) -> None:
        """It is right again."""
        if self._standing.pop(subject, None):
            log.info("trouble over", extra={"subject": subject})
            self._turned()

    def has(self, subject: str) -> bool:
        return subject in self._standing

    def store_failed(self, error: StoreError) -> None:
        """The disk refuses: polling stops, and what agents write is at risk."""
        self.tell("disk", _("The desk cannot write: {error}").format(error=error))

    def sentence(self) -> str:
        """All that stands, in one line; empty for nothing."""
        now = self._clock()
        for subject in [s for s, (_s, until) in self._standing.items() if until and until <= now]:
            self.end(subject)
        return " · ".join(sentence for sentence, _until in self._standing.values())

    def _turned(self) -> None:
        self.version += 1
        for turned in self._watching:
            turned()
