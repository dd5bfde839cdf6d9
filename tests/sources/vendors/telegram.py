"""Telegram's bot interface: updates that are forgotten once a later one is asked for."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.sources.vendors.base import Vendor

TOKEN = "12345:secret-of-the-bot"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Telegram(Vendor):
    """One bot."""

    def __init__(self) -> None:
        super().__init__()
        self.updates: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []
        self.webhook = False
        self._count = 0

    def message(self, text: str, *, chat: int = 77, kind: str = "message", **more: Any) -> None:
        self._count += 1
        message = {
            "message_id": self._count,
            "date": int(NOW.timestamp()),
            "chat": {"id": chat, "type": "private" if chat > 0 else "group"},
            "from": {
                "id": 5,
                "first_name": "Ana",
                "last_name": "B",
                "username": "ana",
                "is_bot": False,
            },
            "text": text,
            **more,
        }
        self.updates.append({"update_id": 900 + self._count, kind: message})

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/bot{token}/getUpdates", self._get),
            web.post("/bot{token}/sendMessage", self._send),
        ]

    def too_busy(self) -> web.Response:
        return _failed(429, "Too Many Requests: retry after 17", {"retry_after": 17})

    async def _get(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != TOKEN:
            return _failed(401, "Unauthorized")
        if self.webhook:
            return _failed(409, "Conflict: can't use getUpdates method while webhook is active")
        assert "message" in json.loads(request.query["allowed_updates"])
        offset = int(request.query.get("offset", "0"))
        self.updates = [one for one in self.updates if one["update_id"] >= offset]
        found = self.updates[: int(request.query["limit"])]
        return web.json_response({"ok": True, "result": found})

    async def _send(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != TOKEN:
            return _failed(401, "Unauthorized")
        body = await request.json()
        if body["chat_id"] == "-1":
            return _failed(403, "Forbidden: bot was blocked by the user")
        if len(body["text"]) > 4096:
            return _failed(400, "Bad Request: message is too long")
        self.sent.append(body)
        return web.json_response({"ok": True, "result": {"message_id": 500 + len(self.sent)}})


def _failed(status: int, words: str, parameters: dict[str, int] | None = None) -> web.Response:
    body = {"ok": False, "error_code": status, "description": words, "parameters": parameters or {}}
    return web.json_response(body, status=status)
