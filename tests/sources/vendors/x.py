"""X: signed requests, mentions newest first, credits that run out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from sources.x import signature
from tests.sources.vendors.base import Vendor, refuse

KEYS = {
    "consumer_key": "consumer-key-1",
    "consumer_secret": "consumer-secret-1",
    "access_token": "99-access-token",
    "access_secret": "access-secret-1",
}
ME = "99"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class X(Vendor):
    """One account. `read` counts the posts that were handed out: each costs."""

    def __init__(self) -> None:
        super().__init__()
        self.posts: dict[int, dict[str, Any]] = {}
        self.read = 0
        self.credits = True

    def mention(self, text: str, *, by: str = "5", to: int = 0, root: int = 0, **more: Any) -> int:
        id = 1_900_000_000_000_000_000 + len(self.posts)
        self.posts[id] = {
            "id": str(id),
            "text": text,
            "author_id": by,
            "conversation_id": str(root or id),
            "created_at": (NOW + timedelta(seconds=len(self.posts))).isoformat(),
            "lang": "de",
            **({"referenced_tweets": [{"type": "replied_to", "id": str(to)}]} if to else {}),
            **more,
        }
        return id

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/2/users/me", self._user),
            web.get(f"/2/users/{ME}/mentions", self._mentions),
            web.get(f"/2/users/{ME}/tweets", self._ours),
            web.post("/2/tweets", self._write),
        ]

    def too_busy(self) -> web.Response:
        reset = str(int((NOW + timedelta(minutes=9)).timestamp()))
        headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": reset}
        return web.json_response({"title": "Too Many Requests"}, status=429, headers=headers)

    def _check(self, request: web.Request) -> None:
        told = dict(re.findall(r'(oauth_\w+)="([^"]*)"', request.headers.get("Authorization", "")))
        wanted = signature(
            request.method,
            f"{self.base}{request.raw_path}",
            KEYS,
            told.get("oauth_timestamp", ""),
            told.get("oauth_nonce", ""),
        )
        if unquote(request.headers.get("Authorization", "")) != unquote(wanted):
            raise web.HTTPUnauthorized(
                text='{"title": "Unauthorized", "detail": "Unauthorized"}',
                content_type="application/json",
            )
        if not self.credits:
            raise web.HTTPPaymentRequired(
                text='{"title": "CreditsDepleted", "detail": "Your account has no credits"}',
                content_type="application/json",
            )

    async def _user(self, request: web.Request) -> web.Response:
        self._check(request)
        return web.json_response({"data": {"id": ME, "username": "support"}})

    async def _mentions(self, request: web.Request) -> web.Response:
        self._check(request)
        size = int(request.query["max_results"])
        assert 5 <= size <= 100
        since = int(request.query.get("since_id", "0"))
        ids = sorted((id for id in self.posts if id > since), reverse=True)[:800]
        start = int(request.query.get("pagination_token", "0"))
        page = ids[start : start + size]
        self.read += len(page)
        meta: dict[str, Any] = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": str(page[0]), "oldest_id": str(page[-1])}
        if start + size < len(ids):
            meta["next_token"] = str(start + size)
        users = [{"id": "5", "name": "Ana", "username": "ana"}]
        body = {"data": [self.posts[id] for id in page], "includes": {"users": users}, "meta": meta}
        headers = {"x-rate-limit-limit": "300", "x-rate-limit-remaining": "299"}
        return web.json_response(body, headers=headers)

    async def _ours(self, request: web.Request) -> web.Response:
        self._check(request)
        ours = [one for one in reversed(self.posts.values()) if one["author_id"] == ME]
        return web.json_response({"data": ours})

    async def _write(self, request: web.Request) -> web.Response:
        self._check(request)
        body = await request.json()
        if len(body["text"]) > 280:
            return refuse(403, {"detail": "Your post is too long", "title": "Forbidden"})
        to = int(body["reply"]["in_reply_to_tweet_id"])
        text = body["text"].replace("&", "&amp;").replace("<", "&lt;")
        id = self.mention(f"@ana {text}", by=ME, to=to, root=to)
        return web.json_response({"data": {"id": str(id), "text": text}}, status=201)
