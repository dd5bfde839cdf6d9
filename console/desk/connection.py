"""One console's connection: its hello, its questions, its news, its signs of life."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from console.core.asks import (
    MAX_LINE_BYTES,
    PROTOCOL,
    Answer,
    Down,
    Failed,
    Hello,
    Ping,
    SpeakFor,
    Up,
    encoder,
    up_decoder,
)
from console.core.i18n import _
from console.desk.desk import Desk
from console.desk.news import Listener
from console.desk.timing import Sleep, first_of
from console.desk.who import Who
from console.errors import ShiftdeskError

log = logging.getLogger(__name__)

HELLO_TIMEOUT_S = 10.0
MERGE_S = 0.1
"""News after news within this time is told as one."""
PING_EVERY = timedelta(seconds=10)
SILENT_FOR = timedelta(seconds=30)
"""A console that said nothing for so long is gone."""
DRAIN_TIMEOUT_S = 30.0
"""A console that takes nothing off its line for so long is gone."""
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What a line can be instead of a question: nonsense, no UTF-8, brackets without end."""
MOST_AT_ONCE = 16
"""Questions of one console that are answered at the same time; then its line is read no further."""


class _Id(msgspec.Struct):
    id: int = 0


class _AnyHello(msgspec.Struct):
    """What every version's hello has, however it looks otherwise."""

    protocol: int = PROTOCOL


class _AnyUp(msgspec.Struct):
    ask: _AnyHello
    id: int = 0


class Gone(Exception):
    """The other end went, or has to."""


