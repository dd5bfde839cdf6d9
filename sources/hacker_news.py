"""Stories and comments on Hacker News that name something, by its public search. Read only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, cast, get_args

import msgspec

from sources.api import Api, dict_of, dicts_of, line_of, words_of
from sources.base import (
    Batch,
    Channel,
    Cursor,
    Kind,
    Outgoing,
    Post,
    Receipt,
    Refused,
    SourceError,
)
from sources.feeds import latest
from sources.options import Options
from sources.said import say
from sources.setup import Question, Setup
from sources.sweep import Sweep, sweep
from sources.tools import Tools

_PAGE = 100
_OVERLAP = timedelta(hours=1)
"""Read again at each poll: the search learns of a comment some minutes late."""
_ITEM = "https://news.ycombinator.com/item?id="


class HackerNewsSource:
    """What was written about some words.

    Options: `words` (each is searched for), `backfill` (how far a first sync goes back, 7d),
    `kind`, `url`, `allow_private`, `ports`, `ca_file`.
    """

    channel: Channel | None = None
    setup = Setup(
        say("Hacker News: stories and comments that name something, read only"),
        say("Nothing. Answers are given on the site."),
        (Question("words", say("Words to search for"), form="list"),),
    )

    def __init__(self, name: str, options: Mapping[str, Any], tools: Tools) -> None:
        given = Options(options)
        self.name = name
        self._words = given.texts("words")
        if not any(self._words):
            given.wrong("words", say("missing; expected words to search for"))
        self._backfill = given.duration("backfill", "7d")
        self._kind = cast(Kind, given.choice("kind", get_args(Kind), "mention"))
        base, how = given.url("url", "https://hn.algolia.com"), given.reach()
        given.done()

        async def no_key(_: bool) -> Mapping[str, str]:
            return {}

        self._api = Api(tools.net, base, how, no_key)

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """New finds for each word, newest first, back to the known ones."""
        places = _places(cursor.position)
        posts: dict[str, Post] = {}
        more = False
        for word in self._words:
            before = Cursor(position=places.get(word, ""))
            known = Sweep.at(before).known_until
            since = known - _OVERLAP if known else now - self._backfill
            swept = await sweep(before, now, _OVERLAP, partial(self._page, word, since))
            places[word] = swept.cursor.position
            more = more or swept.more
            posts.update((post.id, post) for post in swept.posts)
        newest = max((p.occurred_at for p in posts.values() if p.occurred_at), default=None)
        position = msgspec.json.encode(places).decode() if any(places.values()) else ""
        after = replace(cursor, position=position, last_post_at=latest(cursor.last_post_at, newest))
        return Batch(list(posts.values()), after, more=more)

    async def send(self, reply: Outgoing) -> Receipt:
        raise Refused(
            say("Hacker News takes no reply by program; answer at {place}", place=reply.url)
        )

    async def find(self, reply: Outgoing) -> Receipt | None:
        raise SourceError(
            say("Hacker News takes no reply by program; look at {place}", place=reply.url)
        )

    async def _page(self, word: str, since: datetime, place: str) -> tuple[list[Post], str]:
        """Finds before `place` (Unix seconds). A query shows 1,000 at most, so pages go by time."""
        bounds = f"created_at_i>{int(since.timestamp())}"
        if place:
            bounds += f",created_at_i<{place}"
        query: dict[str, str | int] = {
            "query": f'"{word}"',
            "tags": "(story,comment)",
            "numericFilters": bounds,
            "hitsPerPage": _PAGE,
        }
        found = dict_of(await self._api.json("/api/v1/search_by_date", query))
        hits = dicts_of(found.get("hits"))
        times = [hit["created_at_i"] for hit in hits if isinstance(hit.get("created_at_i"), int)]
        # Several may stand in the last second: it is read again, and what is known stays known.
        following = str(min(times) + 1) if len(hits) == _PAGE and times else ""
        return [self._post(hit) for hit in hits if hit.get("objectID")], (
            "" if following == place else following
        )

    def _post(self, hit: Mapping[str, Any]) -> Post:
        id, story, at = (
            line_of(hit.get("objectID")),
            line_of(hit.get("story_id")),
            hit.get("created_at_i"),
        )
        return Post(
            id=id,
            text=words_of(hit.get("comment_text") or hit.get("story_text")),
            title=words_of(hit.get("title") or hit.get("story_title")),
            kind=self._kind,
            author=line_of(hit.get("author")),
            author_id=line_of(hit.get("author")),
            url=_ITEM + id,
            thread=story if story != id else "",
            occurred_at=datetime.fromtimestamp(at, UTC) if isinstance(at, int) else None,
        )


def _places(position: str) -> dict[str, str]:
    try:
        return msgspec.json.decode(position, type=dict[str, str]) if position else {}
    except msgspec.MsgspecError:
        return {}
