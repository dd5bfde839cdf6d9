"""The HTTP client against servers that mean no good: T14 to T18 of the threat list."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from sources.base import Cursor, Doubt, SourceError
from sources.net import Net, mark_of
from sources.sockets import is_public
from tests.sources.conftest import Site


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "::1", "::",
        "fe80::1%eth0", "fc00::1", "ff02::1", "fec0::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:1::1", "junk",
    ],
)  # fmt: skip
def test_private_and_special_addresses(address: str) -> None:
    """None of these is reached unless the source allows it."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8"])
def test_public_addresses(address: str) -> None:
    """Ordinary addresses pass."""
    assert is_public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0x7f000001", "2130706433"]
)
async def test_a_private_address_is_refused_at_the_socket(net: Net, site: Site, host: str) -> None:
    """However it is written, loopback is not reached, and the server hears nothing."""
    port = site.base.rpartition(":")[2]

    with pytest.raises(SourceError):
        await net.get(f"http://{host}:{port}/", ports=[int(port)])
    assert site.requests == []


async def test_a_refusal_names_the_way_out(net: Net, site: Site) -> None:
    """The message says which option lets the source in."""
    port = int(site.base.rpartition(":")[2])

    with pytest.raises(SourceError, match="allow_private = true") as caught:
        await net.get(f"http://localhost:{port}/", ports=[port])
    assert caught.value.stop


async def test_an_allowed_connection_is_not_shared(net: Net, site: Site) -> None:
    """A live connection of a source that may reach loopback does not let another one in."""
    url = site.page("/feed")
    port = int(url.rpartition(":")[2].partition("/")[0])
    await net.get(url, allow_private=True)

    with pytest.raises(SourceError, match="private"):
        await net.get(url, ports=[port])
    assert len(site.requests) == 1


async def test_strange_ports_need_a_word(net: Net) -> None:
    """A port besides 80 and 443 is refused with the option that opens it."""
    with pytest.raises(SourceError, match=r"ports = \[6379\]"):
        await net.get("http://example.com:6379/")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_token_never_crosses_origins(
    net: Net, site: Site, other_site: Site, status: int
) -> None:
    """A redirect to another origin ends the poll of a source with a token."""
    url = site.page("/feed", status=status, headers={"Location": other_site.page("/steal")})

    with pytest.raises(SourceError, match="token is not sent there"):
        await net.get(url, token_header={"X-Api-Key": "canary-secret"}, allow_private=True)
    assert other_site.requests == []


async def test_a_token_never_goes_to_a_remembered_stranger(
    net: Net, site: Site, other_site: Site
) -> None:
    """A token configured after a move was seen stays with the address it was meant for."""
    url = site.page("/feed", b"mine")
    cursor = Cursor(url=f"{other_site.page('/moved', b'theirs')}#{mark_of(url)}")

    answer = await net.get(
        url, cursor=cursor, token_header={"Authorization": "Bearer canary"}, allow_private=True
    )

    assert (answer.body, other_site.requests) == (b"mine", [])


async def test_a_token_stays_within_its_origin(net: Net, site: Site) -> None:
    """A redirect inside the origin keeps the token."""
    site.page("/new", b"here")
    url = site.page("/old", status=302, headers={"Location": "/new"})

    await net.get(url, token_header={"X-Api-Key": "canary-secret"}, allow_private=True)

    assert site.requests[1].headers["X-Api-Key"] == "canary-secret"


async def test_a_password_in_the_address_is_a_token(net: Net, site: Site, other_site: Site) -> None:
    """`user:password@` goes out as a header, and not to another origin."""
    site.page("/feed", status=302, headers={"Location": other_site.page("/steal")})
    url = site.base.replace("http://", "http://me:canary-secret@") + "/feed"

    with pytest.raises(SourceError) as caught:
        await net.get(url, allow_private=True)
    assert other_site.requests == []
    assert site.requests[0].headers["Authorization"].startswith("Basic ")
    assert "canary-secret" not in str(caught.value)


async def test_a_server_that_echoes_the_token(net: Net, site: Site) -> None:
    """The error text of a platform is quoted without our secret in it."""

    async def echo(request: web.Request) -> web.Response:
        return web.json_response({"message": f"bad {request.headers['Authorization']}"}, status=401)

    with pytest.raises(SourceError, match=r"bad \[hidden\]") as caught:
        await net.get(
            site.route("/", echo),
            token_header={"Authorization": "Bearer canary-secret"},
            allow_private=True,
        )
    assert "canary" not in str(caught.value)


async def test_nothing_follows_a_post(net: Net, site: Site, other_site: Site) -> None:
    """A redirect never carries a reply anywhere."""
    url = site.page("/reply", status=307, headers={"Location": other_site.page("/steal")})

    with pytest.raises(SourceError, match="nothing was sent"):
        await net.post(url, json={"text": "hello"}, allow_private=True)
    assert other_site.requests == []


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_packed_bodies_are_unpacked(net: Net, site: Site, encoding: str) -> None:
    """Both packings that were asked for are understood."""
    packed = gzip.compress(b"words" * 99) if encoding == "gzip" else zlib.compress(b"words" * 99)
    url = site.page("/feed", packed, headers={"Content-Encoding": encoding})

    assert (await net.get(url, allow_private=True)).body == b"words" * 99


async def test_bare_deflate_and_undeclared_gzip(net: Net, site: Site) -> None:
    """Two habits of real servers: deflate without its wrapping, gzip without a header."""
    bare = zlib.compressobj(wbits=-15)
    data = bare.compress(b"words") + bare.flush()
    first = site.page("/bare", data, headers={"Content-Encoding": "deflate"})
    second = site.page("/silent", gzip.compress(b"words"))

    assert (await net.get(first, allow_private=True)).body == b"words"
    assert (await net.get(second, allow_private=True)).body == b"words"


