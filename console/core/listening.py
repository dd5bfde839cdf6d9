"""Where the desk may listen besides its own socket: nowhere that others could reach."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from console.core.i18n import _


@dataclass(frozen=True, slots=True)
class Place:
    """Where the figures are served: a socket's path, or a loopback address and port."""

    path: Path | None = None
    host: str = ""
    port: int = 0


def parse_place(text: str) -> Place | None:
    """`/run/shiftdesk/metrics.sock` or `127.0.0.1:9464`; None for an empty text.

    Raises `ValueError` with a sentence for an address that others could reach.
    """
    if not text:
        return None
    if text.startswith("/"):
        return Place(path=Path(text))
    host, _colon, port = text.rpartition(":")
    host = host.strip("[]")
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
        if loopback and 0 < int(port) < 65_536:
            return Place(host=host, port=int(port))
    except ValueError:
        pass
    raise ValueError(
        _("{text}: expected a socket's path or a loopback address and port").format(text=text)
    )
