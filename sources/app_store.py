"""App Store reviews by App Store Connect: all of them, with the developer's response to each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sources.api import (
    Api,
    dict_of,
    dicts_of,
    instant_of,
    line_of,
    quota_left,
    read,
    same_words,
    stars_of,
    text_of,
)
from sources.base import Batch, Channel, Cursor, Limit, Outgoing, Post, Receipt, SourceError
from sources.oauth import signed_key
from sources.options import Options
from sources.said import say
from sources.setup import Question, Setup
from sources.sweep import sweep
from sources.tools import Tools

AUDIENCE = "appstoreconnect-v1"

_OVERLAP = timedelta(days=2)
"""Read again at each poll: a review that was changed has no date of its change."""


class AppStoreSource:
    """The reviews of one app.

    Options: `app` (the number in the App Store's address), `issuer_id`, `key_id`, `key_file` or
    `key_env` (the .p8 key), `limit` of a response (5970), `url`, `allow_private`, `ports`,
    `ca_file`.
    """

    setup = Setup(
        say("App Store: reviews of an app by App Store Connect, and responses to them"),
        say(
            "An API key of App Store Connect (Users and Access, Integrations) with the role Customer "
            "Support or higher. Apple publishes a response after some time."
        ),
        (
            Question("app", say("The number in the app's address (375380948)")),
            Question("issuer_id", say("The issuer ID")),
            Question("key_id", say("The key's ID")),
            Question("key", say("Where the key file (.p8) lies"), form="file"),
        ),
    )

    def __init__(self, name: str, options: Mapping[str, Any], tools: Tools) -> None:
        given = Options(options)
        self.name = name
        self._app = given.text("app")
        if self._app and not self._app.isdecimal():
            given.wrong("app", say("expected the number in the app's address, such as 375380948"))
        base = given.url("url", "https://api.appstoreconnect.apple.com")
        issuer, key_id = given.text("issuer_id"), given.text("key_id")
        key = given.secret("key", required=True)
        # Apple's document names no length; this one is told by developers.
        limit = given.whole("limit", 5970, 1)
        how = given.reach()
        given.done()
        token = signed_key(tools.net, key, key_id, issuer, AUDIENCE, tools.clock)
        self._api = Api(tools.net, base, how, token)
        self._quota_left = ""
        self.channel: Channel | None = Channel(
            limit=Limit(limit), mode="replaces", idempotent=True, readable=True, moderated=True
        )

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """New reviews and their responses, newest first, back to the known ones."""
        swept = await sweep(cursor, now, _OVERLAP, self._page)
        return Batch(swept.posts, swept.cursor, more=swept.more, quota_left=self._quota_left)

    async def _page(self, place: str) -> tuple[list[Post], str]:
        query: dict[str, str | int] = {"sort": "-createdDate", "limit": 200, "include": "response"}
        first = self._api.url(f"/v1/apps/{self._app}/customerReviews", query)
        answer = await self._api.get(place or first)
        self._quota_left = quota_left(answer.headers)
        found = dict_of(await read(answer))
        return _posts(found), line_of(dict_of(found.get("links")).get("next"), 4000)

    async def send(self, reply: Outgoing) -> Receipt:
        """Respond, or replace the response that stands there. Apple publishes it when it likes."""
        body = {
            "data": {
                "type": "customerReviewResponses",
                "attributes": {"responseBody": reply.text},
                "relationships": {
                    "review": {"data": {"type": "customerReviews", "id": reply.post_id}}
                },
            }
        }
        answer = await self._api.write("POST", "/v1/customerReviewResponses", json=body)
        try:
            found = dict_of(dict_of(answer.json()).get("data"))
        except SourceError:
            found = {}
        return _receipt(found) or Receipt(f"{reply.post_id}:response", published=False)

    async def find(self, reply: Outgoing) -> Receipt | None:
        """The response that stands under the review, if it is this one; pending ones are shown."""
        path = f"/v1/customerReviews/{quote(reply.post_id, safe='')}/response"
        answer = await self._api.get(path, accept=(404,))
        if answer.status == 404:
            return None
        found = dict_of(dict_of(await read(answer)).get("data"))
        text = text_of(dict_of(found.get("attributes")).get("responseBody"))
        return _receipt(found) if same_words(text, reply.text) else None


def _posts(found: Mapping[str, Any]) -> list[Post]:
    responses = {
        line_of(one.get("id")): one
        for one in dicts_of(found.get("included"))
        if one.get("type") == "customerReviewResponses"
    }
    posts = []
    for review in dicts_of(found.get("data")):
        id, told = line_of(review.get("id")), dict_of(review.get("attributes"))
        if not id:
            continue
        territory = line_of(told.get("territory"))
        posts.append(
            Post(
                id=id,
                text=text_of(told.get("body")),
                title=line_of(told.get("title"), 500),
                kind="review",
                author=line_of(told.get("reviewerNickname")),
                occurred_at=instant_of(told.get("createdDate")),
                rating=stars_of(told.get("rating")),
                extra={"territory": territory} if territory else {},
            )
        )
        related = dict_of(dict_of(review.get("relationships")).get("response"))
        if response := responses.get(line_of(dict_of(related.get("data")).get("id"))):
            posts.append(_response(response, id))
    return posts


def _response(response: Mapping[str, Any], review: str) -> Post:
    told = dict_of(response.get("attributes"))
    return Post(
        id=line_of(response.get("id")),
        text=text_of(told.get("responseBody")),
        kind="review",
        thread=review,
        occurred_at=instant_of(told.get("lastModifiedDate")),
        own=True,
    )


def _receipt(found: Mapping[str, Any]) -> Receipt | None:
    id = line_of(found.get("id"))
    state = line_of(dict_of(found.get("attributes")).get("state"))
    return Receipt(id, published=state == "PUBLISHED") if id else None
