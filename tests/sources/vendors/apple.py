"""App Store Connect: keys signed with ES256, reviews with responses, publishing that takes time."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.sources.vendors.base import Vendor, refuse

APP = "375380948"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
_KEY = ec.generate_private_key(ec.SECP256R1())
PEM = _KEY.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
).decode()


class AppStore(Vendor):
    """One app."""

    def __init__(self, *, page: int = 200) -> None:
        super().__init__()
        self.page = page
        self.reviews: dict[str, dict[str, Any]] = {}
        self.responses: dict[str, dict[str, Any]] = {}

    def review(self, id: str, body: str, *, at: datetime = NOW, stars: int = 2) -> None:
        self.reviews[id] = {
            "rating": stars,
            "title": f"title {id}",
            "body": body,
            "reviewerNickname": "Ana",
            "createdDate": at.isoformat(),
            "territory": "DEU",
        }

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(f"/v1/apps/{APP}/customerReviews", self._list),
            web.get("/v1/customerReviews/{id}/response", self._one),
            web.post("/v1/customerReviewResponses", self._respond),
        ]

    def _check(self, request: web.Request) -> None:
        try:
            token = request.headers["Authorization"].removeprefix("Bearer ")
            claims = jwt.decode(
                token,
                _KEY.public_key(),
                ["ES256"],
                audience="appstoreconnect-v1",
                issuer="issuer-1",
                options={"verify_exp": False, "verify_iat": False},
            )
            assert jwt.get_unverified_header(token)["kid"] == "KEY1"
            assert claims["exp"] - claims["iat"] <= 1200
        except (KeyError, AssertionError, jwt.PyJWTError):
            error = {
                "errors": [{"status": "401", "code": "NOT_AUTHORIZED", "title": "Not allowed"}]
            }
            raise web.HTTPUnauthorized(
                text=json.dumps(error), content_type="application/json"
            ) from None

    async def _list(self, request: web.Request) -> web.Response:
        self._check(request)
        assert request.query["sort"] == "-createdDate"
        assert int(request.query["limit"]) <= 200
        ones = sorted(self.reviews.items(), key=lambda one: one[1]["createdDate"], reverse=True)
        start = int(request.query.get("cursor", "0"))
        page = ones[start : start + self.page]
        links = {}
        if start + self.page < len(ones):
            following = request.url.update_query(cursor=str(start + self.page))
            links["next"] = f"{self.base}{following.raw_path_qs}"
        data = [
            {
                "type": "customerReviews",
                "id": id,
                "attributes": review,
                "relationships": {
                    "response": {
                        "data": {"type": "customerReviewResponses", "id": f"resp-{id}"}
                        if id in self.responses
                        else None
                    }
                },
            }
            for id, review in page
        ]
        included = [self._told(id) for id, _ in page if id in self.responses]
        body: dict[str, Any] = {"data": data, "links": links}
        if "response" in request.query.get("include", "") and included:
            body["included"] = included
        limit = "user-hour-lim:3500;user-hour-rem:3412;"
        return web.json_response(body, headers={"X-Rate-Limit": limit})

    async def _one(self, request: web.Request) -> web.Response:
        self._check(request)
        id = request.match_info["id"]
        if id not in self.responses:
            return refuse(404, {"errors": [{"title": "There is no resource of this type"}]})
        return web.json_response({"data": self._told(id)})

    async def _respond(self, request: web.Request) -> web.Response:
        self._check(request)
        data = (await request.json())["data"]
        assert data["type"] == "customerReviewResponses"
        review = data["relationships"]["review"]["data"]
        assert review["type"] == "customerReviews"
        if review["id"] not in self.reviews:
            return refuse(409, {"errors": [{"title": "The review does not exist"}]})
        self.responses[review["id"]] = {
            "responseBody": data["attributes"]["responseBody"],
            "lastModifiedDate": NOW.isoformat(),
            "state": "PENDING_PUBLISH",
        }
        return web.json_response({"data": self._told(review["id"])}, status=201)

    def _told(self, id: str) -> dict[str, Any]:
        return {
            "type": "customerReviewResponses",
            "id": f"resp-{id}",
            "attributes": self.responses[id],
        }
