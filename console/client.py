"""A console's end of the wire: a Unix socket, the stdio of `ssh HOST shiftdesk attach`, or a desk
in the same process. All three have one method, `ask`, and pass the desk's news on."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec

from console.core.asks import (
    MAX_LINE_BYTES,
    Answer,
    Ask,
    Down,
    Failed,
    Hello,
    Ping,
    Up,
    Welcome,
    down_decoder,
    encoder,
)
from console.core.i18n import _
from console.core.news import Changed, Lost, Met, News, Told
from console.errors import (
    Denied,
    DeskUnreachable,
    NotFound,
    ProtocolMismatch,
    ShiftdeskError,
    Stale,
    StoreError,
    Unanswerable,
)
from console.release import RELEASE

__all__ = ["Client", "LocalClient", "connect", "or_raise"]

Hear = Callable[[News], None]
Sleep = Callable[[float], Awaitable[None]]
Revive = Callable[[], Awaitable[None]]

HELLO_TIMEOUT_S = 30.0
"""A first line over ssh includes the log-in."""
SILENCE_S = 40.0
"""The desk pings every ten seconds; after so long without a line it is lost."""
QUIET_S = 2.5
"""After so long without a line the desk is asked whether it is there; after as long again it is
told as lost, though its line is kept: it may be stopped, or its machine asleep. Through a command
(ssh) both take three times as long."""
BACK_OFF_CAP_S = 15.0
REVIVED_AFTER = 2
"""Tries in vain to find a lost desk again, after which one is started."""

_ERRORS: dict[str, type[ShiftdeskError]] = {
    "denied": Denied,
    "stale": Stale,
    "not_found": NotFound,
    "unanswerable": Unanswerable,
    "store": StoreError,
    "protocol": ProtocolMismatch,
}


def or_raise(answer: Answer) -> Answer:
    """The answer itself, or the error that a refusal stands for, with the desk's sentence."""
    if isinstance(answer, Failed):
        raise _ERRORS.get(answer.kind, ShiftdeskError)(answer.message)
    return answer


class Client:
    """One console's line to the desk, made anew whenever it breaks."""

    def __init__(
        self,
        where: Path | Sequence[str],
        *,
        zone: str = "UTC",
        client: Literal["console", "verb"] = "console",
        observe: bool = False,
        language: str = "",
        sleep: Sleep = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        quiet_s: float = QUIET_S,
        revive: Revive | None = None,
    ) -> None:
        """`where` is a socket's path, or a command whose stdin and stdout are the wire.

        `revive` starts a desk like the one that was lost, where a console had started that one
        too; it raises what `ShiftdeskError` says why it cannot.
        """
        self._quiet_s = quiet_s if isinstance(where, Path) else 3 * quiet_s
        self._where = where
        self._hello = Hello(
            release=RELEASE, zone=zone, client=client, observe=observe, language=language
        )
        self._sleep = sleep
        self._chance = chance
        self._revive = revive
        self._line: _Line | None = None
        self._why = _("not connected yet")
        self.welcome: Welcome | None = None
        """What the desk said at the last meeting."""

    @property
    def connected(self) -> bool:
        """Whether a desk answers now."""
        return self._line is not None

    async def ask(self, request: Ask) -> Answer:
        """The desk's answer; refusals are answers too (`or_raise` makes errors of them).

        Raises `DeskUnreachable` while there is no line, and when it breaks before the answer.
        """
        if self._line is None:
            raise DeskUnreachable(self._why)
        return await self._line.ask(request)

    async def follow(self, hear: Hear) -> None:
        """Keep the line until cancelled: connect, pass the news on, connect again with back-off.

        Raises `ProtocolMismatch` or `Denied` where trying again cannot help.
        """
        failures = 0
        while True:
            try:
                async with self._open(hear) as line:
                    failures = 0
                    assert self.welcome is not None
                    hear(Met(self.welcome))
                    await line.finished()
            except DeskUnreachable as error:
                self._why = str(error)
                if failures == 0:
                    hear(Lost(self._why))
                elif failures == REVIVED_AFTER:
                    await self._start_anew(hear)
            failures += 1
            await self._sleep(self._pause(failures))

    async def _start_anew(self, hear: Hear) -> None:
        """A desk of a console's own that died has nobody else to start it. Tried once a loss."""
        if self._revive is None or self.welcome is None or not self.welcome.for_console:
            return
        try:
            await self._revive()
        except ShiftdeskError as error:
            hear(Lost(str(error)))

    def _pause(self, failures: int) -> float:
        """Seconds before the next try: at once, then doubling with jitter."""
        longest: float = min(BACK_OFF_CAP_S, 0.25 * 2.0 ** min(failures, 10))
        return longest * (0.5 + 0.5 * self._chance())

    @contextlib.asynccontextmanager
    async def _open(self, hear: Hear) -> AsyncIterator[_Line]:
        """A line that said hello, being read. Raises `DeskUnreachable` also when it breaks."""
        async with _wire(self._where) as (reader, writer, last_words):
            line = _Line(reader, writer, hear, last_words, self._quiet_s)
            reading = asyncio.ensure_future(line.read())
            try:
                self.welcome = await line.meet(self._hello)
                self._line = line
                yield line
            finally:
                self._line = None
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)
                line.end(DeskUnreachable(_("the line to the desk is closed")))


