"""Where a poll stands in a list that is read newest first: what is known, and what is left to read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

import msgspec

from sources.base import Cursor, Post, SourceError
from sources.feeds import latest

PAGES_AT_ONCE = 10
"""Pages read in one poll; the rest of a long list follows at once, in the next one."""


class Sweep(msgspec.Struct, frozen=True, omit_defaults=True):
    """A cursor's position. The newest instant counts only once the whole list was read."""

    since: str = ""
    next: str = ""
    """The page to go on with, while a sweep is under way."""
    newest: str = ""

    @classmethod
    def at(cls, cursor: Cursor) -> Self:
        """The sweep on the cursor; a fresh one where another type of source left something."""
        try:
            return msgspec.json.decode(cursor.position, type=cls) if cursor.position else cls()
        except msgspec.MsgspecError:
            return cls()

    @property
    def known_until(self) -> datetime | None:
        """The newest post of the last whole sweep."""
        try:
            return datetime.fromisoformat(self.since) if self.since else None
        except ValueError:
            return None

    def is_known(self, page: Iterable[Post], overlap: timedelta) -> bool:
        """True where all of this page, and so all after it, was there at the last sweep."""
        known = self.known_until
        dated = [at for post in page if not post.own and (at := changed_at(post))]
        return bool(known and dated) and max(dated) < known - overlap  # type: ignore[operator]

    def onto(self, cursor: Cursor, posts: Iterable[Post], following: str, now: datetime) -> Cursor:
        """The cursor after these posts; `following` is the page that is left, empty for none.

        Without posts nothing moves. A date in the future counts as now: it must not hide what
        comes before it.
        """
        dated = [at for post in posts if not post.own and (at := changed_at(post))]
        newest = max([self.newest, *(min(at, now).isoformat() for at in dated)])
        if following:
            after = Sweep(self.since, following, newest)
        else:
            after = Sweep(max(self.since, newest))
        if after == self:
            return cursor
        return replace(
            cursor,
            position=msgspec.json.encode(after).decode(),
            last_post_at=latest(cursor.last_post_at, max(dated, default=None)),
        )


@dataclass(frozen=True, slots=True)
class Swept:
    """What one poll of such a list gave."""

    posts: list[Post]
    cursor: Cursor
    more: bool
    pages: int


Ask = Callable[[str], Awaitable[tuple[list[Post], str]]]
"""The posts of a page ("" for the first one), and the page after it ("" for none)."""


async def sweep(cursor: Cursor, now: datetime, overlap: timedelta, ask: Ask) -> Swept:
    """Page after page until one is known, `PAGES_AT_ONCE` at most.

    What lies within `overlap` before the newest known post is read again, for late changes.
    Raises `SourceError` as `ask` does.
    """
    state = Sweep.at(cursor)
    posts: list[Post] = []
    place = state.next
    for pages in range(1, PAGES_AT_ONCE + 1):
        try:
            page, place = await ask(place)
        except SourceError as error:
            if pages > 1 or not place or error.stop or error.retry_at:
                raise
            # The bookmark of a sweep that was broken off long ago: begin the list again.
            state, (page, place) = Sweep(state.since), await ask("")
        posts += page
        if not page or state.is_known(page, overlap):
            place = ""
        if not place:
            break
    return Swept(posts, state.onto(cursor, posts, place, now), bool(place), pages)


def changed_at(post: Post) -> datetime | None:
    """When the post was last changed, or else published."""
    return post.edited_at or post.occurred_at