async def test_gzip_in_several_members(net: Net, site: Site) -> None:
    """A body packed in two members, with padding after it, is one body."""
    data = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 100
    url = site.page("/feed", data, headers={"Content-Encoding": "gzip"})

    assert (await net.get(url, allow_private=True)).body == b"one two"


@pytest.mark.parametrize("kept", [1, 5, 11, 40, -1])
async def test_a_cut_gzip_stream_is_an_error(net: Net, site: Site, kept: int) -> None:
    """Half a document is never taken for a whole one."""
    url = site.page(
        "/feed", gzip.compress(bytes(range(256)) * 9)[:kept], headers={"Content-Encoding": "gzip"}
    )

    if kept == 1:
        # One byte is no packing at all; it comes through as it is.
        assert (await net.get(url, allow_private=True)).body == b"\x1f"
        return
    with pytest.raises(SourceError, match="ends in the middle"):
        await net.get(url, allow_private=True)


async def test_a_broken_gzip_stream_is_an_error(net: Net, site: Site) -> None:
    """A damaged body is refused in words."""
    packed = bytearray(gzip.compress(bytes(range(256)) * 9))
    packed[20:30] = b"\xff" * 10
    url = site.page("/feed", bytes(packed), headers={"Content-Encoding": "gzip"})

    with pytest.raises(SourceError, match="broken"):
        await net.get(url, allow_private=True)


async def test_a_packing_nobody_asked_for(net: Net, site: Site) -> None:
    """Brotli was not asked for and is not guessed at."""
    url = site.page("/feed", b"\x0b\x02", headers={"Content-Encoding": "br"})

    with pytest.raises(SourceError, match="not asked for"):
        await net.get(url, allow_private=True)


async def test_a_bomb_is_stopped_while_it_unpacks(net: Net, site: Site) -> None:
    """200 kB that hold 200 MB: an error, and never more than the cap in memory."""
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(200)) + packer.flush()
    url = site.page("/bomb", bomb, headers={"Content-Encoding": "gzip"})

    tracemalloc.start()
    try:
        with pytest.raises(SourceError, match="larger than"):
            await net.get(url, allow_private=True)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= 16 * 1024 * 1024


async def test_an_endless_body_is_stopped(net: Net, site: Site) -> None:
    """A server that never stops talking is left at the cap."""

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65_536)

    with pytest.raises(SourceError, match=r"larger than 1,000,000 bytes"):
        await net.get(site.route("/endless", endless), allow_private=True, max_bytes=1_000_000)


Drip = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def _silent(_: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError


async def _stalled(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"half")
    await asyncio.Event().wait()
    raise AssertionError


async def _dripping(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"x")
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("drip", [_silent, _stalled, _dripping])
async def test_a_slow_server_is_left(quick_net: Net, site: Site, drip: Drip) -> None:
    """Silence, a stall and a drip all end within the time allowed."""
    with pytest.raises(SourceError, match="too long"):
        await quick_net.get(site.route("/slow", drip), allow_private=True)


async def test_a_lost_answer_to_a_reply_is_a_doubt(quick_net: Net, site: Site) -> None:
    """The request left, the answer never came: nobody knows."""
    with pytest.raises(Doubt):
        await quick_net.post(site.route("/reply", _silent), json={}, allow_private=True)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_broken_connection_never_repeats_a_change(
    net: Net, site: Site, method: str
) -> None:
    """The line breaks after the request: a doubt, and one request alone."""

    async def drop(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    with pytest.raises(Doubt):
        await net.request(method, site.route("/reply", drop), json={}, allow_private=True)
    assert len(site.requests) == 1


async def test_a_reply_that_never_left_is_no_doubt(net: Net) -> None:
    """A refused connection is a sure failure; the reply may be tried again."""
    with pytest.raises(SourceError, match="cannot be reached") as caught:
        await net.post("http://127.0.0.1:9/reply", json={}, allow_private=True)
    assert not isinstance(caught.value, Doubt)


async def _play(bytes_out: bytes) -> tuple[asyncio.Server, str]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(bytes_out)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwords\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 100_000 + b"\r\n",
    ],
)
async def test_a_broken_answer_is_an_error_of_this_source(net: Net, answer: bytes) -> None:
    """Empty, cut and senseless answers end as a sentence, for a poll and for a reply."""
    server, url = await _play(answer)
    async with server:
        with pytest.raises(SourceError):
            await net.get(url, allow_private=True)
        with pytest.raises(Doubt):
            await net.post(url, json={}, allow_private=True)


async def test_a_token_with_a_line_end_is_refused(net: Net, site: Site) -> None:
    """No header can be smuggled in through a token file."""
    with pytest.raises(SourceError, match="malformed") as caught:
        await net.get(
            site.page("/"),
            token_header={"Authorization": "Bearer x\r\nX: canary"},
            allow_private=True,
        )
    assert "canary" not in str(caught.value)


async def test_a_certificate_nobody_vouches_for(net: Net, site: Site) -> None:
    """Verification cannot be switched off; a plain server behind https is an error."""
    with pytest.raises(SourceError):
        await net.get(site.base.replace("http:", "https:"), allow_private=True)


async def test_a_missing_authority_file(net: Net, site: Site) -> None:
    """The message names the file."""
    with pytest.raises(SourceError, match=r"ca_file /nowhere\.pem cannot be read"):
        await net.get(site.page("/"), ca_file="/nowhere.pem", allow_private=True)
