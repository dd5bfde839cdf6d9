"""WordPress comments and WooCommerce reviews: conversations, edits, answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sources.base import Cursor, Doubt, OptionError, Outgoing, Post, Refused, SourceError
from sources.tools import Tools
from sources.wordpress import WooCommerceSource, WordPressSource
from tests.sources.conftest import NOW
from tests.sources.vendors.wordpress import KEY, PASSWORD, SECRET, USER, WordPress


@pytest.fixture
async def blog() -> AsyncIterator[WordPress]:
    async with WordPress().running() as blog:
        yield blog


def _options(blog: WordPress, tmp_path: Path, password: str = PASSWORD) -> dict[str, Any]:
    (tmp_path / "password").write_text(password)
    return {
        "url": blog.base,
        "user": USER,
        "password_file": str(tmp_path / "password"),
        "allow_private": True,
    }


def _source(tools: Tools, blog: WordPress, tmp_path: Path, **more: Any) -> WordPressSource:
    return WordPressSource("blog", {**_options(blog, tmp_path), **more}, tools)


def _shop(tools: Tools, blog: WordPress, tmp_path: Path, **more: Any) -> WooCommerceSource:
    (tmp_path / "secret").write_text(SECRET)
    own = {"key": KEY, "secret_file": str(tmp_path / "secret")}
    return WooCommerceSource("shop", {**_options(blog, tmp_path), **own, **more}, tools)


def _reply(post: Post, text: str = "Thank you, 1 < 2 & more") -> Outgoing:
    return Outgoing("k1", text, post.id, post.thread or post.id, extra=post.extra)


async def test_a_comment_becomes_a_post(tools: Tools, blog: WordPress, tmp_path: Path) -> None:
    """Text and name without markup, the page's place, the post it belongs to."""
    blog.comment("It &lt;broke&gt;")

    (post,) = (await _source(tools, blog, tmp_path).poll(Cursor(), NOW)).posts

    assert (post.id, post.text, post.author) == ("1", "It <broke>", "Ana & Bo")
    assert (post.thread, post.extra, post.occurred_at) == ("", {"post": "5"}, NOW)
    assert post.url == "https://blog.example/post/#comment-1"


async def test_without_a_password_comments_are_read_alone(tools: Tools, blog: WordPress) -> None:
    """No key is sent, and there is no channel to answer."""
    blog.comment("one")
    source = WordPressSource("blog", {"url": blog.base, "allow_private": True}, tools)

    assert len((await source.poll(Cursor(), NOW)).posts) == 1
    assert source.channel is None


async def test_a_conversation_begins_with_its_first_comment(
    tools: Tools, blog: WordPress, tmp_path: Path
) -> None:
    """However deep, and what we answered on the site is ours."""
    first = blog.comment("one", at=NOW - timedelta(days=9))
    ours = blog.comment("two", parent=first, author=1)
    blog.comment("three", parent=ours, at=NOW + timedelta(minutes=2))
    cursor = Cursor(position='{"since": "2026-11-24T12:00:00+00:00"}')

    posts = (await _source(tools, blog, tmp_path).poll(cursor, NOW)).posts

    assert [(post.text, post.thread, post.own) for post in posts] == [
        ("two", "1", True),
        ("three", "1", False),
    ]


async def test_a_thread_whose_beginning_was_taken_down(
    tools: Tools, blog: WordPress, tmp_path: Path
) -> None:
    """What is left of it still belongs together."""
    blog.comment("orphan", parent=99)

    (post,) = (await _source(tools, blog, tmp_path).poll(Cursor(), NOW)).posts

    assert post.thread == "99"


async def test_only_what_is_new_and_an_edit(tools: Tools, blog: WordPress, tmp_path: Path) -> None:
    """The last day is read again; what lies before is not."""
    blog.comment("old", at=NOW - timedelta(days=5))
    id = blog.comment("new")
    source = _source(tools, blog, tmp_path)
    first = await source.poll(Cursor(), NOW)
    blog.comments[id]["content"]["rendered"] = "<p>edited</p>"
    second = await source.poll(first.cursor, NOW)

    assert [post.text for post in first.posts] == ["old", "new"]
    assert [post.text for post in second.posts] == ["edited"]


async def test_an_outage_is_caught_up(tools: Tools, blog: WordPress, tmp_path: Path) -> None:
    """Twelve hundred comments, in two polls, each once."""
    for number in range(1200):
        blog.comment(f"c{number}", at=NOW + timedelta(seconds=number))
    source = _source(tools, blog, tmp_path)
    later = NOW + timedelta(days=1)
    first = await source.poll(Cursor(), later)
    second = await source.poll(first.cursor, later)

    assert (first.more, second.more) == (True, False)
    assert len({post.id for post in (*first.posts, *second.posts)}) == 1200


