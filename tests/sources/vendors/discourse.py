"""A Discourse forum: the newest posts, topics, the review of a new user's posts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.sources.vendors.base import Vendor, refuse

USER, KEY = "support", "discourse-key-1"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PAGE = 50


class Discourse(Vendor):
    """One forum."""

    def __init__(self) -> None:
        super().__init__()
        self.posts: dict[int, dict[str, Any]] = {}
        self.reviewed = False

    def post(
        self,
        raw: str,
        *,
        topic: int = 7,
        user: str = "ana",
        at: datetime = NOW,
        answers: int | None = None,
    ) -> int:
        id = len(self.posts) + 1
        number = 1 + sum(one["topic_id"] == topic for one in self.posts.values())
        self.posts[id] = {
            "id": id,
            "raw": raw,
            "cooked": f"<p>{raw}</p>",
            "name": user.title(),
            "username": user,
            "topic_id": topic,
            "topic_slug": "lamps",
            "topic_title": "Lamps",
            "post_number": number,
            "reply_to_post_number": answers,
            "created_at": at.isoformat(),
            "updated_at": at.isoformat(),
        }
        return id

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/posts.json", self._list), web.post("/posts.json", self._write)]

    def too_busy(self) -> web.Response:
        body = {
            "errors": ["You have performed this action too many times"],
            "extras": {"wait_seconds": 9},
        }
        return web.json_response(body, status=429, headers={"Retry-After": "9"})

    def _check(self, request: web.Request) -> None:
        if (request.headers.get("Api-Key"), request.headers.get("Api-Username")) != (KEY, USER):
            raise web.HTTPForbidden(
                text='{"errors": ["You are not permitted to view the requested resource."]}',
                content_type="application/json",
            )

    async def _list(self, request: web.Request) -> web.Response:
        self._check(request)
        before = int(request.query.get("before", max(self.posts, default=0)))
        ids = sorted((id for id in self.posts if before - PAGE < id <= before), reverse=True)
        return web.json_response({"latest_posts": [self.posts[id] for id in ids]})

    async def _write(self, request: web.Request) -> web.Response:
        self._check(request)
        body = await request.json()
        if len(body["raw"]) < 5:
            return refuse(422, {"errors": ["Body is too short (minimum is 5 characters)"]})
        if self.reviewed:
            return web.json_response({"action": "enqueued", "pending_post": {"id": 99}})
        id = self.post(
            body["raw"],
            topic=body["topic_id"],
            user=USER,
            answers=body.get("reply_to_post_number"),
        )
        return web.json_response(self.posts[id])
