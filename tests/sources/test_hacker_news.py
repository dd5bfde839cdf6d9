"""Hacker News: words found, page by page by time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from sources.base import Cursor, OptionError, Outgoing, Refused
from sources.hacker_news import HackerNewsSource
from sources.tools import Tools
from tests.sources.conftest import NOW
from tests.sources.vendors.hacker_news import HackerNews


@pytest.fixture
async def news() -> AsyncIterator[HackerNews]:
    async with HackerNews().running() as news:
        yield news


def _source(tools: Tools, news: HackerNews, **options: Any) -> HackerNewsSource:
    given = {"words": ["lamp"], "url": news.base, "allow_private": True, **options}
    return HackerNewsSource("hn", given, tools)


async def test_a_comment_becomes_a_post(tools: Tools, news: HackerNews) -> None:
    """In the conversation of its story, with the page to open."""
    news.comment("my lamp &gt; yours")

    (post,) = (await _source(tools, news).poll(Cursor(), NOW)).posts

    assert (post.id, post.text, post.title) == ("1000", "my lamp > yours", "Lamps")
    assert (post.thread, post.author, post.occurred_at) == ("1", "ana", NOW)
    assert post.url == "https://news.ycombinator.com/item?id=1000"


async def test_many_finds_are_read_by_time(tools: Tools, news: HackerNews) -> None:
    """A thousand and more, each once, in as many polls as it takes."""
    for number in range(1250):
        news.comment(f"lamp {number}", at=NOW - timedelta(minutes=number))
    source = _source(tools, news)
    first = await source.poll(Cursor(), NOW)
    second = await source.poll(first.cursor, NOW)
    third = await source.poll(second.cursor, NOW)

    assert (first.more, second.more) == (True, False)
    assert len({post.id for post in (*first.posts, *second.posts)}) == 1250
    assert len(third.posts) == 60


async def test_a_first_sync_goes_back_a_week(tools: Tools, news: HackerNews) -> None:
    """Older ones are history."""
    news.comment("old lamp", at=NOW - timedelta(days=8))

    assert (await _source(tools, news).poll(Cursor(), NOW)).posts == []
    assert len((await _source(tools, news, backfill="9d").poll(Cursor(), NOW)).posts) == 1


async def test_an_answer_is_given_on_the_site(tools: Tools, news: HackerNews) -> None:
    """There is no way by program, and the message says where."""
    source = _source(tools, news)

    assert source.channel is None
    with pytest.raises(Refused, match="item"):
        await source.send(
            Outgoing("k", "x", "1", "1", url="https://news.ycombinator.com/item?id=1")
        )


def test_words_are_needed(tools: Tools) -> None:
    """Without them there is nothing to look for."""
    with pytest.raises(OptionError, match="words"):
        HackerNewsSource("hn", {}, tools)
