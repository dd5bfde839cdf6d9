"""The ways in which JSON APIs hand out long lists, as one: what to ask for next."""

from __future__ import annotations

from typing import Any

from multidict import CIMultiDictProxy
from yarl import URL

from sources.answers import Answer
from sources.base import SourceError
from sources.mapping import Path
from sources.options import Options
from sources.said import say


class Paging:
    """How to get from one page to the next.

    Options, one of: `next` (JMESPath to the next page's address), `link_header = true`,
    `token` (JMESPath) with `parameter`, `page` (name of the page number's parameter, `first`),
    `offset` (name of the parameter that counts items). None: a list has one page.
    """

    def __init__(self, read: Options) -> None:
        self._next = Path(read, "next")
        self._link_header = read.flag("link_header")
        self._token = Path(read, "token")
        self._parameter = read.text("parameter", "page_token" if self._token else "")
        self._page = read.text("page", "")
        self._first = read.whole("first", 1)
        self._offset = read.text("offset", "")
        ways = (self._next, self._link_header, self._token, self._page, self._offset)
        if sum(map(bool, ways)) > 1:
            read.wrong(
                "next", say("give one way of paging: next, link_header, token, page or offset")
            )

    def following(self, start: URL, now: URL, answer: Answer, found: Any, count: int) -> URL | None:
        """The next page's address, None after the last one.

        `start` is the first page, `now` the one just read, `count` its number of items. Raises
        `SourceError` where a page leads to another origin: the token would go along.
        """
        following = self._following(start, now, answer, found, count) if count else None
        # A page that names itself as the next one is the last one.
        return None if following == now else following

    def _following(
        self, start: URL, now: URL, answer: Answer, found: Any, count: int
    ) -> URL | None:
        if self._page:
            number = int(now.query.get(self._page, self._first)) + 1
            return start.update_query({self._page: str(number)})
        if self._offset:
            offset = int(now.query.get(self._offset, 0)) + count
            return start.update_query({self._offset: str(offset)})
        if self._token:
            token = self._token(found)
            usable = isinstance(token, str | int) and not isinstance(token, bool) and token != ""
            return start.update_query({self._parameter: str(token)}) if usable else None
        place = next_link(answer.headers) if self._link_header else self._next(found)
        if not isinstance(place, str) or not place.strip():
            return None
        return _within(start, now, place.strip())


def next_link(headers: CIMultiDictProxy[str]) -> str:
    """The address in a Link header whose relation is "next"; empty for none."""
    for header in headers.getall("Link", ()):
        for part in header.split(","):
            target, _, parameters = part.partition(";")
            relation = parameters.replace(" ", "").replace("'", '"').lower()
            if 'rel="next"' in relation or relation.endswith("rel=next"):
                return target.strip().strip("<>")
    return ""


def _within(start: URL, now: URL, place: str) -> URL:
    try:
        following = now.join(URL(place))
        same = following.origin() == start.origin()
    except ValueError:
        same = False
    if not same:
        raise SourceError(
            say(
                "{host} names a next page elsewhere; it is not followed, the token would go along",
                host=start.host,
            )
        )
    return following
