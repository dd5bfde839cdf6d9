"""Feeds over real HTTP: what becomes of an item, and of a poll."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sources.base import Cursor, OptionError, Outgoing, Refused, SourceError
from sources.feeds import FeedSource, unwrapped
from sources.tools import Tools
from tests.hostile.feeds import atom, rss
from tests.shared_data import shared
from tests.sources.conftest import NOW, Site


def _source(tools: Tools, url: str, **options: Any) -> FeedSource:
    return FeedSource("blog", {"url": url, "allow_private": True, **options}, tools)


def _item(id: str, text: str = "words", more: str = "") -> str:
    return f"<item><guid>{id}</guid><description>{text}</description>{more}</item>"


async def test_an_item_becomes_a_post(tools: Tools, site: Site) -> None:
    """Every field finds its place, cleaned and without markup."""
    url = site.page(
        "/feed",
        rss(
            "<item><guid>7</guid><title>Late &amp;amp; broken</title><link>/posts/7</link>"
            "<author>ana@example.com (Ana)</author><description>&lt;p&gt;One&lt;/p&gt;"
            "&lt;p&gt;Two&lt;/p&gt;</description>"
            "<pubDate>Tue, 24 Nov 2026 10:00:00 +0200</pubDate></item>"
        ),
    )

    (post,) = (await _source(tools, url).poll(Cursor(), NOW)).posts

    assert (post.id, post.title, post.text) == ("7", "Late & broken", "One\n\nTwo")
    assert (post.author, post.url, post.kind) == ("Ana", site.base + "/posts/7", "mention")
    assert post.occurred_at == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert not post.assumed_zone


async def test_a_date_without_a_zone_is_read_in_the_sources(tools: Tools, site: Site) -> None:
    """The zone comes from the configuration, and the post says that it was assumed."""
    url = site.page("/feed", rss(_item("7", more="<pubDate>24 Nov 2026 10:00</pubDate>")))

    (post,) = (await _source(tools, url, zone="Asia/Tehran").poll(Cursor(), NOW)).posts

    assert post.occurred_at == datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    assert post.assumed_zone


async def test_an_unchanged_feed_gives_nothing_and_keeps_its_place(
    tools: Tools, site: Site
) -> None:
    """A 304 is a success without posts."""
    source = _source(tools, site.page("/feed", rss(_item("7")), headers={"ETag": '"1"'}))
    first = await source.poll(Cursor(), NOW)
    site.page("/feed", status=304)

    second = await source.poll(first.cursor, NOW)

    assert site.requests[1].headers["If-None-Match"] == '"1"'
    assert (second.posts, second.cursor) == ((), first.cursor)


async def test_a_corrected_address_begins_anew(tools: Tools, site: Site) -> None:
    """The feed before it leaves no validators, no memory and no false gap."""
    wrong = _source(tools, site.page("/wrong", rss(_item("1")), headers={"ETag": '"1"'}))
    right = _source(tools, site.page("/right", rss(_item("2"))))
    before = await wrong.poll(Cursor(), NOW)

    after = await right.poll(before.cursor, NOW)

    assert ([post.id for post in after.posts], after.gap) == (["2"], False)
    assert "If-None-Match" not in site.requests[1].headers


async def test_an_empty_page_moves_nothing(tools: Tools, site: Site) -> None:
    """A feed that is empty for once has lost nothing, and nothing is a gap afterwards."""
    source = _source(tools, site.page("/feed", rss(_item("7"))))
    first = await source.poll(Cursor(), NOW)
    site.page("/feed", rss(""))
    second = await source.poll(first.cursor, NOW)
    site.page("/feed", rss(_item("7") + _item("8")))
    third = await source.poll(second.cursor, NOW)

    assert (second.posts, second.cursor.position) == ((), first.cursor.position)
    assert not third.gap
    assert [post.id for post in third.posts] == ["7", "8"]


async def test_a_gap_is_marked(tools: Tools, site: Site) -> None:
    """After an outage none of the known items is left in the window."""
    source = _source(tools, site.page("/feed", rss(_item("7"))))
    first = await source.poll(Cursor(), NOW)
    site.page("/feed", rss(_item("98") + _item("99")))

    assert not first.gap
    assert (await source.poll(first.cursor, NOW)).gap


@pytest.mark.parametrize(
    ("channel", "headers", "wait_s"),
    [
        ("<ttl>60</ttl>", {}, 3600),
        ("", {"Cache-Control": "public, max-age=900"}, 900),
        ("<ttl>5</ttl>", {"Cache-Control": "max-age=900"}, 900),
        ("<ttl>999999</ttl>", {}, 86_400),
        ("<ttl>soon</ttl>", {"Cache-Control": "no-store, max-age=900"}, 0),
        ("", {}, 0),
    ],
)
async def test_the_feeds_own_wish(
    tools: Tools, site: Site, channel: str, headers: dict[str, str], wait_s: float
) -> None:
    """ttl and max-age set the least pause, a day at most."""
    document = rss(channel + _item("7"))

    batch = await _source(tools, site.page("/feed", document, headers=headers)).poll(Cursor(), NOW)

    assert batch.min_interval_s == wait_s


async def test_how_often_a_period_is_updated(tools: Tools, site: Site) -> None:
    """Twice daily means every twelve hours."""
    document = rss(
        '<x:updatePeriod xmlns:x="http://purl.org/rss/1.0/modules/syndication/">daily'
        '</x:updatePeriod><x:updateFrequency xmlns:x="http://purl.org/rss/1.0/modules/syndication/">'
        "2</x:updateFrequency>" + _item("7")
    )

    batch = await _source(tools, site.page("/feed", document)).poll(Cursor(), NOW)

    assert batch.min_interval_s == 43_200


async def test_google_alerts(tools: Tools, site: Site) -> None:
    """Twenty alerts, their redirects unwrapped, their titles without markup."""
    data = shared("data/feeds/009_feedjira_sample_feeds-google_alerts_atom.xml").read_bytes()

    batch = await _source(tools, site.page("/alerts", data)).poll(Cursor(), NOW)

    assert (len(batch.posts), {post.kind for post in batch.posts}) == (20, {"alert"})
    first = batch.posts[1]
    assert first.url == "https://investorplace.com/2019/07/slack-stock-truly-compelling/"
    assert first.title.startswith("Slack Stock Has a Compelling Story")


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://www.google.com/url?q=https://a.example/x%3Fy&sa=t", "https://a.example/x?y"),
        ("https://www.google.de/url?url=http://a.example/", "http://a.example/"),
        ("https://www.google.com/url?url=javascript:alert(1)", None),
        ("https://google.com.evil.example/url?url=http://a.example/", None),
        ("https://www.google.com/search?q=http://a.example/", None),
    ],
)
def test_unwrapping(link: str, expected: str | None) -> None:
    """Only Google's own redirects to the web are unwrapped."""
    assert unwrapped(link) == (expected or link)


