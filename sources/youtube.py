"""Comments under the videos of a YouTube channel, and answers to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sources.answers import Answer
from sources.api import Api, dict_of, dicts_of, instant_of, line_of, read, same_words, text_of
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
from sources.oauth import Bearer, granted
from sources.options import Options
from sources.said import say
from sources.setup import Question, Setup
from sources.sweep import sweep
from sources.tools import Tools

UNITS_A_DAY = 10_000
"""Google's default. A page of comments costs 1, an answer 50: some 200 answers a day."""

_OVERLAP = timedelta(days=1)
"""Read again at each poll: an answer under an older comment does not move that to the front."""
_PACIFIC = ZoneInfo("America/Los_Angeles")


class YouTubeSource:
    """One channel.

    Options: `channel` (its id, UC…), and `key_file` or `key_env` (an API key, to read alone), or
    `client_id` with `client_secret_file` and `refresh_token_file` (scope youtube.force-ssl, to
    read and answer), `limit` of an answer (10,000), `url`, `token_url`, `allow_private`,
    `ports`, `ca_file`.
    """

    setup = Setup(
        say("YouTube: comments under a channel's videos, and answers to them"),
        say(
            "A Google Cloud project with the YouTube Data API and an OAuth client. Google's quota "
            "allows some 200 answers a day."
        ),
        (
            Question("channel", say("The channel's id (UC…)")),
            Question("client_id", say("The OAuth client's ID")),
            Question("client_secret", say("The OAuth client's secret"), form="secret"),
            Question(
                "refresh_token", say("A refresh token (scope youtube.force-ssl)"), form="secret"
            ),
        ),
    )

    def __init__(self, name: str, options: Mapping[str, Any], tools: Tools) -> None:
        given = Options(options)
        self.name = name
        self._tools = tools
        self._channel = given.text("channel")
        client = given.text("client_id", "")
        secret = given.secret("client_secret", required=bool(client))
        refresh = given.secret("refresh_token", required=bool(client))
        key = given.secret("key", required=not client)
        base = given.url("url", "https://www.googleapis.com")
        token_url = given.url("token_url", "https://oauth2.googleapis.com/token")
        limit = given.whole("limit", 10_000, 1)
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

        async def key_header(_: bool) -> Mapping[str, str]:
            return {"X-Goog-Api-Key": key()}

        token = Bearer(fetch, tools.clock) if client else key_header
        self._api = Api(tools.net, base, how, token)
        self.channel: Channel | None = (
            Channel(limit=Limit(limit), readable=True, moderated=True) if client else None
        )

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """New comments and answers, newest first, back to the known ones."""
        swept = await sweep(cursor, now, _OVERLAP, self._page)
        return Batch(
            swept.posts,
            swept.cursor,
            more=swept.more,
            min_interval_s=swept.pages * 86_400 / UNITS_A_DAY,
        )

    async def send(self, reply: Outgoing) -> Receipt:
        """Answer under the comment that began the thread: YouTube has one level alone."""
        body = {"snippet": {"parentId": reply.thread, "textOriginal": reply.text}}
        answer = await self._api.write(
            "POST", "/youtube/v3/comments?part=snippet", json=body, accept=(403,)
        )
        self._check_quota(answer, writing=True)
        try:
            found = dict_of(answer.json())
        except SourceError:
            found = {}
        return Receipt(line_of(found.get("id")) or reply.key)

    async def find(self, reply: Outgoing) -> Receipt | None:
        """Our words among the answers of the thread."""
        place = ""
        for _ in range(10):
            query: dict[str, str | int] = {
                "part": "snippet",
                "parentId": reply.thread,
                "maxResults": 100,
                "textFormat": "plainText",
            }
            found = await self._read("/youtube/v3/comments", query, place)
            for comment in dicts_of(found.get("items")):
                post = self._post(comment, reply.thread, "")
                if post.own and same_words(post.text, reply.text):
                    return Receipt(post.id)
            if not (place := line_of(found.get("nextPageToken"), 2000)):
                return None
        raise SourceError(
            say("the thread has too many answers to be searched; look at it on YouTube")
        )

    async def _page(self, place: str) -> tuple[list[Post], str]:
        query: dict[str, str | int] = {
            "part": "snippet,replies",
            "allThreadsRelatedToChannelId": self._channel,
            "order": "time",
            "maxResults": 100,
            "textFormat": "plainText",
        }
        found = await self._read("/youtube/v3/commentThreads", query, place)
        posts: list[Post] = []
        for thread in dicts_of(found.get("items")):
            told, top = dict_of(thread.get("snippet")), line_of(thread.get("id"))
            video = line_of(told.get("videoId"))
            posts.append(self._post(dict_of(told.get("topLevelComment")), "", video))
            for answer in dicts_of(dict_of(thread.get("replies")).get("comments")):
                posts.append(self._post(answer, top, video))
        return [post for post in posts if post.id], line_of(found.get("nextPageToken"), 2000)

    async def _read(self, path: str, query: dict[str, str | int], place: str) -> dict[str, Any]:
        if place:
            query["pageToken"] = place
        answer = await self._api.get(path, query, accept=(403,))
        self._check_quota(answer, writing=False)
        return dict_of(await read(answer))

    def _check_quota(self, answer: Answer, *, writing: bool) -> None:
        """YouTube says 403 for a spent quota, which comes back at midnight in California."""
        if answer.status != 403:
            return
        try:
            error = dict_of(dict_of(answer.json()).get("error"))
        except SourceError:
            error = {}
        reasons = [line_of(one.get("reason")) for one in dicts_of(error.get("errors"))]
        if "quotaExceeded" in reasons or "dailyLimitExceeded" in reasons:
            here = self._tools.clock().astimezone(_PACIFIC)
            midnight = datetime.combine(here.date() + timedelta(days=1), time(), _PACIFIC)
            raise SourceError(
                say("YouTube's daily quota is spent; it comes back at midnight in California"),
                retry_at=midnight,
            )
        words = line_of(self._tools.net.secrets.hide(line_of(error.get("message"), 400)), 200)
        if writing:
            raise Refused(say("YouTube refused the answer: {words}", words=words))
        raise SourceError(
            say("HTTP 403 from YouTube ({words}); check the key's rights", words=words), stop=True
        )

    def _post(self, comment: Mapping[str, Any], thread: str, video: str) -> Post:
        told, id = dict_of(comment.get("snippet")), line_of(comment.get("id"))
        video = line_of(told.get("videoId")) or video
        author = line_of(dict_of(told.get("authorChannelId")).get("value"))
        written, changed = instant_of(told.get("publishedAt")), instant_of(told.get("updatedAt"))
        return Post(
            id=id,
            text=text_of(told.get("textOriginal")) or text_of(told.get("textDisplay")),
            kind="mention",
            author=line_of(told.get("authorDisplayName")),
            author_id=author,
            url=f"https://www.youtube.com/watch?v={video}&lc={id}" if video else "",
            thread=thread,
            occurred_at=written,
            edited_at=changed if written and changed and changed > written else None,
            own=author == self._channel,
        )
