"""Which machines may be reached: names looked up on threads of our own, addresses checked last.

The check sits where the socket is made, after every redirect and every lookup: a resolver that
refuses names is never asked about literal addresses, and a name may mean something else the
second time (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from sources.said import say

# `is_global` says yes to all of these, and each can carry an inner IPv4 address (NAT64, 6to4,
# Teredo, the old IPv4-compatible form).
_TUNNELS = tuple(
    IPv6Network(net)
    for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)
_LOOKUPS = 64
"""Lookups at once, hanging ones that nobody waits for any more included."""


class Forbidden(OSError):
    """The address is private or special, and the source does not allow those."""


def is_public(address: str) -> bool:
    """True for an address that any machine on the internet could reach."""
    try:
        ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif ip.is_site_local or any(ip in net for net in _TUNNELS):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def guarded_socket(info: tuple[Any, ...]) -> socket.socket:
    """A socket for the address in `info`, made for aiohttp. Raises `Forbidden` for private ones."""
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        raise Forbidden(say("{address} is a private or special address", address=address[0]))
    return socket.socket(family=family, type=kind, proto=protocol)


class Lookup(AbstractResolver):
    """Host names to addresses, each on a thread of its own that nobody has to wait for.

    The default pool has six threads on two cores, so that a few hanging lookups starve
    everything that uses it; and the interpreter waits for a pool's threads at its end.
    """

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(_LOOKUPS)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Every address of `host`, in the system's order. Raises `OSError` as `getaddrinfo` does."""
        await self._free.acquire()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[tuple[Any, ...]]] = loop.create_future()

        def done(found: list[tuple[Any, ...]] | OSError) -> None:
            # Here, and not where the waiting ends: a lookup that was given up still has its thread.
            self._free.release()
            if answer.done():
                return
            if isinstance(found, OSError):
                answer.set_exception(found)
            else:
                answer.set_result(found)

        def look() -> None:
            found: list[tuple[Any, ...]] | OSError
            try:
                found = _addresses(host, port, family)
            except OSError as error:
                found = error
            except UnicodeError:
                found = OSError(say("the name is malformed"))
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(done, found)

        threading.Thread(target=look, name=f"lookup {host}", daemon=True).start()
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=port,
                family=family_found,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for family_found, _, protocol, _, address in await answer
        ]

    async def close(self) -> None:
        """Nothing is held: threads end with their lookups."""


def _addresses(host: str, port: int, family: socket.AddressFamily) -> list[tuple[Any, ...]]:
    flags = getattr(socket, "AI_ADDRCONFIG", 0)
    return list(socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=flags))
