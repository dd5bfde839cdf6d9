"""The wire on stdio: what `ssh HOST shiftdesk attach` runs at the far end."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import BinaryIO

from console.core.asks import MAX_LINE_BYTES, SpeakFor, Up, encoder
from console.core.i18n import _
from console.desk.timing import first_of
from console.errors import DeskUnreachable

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
    """Until stdin ends: then the console is gone, and nothing waits for an answer."""
    loop = asyncio.get_running_loop()
    stream = asyncio.StreamReader(limit=MAX_LINE_BYTES)
    transport, _protocol = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), incoming
    )
    try:
        while chunk := await stream.read(_CHUNK_BYTES):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        pass
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
