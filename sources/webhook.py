"""Deliveries from vendors who call us: reviews and survey answers as they are given.

Nothing listens until such a source is configured, and then on this machine alone unless `listen`
says otherwise: a web server with TLS stands before it. A delivery is answered once it is safe.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import logging
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path as File
from typing import Any, cast, get_args

import msgspec

from sources.base import (
    Batch,
    Channel,
    Cursor,
    Hearing,
    Kind,
    Outgoing,
    Post,
    Receipt,
    Refused,
    SourceError,
)
from sources.feeds import latest
from sources.mapping import Fields, Path
from sources.options import Options
from sources.said import say
from sources.setup import Question, Setup
from sources.text import BODY_LIMIT, clean, clip
from sources.tools import Tools
from sources.webhook_server import Delivery, Patience, serving
from sources.webhook_signatures import Proof

log = logging.getLogger(__name__)

OURS = File(__file__).parent / "recipes" / "webhook"
REMEMBERED = timedelta(hours=24)
"""How long a delivery's id is known: vendors repeat for hours."""
_MOST_REMEMBERED = 5_000
"""Ids at most, the newest: each commit writes them."""


class _Known(msgspec.Struct):
    """Ids of deliveries, and the minute (Unix time / 60) each came in."""

    seen: dict[str, int] = {}


class WebhookSource:
    """One vendor's deliveries.

    Options: `listen` (127.0.0.1:8787), `path` (/NAME), `recipe` (a vendor's name, which sets the
    others; ours if there are no `fields`), `items`, `fields`, `kind`, `kinds`, `ratings`, `rating_max`, `html`, `zone` as
    `json_api` has them; the options of `webhook_signatures.Proof`; `id_header` (the delivery's
    own id; without one, the same body is the same delivery).
    """

    polled = False
    channel: Channel | None = None
    setup = Setup(
        title=say("Webhook: a vendor delivers reviews or survey answers to us"),
        demands=say(
            "The vendor must reach this machine over HTTPS: put a web server with a certificate "
            "before it that passes the path on. Vendors that sign nothing get an address that "
            "ends in ?token=SECRET."
        ),
        questions=(
            Question(
                "recipe", say("The vendor (shiftdesk: a program of yours)"), "shiftdesk",
                choices=(
                    "shiftdesk", "churnzero", "hotjar", "hubspot", "judgeme", "trustpilot",
                    "typeform", "yotpo",
                ),
            ),
            Question("secret", say("The secret that you and the vendor share"), form="secret"),
            Question("listen", say("Where to listen"), "127.0.0.1:8787"),
            Question("public_url", say("The address the vendor was given (HubSpot)"), optional=True),
        ),
    )  # fmt: skip

    def __init__(self, name: str, options: Mapping[str, Any], tools: Tools) -> None:
        given = Options(options)
        recipe = given.choice("recipe", tuple(_recipes()), "shiftdesk")
        if "recipe" not in options and "fields" in options:
            recipe = ""
        read = Options(_over(_recipes().get(recipe, {}), options))
        read.text("recipe", "")
        self.name = name
        self._tools = tools
        self._host, self._port = _address(read)
        self._path = "/" + read.text("path", name).lstrip("/")
        self._note = say(
            "waits for deliveries at {url}", url=f"http://{self._host}:{self._port}{self._path}"
        )
        self._proof = Proof(read, tools.clock)
        self._id_header = read.text("id_header", "X-Shiftdesk-Delivery")
        self._items = Path(read, "items", "@")
        kind = cast(Kind, read.choice("kind", get_args(Kind), "review"))
        self._fields = Fields(read.inner("fields"), kind=kind, zone=read.zone())
        self._fields.markup = read.flag("html")
        self._fields.rating_max = read.whole("rating_max", 5, 1, 1000)
        self._fields.ratings = read.table("ratings")
        self._fields.kinds = read.table("kinds")
        read.done()
        self.patience = Patience()
        self.port = 0
        """The port that is listened on, 0 while none is."""
        self._turn = asyncio.Lock()

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """Nothing: the vendor calls."""
        del now
        self._proof.secrets()
        return Batch((), cursor, note=self._note)

    async def send(self, reply: Outgoing) -> Receipt:
        raise Refused(
            say(
                "sources.{name} only listens; answer at {place}",
                name=self.name,
                place=reply.url or "its site",
            )
        )

    async def find(self, reply: Outgoing) -> Receipt | None:
        raise SourceError(
            say(
                "sources.{name} only listens; look at {place}",
                name=self.name,
                place=reply.url or "its site",
            )
        )

    async def listen(self, hearing: Hearing) -> None:
        """Take deliveries until cancelled. Raises `SourceError` where the address is taken."""
        for secret in self._proof.secrets():
            self._tools.net.secrets.add(secret)

        async def receive(delivery: Delivery) -> int:
            return await self._receive(delivery, hearing)

        async with serving(self._host, self._port, self._path, receive, self.patience) as self.port:
            await asyncio.get_running_loop().create_future()

    async def _receive(self, delivery: Delivery, hearing: Hearing) -> int:
        """The status that a delivery is answered with; 200 only once it is safe."""
        try:
            secrets = self._proof.secrets()
        except SourceError:
            return 503
        if not self._proof.holds(delivery, secrets):
            log.warning("delivery refused", extra={"source": self.name})
            return 401
        try:
            found = json.loads(delivery.body)
        except (ValueError, RecursionError):
            return 400
        posts = await asyncio.to_thread(self._posts, found)
        id = self._id_of(delivery)
        async with self._turn:  # the same delivery twice at once is still one
            now = self._tools.clock()
            cursor = hearing.cursor
            known = _known(cursor.position, now)
            if id in known.seen:
                return 200
            known.seen[id] = int(now.timestamp() // 60)
            newest = max((post.occurred_at for post in posts if post.occurred_at), default=None)
            after = replace(
                cursor,
                position=msgspec.json.encode(known).decode(),
                last_post_at=latest(cursor.last_post_at, newest),
            )
            try:
                await hearing.take(Batch(posts, after, note=self._note))
            except SourceError:
                return 503
        return 200

    def _posts(self, found: Any) -> list[Post]:
        """The posts in a delivery; one that does not fit the mapping is kept as it came."""
        try:
            items = self._items(found)
            items = items if isinstance(items, list) else [items]
            return [
                post
                for item in items
                if isinstance(item, dict)
                for post in self._fields.posts(item)
                if post.text or post.title or post.rating is not None or post.deleted
            ]
        except SourceError as error:
            words = json.dumps(found, ensure_ascii=False, indent=1)
            digest = hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=8).hexdigest()
            return [
                Post(
                    id=f"unread:{digest}",
                    text=clip(clean(words), BODY_LIMIT),
                    kind="alert",
                    title=clip(f"A delivery that could not be read: {error}", 300),
                )
            ]

    def _id_of(self, delivery: Delivery) -> str:
        given = delivery.headers.get(self._id_header, "") if self._id_header else ""
        told = given.encode("utf-8", "replace") if given else b"body:" + delivery.body
        digest = hashlib.blake2b(told, digest_size=9).digest()
        return base64.urlsafe_b64encode(digest).decode()


