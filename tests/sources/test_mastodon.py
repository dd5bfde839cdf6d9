"""Mastodon: mentions come in, replies go out, nothing twice."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sources.base import Cursor, Doubt, Outgoing, Post, Refused, SourceError
from sources.mastodon import MastodonSource
from sources.tools import Tools
from tests.sources.conftest import NOW
from tests.sources.vendors.mastodon import TOKEN, Mastodon


@pytest.fixture
async def server() -> AsyncIterator[Mastodon]:
    async with Mastodon().running() as server:
        yield server


def _source(
    tools: Tools, server: Mastodon, tmp_path: Path, token: str = TOKEN, **options: Any
) -> MastodonSource:
    (tmp_path / "token").write_text(token)
    given = {"url": server.base, "token_file": str(tmp_path / "token"), "allow_private": True}
    return MastodonSource("social", {**given, **options}, tools)


def _reply(post: Post, text: str = "Danke!", key: str = "k1") -> Outgoing:
    return Outgoing(
        key, text, post.id, post.thread or post.id, author=post.author, author_id=post.author_id,
        url=post.url, language="de-DE", extra=post.extra,
    )  # fmt: skip


async def test_a_mention_becomes_a_post(tools: Tools, server: Mastodon, tmp_path: Path) -> None:
    """Text without markup, name and handle, visibility kept."""
    status = server.mention("ana", "kaputt &amp; spät")

    (post,) = (await _source(tools, server, tmp_path).poll(Cursor(), NOW)).posts

    assert (post.id, post.text) == (status["id"], "@support kaputt & spät")
    assert (post.author, post.author_id, post.language) == ("Ana", "ana", "de")
    assert (post.private, post.extra) == (False, {"visibility": "public"})
    assert post.occurred_at == NOW + timedelta(seconds=1)


async def test_only_what_is_new_comes_again(tools: Tools, server: Mastodon, tmp_path: Path) -> None:
    """Ids that do not sort are known by equality."""
    source = _source(tools, server, tmp_path)
    server.mention("ana", "one")
    first = await source.poll(Cursor(), NOW)
    server.mention("bo", "two")
    second = await source.poll(first.cursor, NOW)
    third = await source.poll(second.cursor, NOW)

    assert [post.author for post in second.posts] == ["Bo"]
    assert (third.posts, third.gap, third.quota_left) == ([], False, "299 of 300")


async def test_an_outage_is_caught_up(tools: Tools, server: Mastodon, tmp_path: Path) -> None:
    """A hundred mentions later, page after page up to the known one."""
    source = _source(tools, server, tmp_path)
    server.mention("ana", "one")
    first = await source.poll(Cursor(), NOW)
    for number in range(100):
        server.mention("bo", f"number {number}")

    second = await source.poll(first.cursor, NOW)

    assert (len(second.posts), second.gap) == (100, False)


async def test_an_edit_comes_in(tools: Tools, server: Mastodon, tmp_path: Path) -> None:
    """The same id, new words, and when they were changed."""
    source = _source(tools, server, tmp_path)
    status = server.mention("ana", "one")
    first = await source.poll(Cursor(), NOW)
    server.edit(status["id"], "two")

    (post,) = (await source.poll(first.cursor, NOW)).posts

    assert (post.id, post.text) == (status["id"], "two")
    assert post.edited_at is not None


async def test_a_conversation_is_known_by_its_first_post(
    tools: Tools, server: Mastodon, tmp_path: Path
) -> None:
    """The customer's answer belongs to it, and so does what we said outside."""
    source = _source(tools, server, tmp_path)
    first = server.mention("ana", "one")
    ours = server.publish("support", "outside", to=first["id"])
    server.mention("ana", "two", to=ours["id"])

    posts = {post.text: post for post in (await source.poll(Cursor(), NOW)).posts}

    assert posts["@support two"].thread == first["id"]
    assert (posts["outside"].own, posts["outside"].thread) == (True, first["id"])


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private", "direct"])
async def test_a_reply_is_as_visible_as_the_post(
    tools: Tools, server: Mastodon, tmp_path: Path, visibility: str
) -> None:
    """Direct stays direct; the author is named, or nobody would be told."""
    source = _source(tools, server, tmp_path)
    server.mention("ana", "one", visibility=visibility)
    (post,) = (await source.poll(Cursor(), NOW)).posts

    receipt = await source.send(_reply(post))

    status = server.statuses[receipt.id]
    assert (status["visibility"], status["content"]) == (visibility, "<p>@ana Danke!</p>")
    assert status["in_reply_to_id"] == post.id
    assert post.private == (visibility == "direct")


