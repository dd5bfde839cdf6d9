"""The HTTP client: conditions, redirects, what an answer means."""

from __future__ import annotations

import asyncio
import json
import socket
from datetime import timedelta

import pytest
from aiohttp import web

from sources.base import Cursor, Doubt, Refused, SourceError
from sources.net import Net, mark_of
from sources.retry import Gone
from tests.sources.conftest import NOW, Site


async def test_the_body_and_the_validators_come_back(net: Net, site: Site) -> None:
    """A plain answer gives its bytes, and its validators go onto the cursor."""
    headers = {"ETag": '"7"', "Last-Modified": "Tue, 24 Nov 2026 11:00:00 GMT"}
    url = site.page("/feed", b"words", headers=headers)

    answer = await net.get(url, allow_private=True)
    cursor = answer.onto(Cursor(position="12"))

    assert answer.body == b"words"
    assert cursor == Cursor(
        position="12",
        etag='"7"',
        last_modified="Tue, 24 Nov 2026 11:00:00 GMT",
        url=f"#{mark_of(url)}",
    )


async def test_a_known_document_is_not_sent_again(net: Net, site: Site) -> None:
    """Validators go out, and a 304 is an ordinary answer that keeps them."""
    url = site.page("/feed", status=304)

    answer = await net.get(url, cursor=Cursor(etag='"7"', last_modified="then"), allow_private=True)

    assert answer.unchanged
    sent = site.requests[0].headers
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == ('"7"', "then")
    assert answer.onto(Cursor(etag='"7"', last_modified="then")).etag == '"7"'


async def test_a_304_may_bring_a_newer_date(net: Net, site: Site) -> None:
    """A 304 refreshes the validators it carries."""
    url = site.page("/feed", status=304, headers={"Last-Modified": "now"})

    answer = await net.get(url, cursor=Cursor(last_modified="then"), allow_private=True)

    assert answer.onto(Cursor(last_modified="then")).last_modified == "now"


@pytest.mark.parametrize("status", [301, 308])
async def test_a_permanent_move_is_remembered(net: Net, site: Site, status: int) -> None:
    """The cursor learns the new address, and the next poll goes there at once."""
    new = site.page("/new", b"here")
    old = site.page("/old", status=status, headers={"Location": "/new"})

    cursor = (await net.get(old, allow_private=True)).onto(Cursor())
    await net.get(old, cursor=cursor, allow_private=True)

    assert cursor.url == f"{new}#{mark_of(old)}"
    assert [request.path for request in site.requests] == ["/old", "/new", "/new"]


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_a_passing_move_is_followed_and_forgotten(net: Net, site: Site, status: int) -> None:
    """A temporary redirect leads to the document and leaves no trace on the cursor."""
    site.page("/new", b"here")
    old = site.page("/old", status=status, headers={"Location": "/new"})

    answer = await net.get(old, allow_private=True)

    assert (answer.body, answer.onto(Cursor()).url) == (b"here", f"#{mark_of(old)}")


async def test_a_permanent_move_behind_a_passing_one_is_not_remembered(
    net: Net, site: Site
) -> None:
    """302 then 301: nobody promised that the first address leads there for good."""
    site.page("/c", b"here")
    site.page("/b", status=301, headers={"Location": "/c"})
    url = site.page("/a", status=302, headers={"Location": "/b"})

    assert (await net.get(url, allow_private=True)).moved_to == ""


async def test_a_move_to_nowhere_is_not_remembered(net: Net, site: Site) -> None:
    """A permanent redirect that ends in 404 teaches nothing."""
    url = site.page("/old", status=301, headers={"Location": "/missing"})

    with pytest.raises(SourceError, match="404"):
        await net.get(url, allow_private=True)


async def test_the_old_address_is_tried_when_the_new_one_is_gone(net: Net, site: Site) -> None:
    """A remembered address that answers 404 gives way to the configured one."""
    url = site.page("/old", b"back again")

    cursor = Cursor(url=f"{site.base}/new#{mark_of(url)}")
    assert (await net.get(url, cursor=cursor, allow_private=True)).body == b"back again"


