"""Any JSON API as a source: where its items are, what their fields mean, how to answer.

The configuration says everything; README and `config.example.toml` show whole examples.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast, get_args

import msgspec
from msgspec.structs import replace as replaced
from yarl import URL

from sources import templates
from sources.answers import Answer
from sources.base import (
    Batch,
    Channel,
    Cursor,
    Kind,
    Outgoing,
    Post,
    Receipt,
    Refused,
    SourceError,
)
from sources.feeds import latest
from sources.json_replies import Finding, Replying, channel_of
from sources.mapping import Fields, Path
from sources.net import How, Sending, mark_of
from sources.options import Options
from sources.paging import Paging
from sources.said import say
from sources.tools import Tools

_ON_THE_LOOP = 128 * 1024
"""Answers up to this size are read on the loop, larger ones beside it."""
_REMEMBERED = 200


class Place(msgspec.Struct, omit_defaults=True):
    """Where a poll stands between two pages and between two polls."""

    since: str = ""
    """The newest instant of all posts seen up to the last whole sweep, ISO 8601."""
    id: str = ""
    """The newest post's id."""
    next: str = ""
    """The page to go on with, while a sweep is under way."""
    newest: str = ""
    newest_id: str = ""
    of: str = ""
    """A mark of the address: where that was corrected, everything begins anew."""
    ids: list[str] = []
    """The ids of the last posts: where all of a page are known, the rest is."""


