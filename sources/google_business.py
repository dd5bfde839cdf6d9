"""Reviews of a place on Google, by the Business Profile API, and the owner's answer to each.

Google gives access by application only; until then its quota is zero and every call answers 429.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sources.api import Api, dict_of, dicts_of, instant_of, line_of, same_words, text_of
from sources.base import Batch, Channel, Cursor, Limit, Outgoing, Post, Receipt, SourceError
from sources.oauth import Bearer, granted
from sources.options import Options
from sources.said import say
from sources.setup import Question, Setup
from sources.sweep import sweep
from sources.tools import Tools

_STARS = {"ONE": 1.0, "TWO": 2.0, "THREE": 3.0, "FOUR": 4.0, "FIVE": 5.0}
_PAGE = 50
_OVERLAP = timedelta(hours=1)
_NOT_APPROVED = say(
    "Google answers 429 to every call of a project that it has not approved yet: apply with the "
    'form "Application for Basic API Access" and wait for its answer; until then the notification '
    "mails can be read instead"
)


class GoogleBusinessSource:
    """The reviews of one location.

    Options: `account` and `location` (their numbers), `client_id`, `client_secret_file` or
    `_env`, `refresh_token_file` or `_env` (scope business.manage), `limit` of an answer in bytes
    (4096), `url`, `token_url`, `allow_private`, `ports`, `ca_file`.
    """

    setup = Setup(
        say("Google Business Profile: reviews of a place, and answers to them"),
        say(
            'Google must first approve your project: apply with the form "Application for Basic API '
            'Access". A profile that is verified and has been active for 60 days is expected. Until '
            "then, read the notification mails by a source of type email."
        ),
        (
            Question("account", say("The account's number")),
            Question("location", say("The location's number")),
            Question("client_id", say("The OAuth client's ID")),
            Question("client_secret", say("The OAuth client's secret"), form="secret"),
            Question(
                "refresh_token", say("A refresh token (scope business.manage)"), form="secret"
            ),
        ),
    )

    def __init__(self, name: str, options: Mapping[str, Any], tools: Tools) -> None:
        given = Options(options)
        self.name = name
        account, location = given.text("account"), given.text("location")
        client = given.text("client_id")
        secret = given.secret("client_secret", required=True)
        refresh = given.secret("refresh_token", required=True)
        base = given.url("url", "https://mybusiness.googleapis.com")
        token_url = given.url("token_url", "https://oauth2.googleapis.com/token")
        limit = given.whole("limit", 4096, 1)
        how = given.reach()
        given.done()

        async def fetch() -> tuple[str, timedelta]:
            form = {
                "grant_type": "refresh_token",
                "client_id": client,
                "client_secret": secret(),
                "refresh_token": refresh(),
            }
            return await granted(tools.net, token_url, form, how)

        self._api = Api(tools.net, base, how, Bearer(fetch, tools.clock))
        self._path = (
            f"/v4/accounts/{quote(account.rpartition('/')[2], safe='')}"
            f"/locations/{quote(location.rpartition('/')[2], safe='')}/reviews"
        )
        self.channel: Channel | None = Channel(
            limit=Limit(limit, "bytes"),
            mode="replaces",
            idempotent=True,
            readable=True,
            moderated=True,
        )

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """New and changed reviews with our answers, newest first, back to the known ones."""
        try:
            swept = await sweep(cursor, now, _OVERLAP, self._page)
        except SourceError as error:
            if cursor.last_success_at is None and "HTTP 429" in str(error):
                raise SourceError(_NOT_APPROVED, retry_at=error.retry_at, stop=True) from error
            raise
        return Batch(swept.posts, swept.cursor, more=swept.more)

    async def send(self, reply: Outgoing) -> Receipt:
        """Answer, or replace the answer that stands there. Google looks at it before it shows."""
        path = f"{self._path}/{quote(reply.post_id, safe='')}/reply"
        answer = await self._api.write("PUT", path, json={"comment": reply.text})
        try:
            found = dict_of(answer.json())
        except SourceError:
            found = {}
        return _receipt(reply.post_id, found)

    async def find(self, reply: Outgoing) -> Receipt | None:
        """The answer that stands under the review, if it is this one."""
        path = f"{self._path}/{quote(reply.post_id, safe='')}"
        found = dict_of(dict_of(await self._api.json(path)).get("reviewReply"))
        same = same_words(text_of(found.get("comment")), reply.text)
        return _receipt(reply.post_id, found) if found and same else None

    async def _page(self, token: str) -> tuple[list[Post], str]:
        query: dict[str, str | int] = {"pageSize": _PAGE, "orderBy": "updateTime desc"}
        if token:
            query["pageToken"] = token
        found = dict_of(await self._api.json(self._path, query))
        posts = [post for one in dicts_of(found.get("reviews")) for post in _posts(one)]
        return posts, line_of(found.get("nextPageToken"), 2000)


def _posts(review: Mapping[str, Any]) -> list[Post]:
    """The review, and our answer to it as a post of our own."""
    id = line_of(review.get("reviewId")) or line_of(review.get("name"), 500).rpartition("/")[2]
    if not id:
        return []
    written, changed = instant_of(review.get("createTime")), instant_of(review.get("updateTime"))
    post = Post(
        id=id,
        text=text_of(review.get("comment")),
        kind="review",
        author=line_of(dict_of(review.get("reviewer")).get("displayName")),
        occurred_at=written or changed,
        edited_at=changed if written and changed and changed > written else None,
        rating=_STARS.get(line_of(review.get("starRating"))),
    )
    answer = dict_of(review.get("reviewReply"))
    if not answer:
        return [post]
    ours = Post(
        id=f"{id}:reply",
        text=text_of(answer.get("comment")),
        kind="review",
        thread=id,
        occurred_at=instant_of(answer.get("updateTime")),
        own=True,
    )
    return [post, ours]


def _receipt(review: str, answer: Mapping[str, Any]) -> Receipt:
    # The name of the state is not documented alike everywhere; what waits says PENDING.
    states = (line_of(answer.get(name)) for name in ("reviewReplyState", "state"))
    return Receipt(f"{review}:reply", published=not any("PENDING" in state for state in states))
