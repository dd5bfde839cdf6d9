"""YouTube's comments, with a daily quota."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.sources.vendors.base import Vendor, refuse

CHANNEL = "UCsupport"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class YouTube(Vendor):
    """One channel. A page costs one unit, an answer fifty."""

    def __init__(self, *, units: int = 10_000) -> None:
        super().__init__()
        self.units = units
        self.threads: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, list[dict[str, Any]]] = {}
        self.disabled = False
        self._tokens = 0

    def comment(self, text: str, *, at: datetime = NOW) -> str:
        id = f"c{len(self.threads)}"
        self.threads[id] = _comment(id, text, "UCana", at)
        self.answers[id] = []
        return id

    def answer(self, thread: str, text: str, *, by: str = "UCana", at: datetime = NOW) -> str:
        id = f"{thread}.{len(self.answers[thread])}"
        self.answers[thread].append(_comment(id, text, by, at))
        return id

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/token", self._token),
            web.get("/youtube/v3/commentThreads", self._list),
            web.get("/youtube/v3/comments", self._answers),
            web.post("/youtube/v3/comments", self._write),
        ]

    async def _token(self, request: web.Request) -> web.Response:
        assert (await request.post())["grant_type"] == "refresh_token"
        self._tokens += 1
        return web.json_response({"access_token": f"ya29.y{self._tokens}", "expires_in": 3599})

    def _spend(self, request: web.Request, units: int, *, writing: bool = False) -> None:
        known = request.headers.get("Authorization") == f"Bearer ya29.y{self._tokens}"
        by_key = request.headers.get("X-Goog-Api-Key") == "api-key" and not writing
        if not known and not by_key:
            raise web.HTTPUnauthorized
        self.units -= units
        if self.units < 0:
            raise _forbidden("quotaExceeded", "The request cannot be completed: quota exceeded")
        if self.disabled:
            raise _forbidden("commentsDisabled", "The video has disabled comments")

    async def _list(self, request: web.Request) -> web.Response:
        self._spend(request, 1)
        assert request.query["allThreadsRelatedToChannelId"] == CHANNEL
        assert request.query["order"] == "time"
        size, start = int(request.query["maxResults"]), int(request.query.get("pageToken", "0"))
        assert size <= 100
        ones = sorted(
            self.threads.items(), key=lambda one: one[1]["snippet"]["publishedAt"], reverse=True
        )
        items = [
            {
                "id": id,
                "snippet": {"videoId": "v1", "topLevelComment": comment},
                "replies": {"comments": self.answers[id]},
            }
            for id, comment in ones[start : start + size]
        ]
        body: dict[str, Any] = {"items": items}
        if start + size < len(ones):
            body["nextPageToken"] = str(start + size)
        return web.json_response(body)

    async def _answers(self, request: web.Request) -> web.Response:
        self._spend(request, 1)
        return web.json_response({"items": self.answers[request.query["parentId"]]})

    async def _write(self, request: web.Request) -> web.Response:
        self._spend(request, 50, writing=True)
        told = (await request.json())["snippet"]
        if told["parentId"] not in self.threads:
            return refuse(404, {"error": {"message": "The parent comment could not be found"}})
        id = self.answer(told["parentId"], told["textOriginal"], by=CHANNEL)
        return web.json_response({"id": id})


def _comment(id: str, text: str, author: str, at: datetime) -> dict[str, Any]:
    return {
        "id": id,
        "snippet": {
            "textOriginal": text,
            "authorDisplayName": "@ana",
            "authorChannelId": {"value": author},
            "publishedAt": at.isoformat(),
            "updatedAt": at.isoformat(),
        },
    }


def _forbidden(reason: str, message: str) -> web.HTTPForbidden:
    error = {"error": {"message": message, "errors": [{"reason": reason}]}}
    return web.HTTPForbidden(text=json.dumps(error), content_type="application/json")
