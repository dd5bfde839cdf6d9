"""Mentions, replies and quotes on Bluesky, and words searched for there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, cast, get_args
from urllib.parse import quote

import jwt
import msgspec

from sources.answers import Answer
from sources.api import (
    Api,
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
    Doubt,
    Kind,
    Limit,
    Outgoing,
    Post,
    Receipt,
    Refused,
    SourceError,
)
from sources.feeds import latest
from sources.net import Sending
from sources.oauth import Bearer
from sources.options import Options
from sources.said import say
from sources.setup import Question, Setup
from sources.sweep import sweep
from sources.tools import Tools

_OVERLAP = timedelta(hours=1)
_PAGE = 100
_POSTS_AT_ONCE = 25
_POST = "app.bsky.feed.post"
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")
_SHORTEST_LIFE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _List:
    """A list that is read newest first: what it is called here and there, and where its posts are."""

    name: str
    method: str
    query: Mapping[str, Any]
    key: str


_NOTIFIED = _List(
    "",
    "app.bsky.notification.listNotifications",
    {"reasons": ["mention", "reply", "quote"]},
    "notifications",
)


class BlueskySource:
    """One account.

    Options: `handle`, `password_file` or `password_env` (an app password), `words` (searched
    for), `kind`, `url` (the account's server, default https://bsky.social), `allow_private`,
    `ports`, `ca_file`.
    """

    setup = Setup(
        say("Bluesky: mentions, replies and quotes, and words searched for"),
        say("An app password of your account (Settings, Privacy and security). Free."),
        (
            Question("handle", say("Your handle (shop.example.com)")),
            Question("password", say("The app password"), form="secret"),
            Question("words", say("Words to search for as well"), optional=True, form="list"),
        ),
    )

    def __init__(self, name: str, options: Mapping[str, Any], tools: Tools) -> None:
        given = Options(options)
        self.name = name
        self._tools = tools
        self._handle = given.text("handle").lstrip("@")
        self._password = given.secret("password", required=True)
        found = "app.bsky.feed.searchPosts"
        self._lists = (
            _NOTIFIED,
            *(
                _List(f"?{word}", found, {"q": word, "sort": "latest"}, "posts")
                for word in given.texts("words")
            ),
        )
        self._kind = cast(Kind, given.choice("kind", get_args(Kind), "mention"))
        self._base = given.url("url", "https://bsky.social").rstrip("/")
        self._how = given.reach()
        given.done()
        self._session = Bearer(self._log_in, tools.clock)
        self._api = Api(tools.net, self._base, self._how, self._session)
        self._refresh = ""
        self._me = ""
        self._quota_left = ""
        self.channel: Channel | None = Channel(
            limit=Limit(300, "graphemes", size_bytes=3000), readable=True
        )

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """New notifications and finds, with what we answered outside before them."""
        places = _places(cursor.position)
        posts: dict[str, Post] = {}
        answered: set[str] = set()
        more = False
        for one in self._lists:
            before = Cursor(position=places.get(one.name, ""))
            swept = await sweep(before, now, _OVERLAP, partial(self._page, one, answered))
            places[one.name] = swept.cursor.position
            more = more or swept.more
            posts.update((post.id, post) for post in swept.posts)
        for record in await self._posts(sorted(answered - posts.keys())):
            ours = self._post(record, own=True)
            posts[ours.id] = ours
        newest = max((p.occurred_at for p in posts.values() if p.occurred_at), default=None)
        after = replace(
            cursor,
            position=msgspec.json.encode(places).decode() if any(places.values()) else "",
            last_post_at=latest(cursor.last_post_at, newest),
        )
        return Batch(list(posts.values()), after, more=more, quota_left=self._quota_left)

    async def send(self, reply: Outgoing) -> Receipt:
        """Answer under the post, in the conversation that it belongs to."""
        found = await self._posts([reply.post_id])
        if not found:
            raise Refused(say("the post is not on Bluesky any more"))
        parent = {"uri": line_of(found[0].get("uri"), 500), "cid": line_of(found[0].get("cid"))}
        above = dict_of(dict_of(found[0].get("record")).get("reply"))
        record: dict[str, Any] = {
            "$type": _POST,
            "text": reply.text,
            "createdAt": self._tools.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "reply": {"root": dict_of(above.get("root")) or parent, "parent": parent},
        }
        if reply.language:
            record["langs"] = [reply.language]
        if facets := facets_of(reply.text):
            record["facets"] = facets
        body = {"repo": self._me, "collection": _POST, "record": record}
        answer = await self._call("POST", "com.atproto.repo.createRecord", body)
        try:
            uri = line_of(dict_of(answer.json()).get("uri"), 500)
        except SourceError:
            uri = ""
        return Receipt(uri or reply.key, _page_of(uri))

    async def find(self, reply: Outgoing) -> Receipt | None:
        """Our words under the post, in our own repository: there they stand at once."""
        await self._session(False)
        query: dict[str, Any] = {"repo": self._me, "collection": _POST, "limit": _PAGE}
        answer = await self._call("GET", "com.atproto.repo.listRecords", query)
        for found in dicts_of(dict_of(await read(answer)).get("records")):
            record = dict_of(found.get("value"))
            parent = dict_of(dict_of(record.get("reply")).get("parent"))
            if parent.get("uri") == reply.post_id and same_words(
                text_of(record.get("text")), reply.text
            ):
                uri = line_of(found.get("uri"), 500)
                return Receipt(uri, _page_of(uri))
        return None

    async def _page(self, one: _List, answered: set[str], place: str) -> tuple[list[Post], str]:
        """A page of a list; `answered` gathers our own posts that it answers."""
        query = {**one.query, "limit": _PAGE, **({"cursor": place} if place else {})}
        answer = await self._call("GET", one.method, query)
        self._quota_left = quota_left(answer.headers)
        found = dict_of(await read(answer))
        posts = []
        for entry in dicts_of(found.get(one.key)):
            post = self._post(entry)
            if post.id and post.author_id != self._me:
                posts.append(post)
                answered.update(_above(entry, self._me))
        return posts, line_of(found.get("cursor"), 2000)

    # -- requests -----------------------------------------------------------------------------

    async def _call(self, verb: str, method: str, told: Mapping[str, Any]) -> Answer:
        """One method. A session that ran out is answered 400, and renewed once."""
        for fresh in (False, True):
            if fresh:
                await self._session(True)
            if verb == "GET":
                answer = await self._api.get(_path(method, told), accept=(400,))
            else:
                answer = await self._api.write("POST", _path(method), json=told, accept=(400,))
            if answer.status != 400:
                return answer
            error = dict_of(_json(answer))
            if error.get("error") != "ExpiredToken":
                break
        words = line_of(error.get("message")) or line_of(error.get("error"))
        if verb == "GET":
            raise SourceError(say("Bluesky refused {method}: {words}", method=method, words=words))
        raise Refused(say("Bluesky refused the reply: {words}", words=words))

    async def _posts(self, uris: Sequence[str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for start in range(0, len(uris), _POSTS_AT_ONCE):
            query = {"uris": list(uris[start : start + _POSTS_AT_ONCE])}
            answer = await self._call("GET", "app.bsky.feed.getPosts", query)
            found += dicts_of(dict_of(await read(answer)).get("posts"))
        return found

    async def _log_in(self) -> tuple[str, timedelta]:
        """A session: refreshed where there is one (logging in is limited to 300 a day)."""
        if self._refresh:
            try:
                header = {"Authorization": f"Bearer {self._refresh}"}
                return await self._opened("com.atproto.server.refreshSession", header, None)
            except SourceError as error:
                if error.retry_at:
                    raise
                self._refresh = ""
        body = {"identifier": self._handle, "password": self._password()}
        self._tools.net.secrets.add(body["password"])
        return await self._opened("com.atproto.server.createSession", {}, body)

    async def _opened(
        self, method: str, token: Mapping[str, str], body: Any
    ) -> tuple[str, timedelta]:
        url = self._base + _path(method)
        try:
            sending = cast(Sending, {**self._how, "token_header": token, "json": body})
            answer = await self._tools.net.post(url, **sending)
        except Refused as error:
            raise SourceError(
                say("{error}; make a new app password", error=error), stop=True
            ) from error
        except Doubt as error:
            raise SourceError(say("{error}; no session was opened", error=error)) from error
        found = dict_of(answer.json())
        access, self._refresh = (
            line_of(found.get("accessJwt"), 8000),
            line_of(found.get("refreshJwt"), 8000),
        )
        self._me = line_of(found.get("did"))
        for secret in (access, self._refresh):
            self._tools.net.secrets.add(secret)
        return access, self._life(access)

    def _life(self, token: str) -> timedelta:
        try:
            ends = jwt.decode(token, options={"verify_signature": False})["exp"]
            life = datetime.fromtimestamp(ends, UTC) - self._tools.clock()
        except (jwt.PyJWTError, KeyError, TypeError, ValueError, OverflowError, OSError):
            return timedelta(hours=1)
        return max(life, _SHORTEST_LIFE)

    def _post(self, found: Mapping[str, Any], *, own: bool = False) -> Post:
        record, author = dict_of(found.get("record")), dict_of(found.get("author"))
        uri, root = (
            line_of(found.get("uri"), 500),
            dict_of(dict_of(record.get("reply")).get("root")),
        )
        written, seen = instant_of(record.get("createdAt")), instant_of(found.get("indexedAt"))
        languages = record.get("langs")
        # The author's clock says when it was written; the server's says when it was there.
        at = min(written, seen) if written and seen else written or seen
        return Post(
            id=uri,
            text=text_of(whole_links(record)),
            kind=self._kind,
            author=line_of(author.get("displayName")) or line_of(author.get("handle")),
            author_id=line_of(author.get("did")),
            url=_page_of(uri),
            thread=line_of(root.get("uri"), 500),
            occurred_at=at,
            language=line_of(languages[0], 35) if isinstance(languages, list) and languages else "",
            own=own,
            extra={"handle": handle} if (handle := line_of(author.get("handle"))) else {},
        )


def whole_links(record: Mapping[str, Any]) -> str:
    """The text with its shortened links written out. Facets count bytes of UTF-8."""
    text = record.get("text")
    if not isinstance(text, str):
        return ""
    data = text.encode("utf-8", "replace")
    links = []
    for facet in dicts_of(record.get("facets")):
        place = dict_of(facet.get("index"))
        start, end = place.get("byteStart"), place.get("byteEnd")
        uris = [one.get("uri") for one in dicts_of(facet.get("features"))]
        uri = next((uri for uri in uris if isinstance(uri, str) and uri.startswith("http")), "")
        if (
            uri
            and isinstance(start, int)
            and isinstance(end, int)
            and 0 <= start < end <= len(data)
        ):
            links.append((start, end, uri.encode("utf-8", "replace")))
    last = len(data)
    for start, end, whole in sorted(links, reverse=True):
        if end <= last:  # facets may overlap; the later one stays
            data, last = data[:start] + whole + data[end:], start
    return data.decode("utf-8", "replace")


def facets_of(text: str) -> list[dict[str, Any]]:
    """The links of a text, so that they can be followed."""
    return [
        {
            "index": {
                "byteStart": len(text[: match.start()].encode()),
                "byteEnd": len(text[: match.end()].encode()),
            },
            "features": [{"$type": "app.bsky.richtext.facet#link", "uri": match.group()}],
        }
        for match in _LINK.finditer(text)
    ]


def _above(found: Mapping[str, Any], me: str) -> list[str]:
    """Our own post that this one answers, if it does, and if it is an answer itself."""
    reply = dict_of(dict_of(found.get("record")).get("reply"))
    parent = line_of(dict_of(reply.get("parent")).get("uri"), 500)
    root = line_of(dict_of(reply.get("root")).get("uri"), 500)
    return [parent] if parent != root and me and parent.startswith(f"at://{me}/") else []


def _page_of(uri: str) -> str:
    match = re.fullmatch(r"at://(did:[a-z0-9:._%-]+)/app\.bsky\.feed\.post/([A-Za-z0-9._~-]+)", uri)
    return f"https://bsky.app/profile/{match.group(1)}/post/{match.group(2)}" if match else ""


def _path(method: str, query: Mapping[str, Any] | None = None) -> str:
    """A method's address; a list is a name that comes several times."""
    pairs = [
        f"{name}={quote(str(one), safe='')}"
        for name, value in (query or {}).items()
        for one in (value if isinstance(value, list) else [value])
    ]
    return f"/xrpc/{method}" + (f"?{'&'.join(pairs)}" if pairs else "")


def _json(answer: Answer) -> Any:
    try:
        return answer.json()
    except SourceError:
        return None


def _places(position: str) -> dict[str, str]:
    try:
        return msgspec.json.decode(position, type=dict[str, str]) if position else {}
    except msgspec.MsgspecError:
        return {}
