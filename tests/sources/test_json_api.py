"""Any JSON API: mapping, paging, cursor, reply and read-back over real HTTP."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from sources.base import (
    Channel,
    Cursor,
    Doubt,
    Limit,
    OptionError,
    Outgoing,
    Receipt,
    Refused,
    SourceError,
)
from sources.json_api import JsonApiSource
from sources.tools import Tools
from tests.sources.conftest import NOW, Site

FIELDS = {"id": "id", "text": "text", "time": "at"}
REPLY = Outgoing("k1", "Thank you, {id}!", "7", "7", author="Ana", url="http://example.com/7")


def _source(tools: Tools, url: str, **options: Any) -> JsonApiSource:
    given = {"url": url, "allow_private": True, "fields": FIELDS, **options}
    return JsonApiSource("reviews", given, tools)


def _json(site: Site, path: str, body: Any, **more: Any) -> str:
    return site.page(path, json.dumps(body), **more)


def _items(*ids: int) -> list[dict[str, Any]]:
    return [
        {"id": n, "text": f"review {n}", "at": (NOW + timedelta(minutes=n - 100)).isoformat()}
        for n in ids
    ]


async def test_every_field_is_found_by_its_path(tools: Tools, site: Site) -> None:
    """Names, stars, dates, marks and further facts, each by one expression."""
    url = _json(
        site,
        "/api",
        {
            "data": {
                "list": [
                    {
                        "uid": 7,
                        "by": {"name": " Ana\u202e ", "handle": "@ana"},
                        "stars": "FOUR",
                        "head": "Late",
                        "body": "<p>One &amp; two</p><p>three</p>",
                        "when": 1795521600,
                        "changed": "2026-11-24T12:30:00+00:00",
                        "page": "https://example.com/7",
                        "talk": "t1",
                        "lang": "de",
                        "sort": "Question",
                        "gone": "false",
                        "shop": {"city": "Köln"},
                    }
                ]
            }
        },
    )
    source = _source(
        tools,
        url,
        items="data.list",
        html=True,
        kinds={"Question": "question"},
        fields={
            "id": "uid",
            "author": "by.name",
            "author_id": "by.handle",
            "rating": "stars",
            "title": "head",
            "text": "body",
            "time": "when",
            "edited": "changed",
            "url": "page",
            "thread": "talk",
            "language": "lang",
            "kind": "sort",
            "deleted": "gone",
            "extra": {"city": "shop.city"},
        },
    )

    (post,) = (await source.poll(Cursor(), NOW)).posts

    assert (post.id, post.author, post.author_id) == ("7", "Ana", "@ana")
    assert (post.title, post.text) == ("Late", "One & two\n\nthree")
    assert (post.rating, post.rating_max, post.kind) == (4.0, 5, "question")
    assert (post.occurred_at, post.edited_at) == (NOW, NOW + timedelta(minutes=30))
    assert (post.url, post.thread, post.language) == ("https://example.com/7", "t1", "de")
    assert (post.deleted, post.extra) == (False, {"city": "Köln"})


async def test_our_answer_inside_an_item_is_a_post_of_our_own(tools: Tools, site: Site) -> None:
    """An answer made on the platform stops the clock of its conversation."""
    item = {**_items(7)[0], "reply": {"id": "r7", "text": "Sorry", "at": NOW.isoformat()}}
    fields = {**FIELDS, "answer": {"id": "reply.id", "text": "reply.text", "time": "reply.at"}}

    batch = await _source(tools, _json(site, "/api", [item]), fields=fields).poll(Cursor(), NOW)

    answer = batch.posts[1]
    assert (answer.id, answer.text, answer.thread, answer.own) == ("r7", "Sorry", "7", True)


async def test_a_next_address_is_followed(tools: Tools, site: Site) -> None:
    """All pages come in one poll, in order."""
    _json(site, "/2", {"items": _items(3), "next": None})
    url = _json(site, "/1", {"items": _items(1, 2), "next": "/2"})

    batch = await _source(tools, url, items="items", paging={"next": "next"}).poll(Cursor(), NOW)

    assert [post.id for post in batch.posts] == ["1", "2", "3"]
    assert not batch.more


def _pages(parameter: str, pages: dict[str, Any]) -> Callable[[web.Request], Any]:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response(pages.get(request.query.get(parameter, ""), []))

    return answer


@pytest.mark.parametrize(
    ("paging", "parameter", "pages"),
    [
        ({"page": "p"}, "p", {"": _items(1), "2": _items(2)}),
        ({"page": "p", "first": 0}, "p", {"": _items(1), "1": _items(2)}),
        ({"offset": "skip"}, "skip", {"": _items(1, 2), "2": _items(3)}),
        (
            {"token": "token", "parameter": "t"},
            "t",
            {"": {"items": _items(1), "token": "x y"}, "x y": {"items": _items(2), "token": ""}},
        ),
    ],
)
async def test_pages_by_parameter(
    tools: Tools, site: Site, paging: dict[str, Any], parameter: str, pages: dict[str, Any]
) -> None:
    """Page numbers, offsets and tokens all lead to the last page and stop there."""
    url = site.route("/api", _pages(parameter, pages))
    items = "items" if "token" in paging else "@"

    batch = await _source(tools, url + "?sort=new", items=items, paging=paging).poll(Cursor(), NOW)

    assert [post.id for post in batch.posts] == [str(n + 1) for n in range(len(batch.posts))]
    assert len(batch.posts) >= 2
    assert all(request.query["sort"] == "new" for request in site.requests)


async def test_a_link_header_is_followed(tools: Tools, site: Site) -> None:
    """`Link: <…>; rel="next"` among other relations."""
    _json(site, "/2", _items(2))
    headers = {"Link": '</1>; rel="first", </2>; rel="next"'}
    url = _json(site, "/1", _items(1), headers=headers)

    batch = await _source(tools, url, paging={"link_header": True}).poll(Cursor(), NOW)

    assert [post.id for post in batch.posts] == ["1", "2"]


async def test_a_next_page_elsewhere_is_not_followed(
    tools: Tools, site: Site, other_site: Site
) -> None:
    """The token never goes along to another origin, whoever names it."""
    url = _json(site, "/1", {"items": _items(1), "next": _json(other_site, "/2", [])})

    with pytest.raises(SourceError, match="next page elsewhere"):
        await _source(tools, url, items="items", paging={"next": "next"}).poll(Cursor(), NOW)
    assert other_site.requests == []


async def test_a_long_list_is_read_in_several_polls(tools: Tools, site: Site) -> None:
    """After `max_pages` the batch asks for more, and the cursor goes on where it stood."""
    _json(site, "/3", {"items": _items(3)})
    _json(site, "/2", {"items": _items(2), "next": "/3"})
    url = _json(site, "/1", {"items": _items(1), "next": "/2"})
    source = _source(tools, url, items="items", paging={"next": "next"}, max_pages=2)

    first = await source.poll(Cursor(), NOW)
    second = await source.poll(first.cursor, NOW)

    assert ([post.id for post in first.posts], first.more) == (["1", "2"], True)
    assert ([post.id for post in second.posts], second.more) == (["3"], False)


async def test_a_corrected_address_begins_anew(tools: Tools, site: Site) -> None:
    """The list before it says nothing of this one."""
    wrong = _source(tools, _json(site, "/wrong", _items(9), headers={"ETag": '"1"'}), since="after")
    right = _source(tools, _json(site, "/right", _items(1)), since="after")
    before = await wrong.poll(Cursor(), NOW)

    assert [post.id for post in (await right.poll(before.cursor, NOW)).posts] == ["1"]
    assert "after" not in site.requests[1].query
    assert "If-None-Match" not in site.requests[1].headers


async def test_a_bookmark_that_has_run_out(tools: Tools, site: Site) -> None:
    """A page that is not there any more begins the list again; nothing stays stuck."""
    url = _json(site, "/1", {"items": _items(1), "next": "/2"})
    source = _source(tools, url, items="items", paging={"next": "next"}, max_pages=1)
    first = await source.poll(Cursor(), NOW)

    assert [post.id for post in (await source.poll(first.cursor, NOW)).posts] == ["1"]


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("iso", "2026-11-24T10:10:00Z"),
        ("unix", "1795515000"),
        ("unix_ms", "1795515000000"),
        ("date", "2026-11-24"),
        ("id", "20"),
    ],
)
async def test_the_next_poll_asks_for_what_is_newer(
    tools: Tools, site: Site, form: str, value: str
) -> None:
    """The newest instant less an overlap, or the newest id, in the form the platform takes."""
    url = _json(site, "/api", list(reversed(_items(10, 20))))
    source = _source(tools, url, since="after", since_form=form, overlap="30m")
    first = await source.poll(Cursor(), NOW)
    await source.poll(first.cursor, NOW)

    assert "after" not in site.requests[0].query
    assert site.requests[1].query["after"] == value
    assert first.cursor.last_post_at == NOW - timedelta(minutes=80)


async def test_a_first_sync_may_begin_some_time_ago(tools: Tools, site: Site) -> None:
    """`backfill` bounds what the first poll asks for."""
    url = _json(site, "/api", [])

    await _source(tools, url, since="after", backfill="2d").poll(Cursor(), NOW)

    assert site.requests[0].query["after"] == "2026-11-22T12:00:00Z"


async def test_a_post_from_the_future_hides_nothing(tools: Tools, site: Site) -> None:
    """The cursor never runs ahead of the clock."""
    items = [{"id": 1, "text": "x", "at": "2099-01-01T00:00:00Z"}]
    source = _source(tools, _json(site, "/api", items), since="after")
    first = await source.poll(Cursor(), NOW)
    await source.poll(first.cursor, NOW)

    assert site.requests[1].query["after"] == "2026-11-24T11:50:00Z"


async def test_an_empty_answer_moves_nothing(tools: Tools, site: Site) -> None:
    """Throttling may look like an empty list; the cursor stays."""
    source = _source(tools, _json(site, "/api", _items(1)), since="after")
    first = await source.poll(Cursor(), NOW)
    _json(site, "/api", [])

    assert (await source.poll(first.cursor, NOW)).cursor.position == first.cursor.position


async def test_known_pages_end_the_sweep(tools: Tools, site: Site) -> None:
    """Newest first: the page on which all is old is the last one read."""
    _json(site, "/2", {"items": _items(1, 2), "next": "/3"})
    _json(site, "/3", {"items": _items(0), "next": None})
    url = _json(site, "/1", {"items": _items(50), "next": "/2"})
    source = _source(tools, url, items="items", paging={"next": "next"})
    first = await source.poll(Cursor(), NOW)
    site.requests.clear()

    await source.poll(first.cursor, NOW)

    assert [request.path for request in site.requests] == ["/1", "/2"]


async def test_known_ids_end_the_sweep_where_there_are_no_dates(tools: Tools, site: Site) -> None:
    """Without dates, a page of known ids is the last one read."""
    items = [{"id": n, "text": "x"} for n in range(3)]
    url = _json(site, "/1", {"items": items, "next": "/1"})
    source = _source(tools, url, items="items", paging={"next": "next"}, max_pages=1)
    first = await source.poll(Cursor(), NOW)

    assert not (await source.poll(replace(first.cursor), NOW)).more


async def test_an_unchanged_list_is_not_read_again(tools: Tools, site: Site) -> None:
    """A list of one page carries its validators."""
    source = _source(tools, _json(site, "/api", _items(1), headers={"ETag": '"1"'}))
    first = await source.poll(Cursor(), NOW)
    site.page("/api", status=304)

    second = await source.poll(first.cursor, NOW)

    assert (second.posts, second.cursor) == ((), first.cursor)


async def test_validators_never_stand_for_many_pages(tools: Tools, site: Site) -> None:
    """The first page of an ascending list never changes again; it must not say 304."""
    _json(site, "/2", {"items": _items(2), "next": None})
    url = _json(site, "/1", {"items": _items(1), "next": "/2"}, headers={"ETag": '"1"'})
    source = _source(tools, url, items="items", paging={"next": "next"})

    assert (await source.poll(Cursor(), NOW)).cursor.etag == ""


async def test_items_without_an_id_get_one(tools: Tools, site: Site) -> None:
    """The same one at the next poll, and the batch says how many there were."""
    source = _source(tools, _json(site, "/api", [{"text": "one"}, {"text": "two"}]))

    first, second = await source.poll(Cursor(), NOW), await source.poll(Cursor(), NOW)

    assert first.note == "2 items without an id were given one"
    assert [post.id for post in first.posts] == [post.id for post in second.posts]


async def test_a_path_that_leads_nowhere_is_an_error(tools: Tools, site: Site) -> None:
    """A changed API is told in words, not taken for an empty one."""
    url = _json(site, "/api", {"reviews": []})

    with pytest.raises(SourceError, match="'data' leads to nothing"):
        await _source(tools, url, items="data").poll(Cursor(), NOW)


async def test_hostile_values(tools: Tools, site: Site) -> None:
    """Whatever stands where a text was expected, a post comes out or nothing."""
    odd: list[Any] = [None, True, [], {}, [[1]], 1e308, -1, "\x1b[31m\u202e\ud800", "x" * 100_000]
    items = [{"id": n, "text": value, "at": value, "rating": value} for n, value in enumerate(odd)]
    url = _json(site, "/api", [*items, None, 7, "x", []])
    fields = {**FIELDS, "rating": "rating", "author": "text", "url": "text"}

    posts = (await _source(tools, url, fields=fields).poll(Cursor(), NOW)).posts

    assert [post.id for post in posts] == [str(n) for n in range(len(odd))]
    assert posts[7].text == "[31m"
    assert all(post.url == "" for post in posts)


async def test_a_function_that_does_not_fit_is_an_error(tools: Tools, site: Site) -> None:
    """The path is named."""
    url = _json(site, "/api", [{"id": 1, "text": 5}])

    with pytest.raises(SourceError, match="length"):
        await _source(tools, url, fields={"text": "length(text)"}).poll(Cursor(), NOW)


@pytest.mark.parametrize(
    ("options", "where", "value"),
    [
        ({}, "Authorization", "Bearer canary-secret"),
        ({"token_header": "X-Api-Key"}, "X-Api-Key", "canary-secret"),
        ({"token_scheme": "Token"}, "Authorization", "Token canary-secret"),
        ({"token_query": "key"}, "key", "canary-secret"),
    ],
)
async def test_where_the_token_goes(
    tools: Tools, site: Site, tmp_path: Path, options: dict[str, str], where: str, value: str
) -> None:
    """Header, scheme and parameter as the platform wants them."""
    (tmp_path / "token").write_text("canary-secret\n")
    url = _json(site, "/api", [])

    await _source(tools, url, token_file=str(tmp_path / "token"), **options).poll(Cursor(), NOW)

    request = site.requests[0]
    assert value in (request.headers.get(where), request.query.get(where))


async def test_a_token_in_the_next_link_is_not_kept(
    tools: Tools, site: Site, tmp_path: Path
) -> None:
    """Some platforms write the key into their links; it does not get into the database."""
    (tmp_path / "token").write_text("canary-secret")
    url = _json(site, "/api", {"items": _items(1), "next": "/api?page=2&key=canary-secret"})
    source = _source(
        tools,
        url,
        items="items",
        paging={"next": "next"},
        max_pages=1,
        token_file=str(tmp_path / "token"),
        token_query="key",
    )

    batch = await source.poll(Cursor(), NOW)

    assert batch.more
    assert "canary" not in batch.cursor.position


async def test_a_missing_token_file_is_named(tools: Tools, site: Site) -> None:
    """The message says which file, and that no retry helps."""
    source = _source(tools, _json(site, "/api", []), token_file="/nowhere/token")

    with pytest.raises(SourceError, match="/nowhere/token cannot be read") as caught:
        await source.poll(Cursor(), NOW)
    assert caught.value.stop


def _answering(tools: Tools, site: Site, **reply: Any) -> JsonApiSource:
    told = {"url": "/reviews/{id}/reply", "body": {"text": "{text}", "to": ["{author}"]}, **reply}
    return _source(tools, site.base + "/api", reply=told)


async def test_a_reply_is_published(tools: Tools, site: Site) -> None:
    """Address and body are filled in one pass, and the answer is the receipt."""
    _json(site, "/reviews/7/reply", {"data": {"id": 99, "url": "http://example.com/99"}})
    source = _answering(tools, site, id="data.id", address="data.url", key_header="Idempotency-Key")

    receipt = await source.send(REPLY)

    assert receipt == Receipt("99", "http://example.com/99", published=True)
    assert json.loads(site.bodies[0]) == {"text": "Thank you, {id}!", "to": ["Ana"]}
    assert site.requests[0].headers["Idempotency-Key"] == "k1"


async def test_a_held_reply_is_not_yet_published(tools: Tools, site: Site) -> None:
    """A moderated platform's word is kept."""
    _json(site, "/reviews/7/reply", {"id": 9, "state": "pending"})
    source = _answering(tools, site, published="state == 'published'", method="PUT")

    assert (await source.send(REPLY)) == Receipt("9", published=False)
    assert site.requests[0].method == "PUT"


