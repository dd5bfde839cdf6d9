"""YouTube: comments and their answers, and a quota that ends at midnight in California."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sources.base import Cursor, Doubt, Outgoing, Refused, SourceError
from sources.tools import Tools
from sources.youtube import YouTubeSource
from tests.sources.conftest import NOW
from tests.sources.vendors.youtube import CHANNEL, YouTube


@pytest.fixture
async def tube() -> AsyncIterator[YouTube]:
    async with YouTube().running() as tube:
        yield tube


def _source(tools: Tools, tube: YouTube, tmp_path: Path, **options: Any) -> YouTubeSource:
    (tmp_path / "secret").write_text("secret-of-client")
    given: dict[str, Any] = {
        "channel": CHANNEL,
        "client_id": "client",
        "client_secret_file": str(tmp_path / "secret"),
        "refresh_token_file": str(tmp_path / "secret"),
        "url": tube.base,
        "token_url": f"{tube.base}/token",
        "allow_private": True,
    }
    return YouTubeSource("tube", {**given, **options}, tools)


def _reply(thread: str, text: str = "Danke!") -> Outgoing:
    return Outgoing("k1", text, thread, thread)


async def test_comments_and_their_answers_are_conversations(
    tools: Tools, tube: YouTube, tmp_path: Path
) -> None:
    """The top comment names it; what the channel wrote is ours."""
    top = tube.comment("kaputt")
    tube.answer(top, "outside", by=CHANNEL)
    tube.answer(top, "danke")

    posts = {
        post.text: post for post in (await _source(tools, tube, tmp_path).poll(Cursor(), NOW)).posts
    }

    assert (posts["kaputt"].thread, posts["kaputt"].author) == ("", "@ana")
    assert posts["kaputt"].url == f"https://www.youtube.com/watch?v=v1&lc={top}"
    assert (posts["outside"].own, posts["outside"].thread) == (True, top)
    assert (posts["danke"].own, posts["danke"].thread) == (False, top)


async def test_pages_and_what_is_new(tools: Tools, tube: YouTube, tmp_path: Path) -> None:
    """All of a first sync, then the last day; each page costs its share of the quota."""
    for hours in range(250):
        tube.comment(f"c{hours}", at=NOW - timedelta(hours=hours))
    source = _source(tools, tube, tmp_path)
    first = await source.poll(Cursor(), NOW)
    second = await source.poll(first.cursor, NOW)

    assert len(first.posts) == 250
    assert len(second.posts) == 200
    assert second.min_interval_s == pytest.approx(2 * 8.64)


async def test_an_answer_goes_under_the_top_comment(
    tools: Tools, tube: YouTube, tmp_path: Path
) -> None:
    """And is read back after a lost answer."""
    top = tube.comment("kaputt")
    source = _source(tools, tube, tmp_path)
    await source.poll(Cursor(), NOW)
    assert await source.find(_reply(top)) is None
    tube.lose_answers = 1

    with pytest.raises(Doubt):
        await source.send(_reply(top))
    found = await source.find(_reply(top))

    assert found is not None
    assert len(tube.answers[top]) == 1


@pytest.mark.parametrize("writing", [False, True])
async def test_a_spent_quota_comes_back_at_midnight_in_california(
    tools: Tools, tmp_path: Path, writing: bool
) -> None:
    """For reading and for answering; it is no refusal."""
    async with YouTube(units=0).running() as tube:
        source = _source(tools, tube, tmp_path)

        with pytest.raises(SourceError, match="midnight in California") as caught:
            if writing:
                await source.send(_reply("c0"))
            else:
                await source.poll(Cursor(), NOW)
    assert type(caught.value) is SourceError
    assert caught.value.retry_at == datetime(2026, 11, 25, 8, tzinfo=UTC)


async def test_a_video_that_takes_no_comments(tools: Tools, tube: YouTube, tmp_path: Path) -> None:
    """A refusal has YouTube's words; for a poll it stops."""
    top = tube.comment("kaputt")
    tube.disabled = True
    source = _source(tools, tube, tmp_path)

    with pytest.raises(Refused, match="disabled comments"):
        await source.send(_reply(top))
    with pytest.raises(SourceError, match="disabled comments") as caught:
        await source.poll(Cursor(), NOW)
    assert caught.value.stop


async def test_a_key_reads_alone(tools: Tools, tube: YouTube, tmp_path: Path) -> None:
    """An API key takes in comments and answers nothing."""
    (tmp_path / "key").write_text("api-key")
    tube.comment("kaputt")
    given = {
        "channel": CHANNEL,
        "key_file": str(tmp_path / "key"),
        "url": tube.base,
        "allow_private": True,
    }
    source = YouTubeSource("tube", given, tools)

    assert len((await source.poll(Cursor(), NOW)).posts) == 1
    assert source.channel is None
