"""Comments of a WordPress site, and product reviews of a WooCommerce shop.

Both are answered as a comment under the comment. WordPress does not date changes, so the last
day is read again at each poll; what differs is an edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import msgspec

from sources.api import (
    Api,
    dict_of,
    dicts_of,
    instant_of,
    line_of,
    read,
    same_words,
    stars_of,
    words_of,
)
from sources.base import Batch, Channel, Cursor, Outgoing, Post, Receipt, SourceError
from sources.feeds import latest
from sources.net import Net
from sources.oauth import basic
from sources.options import Options, is_address
from sources.said import say
from sources.setup import Question, Setup
from sources.tools import Tools

_PAGE = 100
_PAGES = 10
_OVERLAP = timedelta(days=1)
_DEEPEST = 20
"""Comments above a comment that are looked up to find where its conversation began."""


class _Place(msgspec.Struct, omit_defaults=True):
    """The newest comment's instant, and the page to go on with."""

    since: str = ""
    page: int = 1
    newest: str = ""


class WordPressSource:
    """Comments of a site.

    Options: `url` (the site), `user` with `password_file` or `password_env` (an application
    password; without one comments are read and not answered), `held` (true takes in comments
    that wait for approval), `permalinks` (false for sites with ?rest_route= addresses),
    `allow_private`, `ports`, `ca_file`.
    """

    setup = Setup(
        say("WordPress: comments of a site, and answers to them"),
        say(
            "For answers an application password (Users, Profile) of somebody who may moderate "
            "comments; without one, approved comments are read alone."
        ),
        (
            Question("url", say("The site's address (https://…)")),
            Question("user", say("Who answers (empty: read only)"), optional=True),
            Question("password", say("The application password"), optional=True, form="secret"),
        ),
    )

    def __init__(self, name: str, options: Mapping[str, Any], tools: Tools) -> None:
        given = Options(options)
        self.name = name
        self._site = _site(given, tools.net)
        held = given.flag("held")
        given.done()
        self._statuses = ("approve", "hold") if held and self._site.can_write else ("approve",)
        self._me = 0
        self.channel: Channel | None = self._site.channel

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """New comments, oldest first, each in the conversation of the first one above it."""
        if self._site.can_write and not self._me:
            me = dict_of(await self._site.json("/wp/v2/users/me"))
            self._me = me["id"] if isinstance(me.get("id"), int) else 0
        place = _place(cursor.position)
        found: list[dict[str, Any]] = []
        more = False
        for status in self._statuses:
            page, left = await self._site.since(
                "/wp/v2/comments",
                place,
                {"orderby": "date_gmt", "order": "asc", "status": status}
                if self._site.can_write
                else {"orderby": "date_gmt", "order": "asc"},
            )
            found += page
            more = more or left
        roots: dict[int, int] = {}
        posts = [await self._post(comment, roots) for comment in found]
        return _batch(cursor, place, posts, now, more=more)

    async def send(self, reply: Outgoing) -> Receipt:
        """Answer as a comment under the comment."""
        return await self._site.comment(reply, reply.post_id)

    async def find(self, reply: Outgoing) -> Receipt | None:
        """Our words among the comments under the comment."""
        return await self._site.find(reply, reply.post_id)

    async def _post(self, comment: Mapping[str, Any], roots: dict[int, int]) -> Post:
        id, parent = comment.get("id"), comment.get("parent")
        link = line_of(comment.get("link"), 2000)
        root = await self._root(parent, roots) if isinstance(parent, int) and parent else 0
        if isinstance(id, int):
            roots[id] = root or id
        return Post(
            id=line_of(id),
            text=words_of(dict_of(comment.get("content")).get("rendered")),
            kind="mention",
            author=words_of(comment.get("author_name"))[:200],
            author_id=line_of(comment.get("author_email")),
            url=link if is_address(link) else "",
            thread=str(root) if root else "",
            occurred_at=instant_of(comment.get("date_gmt")),
            own=bool(self._me) and comment.get("author") == self._me,
            extra=_facts(post=comment.get("post"), status=comment.get("status")),
        )

    async def _root(self, parent: int, roots: dict[int, int]) -> int:
        """The comment at the top of the thread; `roots` remembers what this poll has learnt."""
        climbed: list[int] = []
        above = parent
        for _ in range(_DEEPEST):
            if above in roots:
                above = roots[above]
                break
            climbed.append(above)
            try:
                found = dict_of(await self._site.json(f"/wp/v2/comments/{above}"))
            except SourceError as error:
                if error.retry_at or error.stop:
                    raise
                break  # taken down: the conversation begins with what is left of it
            higher = found.get("parent")
            if not isinstance(higher, int) or not higher:
                break
            above = higher
        roots.update(dict.fromkeys(climbed, above))
        return above


