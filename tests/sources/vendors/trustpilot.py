"""Trustpilot: a token for client credentials, private reviews by page, one reply each."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.sources.vendors.base import Vendor, refuse

UNIT, USER, KEY, SECRET = "unit1", "user1", "api-key-1", "secret-of-trustpilot"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Trustpilot(Vendor):
    """One business unit."""

    def __init__(self) -> None:
        super().__init__()
        self.reviews: dict[str, dict[str, Any]] = {}
        self._tokens = 0

    def review(self, id: str, text: str, *, at: datetime = NOW, stars: int = 2) -> None:
        self.reviews[id] = {
            "id": id,
            "stars": stars,
            "title": f"title {id}",
            "text": text,
            "language": "da",
            "createdAt": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "updatedAt": None,
            "consumer": {"id": "c1", "displayName": "Ana"},
            "companyReply": None,
            "links": [
                {"rel": "self", "href": "https://api.trustpilot.com/x"},
                {"rel": "web-review", "href": f"https://trustpilot.example/{id}"},
            ],
        }

    def expire(self) -> None:
        self._tokens += 1

    def routes(self) -> list[web.RouteDef]:
        oauth = "/v1/oauth/oauth-business-users-for-applications/accesstoken"
        return [
            web.post(oauth, self._token),
            web.get(f"/v1/private/business-units/{UNIT}/reviews", self._list),
            web.get("/v1/private/reviews/{id}", self._one),
            web.post("/v1/private/reviews/{id}/reply", self._reply),
        ]

    async def _token(self, request: web.Request) -> web.Response:
        wanted = "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        form = await request.post()
        if request.headers.get("Authorization") != wanted:
            return refuse(401, {"reason": "Unauthorized"})
        assert form["grant_type"] == "client_credentials"
        self._tokens += 1
        return web.json_response({"access_token": f"token-{self._tokens}", "expires_in": "359999"})

    def _check(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer token-{self._tokens}":
            raise web.HTTPUnauthorized(
                text='{"message": "Invalid token"}', content_type="application/json"
            )

    async def _list(self, request: web.Request) -> web.Response:
        self._check(request)
        size, number = int(request.query["perPage"]), int(request.query["page"])
        assert size <= 100
        assert request.query["orderBy"] == "createdat.desc"
        since = request.query.get("startDateTime", "")
        ones = sorted(
            (one for one in self.reviews.values() if one["createdAt"] >= since),
            key=lambda one: one["createdAt"],
            reverse=True,
        )
        return web.json_response({"reviews": ones[(number - 1) * size : number * size]})

    async def _one(self, request: web.Request) -> web.Response:
        self._check(request)
        return web.json_response(self.reviews[request.match_info["id"]])

    async def _reply(self, request: web.Request) -> web.Response:
        self._check(request)
        body = await request.json()
        assert body["authorBusinessUserId"] == USER
        review = self.reviews.get(request.match_info["id"])
        if review is None:
            return refuse(404, {"message": "The review was not found"})
        review["companyReply"] = {"text": body["message"], "createdAt": NOW.isoformat()}
        return web.Response(status=201)