@pytest.mark.parametrize("body", ["", "ok", "[1]", '{"id": {"a": 1}}'])
async def test_a_success_stays_one_whatever_it_says(tools: Tools, site: Site, body: str) -> None:
    """A strange body after a success never lets the reply go out twice."""
    site.page("/reviews/7/reply", body, status=201)

    assert (await _answering(tools, site, published="length(@) > `0`").send(REPLY)).id


@pytest.mark.parametrize("id", ["../../admin", "a/b?c#d", "é 1", ".."])
async def test_an_id_cannot_lead_elsewhere(tools: Tools, site: Site, id: str) -> None:
    """A hostile id stands in the address as one whole segment, or not at all."""
    source = _answering(tools, site)
    with contextlib.suppress(Refused):
        await source.send(replace(REPLY, post_id=id))

    for request in site.requests:
        assert request.raw_path.startswith("/reviews/")
        assert request.raw_path.endswith("/reply")
        assert request.raw_path.count("/") == 3


@pytest.mark.parametrize(("status", "error"), [(422, Refused), (500, Doubt), (429, SourceError)])
async def test_what_became_of_a_reply(
    tools: Tools, site: Site, status: int, error: type[SourceError]
) -> None:
    """The platform's refusal, a doubt and a wait are three things."""
    site.page("/reviews/7/reply", status=status)

    with pytest.raises(SourceError) as caught:
        await _answering(tools, site).send(REPLY)
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([{"id": 1, "text": "Thank  you,\n{id}!"}], Receipt("1")),
        ([{"id": 1, "text": "<p>Thank you, {id}!</p>"}], Receipt("1")),
        ([{"id": 1, "text": "Thank you"}], None),
        ([], None),
    ],
)
async def test_a_reply_is_found_by_its_words(
    tools: Tools, site: Site, items: list[Any], expected: Receipt | None
) -> None:
    """After a doubt the platform is read; blanks and markup of its own do not count."""
    _json(site, "/reviews/7/replies", {"replies": items})
    source = _source(
        tools,
        site.base + "/api",
        reply={"url": "/x"},
        find={"url": "/reviews/{id}/replies", "items": "replies"},
    )

    assert await source.find(REPLY) == expected


