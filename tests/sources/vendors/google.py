"""Google's token endpoint and the two review APIs behind it: Play, and Business Profile."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.sources.vendors.base import Vendor, refuse

PACKAGE = "com.example.lamp"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_PEM = _KEY.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
).decode()


class GooglePlay(Vendor):
    """One app. `expire()` ends the token that was given last."""

    def __init__(self, *, page: int = 100) -> None:
        super().__init__()
        self.page = page
        self.reviews: dict[str, dict[str, Any]] = {}
        self.tokens_given = 0
        self._token = ""

    def key_file(self) -> str:
        return json.dumps(
            {
                "type": "service_account",
                "client_email": "desk@example.iam.gserviceaccount.com",
                "private_key_id": "k7",
                "private_key": _PEM,
                "token_uri": f"{self.base}/token",
            }
        )

    def expire(self) -> None:
        self._token = "expired"

    def review(
        self, id: str, text: str, *, at: datetime = NOW, stars: int = 2, **more: Any
    ) -> None:
        """Written, or changed: the platform does not tell which."""
        comment = {
            "text": text,
            "starRating": stars,
            "lastModified": {"seconds": str(int(at.timestamp())), "nanos": 0},
            "reviewerLanguage": "pt_BR",
            "appVersionName": "3.1",
            "deviceMetadata": {"productName": "Pixel"},
            "thumbsUpCount": 0,
            **more,
        }
        answers = [
            one for one in self.reviews.get(id, {}).get("comments", []) if "developerComment" in one
        ]
        self.reviews[id] = {
            "reviewId": id,
            "authorName": "Ana",
            "comments": [{"userComment": comment}, *answers],
        }

    def routes(self) -> list[web.RouteDef]:
        root = f"/androidpublisher/v3/applications/{PACKAGE}/reviews"
        return [
            web.post("/token", self._give_token),
            web.get(root, self._list),
            web.get(root + "/{id}", self._one),
            web.post(root + "/{id}:reply", self._reply),
        ]

    def too_busy(self) -> web.Response:
        error = {"code": 429, "message": "Quota exceeded", "status": "RESOURCE_EXHAUSTED"}
        return web.json_response({"error": error}, status=429)

    async def _give_token(self, request: web.Request) -> web.Response:
        form = await request.post()
        assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        try:
            claims = jwt.decode(
                str(form["assertion"]),
                _KEY.public_key(),
                ["RS256"],
                audience=f"{self.base}/token",
                options={"verify_exp": False, "verify_iat": False},
            )
        except jwt.PyJWTError:
            return refuse(400, {"error": "invalid_grant", "error_description": "Invalid JWT"})
        assert claims["exp"] - claims["iat"] <= 3600
        assert claims["scope"] == "https://www.googleapis.com/auth/androidpublisher"
        self.tokens_given += 1
        self._token = f"ya29.token-{self.tokens_given}"
        return web.json_response({"access_token": self._token, "expires_in": 3599})

    def _check(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self._token}":
            error = {"error": {"code": 401, "message": "Invalid credentials"}}
            raise web.HTTPUnauthorized(text=json.dumps(error), content_type="application/json")

    async def _list(self, request: web.Request) -> web.Response:
        self._check(request)
        assert 1 <= int(request.query["maxResults"]) <= 100
        ones = sorted(self.reviews.values(), key=_changed, reverse=True)
        start = int(request.query.get("token", "0"))
        body: dict[str, Any] = {}
        if page := ones[start : start + self.page]:
            body["reviews"] = page
        if start + self.page < len(ones):
            body["tokenPagination"] = {"nextPageToken": str(start + self.page)}
        return web.json_response(body)

    async def _one(self, request: web.Request) -> web.Response:
        self._check(request)
        return web.json_response(self.reviews[request.match_info["id"]])

    async def _reply(self, request: web.Request) -> web.Response:
        self._check(request)
        text = (await request.json())["replyText"]
        if len(text) > 350:
            return refuse(400, {"error": {"code": 400, "message": "The reply is too long"}})
        review = self.reviews.get(request.match_info["id"])
        if review is None:
            return refuse(404, {"error": {"code": 404, "message": "Review not found"}})
        at = {"seconds": str(int(NOW.timestamp())), "nanos": 0}
        review["comments"] = [
            review["comments"][0],
            {"developerComment": {"text": text, "lastModified": at}},
        ]
        return web.json_response({"result": {"replyText": text, "lastEdited": at}})


def _changed(review: dict[str, Any]) -> int:
    return int(review["comments"][0]["userComment"]["lastModified"]["seconds"])


class GoogleBusiness(Vendor):
    """One location of one account. `approved` is Google's word about the project."""

    def __init__(self, *, approved: bool = True, page: int = 50) -> None:
        super().__init__()
        self.approved = approved
        self.page = page
        self.reviews: dict[str, dict[str, Any]] = {}
        self.reply_state = "APPROVED"
        self._tokens = 0

    def review(self, id: str, text: str, *, at: datetime = NOW, stars: str = "TWO") -> None:
        written = self.reviews.get(id, {}).get("createTime", at.isoformat())
        self.reviews[id] = {
            **self.reviews.get(id, {}),
            "name": f"accounts/1/locations/2/reviews/{id}",
            "reviewId": id,
            "reviewer": {"displayName": "Ana"},
            "starRating": stars,
            "comment": text,
            "createTime": written,
            "updateTime": at.isoformat(),
        }

    def routes(self) -> list[web.RouteDef]:
        root = "/v4/accounts/1/locations/2/reviews"
        return [
            web.post("/token", self._token),
            web.get(root, self._list),
            web.get(root + "/{id}", self._one),
            web.put(root + "/{id}/reply", self._reply),
        ]

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if form["refresh_token"] != "refresh-1" or form["client_secret"] != "secret-of-client":
            return refuse(400, {"error": "invalid_grant", "error_description": "Bad Request"})
        self._tokens += 1
        return web.json_response({"access_token": f"ya29.b{self._tokens}", "expires_in": 3599})

    def _check(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer ya29.b{self._tokens}":
            raise web.HTTPUnauthorized
        if not self.approved:
            error = {"code": 429, "message": "Quota exceeded", "status": "RESOURCE_EXHAUSTED"}
            raise web.HTTPTooManyRequests(
                text=json.dumps({"error": error}), content_type="application/json"
            )

    async def _list(self, request: web.Request) -> web.Response:
        self._check(request)
        assert int(request.query["pageSize"]) <= 50
        assert request.query["orderBy"] == "updateTime desc"
        ones = sorted(self.reviews.values(), key=lambda one: one["updateTime"], reverse=True)
        start = int(request.query.get("pageToken", "0"))
        body: dict[str, Any] = {"totalReviewCount": len(ones)}
        if page := ones[start : start + self.page]:
            body["reviews"] = page
        if start + self.page < len(ones):
            body["nextPageToken"] = str(start + self.page)
        return web.json_response(body)

    async def _one(self, request: web.Request) -> web.Response:
        self._check(request)
        return web.json_response(self.reviews[request.match_info["id"]])

    async def _reply(self, request: web.Request) -> web.Response:
        self._check(request)
        comment = (await request.json())["comment"]
        if len(comment.encode()) > 4096:
            return refuse(400, {"error": {"code": 400, "message": "The comment is too long"}})
        review = self.reviews.get(request.match_info["id"])
        if review is None:
            return refuse(404, {"error": {"code": 404, "message": "Review not found"}})
        review["reviewReply"] = {
            "comment": comment,
            "updateTime": NOW.isoformat(),
            "reviewReplyState": self.reply_state,
        }
        return web.json_response(review["reviewReply"])
