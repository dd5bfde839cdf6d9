"""Reviews of an app on Google Play, and the developer's answer to each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from sources.api import Api, dict_of, dicts_of, line_of, same_words, stars_of, text_of
from sources.base import Batch, Channel, Cursor, Limit, Outgoing, Post, Receipt
from sources.oauth import service_account
from sources.options import Options
from sources.said import say
from sources.setup import Question, Setup
from sources.sweep import sweep
from sources.tools import Tools

SCOPE = "https://www.googleapis.com/auth/androidpublisher"
REPLY_LIMIT = 350
READS_AN_HOUR = 200
"""Google's default for each app; every page is one."""
WINDOW = timedelta(days=7)
"""The list shows reviews made or changed in about the last week, and no older ones."""

_OVERLAP = timedelta(hours=1)


class GooglePlaySource:
    """The reviews of one app.

    Options: `package` (such as com.example.app), `key_file` or `key_env` (the JSON key of a
    service account with the right "Reply to reviews"), `url`, `allow_private`, `ports`,
    `ca_file`.
    """

    setup = Setup(
        say("Google Play: reviews of an app, and answers to them"),
        say(
            "A service account of a Google Cloud project, invited to the Play Console with the right "
            '"Reply to reviews". Only reviews of about the last week can be read.'
        ),
        (
            Question("package", say("The app's package name (com.example.app)")),
            Question("key", say("Where the service account's key file (JSON) lies"), form="file"),
        ),
    )

    def __init__(self, name: str, options: Mapping[str, Any], tools: Tools) -> None:
        given = Options(options)
        self.name = name
        self._package = given.text("package")
        base = given.url("url", "https://androidpublisher.googleapis.com")
        key = given.secret("key", required=True)
        how = given.reach()
        given.done()
        token = service_account(tools.net, key, SCOPE, how, tools.clock)
        self._api = Api(tools.net, base, how, token)
        self._path = f"/androidpublisher/v3/applications/{quote(self._package, safe='')}/reviews"
        # A new answer replaces the one before, so the same one may be sent again.
        self.channel: Channel | None = Channel(
            limit=Limit(REPLY_LIMIT),
            mode="replaces",
            idempotent=True,
            readable=True,
            markup="stripped",
        )

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """New and changed reviews with our answers, newest first, back to the known ones."""
        swept = await sweep(cursor, now, _OVERLAP, self._page)
        last = cursor.last_success_at
        return Batch(
            swept.posts,
            swept.cursor,
            gap=bool(last and now - last > WINDOW),
            more=swept.more,
            min_interval_s=swept.pages * 3600 / READS_AN_HOUR,
        )

    async def _page(self, token: str) -> tuple[list[Post], str]:
        query: dict[str, str | int] = {"maxResults": 100}
        if token:
            query["token"] = token
        found = dict_of(await self._api.json(self._path, query))
        posts = [post for one in dicts_of(found.get("reviews")) for post in _posts(one)]
        return posts, line_of(dict_of(found.get("tokenPagination")).get("nextPageToken"), 2000)

    async def send(self, reply: Outgoing) -> Receipt:
        """Answer the review, or replace the answer that stands there."""
        path = f"{self._path}/{quote(reply.post_id, safe='')}:reply"
        await self._api.write("POST", path, json={"replyText": reply.text})
        return Receipt(f"{reply.post_id}:reply")

    async def find(self, reply: Outgoing) -> Receipt | None:
        """The answer that stands under the review, if it is this one."""
        path = f"{self._path}/{quote(reply.post_id, safe='')}"
        for post in _posts(dict_of(await self._api.json(path))):
            if post.own and same_words(post.text, reply.text):
                return Receipt(post.id)
        return None


def _posts(review: Mapping[str, Any]) -> list[Post]:
    """The review, and our answer to it as a post of our own."""
    id = line_of(review.get("reviewId"))
    comments = dicts_of(review.get("comments"))
    posts = []
    for comment in comments:
        if customer := dict_of(comment.get("userComment")):
            posts.append(_post(id, line_of(review.get("authorName")), customer))
    for comment in comments:
        if developer := dict_of(comment.get("developerComment")):
            posts.append(
                Post(
                    id=f"{id}:reply",
                    text=text_of(developer.get("text")),
                    kind="review",
                    thread=id,
                    occurred_at=_instant(developer.get("lastModified")),
                    own=True,
                )
            )
    return [post for post in posts if id]


def _post(id: str, author: str, comment: Mapping[str, Any]) -> Post:
    # Where Google translated, the customer's own words are beside the translation. Old reviews
    # hold title and text with a tab between them.
    words = text_of(comment.get("originalText")) or text_of(comment.get("text"))
    title, tab, text = words.partition("\t")
    device = dict_of(comment.get("deviceMetadata"))
    facts = {
        "version": line_of(comment.get("appVersionName")),
        "device": line_of(device.get("productName")) or line_of(comment.get("device")),
        "android": line_of(comment.get("androidOsVersion")),
        "found helpful": line_of(comment.get("thumbsUpCount")),
    }
    return Post(
        id=id,
        text=text.strip() if tab else words,
        title=title.strip() if tab else "",
        kind="review",
        author=author,
        occurred_at=_instant(comment.get("lastModified")),
        rating=stars_of(comment.get("starRating")),
        language=line_of(comment.get("reviewerLanguage"), 35).replace("_", "-"),
        extra={name: value for name, value in facts.items() if value and value != "0"},
    )


def _instant(value: Any) -> datetime | None:
    """Google's {seconds, nanos}; seconds are a text in its JSON."""
    try:
        return datetime.fromtimestamp(int(dict_of(value)["seconds"]), UTC)
    except (KeyError, ValueError, TypeError, OverflowError, OSError):
        return None
