"""Trustpilot: client credentials, pages, revised reviews, replies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sources.base import Cursor, Doubt, Outgoing, Receipt, Refused, SourceError
from sources.tools import Tools
from sources.trustpilot import TrustpilotSource
from tests.sources.conftest import NOW
from tests.sources.vendors.trustpilot import KEY, SECRET, UNIT, USER, Trustpilot

REPLY = Outgoing("k1", "Tak!", "r1", "r1")


@pytest.fixture
async def pilot() -> AsyncIterator[Trustpilot]:
    async with Trustpilot().running() as pilot:
        yield pilot


def _source(
    tools: Tools, pilot: Trustpilot, tmp_path: Path, secret: str = SECRET, **options: Any
) -> TrustpilotSource:
    (tmp_path / "secret").write_text(secret)
    given = {
        "business_unit": UNIT,
        "business_user": USER,
        "api_key": KEY,
        "secret_file": str(tmp_path / "secret"),
        "url": pilot.base,
        "allow_private": True,
    }
    return TrustpilotSource("pilot", {**given, **options}, tools)


async def test_a_review_becomes_a_post(tools: Tools, pilot: Trustpilot, tmp_path: Path) -> None:
    """Stars, language, consumer and the public page."""
    pilot.review("r1", "For sent", stars=1)

    (post,) = (await _source(tools, pilot, tmp_path).poll(Cursor(), NOW)).posts

    assert (post.id, post.title, post.text, post.rating) == ("r1", "title r1", "For sent", 1.0)
    assert (post.author, post.author_id, post.language) == ("Ana", "c1", "da")
    assert (post.url, post.occurred_at) == ("https://trustpilot.example/r1", NOW)


async def test_pages_and_what_is_new(tools: Tools, pilot: Trustpilot, tmp_path: Path) -> None:
    """All of 250 at first, then the last two days, with what was revised in them."""
    for number in range(250):
        pilot.review(f"r{number}", "x", at=NOW - timedelta(hours=number))
    source = _source(tools, pilot, tmp_path)
    first = await source.poll(Cursor(), NOW)
    pilot.reviews["r3"] |= {"text": "revised", "updatedAt": "2026-11-24T12:30:00Z"}
    second = await source.poll(first.cursor, NOW + timedelta(hours=1))

    assert len(first.posts) == 250
    revised = next(post for post in second.posts if post.id == "r3")
    assert (revised.text, revised.edited_at) == ("revised", NOW + timedelta(minutes=30))
    assert len(second.posts) == 49


async def test_field_names_are_configuration(
    tools: Tools, pilot: Trustpilot, tmp_path: Path
) -> None:
    """Where Trustpilot names a field otherwise, a table says so."""
    pilot.review("r1", "x")
    pilot.reviews["r1"]["body"] = "other"
    source = _source(tools, pilot, tmp_path, fields={"text": "body"})

    (post,) = (await source.poll(Cursor(), NOW)).posts

    assert (post.text, post.title) == ("other", "title r1")


async def test_a_reply_is_published_found_and_ours(
    tools: Tools, pilot: Trustpilot, tmp_path: Path
) -> None:
    """The same id however it is met."""
    source = _source(tools, pilot, tmp_path)
    pilot.review("r1", "x")

    receipt = await source.send(REPLY)
    _, answer = (await source.poll(Cursor(), NOW)).posts

    assert receipt == Receipt("r1:answer") == await source.find(REPLY)
    assert (answer.id, answer.own, answer.thread) == ("r1:answer", True, "r1")
    assert await source.find(replace(REPLY, text="Other")) is None


async def test_a_lost_answer_is_a_doubt_that_reading_ends(
    tools: Tools, pilot: Trustpilot, tmp_path: Path
) -> None:
    """No key is honoured; what stands there is read."""
    source = _source(tools, pilot, tmp_path)
    pilot.review("r1", "x")
    await source.poll(Cursor(), NOW)
    pilot.lose_answers = 1

    with pytest.raises(Doubt):
        await source.send(REPLY)
    assert await source.find(REPLY) is not None


async def test_a_token_that_ran_out_is_renewed(
    tools: Tools, pilot: Trustpilot, tmp_path: Path
) -> None:
    """Once, for reading and for writing."""
    source = _source(tools, pilot, tmp_path)
    pilot.review("r1", "x")
    await source.poll(Cursor(), NOW)
    pilot.expire()
    await source.send(REPLY)
    pilot.expire()

    assert len((await source.poll(Cursor(), NOW)).posts) == 2


async def test_a_wrong_secret_stops(tools: Tools, pilot: Trustpilot, tmp_path: Path) -> None:
    """And it never stands in the error."""
    with pytest.raises(SourceError, match="401") as caught:
        await _source(tools, pilot, tmp_path, "canary-secret").poll(Cursor(), NOW)
    assert caught.value.stop
    assert "canary" not in str(caught.value)


async def test_a_review_that_is_gone(tools: Tools, pilot: Trustpilot, tmp_path: Path) -> None:
    """The refusal has Trustpilot's words."""
    with pytest.raises(Refused, match="The review was not found"):
        await _source(tools, pilot, tmp_path).send(REPLY)


def test_without_a_business_user_nothing_is_answered(
    tools: Tools, pilot: Trustpilot, tmp_path: Path
) -> None:
    """Reading needs none."""
    assert _source(tools, pilot, tmp_path, business_user="").channel is None