class WooCommerceSource:
    """Product reviews of a shop.

    Options: `url` (the shop), `key` (consumer key) with `secret_file` or `secret_env` (consumer
    secret); for answers `user` with `password_file` or `password_env` (an application password);
    `permalinks`, `allow_private`, `ports`, `ca_file`.
    """

    setup = Setup(
        say("WooCommerce: product reviews of a shop, and answers to them"),
        say(
            "A REST API key of the shop (WooCommerce, Settings, Advanced) with the right to read; for "
            "answers an application password (Users, Profile) as well."
        ),
        (
            Question("url", say("The shop's address (https://…)")),
            Question("key", say("The consumer key (ck_…)")),
            Question("secret", say("The consumer secret (cs_…)"), form="secret"),
            Question("user", say("Who answers (empty: read only)"), optional=True),
            Question("password", say("The application password"), optional=True, form="secret"),
        ),
    )

    def __init__(self, name: str, options: Mapping[str, Any], tools: Tools) -> None:
        given = Options(options)
        self.name = name
        self._site = _site(given, tools.net)
        key, secret = given.text("key"), given.secret("secret", required=True)
        base, how = given.url(), given.reach()
        given.done()

        async def token(_: bool) -> Mapping[str, str]:
            return basic(tools.net, key, secret())

        self._shop = replace(self._site, api=Api(tools.net, base, how, token))
        self.channel: Channel | None = self._site.channel

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """New reviews with their stars, oldest first."""
        place = _place(cursor.position)
        query = {"orderby": "date_gmt", "order": "asc", "status": "all"}
        found, more = await self._shop.since("/wc/v3/products/reviews", place, query)
        return _batch(cursor, place, [_review(one) for one in found], now, more=more)

    async def send(self, reply: Outgoing) -> Receipt:
        """Answer as a comment under the review: the shop's own interface has no answers."""
        return await self._site.comment(reply, reply.post_id)

    async def find(self, reply: Outgoing) -> Receipt | None:
        """Our words among the comments under the review."""
        return await self._site.find(reply, reply.post_id)


@dataclass(frozen=True, slots=True)
class _Site:
    """A WordPress site's REST interface, asked with one key."""

    api: Api
    pretty: bool
    """False for sites without permalinks: ?rest_route= in the place of a path."""
    can_write: bool

    @property
    def channel(self) -> Channel | None:
        return Channel(readable=True, moderated=True) if self.can_write else None

    async def json(self, route: str, query: Mapping[str, str | int] | None = None) -> Any:
        return await self.api.json(*self._place(route, query or {}))

    async def since(
        self, route: str, place: _Place, query: Mapping[str, str]
    ) -> tuple[list[dict[str, Any]], bool]:
        """What was written since `place`, and whether pages are left; the place moves along."""
        wanted: dict[str, str | int] = {**query, "per_page": _PAGE}
        if place.since:
            after = datetime.fromisoformat(place.since) - _OVERLAP
            wanted["after"] = after.strftime("%Y-%m-%dT%H:%M:%S")
        found: list[dict[str, Any]] = []
        for number in range(place.page, place.page + _PAGES):
            path, query_now = self._place(route, {**wanted, "page": number})
            # A page beyond the last is answered 400.
            answer = await self.api.get(path, query_now, accept=(400,) if number > 1 else ())
            if answer.status == 400:
                return found, False
            page = dicts_of(await read(answer))
            found += page
            total = answer.headers.get("X-WP-TotalPages", "")
            last = int(total) <= number if total.isdecimal() else len(page) < _PAGE
            if last:
                return found, False
        return found, True

    async def comment(self, reply: Outgoing, parent: str) -> Receipt:
        """A comment under `parent`. Raises `Refused` with WordPress's words."""
        post = reply.extra.get("post", "")
        if not post.isdecimal():
            found = dict_of(await self.json(f"/wp/v2/comments/{quote(parent, safe='')}"))
            post = line_of(found.get("post"))
        body = {"post": int(post or 0), "parent": int(parent), "content": _markup(reply.text)}
        path, query = self._place("/wp/v2/comments", {})
        url = path if not query else f"{path}?rest_route=/wp/v2/comments"
        answer = await self.api.write("POST", url, json=body)
        try:
            found = dict_of(answer.json())
        except SourceError:
            found = {}
        return _receipt(found) or Receipt(reply.key)

    async def find(self, reply: Outgoing, parent: str) -> Receipt | None:
        query: dict[str, str | int] = {"parent": parent, "per_page": _PAGE, "order": "desc"}
        for comment in dicts_of(await self.json("/wp/v2/comments", query)):
            text = words_of(dict_of(comment.get("content")).get("rendered"))
            if same_words(text, reply.text):
                return _receipt(comment)
        return None

    def _place(
        self, route: str, query: Mapping[str, str | int]
    ) -> tuple[str, dict[str, str | int]]:
        if self.pretty:
            return f"/wp-json{route}", dict(query)
        return "/", {"rest_route": route, **query}