@contextlib.asynccontextmanager
async def connect(
    where: Path | Sequence[str],
    *,
    zone: str = "UTC",
    client: Literal["console", "verb"] = "verb",
    observe: bool = False,
    language: str = "",
    hear: Hear = lambda _news: None,
) -> AsyncIterator[Client]:
    """One line for as long as the block runs, never made anew: for verbs.

    Raises `DeskUnreachable`, `ProtocolMismatch` or `Denied` if there is none to be had.
    """
    made = Client(where, zone=zone, client=client, observe=observe, language=language)
    async with made._open(hear):
        yield made


class Local(Protocol):
    """A desk in the same process, as far as a client needs it."""

    news: Any

    async def ask(self, who: Any, request: Ask) -> Answer: ...


class LocalClient:
    """The same method without a wire: a test's, or a headless agent's."""

    def __init__(self, desk: Local, who: Any) -> None:
        self._desk = desk
        self._who = who
        self.welcome: Welcome | None = None
        self.connected = True

    async def ask(self, request: Ask) -> Answer:
        return await self._desk.ask(self._who, request)

    async def follow(self, hear: Hear) -> None:
        """Until cancelled. Raises `Denied` as a real line would."""
        answer = or_raise(await self.ask(Hello()))
        assert isinstance(answer, Welcome)
        self.welcome = answer
        listener = self._desk.news.listen(self._who.name)
        try:
            hear(Met(answer))
            while True:
                await listener.pending.wait()
                changed, sentences, touched = listener.take()
                for sentence in sentences:
                    hear(Told(sentence))
                if changed:
                    hear(Changed(0, touched))
        finally:
            self._desk.news.leave(listener)


