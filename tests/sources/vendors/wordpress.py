"""A WordPress site with a WooCommerce shop: comments, reviews, application passwords."""

from __future__ import annotations

import base64
import html
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from tests.sources.vendors.base import Vendor, refuse

USER, PASSWORD = "support", "abcd efgh ijkl mnop"
KEY, SECRET = "ck_1", "cs_secret_of_the_shop"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class WordPress(Vendor):
    """One site."""

    def __init__(self, *, pretty: bool = True, moderated: bool = False) -> None:
        super().__init__()
        self.pretty = pretty
        self.moderated = moderated
        self.comments: dict[int, dict[str, Any]] = {}
        self.reviews: dict[int, dict[str, Any]] = {}
        self._next = 1

    def comment(
        self,
        text: str,
        *,
        parent: int = 0,
        at: datetime = NOW,
        author: int = 0,
        status: str = "approved",
        post: int = 5,
    ) -> int:
        id, self._next = self._next, self._next + 1
        self.comments[id] = {
            "id": id,
            "post": post,
            "parent": parent,
            "author": author,
            "author_name": "Ana &amp; Bo",
            "date_gmt": at.strftime("%Y-%m-%dT%H:%M:%S"),
            "content": {"rendered": f"<p>{text}</p>\n"},
            "link": f"https://blog.example/post/#comment-{id}",
            "status": status,
        }
        return id

    def review(self, text: str, *, at: datetime = NOW, stars: int = 2) -> int:
        id = self.comment(text, at=at, post=77)
        self.reviews[id] = {
            "id": id,
            "date_created_gmt": at.strftime("%Y-%m-%dT%H:%M:%S"),
            "product_id": 77,
            "product_name": "Lamp",
            "product_permalink": "https://shop.example/lamp",
            "status": "approved",
            "reviewer": "Ana",
            "reviewer_email": "ana@example.com",
            "review": f"<p>{text}</p>\n",
            "rating": stars,
            "verified": True,
        }
        return id

    def routes(self) -> list[web.RouteDef]:
        if not self.pretty:
            return [web.get("/", self._by_query), web.post("/", self._by_query)]
        return [
            web.get("/wp-json/{route:.*}", self._by_path),
            web.post("/wp-json/{route:.*}", self._by_path),
        ]

    async def _by_path(self, request: web.Request) -> web.Response:
        return await self._answer(request, "/" + request.match_info["route"])

    async def _by_query(self, request: web.Request) -> web.Response:
        return await self._answer(request, request.query["rest_route"])

    async def _answer(self, request: web.Request, route: str) -> web.Response:
        if route == "/wc/v3/products/reviews":
            if not _is(request, KEY, SECRET):
                return _error(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list")
            return self._page(request, list(self.reviews.values()), "date_created_gmt")
        known = _is(request, USER, PASSWORD)
        if "Authorization" in request.headers and not known:
            return _error(401, "incorrect_password", "The provided password is an invalid one.")
        if route == "/wp/v2/users/me":
            return web.json_response({"id": 1}) if known else _error(401, "x", "Not logged in")
        if route == "/wp/v2/comments" and request.method == "POST":
            return await self._write(request, known)
        if route == "/wp/v2/comments":
            return self._list(request, known)
        id = int(route.rpartition("/")[2])
        if id not in self.comments:
            return _error(404, "rest_comment_invalid_id", "Invalid comment ID.")
        return web.json_response(self.comments[id])

    def _list(self, request: web.Request, known: bool) -> web.Response:
        wanted = request.query.get("status", "approve")
        if wanted != "approve" and not known:
            return _error(401, "rest_forbidden_param", "Query parameter not permitted: status")
        shown = {"approve": ("approved",), "hold": ("hold",)}[wanted]
        ones = [one for one in self.comments.values() if one["status"] in shown]
        if parent := request.query.get("parent"):
            ones = [one for one in ones if one["parent"] == int(parent)]
        return self._page(request, ones, "date_gmt")

    def _page(self, request: web.Request, ones: list[dict[str, Any]], date: str) -> web.Response:
        size, number = int(request.query["per_page"]), int(request.query.get("page", "1"))
        assert 1 <= size <= 100
        after = request.query.get("after", "")
        ones = sorted((one for one in ones if one[date] > after), key=lambda one: one[date])
        if request.query.get("order", "desc") == "desc":
            ones.reverse()
        pages = max(1, -(-len(ones) // size))
        if number > pages:
            return _error(400, "rest_post_invalid_page_number", "The page number is too large.")
        return web.json_response(
            ones[(number - 1) * size : number * size],
            headers={"X-WP-Total": str(len(ones)), "X-WP-TotalPages": str(pages)},
        )

    async def _write(self, request: web.Request, known: bool) -> web.Response:
        if not known:
            return _error(401, "rest_comment_login_required", "Sorry, you must be logged in.")
        body = await request.json()
        if body["parent"] not in self.comments:
            return _error(403, "rest_comment_invalid_post_id", "Sorry, you are not allowed.")
        assert body["post"] == self.comments[body["parent"]]["post"]
        if any(
            one["content"]["rendered"] == f"<p>{body['content']}</p>\n"
            and one["parent"] == body["parent"]
            for one in self.comments.values()
        ):
            return _error(409, "comment_duplicate", "Duplicate comment detected.")
        id = self.comment(
            body["content"],
            parent=body["parent"],
            author=1,
            at=NOW + timedelta(minutes=1),
            post=body["post"],
            status="hold" if self.moderated else "approved",
        )
        return web.json_response(self.comments[id], status=201)

    def text(self, id: int) -> str:
        """A comment as a reader sees it."""
        return html.unescape(self.comments[id]["content"]["rendered"])


def _is(request: web.Request, user: str, password: str) -> bool:
    wanted = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    return request.headers.get("Authorization") == wanted


def _error(status: int, code: str, message: str) -> web.Response:
    return refuse(status, {"code": code, "message": message, "data": {"status": status}})
