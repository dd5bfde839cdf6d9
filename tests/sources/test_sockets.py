"""Names and addresses: what is looked up where, and what is reached in the end."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Any

import pytest

from sources.base import SourceError
from sources.net import Limits, Net
from sources.sockets import Lookup
from tests.sources.conftest import Site

Found = list[tuple[Any, ...]]


def _at(address: str, port: int) -> Found:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]


async def test_a_name_that_changes_its_meaning(
    net: Net, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is public when it is checked and loopback when it is used is refused."""
    port = int(site.base.rpartition(":")[2])
    monkeypatch.setattr("sources.sockets._addresses", lambda *_: _at("127.0.0.1", port))

    with pytest.raises(SourceError, match="private or special"):
        await net.get(f"http://rebinding.example:{port}/", ports=[port])
    assert site.requests == []


async def test_a_redirect_to_a_private_address(
    site: Site, other_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a public server points at is checked like everything else."""
    port = int(other_site.base.rpartition(":")[2])
    url = site.page("/", status=302, headers={"Location": f"http://169.254.169.254:{port}/"})
    # The first address passes as a public one, so that the redirect is reached.
    monkeypatch.setattr("sources.sockets.is_public", lambda address: address == "127.0.0.1")
    first = int(site.base.rpartition(":")[2])

    async with Net() as net:
        with pytest.raises(SourceError, match="private or special"):
            await net.get(url, ports=[first, port])


async def test_names_that_hang_hold_nobody_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty hanging lookups, and the twenty-first name is found at once."""
    port = int(site.base.rpartition(":")[2])
    let_go = threading.Event()

    def addresses(host: str, *_: object) -> Found:
        if host.startswith("hang"):
            let_go.wait(10)
        return _at("127.0.0.1", port)

    monkeypatch.setattr("sources.sockets._addresses", addresses)
    site.page("/", b"here")
    try:
        async with Net(limits=Limits(connect_s=0.3)) as net:
            hanging = [
                asyncio.ensure_future(
                    net.get(f"http://hang{n}.example:{port}/", allow_private=True)
                )
                for n in range(20)
            ]
            await asyncio.sleep(0)
            answer = await net.get(f"http://fine.example:{port}/", allow_private=True)
            errors = await asyncio.gather(*hanging, return_exceptions=True)
    finally:
        let_go.set()

    assert answer.body == b"here"
    assert all("cannot be reached within 0.3 s" in str(error) for error in errors)


async def test_a_name_that_is_not_there(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the host."""

    def addresses(*_: object) -> Found:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("sources.sockets._addresses", addresses)

    with pytest.raises(SourceError, match=r"nowhere\.example cannot be found"):
        await net.get("http://nowhere.example/")


async def test_a_malformed_name_is_an_ordinary_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system's encoding of names refuses does not end the thread with the wait."""

    def addresses(*_: object) -> Found:
        raise UnicodeError("label too long")

    monkeypatch.setattr("sources.sockets._addresses", addresses)

    with pytest.raises(OSError, match="malformed"):
        await Lookup().resolve("x" * 300)