class JsonApiSource:
    """A JSON API.

    Options: `url`, `query` (table of parameters), `headers`, `token_file` or `token_env`, with
    `token_header` (Authorization), `token_scheme` (Bearer) or `token_query` (a parameter in its
    place); `items` (JMESPath to the list), `fields` (see `mapping.Fields`), `kind`, `kinds`,
    `ratings`, `rating_max`, `html`, `zone`; `since` (the parameter that asks for newer ones),
    `since_form` (iso, date, unix, unix_ms, id), `overlap`, `backfill`; `paging` (see
    `paging.Paging`), `max_pages`; `reply`, `find` and `channel` for answers; `allow_private`,
    `ports`, `ca_file`.
    """

    def __init__(self, name: str, options: Mapping[str, Any], tools: Tools) -> None:
        read = Options(options)
        self.name = name
        self._tools = tools
        self._access = _Access(read, tools)
        self._items = Path(read, "items", "@")
        kind = cast(Kind, read.choice("kind", get_args(Kind), "mention"))
        fields = read.inner("fields")
        self._fields = Fields(fields, kind=kind, zone=read.zone())
        self._fields.markup = read.flag("html")
        self._fields.rating_max = read.whole("rating_max", 5, 1, 1000)
        self._fields.ratings = read.table("ratings")
        self._fields.kinds = read.table("kinds")
        self._since = read.text("since", "")
        self._since_form = read.choice(
            "since_form", ("iso", "date", "unix", "unix_ms", "id"), "iso"
        )
        self._overlap = read.duration("overlap", "10m")
        self._backfill = read.duration("backfill", "0s")
        self._paging = Paging(read.inner("paging"))
        self._max_pages = read.whole("max_pages", 10, 1, 1000)
        self._reply = Replying(read.inner("reply")) if read.has("reply") else None
        self._find = Finding(read.inner("find")) if read.has("find") else None
        self.channel: Channel | None = channel_of(read, self._reply, self._find)
        read.done()

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """New and changed items, page after page, at most `max_pages` in one go.

        An empty answer moves nothing. Where pages are left, the batch says so and the cursor
        goes on with the next one.
        """
        place = _place(cursor.position)
        mark = mark_of(str(self._access.start))
        if place.of and place.of != mark:
            place, cursor = Place(), replace(cursor, position="", etag="", last_modified="")
        place = replaced(place, of=mark)
        start = self._start(place, now)
        url = URL(place.next) if place.next else start
        # Validators stand for a list of one page: the first of many may never change again.
        try:
            answer, found = await self._access.read(url, None if place.next else cursor)
        except SourceError as error:
            if not place.next or error.stop or error.retry_at:
                raise
            # The bookmark of a sweep that was broken off long ago: begin the list again.
            place, url = replaced(place, next=""), start
            answer, found = await self._access.read(url)
        if answer.unchanged:
            return Batch((), cursor)
        items, following, pages = await self._pages(place, start, url, answer, found)
        posts = [post for one in items for post in self._fields.posts(one)]
        unnamed = sum(1 for one in items if not self._fields.has_id(one))
        whole = not following and pages == 1 and not place.next
        after = replace(
            cursor,
            etag=answer.headers.get("ETag", "") if whole else "",
            last_modified=answer.headers.get("Last-Modified", "") if whole else "",
        )
        if posts or place.next:
            newest = max((post.occurred_at for post in posts if post.occurred_at), default=None)
            position = msgspec.json.encode(_moved(place, posts, following, now)).decode()
            after = replace(
                after, position=position, last_post_at=latest(cursor.last_post_at, newest)
            )
        note = say("{n} items without an id were given one", n=unnamed) if unnamed else ""
        return Batch(posts, after, more=bool(following), note=note)

    async def _pages(
        self, place: Place, start: URL, url: URL, answer: Answer, found: Any
    ) -> tuple[list[Any], str, int]:
        """The items from this page on, the page that is left (empty for none), and the pages read."""
        items: list[Any] = []
        for pages in range(1, self._max_pages + 1):
            page = self._list(found)
            items += page
            following = self._paging.following(start, url, answer, found, len(page))
            if following is None or self._known(page, place):
                return items, "", pages
            url = self._access.bare(following)
            if pages < self._max_pages:
                answer, found = await self._access.read(url)
        return items, str(url), self._max_pages

    async def send(self, reply: Outgoing) -> Receipt:
        """Publish `reply` as the `reply` table says. Errors as `Net.request()` raises them."""
        if self._reply is None:
            raise Refused(
                say(
                    "sources.{name} has no reply table; answer at {place}",
                    name=self.name,
                    place=reply.url,
                )
            )
        answer = await self._access.write(self._reply, reply)
        return self._reply.receipt(answer, reply)

    async def find(self, reply: Outgoing) -> Receipt | None:
        """The reply as it stands on the platform: by its key where the platform shows it, else by
        its words."""
        if self._find is None:
            raise SourceError(
                say(
                    "sources.{name} has no find table; look at {place}",
                    name=self.name,
                    place=reply.url,
                )
            )
        start = self._access.place(self._find.url, reply)
        url: URL | None = start
        for _ in range(self._max_pages):
            answer, found = await self._access.read(cast(URL, url))
            items = self._find.items(found)
            items = items if isinstance(items, list) else [items] if items else []
            for item in items:
                if self._find.matches(item, reply):
                    return self._find.receipt(item)
            url = self._paging.following(start, cast(URL, url), answer, found, len(items))
            if url is None:
                return None
        raise SourceError(say("more than {n} pages of replies; raise max_pages", n=self._max_pages))

    def _start(self, place: Place, now: datetime) -> URL:
        url = self._access.start
        value = ""
        if self._since_form == "id":
            value = place.id
        elif place.since or self._backfill:
            at = datetime.fromisoformat(place.since) if place.since else now - self._backfill
            value = _written(at - self._overlap if place.since else at, self._since_form)
        return url.update_query({self._since: value}) if self._since and value else url

    def _list(self, found: Any) -> list[Any]:
        items = self._items(found)
        if items is None:
            raise SourceError(
                say(
                    "sources.{name}: {path} leads to nothing in the answer; correct items",
                    name=self.name,
                    path=repr(self._items.text),
                )
            )
        items = items if isinstance(items, list) else [items]
        return [item for item in items if isinstance(item, dict)]

    def _known(self, page: list[Any], place: Place) -> bool:
        """True where nothing new can follow: all of this page is known and unchanged in time."""
        posts = [post for item in page for post in self._fields.posts(item)]
        since = datetime.fromisoformat(place.since) - self._overlap if place.since else None
        dated = [at for post in posts if (at := post.edited_at or post.occurred_at)]
        if since and len(dated) == len(posts):
            return max(dated, default=since) < since
        return not dated and {post.id for post in posts} <= set(place.ids)


