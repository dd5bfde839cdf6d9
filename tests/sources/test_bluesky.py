"""Bluesky: sessions, notifications, conversations, answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sources.base import Channel, Cursor, Doubt, Limit, Outgoing, Post, Refused, SourceError
from sources.bluesky import BlueskySource, facets_of, whole_links
from sources.tools import Tools
from tests.sources.conftest import NOW
from tests.sources.vendors.bluesky import ANA, HANDLE, ME, PASSWORD, Bluesky


@pytest.fixture
async def sky() -> AsyncIterator[Bluesky]:
    async with Bluesky().running() as sky:
        yield sky


def _source(
    tools: Tools, sky: Bluesky, tmp_path: Path, password: str = PASSWORD, **options: Any
) -> BlueskySource:
    (tmp_path / "password").write_text(password)
    given = {
        "handle": f"@{HANDLE}",
        "password_file": str(tmp_path / "password"),
        "url": sky.base,
        "allow_private": True,
    }
    return BlueskySource("sky", {**given, **options}, tools)


def _reply(post: Post, text: str = "Danke!") -> Outgoing:
    return Outgoing("k1", text, post.id, post.thread or post.id, language="de", extra=post.extra)


async def test_a_mention_becomes_a_post(tools: Tools, sky: Bluesky, tmp_path: Path) -> None:
    """The account's steady id, its name, the page to open."""
    uri = sky.mention("kaputt")

    batch = await _source(tools, sky, tmp_path).poll(Cursor(), NOW)

    (post,) = batch.posts
    assert (post.id, post.text, post.language) == (uri, "kaputt", "de")
    assert (post.author, post.author_id) == ("Ana", ANA)
    assert post.extra == {"handle": "ana.example.com"}
    assert post.url == f"https://bsky.app/profile/{ANA}/post/{uri.rpartition('/')[2]}"
    assert batch.quota_left == "2999 of 3000"


async def test_a_clock_that_runs_ahead(tools: Tools, sky: Bluesky, tmp_path: Path) -> None:
    """Nobody writes later than the server saw it."""
    sky.mention("one", at=NOW + timedelta(days=900))
    sky.notifications[0]["indexedAt"] = "2026-11-24T11:00:00.000Z"

    (post,) = (await _source(tools, sky, tmp_path).poll(Cursor(), NOW)).posts

    assert post.occurred_at == NOW - timedelta(hours=1)


async def test_one_session_serves_many_polls(tools: Tools, sky: Bluesky, tmp_path: Path) -> None:
    """It is refreshed when it has run out: logging in is limited."""
    source = _source(tools, sky, tmp_path)
    sky.mention("one")
    await source.poll(Cursor(), NOW)
    sky.expire()
    batch = await source.poll(Cursor(), NOW)
    sky.expire()
    await source.send(_reply(batch.posts[0]))

    assert (sky.logins, sky.refreshes) == (1, 2)


async def test_pages_and_what_is_new(tools: Tools, tmp_path: Path) -> None:
    """All of a first sync, then the last hour and what came since."""
    async with Bluesky(page=5).running() as sky:
        for hours in range(20, 0, -1):
            sky.mention(f"{hours} hours ago", at=NOW - timedelta(hours=hours))
        source = _source(tools, sky, tmp_path)
        first = await source.poll(Cursor(), NOW)
        sky.mention("new")
        second = await source.poll(first.cursor, NOW)

        assert len(first.posts) == 20
        assert "new" in {post.text for post in second.posts}
        assert len(second.posts) < 12


async def test_a_conversation_and_what_we_said_outside(
    tools: Tools, sky: Bluesky, tmp_path: Path
) -> None:
    """The root names it; our own answer in it is ours."""
    first = sky.mention("one")
    ours = sky.publish(ME, "outside", to=first)
    sky.mention("two", to=ours)

    posts = {
        post.text: post for post in (await _source(tools, sky, tmp_path).poll(Cursor(), NOW)).posts
    }

    assert posts["two"].thread == first
    assert (posts["outside"].own, posts["outside"].thread) == (True, first)
    assert posts["one"].thread == ""


async def test_a_reply_has_root_and_parent(tools: Tools, sky: Bluesky, tmp_path: Path) -> None:
    """Under the latest post, in the conversation of the first, with its links alive."""
    first = sky.mention("one")
    second = sky.mention("two", to=sky.publish(ME, "outside", to=first))
    source = _source(tools, sky, tmp_path)
    posts = {post.id: post for post in (await source.poll(Cursor(), NOW)).posts}

    receipt = await source.send(_reply(posts[second], "Ja: https://example.com/ü?a=1."))

    record = sky.posts[receipt.id]["record"]
    assert record["reply"] == {"root": sky.reference(first), "parent": sky.reference(second)}
    assert record["langs"] == ["de"]
    assert record["facets"][0]["features"][0]["uri"] == "https://example.com/ü?a=1"
    assert record["facets"][0]["index"] == {"byteStart": 4, "byteEnd": 30}
    assert receipt.url.startswith(f"https://bsky.app/profile/{ME}/post/")


