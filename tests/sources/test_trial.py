"""`shiftdesk try`: what a source would give, from a file or an address."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from aiohttp import web

from sources.trial import try_configured, try_each, try_source, wrong_options
from tests.hostile.feeds import rss
from tests.shared_data import shared
from tests.sources.conftest import Site


async def test_a_file_is_read(tmp_path: Path) -> None:
    """Posts come as plain values that JSON holds."""
    file = tmp_path / "feed.xml"
    file.write_bytes(
        rss("<item><guid>7</guid><title>Late</title><pubDate>2026-11-24T12:00Z</pubDate></item>")
    )

    result = await try_source("rss", str(file))

    (post,) = json.loads(json.dumps(result.posts))
    assert (post["id"], post["title"], post["kind"]) == ("7", "Late", "mention")
    assert (post["occurred_at"], post["rating"]) == ("2026-11-24T12:00:00+00:00", None)
    assert result.error == ""


async def test_an_address_is_polled(site: Site) -> None:
    """Loopback only where it is allowed."""
    url = site.page("/feed", rss("<item><guid>7</guid></item>"))

    allowed = await try_source("rss", url, {"kind": "alert"}, allow_private=True)
    refused = await try_source("rss", url)

    assert [post["kind"] for post in allowed.posts] == ["alert"]
    assert "allow" in refused.error


@pytest.mark.parametrize(
    ("kind", "place", "words"),
    [
        ("rss", "/nowhere.xml", "cannot be read (No such file"),
        ("rss", "/", "cannot be read (Is a directory"),
        ("rrs", "x.xml", "there are app_store,"),
        ("json_api", "x.json", "not an http or https address"),
        ("json_api", "http://example.com/", "fields.text: missing"),
        ("rss", "http://", "not an http or https address"),
        ("rss", "ftp://example.com/feed.xml", "not an http or https address"),
    ],
)
async def test_failures_are_sentences(kind: str, place: str, words: str) -> None:
    """Nothing is raised; the error says what to do."""
    result = await try_source(kind, place)

    assert result.posts == []
    assert words in result.error


async def test_wrong_options_of_a_configured_source() -> None:
    """`check` gets the same words."""
    result = await try_configured("blog", "rss", {"adress": "http://example.com"})

    assert "url: missing" in result.error
    assert "adress: there is no such option" in result.error


async def test_a_saved_app_store_feed_is_its_reviews() -> None:
    """The app itself, the feed's first entry, is nobody's words."""
    file = shared("data/feeds/029_simple-app-reporte_data-ios_review.json")

    result = await try_source("app_store_feed", str(file))

    assert 50 == len(result.posts)
    assert {"review"} == {post["kind"] for post in result.posts}


async def test_a_source_that_hangs_holds_up_nobody(site: Site) -> None:
    """All are asked together, and answered in the order of the configuration."""
    asked = asyncio.Event()

    async def second(_request: web.Request) -> web.Response:
        asked.set()
        return web.Response(body=rss("<item><guid>2</guid></item>"))

    async def first(_request: web.Request) -> web.Response:
        await asked.wait()
        return web.Response(body=rss("<item><guid>1</guid></item>"))

    slow = site.route("/slow", first).replace("127.0.0.1", "localhost")
    fast = site.route("/fast", second)
    wanted = {"slow": slow, "fast": fast}

    given = [
        (name, [post["id"] for post in trial.posts])
        async for name, trial in try_each(
            {name: ("rss", {"url": url, "allow_private": True}) for name, url in wanted.items()}
        )
    ]

    assert [("slow", ["1"]), ("fast", ["2"])] == given


async def test_wrong_options_are_found_without_asking_anybody() -> None:
    """A sentence where something is wrong, nothing where all is well."""
    wrong = await wrong_options("blog", "rss", {"adress": "http://example.com"})
    right = await wrong_options("blog", "rss", {"url": "http://example.com"})

    assert "adress: there is no such option" in wrong
    assert "" == right


@pytest.mark.heavy
async def test_every_real_feed_through_the_verbs_door() -> None:
    """All fifty documents give posts or a sentence."""
    for file in sorted(shared("data/feeds").glob("[0-9]*")):
        result = await try_source("rss", str(file))

        json.dumps(result.posts)
        assert result.error == ""
