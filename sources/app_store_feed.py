"""App Store reviews from Apple's feed without a key: a weak fallback, read only.

The feed holds the 500 newest reviews of a country in ten pages. Apple answers a throttled
request, and an unknown app, with 200 and an empty feed: nothing follows from an empty page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from sources.base import Batch, Channel, Cursor, Outgoing, Post, Receipt, Refused, SourceError
from sources.documents import Item
from sources.feeds import latest, post_of
from sources.options import Options
from sources.said import say
from sources.setup import Question, Setup
from sources.tools import Tools

LAST_PAGE = 10
_REMEMBERED = 100
"""Newest review ids kept for a country: two pages' worth."""
_PAGES_AT_ONCE = 20
_ADDRESS = re.compile(
    r"(https?://[^/]+)/([a-z]{2})/rss/customerreviews/(?:.*/)?id=(\d+)/.*?(json|xml)?$"
)


class _Place(msgspec.Struct):
    """The newest ids of each country, and whose turn it is."""

    known: dict[str, list[str]] = {}
    turn: int = 0


class AppStoreFeedSource:
    """The reviews of one app in some countries.

    Options: `app` (the number in the App Store's address), `countries` (two-letter codes,
    default us), `form` ("json" or "xml"), `url` (default https://itunes.apple.com; the whole
    address of a feed stands for app, country and form as well), `allow_private`, `ports`,
    `ca_file`.
    """

    channel: Channel | None = None

    setup = Setup(
        say("App Store: reviews from Apple's feed without a key, read only"),
        say(
            "Nothing, and it gives little: the 500 newest reviews of a country, and for many apps "
            "none. With a key, app_store reads all of them and answers."
        ),
        (
            Question("app", say("The number in the app's address (375380948)")),
            Question("countries", say("The countries (us de …)"), "us", form="list"),
        ),
    )

    def __init__(self, name: str, options: Mapping[str, Any], tools: Tools) -> None:
        read = Options(options)
        self.name = name
        self._tools = tools
        self._base = read.url("url", "https://itunes.apple.com").rstrip("/")
        country, app, form = "us", None, "json"
        if match := _ADDRESS.fullmatch(self._base):
            self._base, country, app, form = match.groups("json")
        self._app = read.text("app", app)
        if self._app and not self._app.isdecimal():
            read.wrong("app", say("expected the number in the app's address, such as 375380948"))
        self._countries = [one.lower() for one in read.texts("countries", (country,))]
        if not all(len(one) == 2 and one.isascii() and one.isalpha() for one in self._countries):
            read.wrong("countries", say("expected two-letter codes, such as us and de"))
        self._form = read.choice("form", ("json", "xml"), form)
        self._how = read.reach()
        read.done()

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """New reviews of each country, page by page until a known one.

        A country that gives nothing keeps its place. After `_PAGES_AT_ONCE` pages the rest of
        the countries is left to the next poll. Raises `SourceError` where none could be read.
        """
        del now  # the ids on the cursor say what is new
        place = _place(cursor.position)
        posts: list[Post] = []
        gap, pages, silent, errors = False, 0, [], []
        turn = min(place.turn, len(self._countries) - 1)
        asked = 0
        while turn < len(self._countries) and pages < _PAGES_AT_ONCE:
            country = self._countries[turn]
            turn, asked = turn + 1, asked + 1
            known = place.known.get(country, [])
            try:
                reviews, reached, read = await self._reviews(country, set(known))
            except SourceError as error:
                errors.append(error)
                continue
            pages += read
            if not reviews:
                silent.append(country)
                continue
            gap = gap or (bool(known) and not reached)
            posts += [self._post(item, country) for item in reviews]
            ids = [item.id for item in reviews]
            place.known[country] = (ids + [id for id in known if id not in ids])[:_REMEMBERED]
        if len(errors) == asked:
            raise errors[0]
        more = turn < len(self._countries)
        newest = max((post.occurred_at for post in posts if post.occurred_at), default=None)
        position = msgspec.json.encode(_Place(place.known, turn if more else 0)).decode()
        after = replace(cursor, position=position, last_post_at=latest(cursor.last_post_at, newest))
        return Batch(posts, after, gap=gap, more=more, note=_note(silent, errors))

    async def send(self, reply: Outgoing) -> Receipt:
        del reply
        raise Refused(
            say("this feed takes no reply; answer in App Store Connect, or connect app_store")
        )

    async def find(self, reply: Outgoing) -> Receipt | None:
        raise SourceError(
            say("this feed shows no reply; look at {place}", place=reply.url or "App Store Connect")
        )

    async def _reviews(self, country: str, known: set[str]) -> tuple[list[Item], bool, int]:
        """A country's newest reviews, whether a known one was reached, and the pages read."""
        found: dict[str, Item] = {}
        for page in range(1, LAST_PAGE + 1):
            url = (
                f"{self._base}/{country}/rss/customerreviews/page={page}/id={self._app}"
                f"/sortby=mostrecent/{self._form}"
            )
            answer = await self._tools.net.get(url, **self._how)
            document = await self._tools.parser.parse(answer.body, answer.content_type, answer.url)
            # The first entry may be the app itself: it has no stars.
            reviews = [item for item in document.items if item.rating is not None and item.id]
            found |= {item.id: item for item in reviews if item.id not in found}
            if not reviews or not known.isdisjoint(item.id for item in reviews):
                return list(found.values()), bool(reviews), page
        return list(found.values()), False, LAST_PAGE

    def _post(self, item: Item, country: str) -> Post:
        post = post_of(item.id, item, UTC, "review")
        return replace(
            post,
            # One review belongs to one country, but its number might stand in two of them.
            id=f"{country}:{item.id}",
            author_id=item.author_id.rpartition("/id")[2] or item.author_id,
            extra={"territory": country.upper(), **post.extra},
        )


def _place(position: str) -> _Place:
    try:
        return msgspec.json.decode(position, type=_Place) if position else _Place()
    except msgspec.MsgspecError:
        return _Place()


def _note(silent: Sequence[str], errors: Sequence[SourceError]) -> str:
    notes = [str(error) for error in errors[:1]]
    if silent:
        notes.append(
            say(
                "no reviews for {countries}: the App Store answers so when it is asked too "
                "often, and for an app that it does not know there",
                countries=", ".join(silent),
            )
        )
    return "; ".join(notes)
