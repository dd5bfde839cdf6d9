"""One platform's JSON API: its base address, its key on every request, what is left of a quota."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Unpack, cast

from yarl import URL

from sources.answers import Answer
from sources.base import Cursor, SourceError
from sources.dates import parse_date
from sources.net import How, Net, Sending
from sources.paging import next_link
from sources.said import say
from sources.text import BODY_LIMIT, clean, clip, plain

_ON_THE_LOOP = 128 * 1024

Token = Callable[[bool], Awaitable[Mapping[str, str]]]
"""The headers that carry the key; asked with True, a new key is fetched first."""


class Api:
    """The requests of one source. A key that has run out is renewed once, then it is an error."""

    def __init__(self, net: Net, base: str, how: How, token: Token) -> None:
        self.base = URL(base.rstrip("/"))
        self._net = net
        self._how = how
        self._token = token

    def url(self, path: str, query: Mapping[str, str | int] | None = None) -> str:
        """An address of this API; `path` begins with a slash and is already percent-encoded."""
        url = URL(str(self.base) + path, encoded=True)
        return str(url.update_query({key: str(value) for key, value in (query or {}).items()}))

    async def get(
        self,
        path: str,
        query: Mapping[str, str | int] | None = None,
        *,
        cursor: Cursor | None = None,
        **more: Unpack[How],
    ) -> Answer:
        """Read. `path` may be a whole address of the same origin, such as a next link.

        Raises `SourceError` for another origin: the key would go along.
        """
        url = path if path.startswith(("http://", "https://")) else self.url(path, query)
        if URL(url).origin() != self.base.origin():
            raise SourceError(
                say("{host} names a page elsewhere; it is not followed", host=self.base.host)
            )
        known = Cursor(etag=cursor.etag, last_modified=cursor.last_modified) if cursor else None
        for fresh in (False, True):
            how = cast(How, {**self._how, **more, "token_header": await self._token(fresh)})
            try:
                return await self._net.get(url, cursor=known, **how)
            except SourceError as error:
                if fresh or "HTTP 401" not in str(error):
                    raise
        raise AssertionError("unreachable")

    async def json(self, path: str, query: Mapping[str, str | int] | None = None) -> Any:
        """What `path` holds."""
        return await read(await self.get(path, query))

    async def write(self, method: str, path: str, **sending: Unpack[Sending]) -> Answer:
        """Change something; errors as `Net.request()` raises them."""
        for fresh in (False, True):
            how = cast(Sending, {**self._how, **sending, "token_header": await self._token(fresh)})
            try:
                return await self._net.request(method, self.url(path), **how)
            except SourceError as error:
                if fresh or not error.stop or "HTTP 401" not in str(error):
                    raise
        raise AssertionError("unreachable")


async def read(answer: Answer) -> Any:
    """The answer's JSON, large ones read beside the loop."""
    if len(answer.body) > _ON_THE_LOOP:
        return await asyncio.to_thread(answer.json)
    return answer.json()


def following(answer: Answer) -> str:
    """The next page by its Link header, whole; empty after the last."""
    place = next_link(answer.headers)
    return str(URL(answer.url).join(URL(place))) if place else ""


def quota_left(headers: Mapping[str, str]) -> str:
    """What the platform says is left, in few words; empty where it says nothing."""
    for prefix in ("X-RateLimit-", "RateLimit-", "X-Rate-Limit-"):
        left, limit = headers.get(prefix + "Remaining", ""), headers.get(prefix + "Limit", "")
        if left:
            whole = say("{left} of {limit}", left=left, limit=limit) if limit else left
            return clip(clean(whole), 40)
    # "user-hour-lim:3500;user-hour-rem:3412;" (App Store Connect)
    parts = dict(
        part.strip().split(":", 1)
        for part in headers.get("X-Rate-Limit", "").split(";")
        if ":" in part
    )
    if left := parts.get("user-hour-rem", ""):
        limit = parts.get("user-hour-lim", "?")
        return clip(clean(say("{left} of {limit} an hour", left=left, limit=limit)), 40)
    return ""


def text_of(value: Any) -> str:
    """A text of the platform, clean."""
    return clip(clean(value).strip(), BODY_LIMIT) if isinstance(value, str) else ""


def line_of(value: Any, limit: int = 200) -> str:
    """A name, id or address: one clean line; numbers as text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return clip(" ".join(clean(str(value)).split()), limit)


def words_of(markup: Any) -> str:
    """An HTML text without its markup."""
    if not isinstance(markup, str):
        return ""
    return clip(
        plain(markup) if "<" in markup else clean(html.unescape(markup)).strip(), BODY_LIMIT
    )


def instant_of(value: Any) -> datetime | None:
    """A date of the platform in UTC; one without a zone is UTC already."""
    at = parse_date(value) if isinstance(value, str) else None
    if at is None:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def stars_of(value: Any) -> float | None:
    """One to five stars, or nothing."""
    good = isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value <= 5
    return float(value) if good else None


def dict_of(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def dicts_of(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; anything else in it is nothing."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def same_words(shown: str, written: str) -> bool:
    """True where the platform shows our words, whatever it did to the blanks."""
    return "".join(clean(shown).split()) == "".join(clean(written).split())
