"""A small web on loopback: every test plays its own server, over real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from sources.email import EmailSource
from sources.net import Limits, Net
from sources.parsing import Parser
from sources.tools import Tools
from tests.sources.mail_world import PASSWORD, MailWorld, MakeMailbox

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
QUICK = Limits(connect_s=2.0, read_s=0.2, total_s=0.6)
"""Time-outs for tests in which a server is slow on purpose."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """A web server on loopback that answers as told and remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[web.Request] = []
        self.bodies: list[bytes] = []
        self._pages: dict[str, Handler] = {}
        self._runner: web.AppRunner | None = None
        self.base = ""

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        # No grace on the way out: some tests leave a slow answer behind.
        self._runner = web.AppRunner(app, shutdown_timeout=0.01, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.base = f"http://{host}:{port}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def page(
        self,
        path: str,
        body: bytes | str = b"",
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> str:
        """Serve a fixed answer at `path`; gives its address."""

        async def answer(_: web.Request) -> web.Response:
            raw = body.encode() if isinstance(body, str) else body
            return web.Response(status=status, body=raw, headers=headers)

        return self.route(path, answer)

    def route(self, path: str, handler: Handler) -> str:
        """Let `handler` answer at `path`; gives its address."""
        self._pages[path] = handler
        return self.base + path

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.bodies.append(await request.read())
        self.requests.append(request)
        handler = self._pages.get(request.path)
        return web.Response(status=404) if handler is None else await handler(request)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """One origin."""
    site = Site()
    await site.start()
    yield site
    await site.stop()


@pytest.fixture
async def other_site() -> AsyncIterator[Site]:
    """Another origin."""
    site = Site()
    await site.start()
    yield site
    await site.stop()


@pytest.fixture
async def net() -> AsyncIterator[Net]:
    async with Net(clock=lambda: NOW) as net:
        yield net


@pytest.fixture
async def quick_net() -> AsyncIterator[Net]:
    async with Net(clock=lambda: NOW, limits=QUICK) as net:
        yield net


@pytest.fixture
async def tools(net: Net) -> AsyncIterator[Tools]:
    """A client, a parser and a clock that stands."""
    async with Parser() as parser:
        yield Tools(net, parser, lambda: NOW)


@pytest.fixture
async def mail_world() -> AsyncIterator[MailWorld]:
    """The mail servers of one mailbox."""
    world = MailWorld()
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
def make(mail_world: MailWorld, tools: Tools, tmp_path: Path) -> MakeMailbox:
    """That mailbox as a source."""
    secret = tmp_path / "password"
    secret.write_text(PASSWORD + "\n")

    def made(**options: Any) -> EmailSource:
        return EmailSource("mail", mail_world.options(str(secret), **options), tools)

    return made
