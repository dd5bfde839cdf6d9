"""Mentions on a Mastodon server (and on those that speak its API), hashtags and words.

Ids are compared for equality alone: on some servers they do not sort. A conversation is known by
its first post, which the server tells for every reply.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, cast, get_args
from urllib.parse import quote

import msgspec

from sources.api import (
    Api,
    dict_of,
    dicts_of,
    following,
    instant_of,
    line_of,
    quota_left,
    read,
    same_words,
    words_of,
)
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
from sources.feeds import latest
from sources.options import Options, is_address
from sources.said import say
from sources.setup import Question, Setup
from sources.tools import Tools

_PAGE = 40
_FIRST_PAGES = 5
"""Pages read back at a first sync."""
_PAGES = 10
"""Pages read in one poll after an outage."""
_REMEMBERED = 200
_FOR_THE_NAME = 32
"""Kept free for the mention that a reply begins with: "@", a name of 30 characters, a blank."""
_VISIBILITIES = ("public", "unlisted", "private", "direct")


class _Place(msgspec.Struct):
    """The newest ids of each list that is read ("" for the notifications)."""

    seen: dict[str, list[str]] = {}


class MastodonSource:
    """One account's mentions.

    Options: `url` (the server), `token_file` or `token_env` (read:notifications, read:statuses,
    write:statuses), `hashtags`, `words` (searched for, where the server allows it), `kind`,
    `limit` (500 until the server says otherwise), `allow_private`, `ports`, `ca_file`.
    """

    setup = Setup(
        say("Mastodon: mentions of your account, hashtags, words"),
        say(
            "An application of your account (Preferences, Development) with the rights "
            "read:notifications, read:statuses and write:statuses. Free."
        ),
        (
            Question("url", say("Your server's address (https://…)")),
            Question("token", say("The application's access token"), form="secret"),
            Question("hashtags", say("Hashtags to follow as well"), optional=True, form="list"),
        ),
    )

    def __init__(self, name: str, options: Mapping[str, Any], tools: Tools) -> None:
        given = Options(options)
        self.name = name
        base = given.url()
        token = given.secret(required=True)
        self._lists = {"": "/api/v1/notifications"}
        for tag in given.texts("hashtags"):
            tag = tag.lstrip("#")
            self._lists[f"#{tag}"] = f"/api/v1/timelines/tag/{quote(tag, safe='')}"
        self._words = given.texts("words")
        self._kind = cast(Kind, given.choice("kind", get_args(Kind), "mention"))
        self._limit = given.whole("limit", 500, 50, 1_000_000)
        how = given.reach()
        given.done()

        async def header(_: bool) -> Mapping[str, str]:
            return {"Authorization": f"Bearer {token()}"}

        self._api = Api(tools.net, base, how, header)
        self._me: dict[str, Any] = {}
        self._direct: tuple[str, ...] = ("direct",)
        """The visibilities that mean "you alone" on this server."""
        self.channel: Channel | None = self._channel({})

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """New and edited mentions, with what we answered in their conversations."""
        del now  # the ids on the cursor say what is new
        await self._learn()
        place = _place(cursor.position)
        posts: dict[str, Post] = {}
        gap, left, notes = False, "", []
        for key, path in self._lists.items():
            known = place.seen.get(key, [])
            found, reached, left = await self._newest(path, set(known), first=not known)
            gap = gap or (bool(known) and bool(found) and not reached)
            place.seen[key] = _remembered(found, known)
            for status in map(_status, found):
                await self._take(status, posts)
        for word in self._words:
            query: dict[str, str | int] = {"q": word, "type": "statuses", "limit": _PAGE}
            try:
                answer = dict_of(await self._api.json("/api/v2/search", query))
            except SourceError as error:
                notes.append(say("search for {word}: {error}", word=repr(word), error=error))
                continue
            known = place.seen.get(f"?{word}", [])
            new = [one for one in dicts_of(answer.get("statuses")) if _id(one) not in known]
            place.seen[f"?{word}"] = _remembered(new, known)
            for status in new:
                await self._take(status, posts)
        newest = max(
            (post.occurred_at for post in posts.values() if post.occurred_at), default=None
        )
        after = replace(
            cursor,
            position=msgspec.json.encode(place).decode(),
            last_post_at=latest(cursor.last_post_at, newest),
        )
        return Batch(list(posts.values()), after, gap=gap, quota_left=left, note="; ".join(notes))

    async def send(self, reply: Outgoing) -> Receipt:
        """Publish under the customer's post, as visible as that is, naming its author.

        Without a post it is a direct message to `author_id`, seen by nobody else.
        """
        if not reply.post_id:
            return await self._begin(reply)
        visibility = reply.extra.get("visibility", "")
        if visibility not in _VISIBILITIES:
            status = dict_of(await self._api.json(_of(reply.post_id)))
            visibility = line_of(status.get("visibility"))
        body = {
            "status": _addressed(reply),
            "in_reply_to_id": reply.post_id,
            "visibility": visibility if visibility in _VISIBILITIES else "unlisted",
        }
        return await self._publish(body, reply)

    async def _begin(self, reply: Outgoing) -> Receipt:
        """A direct message of its own: under the public post it would join that conversation."""
        if not reply.author_id:
            raise Refused(say("sources.{name} knows no name to write to", name=self.name))
        body = {"status": _addressed(reply), "visibility": "direct"}
        if reply.thread:
            body["in_reply_to_id"] = reply.thread
        receipt = await self._publish(body, reply)
        return replace(receipt, thread=reply.thread or receipt.id)

    async def _publish(self, body: dict[str, str], reply: Outgoing) -> Receipt:
        if reply.language:
            body["language"] = reply.language.partition("-")[0]
        answer = await self._api.write(
            "POST", "/api/v1/statuses", json=body, headers={"Idempotency-Key": reply.key}
        )
        try:
            found = dict_of(answer.json())
        except SourceError:
            found = {}
        url = line_of(found.get("url"), 2000)
        return Receipt(line_of(found.get("id")) or reply.key, url if is_address(url) else "")

    async def find(self, reply: Outgoing) -> Receipt | None:
        """Our words among the answers to the post, or among our own direct messages."""
        await self._learn()
        wanted = _addressed(reply)
        for status in await self._where_it_would_be(reply):
            text = words_of(status.get("content"))
            if self._is_ours(status) and (same_words(text, wanted) or same_words(text, reply.text)):
                id = line_of(status.get("id"))
                began = "" if reply.post_id else reply.thread or id
                return Receipt(id, line_of(status.get("url"), 2000), thread=began)
        return None

    async def _where_it_would_be(self, reply: Outgoing) -> list[dict[str, Any]]:
        if reply.post_id:
            context = dict_of(await self._api.json(_of(reply.post_id) + "/context"))
            return dicts_of(context.get("descendants"))
        me = quote(line_of(self._me.get("id")), safe="")
        ones: list[dict[str, Any]] = []
        # Mastodon lists direct messages among the author's posts, snac only on their home page.
        for path in (f"/api/v1/accounts/{me}/statuses", "/api/v1/timelines/home"):
            ones += (await self._newest(path, set(), first=True))[0]
        return [one for one in ones if one.get("visibility") in self._direct]

    async def _learn(self) -> None:
        """Who we are and how long a post may be: asked once."""
        if self._me:
            return
        me = dict_of(await self._api.json("/api/v1/accounts/verify_credentials"))
        instance: dict[str, Any] = {}
        # older and smaller servers have no second version, and some tell nothing at all.
        for path in ("/api/v2/instance", "/api/v1/instance"):
            with suppress(SourceError):
                instance = instance or dict_of(await self._api.json(path))
        self._me = me
        if "snac" in line_of(instance.get("version")):
            self._direct = ("direct", "private")
        self.channel = self._channel(instance)

    def _channel(self, instance: Mapping[str, Any]) -> Channel:
        told = dict_of(dict_of(instance.get("configuration")).get("statuses"))
        size, link = told.get("max_characters"), told.get("characters_reserved_per_url")
        size = size if isinstance(size, int) and size > _FOR_THE_NAME else self._limit
        return Channel(
            limit=Limit(size - _FOR_THE_NAME, link_size=link if isinstance(link, int) else 23),
            # who only speaks the API may not know the header: snac 2.75 posts twice under one key.
            idempotent="mastodon" in line_of(instance.get("source_url"), 2000).lower(),
            readable=True,
            # a direct mention comes in as a private post.
            private_via="message",
            begins="author",
        )

    async def _newest(
        self, path: str, known: set[str], *, first: bool
    ) -> tuple[list[dict[str, Any]], bool, str]:
        """What stands before the known in a list, whether it was reached, and the quota left.

        An edited post comes as a notification of its own (type update), so it is new here.
        """
        query: dict[str, str | int] = {"limit": _PAGE}
        if path.endswith("/notifications"):
            # The brackets are part of the name; both types under one name cannot be a mapping.
            path += "?types[]=mention&types[]=update"
        found: list[dict[str, Any]] = []
        place: str = path
        for page in range(_FIRST_PAGES if first else _PAGES):
            answer = await self._api.get(place, query if page == 0 else None)
            ones = dicts_of(await read(answer))
            found += [one for one in ones if _id(one) not in known]
            left = quota_left(answer.headers)
            place = following(answer)
            if not ones or not place or any(_id(one) in known for one in ones):
                return found, True, left
        return found, first, left

    async def _take(self, status: Mapping[str, Any], posts: dict[str, Post]) -> None:
        """The post of a status, and our own answers before it in the conversation."""
        id = line_of(status.get("id"))
        if not id or self._is_ours(status) or id in posts:
            return
        thread = ""
        if status.get("in_reply_to_id"):
            context = dict_of(await self._api.json(_of(id) + "/context"))
            ancestors = dicts_of(context.get("ancestors"))
            thread = line_of(ancestors[0].get("id")) if ancestors else ""
            for before in ancestors:
                if self._is_ours(before):
                    ours = self._post(before, thread, own=True)
                    posts.setdefault(ours.id, ours)
        posts[id] = self._post(status, thread)

    def _is_ours(self, status: Mapping[str, Any]) -> bool:
        return dict_of(status.get("account")).get("id") == self._me.get("id") is not None

    def _post(self, status: Mapping[str, Any], thread: str, *, own: bool = False) -> Post:
        account = dict_of(status.get("account"))
        visibility, url = line_of(status.get("visibility")), line_of(status.get("url"), 2000)
        return Post(
            id=line_of(status.get("id")),
            text=words_of(status.get("content")),
            kind=self._kind,
            title=words_of(status.get("spoiler_text")),
            author=line_of(account.get("display_name")) or line_of(account.get("acct")),
            author_id=line_of(account.get("acct")),
            url=url if is_address(url) else "",
            thread=thread,
            occurred_at=instant_of(status.get("created_at")),
            edited_at=instant_of(status.get("edited_at")),
            language=line_of(status.get("language"), 35),
            private=visibility in self._direct,
            own=own,
            automatic=account.get("bot") is True and not own,
            extra={"visibility": visibility} if visibility else {},
        )


def _status(found: Mapping[str, Any]) -> dict[str, Any]:
    """The status of a notification; a timeline's entry is one itself."""
    return dict_of(found["status"]) if "status" in found else dict(found)


def _id(found: Mapping[str, Any]) -> str:
    return line_of(found.get("id"))


def _addressed(reply: Outgoing) -> str:
    """The text with the author's name before it: without it nobody is told of the answer."""
    mention = f"@{reply.author_id.lstrip('@')}"
    # "@sara" is not named by "@sarah", who would get the message in her place.
    named = re.search(rf"(?<![\w@]){re.escape(mention)}(?![\w@.-]*\w)", reply.text, re.IGNORECASE)
    if not reply.author_id or named:
        return reply.text
    return f"{mention} {reply.text}"


def _of(id: str) -> str:
    return f"/api/v1/statuses/{quote(id, safe='')}"


def _remembered(found: list[dict[str, Any]], known: list[str]) -> list[str]:
    ids = [_id(one) for one in found]
    return (ids + [id for id in known if id not in ids])[:_REMEMBERED]


def _place(position: str) -> _Place:
    try:
        return msgspec.json.decode(position, type=_Place) if position else _Place()
    except msgspec.MsgspecError:
        return _Place()
