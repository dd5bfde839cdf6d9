"""HTTP's statuses, heard beside a source that does not tell them."""

from __future__ import annotations

import asyncio
import contextlib

from sources.base import SourceError
from sources.net import Net
from sources.overhearing import overhearing
from tests.sources.conftest import Site


async def test_every_answer_is_heard_also_failures_and_those_of_tasks(net: Net, site: Site) -> None:
    """In order; nothing of it afterwards."""
    good, bad = site.page("/good"), site.page("/bad", status=503)
    with overhearing() as heard:
        await net.get(good, allow_private=True)
        with contextlib.suppress(SourceError):
            await asyncio.create_task(net.get(bad, allow_private=True))
    await net.get(good, allow_private=True)

    assert [200, 503] == heard


async def test_two_polls_at_once_hear_their_own(net: Net, site: Site) -> None:
    """Each task has its own ear."""
    good, bad = site.page("/good"), site.page("/bad", status=404)

    async def ask(url: str) -> list[int]:
        with overhearing() as heard:
            with contextlib.suppress(SourceError):
                await net.get(url, allow_private=True)
            return heard

    assert [[200], [404]] == await asyncio.gather(ask(good), ask(bad))
