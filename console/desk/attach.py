"""The wire on stdio: what `ssh HOST shiftdesk attach` runs at the far end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import BinaryIO

from console.core.asks import MAX_LINE_BYTES, SpeakFor, Up, encoder
from console.core.i18n import _
from console.desk.timing import first_of
from console.errors import DeskUnreachable

LAST_ANSWERS_S = 10.0
_CHUNK_BYTES = 65_536


async def attach(
    path: Path,
    *,
    speak_for: str = "",
    incoming: BinaryIO | None = None,
    outgoing: BinaryIO | None = None,
) -> None:
    """Pump stdin to the desk's socket and the desk's lines to stdout, until either side ends.

    With `speak_for` the line speaks for that person: the form for one Unix account, with
    `command="shiftdesk attach --as NAME"` before each key in authorized_keys. Raises
    `DeskUnreachable` if no desk answers.
    """
    try:
        reader, writer = await asyncio.open_unix_connection(str(path), limit=MAX_LINE_BYTES)
    except OSError as error:
        raise DeskUnreachable(
            _("no desk answers at {path} ({error})").format(
                path=path, error=error.strerror or error
            )
        ) from None
    try:
        if speak_for:
            writer.write(encoder.encode(Up(id=0, ask=SpeakFor(name=speak_for))) + b"\n")
        await first_of(
            _up(incoming or sys.stdin.buffer, writer), _down(reader, outgoing or sys.stdout.buffer)
        )
    finally:
        writer.close()


async def _up(incoming: BinaryIO, writer: asyncio.StreamWriter) -> None:
    """Until stdin ends; what was asked until then is still answered, within `LAST_ANSWERS_S`."""
    with contextlib.suppress(ConnectionError):
        async with _chunks(incoming) as read:
            while chunk := await read():
                writer.write(chunk)
                await writer.drain()
        writer.write_eof()
        await asyncio.sleep(LAST_ANSWERS_S)


@contextlib.asynccontextmanager
async def _chunks(incoming: BinaryIO) -> AsyncIterator[Callable[[], Awaitable[bytes]]]:
    """Reads what is there; b"" at the end.

    A file or /dev/null cannot be waited for and never blocks: it is read in a thread.
    """
    mode = os.fstat(incoming.fileno()).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(incoming.fileno())):
        yield lambda: asyncio.to_thread(incoming.read, _CHUNK_BYTES)
        return
    stream = asyncio.StreamReader(limit=MAX_LINE_BYTES)
    transport, _protocol = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), incoming
    )
    try:
        yield lambda: stream.read(_CHUNK_BYTES)
    finally:
        transport.close()


async def _down(reader: asyncio.StreamReader, outgoing: BinaryIO) -> None:
    """Until the desk closes. Writing blocks, so it happens beside the loop."""
    with contextlib.suppress(ConnectionError, BrokenPipeError):
        while chunk := await reader.read(_CHUNK_BYTES):
            await asyncio.to_thread(_write, outgoing, chunk)


def _write(outgoing: BinaryIO, chunk: bytes) -> None:
    outgoing.write(chunk)
    outgoing.flush()
