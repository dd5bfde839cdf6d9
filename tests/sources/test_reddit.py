"""Reddit: listings, threads, refusals that come as a success."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sources.base import Cursor, Doubt, OptionError, Outgoing, Refused, SourceError
from sources.reddit import RedditSource
from sources.tools import Tools
from tests.sources.conftest import NOW
from tests.sources.vendors.reddit import CLIENT, PASSWORD, SECRET, USER, Reddit


@pytest.fixture
async def reddit() -> AsyncIterator[Reddit]:
    async with Reddit().running() as reddit:
        yield reddit


def _source(
    tools: Tools, reddit: Reddit, tmp_path: Path, password: str = PASSWORD, **options: Any
) -> RedditSource:
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "password").write_text(password)
    given = {
        "client_id": CLIENT,
        "client_secret_file": str(tmp_path / "secret"),
        "user": USER,
        "password_file": str(tmp_path / "password"),
        "subreddits": ["r/lamps"],
        "url": reddit.base,
        "token_url": f"{reddit.base}/token",
        "allow_private": True,
    }
    return RedditSource("reddit", {**given, **options}, tools)


async def test_a_comment_becomes_a_post(tools: Tools, reddit: Reddit, tmp_path: Path) -> None:
    """In the conversation of its link; ours and the moderator's told apart."""
    name = reddit.comment("it broke")
    reddit.comment("looking", by="Support")
    reddit.comment("rules", by="AutoModerator")

    batch = await _source(tools, reddit, tmp_path).poll(Cursor(), NOW)

    posts = {post.text: post for post in batch.posts}
    broke = posts["it broke"]
    assert (broke.id, broke.thread, broke.title, broke.author) == (name, "t3_1", "Lamps", "ana")
    assert broke.url == f"https://www.reddit.com/r/lamps/comments/1/lamps/{name}/"
    assert (posts["looking"].own, posts["rules"].automatic) == (True, True)
    assert batch.quota_left == "595.0"


async def test_pages_and_what_is_new(tools: Tools, reddit: Reddit, tmp_path: Path) -> None:
    """All of a first sync, then the last hour and what came since."""
    for number in range(250):
        reddit.comment(str(number), at=NOW - timedelta(minutes=number))
    source = _source(tools, reddit, tmp_path)
    first = await source.poll(Cursor(), NOW)
    second = await source.poll(first.cursor, NOW)

    assert len(first.posts) == 250
    assert len(second.posts) == 200


async def test_words_are_searched_for(tools: Tools, reddit: Reddit, tmp_path: Path) -> None:
    """Links that name the brand anywhere."""
    name = reddit.link("my lamp")

    batch = await _source(tools, reddit, tmp_path, words=["lamp"], subreddits=[]).poll(
        Cursor(), NOW
    )

    assert [(post.id, post.title, post.thread) for post in batch.posts] == [(name, "my lamp", "")]


async def test_an_answer_is_published_and_read_back(
    tools: Tools, reddit: Reddit, tmp_path: Path
) -> None:
    """Under the comment it answers."""
    name = reddit.comment("it broke")
    source = _source(tools, reddit, tmp_path)
    reply = Outgoing("k1", "Sorry!", name, "t3_1")
    await source.poll(Cursor(), NOW)
    assert await source.find(reply) is None
    reddit.lose_answers = 1

    with pytest.raises(Doubt):
        await source.send(reply)
    found = await source.find(reply)

    assert found is not None
    assert reddit.things[found.id]["parent_id"] == name


async def test_a_refusal_that_comes_as_a_success(
    tools: Tools, reddit: Reddit, tmp_path: Path
) -> None:
    """Reddit answers 200 and says no inside."""
    name = reddit.comment("it broke")

    with pytest.raises(Refused, match="this is too long"):
        await _source(tools, reddit, tmp_path).send(Outgoing("k1", "x" * 10_001, name, "t3_1"))


async def test_a_busy_reddit_says_when(tools: Tools, reddit: Reddit, tmp_path: Path) -> None:
    """In seconds, under the header's name that others use for Unix time."""
    source = _source(tools, reddit, tmp_path)
    await source.poll(Cursor(), NOW)
    reddit.busy = 1

    with pytest.raises(SourceError) as caught:
        await source.poll(Cursor(), NOW)
    assert caught.value.retry_at == NOW + timedelta(seconds=33)


async def test_a_wrong_password_stops(tools: Tools, reddit: Reddit, tmp_path: Path) -> None:
    """And is not shown."""
    with pytest.raises(SourceError, match="not accepted") as caught:
        await _source(tools, reddit, tmp_path, "canary-secret").poll(Cursor(), NOW)
    assert caught.value.stop
    assert "canary" not in str(caught.value)


def test_something_must_be_read(tools: Tools, reddit: Reddit, tmp_path: Path) -> None:
    """Words or subreddits."""
    with pytest.raises(OptionError, match="words"):
        _source(tools, reddit, tmp_path, subreddits=[])