async def test_an_empty_list_moves_nothing(tools: Tools, blog: WordPress, tmp_path: Path) -> None:
    """The cursor stays."""
    source = _source(tools, blog, tmp_path)
    blog.comment("one")
    first = await source.poll(Cursor(), NOW)
    blog.comments.clear()

    assert (await source.poll(first.cursor, NOW)).cursor == first.cursor


async def test_held_comments_come_in_where_wanted(
    tools: Tools, blog: WordPress, tmp_path: Path
) -> None:
    """They carry their state."""
    blog.comment("waits", status="hold")

    (post,) = (await _source(tools, blog, tmp_path, held=True).poll(Cursor(), NOW)).posts

    assert post.extra == {"post": "5", "status": "hold"}
    assert (await _source(tools, blog, tmp_path).poll(Cursor(), NOW)).posts == ()


async def test_a_reply_stands_under_the_comment(
    tools: Tools, blog: WordPress, tmp_path: Path
) -> None:
    """As it was written, signs and all; and it is found again."""
    blog.comment("one")
    source = _source(tools, blog, tmp_path)
    (post,) = (await source.poll(Cursor(), NOW)).posts

    receipt = await source.send(_reply(post))

    assert (receipt.id, receipt.published) == ("2", True)
    assert blog.comments[2]["parent"] == 1
    assert blog.text(2) == "<p>Thank you, 1 < 2 & more</p>\n"
    assert await source.find(_reply(post)) == receipt
    assert await source.find(_reply(post, "Other")) is None


async def test_a_reply_that_waits_for_approval(tools: Tools, tmp_path: Path) -> None:
    """Accepted, not yet published."""
    async with WordPress(moderated=True).running() as blog:
        blog.comment("one")
        source = _source(tools, blog, tmp_path)
        (post,) = (await source.poll(Cursor(), NOW)).posts

        assert not (await source.send(_reply(post))).published


async def test_a_lost_answer(tools: Tools, blog: WordPress, tmp_path: Path) -> None:
    """Reading ends the doubt, and WordPress itself refuses the repetition."""
    blog.comment("one")
    source = _source(tools, blog, tmp_path)
    (post,) = (await source.poll(Cursor(), NOW)).posts
    blog.lose_answers = 1

    with pytest.raises(Doubt):
        await source.send(_reply(post))
    assert await source.find(_reply(post)) is not None
    with pytest.raises(Refused, match="Duplicate comment"):
        await source.send(_reply(post))


async def test_a_site_without_permalinks(tools: Tools, tmp_path: Path) -> None:
    """Everything goes through ?rest_route=."""
    async with WordPress(pretty=False).running() as blog:
        blog.comment("one")
        source = _source(tools, blog, tmp_path, permalinks=False)
        (post,) = (await source.poll(Cursor(), NOW)).posts

        assert (await source.send(replace(_reply(post), extra={}))).id == "2"
        assert await source.find(_reply(post)) is not None


async def test_a_wrong_password_stops(tools: Tools, blog: WordPress, tmp_path: Path) -> None:
    """With WordPress's words and without the password."""
    given = _options(blog, tmp_path, "canary-secret")

    with pytest.raises(SourceError, match="invalid one") as caught:
        await WordPressSource("blog", given, tools).poll(Cursor(), NOW)
    assert caught.value.stop
    assert "canary" not in str(caught.value)


async def test_a_product_review(tools: Tools, blog: WordPress, tmp_path: Path) -> None:
    """Stars, product and whether it was bought; the answer is a comment under it."""
    id = blog.review("It broke", stars=1)
    source = _shop(tools, blog, tmp_path)

    (post,) = (await source.poll(Cursor(), NOW)).posts
    receipt = await source.send(_reply(post))

    assert (post.id, post.rating, post.author) == (str(id), 1.0, "Ana")
    assert post.extra == {"post": "77", "product": "Lamp", "verified": "yes"}
    assert blog.comments[int(receipt.id)]["parent"] == id
    assert await source.find(_reply(post)) == receipt


async def test_a_shop_without_an_account_is_read_alone(
    tools: Tools, blog: WordPress, tmp_path: Path
) -> None:
    """The consumer key reads; answering needs an application password."""
    blog.review("It broke")
    source = _shop(tools, blog, tmp_path, user="")

    assert len((await source.poll(Cursor(), NOW)).posts) == 1
    assert source.channel is None


def test_wrong_options(tools: Tools) -> None:
    """All at once."""
    with pytest.raises(OptionError) as caught:
        WooCommerceSource("shop", {"url": "shop", "user": "me"}, tools)
    assert set(caught.value.problems) == {"url", "password_file", "key", "secret_file"}