async def test_a_lost_answer_does_not_post_twice(
    tools: Tools, server: Mastodon, tmp_path: Path
) -> None:
    """The doubt ends by the same key, and by reading back."""
    source = _source(tools, server, tmp_path)
    server.mention("ana", "one")
    (post,) = (await source.poll(Cursor(), NOW)).posts
    server.lose_answers = 1

    with pytest.raises(Doubt):
        await source.send(_reply(post))
    found = await source.find(_reply(post))
    repeated = await source.send(_reply(post))

    assert found is not None
    assert found.id == repeated.id
    assert sum(one["account"]["acct"] == "support" for one in server.statuses.values()) == 1


async def test_a_reply_that_is_not_there(tools: Tools, server: Mastodon, tmp_path: Path) -> None:
    """Other people's answers are not ours."""
    source = _source(tools, server, tmp_path)
    status = server.mention("ana", "one")
    server.publish("bo", "@ana Danke!", to=status["id"])
    (post,) = (await source.poll(Cursor(), NOW)).posts

    assert await source.find(_reply(post)) is None


async def test_keys_are_trusted_only_where_they_are_honoured(
    tools: Tools, server: Mastodon, tmp_path: Path
) -> None:
    """Mastodon says what it is; a server that only speaks its API is read back instead."""
    source = _source(tools, server, tmp_path)
    await source.poll(Cursor(), NOW)
    async with Mastodon(has_v2=False).running() as small:
        other = _source(tools, small, tmp_path)
        await other.poll(Cursor(), NOW)

    assert source.channel is not None
    assert other.channel is not None
    assert (True, True) == (source.channel.idempotent, source.channel.readable)
    assert (False, True) == (other.channel.idempotent, other.channel.readable)


def opening(key: str = "key-1", text: str = "We can talk here, Sara.", **more: Any) -> Outgoing:
    """A first private message to Sara."""
    fields: dict[str, Any] = {"author": "Sara", "author_id": "sara@far.example", "thread": ""}
    return Outgoing(key, text, post_id="", **(fields | more))


async def test_a_first_message_is_direct_and_of_its_own(
    tools: Tools, server: Mastodon, tmp_path: Path
) -> None:
    """It names the customer, hangs under no public post, and tells the thread that it begins."""
    source = _source(tools, server, tmp_path)

    receipt = await source.send(opening())

    status = server.statuses[receipt.id]
    assert ("direct", None) == (status["visibility"], status["in_reply_to_id"])
    assert "<p>@sara@far.example We can talk here, Sara.</p>" == status["content"]
    assert receipt.id == receipt.thread


async def test_a_first_message_whose_answer_was_lost_goes_once(
    tools: Tools, server: Mastodon, tmp_path: Path
) -> None:
    """The key is honoured, and our own direct messages can be read back."""
    source = _source(tools, server, tmp_path)
    before = await source.find(opening())

    first = await source.send(opening())
    again = await source.send(opening())

    assert before is None
    assert first == again
    assert first == await source.find(opening())
    assert await source.find(opening("key-2", "Another text")) is None


async def test_what_answers_a_first_message_is_in_its_thread(
    tools: Tools, server: Mastodon, tmp_path: Path
) -> None:
    """And a second one of ours goes on in it."""
    source = _source(tools, server, tmp_path)
    receipt = await source.send(opening())
    server.mention("sara@far.example", "thanks", to=receipt.id, visibility="direct")
    second = await source.send(opening("key-2", "And this.", thread=receipt.thread))

    posts = (await source.poll(Cursor(), NOW)).posts

    assert {(receipt.thread, True)} == {(post.thread or post.id, post.private) for post in posts}
    assert receipt.id == server.statuses[second.id]["in_reply_to_id"]
    assert receipt.thread == second.thread


