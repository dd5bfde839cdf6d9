"""A platform that refuses is read about in the reader's own language; what is kept is English."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.walks.house import House

ENGLISH = "HTTP 429 from 127.0.0.1: asked to wait"
RUSSIAN = "HTTP 429 от 127.0.0.1: просит подождать"


class Busy(BaseHTTPRequestHandler):
    """Asks everybody to wait."""

    def do_GET(self) -> None:
        self.send_response(429)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Not a word."""


@pytest.fixture
def busy() -> Iterator[str]:
    """The feed of a platform that is asked too often."""
    server = HTTPServer(("127.0.0.1", 0), Busy)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/feed"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_failed_poll_is_read_in_russian_and_kept_in_english(tmp_path: Path, busy: str) -> None:
    """`sources`, the log of one, `try` and `check` in a Russian terminal; JSON as it is stored."""
    house = House(tmp_path)
    port = busy.split(":")[2].split("/")[0]
    table = (
        f'\n[sources.busy]\ntype = "rss"\nurl = "{busy}"\nallow_private = true\nports = [{port}]\n'
    )
    house.config.write_text(house.config.read_text("utf-8") + table, "utf-8")
    try:
        house.start_desk()
        kept = until_it_failed(house)
        house.env["LC_ALL"] = "ru_RU.UTF-8"
        health, log = house.verb("sources"), house.verb("sources", "busy")
        tried = house.verb("try", "rss", busy, "--allow-private")
        checked = house.verb("check", "--json")
    finally:
        house.close()

    assert ENGLISH == kept
    assert [True] * 2 == [RUSSIAN in done.stdout for done in (health, log)]
    assert RUSSIAN in tried.stderr
    assert RUSSIAN in {json.loads(line)["sentence"] for line in checked.stdout.splitlines()}


def until_it_failed(house: House) -> str:
    """The error of the busy source, as the desk keeps it."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for line in house.verb("sources", "--json").stdout.splitlines():
            one = json.loads(line)
            if one["name"] == "busy" and one.get("error"):
                return str(one["error"])
    raise AssertionError(house.log())
