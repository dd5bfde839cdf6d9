"""An HTTP server for deliveries alone: one path, bounded in size, time and number of callers.

`aiohttp.web` waits for ever for headers that never end; here every connection has its time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from sources.base import SourceError
from sources.said import say

MAX_BODY_BYTES = 256 * 1024
_MOMENT_S = 0.05
CALLERS = 100
"""Connections at once; whoever comes then is turned away, and tries again."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was posted, as it came."""

    headers: Mapping[str, str]
    """Any case of their names."""
    query: Mapping[str, str]
    raw_query: str
    """As it was sent, without its question mark."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a caller may take, in seconds."""

    headers_s: float = 10.0
    body_s: float = 10.0


Receive = Callable[[Delivery], Awaitable[int]]
"""The status to answer with, once the delivery is safe."""


@asynccontextmanager
async def serving(
    host: str, port: int, path: str, receive: Receive, patience: Patience = Patience()
) -> AsyncIterator[int]:
    """While it is open, deliveries to `path` reach `receive`; gives the port that was taken.

    Raises `SourceError` where the address cannot be had.
    """
    door = _Door(path, receive, patience)
    loop = asyncio.get_running_loop()
    try:
        server = await loop.create_server(door.open, host, port)
    except OSError as error:
        raise SourceError(
            say(
                "{host}:{port} cannot be listened on ({reason}); another program has it, or the "
                "address is not this machine's",
                host=host,
                port=port,
                reason=error.strerror,
            )
        ) from error
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        # Whoever is being answered gets a moment; what was taken in is safe either way.
        await door.close()


class _Door:
    """Every connection, and how long it may stay."""

    def __init__(self, path: str, receive: Receive, patience: Patience) -> None:
        self._path = path
        self._receive = receive
        self._patience = patience
        self._server = web.Server(self._answer, access_log=None, lingering_time=1.0)
        self._silent: dict[RequestHandler, asyncio.TimerHandle] = {}

    def open(self) -> asyncio.Protocol:
        """A protocol for a new connection, hung up on unless its headers are whole in time."""
        protocol = self._server()
        loop = asyncio.get_running_loop()
        full = len(self._server.connections) >= CALLERS
        wait_s = _MOMENT_S if full else self._patience.headers_s
        self._silent[protocol] = loop.call_later(wait_s, self._hang_up, protocol)
        return protocol

    async def close(self) -> None:
        for timer in self._silent.values():
            timer.cancel()
        self._silent.clear()
        await self._server.shutdown(2.0)

    def _hang_up(self, protocol: RequestHandler) -> None:
        self._silent.pop(protocol, None)
        protocol.force_close()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if timer := self._silent.pop(request.protocol, None):
            timer.cancel()
        status = await self._status(request)
        headers = {"Retry-After": "30"} if status == 503 else {}
        if status == 405:
            headers["Allow"] = "POST"
        response = web.Response(status=status, headers=headers)
        # One delivery for each connection: its second one would have no clock over its headers.
        response.force_close()
        return response

    async def _status(self, request: web.BaseRequest) -> int:
        if request.path != self._path:
            return 404
        if request.method != "POST":
            return 405
        if request.content_type != "application/json" or "Content-Encoding" in request.headers:
            return 415
        if (request.content_length or 0) > MAX_BODY_BYTES:
            return 413
        pieces: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._patience.body_s):
                async for piece in request.content.iter_any():
                    size += len(piece)
                    if size > MAX_BODY_BYTES:
                        return 413
                    pieces.append(piece)
        except TimeoutError:
            return 408
        raw_query = request.rel_url.raw_query_string
        return await self._receive(
            Delivery(request.headers, request.query, raw_query, b"".join(pieces))
        )
