"""X: signed requests, no post read twice for money, answers read back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sources.base import Channel, Cursor, Doubt, Limit, Outgoing, Refused, SourceError
from sources.tools import Tools
from sources.x import XSource, signature
from tests.sources.conftest import NOW
from tests.sources.vendors.x import KEYS, ME, X


@pytest.fixture
async def x() -> AsyncIterator[X]:
    async with X().running() as x:
        yield x


def _source(tools: Tools, x: X, tmp_path: Path, **keys: str) -> XSource:
    given: dict[str, Any] = {"url": x.base, "allow_private": True}
    for name, value in {**KEYS, **keys}.items():
        (tmp_path / name).write_text(value)
        given[f"{name}_file"] = str(tmp_path / name)
    return XSource("x", given, tools)


def _reply(id: int, text: str = "1 < 2 & danke!") -> Outgoing:
    return Outgoing("k1", text, str(id), str(id))


def test_the_signature_of_the_platforms_own_example() -> None:
    """The worked example of X's documentation comes out as it stands there."""
    keys = {
        "consumer_key": "xvz1evFS4wEEPTGEFPHBog",
        "consumer_secret": "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
        "access_token": "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        "access_secret": "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
    }
    url = (
        "https://api.twitter.com/1.1/statuses/update.json?include_entities=true"
        "&status=Hello%20Ladies%20%2B%20Gentlemen%2C%20a%20signed%20OAuth%20request%21"
    )
    nonce = "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg"

    header = signature("POST", url, keys, "1318622958", nonce)

    assert 'oauth_signature="hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D"' in header


async def test_a_mention_becomes_a_post(tools: Tools, x: X, tmp_path: Path) -> None:
    """Whole texts, names, conversations; X's signs unescaped."""
    first = x.mention("a &lt;b&gt; &amp; c", lang="qme")
    x.mention("short…", root=first, note_tweet={"text": "long and whole"})

    long, short = (await _source(tools, x, tmp_path).poll(Cursor(), NOW)).posts

    assert (short.text, short.language, short.thread) == ("a <b> & c", "", "")
    assert (long.text, long.language, long.thread) == ("long and whole", "de", str(first))
    assert (long.author, long.author_id, long.extra) == ("Ana", "5", {"handle": "@ana"})
    assert short.url == f"https://x.com/i/status/{first}"


async def test_no_post_is_paid_for_twice(tools: Tools, x: X, tmp_path: Path) -> None:
    """Always from the last known one on."""
    for number in range(250):
        x.mention(str(number))
    source = _source(tools, x, tmp_path)
    first = await source.poll(Cursor(), NOW)
    x.mention("new")
    second = await source.poll(first.cursor, NOW)
    third = await source.poll(second.cursor, NOW)

    assert (len(first.posts), x.read) == (250, 251)
    assert [post.text for post in second.posts] == ["new"]
    assert (third.posts, third.cursor) == ([], second.cursor)
    assert third.min_interval_s == 60
    assert third.quota_left == "299 of 300"


async def test_an_answer_is_published_and_read_back(tools: Tools, x: X, tmp_path: Path) -> None:
    """X puts the customer's name before it, and escapes signs; it is found all the same."""
    id = x.mention("kaputt")
    source = _source(tools, x, tmp_path)
    await source.poll(Cursor(), NOW)
    assert await source.find(_reply(id)) is None
    x.lose_answers = 1

    with pytest.raises(Doubt):
        await source.send(_reply(id))
    found = await source.find(_reply(id))

    assert found is not None
    assert sum(one["author_id"] == ME for one in x.posts.values()) == 1


async def test_the_limit_is_xs_own(tools: Tools, x: X, tmp_path: Path) -> None:
    """Weighted, links at 23; X's words reach the agent."""
    id = x.mention("kaputt")
    source = _source(tools, x, tmp_path)

    assert source.channel == Channel(limit=Limit(280, "weighted", link_size=23), readable=True)
    with pytest.raises(Refused, match="too long"):
        await source.send(_reply(id, "x" * 281))


async def test_a_busy_x_says_when(tools: Tools, x: X, tmp_path: Path) -> None:
    """By its own header, in Unix time."""
    x.busy = 1

    with pytest.raises(SourceError) as caught:
        await _source(tools, x, tmp_path).poll(Cursor(), NOW)
    assert caught.value.retry_at == NOW + timedelta(minutes=9)


async def test_spent_credits_are_told(tools: Tools, x: X, tmp_path: Path) -> None:
    """In X's words."""
    x.credits = False

    with pytest.raises(SourceError, match="no credits"):
        await _source(tools, x, tmp_path).poll(Cursor(), NOW)


async def test_a_wrong_key_stops(tools: Tools, x: X, tmp_path: Path) -> None:
    """And none of the four is shown."""
    source = _source(tools, x, tmp_path, access_secret="canary-secret")

    with pytest.raises(SourceError, match="401") as caught:
        await source.poll(Cursor(), NOW)
    assert caught.value.stop
    assert "canary" not in str(caught.value)
