"""A store to ask, a clock that stands where it is put, and short words for what sources bring."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.core.calendar import always_open
from console.core.defaults import DEFAULT_PRIORITIES, default_policies
from console.core.sla import Rules
from console.store import Store
from console.store.protocol import TakenIn
from console.store.sqlite import open_store
from sources.base import Batch, Channel, Cursor, Post

START = datetime(2027, 5, 5, 9, 0, tzinfo=UTC)
"""A Wednesday."""


def at(text: str) -> datetime:
    """The instant `HH:MM` of the first day, or `+Nd HH:MM` of a later one."""
    day, _space, time = text.rpartition(" ")
    hour, minute = map(int, time.split(":"))
    return START.replace(hour=hour, minute=minute) + timedelta(
        days=int(day[1:-1] or 0) if day else 0
    )


RULES = Rules(default_policies("calendar"), {"calendar": always_open}, DEFAULT_PRIORITIES)
"""The shipped policies, every hour counted."""


@pytest.fixture(params=["sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store that is ready for posts."""
    async with open_store(tmp_path / "desk" / "desk.db", now=at("8:00")) as store:
        await equip(store)
        yield store


async def equip(store: Store) -> None:
    """The shipped policies, and four sources that have been read to their end once."""
    await store.adopt(RULES, at("8:00"))
    channels: dict[str, tuple[str, Channel | None]] = {
        "play": ("google_play", Channel(mode="replaces")),
        "mast": ("mastodon", Channel(idempotent=True, readable=True, begins="author")),
        "blog": ("rss", None),
        "once": ("app_store", Channel(mode="single")),
    }
    await store.name_sources(channels)
    for source in channels:
        await poll(store, source, [], "8:30")


async def poll(store: Store, source: str, posts: Sequence[Post], when: str, **more: Any) -> TakenIn:
    """What one successful poll brought at an instant of `at()`."""
    fields = {key: more.pop(key) for key in ("gap", "more", "note") if key in more}
    batch = Batch(posts, Cursor(position=when, last_success_at=at(when)), **fields)
    return await store.take_in(source, batch, at(when), every=timedelta(minutes=5), **more)


def post(id: str = "1", text: str = "It does not work", when: str = "9:00", **more: Any) -> Post:
    """A customer's post."""
    fields: dict[str, Any] = {"author": "Sara", "author_id": "sara", "occurred_at": at(when)}
    return Post(id, text, **(fields | more))


async def one(store: Store, source: str = "mast", **fields: Any) -> int:
    """A conversation with one inbound post of 9:00, seen at 9:01."""
    taken = await poll(store, source, [post(**fields)], "9:01")
    return taken.conversations[0]


async def newest_turn(store: Store, conversation: int) -> int:
    """The id of the last turn."""
    page = await store.conversation(conversation, "ana", see_drafts=True)
    return max(turn.id for turn in page.turns)


async def queue(store: Store, conversation: int, when: str, **more: Any) -> Any:
    """Ana's reply goes to the outbox at that instant, as she sees the conversation then."""
    fields: dict[str, Any] = {
        "text": "We are sorry and look into it.",
        "key": f"key-{conversation}-{when}",
        "by": "ana",
        "opened_on": await newest_turn(store, conversation),
        "version": (await store.row(conversation)).version,
        "undo_window": timedelta(seconds=10),
    }
    return await store.queue_reply(conversation, now=at(when), **(fields | more))


async def answer(store: Store, conversation: int, when: str, **more: Any) -> int:
    """Ana's reply is queued, sent and accepted at that instant; its id."""
    queued = await queue(store, conversation, when, undo_window=timedelta(0), **more)
    assert queued.reply is not None, queued.conflicts
    await store.start_sending(queued.reply.id, at(when))
    await store.settle_reply(queued.reply.id, "accepted", at(when), external_id=f"re-{when}")
    return int(queued.reply.id)
