"""`shiftdesk mood`: JSON lines in, JSON lines out, in order, for scripts and pipes."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol, TextIO

import msgspec
from msgspec import Struct

from console.core.i18n import _
from console.core.model import Mood
from console.mood.learn_verb import learn_verb
from console.mood.model import ModelError
from console.mood.scorer import Configured, Scorer

SILENCE = 0.02
"""Seconds without input after which what is there is answered."""

BATCH = 256
"""Lines that are answered together while input keeps coming."""

CHUNK = 1 << 16
LONGEST_LINE = 16 << 20
"""Bytes of one line; what is longer is a bad line, and is not kept in memory."""


class Scores(Protocol):
    """Gives moods; `Scorer` is one."""

    async def score(self, texts: list[str], *, urgent: bool = False) -> list[Mood | None]: ...


class Asked(Struct, frozen=True):
    """One line of input."""

    text: str
    id: Any = None


class Told(Struct, frozen=True):
    """One line of output."""

    id: Any
    label: str
    score: float
    uncertain: bool
    words: tuple[tuple[str, float], ...]


class Complaint(Struct, frozen=True):
    """The line of output for a line that got no mood."""

    error: str
    line: int
    id: Any = None


class Lines:
    """Cuts a stream of bytes into lines, counting them; one that never ends is dropped, not kept."""

    def __init__(self) -> None:
        self._rest = b""
        self._dropping = False

    def feed(self, chunk: bytes) -> list[bytes | None]:
        """The lines completed by this chunk; None for one that was too long."""
        *whole, rest = (self._rest + chunk).split(b"\n")
        lines: list[bytes | None] = list(whole)
        if self._dropping and lines:
            lines[0], self._dropping = None, False
        self._rest = b"" if self._dropping else rest
        if len(self._rest) > LONGEST_LINE:
            self._rest, self._dropping = b"", True
        return lines

    def end(self) -> list[bytes | None]:
        """The last line, if the stream did not end with a newline."""
        if self._dropping:
            return [None]
        return [self._rest] if self._rest.strip() else []


@dataclass(frozen=True)
class Shipped:
    """The settings of `[mood]` where there is no configuration."""

    model: str = "shipped"
    labels: Mapping[str, str] = field(default_factory=dict)
    batch: int = BATCH
    threads: int = 1
    uncertain_below: float = 0.0


async def mood_verb(
    source: BinaryIO, sink: BinaryIO, config: Configured | None = None, err: TextIO = sys.stderr
) -> int:
    """Scores the JSON lines of `source`; 1 if one was bad, 2 if there is no model, else 0."""

    def read() -> bytes:
        chunk: bytes = source.read1(CHUNK)  # type: ignore[attr-defined]
        return chunk

    def write(answers: bytes) -> None:
        sink.write(answers)
        sink.flush()

    try:
        async with Scorer(config or Shipped()) as scorer:
            return await answer_lines(read, write, scorer)
    except ModelError as error:
        err.write(f"{error}\n")
        return 2


async def answer_lines(
    read: Callable[[], bytes], write: Callable[[bytes], object], scores: Scores
) -> int:
    """Answers every line that `read` gives, in order; 1 if a line was bad, else 0.

    `read` blocks until there are some bytes, and gives none at the end; it runs in a thread of
    its own, at most one chunk ahead. `write` is given whole answers and must flush. A bad line
    is answered by a line with `error`, and the stream goes on.
    """
    chunks: asyncio.Queue[bytes] = asyncio.Queue(1)
    loop = asyncio.get_running_loop()

    def pump() -> None:
        while True:
            chunk = read()
            try:
                asyncio.run_coroutine_threadsafe(chunks.put(chunk), loop).result()
            except (RuntimeError, CancelledError):  # the loop is closing: nobody listens any more
                return
            if not chunk:
                return

    # A thread of our own: the default pool would wait at exit for a read that may never return.
    threading.Thread(target=pump, daemon=True).start()
    lines, answered, bad = Lines(), 0, False
    waiting: list[bytes | None] = []
    ended = False
    while not ended or waiting:
        if not ended and len(waiting) < BATCH:
            try:
                # With nothing to answer, silence may last.
                chunk = await asyncio.wait_for(chunks.get(), SILENCE if waiting else None)
            except TimeoutError:
                pass
            else:
                ended = not chunk
                waiting += lines.end() if ended else lines.feed(chunk)
                continue
        batch, waiting = waiting[:BATCH], waiting[BATCH:]
        answers = await _answers(batch, answered, scores)
        answered += len(batch)
        bad = bad or any(isinstance(one, Complaint) for one in answers)
        write(b"".join(msgspec.json.encode(one) + b"\n" for one in answers))
    return int(bad)


async def _answers(
    batch: Iterable[bytes | None], before: int, scores: Scores
) -> list[Told | Complaint]:
    asked = [_asked(line, number) for number, line in enumerate(batch, before + 1)]
    texts = [one.text for one in asked if isinstance(one, Asked)]
    moods = iter(await scores.score(texts) if texts else [])
    return [
        _told(one, next(moods), number) if isinstance(one, Asked) else one
        for number, one in enumerate(asked, before + 1)
    ]


def _asked(line: bytes | None, number: int) -> Asked | Complaint:
    if line is None:
        return Complaint(_("line {n}: longer than 16 MB").format(n=number), number)
    try:
        return msgspec.json.decode(line, type=Asked)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Complaint(
            _('line {n}: expected {{"id", "text"}}: {why}').format(n=number, why=error), number
        )


def _told(asked: Asked, mood: Mood | None, number: int) -> Told | Complaint:
    if mood is None:
        return Complaint(
            _("line {n}: the model was ended by this text twice").format(n=number),
            number,
            asked.id,
        )
    return Told(asked.id, mood.label, mood.score, mood.uncertain, mood.words)


__all__ = ["answer_lines", "learn_verb", "mood_verb"]
