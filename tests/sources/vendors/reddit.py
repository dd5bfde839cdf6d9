"""Reddit: a password grant, listings newest first, refusals inside a 200."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.sources.vendors.base import Vendor

CLIENT, SECRET, USER, PASSWORD = "client", "client-secret-1", "support", "password-1"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Reddit(Vendor):
    """One subreddit, r/lamps."""

    def __init__(self) -> None:
        super().__init__()
        self.things: dict[str, dict[str, Any]] = {}
        self._tokens = 0

    def comment(self, body: str, *, by: str = "ana", to: str = "t3_1", at: datetime = NOW) -> str:
        name = f"t1_{len(self.things)}"
        self.things[name] = {
            "name": name,
            "body": body,
            "author": by,
            "link_id": "t3_1",
            "link_title": "Lamps",
            "parent_id": to,
            "permalink": f"/r/lamps/comments/1/lamps/{name}/",
            "created_utc": at.timestamp(),
            "edited": False,
        }
        return name

    def link(self, title: str, *, at: datetime = NOW) -> str:
        name = f"t3_{len(self.things)}"
        self.things[name] = {
            "name": name,
            "title": title,
            "selftext": "see title",
            "author": "ana",
            "permalink": f"/r/x/comments/{name}/",
            "created_utc": at.timestamp(),
            "edited": False,
        }
        return name

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/token", self._token),
            web.get("/r/lamps/comments", self._comments),
            web.get("/search", self._search),
            web.get(f"/user/{USER}/comments", self._ours),
            web.post("/api/comment", self._write),
        ]

    def too_busy(self) -> web.Response:
        headers = {"X-Ratelimit-Remaining": "0", "X-Ratelimit-Reset": "33"}
        return web.json_response({"message": "Too Many Requests"}, status=429, headers=headers)

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        wanted = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        assert request.headers["User-Agent"].endswith("(by /u/support)")
        if request.headers.get("Authorization") != wanted:
            return web.json_response({"message": "Unauthorized", "error": 401}, status=401)
        if (form["grant_type"], form["username"], form["password"]) != ("password", USER, PASSWORD):
            return web.json_response({"error": "invalid_grant"}, status=400)
        self._tokens += 1
        return web.json_response({"access_token": f"token-{self._tokens}", "expires_in": 86400})

    def _check(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer token-{self._tokens}":
            raise web.HTTPUnauthorized

    async def _comments(self, request: web.Request) -> web.Response:
        return self._page(request, [one for one in self.things.values() if "body" in one])

    async def _search(self, request: web.Request) -> web.Response:
        assert request.query["sort"] == "new"
        word = request.query["q"].strip('"')
        return self._page(
            request, [one for one in self.things.values() if word in one.get("title", "")]
        )

    async def _ours(self, request: web.Request) -> web.Response:
        return self._page(request, [one for one in self.things.values() if one["author"] == USER])

    def _page(self, request: web.Request, ones: list[dict[str, Any]]) -> web.Response:
        self._check(request)
        size = int(request.query["limit"])
        assert size <= 100
        ones = sorted(ones, key=lambda one: one["created_utc"], reverse=True)
        if after := request.query.get("after"):
            ones = ones[[one["name"] for one in ones].index(after) + 1 :]
        page = ones[:size]
        data = {
            "children": [{"kind": "t1", "data": one} for one in page],
            "after": page[-1]["name"] if len(ones) > size else None,
        }
        headers = {"X-Ratelimit-Remaining": "595.0", "X-Ratelimit-Reset": "100"}
        return web.json_response({"data": data}, headers=headers)

    async def _write(self, request: web.Request) -> web.Response:
        self._check(request)
        form = await request.post()
        if len(str(form["text"])) > 10_000:
            errors = [["TOO_LONG", "this is too long (max: 10000)", "text"]]
            return web.json_response({"json": {"errors": errors}})
        name = self.comment(str(form["text"]), by=USER, to=str(form["thing_id"]))
        things = [{"kind": "t1", "data": self.things[name]}]
        return web.json_response({"json": {"errors": [], "data": {"things": things}}})
