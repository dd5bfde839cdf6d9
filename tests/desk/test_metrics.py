"""Figures for a monitoring system: true, without a customer's word, out of nobody else's reach."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp

from console.core.listening import Place
from console.desk.desk import Desk
from console.desk.metrics import Metrics
from console.store.sqlite import open_store
from sources.base import Batch, Channel, Cursor, Post

NOW = datetime(2027, 5, 5, 12, tzinfo=UTC)


async def test_the_figures_are_served_on_a_socket(tmp_path: Path) -> None:
    """One open review is one open conversation, and no word of it is told."""
    async with open_store(tmp_path / "desk.db", now=NOW) as store:
        await store.name_sources({"play": ("google_play", Channel())})
        post = Post("1", "Zebra is broken", "review", author="Sara", rating=1)
        cursor = Cursor(last_success_at=NOW)
        await store.take_in("play", Batch([post], cursor), NOW, every=timedelta(minutes=5))
        path = tmp_path / "metrics.sock"
        serving = asyncio.ensure_future(Metrics(Desk(store, lambda: NOW), Place(path=path)).run())
        # the server says nothing when it listens; its file does
        while not path.exists():  # noqa: ASYNC110
            await asyncio.sleep(0)
        async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(path))) as session:
            async with session.get("http://desk/metrics") as answer:
                text = await answer.text()
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)

    assert "shiftdesk_open 1.0" in text
    assert 'shiftdesk_source_up{source="play"} 1.0' in text
    assert 'shiftdesk_source_posts_total{source="play"} 1.0' in text
    assert "Zebra" not in text and "Sara" not in text