def _site(given: Options, net: Net) -> _Site:
    user, password = given.text("user", ""), given.secret("password")
    if user and not (given.has("password_file") or given.has("password_env")):
        given.wrong("password_file", say("missing; expected the file with an application password"))

    async def token(_: bool) -> Mapping[str, str]:
        return basic(net, user, password()) if user else {}

    api = Api(net, given.url(), given.reach(), token)
    return _Site(api, given.flag("permalinks", True), bool(user))


def _review(found: Mapping[str, Any]) -> Post:
    link = line_of(found.get("product_permalink"), 2000)
    return Post(
        id=line_of(found.get("id")),
        text=words_of(found.get("review")),
        kind="review",
        author=words_of(found.get("reviewer"))[:200],
        author_id=line_of(found.get("reviewer_email")),
        url=link if is_address(link) else "",
        occurred_at=instant_of(found.get("date_created_gmt")),
        rating=stars_of(found.get("rating")),
        extra=_facts(
            post=found.get("product_id"),
            product=found.get("product_name"),
            status=found.get("status"),
            verified="yes" if found.get("verified") is True else "",
        ),
    )


def _facts(**facts: Any) -> dict[str, str]:
    told = {name: line_of(value) for name, value in facts.items()}
    return {name: value for name, value in told.items() if value not in ("", "approved")}


def _receipt(found: Mapping[str, Any]) -> Receipt | None:
    id, link = line_of(found.get("id")), line_of(found.get("link"), 2000)
    status = line_of(found.get("status")) or "approved"
    if not id:
        return None
    return Receipt(id, link if is_address(link) else "", published=status == "approved")


def _markup(text: str) -> str:
    """Our plain text as WordPress takes it: it keeps line ends, and would read "<" as a tag."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _batch(
    cursor: Cursor, place: _Place, posts: Sequence[Post], now: datetime, *, more: bool
) -> Batch:
    """The batch of a list that was read oldest first; an empty one moves nothing."""
    dated = [post.occurred_at for post in posts if post.occurred_at]
    newest = max([place.newest, *(min(at, now).isoformat() for at in dated)])
    if more:
        after = _Place(place.since, place.page + _PAGES, newest)
    else:
        after = _Place(max(place.since, newest))
    kept = [post for post in posts if post.id]
    if not posts and place.page == 1:
        return Batch((), cursor)
    return Batch(
        kept,
        replace(
            cursor,
            position=msgspec.json.encode(after).decode(),
            last_post_at=latest(cursor.last_post_at, max(dated, default=None)),
        ),
        more=more,
    )


def _place(position: str) -> _Place:
    try:
        return msgspec.json.decode(position, type=_Place) if position else _Place()
    except msgspec.MsgspecError:
        return _Place()
