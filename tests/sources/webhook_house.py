"""A listening source, a desk that keeps what it is given, and callers who sign."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from sources.base import Batch, Cursor, Post, SourceError
from sources.tools import Tools
from sources.webhook import WebhookSource
from sources.webhook_server import Patience
from tests.sources.conftest import NOW

SECRET, OLD = "a secret of ours", "the secret before"
PATIENT = Patience()
FIELDS = {"id": "id", "text": "text", "rating": "stars", "author": "who", "time": "at"}


class Desk:
    """Keeps what it is given, as the real one would."""

    def __init__(self) -> None:
        self.cursor = Cursor()
        self.posts: list[Post] = []
        self.refuses = False
        self.gate: asyncio.Event | None = None

    async def take(self, batch: Batch) -> None:
        if self.gate:
            await self.gate.wait()
        if self.refuses:
            raise SourceError("the disk is full")
        self.posts += batch.posts
        self.cursor = batch.cursor

    def wake(self) -> None:
        raise AssertionError("a webhook is never polled")


class House:
    """A listening source, its desk, and a clock that stands."""

    def __init__(self, tools: Tools, folder: Path) -> None:
        self.now = NOW
        self.desk = Desk()
        self.tools = Tools(tools.net, tools.parser, lambda: self.now)
        self.folder = folder
        for name, secret in (("new", SECRET), ("old", OLD)):
            (folder / name).write_text(secret)
        self.source = self.made()
        self.session: aiohttp.ClientSession

    def made(self, **options: Any) -> WebhookSource:
        told = {"listen": "127.0.0.1:0", "secret_file": str(self.folder / "new")} | options
        if "recipe" not in told:
            told = {"fields": FIELDS} | told
        return WebhookSource("hook", told, self.tools)

    @asynccontextmanager
    async def listening(self, patience: Patience = PATIENT, **options: Any) -> AsyncIterator[House]:
        self.source = self.made(**options)
        self.source.patience = patience
        task = asyncio.ensure_future(self.source.listen(self.desk))
        while not self.source.port and not task.done():  # noqa: ASYNC110
            await asyncio.sleep(0)
        try:
            async with aiohttp.ClientSession() as self.session:
                yield self
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.source.port}/hook"

    async def post(
        self, body: bytes, headers: dict[str, str] | None = None, query: str = ""
    ) -> int:
        told = {"Content-Type": "application/json"} | (headers or {})
        async with self.session.post(
            URL(self.url + query, encoded=True), data=body, headers=told
        ) as answer:
            return answer.status

    async def deliver(self, found: Any, *, id: str = "", secret: str = SECRET, **more: str) -> int:
        """A delivery in our own form, signed now."""
        body = json.dumps(found).encode()
        return await self.post(body, signed(body, self.now, secret) | named(id) | more)


def named(id: str) -> dict[str, str]:
    return {"X-Shiftdesk-Delivery": id} if id else {}


def signed(body: bytes, at: datetime, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    made = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Shiftdesk-Timestamp": stamp, "X-Shiftdesk-Signature": made}


def item(number: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": f"r{number}", "text": f"Late by {number} days", "stars": 2, "who": "Dana"} | more