def _known(position: str, now: datetime) -> _Known:
    """The ids that still count."""
    try:
        known = msgspec.json.decode(position, type=_Known) if position else _Known()
    except msgspec.MsgspecError:
        known = _Known()
    oldest = int((now - REMEMBERED).timestamp() // 60)
    kept = [(id, minute) for id, minute in known.seen.items() if minute >= oldest]
    return _Known(dict(kept[-_MOST_REMEMBERED:]))


def _address(read: Options) -> tuple[str, int]:
    told = read.text("listen", "127.0.0.1:8787")
    host, _, port = told.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65_535:
        read.wrong("listen", say("expected an address such as 127.0.0.1:8787"))
        return "127.0.0.1", 0
    return host.strip("[]"), int(port)


@cache
def _recipes() -> dict[str, dict[str, Any]]:
    """The vendors' shapes, by name."""
    return {
        file.stem: tomllib.loads(file.read_text("utf-8")) for file in sorted(OURS.glob("*.toml"))
    }


def _over(recipe: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The recipe's options with the given ones over them, field by field."""
    merged = dict(recipe)
    for key, value in given.items():
        under = merged.get(key)
        both = isinstance(under, Mapping) and isinstance(value, Mapping)
        merged[key] = _over(cast(Any, under), value) if both else value
    return merged
