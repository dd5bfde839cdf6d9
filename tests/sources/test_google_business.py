"""Google Business Profile: star words, answers that replace, and a project without approval."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sources.base import Channel, Cursor, Doubt, Limit, Outgoing, Receipt, Refused, SourceError
from sources.google_business import GoogleBusinessSource
from sources.tools import Tools
from tests.sources.conftest import NOW
from tests.sources.vendors.google import GoogleBusiness

REPLY = Outgoing("k1", "Danke!", "r1", "r1")


@pytest.fixture
async def google() -> AsyncIterator[GoogleBusiness]:
    async with GoogleBusiness().running() as google:
        yield google


def _source(
    tools: Tools, google: GoogleBusiness, tmp_path: Path, refresh: str = "refresh-1"
) -> GoogleBusinessSource:
    (tmp_path / "secret").write_text("secret-of-client")
    (tmp_path / "refresh").write_text(refresh)
    options = {
        "account": "accounts/1",
        "location": "2",
        "client_id": "client",
        "client_secret_file": str(tmp_path / "secret"),
        "refresh_token_file": str(tmp_path / "refresh"),
        "url": google.base,
        "token_url": f"{google.base}/token",
        "allow_private": True,
    }
    return GoogleBusinessSource("place", options, tools)


@pytest.mark.parametrize(
    ("word", "stars"),
    [("ONE", 1.0), ("FIVE", 5.0), ("STAR_RATING_UNSPECIFIED", None)],
)
async def test_a_review_becomes_a_post(
    tools: Tools, google: GoogleBusiness, tmp_path: Path, word: str, stars: float | None
) -> None:
    """Stars are words there; a review may have no text."""
    google.review("r1", "", stars=word)

    (post,) = (await _source(tools, google, tmp_path).poll(Cursor(), NOW)).posts

    assert (post.id, post.text, post.rating, post.author) == ("r1", "", stars, "Ana")
    assert (post.occurred_at, post.edited_at, post.kind) == (NOW, None, "review")


async def test_an_edit_and_an_answer_made_elsewhere(
    tools: Tools, google: GoogleBusiness, tmp_path: Path
) -> None:
    """Both come in with the next poll."""
    source = _source(tools, google, tmp_path)
    google.review("r1", "one")
    first = await source.poll(Cursor(), NOW)
    await source.send(REPLY)
    later = NOW + timedelta(minutes=5)
    google.review("r1", "two", at=later, stars="FIVE")

    review, answer = (await source.poll(first.cursor, later)).posts

    assert (review.text, review.rating, review.edited_at) == ("two", 5.0, later)
    assert (answer.own, answer.thread, answer.text) == (True, "r1", "Danke!")


async def test_pages_are_read_up_to_the_known(tools: Tools, tmp_path: Path) -> None:
    """All of a first sync, then only what changed."""
    async with GoogleBusiness(page=3).running() as google:
        source = _source(tools, google, tmp_path)
        for number in range(10):
            google.review(f"r{number}", "x", at=NOW - timedelta(days=number))
        first = await source.poll(Cursor(), NOW)
        google.requests.clear()
        await source.poll(first.cursor, NOW)

        assert len(first.posts) == 10
        assert len(google.paths()) == 2


async def test_a_project_without_approval_is_told_what_to_do(tools: Tools, tmp_path: Path) -> None:
    """A quota of zero is explained; later 429s are ordinary ones."""
    async with GoogleBusiness(approved=False).running() as google:
        source = _source(tools, google, tmp_path)

        with pytest.raises(SourceError, match="Application for Basic API Access") as first:
            await source.poll(Cursor(), NOW)
        with pytest.raises(SourceError, match="asked to wait") as later:
            await source.poll(Cursor(last_success_at=NOW), NOW)
        assert (first.value.stop, later.value.stop) == (True, False)


async def test_an_answer_is_published_and_found(
    tools: Tools, google: GoogleBusiness, tmp_path: Path
) -> None:
    """What stands there is ours; other words are not."""
    source = _source(tools, google, tmp_path)
    google.review("r1", "one")

    assert await source.find(REPLY) is None
    assert await source.send(REPLY) == Receipt("r1:reply") == await source.find(REPLY)
    assert await source.find(replace(REPLY, text="Other")) is None


async def test_an_answer_that_google_looks_at_first(
    tools: Tools, google: GoogleBusiness, tmp_path: Path
) -> None:
    """Accepted, not yet shown."""
    google.review("r1", "one")
    google.reply_state = "PENDING"

    assert not (await _source(tools, google, tmp_path).send(REPLY)).published


async def test_a_lost_answer_is_repeated_safely(
    tools: Tools, google: GoogleBusiness, tmp_path: Path
) -> None:
    """The same answer takes its own place."""
    source = _source(tools, google, tmp_path)
    google.review("r1", "one")
    await source.poll(Cursor(), NOW)
    google.lose_answers = 1

    with pytest.raises(Doubt):
        await source.send(REPLY)
    assert await source.send(REPLY) == await source.find(REPLY)


async def test_a_long_answer_is_refused(
    tools: Tools, google: GoogleBusiness, tmp_path: Path
) -> None:
    """Bytes are counted, not letters."""
    source = _source(tools, google, tmp_path)
    google.review("r1", "one")

    assert source.channel == Channel(
        limit=Limit(4096, "bytes"), mode="replaces", idempotent=True, readable=True, moderated=True
    )
    with pytest.raises(Refused, match="too long"):
        await source.send(replace(REPLY, text="ж" * 2049))


async def test_a_refresh_token_that_was_withdrawn(
    tools: Tools, google: GoogleBusiness, tmp_path: Path
) -> None:
    """No retry helps; the token is never shown."""
    with pytest.raises(SourceError, match="the key is not accepted") as caught:
        await _source(tools, google, tmp_path, "canary-secret").poll(Cursor(), NOW)
    assert caught.value.stop
    assert "canary" not in str(caught.value)
