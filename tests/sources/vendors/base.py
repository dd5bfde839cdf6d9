"""What every fake platform has: an address, a log of requests, faults to play."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from aiohttp import web


class Vendor:
    """One platform on loopback. Subclasses add routes in `routes()`."""

    def __init__(self) -> None:
        self.requests: list[web.Request] = []
        self.base = ""
        self.busy = 0
        """So many of the next requests are answered 429."""
        self.lose_answers = 0
        """So many of the next writes are carried out, and their answers lost."""

    def routes(self) -> list[web.RouteDef]:
        raise NotImplementedError

    def too_busy(self) -> web.Response:
        """How this platform says 429."""
        return web.Response(status=429, headers={"Retry-After": "60"})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        app = web.Application(middlewares=[self._faults])
        app.add_routes(self.routes())
        runner = web.AppRunner(app, shutdown_timeout=0.01, handler_cancellation=True)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        self.base = f"http://{host}:{port}"
        try:
            yield self
        finally:
            await runner.cleanup()

    def paths(self, method: str = "GET") -> list[str]:
        return [request.path for request in self.requests if request.method == method]

    @web.middleware
    async def _faults(self, request: web.Request, handler: web.RequestHandler) -> web.Response:  # type: ignore[type-arg]
        self.requests.append(request)
        if self.busy:
            self.busy -= 1
            return self.too_busy()
        answer: web.Response = await handler(request)  # type: ignore[operator]
        if self.lose_answers and request.method != "GET" and answer.status < 300:
            self.lose_answers -= 1
            assert request.transport is not None
            request.transport.abort()
        return answer


def refuse(status: int, body: object) -> web.Response:
    """An error with the platform's own words."""
    return web.json_response(body, status=status)