class Connection:
    """Serves one console until it goes."""

    def __init__(
        self,
        desk: Desk,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        name: str,
        owner: bool,
        session: int,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._desk = desk
        self._reader = reader
        self._writer = writer
        self._name = name
        self._owner = owner
        self._session = session
        self._sleep = sleep
        self._writing = asyncio.Lock()
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self._pings_unanswered = 0

    async def serve(self) -> None:
        """Until the console goes. Never raises but for cancellation."""
        listener: Listener | None = None
        try:
            who, hello, hello_id = await self._meet()
            listener = self._desk.news.listen(who.name, console=hello.client == "console")
            listener.language = who.language
            listener.observer = self._desk.settings.role(who) == "observer"
            await self._answer(hello_id, await self._desk.ask(who, hello))
            self._turned(listener)
            log.info("came", extra={"who": who.name, "session": who.session})
            await first_of(self._read(who), self._tell(listener), self._ping())
        except (Gone, ConnectionError, asyncio.IncompleteReadError):
            pass
        except Exception:
            log.exception("a connection broke", extra={"who": self._name})
        finally:
            if listener:
                self._desk.news.leave(listener)
                self._desk.presence.leave(self._session)
                self._turned(listener)
                log.info("went", extra={"who": self._name, "session": self._session})
            self._writer.close()

    def _turned(self, listener: Listener) -> None:
        """Who is here changed; verbs come and go unseen."""
        if listener.console:
            self._desk.presence.version += 1
            self._desk.spread()

    # --- the first line -----------------------------------------------------------------------

    async def _meet(self) -> tuple[Who, Hello, int]:
        """Who it is, by the kernel's word. Raises `Gone` after a sentence that says why."""
        try:
            async with asyncio.timeout(HELLO_TIMEOUT_S):
                line = await self._line()
                if (spoken := self._speaks_for(line)) is not None:
                    self._name, self._owner = spoken, False
                    line = await self._line()
        except TimeoutError:
            raise Gone from None
        hello, hello_id = await self._hello(line)
        who = Who(
            name=self._name,
            session=self._session,
            zone=hello.zone if _is_zone(hello.zone) else "",
            language=hello.language,
            observe=hello.observe,
            owner=self._owner,
        )
        try:
            self._desk.settings.person(who)
        except ShiftdeskError as error:
            log.warning("refused", extra={"who": self._name})
            await self._refuse(hello_id, Failed(kind="denied", message=str(error)))
        return who, hello, hello_id

    def _speaks_for(self, line: bytes) -> str | None:
        """The desk's own user may say for whom a line speaks (one account for a whole team)."""
        try:
            up = up_decoder().decode(line)
        except UNREADABLE:
            return None
        return up.ask.name if isinstance(up.ask, SpeakFor) and self._owner else None

    async def _hello(self, line: bytes) -> tuple[Hello, int]:
        try:
            theirs = msgspec.json.decode(line, type=_AnyUp)
        except UNREADABLE:
            theirs = _AnyUp(ask=_AnyHello())
        if theirs.ask.protocol != PROTOCOL:
            await self._refuse(
                theirs.id, Failed(kind="protocol", message=_mismatch(theirs.ask.protocol))
            )
        try:
            up = up_decoder().decode(line)
        except UNREADABLE:
            up = None
        if up is None or not isinstance(up.ask, Hello):
            message = _("The first line has to be a hello.")
            await self._refuse(theirs.id, Failed(kind="protocol", message=message))
            raise Gone
        return up.ask, up.id

    async def _refuse(self, to: int, why: Failed) -> None:
        await self._answer(to, why)
        raise Gone

    # --- lines --------------------------------------------------------------------------------

    async def _line(self) -> bytes:
        try:
            line = await self._reader.readuntil(b"\n")
        except asyncio.LimitOverrunError:
            message = _("A line is longer than {n} bytes.").format(n=MAX_LINE_BYTES)
            await self._answer(0, Failed(kind="protocol", message=message))
            raise Gone from None
        return line

    async def _read(self, who: Who) -> None:
        async with asyncio.TaskGroup() as group:
            try:
                while True:
                    line = await self._line()
                    self._pings_unanswered = 0
                    up = self._decoded(line)
                    if isinstance(up, Up) and isinstance(up.ask, Ping) and up.id == 0:
                        continue
                    await self._slots.acquire()
                    group.create_task(self._one(who, up))
            except (Gone, ConnectionError, asyncio.IncompleteReadError):
                # What was asked is still done; only its answers have nowhere to go.
                return

    def _decoded(self, line: bytes) -> Up | Down:
        """The question, or the answer to what is none."""
        try:
            return up_decoder().decode(line)
        except UNREADABLE as error:
            with contextlib.suppress(*UNREADABLE):
                their_id = msgspec.json.decode(line, type=_Id).id
                message = _("This desk does not understand that: {error}").format(error=error)
                return Down(id=their_id, answer=Failed(kind="protocol", message=message))
            return Down(answer=Failed(kind="protocol", message=_("That line is not JSON.")))

    async def _one(self, who: Who, up: Up | Down) -> None:
        try:
            if isinstance(up, Down):
                await self._send(up)
            else:
                await self._answer(up.id, await self._desk.ask(who, up.ask))
        except (Gone, ConnectionError):
            self._writer.close()
        except Exception:
            log.exception("an answer could not be sent", extra={"who": who.name})
            self._writer.close()
        finally:
            self._slots.release()

    async def _answer(self, to: int, answer: Answer) -> None:
        anything: Any = answer
        await self._send(Down(id=to, answer=anything))

    async def _send(self, down: Down) -> None:
        """One whole line. Raises `Gone` if the other end takes nothing off its line."""
        line = encoder.encode(down)
        if len(line) >= MAX_LINE_BYTES:
            message = _("The answer is too long for one line; ask for less.")
            line = encoder.encode(Down(id=down.id, answer=Failed(kind="trouble", message=message)))
        async with self._writing:
            if self._writer.is_closing():
                raise Gone
            self._writer.write(line + b"\n")
            try:
                async with asyncio.timeout(DRAIN_TIMEOUT_S):
                    await self._writer.drain()
            except TimeoutError:
                self._writer.transport.abort()
                raise Gone from None

    # --- unasked ------------------------------------------------------------------------------

    async def _tell(self, listener: Listener) -> None:
        """News at once, what follows within `MERGE_S` as one."""
        while True:
            await listener.pending.wait()
            changed, sentences, touched = listener.take()
            for sentence in sentences:
                await self._send(Down(tell=sentence))
            if changed:
                where = None if touched is None else tuple(sorted(touched))
                await self._send(Down(changed=self._desk.version, touched=where))
            await self._sleep(MERGE_S)

    async def _ping(self) -> None:
        """Ends when the console has been silent for `SILENT_FOR`."""
        while self._pings_unanswered < SILENT_FOR // PING_EVERY:
            await self._sleep(PING_EVERY.total_seconds())
            self._pings_unanswered += 1
            await self._send(Down(ping=self._pings_unanswered))
        log.info("silent", extra={"who": self._name, "session": self._session})


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _mismatch(theirs: int) -> str:
    if theirs > PROTOCOL:
        return _(
            "This console speaks protocol {theirs}, the desk {ours}: update the desk and restart it."
        ).format(theirs=theirs, ours=PROTOCOL)
    return _("This console speaks protocol {theirs}, the desk {ours}: update the console.").format(
        theirs=theirs, ours=PROTOCOL
    )
