"""Trustpilot's service reviews, for business accounts whose plan has the API.

The names of a review's fields are those that integrations use; where Trustpilot names one
otherwise, the `fields` table says so, as for `json_api`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import quote

from sources.api import Api, dict_of, dicts_of, quota_left, read, same_words
from sources.base import Batch, Channel, Cursor, Limit, Outgoing, Post, Receipt, SourceError
from sources.mapping import Fields
from sources.oauth import Bearer, basic, granted
from sources.options import Options
from sources.said import say
from sources.setup import Question, Setup
from sources.sweep import Sweep, sweep
from sources.tools import Tools

USUAL = {
    "id": "id",
    "text": "text",
    "title": "title",
    "rating": "stars",
    "author": "consumer.displayName",
    "author_id": "consumer.id",
    "language": "language",
    "time": "createdAt",
    "edited": "updatedAt",
    "url": "links[?rel=='web-review'].href | [0]",
    "answer.text": "companyReply.text",
    "answer.time": "companyReply.createdAt",
}
"""Where a review keeps what."""

_TOKEN_PATH = "/v1/oauth/oauth-business-users-for-applications/accesstoken"
_PAGE = 100
_OVERLAP = timedelta(days=2)


class TrustpilotSource:
    """The reviews of one business unit.

    Options: `business_unit` (its id), `api_key`, `secret_file` or `secret_env`, `business_user`
    (whose name stands under a reply; without it nothing is answered), `fields` (see above),
    `limit` of a reply, `mode` (replaces, or single), `url`, `allow_private`, `ports`, `ca_file`.
    """

    setup = Setup(
        say("Trustpilot: reviews of your company, and replies to them"),
        say(
            "A paid plan with the API (the connect module), and an application there with key and "
            "secret."
        ),
        (
            Question("business_unit", say("The id of your business unit")),
            Question("api_key", say("The application's API key")),
            Question("secret", say("The application's secret"), form="secret"),
            Question(
                "business_user",
                say("The id of the user who replies (empty: read only)"),
                optional=True,
            ),
        ),
    )

    def __init__(self, name: str, options: Mapping[str, Any], tools: Tools) -> None:
        given = Options(options)
        self.name = name
        self._unit = given.text("business_unit")
        self._user = given.text("business_user", "")
        api_key, secret = given.text("api_key"), given.secret("secret", required=True)
        base = given.url("url", "https://api.trustpilot.com").rstrip("/")
        self._fields = Fields(given.inner("fields"), kind="review", zone=UTC, usual=USUAL)
        limit = given.whole("limit", 0)
        mode = given.choice("mode", ("replaces", "single"), "replaces")
        how = given.reach()
        given.done()

        async def fetch() -> tuple[str, timedelta]:
            header = basic(tools.net, api_key, secret())
            form = {"grant_type": "client_credentials"}
            return await granted(tools.net, base + _TOKEN_PATH, form, how, header)

        self._api = Api(tools.net, base, how, Bearer(fetch, tools.clock))
        self._quota_left = ""
        self.channel: Channel | None = None
        if self._user:
            self.channel = Channel(
                limit=Limit(limit) if limit else None, mode=cast(Any, mode), readable=True
            )

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """New and revised reviews with our replies, newest first, back to the known ones."""
        known = Sweep.at(cursor).known_until

        async def ask(place: str) -> tuple[list[Post], str]:
            return await self._page(int(place or 1), known)

        swept = await sweep(cursor, now, _OVERLAP, ask)
        return Batch(swept.posts, swept.cursor, more=swept.more, quota_left=self._quota_left)

    async def send(self, reply: Outgoing) -> Receipt:
        """Reply in the name of the business user."""
        body = {"authorBusinessUserId": self._user, "message": reply.text}
        await self._api.write("POST", _of(reply.post_id) + "/reply", json=body)
        return Receipt(f"{reply.post_id}:answer")

    async def find(self, reply: Outgoing) -> Receipt | None:
        """The reply that stands under the review, if it is this one."""
        found = await self._api.json(_of(reply.post_id))
        for post in self._fields.posts(dict_of(found)):
            if post.own and same_words(post.text, reply.text):
                return Receipt(post.id)
        return None

    async def _page(self, number: int, known: datetime | None) -> tuple[list[Post], str]:
        query: dict[str, str | int] = {
            "perPage": _PAGE,
            "page": number,
            "orderBy": "createdat.desc",
        }
        if known is not None:
            query["startDateTime"] = (known - _OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")
        path = f"/v1/private/business-units/{quote(self._unit, safe='')}/reviews"
        answer = await self._api.get(path, query)
        self._quota_left = quota_left(answer.headers)
        found = dict_of(await read(answer)).get("reviews")
        if not isinstance(found, list):
            raise SourceError(
                say("Trustpilot's answer holds no list of reviews; check business_unit")
            )
        reviews = dicts_of(found)
        posts = [post for review in reviews for post in self._fields.posts(review)]
        return posts, str(number + 1) if len(found) == _PAGE else ""


def _of(id: str) -> str:
    return f"/v1/private/reviews/{quote(id, safe='')}"
