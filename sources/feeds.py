"""RSS, Atom, RDF and JSON feeds: Google Alerts, blogs, forums, Reddit, YouTube. Read only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any, get_args
from urllib.parse import parse_qs, urlsplit

from sources.answers import Answer
from sources.base import Batch, Channel, Cursor, Kind, Outgoing, Post, Receipt, Refused, SourceError
from sources.documents import Document, Item
from sources.feed_memory import name_items
from sources.net import is_of
from sources.options import Options, is_address
from sources.said import say
from sources.setup import Question, Setup
from sources.text import clip
from sources.tools import Tools

LONGEST_WAIT_S = 86_400.0
"""No feed is left alone longer than a day, whatever it wishes."""

_KINDS = get_args(Kind)
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
_MAX_AGE = re.compile(r"\bmax-age\s*=\s*(\d{1,9})")


class FeedSource:
    """A feed at an address.

    Options: `url`; `kind` (default: mention, alert for Google Alerts, review where there are
    stars); `zone` for dates that name none (default UTC); `allow_private`, `ports`, `ca_file`;
    `token_file` or `token_env` with a bearer token.
    """

    channel: Channel | None = None
    setup = Setup(
        say("A feed: RSS, Atom or JSON Feed, a Google Alert, a blog's or forum's comments"),
        say(
            "Nothing but its address. A Google Alert needs 'Deliver to: RSS feed' in its settings."
        ),
        (
            Question("url", say("The feed's address (https://…)")),
            Question("kind", say("What its posts are"), optional=True, choices=_KINDS),
        ),
    )

    def __init__(self, name: str, options: Mapping[str, Any], tools: Tools) -> None:
        read = Options(options)
        self.name = name
        self._tools = tools
        self._url = read.url()
        self._kind = read.choice("kind", ("", *_KINDS), "")
        self._zone = read.zone()
        self._how = read.reach()
        self._token = read.secret()
        read.done()

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """What is new in the feed; everything that it holds, where it changed at all."""
        del now  # the validators on the cursor say what is new
        if not is_of(cursor, self._url):
            # The address was corrected: what stood in the other feed says nothing of this one.
            cursor = replace(cursor, position="", etag="", last_modified="", url="")
        how = self._how.copy()
        how["headers"] = {"Accept": _ACCEPT}
        if token := self._token():
            how["token_header"] = {"Authorization": f"Bearer {token}"}
        answer = await self._tools.net.get(self._url, cursor=cursor, **how)
        after = answer.onto(cursor)
        if answer.unchanged:
            return Batch((), after, min_interval_s=asked_wait_s(answer))
        document = await self._tools.parser.parse(answer.body, answer.content_type, answer.url)
        batch = batch_of(document, after, self._zone, self._kind)
        return replace(batch, min_interval_s=max(batch.min_interval_s, asked_wait_s(answer)))

    async def send(self, reply: Outgoing) -> Receipt:
        raise Refused(
            say("a feed takes no reply; answer at {place}", place=reply.url or "its own page")
        )

    async def find(self, reply: Outgoing) -> Receipt | None:
        raise SourceError(
            say("a feed takes no reply; look at {place}", place=reply.url or "its own page")
        )


def batch_of(document: Document, cursor: Cursor, zone: tzinfo, kind: str = "") -> Batch:
    """The posts of a parsed feed, and the cursor that remembers them.

    A document without items moves no position: an empty page is no news about anything.
    """
    if not document.items:
        return Batch((), cursor, note=document.note)
    named = name_items(document.items, cursor.position)
    posts = [post_of(id, item, zone, kind) for id, item in named.items]
    notes = [document.note] if document.note else []
    if named.without_id:
        notes.append(say("{n} items without an id were given one", n=named.without_id))
    newest = max((post.occurred_at for post in posts if post.occurred_at), default=None)
    return Batch(
        posts,
        replace(cursor, position=named.memory, last_post_at=latest(cursor.last_post_at, newest)),
        gap=named.gap,
        min_interval_s=min(document.wait_s, LONGEST_WAIT_S),
        note="; ".join(notes),
    )


def post_of(id: str, item: Item, zone: tzinfo, kind: str = "") -> Post:
    """One item as a post. Dates without a zone are read in `zone`, and marked."""
    published, assumed = _instant(item.published or item.updated, zone)
    updated, _ = _instant(item.updated, zone)
    return Post(
        id=id,
        kind=kind if kind in _KINDS else _kind(item),  # type: ignore[arg-type]
        title=item.title,
        text=item.text,
        author=item.author,
        author_id=item.author_id,
        url=unwrapped(item.link),
        thread=item.thread,
        occurred_at=published,
        edited_at=updated if updated and published and updated > published else None,
        rating=item.rating,
        language=item.language,
        assumed_zone=assumed,
        extra=dict(item.extra),
    )


def unwrapped(link: str) -> str:
    """The page that a Google redirect leads to; any other address as it is."""
    parts = urlsplit(link)
    host = parts.hostname or ""
    if parts.path == "/url" and re.fullmatch(r"(www\.)?google\.[a-z.]{2,7}", host):
        query = parse_qs(parts.query)
        for name in ("url", "q"):
            for target in query.get(name, ()):
                if is_address(target):
                    return clip(target, 2_000)
    return link


def asked_wait_s(answer: Answer) -> float:
    """How long the server calls its answer fresh, in seconds; 0 where it says nothing."""
    header = answer.headers.get("Cache-Control", "").lower()
    if "no-cache" in header or "no-store" in header:
        return 0.0
    match = _MAX_AGE.search(header)
    return min(float(match.group(1)), LONGEST_WAIT_S) if match else 0.0


def latest(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later of two instants, where there are any."""
    return max((at for at in (one, other) if at), default=None)


def _kind(item: Item) -> Kind:
    if item.rating is not None:
        return "review"
    if item.id.startswith("tag:google.com,2013:googlealerts"):
        return "alert"
    return "mention"


def _instant(text: str, zone: tzinfo) -> tuple[datetime | None, bool]:
    if not text:
        return None, False
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        try:
            return at.replace(tzinfo=zone).astimezone(UTC), True
        except OverflowError:
            return None, False
    return at.astimezone(UTC), False