async def test_a_lost_answer_is_found_in_our_repository(
    tools: Tools, sky: Bluesky, tmp_path: Path
) -> None:
    """What stands there is what was published."""
    sky.mention("one")
    source = _source(tools, sky, tmp_path)
    (post,) = (await source.poll(Cursor(), NOW)).posts
    assert await source.find(_reply(post)) is None
    sky.lose_answers = 1

    with pytest.raises(Doubt):
        await source.send(_reply(post))
    found = await source.find(_reply(post))

    assert found is not None
    assert sky.posts[found.id]["record"]["text"] == "Danke!"


async def test_a_post_that_was_taken_down(tools: Tools, sky: Bluesky, tmp_path: Path) -> None:
    """There is nothing to answer any more."""
    uri = sky.mention("one")
    source = _source(tools, sky, tmp_path)
    (post,) = (await source.poll(Cursor(), NOW)).posts
    del sky.posts[uri]

    with pytest.raises(Refused, match="not on Bluesky any more"):
        await source.send(_reply(post))


async def test_the_limit_counts_graphemes_and_bytes(
    tools: Tools, sky: Bluesky, tmp_path: Path
) -> None:
    """The editor knows both, and the server's words come through."""
    sky.mention("one")
    source = _source(tools, sky, tmp_path)
    (post,) = (await source.poll(Cursor(), NOW)).posts

    assert source.channel == Channel(limit=Limit(300, "graphemes", size_bytes=3000), readable=True)
    with pytest.raises(Refused, match="longer than 3000 bytes"):
        await source.send(_reply(post, "x" * 3001))


async def test_words_are_searched_for(tools: Tools, sky: Bluesky, tmp_path: Path) -> None:
    """Posts that name the brand without naming the account; ours are left out."""
    uri = sky.publish(ANA, "my lamp")
    sky.publish(ME, "buy a lamp")
    source = _source(tools, sky, tmp_path, words=["lamp"])

    assert [post.id for post in (await source.poll(Cursor(), NOW)).posts] == [uri]


async def test_a_wrong_password_stops(tools: Tools, sky: Bluesky, tmp_path: Path) -> None:
    """With the server's words and without the password."""
    with pytest.raises(SourceError, match="Invalid identifier or password") as caught:
        await _source(tools, sky, tmp_path, "canary-secret").poll(Cursor(), NOW)
    assert caught.value.stop
    assert "canary" not in str(caught.value)


async def test_a_busy_server_says_when(tools: Tools, sky: Bluesky, tmp_path: Path) -> None:
    """Its reset header is Unix time."""
    source = _source(tools, sky, tmp_path)
    await source.poll(Cursor(), NOW)
    sky.busy = 1

    with pytest.raises(SourceError) as caught:
        await source.poll(Cursor(), NOW)
    assert caught.value.retry_at == NOW + timedelta(minutes=2)


async def test_an_empty_list_moves_nothing(tools: Tools, sky: Bluesky, tmp_path: Path) -> None:
    """The cursor stays."""
    source = _source(tools, sky, tmp_path)
    sky.mention("one")
    first = await source.poll(Cursor(), NOW)
    sky.notifications.clear()
    second = await source.poll(first.cursor, NOW)

    assert second.cursor == replace(first.cursor)


def _facet(start: int, end: int, uri: str = "https://example.com/whole") -> dict[str, Any]:
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [{"uri": uri}]}


@pytest.mark.parametrize(
    ("text", "facets", "expected"),
    [
        ("ü example.com/wh…", [_facet(3, 20)], "ü https://example.com/whole"),
        ("abc", [_facet(0, 99), _facet(-1, 2), _facet(2, 1)], "abc"),
        ("abc", [_facet(0, 1), _facet(0, 3)], "https://example.com/whole"),
        ("abc", [_facet(0, 1, "at://x")], "abc"),
        ("üü", [_facet(1, 2)], None),
    ],
)
def test_shortened_links_are_written_out(
    text: str, facets: list[dict[str, Any]], expected: str | None
) -> None:
    """Facets count bytes; those that lie outside the text or inside a letter break nothing."""
    whole = whole_links({"text": text, "facets": facets})

    assert whole == expected if expected is not None else isinstance(whole, str)


def test_a_text_without_links_has_no_facets() -> None:
    """Nothing is marked that is no link."""
    assert facets_of("http:// and example.com") == []