async def test_reddit_and_youtube(tools: Tools, site: Site) -> None:
    """Names without their prefix, descriptions from the media group."""
    reddit = shared("data/feeds/014_feed-rs_atom-atom_example_reddit.xml").read_bytes()
    youtube = shared("data/feeds/011_feedjira_sample_feeds-youtube_atom.xml").read_bytes()

    (talk,) = (await _source(tools, site.page("/r", reddit)).poll(Cursor(), NOW)).posts
    videos = (await _source(tools, site.page("/y", youtube)).poll(Cursor(), NOW)).posts

    assert (talk.id, talk.author) == ("t3_glvkc5", "llogiq")
    assert talk.occurred_at == datetime(2020, 5, 18, 5, 44, 47, tzinfo=UTC)
    assert videos[0].text.startswith("A question is the most powerful force")


async def test_json_feed(tools: Tools, site: Site) -> None:
    """JSON Feed is a feed like the others."""
    document = (
        '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 7, "content_html": '
        '"<p>One</p>", "authors": [{"name": "Ana"}], "language": "fa", '
        '"date_published": "2026-11-24T10:00:00+00:00"}]}'
    )

    (post,) = (await _source(tools, site.page("/feed", document)).poll(Cursor(), NOW)).posts

    assert (post.id, post.text, post.author, post.language) == ("7", "One", "Ana", "fa")


