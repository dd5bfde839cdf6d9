"""Mentions on X, and answers to them. Every post that is read costs money.

X asks for prepaid credits: polls are made rarely and always from the last known post on.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

import msgspec

from sources.answers import Answer
from sources.api import (
    dict_of,
    dicts_of,
    instant_of,
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
    SourceError,
)
from sources.feeds import latest
from sources.net import How, Sending
from sources.options import Options
from sources.said import say
from sources.setup import Question, Setup
from sources.tools import Tools

_PAGE = 100
_PAGES = 8
"""Eight pages: X shows no more than the 800 newest mentions."""
_WAIT_S = 60.0
_KEYS = ("consumer_key", "consumer_secret", "access_token", "access_secret")
_FIELDS = {
    "tweet.fields": "author_id,conversation_id,created_at,lang,note_tweet,referenced_tweets",
    "expansions": "author_id",
    "user.fields": "name,username",
}


class _Place(msgspec.Struct, omit_defaults=True):
    """The newest known post, and where a long list goes on."""

    since: str = ""
    next: str = ""
    newest: str = ""


class XSource:
    """One account.

    Options: the app's four keys, each as NAME_file or NAME_env: `consumer_key`,
    `consumer_secret`, `access_token`, `access_secret` (rights: read and write); `limit` of an
    answer (280, counted as X counts), `url`, `allow_private`, `ports`, `ca_file`.
    """

    setup = Setup(
        say("X: mentions of your account, and answers to them"),
        say(
            "A developer account with prepaid credits: X takes money for every post that is read and "
            "written, and an account without credits is not answered. The app needs the right to read "
            "and write."
        ),
        tuple(
            Question(name, say("The app's {name}", name=name.replace("_", " ")), form="secret")
            for name in _KEYS
        ),
    )

    def __init__(self, name: str, options: Mapping[str, Any], tools: Tools) -> None:
        given = Options(options)
        self.name = name
        self._tools = tools
        self._keys = {key: given.secret(key, required=True) for key in _KEYS}
        self._base = given.url("url", "https://api.x.com").rstrip("/")
        limit = given.whole("limit", 280, 1)
        self._how = given.reach()
        given.done()
        self._me = ""
        self.channel: Channel | None = Channel(
            limit=Limit(limit, "weighted", link_size=23), readable=True
        )

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """New mentions since the last known one, newest first."""
        del now  # ids say what is new
        await self._learn()
        place = _place(cursor.position)
        posts: list[Post] = []
        token, newest, left = place.next, place.newest, ""
        for _ in range(_PAGES):
            query = {**_FIELDS, "max_results": str(_PAGE)}
            if place.since:
                query["since_id"] = place.since
            if token:
                query["pagination_token"] = token
            answer = await self._get(f"/2/users/{self._me}/mentions", query)
            left = quota_left(answer.headers)
            found = dict_of(await read(answer))
            posts += self._posts(found)
            told = dict_of(found.get("meta"))
            newest = newest or line_of(told.get("newest_id"))
            token = line_of(told.get("next_token"), 500)
            if not token:
                break
        after = _Place(place.since, token, newest) if token else _Place(newest or place.since)
        dated = max((post.occurred_at for post in posts if post.occurred_at), default=None)
        position = msgspec.json.encode(after).decode() if after != _Place() else cursor.position
        moved = replace(cursor, position=position, last_post_at=latest(cursor.last_post_at, dated))
        return Batch(posts, moved, more=bool(token), min_interval_s=_WAIT_S, quota_left=left)

    async def send(self, reply: Outgoing) -> Receipt:
        """Answer the post."""
        body = {"text": reply.text, "reply": {"in_reply_to_tweet_id": reply.post_id}}
        url = f"{self._base}/2/tweets"
        sending: Sending = {
            **self._how,  # type: ignore[typeddict-item]
            "json": body,
            "token_header": self._signed("POST", url),
        }
        answer = await self._tools.net.post(url, **sending)
        try:
            id = line_of(dict_of(dict_of(answer.json()).get("data")).get("id"))
        except SourceError:
            id = ""
        return Receipt(id or reply.key, _page_of(id) if id else "")

    async def find(self, reply: Outgoing) -> Receipt | None:
        """Our words under the post, among our newest ones."""
        await self._learn()
        query = {"tweet.fields": "referenced_tweets,note_tweet", "max_results": str(_PAGE)}
        found = dict_of(await read(await self._get(f"/2/users/{self._me}/tweets", query)))
        for one in dicts_of(found.get("data")):
            text = _words(one)
            # X begins an answer with the names of those who are answered.
            while text.startswith("@") and not reply.text.startswith("@"):
                text = text.partition(" ")[2]
            if _answered(one) == reply.post_id and same_words(text, reply.text):
                id = line_of(one.get("id"))
                return Receipt(id, _page_of(id))
        return None

    async def _learn(self) -> None:
        if not self._me:
            found = dict_of(await read(await self._get("/2/users/me", {})))
            self._me = line_of(dict_of(found.get("data")).get("id"))
            if not self._me.isdecimal():
                self._me = ""
                raise SourceError(say("X does not say whose keys these are; check access_token"))

    async def _get(self, path: str, query: Mapping[str, str]) -> Answer:
        pairs = "&".join(f"{_coded(name)}={_coded(value)}" for name, value in query.items())
        url = f"{self._base}{path}" + (f"?{pairs}" if pairs else "")
        how: How = {**self._how, "token_header": self._signed("GET", url)}
        return await self._tools.net.get(url, **how)

    def _signed(self, method: str, url: str) -> Mapping[str, str]:
        keys = {name: key() for name, key in self._keys.items()}
        for value in keys.values():
            self._tools.net.secrets.add(value)
        stamp = str(int(self._tools.clock().timestamp()))
        return {"Authorization": signature(method, url, keys, stamp, secrets.token_hex(16))}

    def _posts(self, found: Mapping[str, Any]) -> list[Post]:
        users = {
            line_of(user.get("id")): user
            for user in dicts_of(dict_of(found.get("includes")).get("users"))
        }
        posts = []
        for one in dicts_of(found.get("data")):
            id, author = line_of(one.get("id")), line_of(one.get("author_id"))
            user, thread = users.get(author, {}), line_of(one.get("conversation_id"))
            if not id or author == self._me:
                continue
            posts.append(
                Post(
                    id=id,
                    text=_words(one),
                    kind="mention",
                    author=line_of(user.get("name")) or line_of(user.get("username")),
                    author_id=author,
                    url=_page_of(id),
                    thread=thread if thread != id else "",
                    occurred_at=instant_of(one.get("created_at")),
                    language=_language(one.get("lang")),
                    extra={"handle": f"@{line_of(user.get('username'))}"} if user else {},
                )
            )
        return posts


def signature(method: str, url: str, keys: Mapping[str, str], stamp: str, nonce: str) -> str:
    """The Authorization header of OAuth 1.0a (RFC 5849) by HMAC-SHA1."""
    told = {
        "oauth_consumer_key": keys["consumer_key"],
        "oauth_nonce": nonce,
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": stamp,
        "oauth_token": keys["access_token"],
        "oauth_version": "1.0",
    }
    parts = urlsplit(url)
    pairs = sorted(
        (_coded(name), _coded(value))
        for name, value in [*told.items(), *parse_qsl(parts.query, keep_blank_values=True)]
    )
    place = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    base = "&".join(
        (method, _coded(place), _coded("&".join(f"{name}={value}" for name, value in pairs)))
    )
    key = f"{_coded(keys['consumer_secret'])}&{_coded(keys['access_secret'])}"
    digest = hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()
    told["oauth_signature"] = base64.b64encode(digest).decode()
    return "OAuth " + ", ".join(f'{name}="{_coded(value)}"' for name, value in sorted(told.items()))


def _coded(text: str) -> str:
    return quote(text, safe="-._~")


def _words(found: Mapping[str, Any]) -> str:
    """The whole text: a long post keeps only its beginning in `text`. X escapes three signs."""
    text = text_of(dict_of(found.get("note_tweet")).get("text")) or text_of(found.get("text"))
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _answered(found: Mapping[str, Any]) -> str:
    for one in dicts_of(found.get("referenced_tweets")):
        if one.get("type") == "replied_to":
            return line_of(one.get("id"))
    return ""


def _language(value: Any) -> str:
    # "und" and the "q…" codes mean that X does not know.
    code = line_of(value, 35)
    return "" if code == "und" or (len(code) == 3 and code.startswith(("q", "z"))) else code


def _page_of(id: str) -> str:
    return f"https://x.com/i/status/{id}"


def _place(position: str) -> _Place:
    try:
        return msgspec.json.decode(position, type=_Place) if position else _Place()
    except msgspec.MsgspecError:
        return _Place()
