"""A Bluesky server: sessions that run out, notifications, search, records in repositories."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from aiohttp import web

from tests.sources.vendors.base import Vendor, refuse

HANDLE, PASSWORD = "support.example.com", "abcd-efgh-ijkl-mnop"
ME, ANA = "did:plc:support", "did:plc:ana"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Bluesky(Vendor):
    """One server, the account of ours and a customer's."""

    def __init__(self, *, page: int = 100) -> None:
        super().__init__()
        self.page = page
        self.posts: dict[str, dict[str, Any]] = {}
        self.notifications: list[dict[str, Any]] = []
        self.logins = self.refreshes = 0
        self._access = self._refresh = ""
        self._count = 0

    def publish(
        self,
        did: str,
        text: str,
        *,
        to: str = "",
        at: datetime | None = None,
        facets: list[dict[str, Any]] | None = None,
    ) -> str:
        """A record in the repository of `did`; its address."""
        self._count += 1
        at = at or NOW + timedelta(seconds=self._count)
        record: dict[str, Any] = {
            "$type": "app.bsky.feed.post",
            "text": text,
            "createdAt": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "langs": ["de"],
        }
        if facets:
            record["facets"] = facets
        if to:
            parent = self.reference(to)
            above = self.posts[to]["record"].get("reply")
            record["reply"] = {"root": above["root"] if above else parent, "parent": parent}
        return self._store(did, record)

    def mention(self, text: str, *, to: str = "", **more: Any) -> str:
        """The customer writes, and we are notified."""
        uri = self.publish(ANA, text, to=to, **more)
        post = self.posts[uri]
        reason = "reply" if to else "mention"
        self.notifications.insert(0, {**post, "reason": reason, "isRead": False})
        return uri

    def reference(self, uri: str) -> dict[str, str]:
        return {"uri": uri, "cid": self.posts[uri]["cid"]}

    def expire(self) -> None:
        self._access = "expired"

    def _store(self, did: str, record: dict[str, Any]) -> str:
        self._count += 1
        uri = f"at://{did}/app.bsky.feed.post/3k{self._count:05}"
        name = did.rpartition(":")[2]
        self.posts[uri] = {
            "uri": uri,
            "cid": f"bafy{self._count}",
            "author": {"did": did, "handle": f"{name}.example.com", "displayName": name.title()},
            "record": record,
            "indexedAt": record["createdAt"],
        }
        return uri

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/xrpc/com.atproto.server.createSession", self._create),
            web.post("/xrpc/com.atproto.server.refreshSession", self._renew),
            web.get("/xrpc/app.bsky.notification.listNotifications", self._listed),
            web.get("/xrpc/app.bsky.feed.searchPosts", self._search),
            web.get("/xrpc/app.bsky.feed.getPosts", self._get),
            web.get("/xrpc/com.atproto.repo.listRecords", self._records),
            web.post("/xrpc/com.atproto.repo.createRecord", self._record),
        ]

    def too_busy(self) -> web.Response:
        headers = {"RateLimit-Remaining": "0", "RateLimit-Reset": str(int(NOW.timestamp()) + 120)}
        return web.json_response(
            {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"},
            status=429,
            headers=headers,
        )

    def _session(self) -> web.Response:
        self._count += 1
        ends = int((NOW + timedelta(hours=2)).timestamp())
        secret = "a secret of this server, long enough"
        self._access = jwt.encode({"exp": ends, "n": self._count}, secret, "HS256")
        self._refresh = f"refresh-token-{self._count}"
        return web.json_response(
            {"accessJwt": self._access, "refreshJwt": self._refresh, "did": ME, "handle": HANDLE}
        )

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        if (body["identifier"], body["password"]) != (HANDLE, PASSWORD):
            return refuse(
                401,
                {"error": "AuthenticationRequired", "message": "Invalid identifier or password"},
            )
        self.logins += 1
        return self._session()

    async def _renew(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {self._refresh}":
            return refuse(400, {"error": "ExpiredToken", "message": "Token has been revoked"})
        self.refreshes += 1
        return self._session()

    def _check(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self._access}":
            raise web.HTTPBadRequest(
                text='{"error": "ExpiredToken", "message": "Token has expired"}',
                content_type="application/json",
            )

    async def _listed(self, request: web.Request) -> web.Response:
        self._check(request)
        reasons = request.query.getall("reasons")
        ones = [one for one in self.notifications if one["reason"] in reasons]
        return self._page(request, ones, "notifications")

    async def _search(self, request: web.Request) -> web.Response:
        self._check(request)
        assert request.query["sort"] == "latest"
        word = request.query["q"]
        ones = [one for one in reversed(self.posts.values()) if word in one["record"]["text"]]
        return self._page(request, ones, "posts")

    def _page(self, request: web.Request, ones: list[dict[str, Any]], key: str) -> web.Response:
        assert int(request.query["limit"]) <= 100
        start = int(request.query.get("cursor", "0"))
        body: dict[str, Any] = {key: ones[start : start + self.page]}
        if start + self.page < len(ones):
            body["cursor"] = str(start + self.page)
        headers = {"RateLimit-Limit": "3000", "RateLimit-Remaining": "2999"}
        return web.json_response(body, headers=headers)

    async def _get(self, request: web.Request) -> web.Response:
        self._check(request)
        uris = request.query.getall("uris")
        assert len(uris) <= 25
        return web.json_response({"posts": [self.posts[uri] for uri in uris if uri in self.posts]})

    async def _records(self, request: web.Request) -> web.Response:
        self._check(request)
        assert request.query["collection"] == "app.bsky.feed.post"
        ours = [
            {"uri": uri, "cid": post["cid"], "value": post["record"]}
            for uri, post in reversed(self.posts.items())
            if uri.startswith(f"at://{request.query['repo']}/")
        ]
        return web.json_response({"records": ours[:100]})

    async def _record(self, request: web.Request) -> web.Response:
        self._check(request)
        body = await request.json()
        assert (body["repo"], body["collection"]) == (ME, "app.bsky.feed.post")
        record = body["record"]
        if len(record["text"].encode()) > 3000:
            return refuse(
                400,
                {
                    "error": "InvalidRequest",
                    "message": "Record/text must not be longer than 3000 bytes",
                },
            )
        for end in ("root", "parent"):
            assert record["reply"][end] == self.reference(record["reply"][end]["uri"])
        uri = self._store(ME, record)
        return web.json_response({"uri": uri, "cid": self.posts[uri]["cid"]})