async def test_an_edit_is_dated(tools: Tools, site: Site) -> None:
    """Atom's updated after published says when the customer changed it."""
    entry = (
        "<entry><id>7</id><published>2026-11-24T10:00:00Z</published>"
        "<updated>2026-11-24T11:00:00Z</updated></entry>"
    )

    (post,) = (await _source(tools, site.page("/feed", atom(entry))).poll(Cursor(), NOW)).posts

    assert post.edited_at == NOW - timedelta(hours=1)


async def test_a_reply_to_a_comment_names_its_thread(tools: Tools, site: Site) -> None:
    """Atom threading keeps answers with what they answer."""
    entry = (
        '<entry xmlns:thr="http://purl.org/syndication/thread/1.0"><id>8</id>'
        '<thr:in-reply-to ref="7"/></entry>'
    )

    (post,) = (await _source(tools, site.page("/feed", atom(entry))).poll(Cursor(), NOW)).posts

    assert post.thread == "7"


async def test_a_page_that_is_no_feed_keeps_everything(tools: Tools, site: Site) -> None:
    """A login page in the feed's place is an error in words."""
    source = _source(tools, site.page("/feed", "<html><body>Please log in</body></html>"))

    with pytest.raises(SourceError, match="web page, not a feed"):
        await source.poll(Cursor(), NOW)


async def test_missing_ids_are_told(tools: Tools, site: Site) -> None:
    """The health screen learns how many items had none."""
    document = rss("<item><description>one</description></item><item><title>two</title></item>")

    batch = await _source(tools, site.page("/feed", document)).poll(Cursor(), NOW)

    assert batch.note == "2 items without an id were given one"
    assert len(batch.posts) == 2


async def test_the_newest_post_is_dated_on_the_cursor(tools: Tools, site: Site) -> None:
    """An older document never sets the date back."""
    source = _source(
        tools, site.page("/feed", rss(_item("7", more="<pubDate>2026-11-24</pubDate>")))
    )
    newer = Cursor(last_post_at=NOW)

    first = (await source.poll(Cursor(), NOW)).cursor.last_post_at
    second = (await source.poll(newer, NOW)).cursor.last_post_at

    assert (first, second) == (datetime(2026, 11, 24, tzinfo=UTC), NOW)


async def test_a_token_is_read_from_its_file(
    tools: Tools, site: Site, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The secret never stands in the configuration."""
    token = tmp_path_factory.mktemp("secrets") / "token"
    token.write_text("canary-secret\n")
    source = _source(tools, site.page("/feed", rss(_item("7"))), token_file=str(token))

    await source.poll(Cursor(), NOW)

    assert site.requests[0].headers["Authorization"] == "Bearer canary-secret"


def test_wrong_options_are_named_all_at_once() -> None:
    """Each with what was expected, a misspelt one with the right name."""
    tools = Tools(None, None)  # type: ignore[arg-type]
    given = {"url": "ftp://x", "kind": "gossip", "zone": "Mars", "alow_private": 1, "token": "x"}

    with pytest.raises(OptionError) as caught:
        FeedSource("blog", given, tools)
    problems = caught.value.problems
    assert set(problems) == set(given)
    assert problems["alow_private"] == "there is no such option; did you mean allow_private?"


async def test_a_feed_takes_no_reply(tools: Tools) -> None:
    """Asked to send, it says where to answer."""
    reply = Outgoing("k", "hello", "7", "7", url="http://example.com/7")
    source = _source(tools, "http://example.com/feed")

    assert source.channel is None
    with pytest.raises(Refused, match=r"http://example\.com/7"):
        await source.send(reply)


async def test_posts_of_a_known_feed_keep_their_ids(tools: Tools, site: Site) -> None:
    """A second poll of the same document brings the same ids, so nothing comes twice."""
    source = _source(tools, site.page("/feed", rss(_item("7") * 2 + _item("8"))))

    first = await source.poll(Cursor(), NOW)
    second = await source.poll(replace(first.cursor, etag=""), NOW)

    assert [post.id for post in first.posts] == [post.id for post in second.posts] == ["7", "8"]