async def test_a_corrected_address_is_read_anew(net: Net, site: Site) -> None:
    """Validators and moves of the address before it are not used: it might never be read."""
    site.page("/wrong", status=301, headers={"Location": "/wrong-too"})
    site.page("/wrong-too", b"x", headers={"ETag": '"1"', "Last-Modified": "now"})
    right = site.page("/right", b"here")

    cursor = (await net.get(site.base + "/wrong", allow_private=True)).onto(Cursor())
    answer = await net.get(right, cursor=cursor, allow_private=True)

    assert answer.body == b"here"
    assert "If-None-Match" not in site.requests[-1].headers
    assert site.requests[-1].path == "/right"


async def test_no_secret_of_an_address_stays_on_the_cursor(net: Net, site: Site) -> None:
    """Neither a password in it nor a long random path gets into the database."""
    site.page("/secret-1", status=308, headers={"Location": "/feed"})
    site.page("/feed", b"here")
    url = site.base.replace("http://", "http://me:canary@") + "/secret-1"

    cursor = (await net.get(url, allow_private=True)).onto(Cursor())
    again = await net.get(url, cursor=cursor, allow_private=True)

    assert "canary" not in cursor.url
    assert "secret" not in cursor.url
    assert again.body == b"here"
    assert site.requests[-1].path == "/feed"
    assert site.requests[-1].headers["Authorization"].startswith("Basic ")


async def test_redirects_without_end_are_an_error(net: Net, site: Site) -> None:
    """A loop of redirects ends after ten, with a sentence."""
    url = site.page("/loop", status=302, headers={"Location": "/loop"})

    with pytest.raises(SourceError, match="more than 10 times"):
        await net.get(url, allow_private=True)
    assert len(site.requests) == 11


@pytest.mark.parametrize("place", ["file:///etc/passwd", "ftp://example.com/x", "javascript:1"])
async def test_only_http_is_followed(net: Net, site: Site, place: str) -> None:
    """A redirect out of http and https is refused."""
    url = site.page("/out", status=302, headers={"Location": place})

    with pytest.raises(SourceError, match="not an http or https address"):
        await net.get(url, allow_private=True)


async def test_410_retires_the_source(net: Net, site: Site) -> None:
    """Gone is its own error, and says that no retry helps."""
    url = site.page("/gone", status=410)

    with pytest.raises(Gone) as caught:
        await net.get(url, allow_private=True)
    assert caught.value.stop


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "Tue, 24 Nov 2026 12:05:00 GMT"}, 300),
        ({"Retry-After": "999999999"}, 86_400),
        ({"X-RateLimit-Reset": "2026-11-24T12:01:00Z"}, 60),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) + 90)}, 90),
        ({"X-RateLimit-Reset-After": "1.5"}, 1.5),
    ],
)
async def test_a_busy_platform_says_when(
    net: Net, site: Site, headers: dict[str, str], wait_s: float
) -> None:
    """429 carries the instant of the next try, whatever form the platform gives it."""
    url = site.page("/busy", status=429, headers=headers)

    with pytest.raises(SourceError) as caught:
        await net.get(url, allow_private=True)
    assert caught.value.retry_at == NOW + timedelta(seconds=wait_s)
    assert not caught.value.stop