async def test_a_longer_name_in_the_text_does_not_stand_for_the_customer(
    tools: Tools, server: Mastodon, tmp_path: Path
) -> None:
    """@sarah would get what is meant for @sara."""
    source = _source(tools, server, tmp_path)

    receipt = await source.send(opening(text="Ask @sarah about it", author_id="sara"))

    assert "<p>@sara Ask @sarah about it</p>" == server.statuses[receipt.id]["content"]


async def test_nobody_to_write_to(tools: Tools, server: Mastodon, tmp_path: Path) -> None:
    """A direct message that names nobody would reach nobody."""
    source = _source(tools, server, tmp_path)

    with pytest.raises(Refused):
        await source.send(opening(author_id=""))


async def test_the_servers_limit_is_learnt(tools: Tools, tmp_path: Path) -> None:
    """What the server says counts, less the room for the name; a longer text is refused."""
    async with Mastodon(limit=5000).running() as server:
        source = _source(tools, server, tmp_path)
        assert source.channel is not None
        assert source.channel.limit is not None
        before = source.channel.limit.size
        server.mention("ana", "one")
        (post,) = (await source.poll(Cursor(), NOW)).posts

        assert (before, source.channel.limit.size) == (468, 4968)
        with pytest.raises(Refused, match="character limit of 5000"):
            await source.send(_reply(post, "x" * 5001))


async def test_a_server_without_the_second_version(tools: Tools, tmp_path: Path) -> None:
    """Smaller servers do not describe themselves; the configured limit holds."""
    async with Mastodon(has_v2=False).running() as server:
        server.mention("ana", "one")

        assert len((await _source(tools, server, tmp_path).poll(Cursor(), NOW)).posts) == 1


async def test_hashtags_and_words(tools: Tools, server: Mastodon, tmp_path: Path) -> None:
    """Each list has its own place; a post that stands in two of them comes once."""
    status = server.publish("ana", "my lamp")
    server.tags["lamp"] = [status]
    source = _source(tools, server, tmp_path, hashtags=["#lamp"], words=["lamp"])
    first = await source.poll(Cursor(), NOW)
    second = await source.poll(first.cursor, NOW)

    assert [post.id for post in first.posts] == [status["id"]]
    assert second.posts == []


async def test_a_search_that_is_not_allowed_is_a_note(
    tools: Tools, server: Mastodon, tmp_path: Path
) -> None:
    """Mentions still come in."""
    server.search_allowed = False
    server.mention("ana", "one")

    batch = await _source(tools, server, tmp_path, words=["lamp"]).poll(Cursor(), NOW)

    assert len(batch.posts) == 1
    assert "search for 'lamp': HTTP 403" in batch.note


async def test_a_busy_server_says_when(tools: Tools, server: Mastodon, tmp_path: Path) -> None:
    """Its reset header is an instant."""
    server.busy = 1

    with pytest.raises(SourceError) as caught:
        await _source(tools, server, tmp_path).poll(Cursor(), NOW)
    assert caught.value.retry_at == NOW + timedelta(seconds=90)


async def test_a_wrong_token_stops(tools: Tools, server: Mastodon, tmp_path: Path) -> None:
    """The error says what to check and never shows the token."""
    with pytest.raises(SourceError, match=r"401 .*access token is invalid") as caught:
        await _source(tools, server, tmp_path, "canary-secret").poll(Cursor(), NOW)
    assert caught.value.stop
    assert "canary" not in str(caught.value)


async def test_the_place_is_small(tools: Tools, server: Mastodon, tmp_path: Path) -> None:
    """What is remembered stays bounded."""
    for number in range(300):
        server.mention("bo", f"number {number}")
    batch = await _source(tools, server, tmp_path).poll(Cursor(), NOW)

    assert len(json.loads(batch.cursor.position)["seen"][""]) == 200
