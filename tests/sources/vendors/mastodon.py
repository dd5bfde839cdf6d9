"""A Mastodon server: notifications, timelines, contexts, posts. Ids are hex and do not sort."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from tests.sources.vendors.base import Vendor, refuse

TOKEN = "mastodon-token"
PAGE_MOST = 80
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Mastodon(Vendor):
    """One server with one account of ours, @support."""

    def __init__(self, *, limit: int = 500, has_v2: bool = True) -> None:
        super().__init__()
        self.limit = limit
        self.has_v2 = has_v2
        self.statuses: dict[str, dict[str, Any]] = {}
        self.notifications: list[dict[str, Any]] = []
        self.tags: dict[str, list[dict[str, Any]]] = {}
        self.keys: dict[str, dict[str, Any]] = {}
        self.search_allowed = True
        self._count = 0

    def publish(
        self, acct: str, content: str, *, to: str = "", visibility: str = "public"
    ) -> dict[str, Any]:
        """A new post of `acct`."""
        self._count += 1
        id = hashlib.blake2b(str(self._count).encode(), digest_size=8).hexdigest()
        status = {
            "id": id,
            "created_at": (NOW + timedelta(seconds=self._count)).isoformat(),
            "edited_at": None,
            "in_reply_to_id": to or None,
            "visibility": visibility,
            "language": "de",
            "spoiler_text": "",
            "content": f"<p>{content}</p>",
            "url": f"https://social.example/@{acct}/{id}",
            "account": {
                "id": f"id-{acct}",
                "acct": acct,
                "display_name": acct.title(),
                "bot": False,
            },
        }
        self.statuses[id] = status
        return status

    def mention(self, acct: str, content: str, **more: Any) -> dict[str, Any]:
        """A new post that names us: we are notified."""
        status = self.publish(acct, f"@support {content}", **more)
        self._notify("mention", status)
        return status

    def edit(self, id: str, content: str) -> None:
        """The customer changes a post; we took part, so we are notified."""
        self._count += 1
        self.statuses[id]["content"] = f"<p>{content}</p>"
        self.statuses[id]["edited_at"] = (NOW + timedelta(seconds=self._count)).isoformat()
        self._notify("update", self.statuses[id])

    def _notify(self, kind: str, status: dict[str, Any]) -> None:
        self._count += 1
        id = hashlib.blake2b(f"n{self._count}".encode(), digest_size=8).hexdigest()
        self.notifications.insert(0, {"id": id, "type": kind, "status": status})

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/v1/accounts/verify_credentials", self._me),
            web.get("/api/v2/instance", self._instance),
            web.get("/api/v1/notifications", self._notifications),
            web.get("/api/v1/timelines/tag/{tag}", self._tag),
            web.get("/api/v1/timelines/home", self._home),
            web.get("/api/v2/search", self._search),
            web.get("/api/v1/accounts/{id}/statuses", self._statuses_of),
            web.get("/api/v1/statuses/{id}", self._status),
            web.get("/api/v1/statuses/{id}/context", self._context),
            web.post("/api/v1/statuses", self._post),
        ]

    def too_busy(self) -> web.Response:
        reset = (NOW + timedelta(seconds=90)).isoformat()
        headers = {"X-RateLimit-Reset": reset, "X-RateLimit-Remaining": "0"}
        return web.json_response({"error": "Too many requests"}, status=429, headers=headers)

    def _check(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise web.HTTPUnauthorized(
                text='{"error": "The access token is invalid"}', content_type="application/json"
            )

    async def _me(self, request: web.Request) -> web.Response:
        self._check(request)
        return web.json_response({"id": "id-support", "acct": "support"})

    async def _instance(self, request: web.Request) -> web.Response:
        if not self.has_v2:
            raise web.HTTPNotFound
        told = {"max_characters": self.limit, "characters_reserved_per_url": 23}
        return web.json_response(
            {
                "version": "4.5.2",
                "source_url": "https://github.com/mastodon/mastodon",
                "configuration": {"statuses": told},
            }
        )

    async def _notifications(self, request: web.Request) -> web.Response:
        self._check(request)
        kinds = request.query.getall("types[]", [])
        assert kinds, "an adapter that asks for every kind of notification wastes its quota"
        return self._page(request, [n for n in self.notifications if n["type"] in kinds])

    async def _tag(self, request: web.Request) -> web.Response:
        return self._page(request, self.tags.get(request.match_info["tag"], []))

    async def _home(self, request: web.Request) -> web.Response:
        """What is public, ours or not; Mastodon shows no direct message here."""
        self._check(request)
        ones = [one for one in self.statuses.values() if one["visibility"] == "public"]
        return self._page(request, ones[::-1])

    def _page(self, request: web.Request, ones: list[dict[str, Any]]) -> web.Response:
        size = int(request.query.get("limit", "40"))
        assert size <= PAGE_MOST
        if after := request.query.get("max_id"):
            at = [one["id"] for one in ones].index(after)
            ones = ones[at + 1 :]
        page = ones[:size]
        headers = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "299"}
        if len(ones) > size:
            url = request.url.update_query(max_id=page[-1]["id"])
            headers["Link"] = f'<{self.base}{url.raw_path_qs}>; rel="next"'
        return web.json_response(page, headers=headers)

    async def _search(self, request: web.Request) -> web.Response:
        self._check(request)
        if not self.search_allowed:
            return refuse(403, {"error": "This action is outside the authorized scopes"})
        word = request.query["q"]
        found = [one for one in self.statuses.values() if word in one["content"]]
        return web.json_response({"statuses": found, "accounts": [], "hashtags": []})

    async def _statuses_of(self, request: web.Request) -> web.Response:
        """Of our own account with its direct messages, as the server gives them to their author."""
        self._check(request)
        whose = request.match_info["id"]
        ones = [one for one in self.statuses.values() if one["account"]["id"] == whose]
        return self._page(request, ones[::-1])

    async def _status(self, request: web.Request) -> web.Response:
        self._check(request)
        return web.json_response(self._known(request))

    async def _context(self, request: web.Request) -> web.Response:
        self._check(request)
        status = self._known(request)
        ancestors: list[dict[str, Any]] = []
        above = status
        while above["in_reply_to_id"]:
            above = self.statuses[above["in_reply_to_id"]]
            ancestors.insert(0, above)
        below = [one for one in self.statuses.values() if one["in_reply_to_id"] == status["id"]]
        return web.json_response({"ancestors": ancestors, "descendants": below})

    async def _post(self, request: web.Request) -> web.Response:
        self._check(request)
        key = request.headers.get("Idempotency-Key", "")
        if key in self.keys:
            return web.json_response(self.keys[key])
        body = await request.json()
        if len(body["status"]) > self.limit:
            return refuse(
                422, {"error": f"Validation failed: Text character limit of {self.limit} exceeded"}
            )
        above = body.get("in_reply_to_id", "")
        if above and above not in self.statuses:
            return refuse(404, {"error": "Record not found"})
        status = self.publish("support", body["status"], to=above, visibility=body["visibility"])
        self.keys[key] = status
        return web.json_response(status)

    def _known(self, request: web.Request) -> dict[str, Any]:
        status = self.statuses.get(request.match_info["id"])
        if status is None:
            raise web.HTTPNotFound(text='{"error": "Record not found"}')
        return status
