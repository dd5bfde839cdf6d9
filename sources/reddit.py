"""Posts and comments on Reddit that name something, and answers to them, with an approved app.

Without one, the `rss` type reads any listing: its address with .rss behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

import msgspec

from sources.api import (
    Api,
    dict_of,
    dicts_of,
    line_of,
    quota_left,
    read,
    same_words,
    text_of,
)
from sources.base import (
    Batch,
    Channel,
    Cursor,
    Limit,
    Outgoing,
    Post,
    Receipt,
    Refused,
    SourceError,
)
from sources.feeds import latest
from sources.oauth import Bearer, basic, granted
from sources.options import Options
from sources.said import say
from sources.setup import Question, Setup
from sources.sweep import sweep
from sources.tools import Tools

_OVERLAP = timedelta(hours=1)
_PAGE = 100


class RedditSource:
    """Words that are searched for, and the comments of some subreddits.

    Options: `client_id`, `client_secret_file`, `user`, `password_file` (a script app that Reddit
    approved; each secret also as _env), `words`, `subreddits` (all their comments), `limit` of
    an answer (10,000), `url`, `token_url`, `allow_private`, `ports`, `ca_file`.
    """

    setup = Setup(
        say("Reddit: posts that name something, comments of subreddits, and answers to them"),
        say(
            "Reddit approves apps by application first. Until then, a source of type rss reads any "
            "listing (its address with .rss behind it)."
        ),
        (
            Question("client_id", say("The script app's id")),
            Question("client_secret", say("The script app's secret"), form="secret"),
            Question("user", say("The account")),
            Question("password", say("The account's password"), form="secret"),
            Question("words", say("Words to search for"), optional=True, form="list"),
            Question("subreddits", say("Subreddits to read"), optional=True, form="list"),
        ),
    )

    def __init__(self, name: str, options: Mapping[str, Any], tools: Tools) -> None:
        given = Options(options)
        self.name = name
        client, self._me = given.text("client_id"), given.text("user")
        secret = given.secret("client_secret", required=True)
        password = given.secret("password", required=True)
        words, subreddits = given.texts("words"), given.texts("subreddits")
        if not words and not subreddits:
            given.wrong("words", say("missing; expected words, or subreddits"))
        base = given.url("url", "https://oauth.reddit.com")
        token_url = given.url("token_url", "https://www.reddit.com/api/v1/access_token")
        limit = given.whole("limit", 10_000, 1)
        how = given.reach()
        given.done()
        # Reddit slows down clients that do not say who they are, and on whose behalf.
        how["headers"] = {"User-Agent": f"linux:shiftdesk:1 (by /u/{self._me})"}

        async def fetch() -> tuple[str, timedelta]:
            form = {"grant_type": "password", "username": self._me, "password": password()}
            header = basic(tools.net, client, secret())
            return await granted(tools.net, token_url, form, how, header)

        self._api = Api(tools.net, base, how, Bearer(fetch, tools.clock))
        self._lists: dict[str, tuple[str, dict[str, str | int]]] = {
            f"?{word}": ("/search", {"q": f'"{word}"', "sort": "new", "type": "link"})
            for word in words
        }
        for subreddit in subreddits:
            at = quote(subreddit.removeprefix("/").removeprefix("r/"), safe="")
            self._lists[f"r/{subreddit}"] = (f"/r/{at}/comments", {})
        self._quota_left = ""
        self.channel: Channel | None = Channel(limit=Limit(limit), readable=True, markup="markdown")

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """New finds and comments, newest first, back to the known ones."""
        places = _places(cursor.position)
        posts: dict[str, Post] = {}
        more = False
        for name, (path, query) in self._lists.items():
            before = Cursor(position=places.get(name, ""))
            swept = await sweep(before, now, _OVERLAP, partial(self._page, path, query))
            places[name] = swept.cursor.position
            more = more or swept.more
            posts.update((post.id, post) for post in swept.posts)
        newest = max((p.occurred_at for p in posts.values() if p.occurred_at), default=None)
        position = msgspec.json.encode(places).decode() if any(places.values()) else ""
        after = replace(cursor, position=position, last_post_at=latest(cursor.last_post_at, newest))
        return Batch(list(posts.values()), after, more=more, quota_left=self._quota_left)

    async def send(self, reply: Outgoing) -> Receipt:
        """Answer the post or comment."""
        form = {"thing_id": reply.post_id, "text": reply.text, "api_type": "json"}
        answer = await self._api.write("POST", "/api/comment", form=form)
        try:
            told = dict_of(dict_of(answer.json()).get("json"))
        except SourceError:
            return Receipt(reply.key)
        if errors := told.get("errors"):
            # Reddit answers 200 and says no inside: [["TOO_LONG", "this is too long", "text"]].
            first = errors[0] if isinstance(errors, list) and errors else ""
            words = first[1] if isinstance(first, list) and len(first) > 1 else first
            raise Refused(say("Reddit refused the answer: {words}", words=line_of(words)))
        things = dicts_of(dict_of(told.get("data")).get("things"))
        found = dict_of(things[0].get("data")) if things else {}
        return Receipt(line_of(found.get("name")) or reply.key, _page_of(found))

    async def find(self, reply: Outgoing) -> Receipt | None:
        """Our words under the post, among our newest comments."""
        path = f"/user/{quote(self._me, safe='')}/comments"
        found = dict_of(await self._api.json(path, {"limit": _PAGE, "raw_json": 1}))
        for one in dicts_of(dict_of(found.get("data")).get("children")):
            told = dict_of(one.get("data"))
            if told.get("parent_id") == reply.post_id and same_words(
                text_of(told.get("body")), reply.text
            ):
                return Receipt(line_of(told.get("name")), _page_of(told))
        return None

    async def _page(
        self, path: str, query: Mapping[str, str | int], place: str
    ) -> tuple[list[Post], str]:
        wanted: dict[str, str | int] = {**query, "limit": _PAGE, "raw_json": 1}
        if place:
            wanted["after"] = place
        answer = await self._api.get(path, wanted)
        self._quota_left = quota_left(answer.headers)
        found = dict_of(dict_of(await read(answer)).get("data"))
        posts = [self._post(dict_of(one.get("data"))) for one in dicts_of(found.get("children"))]
        return [post for post in posts if post.id], line_of(found.get("after"))

    def _post(self, told: Mapping[str, Any]) -> Post:
        author, made = line_of(told.get("author")), told.get("created_utc")
        edited = told.get("edited")
        link = line_of(told.get("link_id"))
        return Post(
            id=line_of(told.get("name")),
            text=text_of(told.get("body")) or text_of(told.get("selftext")),
            title=line_of(told.get("title") or told.get("link_title"), 500),
            kind="mention",
            author=author,
            author_id=author,
            url=_page_of(told),
            thread=link,
            occurred_at=_instant(made),
            edited_at=_instant(edited) if edited and edited is not True else None,
            own=author.lower() == self._me.lower(),
            automatic=author == "AutoModerator",
            deleted=author == "[deleted]",
        )


def _page_of(told: Mapping[str, Any]) -> str:
    path = line_of(told.get("permalink"), 1000)
    return f"https://www.reddit.com{path}" if path.startswith("/r/") else ""


def _instant(value: Any) -> datetime | None:
    good = isinstance(value, int | float) and 0 < value < 4_102_444_800
    return datetime.fromtimestamp(value, UTC) if good else None


def _places(position: str) -> dict[str, str]:
    try:
        return msgspec.json.decode(position, type=dict[str, str]) if position else {}
    except msgspec.MsgspecError:
        return {}
