"""One running mood process, seen from its parent: start it, ask it, end it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

import msgspec

from console.core.i18n import _
from console.core.model import Mood
from console.mood.wire import LONGEST_LINE, Answer, Failed, Fell, Question, Ready, Scored, Settings

_ROOT = Path(__file__).parents[2]
_KILLED = -9

SUCCESSION = 5.0
"""Seconds within which a killed reader must have a successor (idle: 0.01)."""


class Broken(Exception):
    """The process died or hung; the text is a sentence about it."""


class TooSlow(Broken):
    """No answer came in time."""


class Fallen(Broken):
    """The reader died or hung at this question; another has taken its place already."""


class Refused(Exception):
    """The process says that it cannot load its model; the text is its sentence."""

    def __init__(self, trouble: str, *, again: bool) -> None:
        self.again = again
        """Whether it is worth trying again without anybody changing anything."""
        super().__init__(trouble)


class Child:
    """A mood process with its model loaded."""

    def __init__(self, process: asyncio.subprocess.Process, ready: Ready) -> None:
        self.model = ready.model
        self.warning = ready.warning
        self.reader = ready.reader
        self._process = process

    @classmethod
    async def start(cls, settings: Settings, patience: float) -> Self:
        """Starts a process and waits until its model is loaded, at most `patience` seconds.

        Raises `Refused` if it says that it cannot, `Broken` if it dies or takes too long.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            # Without -P the current directory comes first on the path: anybody's files.
            "-P",
            "-m",
            "console.mood.process",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=LONGEST_LINE,
            env=_environment(os.environ, settings.threads),
        )
        try:
            answer = await _exchange(process, settings, patience)
            if isinstance(answer, Failed):
                raise Refused(answer.trouble, again=answer.again)
            if not isinstance(answer, Ready):
                raise Broken(_("the mood process spoke out of turn"))
        except BaseException:
            await _end(process)
            raise
        return cls(process, answer)

    async def ask(self, question: Question, patience: float) -> list[Mood]:
        """The moods it answers with.

        Raises `Fallen` if the question ends its reader or takes longer than `patience`, and the
        next question can be asked; `Broken` if nobody is left to be asked.
        """
        try:
            answer = await _exchange(self._process, question, patience)
        except TooSlow:
            with suppress(ProcessLookupError):
                os.kill(self.reader, signal.SIGKILL)
            answer = await _answer(self._process, SUCCESSION)
        if isinstance(answer, Fell):
            self.reader = answer.reader
            raise Fallen(_("the mood process ended ({why})").format(why=answer.why))
        if not isinstance(answer, Scored):
            raise Broken(_("the mood process spoke out of turn"))
        return answer.moods

    async def stop(self) -> None:
        """Ends the process. It keeps nothing, so it is simply killed."""
        await _end(self._process)


def _environment(own: Mapping[str, str], threads: int) -> dict[str, str]:
    """The parent's environment, with our package to be found and torch kept to its threads."""
    path = os.pathsep.join(filter(None, (str(_ROOT), own.get("PYTHONPATH"))))
    return {**own, "PYTHONPATH": path, "OMP_NUM_THREADS": str(threads)}


async def _exchange(
    process: asyncio.subprocess.Process, message: Settings | Question, patience: float
) -> Answer:
    assert process.stdin is not None
    # Not drained: a reader that died would let us wait, and one question is all that is ever buffered.
    process.stdin.write(msgspec.json.encode(message) + b"\n")
    return await _answer(process, patience)


def _too_slow(patience: float) -> TooSlow:
    return TooSlow(
        _("the mood process did not answer within {seconds} s").format(seconds=round(patience))
    )


async def _answer(process: asyncio.subprocess.Process, patience: float) -> Answer:
    assert process.stdout is not None
    try:
        async with asyncio.timeout(patience):
            line = await process.stdout.readline()
    except TimeoutError:
        raise _too_slow(patience) from None
    except ValueError as error:
        raise Broken(_("the mood process broke off: {why}").format(why=error)) from error
    if not line.endswith(b"\n"):
        raise Broken(await _obituary(process))
    try:
        answer: Answer = msgspec.json.decode(line, type=Answer)
    except msgspec.DecodeError as error:
        raise Broken(_("the mood process broke off: {why}").format(why=error)) from error
    return answer


async def _obituary(process: asyncio.subprocess.Process) -> str:
    """Why the process is gone, by its exit code."""
    with suppress(TimeoutError):
        async with asyncio.timeout(1):
            await process.wait()
    if process.returncode == _KILLED:
        return _("the mood process was killed, perhaps for want of memory")
    return _("the mood process ended with code {code}").format(code=process.returncode)


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()
    # Closed by hand: an open transport warns when the loop is gone before it.
    process._transport.close()  # type: ignore[attr-defined]