class _Line:
    """One connection: questions out, answers and news in."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        hear: Hear,
        last_words: Callable[[], Awaitable[str]],
        quiet_s: float,
    ) -> None:
        self._quiet_s = quiet_s
        self._welcome: Welcome | None = None
        self._given_up = False
        self._reader = reader
        self._writer = writer
        self._hear = hear
        self._last_words = last_words
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._end: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def meet(self, hello: Hello) -> Welcome:
        """The welcome. Raises `ProtocolMismatch`, `Denied` or `DeskUnreachable`."""
        try:
            async with asyncio.timeout(HELLO_TIMEOUT_S):
                answer = or_raise(await self.ask(hello))
        except TimeoutError:
            raise DeskUnreachable(_("the desk does not say hello")) from None
        if not isinstance(answer, Welcome):
            raise ProtocolMismatch(_("the desk answers a hello with something else"))
        self._welcome = answer
        return answer

    async def ask(self, request: Ask) -> Answer:
        if self._end.done():
            self._end.result()
        number = next(self._ids)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            await self._send(number, request)
            return await answer
        finally:
            self._waiting.pop(number, None)

    async def _send(self, number: int, request: Any) -> None:
        try:
            self._writer.write(encoder.encode(Up(id=number, ask=request)) + b"\n")
            await self._writer.drain()
        except (ConnectionError, RuntimeError) as error:
            raise DeskUnreachable(_("the line to the desk broke")) from error

    async def read(self) -> None:
        """Until the line ends; every waiting question then ends with it."""
        try:
            while True:
                line = await self._next()
                if self._given_up and self._welcome is not None:
                    self._given_up = False
                    self._hear(Met(self._welcome))
                await self._take(down_decoder.decode(line))
        except TimeoutError:
            self.end(DeskUnreachable(_("the desk is silent")))
        except asyncio.IncompleteReadError:
            words = await self._last_words()
            self.end(DeskUnreachable(words or _("the desk closed the line")))
        except (ConnectionError, DeskUnreachable):
            self.end(DeskUnreachable(_("the line to the desk broke")))
        except (msgspec.DecodeError, asyncio.LimitOverrunError):
            self.end(DeskUnreachable(_("what answers is no desk, or a broken one")))

    async def _next(self) -> bytes:
        """The next line. Raises `TimeoutError` after `SILENCE_S` without one."""
        waited = 0.0
        while True:
            try:
                async with asyncio.timeout(self._quiet_s):
                    return await self._reader.readuntil(b"\n")
            except TimeoutError:
                waited += self._quiet_s
                if waited >= SILENCE_S:
                    raise
            if waited < 2 * self._quiet_s:
                # no question waits for its answer: any line at all is one
                await self._send(next(self._ids), Ping())
            elif not self._given_up and self._welcome is not None:
                self._given_up = True
                self._hear(Lost(_("the desk does not answer")))

    async def _take(self, down: Down) -> None:
        if down.ping:
            await self._send(0, Ping())
        if down.tell:
            self._hear(Told(down.tell))
        if down.changed is not None:
            touched = None if down.touched is None else frozenset(down.touched)
            self._hear(Changed(down.changed, touched))
        if down.answer is not None:
            waiting = self._waiting.get(down.id)
            if waiting and not waiting.done():
                waiting.set_result(down.answer)

    async def finished(self) -> None:
        """Returns never; raises `DeskUnreachable` when the line ends."""
        await asyncio.shield(self._end)

    def end(self, why: DeskUnreachable) -> None:
        if not self._end.done():
            self._end.set_exception(why)
            self._end.exception()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(why)


@contextlib.asynccontextmanager
async def _wire(
    where: Path | Sequence[str],
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter, Callable[[], Awaitable[str]]]]:
    """Both directions, and what was said last on the side. Raises `DeskUnreachable`."""
    if isinstance(where, Path):
        try:
            reader, writer = await asyncio.open_unix_connection(str(where), limit=MAX_LINE_BYTES)
        except PermissionError:
            raise DeskUnreachable(
                _(
                    "you may not use {path}: it is open to its support group alone; "
                    "ask whoever runs this server to add you"
                ).format(path=where)
            ) from None
        except OSError as error:
            raise DeskUnreachable(
                _(
                    "no desk answers at {path} ({error}); `shiftdesk` or `shiftdesk serve` "
                    "starts one, or ask whoever runs it"
                ).format(path=where, error=error.strerror or error)
            ) from None
        try:
            yield reader, writer, _nothing
        finally:
            writer.close()
        return
    try:
        child = await asyncio.create_subprocess_exec(
            *where,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=MAX_LINE_BYTES,
        )
    except OSError as error:
        raise DeskUnreachable(f"{where[0]}: {error.strerror or error}") from None
    assert child.stdin and child.stdout and child.stderr
    aside = asyncio.ensure_future(_last_line(child.stderr))
    try:
        yield child.stdout, child.stdin, lambda: asyncio.shield(aside)
    finally:
        child.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        await child.wait()
        aside.cancel()
        await asyncio.gather(aside, return_exceptions=True)


async def _nothing() -> str:
    return ""


async def _last_line(stream: asyncio.StreamReader) -> str:
    """The last line that a command said on stderr, at most 300 characters."""
    last = ""
    while line := await stream.read(4096):
        lines = line.decode("utf-8", "replace").strip().splitlines()
        last = lines[-1] if lines else last
    return "".join(character for character in last if character.isprintable())[:300]
