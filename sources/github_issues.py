"""Issues of a GitHub repository and the comments under them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

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
from sources.options import Options, is_address
from sources.said import say
from sources.setup import Question, Setup
from sources.tools import Tools

_PAGE = 100
_PAGES = 10
_OVERLAP = timedelta(minutes=10)
_LISTS = ("issues", "issues/comments")


class _Place(msgspec.Struct, omit_defaults=True):
    """The newest change of each list, and the page that one of them goes on with."""

    since: dict[str, str] = {}
    next: dict[str, str] = {}
    newest: dict[str, str] = {}


class GitHubIssuesSource:
    """One repository.

    Options: `repository` (owner/name), `token_file` or `token_env` (issues: read and write;
    without one public issues are read, 60 requests an hour), `pulls` (true takes pull requests
    in as well), `backfill` (how far a first sync goes back, 30d), `url`, `allow_private`,
    `ports`, `ca_file`.
    """

    setup = Setup(
        say("GitHub: issues of a repository and comments under them"),
        say(
            "A fine-grained token for the repository with the right Issues: read and write; without "
            "one, public issues are read alone."
        ),
        (
            Question("repository", say("The repository (owner/name)")),
            Question("token", say("The token"), optional=True, form="secret"),
        ),
    )

    def __init__(self, name: str, options: Mapping[str, Any], tools: Tools) -> None:
        given = Options(options)
        self.name = name
        repository = given.text("repository")
        if repository and not re.fullmatch(r"[\w.-]+/[\w.-]+", repository, re.ASCII):
            given.wrong("repository", say("expected owner/name"))
        self._root = f"/repos/{repository}"
        self._pulls = given.flag("pulls")
        self._backfill = given.duration("backfill", "30d")
        token = given.secret()
        self._can_write = given.has("token_file") or given.has("token_env")
        base, how = given.url("url", "https://api.github.com"), given.reach()
        given.done()

        async def header(_: bool) -> Mapping[str, str]:
            return {"Authorization": f"Bearer {token()}"} if self._can_write else {}

        how["headers"] = {
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        self._api = Api(tools.net, base, how, header)
        self._me = ""
        self.channel: Channel | None = (
            Channel(limit=Limit(65_536), readable=True, markup="markdown")
            if self._can_write
            else None
        )

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """New and changed issues and comments, oldest change first."""
        if self._can_write and not self._me:
            self._me = line_of(dict_of(await self._api.json("/user")).get("login"))
        place = _place(cursor.position)
        posts: list[Post] = []
        left = ""
        for name in _LISTS:
            found, left = await self._changed(name, place, now)
            posts += [post for one in found if (post := self._post(name, one))]
        dated = max((post.occurred_at for post in posts if post.occurred_at), default=None)
        position = msgspec.json.encode(place).decode()
        after = replace(cursor, position=position, last_post_at=latest(cursor.last_post_at, dated))
        return Batch(posts, after, more=bool(place.next), quota_left=left)

    async def send(self, reply: Outgoing) -> Receipt:
        """Comment on the issue."""
        path = f"{self._root}/issues/{_number(reply)}/comments"
        answer = await self._api.write("POST", path, json={"body": reply.text})
        try:
            found = dict_of(answer.json())
        except SourceError:
            found = {}
        return _receipt(found) or Receipt(reply.key)

    async def find(self, reply: Outgoing) -> Receipt | None:
        """Our words among the comments on the issue."""
        if not self._me:
            self._me = line_of(dict_of(await self._api.json("/user")).get("login"))
        place = self._api.url(f"{self._root}/issues/{_number(reply)}/comments", {"per_page": _PAGE})
        for _ in range(_PAGES):
            answer = await self._api.get(place)
            for comment in dicts_of(await read(answer)):
                ours = line_of(dict_of(comment.get("user")).get("login")) == self._me
                if ours and same_words(text_of(comment.get("body")), reply.text):
                    return _receipt(comment)
            if not (place := following(answer)):
                return None
        raise SourceError(
            say("the issue has too many comments to be searched; look at it on GitHub")
        )

    async def _changed(
        self, name: str, place: _Place, now: datetime
    ) -> tuple[list[dict[str, Any]], str]:
        """What changed in a list since its place, which moves along."""
        known = place.since.get(name, "")
        since = (
            datetime.fromisoformat(known) - _OVERLAP if known else now - self._backfill
        ).strftime("%Y-%m-%dT%H:%M:%SZ")
        query: dict[str, str | int] = {
            "since": since,
            "sort": "updated",
            "direction": "asc",
            "per_page": _PAGE,
        }
        if name == "issues":
            query["state"] = "all"
        url = place.next.pop(name, "") or self._api.url(f"{self._root}/{name}", query)
        found: list[dict[str, Any]] = []
        for _ in range(_PAGES):
            answer = await self._api.get(url)
            found += dicts_of(await read(answer))
            if not (url := following(answer)):
                break
        changes = [
            min(at, now).isoformat() for one in found if (at := instant_of(one.get("updated_at")))
        ]
        newest = max([known, place.newest.pop(name, ""), *changes])
        if url:
            place.next[name], place.newest[name] = url, newest
        elif newest:
            place.since[name] = newest
        return found, quota_left(answer.headers)

    def _post(self, name: str, found: Mapping[str, Any]) -> Post | None:
        user, url = dict_of(found.get("user")), line_of(found.get("html_url"), 2000)
        issue = name == "issues"
        if issue and "pull_request" in found and not self._pulls:
            return None
        number = (
            line_of(found.get("number")) or line_of(found.get("issue_url"), 500).rpartition("/")[2]
        )
        if not issue and "/pull/" in url and not self._pulls:
            return None
        login = line_of(user.get("login"))
        return Post(
            id=f"issue:{number}" if issue else f"comment:{line_of(found.get('id'))}",
            text=text_of(found.get("body")),
            title=line_of(found.get("title"), 500),
            kind="question",
            author=login,
            author_id=login,
            url=url if is_address(url) else "",
            thread="" if issue else f"issue:{number}",
            occurred_at=instant_of(found.get("created_at")),
            own=bool(self._me) and login == self._me,
            automatic=user.get("type") == "Bot",
        )


def _number(reply: Outgoing) -> str:
    number = (reply.thread or reply.post_id).removeprefix("issue:")
    if not number.isdecimal():
        raise Refused(say("{thread} is no issue of this repository", thread=repr(reply.thread)))
    return number


def _receipt(found: Mapping[str, Any]) -> Receipt | None:
    id, url = line_of(found.get("id")), line_of(found.get("html_url"), 2000)
    return Receipt(f"comment:{id}", url if is_address(url) else "") if id else None


def _place(position: str) -> _Place:
    try:
        return msgspec.json.decode(position, type=_Place) if position else _Place()
    except msgspec.MsgspecError:
        return _Place()
