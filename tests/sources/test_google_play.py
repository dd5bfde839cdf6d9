"""Google Play: a service account's key, reviews with stars, one answer that replaces another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sources.base import Cursor, Doubt, Limit, Outgoing, Refused, SourceError
from sources.google_play import GooglePlaySource
from sources.tools import Tools
from tests.sources.conftest import NOW
from tests.sources.vendors.google import PACKAGE, GooglePlay

REPLY = Outgoing("k1", "Obrigado!", "r1", "r1")


@pytest.fixture
async def play() -> AsyncIterator[GooglePlay]:
    async with GooglePlay().running() as play:
        yield play


def _source(
    tools: Tools, play: GooglePlay, tmp_path: Path, key: str | None = None
) -> GooglePlaySource:
    (tmp_path / "key.json").write_text(play.key_file() if key is None else key)
    options = {
        "package": PACKAGE,
        "url": play.base,
        "key_file": str(tmp_path / "key.json"),
        "allow_private": True,
    }
    return GooglePlaySource("play", options, tools)


async def test_a_review_becomes_a_post(tools: Tools, play: GooglePlay, tmp_path: Path) -> None:
    """Stars, language and device are kept; the title before the tab is a title."""
    play.review("r1", "Ruim\tNão abre", stars=1)

    (post,) = (await _source(tools, play, tmp_path).poll(Cursor(), NOW)).posts

    assert (post.id, post.title, post.text) == ("r1", "Ruim", "Não abre")
    assert (post.kind, post.rating, post.language) == ("review", 1.0, "pt-BR")
    assert post.extra == {"version": "3.1", "device": "Pixel"}
    assert post.occurred_at == NOW


async def test_the_customers_own_words(tools: Tools, play: GooglePlay, tmp_path: Path) -> None:
    """Where Google translated, the original is kept."""
    play.review("r1", "Does not open", originalText="Não abre")

    (post,) = (await _source(tools, play, tmp_path).poll(Cursor(), NOW)).posts

    assert post.text == "Não abre"


async def test_the_token_is_fetched_once_and_renewed(
    tools: Tools, play: GooglePlay, tmp_path: Path
) -> None:
    """One token for many polls, another when Google no longer takes it."""
    source = _source(tools, play, tmp_path)
    for _ in range(3):
        await source.poll(Cursor(), NOW)
    before = play.tokens_given
    play.expire()
    await source.poll(Cursor(), NOW)

    assert (before, play.tokens_given) == (1, 2)


async def test_an_edit_and_an_answer_made_elsewhere(
    tools: Tools, play: GooglePlay, tmp_path: Path
) -> None:
    """Both come in with the next poll, the answer as ours."""
    source = _source(tools, play, tmp_path)
    play.review("r1", "one")
    first = await source.poll(Cursor(), NOW)
    await source.send(REPLY)
    play.review("r1", "two", at=NOW + timedelta(minutes=5), stars=4)

    later = NOW + timedelta(minutes=10)
    review, answer = (await source.poll(first.cursor, later)).posts

    assert (review.id, review.text, review.rating) == ("r1", "two", 4.0)
    assert (answer.own, answer.thread, answer.text) == (True, "r1", "Obrigado!")


async def test_pages_are_read_up_to_the_known(tools: Tools, tmp_path: Path) -> None:
    """All of a first sync, then only what is new."""
    async with GooglePlay(page=2).running() as play:
        source = _source(tools, play, tmp_path)
        for number in range(7):
            play.review(f"r{number}", "x", at=NOW - timedelta(days=number))
        first = await source.poll(Cursor(), NOW)
        play.requests.clear()
        second = await source.poll(first.cursor, NOW)

        assert len(first.posts) == 7
        assert len(second.posts) == 4
        assert len(play.paths()) == 2


async def test_a_long_list_takes_several_polls(tools: Tools, tmp_path: Path) -> None:
    """Nothing is lost between two polls of one sweep."""
    async with GooglePlay(page=1).running() as play:
        source = _source(tools, play, tmp_path)
        for number in range(14):
            play.review(f"r{number}", "x", at=NOW - timedelta(hours=number))
        first = await source.poll(Cursor(), NOW)
        second = await source.poll(first.cursor, NOW)

        assert (first.more, second.more) == (True, False)
        assert len({post.id for post in (*first.posts, *second.posts)}) == 14


async def test_an_empty_list_moves_nothing(tools: Tools, play: GooglePlay, tmp_path: Path) -> None:
    """A week without reviews is no loss."""
    source = _source(tools, play, tmp_path)
    play.review("r1", "one")
    first = await source.poll(Cursor(), NOW)
    play.reviews.clear()

    assert (await source.poll(first.cursor, NOW)).cursor == first.cursor


async def test_an_outage_of_more_than_a_week_is_a_gap(
    tools: Tools, play: GooglePlay, tmp_path: Path
) -> None:
    """The list shows the last week alone."""
    source = _source(tools, play, tmp_path)
    cursor = Cursor(last_success_at=NOW - timedelta(days=8))

    assert (await source.poll(cursor, NOW)).gap
    assert not (await source.poll(replace(cursor, last_success_at=NOW), NOW)).gap


async def test_a_reply_is_published_and_found(
    tools: Tools, play: GooglePlay, tmp_path: Path
) -> None:
    """What stands there is ours; other words are not."""
    source = _source(tools, play, tmp_path)
    play.review("r1", "one")

    receipt = await source.send(REPLY)

    assert receipt.published
    assert await source.find(REPLY) == receipt
    assert await source.find(replace(REPLY, text="Other")) is None


async def test_a_lost_answer_is_repeated_safely(
    tools: Tools, play: GooglePlay, tmp_path: Path
) -> None:
    """The same answer takes its own place."""
    source = _source(tools, play, tmp_path)
    play.review("r1", "one")
    await source.poll(Cursor(), NOW)
    play.lose_answers = 1

    with pytest.raises(Doubt):
        await source.send(REPLY)
    await source.send(REPLY)

    assert len(play.reviews["r1"]["comments"]) == 2


async def test_a_long_reply_is_refused_with_googles_words(
    tools: Tools, play: GooglePlay, tmp_path: Path
) -> None:
    """The editor knows the limit, and the platform holds it."""
    source = _source(tools, play, tmp_path)
    play.review("r1", "one")

    assert source.channel is not None
    assert (source.channel.limit, source.channel.mode) == (Limit(350), "replaces")
    assert (source.channel.idempotent, source.channel.readable) == (True, True)
    with pytest.raises(Refused, match="too long"):
        await source.send(replace(REPLY, text="x" * 351))


async def test_polls_stay_within_the_hourly_quota(
    tools: Tools, play: GooglePlay, tmp_path: Path
) -> None:
    """Two hundred reads an hour: one every 18 seconds."""
    assert (await _source(tools, play, tmp_path).poll(Cursor(), NOW)).min_interval_s == 18


@pytest.mark.parametrize("key", ["", "{}", '{"token_uri": "x"}', "not json"])
async def test_a_wrong_key_file(tools: Tools, play: GooglePlay, tmp_path: Path, key: str) -> None:
    """The message says what the file should be."""
    with pytest.raises(SourceError, match="no service account's") as caught:
        await _source(tools, play, tmp_path, key).poll(Cursor(), NOW)
    assert caught.value.stop


async def test_no_secret_leaks(tools: Tools, play: GooglePlay, tmp_path: Path) -> None:
    """Neither the private key nor a token stands in any error."""
    source = _source(tools, play, tmp_path)
    await source.poll(Cursor(), NOW)
    play.busy = 1

    with pytest.raises(SourceError) as caught:
        await source.poll(Cursor(), NOW)
    assert "ya29" not in str(caught.value)
    assert tools.net.secrets.hide("ya29.token-1") == "[hidden]"
