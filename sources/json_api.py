"""Any JSON API as a source: where its items are, what their fields mean, how to answer.

The configuration says everything; README and `config.example.toml` show whole examples.
"""

from __future__ import annotations

import asyncio
import json
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
    Limit,
    Outgoing,
    Post,
    Receipt,
    Refused,
    SourceError,
    Unit,
)
from sources.feeds import latest
from sources.mapping import Fields, Path
from sources.net import How, Sending, mark_of
from sources.options import Options
from sources.paging import Paging
from sources.text import clean, clip, plain
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
        self._reply = _Reply(read.inner("reply")) if read.has("reply") else None
        self._find = _Find(read.inner("find")) if read.has("find") else None
        self.channel: Channel | None = _channel(read, self._reply, self._find)
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
        posts: list[Post] = []
        unnamed, pages = 0, 1
        while True:
            items = self._list(found)
            page = [post for item in items for post in self._fields.posts(item)]
            unnamed += sum(1 for item in items if not self._fields.has_id(item))
            posts += page
            following = self._paging.following(start, url, answer, found, len(items))
            if following is None or self._known(page, place):
                following = None
                break
            url = self._access.bare(following)
            if pages == self._max_pages:
                break
            pages += 1
            answer, found = await self._access.read(url)
        after = _moved(place, posts, "" if following is None else str(url), now)
        newest = max((post.occurred_at for post in posts if post.occurred_at), default=None)
        whole = following is None and pages == 1 and not place.next
        return Batch(
            posts,
            replace(
                cursor,
                position=msgspec.json.encode(after).decode()
                if posts or place.next
                else cursor.position,
                etag=answer.headers.get("ETag", "") if whole else "",
                last_modified=answer.headers.get("Last-Modified", "") if whole else "",
                last_post_at=latest(cursor.last_post_at, newest),
            ),
            more=following is not None,
            note=f"{unnamed} items without an id were given one" if unnamed else "",
        )

    async def send(self, reply: Outgoing) -> Receipt:
        """Publish `reply` as the `reply` table says. Errors as `Net.request()` raises them."""
        if self._reply is None:
            raise Refused(f"sources.{self.name} has no reply table; answer at {reply.url}")
        answer = await self._access.write(self._reply, reply)
        return self._reply.receipt(answer, reply)

    async def find(self, reply: Outgoing) -> Receipt | None:
        """The reply as it stands on the platform: by its key where the platform shows it, else by
        its words."""
        if self._find is None:
            raise SourceError(f"sources.{self.name} has no find table; look at {reply.url}")
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
        raise SourceError(f"more than {self._max_pages} pages of replies; raise max_pages")

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
                f"sources.{self.name}: {self._items.text!r} leads to nothing in the answer; "
                "correct items"
            )
        items = items if isinstance(items, list) else [items]
        return [item for item in items if isinstance(item, dict)]

    def _known(self, page: list[Post], place: Place) -> bool:
        """True where nothing new can follow: all of this page is known and unchanged in time."""
        if not page:
            return True
        since = datetime.fromisoformat(place.since) - self._overlap if place.since else None
        dated = [at for post in page if (at := post.edited_at or post.occurred_at)]
        if since and len(dated) == len(page):
            return max(dated) < since
        return not dated and {post.id for post in page} <= set(place.ids)


class _Access:
    """The API's address and secret: every request starts here."""

    def __init__(self, read: Options, tools: Tools) -> None:
        self._tools = tools
        self.start = URL(read.url())
        query = read.table("query")
        if not all(isinstance(value, str | int) for value in query.values()):
            read.wrong("query", "expected a table of texts and numbers")
            query = {}
        self.start = self.start.update_query({key: str(value) for key, value in query.items()})
        self._how = read.reach()
        headers = read.table("headers")
        if not all(isinstance(value, str) for value in headers.values()):
            read.wrong("headers", "expected a table of texts")
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
            raise Refused(f"the reply would go to {url.host}, not to {self.start.host}; refused")
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

    async def write(self, told: _Reply, reply: Outgoing) -> Answer:
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


class _Reply:
    """How a reply is published: `url`, `method`, `body`, `key_header`, and what the answer says
    (`id`, `address`, `published` as JMESPath)."""

    def __init__(self, read: Options) -> None:
        self.url = read.text("url")
        templates.check(read, "url", self.url)
        self.method = read.choice("method", ("POST", "PUT", "PATCH"), "POST")
        self.body = read.table("body") or {"text": "{text}"}
        templates.check(read, "body", self.body)
        self.key_header = read.text("key_header", "")
        self._id = Path(read, "id", "id")
        self._address = Path(read, "address")
        self._published = Path(read, "published")

    @property
    def keyed(self) -> bool:
        return bool(self.key_header) or "{key}" in json.dumps(self.body) or "{key}" in self.url

    def receipt(self, answer: Answer, reply: Outgoing) -> Receipt:
        """What the platform says about the reply.

        A success stays one whatever its body says: an error here would publish it twice.
        """
        try:
            found = answer.json()
            id, address = self._id(found), self._address(found)
            published = self._published(found) if self._published else True
        except SourceError:
            id, address, published = "", "", True
        return Receipt(
            id=clip(clean(str(id or "")), 500) or f"{reply.post_id}:{reply.key}",
            url=clean(str(address or "")),
            published=bool(published),
        )


class _Find:
    """How a published reply is looked for: `url`, `items`, and in each of them `text`, `key`,
    `id` and `address`."""

    def __init__(self, read: Options) -> None:
        self.url = read.text("url")
        templates.check(read, "url", self.url)
        self.items = Path(read, "items", "@")
        self._text = Path(read, "text", "text")
        self._key = Path(read, "key")
        self._id = Path(read, "id", "id")
        self._address = Path(read, "address")

    def matches(self, item: Any, reply: Outgoing) -> bool:
        if self._key and (key := self._key(item)):
            return str(key) == reply.key
        text = self._text(item)
        return isinstance(text, str) and _same(text, reply.text)

    def receipt(self, item: Any) -> Receipt:
        return Receipt(
            id=clip(clean(str(self._id(item) or "")), 500),
            url=clean(str(self._address(item) or "")),
        )


def _same(shown: str, written: str) -> bool:
    """True where the platform shows our words: blanks and markup of its own do not count."""
    forms = (clean(shown), plain(shown)) if "<" in shown or "&" in shown else (clean(shown),)
    wanted = "".join(clean(written).split())
    return any("".join(form.split()) == wanted for form in forms)


def _channel(read: Options, reply: _Reply | None, find: _Find | None) -> Channel | None:
    told = read.inner("channel")
    size = told.whole("limit", 0)
    made = Channel(
        public=told.flag("public", True),
        limit=Limit(
            size,
            cast(Unit, told.choice("unit", get_args(Unit), "characters")),
            told.whole("limit_bytes", 0),
            told.whole("link_size", 0),
        )
        if size
        else None,
        mode=cast(Any, told.choice("mode", ("thread", "replaces", "single"), "thread")),
        idempotent=told.flag("idempotent", reply is not None and reply.keyed),
        readable=find is not None,
        moderated=told.flag("moderated"),
        markup=cast(Any, told.choice("markup", ("plain", "html", "markdown"), "plain")),
        private_via=told.text("private_via", ""),
    )
    return made if reply is not None else None


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
