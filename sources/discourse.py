"""Posts of a Discourse forum, each topic a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast, get_args

from sources.api import Api, dict_of, dicts_of, instant_of, line_of, same_words, text_of, words_of
from sources.base import (
    Batch,
    Channel,
    Cursor,
    Kind,
    Limit,
    Outgoing,
    Post,
    Receipt,
    Refused,
    SourceError,
)
from sources.options import Options
from sources.said import say
from sources.setup import Question, Setup
from sources.sweep import sweep
from sources.tools import Tools

_OVERLAP = timedelta(hours=1)
_PAGES_TO_FIND = 3


class DiscourseSource:
    """One forum.

    Options: `url`, `user` (who answers), `key_file` or `key_env` (an API key for that user),
    `kind`, `limit` of a post (32,000 by default, as Discourse's own), `allow_private`, `ports`,
    `ca_file`.
    """

    setup = Setup(
        say("Discourse: posts of a forum, and answers to them"),
        say("An API key made by an administrator (Admin, API) for the user who answers."),
        (
            Question("url", say("The forum's address (https://…)")),
            Question("user", say("The user who answers")),
            Question("key", say("The API key"), form="secret"),
        ),
    )

    def __init__(self, name: str, options: Mapping[str, Any], tools: Tools) -> None:
        given = Options(options)
        self.name = name
        self._base = given.url().rstrip("/")
        self._me = given.text("user")
        key = given.secret("key", required=True)
        self._kind = cast(Kind, given.choice("kind", get_args(Kind), "question"))
        limit = given.whole("limit", 32_000, 1)
        how = given.reach()
        given.done()

        async def header(_: bool) -> Mapping[str, str]:
            return {"Api-Key": key(), "Api-Username": self._me}

        self._api = Api(tools.net, self._base, how, header)
        self.channel: Channel | None = Channel(
            limit=Limit(limit), readable=True, moderated=True, markup="markdown"
        )

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """New posts of all topics, newest first, back to the known ones."""
        swept = await sweep(cursor, now, _OVERLAP, self._page)
        return Batch(swept.posts, swept.cursor, more=swept.more)

    async def send(self, reply: Outgoing) -> Receipt:
        """Answer the post in its topic."""
        topic = reply.thread.removeprefix("topic:")
        if not topic.isdecimal():
            raise Refused(say("{thread} is no topic of this forum", thread=repr(reply.thread)))
        body: dict[str, Any] = {"topic_id": int(topic), "raw": reply.text}
        if reply.parent.isdecimal():
            body["reply_to_post_number"] = int(reply.parent)
        answer = await self._api.write("POST", "/posts.json", json=body)
        try:
            found = dict_of(answer.json())
        except SourceError:
            found = {}
        if found.get("action") == "enqueued":
            pending = dict_of(found.get("pending_post"))
            return Receipt(line_of(pending.get("id")) or reply.key, published=False)
        return self._receipt(found) or Receipt(reply.key)

    async def find(self, reply: Outgoing) -> Receipt | None:
        """Our words among the newest posts of the topic."""
        place = ""
        for _ in range(_PAGES_TO_FIND):
            found, place = await self._list(place)
            for one in found:
                same = same_words(text_of(one.get("raw")), reply.text)
                topic = f"topic:{line_of(one.get('topic_id'))}"
                if same and topic == reply.thread and one.get("username") == self._me:
                    return self._receipt(one)
            if not place:
                break
        return None

    async def _page(self, place: str) -> tuple[list[Post], str]:
        found, following = await self._list(place)
        return [self._post(one) for one in found if line_of(one.get("id"))], following

    async def _list(self, place: str) -> tuple[list[dict[str, Any]], str]:
        """The newest posts, or those before the id `place`."""
        found = dict_of(await self._api.json("/posts.json", {"before": place} if place else None))
        posts = dicts_of(found.get("latest_posts"))
        ids = [one["id"] for one in posts if isinstance(one.get("id"), int)]
        # Discourse asks for the highest id of the page that is wanted.
        following = str(min(ids) - 1) if ids and min(ids) > 1 else ""
        return posts, following

    def _post(self, found: Mapping[str, Any]) -> Post:
        written, changed = instant_of(found.get("created_at")), instant_of(found.get("updated_at"))
        user, topic = line_of(found.get("username")), line_of(found.get("topic_id"))
        number, slug = line_of(found.get("post_number")), line_of(found.get("topic_slug")) or "-"
        return Post(
            id=line_of(found.get("id")),
            text=text_of(found.get("raw")) or words_of(found.get("cooked")),
            title=line_of(found.get("topic_title"), 500),
            kind=self._kind,
            author=line_of(found.get("name")) or user,
            author_id=user,
            url=f"{self._base}/t/{slug}/{topic}/{number}",
            thread=f"topic:{topic}",
            parent=number,
            occurred_at=written,
            edited_at=changed if written and changed and changed > written else None,
            own=user == self._me,
            # Discourse's own account greets and reminds.
            automatic=user in ("system", "discobot"),
            deleted=bool(found.get("user_deleted")) or bool(found.get("deleted_at")),
        )

    def _receipt(self, found: Mapping[str, Any]) -> Receipt | None:
        id = line_of(found.get("id"))
        slug, topic = line_of(found.get("topic_slug")) or "-", line_of(found.get("topic_id"))
        url = f"{self._base}/t/{slug}/{topic}/{line_of(found.get('post_number'))}"
        return Receipt(id, url) if id else None
