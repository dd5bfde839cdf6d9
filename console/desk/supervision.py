"""A child process that answers JSON lines: watched, replaced when it dies or hangs, never fatal."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import random
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec

from console.core.i18n import _
from console.desk.timing import Sleep, first_of

log = logging.getLogger(__name__)

State = Literal["starting", "ready", "failed"]

START_TIMEOUT_S = 60.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
STEADY_AFTER = 20
"""A child that answered so often is taken for healthy: its next death is its first."""
_LONGEST_LINE_BYTES = 16 * 1024 * 1024
_encoder = msgspec.json.Encoder()


class ChildGone(Exception):
    """The child died or hung, or is not there yet: there is no answer."""


class Child:
    """One child. It says `{"ready": …}` first, then one line for each line, with the same id."""

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        *,
        answer_within_s: float,
        sleep: Sleep = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self.state: State = "starting"
        self.trouble = ""
        self._argv = argv
        self._answer_within_s = answer_within_s
        self._sleep = sleep
        self._chance = chance
        self._changed = changed
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._answers = 0
        self._up = asyncio.Event()

    async def started(self, within_s: float) -> bool:
        """Waits for the first start of a child that still starts; whether it is there now."""
        if self.state == "starting":
            await first_of(self._up.wait(), self._sleep(within_s))
        return self.state == "ready"

    async def run(self) -> None:
        """Until cancelled: start, watch, start again after a pause that grows with each failure."""
        failures = 0
        while True:
            self._answers = 0
            why = await self._one_life()
            failures = 1 if self._answers >= STEADY_AFTER else failures + 1
            self._turn(
                "failed", _("the {name} process ended: {why}").format(name=self.name, why=why)
            )
            longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(failures - 1, 10))
            await self._sleep(longest * (0.5 + 0.5 * self._chance()))

    async def ask(self, **request: Any) -> Any:
        """The child's answer. Raises `ChildGone`; a child that hangs is replaced."""
        process = self._process
        if process is None or process.stdin is None or self.state != "ready":
            raise ChildGone(self.trouble or _("the {name} process starts").format(name=self.name))
        number = next(self._ids)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            async with asyncio.timeout(self._answer_within_s):
                process.stdin.write(_encoder.encode({"id": number, **request}) + b"\n")
                await process.stdin.drain()
                return await answer
        except TimeoutError:
            log.warning("child hangs", extra={"child": self.name})
            _kill(process)
            raise ChildGone(_("the {name} process hung").format(name=self.name)) from None
        except ConnectionError:
            raise ChildGone(_("the {name} process ended").format(name=self.name)) from None
        finally:
            self._waiting.pop(number, None)

    def _turn(self, state: State, trouble: str = "") -> None:
        if (state, trouble) != (self.state, self.trouble):
            self.state, self.trouble = state, trouble
            self._up.set()
            log.log(
                logging.WARNING if trouble else logging.INFO,
                "child",
                extra={"child": self.name, "state": state, "trouble": trouble},
            )
            self._changed()

    async def _one_life(self) -> str:
        """From start to end of one process; why it ended."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._argv,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=_LONGEST_LINE_BYTES,
                # A Ctrl+C meant for the desk must not kill what the desk still asks.
                start_new_session=True,
            )
        except OSError as error:
            return error.strerror or str(error)
        self._process = process
        assert process.stdout
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                if not await process.stdout.readline():
                    return await _last_state(process)
            self._turn("ready")
            while line := await process.stdout.readline():
                self._take(line)
            return await _last_state(process)
        except TimeoutError:
            return _("it did not start within {n} seconds").format(n=int(START_TIMEOUT_S))
        except (ValueError, msgspec.DecodeError) as error:
            return _("it answered nonsense: {error}").format(error=error)
        finally:
            self._process = None
            _kill(process)
            await process.wait()
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(
                        ChildGone(_("the {name} process ended").format(name=self.name))
                    )

    def _take(self, line: bytes) -> None:
        told = msgspec.json.decode(line)
        self._answers += 1
        waiting = self._waiting.get(told.get("id", 0))
        if waiting is None or waiting.done():
            return
        if "error" in told:
            waiting.set_exception(ChildGone(str(told["error"])))
        else:
            waiting.set_result(told.get("answer"))


def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()


async def _last_state(process: asyncio.subprocess.Process) -> str:
    code = await process.wait()
    if code < 0:
        return _("signal {n}").format(n=-code)
    return _("exit code {n}").format(n=code)
