"""Discourse: topics as conversations, posts answered by number."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sources.base import Cursor, Doubt, Outgoing, Post, Receipt, Refused, SourceError
from sources.discourse import DiscourseSource
from sources.tools import Tools
from tests.sources.conftest import NOW
from tests.sources.vendors.discourse import KEY, USER, Discourse


@pytest.fixture
async def forum() -> AsyncIterator[Discourse]:
    async with Discourse().running() as forum:
        yield forum


def _source(tools: Tools, forum: Discourse, tmp_path: Path, key: str = KEY) -> DiscourseSource:
    (tmp_path / "key").write_text(key)
    given = {
        "url": forum.base,
        "user": USER,
        "key_file": str(tmp_path / "key"),
        "allow_private": True,
    }
    return DiscourseSource("forum", given, tools)


def _reply(post: Post, text: str = "Thank you!") -> Outgoing:
    return Outgoing("k1", text, post.id, post.thread, parent=post.parent, url=post.url)


async def test_a_post_becomes_one(tools: Tools, forum: Discourse, tmp_path: Path) -> None:
    """In the conversation of its topic, with the number that an answer names."""
    forum.post("It broke")

    (post,) = (await _source(tools, forum, tmp_path).poll(Cursor(), NOW)).posts

    assert (post.id, post.text, post.title, post.kind) == ("1", "It broke", "Lamps", "question")
    assert (post.author, post.author_id) == ("Ana", "ana")
    assert (post.thread, post.parent) == ("topic:7", "1")
    assert post.url == f"{forum.base}/t/lamps/7/1"


async def test_pages_and_what_is_new(tools: Tools, forum: Discourse, tmp_path: Path) -> None:
    """All of a first sync, then the last hour, ours and the forum's own told apart."""
    for number in range(120, 0, -1):
        forum.post(f"post {number}", at=NOW - timedelta(hours=number))
    source = _source(tools, forum, tmp_path)
    first = await source.poll(Cursor(), NOW)
    forum.post("welcome!", user="system")
    forum.post("ours", user=USER)
    second = await source.poll(first.cursor, NOW)

    assert len(first.posts) == 120
    posts = {post.text: post for post in second.posts}
    assert posts["welcome!"].automatic
    assert posts["ours"].own
    assert len(second.posts) < 120


async def test_an_edit_comes_in(tools: Tools, forum: Discourse, tmp_path: Path) -> None:
    """Within the last page it is seen and dated."""
    id = forum.post("one")
    source = _source(tools, forum, tmp_path)
    first = await source.poll(Cursor(), NOW)
    later = NOW + timedelta(minutes=5)
    forum.posts[id] |= {"raw": "two", "updated_at": later.isoformat()}

    (post,) = (await source.poll(first.cursor, later)).posts

    assert (post.text, post.edited_at) == ("two", later)


async def test_an_answer_names_the_post(tools: Tools, forum: Discourse, tmp_path: Path) -> None:
    """In the topic, under the number; and it is read back after a lost answer."""
    forum.post("It broke")
    source = _source(tools, forum, tmp_path)
    (post,) = (await source.poll(Cursor(), NOW)).posts
    assert await source.find(_reply(post)) is None
    forum.lose_answers = 1

    with pytest.raises(Doubt):
        await source.send(_reply(post))
    found = await source.find(_reply(post))

    assert found == Receipt("2", f"{forum.base}/t/lamps/7/2")
    assert (forum.posts[2]["topic_id"], forum.posts[2]["reply_to_post_number"]) == (7, 1)


async def test_an_answer_that_waits_for_review(
    tools: Tools, forum: Discourse, tmp_path: Path
) -> None:
    """Accepted is not published."""
    forum.post("It broke")
    forum.reviewed = True
    source = _source(tools, forum, tmp_path)
    (post,) = (await source.poll(Cursor(), NOW)).posts

    assert await source.send(_reply(post)) == Receipt("99", published=False)


async def test_a_short_answer_is_refused(tools: Tools, forum: Discourse, tmp_path: Path) -> None:
    """With the forum's own words."""
    forum.post("It broke")
    source = _source(tools, forum, tmp_path)
    (post,) = (await source.poll(Cursor(), NOW)).posts

    with pytest.raises(Refused, match="too short"):
        await source.send(_reply(post, "Hi"))
    with pytest.raises(Refused, match="no topic"):
        await source.send(replace(_reply(post), thread="x"))


async def test_a_busy_forum_says_when(tools: Tools, forum: Discourse, tmp_path: Path) -> None:
    """Retry-After in seconds."""
    forum.busy = 1

    with pytest.raises(SourceError) as caught:
        await _source(tools, forum, tmp_path).poll(Cursor(), NOW)
    assert caught.value.retry_at == NOW + timedelta(seconds=9)


async def test_a_wrong_key_stops(tools: Tools, forum: Discourse, tmp_path: Path) -> None:
    """Discourse says 403."""
    with pytest.raises(SourceError, match="not permitted") as caught:
        await _source(tools, forum, tmp_path, "canary-secret").poll(Cursor(), NOW)
    assert caught.value.stop
    assert "canary" not in str(caught.value)
