"""A process that writes to a store as fast as it can, and says what was committed; made to be killed.

    python -m tests.store.busy_desk DATABASE

Each line `batch N` or `reply N` is printed after the store has said yes.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from console.store.sqlite import open_store
from sources.base import Batch, Channel, Cursor, Post
from tests.store.conftest import RULES, at

POSTS = 7
"""In each batch."""


async def main(path: Path) -> None:
    now = at("9:00")
    async with open_store(path, now=now) as store:
        await store.adopt(RULES, now)
        await store.name_sources({"mast": ("mastodon", Channel(idempotent=True))})
        done = (await store.cursors()).get("mast", Cursor()).position
        for number in range(int(done or 0) + 1, 100_000):
            now += timedelta(seconds=30)
            posts = [
                Post(f"{number}-{place}", f"post {place} of {number}", occurred_at=now)
                for place in range(POSTS)
            ]
            cursor = Cursor(position=str(number), last_success_at=now)
            taken = await store.take_in(
                "mast", Batch(posts, cursor), now, every=timedelta(minutes=5)
            )
            print("batch", number, flush=True)
            conversation = taken.conversations[0]
            page = await store.conversation(conversation, "ana", see_drafts=True)
            queued = await store.queue_reply(
                conversation,
                text=f"answer {number}",
                key=f"key {number}",
                by="ana",
                now=now,
                opened_on=page.turns[-1].id,
                version=page.row.version,
                undo_window=timedelta(0),
            )
            assert queued.reply is not None
            await store.start_sending(queued.reply.id, now)
            await store.settle_reply(queued.reply.id, "accepted", now, external_id=f"re {number}")
            print("reply", number, flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
