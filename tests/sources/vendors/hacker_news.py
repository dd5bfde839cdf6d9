"""The search of Hacker News: newest first, a thousand hits for a query at most."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.sources.vendors.base import Vendor

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class HackerNews(Vendor):
    """Whatever was published."""

    def __init__(self) -> None:
        super().__init__()
        self.hits: list[dict[str, Any]] = []

    def comment(self, text: str, *, at: datetime = NOW, story: int = 1) -> None:
        self.hits.append(
            {
                "objectID": str(1000 + len(self.hits)),
                "comment_text": f"<p>{text}</p>",
                "story_title": "Lamps",
                "story_id": story,
                "author": "ana",
                "created_at_i": int(at.timestamp()),
            }
        )

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/api/v1/search_by_date", self._search)]

    async def _search(self, request: web.Request) -> web.Response:
        word = request.query["query"].strip('"')
        assert request.query["tags"] == "(story,comment)"
        size = int(request.query["hitsPerPage"])
        assert size <= 1000
        found = [hit for hit in self.hits if word in hit["comment_text"]]
        for sign, bound in re.findall(r"created_at_i([<>])(\d+)", request.query["numericFilters"]):
            found = [
                hit
                for hit in found
                if (
                    hit["created_at_i"] < int(bound)
                    if sign == "<"
                    else hit["created_at_i"] > int(bound)
                )
            ]
        found.sort(key=lambda hit: hit["created_at_i"], reverse=True)
        return web.json_response({"hits": found[:size], "nbHits": len(found)})
