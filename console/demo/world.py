"""The demo's outside world: three sites on loopback, lively, imperfect, and honest about it.

- a review site: stars, edits, a reply API that honours an idempotency key
- a social network: mentions, and replies that can be read back but carry no key
- an alert feed in Atom, with redirect links as Google Alerts has them

Run as a process of its own (`python -m console.demo.world`): it prints one JSON line with its
address, publishes until its standard input closes, and plays faults on purpose: slow answers,
429 with Retry-After, an answer lost after the reply was stored. `/stats` tells what it did.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from aiohttp import web

from console.demo.stories import NAMES, SECOND_THOUGHTS, STORIES, Story

TOKEN = "demo-token"
REPLY_LIMIT = 350
RETRY_AFTER_S = 2
SLOW_S = 1.5


@dataclass(slots=True)
class Published:
    """One post as its site holds it."""

    id: str
    story: Story
    author: str
    handle: str
    text: str
    stars: int
    created: datetime
    updated: datetime
    served_at: datetime | None = None
    """When a poller first got it: what follows is our product's time, not the poll interval's."""
    reply: dict[str, str] | None = None
    parent: str = ""


@dataclass(slots=True)
class Stats:
    """What the world did, for whoever measures."""

    published: int = 0
    edits: int = 0
    replies: int = 0
    duplicate_replies: int = 0
    played_429: int = 0
    played_slow: int = 0
    played_lost: int = 0
    requests: int = 0


@dataclass
class World:
    """All three sites and what is on them."""

    seed: int = 7
    pace_s: float = 2.0
    """Mean time between two new posts."""
    faults: bool = True
    refuse: str = ""
    """The words with which the review site refuses every reply; empty: it takes them."""
    base: str = ""
    posts: dict[str, Published] = field(default_factory=dict)
    keys: dict[str, dict[str, str]] = field(default_factory=dict)
    stats: Stats = field(default_factory=Stats)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._deck: list[Story] = []
        self._count = 0

    # --- publishing ---------------------------------------------------------------------

    def publish(self, *, age: timedelta = timedelta(0)) -> Published:
        """Somebody writes something; `age` ago for what stood there before the desk looked."""
        if not self._deck:
            self._deck = list(STORIES)
            self._random.shuffle(self._deck)
        story = self._deck.pop()
        self._count += 1
        now = datetime.now(UTC) - age
        author = self._random.choice(NAMES[story.language])
        post = Published(
            id=f"{story.place[0]}{self._count:05d}",
            story=story,
            author=author,
            handle=f"{story.language}{self._random.randint(100, 999)}",
            text=story.text.replace("{n}", str(self._random.randint(10_000, 99_999))),
            stars=story.stars,
            created=now,
            updated=now,
        )
        self.posts[post.id] = post
        self.stats.published += 1
        return post

    def reconsider(self) -> None:
        """A reviewer who got an answer edits the review and gives better stars."""
        answered = [
            post
            for post in self.posts.values()
            if post.story.place == "review" and post.reply and 0 < post.stars <= 2
        ]
        if answered:
            post = self._random.choice(answered)
            post.stars, addition = SECOND_THOUGHTS[post.story.language]
            post.text = f"{post.text}\n\n{addition}"
            post.updated = datetime.now(UTC)
            self.stats.edits += 1

    async def live(self) -> None:
        """Go on publishing and now and then editing, for ever."""
        while True:
            await asyncio.sleep(self._random.uniform(0.4, 1.6) * self.pace_s)
            self.publish()
            if self._random.random() < 0.2:
                self.reconsider()

    # --- faults -------------------------------------------------------------------------

    async def maybe_fail(self) -> None:
        """Now and then too busy, now and then slow; as real sites are."""
        self.stats.requests += 1
        if not self.faults:
            return
        chance = self._random.random()
        if chance < 0.03:
            self.stats.played_429 += 1
            raise web.HTTPTooManyRequests(headers={"Retry-After": str(RETRY_AFTER_S)})
        if chance < 0.06:
            self.stats.played_slow += 1
            await asyncio.sleep(SLOW_S)

    def maybe_lose_the_answer(self, request: web.Request) -> None:
        """The reply stands, but the line breaks before the answer: the classic double-post trap."""
        if self.faults and self._random.random() < 0.08 and request.transport is not None:
            self.stats.played_lost += 1
            request.transport.abort()

    # --- the review site ----------------------------------------------------------------

    def _seen(self, posts: list[Published]) -> None:
        now = datetime.now(UTC)
        for post in posts:
            post.served_at = post.served_at or now

    async def reviews(self, request: web.Request) -> web.Response:
        """`GET /reviews?since=ISO&page=N`: oldest change first, 50 a page."""
        await self.maybe_fail()
        since = _instant(request.query.get("since", ""))
        page = max(1, int(request.query.get("page", "1")))
        found = sorted(
            (
                post
                for post in self.posts.values()
                if post.story.place == "review" and post.updated >= since
            ),
            key=lambda post: (post.updated, post.id),
        )
        shown = found[(page - 1) * 50 : page * 50]
        self._seen(shown)
        more = len(found) > page * 50
        after = quote(since.isoformat())
        return web.json_response(
            {
                "reviews": [self._review(post) for post in shown],
                "next": f"{self.base}/reviews?since={after}&page={page + 1}" if more else None,
            }
        )

    def _review(self, post: Published) -> dict[str, Any]:
        return {
            "id": post.id,
            "author": {"name": post.author, "id": post.handle},
            "stars": post.stars,
            "title": post.story.title,
            "body": post.text,
            "language": post.story.language,
            "created": post.created.isoformat(),
            "updated": post.updated.isoformat(),
            "url": f"{self.base}/reviews/{post.id}",
            "reply": post.reply,
        }

    async def answer_review(self, request: web.Request) -> web.Response:
        """`PUT /reviews/ID/reply`: one reply each, a new one replaces it; the key is honoured."""
        self._authorised(request)
        post = self._post(request, "review")
        key = request.headers.get("Idempotency-Key", "")
        if key and key in self.keys:
            return web.json_response(self.keys[key], status=200)
        text = (await request.json()).get("text", "")
        wrong = self.refuse
        if not 0 < len(text) <= REPLY_LIMIT:
            wrong = f"a reply has 1 to {REPLY_LIMIT} characters"
        if wrong:
            raise web.HTTPUnprocessableEntity(
                text=json.dumps({"error": wrong}), content_type="application/json"
            )
        self._count_reply(post)
        post.reply = {"id": f"{post.id}-reply", "text": text, "at": datetime.now(UTC).isoformat()}
        if key:
            self.keys[key] = post.reply
        self.maybe_lose_the_answer(request)
        return web.json_response(post.reply, status=201)

    async def read_answer(self, request: web.Request) -> web.Response:
        """`GET /reviews/ID/reply` and `GET /posts/ID/replies`: what stands there now."""
        post = self.posts.get(request.match_info["id"])
        if post is None:
            raise web.HTTPNotFound
        return web.json_response({"replies": [post.reply] if post.reply else []})

    # --- the social network -------------------------------------------------------------

    async def mentions(self, request: web.Request) -> web.Response:
        """`GET /mentions?after=ID`: oldest first, 40 a page."""
        await self.maybe_fail()
        after = request.query.get("after", "")
        found = sorted(
            (p for p in self.posts.values() if p.story.place == "mention" and p.id > after),
            key=lambda post: post.id,
        )[:40]
        self._seen(found)
        return web.json_response(
            [
                {
                    "id": post.id,
                    "account": {"handle": post.handle, "name": post.author},
                    "content": f"<p>{escape(post.text)}</p>",
                    "language": post.story.language,
                    "at": post.created.isoformat(),
                    "url": f"{self.base}/posts/{post.id}",
                }
                for post in found
            ]
        )

    async def answer_mention(self, request: web.Request) -> web.Response:
        """`POST /posts {"in_reply_to", "text"}`: no key; whoever repeats, posts twice."""
        self._authorised(request)
        body = await request.json()
        post = self.posts.get(str(body.get("in_reply_to", "")))
        if post is None:
            raise web.HTTPNotFound
        self._count_reply(post)
        post.reply = {
            "id": f"{post.id}-reply",
            "text": str(body.get("text", "")),
            "at": datetime.now(UTC).isoformat(),
        }
        self.maybe_lose_the_answer(request)
        return web.json_response(post.reply, status=201)

    # --- the alerts ---------------------------------------------------------------------

    async def alerts(self, request: web.Request) -> web.Response:
        """`GET /alerts.xml`: Atom, with an ETag."""
        await self.maybe_fail()
        found = [post for post in self.posts.values() if post.story.place == "alert"][-40:]
        etag = f'"{len(found)}-{found[-1].id if found else ""}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        self._seen(found)
        entries = "".join(
            f"<entry><id>tag:alerts,2026:{post.id}</id><title>{escape(post.story.title)}</title>"
            f'<link href="{escape(self._redirect(post))}"/>'
            f"<published>{post.created.isoformat()}</published>"
            f"<updated>{post.updated.isoformat()}</updated>"
            f'<content type="html">{escape(escape(post.text))}</content>'
            f"<author><name>{escape(post.author)}</name></author></entry>"
            for post in reversed(found)
        )
        body = (
            '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
            f"<title>Alerts: Lamp &amp; Loom</title><id>tag:alerts,2026:lampandloom</id>"
            f"<updated>{datetime.now(UTC).isoformat()}</updated>{entries}</feed>"
        )
        return web.Response(text=body, content_type="application/atom+xml", headers={"ETag": etag})

    def _redirect(self, post: Published) -> str:
        target = quote(f"https://news.example/{post.id}", safe="")
        return f"https://www.google.com/url?rct=j&sa=t&url={target}&ct=ga"

    # --- common -------------------------------------------------------------------------

    def _authorised(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise web.HTTPUnauthorized

    def _post(self, request: web.Request, place: str) -> Published:
        post = self.posts.get(request.match_info["id"])
        if post is None or post.story.place != place:
            raise web.HTTPNotFound
        return post

    def _count_reply(self, post: Published) -> None:
        self.stats.replies += 1
        if post.reply and post.updated <= datetime.fromisoformat(post.reply["at"]):
            self.stats.duplicate_replies += 1

    async def tell_stats(self, _: web.Request) -> web.Response:
        """`GET /stats`."""
        return web.json_response(asdict(self.stats))

    async def tell_published(self, _: web.Request) -> web.Response:
        """`GET /published`: each post's id with the instants it was written and first served."""
        return web.json_response(
            {
                post.id: [
                    post.created.isoformat(),
                    post.served_at.isoformat() if post.served_at else None,
                ]
                for post in self.posts.values()
            }
        )

    def app(self) -> web.Application:
        """The three sites as one application."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/reviews", self.reviews),
                web.put("/reviews/{id}/reply", self.answer_review),
                web.get("/reviews/{id}/reply", self.read_answer),
                web.get("/mentions", self.mentions),
                web.post("/posts", self.answer_mention),
                web.get("/posts/{id}/replies", self.read_answer),
                web.get("/alerts.xml", self.alerts),
                web.get("/stats", self.tell_stats),
                web.get("/published", self.tell_published),
            ]
        )
        return app


def _instant(text: str) -> datetime:
    """The instant a query names; the beginning of time where it names none."""
    try:
        parsed = datetime.fromisoformat(text.replace(" ", "+").replace("Z", "+00:00"))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


async def serve(world: World, *, before: int = 24) -> web.AppRunner:
    """Start the sites on a free loopback port, with `before` posts already there."""
    runner = web.AppRunner(world.app(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    world.base = f"http://127.0.0.1:{port}"
    for minutes in range(before, 0, -1):
        world.publish(age=timedelta(minutes=minutes * 3))
    return runner


async def _run(pace_s: float, seed: int, *, faults: bool) -> None:
    world = World(seed=seed, pace_s=pace_s, faults=faults)
    runner = await serve(world)
    print(json.dumps({"base": world.base}), flush=True)
    living = asyncio.create_task(world.live())
    try:
        # standard input closes when whoever started us is gone, however it ended
        await asyncio.to_thread(sys.stdin.read)
    finally:
        living.cancel()
        await runner.cleanup()


def main() -> None:
    """`python -m console.demo.world [PACE_S [SEED [calm]]]`."""
    arguments = sys.argv[1:]
    pace_s = float(arguments[0]) if arguments else 2.0
    seed = int(arguments[1]) if len(arguments) > 1 else 7
    asyncio.run(_run(pace_s, seed, faults="calm" not in arguments))


if __name__ == "__main__":
    main()
