"""The App Store's keyless feed: pages, countries, and pages that say nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import web

from sources.app_store_feed import AppStoreFeedSource
from sources.base import Cursor, OptionError, SourceError
from sources.tools import Tools
from tests.shared_data import shared
from tests.sources.conftest import NOW, Site


def _source(tools: Tools, site: Site, **options: Any) -> AppStoreFeedSource:
    given = {"url": site.base, "app": "42", "allow_private": True, **options}
    return AppStoreFeedSource("apple", given, tools)


def _page(*ids: int, app: bool = False) -> bytes:
    """A page as Apple writes it: the app itself first, one entry not in a list."""
    entries: list[Any] = [
        {
            "id": {"label": str(id)},
            "title": {"label": f"title {id}"},
            "content": {"label": f"review {id}", "attributes": {"type": "text"}},
            "im:rating": {"label": "2"},
            "im:version": {"label": "3.1"},
            "author": {"name": {"label": "Ana"}, "uri": {"label": "https://x/us/reviews/id99"}},
            "updated": {"label": "2026-11-24T04:00:00-07:00"},
        }
        for id in ids
    ]
    if app:
        entries.insert(0, {"im:name": {"label": "App"}, "id": {"label": "https://x/app"}})
    feed: dict[str, Any] = {"title": {"label": "iTunes Store"}}
    if entries:
        feed["entry"] = entries if len(entries) > 1 else entries[0]
    return json.dumps({"feed": feed}).encode()


def _path(country: str, page: int, form: str = "json") -> str:
    return f"/{country}/rss/customerreviews/page={page}/id=42/sortby=mostrecent/{form}"


async def test_reviews_come_with_stars(tools: Tools, site: Site) -> None:
    """Stars, version and country are kept; the app's own entry is no review."""
    site.page(_path("us", 1), _page(1, app=True))
    site.page(_path("us", 2), _page())

    (post,) = (await _source(tools, site).poll(Cursor(), NOW)).posts

    assert (post.id, post.kind, post.rating, post.text) == ("us:1", "review", 2.0, "review 1")
    assert (post.author, post.author_id) == ("Ana", "99")
    assert post.extra == {"territory": "US", "version": "3.1"}
    assert post.occurred_at is not None
    assert post.occurred_at.isoformat() == "2026-11-24T11:00:00+00:00"


async def test_pages_are_read_up_to_a_known_review(tools: Tools, site: Site) -> None:
    """The first sync reads on until a page is empty, later ones until they meet the known."""
    site.page(_path("us", 1), _page(3, 4))
    site.page(_path("us", 2), _page(1, 2))
    site.page(_path("us", 3), _page())
    source = _source(tools, site)
    first = await source.poll(Cursor(), NOW)
    site.page(_path("us", 1), _page(5, 4))
    site.requests.clear()

    second = await source.poll(first.cursor, NOW)

    assert [post.id for post in first.posts] == ["us:3", "us:4", "us:1", "us:2"]
    assert [post.id for post in second.posts] == ["us:5", "us:4"]
    assert len(site.requests) == 1


async def test_an_empty_page_moves_nothing_and_says_so(tools: Tools, site: Site) -> None:
    """Throttled and unknown look the same: the place stays, the health screen is told."""
    site.page(_path("us", 1), _page(1))
    site.page(_path("us", 2), _page())
    source = _source(tools, site)
    first = await source.poll(Cursor(), NOW)
    site.page(_path("us", 1), _page())

    second = await source.poll(first.cursor, NOW)

    assert (second.posts, second.cursor.position) == ([], first.cursor.position)
    assert "no reviews for us" in second.note


async def test_a_gap_is_marked(tools: Tools, site: Site) -> None:
    """Ten pages without one known review: some are lost for good."""
    site.page(_path("us", 1), _page(1))
    site.page(_path("us", 2), _page())
    source = _source(tools, site)
    first = await source.poll(Cursor(), NOW)
    for page in range(1, 11):
        site.page(_path("us", page), _page(page * 100))

    second = await source.poll(first.cursor, NOW)

    assert (second.gap, len(second.posts)) == (True, 10)


async def test_many_countries_take_several_polls(tools: Tools, site: Site) -> None:
    """After twenty pages the rest of the countries waits for the next poll, at once."""
    for country in ("us", "de", "fr"):
        for page in range(1, 11):
            site.page(_path(country, page), _page(page))
    source = _source(tools, site, countries=["us", "de", "fr"])

    first = await source.poll(Cursor(), NOW)
    second = await source.poll(first.cursor, NOW)

    assert (first.more, len(first.posts)) == (True, 20)
    assert {post.id.partition(":")[0] for post in second.posts} == {"fr"}
    assert not second.more


async def test_one_country_may_fail(tools: Tools, site: Site) -> None:
    """The others are taken in, the failure is a note; only where all fail it is an error."""
    site.page(_path("de", 1), _page(1))
    site.page(_path("de", 2), _page())

    batch = await _source(tools, site, countries=["us", "de"]).poll(Cursor(), NOW)

    assert [post.id for post in batch.posts] == ["de:1"]
    assert "HTTP 404" in batch.note
    with pytest.raises(SourceError, match="404"):
        await _source(tools, site, countries=["us"]).poll(Cursor(), NOW)


async def test_real_pages_in_both_forms(tools: Tools, site: Site) -> None:
    """Fifty reviews from Apple's JSON, fifty from its XML."""
    folder = "data/feeds/"
    json_page = shared(folder + "029_simple-app-reporte_data-ios_review.json").read_bytes()
    xml_page = shared(folder + "031_simple-app-reporte_data-ios_review_empty.xml").read_bytes()
    empty = shared(folder + "030_simple-app-reporte_data-ios_review_empty.json").read_bytes()
    for form, page in (("json", json_page), ("xml", xml_page)):
        site.page(_path("jp", 1, form), page)
        site.page(_path("jp", 2, form), empty)
        batch = await _source(tools, site, countries="jp", form=form).poll(Cursor(), NOW)

        assert len(batch.posts) == 50
        assert all(post.rating and post.text and post.author for post in batch.posts)


async def test_a_whole_address_stands_for_the_options(tools: Tools, site: Site) -> None:
    """The address of a feed names app, country and form."""
    seen = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.path)
        return web.Response(body=_page())

    site.route(_path("de", 1, "json"), answer)
    url = f"{site.base}/de/rss/customerreviews/id=42/sortby=mostrecent/json"

    source = AppStoreFeedSource("apple", {"url": url, "allow_private": True}, tools)
    await source.poll(Cursor(), NOW)

    assert seen == [_path("de", 1)]


def test_wrong_options(tools: Tools) -> None:
    """App and countries are checked before anything is asked."""
    with pytest.raises(OptionError) as caught:
        AppStoreFeedSource("apple", {"app": "Lamp", "countries": ["Germany"]}, tools)
    assert set(caught.value.problems) == {"app", "countries"}
