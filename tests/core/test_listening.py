"""Where the desk may listen: sockets and loopback."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.listening import Place, parse_place


@pytest.mark.parametrize("text", ["0.0.0.0:9464", "192.168.1.4:9464", "example.com:80", "9464"])
def test_an_address_that_others_reach_is_refused(text: str) -> None:
    """Only a socket or loopback."""
    with pytest.raises(ValueError, match="loopback"):
        parse_place(text)


def test_loopback_and_sockets_are_taken() -> None:
    """Both forms, and nothing at all."""
    assert Place(host="127.0.0.1", port=9464) == parse_place("127.0.0.1:9464")
    assert Place(host="::1", port=9464) == parse_place("[::1]:9464")
    assert Place(path=Path("/run/x.sock")) == parse_place("/run/x.sock")
    assert parse_place("") is None