async def test_a_reply_is_found_by_its_key(tools: Tools, site: Site) -> None:
    """Where the platform shows the key, the words do not matter."""
    items = [{"id": 1, "text": REPLY.text, "k": "other"}, {"id": 2, "text": "edited", "k": "k1"}]
    _json(site, "/replies", items)
    source = _source(
        tools, site.base + "/api", reply={"url": "/x"}, find={"url": "/replies", "key": "k"}
    )

    assert await source.find(REPLY) == Receipt("2")


def test_what_the_editor_learns_of_the_channel(tools: Tools) -> None:
    """Limit, mode and the rest come from the configuration."""
    source = _source(
        tools,
        "http://example.com/api",
        reply={"url": "/x", "key_header": "K"},
        find={"url": "/y"},
        channel={"limit": 350, "mode": "replaces", "moderated": True},
    )

    assert source.channel == Channel(
        limit=Limit(350), mode="replaces", moderated=True, idempotent=True, readable=True
    )


def test_without_a_reply_table_there_is_no_channel(tools: Tools) -> None:
    """A source that only reads says so."""
    assert _source(tools, "http://example.com/api").channel is None


def test_wrong_options_are_named_with_their_table(tools: Tools) -> None:
    """Broken expressions, unknown names in templates, two ways of paging: all at once."""
    with pytest.raises(OptionError) as caught:
        _source(
            tools,
            "http://example.com/api",
            fields={"text": "a[", "colour": "x", "extra": {"city": "]"}},
            paging={"next": "a", "page": "p"},
            reply={"url": "/{id.__class__}/{nonsense}", "method": "GET"},
            overlap="soon",
            since_from="x",
        )
    assert set(caught.value.problems) == {
        "fields.text", "fields.colour", "fields.extra.city", "paging.next", "reply.url",
        "reply.method", "overlap", "since_from",
    }  # fmt: skip
