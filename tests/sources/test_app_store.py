"""App Store Connect: reviews with stars, responses that Apple publishes later."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sources.app_store import AppStoreSource
from sources.base import Cursor, Doubt, OptionError, Outgoing, Receipt, Refused, SourceError
from sources.tools import Tools
from tests.sources.conftest import NOW
from tests.sources.vendors.apple import APP, PEM, AppStore

REPLY = Outgoing("k1", "Danke!", "r1", "r1")


@pytest.fixture
async def apple() -> AsyncIterator[AppStore]:
    async with AppStore().running() as apple:
        yield apple


def _source(
    tools: Tools, apple: AppStore, tmp_path: Path, key: str = PEM, **options: Any
) -> AppStoreSource:
    (tmp_path / "key.p8").write_text(key)
    given = {
        "app": APP,
        "issuer_id": "issuer-1",
        "key_id": "KEY1",
        "key_file": str(tmp_path / "key.p8"),
        "url": apple.base,
        "allow_private": True,
    }
    return AppStoreSource("apple", {**given, **options}, tools)


async def test_a_review_becomes_a_post(tools: Tools, apple: AppStore, tmp_path: Path) -> None:
    """Stars, title and territory are kept, and what is left of the hour is told."""
    apple.review("r1", "Stürzt ab", stars=1)

    batch = await _source(tools, apple, tmp_path).poll(Cursor(), NOW)

    (post,) = batch.posts
    assert (post.id, post.title, post.text) == ("r1", "title r1", "Stürzt ab")
    assert (post.rating, post.author, post.extra) == (1.0, "Ana", {"territory": "DEU"})
    assert (post.occurred_at, batch.quota_left) == (NOW, "3412 of 3500 an hour")


async def test_a_response_made_elsewhere_is_ours(
    tools: Tools, apple: AppStore, tmp_path: Path
) -> None:
    """It belongs to the review's conversation."""
    apple.review("r1", "x")
    apple.responses["r1"] = {
        "responseBody": "Danke!",
        "lastModifiedDate": NOW.isoformat(),
        "state": "PUBLISHED",
    }

    _, answer = (await _source(tools, apple, tmp_path).poll(Cursor(), NOW)).posts

    assert (answer.own, answer.thread, answer.text) == (True, "r1", "Danke!")


async def test_pages_are_read_up_to_the_known(tools: Tools, tmp_path: Path) -> None:
    """Two days before the newest known are read again, for reviews that were changed."""
    async with AppStore(page=2).running() as apple:
        source = _source(tools, apple, tmp_path)
        for number in range(9):
            apple.review(f"r{number}", "x", at=NOW - timedelta(days=number))
        first = await source.poll(Cursor(), NOW)
        apple.reviews["r1"]["body"] = "changed"
        second = await source.poll(first.cursor, NOW)

        assert len(first.posts) == 9
        assert [post.id for post in second.posts] == ["r0", "r1", "r2", "r3", "r4", "r5"][
            : len(second.posts)
        ]
        assert second.posts[1].text == "changed"
        assert len(second.posts) < 9


async def test_an_empty_list_moves_nothing(tools: Tools, apple: AppStore, tmp_path: Path) -> None:
    """The cursor stays as it is."""
    source = _source(tools, apple, tmp_path)
    apple.review("r1", "x")
    first = await source.poll(Cursor(), NOW)
    apple.reviews.clear()

    assert (await source.poll(first.cursor, NOW)).cursor == first.cursor


async def test_a_response_waits_for_apple(tools: Tools, apple: AppStore, tmp_path: Path) -> None:
    """Accepted is not published; the same is read back."""
    source = _source(tools, apple, tmp_path)
    apple.review("r1", "x")

    receipt = await source.send(REPLY)

    assert receipt == Receipt("resp-r1", published=False)
    assert await source.find(REPLY) == receipt
    assert await source.find(replace(REPLY, text="Other")) is None


async def test_no_response_is_an_answer(tools: Tools, apple: AppStore, tmp_path: Path) -> None:
    """404 for a review without a response means that ours is surely absent."""
    apple.review("r1", "x")

    assert await _source(tools, apple, tmp_path).find(REPLY) is None


async def test_a_lost_answer_is_repeated_safely(
    tools: Tools, apple: AppStore, tmp_path: Path
) -> None:
    """The same response takes its own place."""
    source = _source(tools, apple, tmp_path)
    apple.review("r1", "x")
    apple.lose_answers = 1

    with pytest.raises(Doubt):
        await source.send(REPLY)
    await source.send(REPLY)

    assert len(apple.responses) == 1


async def test_a_refusal_has_apples_words(tools: Tools, apple: AppStore, tmp_path: Path) -> None:
    """A review that was taken down cannot be answered."""
    with pytest.raises(Refused, match="The review does not exist"):
        await _source(tools, apple, tmp_path).send(REPLY)


async def test_a_key_of_somebody_else(tools: Tools, apple: AppStore, tmp_path: Path) -> None:
    """401 says what to check."""
    with pytest.raises(SourceError, match=r"401.*Not allowed") as caught:
        await _source(tools, apple, tmp_path, issuer_id="other").poll(Cursor(), NOW)
    assert caught.value.stop


async def test_a_file_that_is_no_key(tools: Tools, apple: AppStore, tmp_path: Path) -> None:
    """Found before anything is asked."""
    with pytest.raises(SourceError, match="no private key for ES256"):
        await _source(tools, apple, tmp_path, "not a key").poll(Cursor(), NOW)
    assert apple.requests == []


def test_wrong_options(tools: Tools) -> None:
    """Everything that is missing is named at once."""
    with pytest.raises(OptionError) as caught:
        AppStoreSource("apple", {"app": "Lamp", "key": "secret"}, tools)
    assert set(caught.value.problems) == {"app", "issuer_id", "key_id", "key", "key_file"}