async def test_a_site_that_is_down_is_told_in_words(net: Net) -> None:
    """The bar showed `Connect call failed ('127.0.0.1', 38655)`."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]

        with pytest.raises(SourceError) as failed:
            await net.get(f"http://127.0.0.1:{port}/", allow_private=True)

    assert "127.0.0.1 cannot be reached (Connection refused)" == str(failed.value)


async def test_a_wrong_key_stops(net: Net, site: Site) -> None:
    """401 says what to check, and that no retry helps."""
    url = site.page("/private", '{"error": {"message": "Bad credentials"}}', status=401)

    with pytest.raises(SourceError, match=r"HTTP 401 .*Bad credentials.*check the token") as caught:
        await net.get(url, allow_private=True)
    assert caught.value.stop


async def test_a_status_that_the_caller_reads_is_no_error(net: Net, site: Site) -> None:
    """`accept` hands an error status back as an answer."""
    url = site.page("/held", "wait", status=409)

    assert (await net.post(url, allow_private=True, accept=[409])).status == 409


async def test_a_reply_goes_out_as_json(net: Net, site: Site) -> None:
    """A post carries its body and its headers."""
    url = site.page("/reply", '{"id": "9"}', status=201)

    answer = await net.post(
        url, json={"text": "Здравствуйте"}, headers={"Idempotency-Key": "k1"}, allow_private=True
    )

    assert answer.json() == {"id": "9"}
    assert json.loads(site.bodies[0]) == {"text": "Здравствуйте"}
    assert site.requests[0].headers["Idempotency-Key"] == "k1"


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        (400, {}, Refused),
        (403, {}, Refused),
        (422, {}, Refused),
        (500, {}, Doubt),
        (502, {}, Doubt),
        (504, {}, Doubt),
        (303, {"Location": "/thanks"}, Doubt),
        (429, {"Retry-After": "5"}, SourceError),
        (503, {"Retry-After": "5"}, SourceError),
        (401, {}, SourceError),
        (308, {"Location": "/elsewhere"}, SourceError),
    ],
)
async def test_what_became_of_a_reply(
    net: Net, site: Site, status: int, headers: dict[str, str], error: type[SourceError]
) -> None:
    """Surely refused, surely not sent, or nobody knows: each status is one of the three."""
    url = site.page("/reply", status=status, headers=headers)

    with pytest.raises(SourceError) as caught:
        await net.post(url, json={}, allow_private=True)
    assert type(caught.value) is error
    assert len(site.requests) == 1


async def test_the_platforms_words_reach_the_agent(net: Net, site: Site) -> None:
    """A refusal quotes the platform, cleaned of anything that could steer a terminal."""
    url = site.page("/reply", '{"message": "Too \\u001b[31mlong\\u202e"}', status=422)

    with pytest.raises(Refused, match=r"HTTP 422 from 127\.0\.0\.1 \(Too \[31mlong\)"):
        await net.post(url, json={}, allow_private=True)


async def test_one_request_per_host_at_a_time(net: Net, site: Site) -> None:
    """Ten polls of one host never overlap there."""
    now = peak = 0

    async def count(_: web.Request) -> web.Response:
        nonlocal now, peak
        now += 1
        peak = max(peak, now)
        await asyncio.sleep(0.002)
        now -= 1
        return web.Response()

    url = site.route("/slow", count)
    await asyncio.gather(*(net.get(url, allow_private=True) for _ in range(10)))

    assert (len(site.requests), peak) == (10, 1)


async def test_no_host_is_remembered_for_ever(net: Net, site: Site) -> None:
    """The locks of hosts that nobody asks any more are dropped."""
    await net.get(site.page("/x"), allow_private=True)

    assert net._hosts == {}


async def test_an_answer_that_is_not_json_says_so(net: Net, site: Site) -> None:
    """A page of HTML where JSON was expected is an error in words."""
    url = site.page("/api", "<html>Login")

    answer = await net.get(url, allow_private=True)
    with pytest.raises(SourceError, match=r"not JSON .*<html>Login"):
        answer.json()


@pytest.mark.parametrize(
    "url", ["", "example.com/feed", "file:///etc/passwd", "http://", "http://[::"]
)
async def test_what_is_no_address(net: Net, url: str) -> None:
    """Anything but http and https is refused before a socket is made."""
    with pytest.raises(SourceError, match="not an http or https address"):
        await net.get(url)