class _Access:
    """The API's address and secret: every request starts here."""

    def __init__(self, read: Options, tools: Tools) -> None:
        self._tools = tools
        self.start = URL(read.url())
        query = read.table("query")
        if not all(isinstance(value, str | int) for value in query.values()):
            read.wrong("query", say("expected a table of texts and numbers"))
            query = {}
        self.start = self.start.update_query({key: str(value) for key, value in query.items()})
        self._how = read.reach()
        headers = read.table("headers")
        if not all(isinstance(value, str) for value in headers.values()):
            read.wrong("headers", say("expected a table of texts"))
        self._headers = {"Accept": "application/json", **headers}
        self._secret = read.secret()
        self._header = read.text("token_header", "Authorization")
        self._scheme = read.text(
            "token_scheme", "Bearer" if self._header == "Authorization" else ""
        )
        self._parameter = read.text("token_query", "")

    def place(self, template: str, reply: Outgoing) -> URL:
        """The address for a reply. Raises `Refused` where the token would go elsewhere."""
        url = self.start.join(URL(templates.address(template, reply), encoded=True))
        if url.origin() != self.start.origin():
            raise Refused(
                say(
                    "the reply would go to {place}, not to {host}; refused",
                    place=url.host,
                    host=self.start.host,
                )
            )
        return url

    def bare(self, url: URL) -> URL:
        """The address without our secret: some platforms write it into their next links."""
        return url.without_query_params(self._parameter) if self._parameter else url

    async def read(self, url: URL, cursor: Cursor | None = None) -> tuple[Answer, Any]:
        """A page and its JSON; None where it is unchanged since `cursor`."""
        token, how = self._prepared()
        known = Cursor(etag=cursor.etag, last_modified=cursor.last_modified) if cursor else None
        if token and self._parameter:
            url = url.update_query({self._parameter: token})
        answer = await self._tools.net.get(str(url), cursor=known, **how)
        if answer.unchanged:
            return answer, None
        if len(answer.body) > _ON_THE_LOOP:
            return answer, await asyncio.to_thread(answer.json)
        return answer, answer.json()

    async def write(self, told: Replying, reply: Outgoing) -> Answer:
        token, how = self._prepared()
        sending = cast(Sending, dict(how))
        headers = dict(how["headers"])
        if told.key_header:
            headers[told.key_header] = reply.key
        sending["headers"] = headers
        sending["json"] = templates.body(told.body, reply)
        url = self.place(told.url, reply)
        if token and self._parameter:
            url = url.update_query({self._parameter: token})
        return await self._tools.net.request(told.method, str(url), **sending)

    def _prepared(self) -> tuple[str, How]:
        token, how = self._secret(), self._how.copy()
        how["headers"] = self._headers
        if token:
            self._tools.net.secrets.add(token)
            if not self._parameter:
                how["token_header"] = {self._header: f"{self._scheme} {token}".strip()}
        return token, how


def _place(position: str) -> Place:
    try:
        return msgspec.json.decode(position, type=Place) if position else Place()
    except msgspec.MsgspecError:
        return Place()


def _moved(place: Place, posts: list[Post], following: str, now: datetime) -> Place:
    """Where the poll stands after these posts; the sweep's newest counts once it is whole.

    A post from the future counts as from now: it must not hide those that come before it.
    """
    newest, newest_id = place.newest, place.newest_id
    dated = [
        (min(at, now), post)
        for post in posts
        if not post.own and (at := post.edited_at or post.occurred_at)
    ]
    ascending = len(dated) < 2 or dated[0][0] <= dated[-1][0]
    for at, post in dated if ascending else reversed(dated):
        if at.isoformat() >= newest:
            newest, newest_id = at.isoformat(), post.id
    if posts and not dated:
        newest_id = posts[-1].id
    ids = [post.id for post in posts]
    ids = (ids + [id for id in place.ids if id not in set(ids)])[:_REMEMBERED]
    if following:
        return Place(place.since, place.id, following, newest, newest_id, place.of, ids)
    return Place(max(place.since, newest), newest_id or place.id, of=place.of, ids=ids)


def _written(at: datetime, form: str) -> str:
    at = at.astimezone(UTC)
    match form:
        case "unix":
            return str(int(at.timestamp()))
        case "unix_ms":
            return str(int(at.timestamp() * 1000))
        case "date":
            return at.date().isoformat()
        case _:
            return at.strftime("%Y-%m-%dT%H:%M:%SZ")
