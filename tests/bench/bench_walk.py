"""From a site to the screens: how long a post takes to be drawn, with real processes and ptys."""

from __future__ import annotations

import json
import os
import select
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.walks.house import House
from tests.walks.terminal import Terminal

CONSOLES = 20
POSTS = 20
GIVE_UP_S = 20.0


def drawn_at(consoles: list[Terminal], token: str) -> list[float]:
    """When each console had written the token to its terminal, as Unix time, sorted."""
    waiting = {console.descriptor: (console, len(console.written)) for console in consoles}
    found: list[float] = []
    deadline = time.monotonic() + GIVE_UP_S
    while waiting and time.monotonic() < deadline:
        for descriptor in select.select(list(waiting), [], [], 0.5)[0]:
            console, begun = waiting[descriptor]
            console.written += os.read(descriptor, 65536)
            if token.encode() in console.written[begun:]:
                found.append(time.time())
                del waiting[descriptor]
    assert not waiting, f"{len(waiting)} consoles never drew {token}"
    return sorted(found)


def committed_at(house: House, before: int) -> float:
    """When the desk said that it had taken posts in, after so many bytes of its log."""
    for line in house.log().encode()[before:].splitlines():
        entry = json.loads(line)
        if entry.get("what") == "taken in" and entry.get("new"):
            return datetime.fromisoformat(entry["at"]).timestamp()
    raise AssertionError("the desk took nothing in")


def ranks(values: list[float]) -> str:
    ordered = sorted(values)
    p95 = ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]
    return f"median {statistics.median(ordered):.0f} ms, p95 {p95:.0f} ms (n={len(ordered)})"


@pytest.mark.bench
@pytest.mark.parametrize("count", [1, CONSOLES])
def test_from_a_post_to_the_screens(tmp_path: Path, count: int) -> None:
    """Served → drawn on the first console, and committed → drawn on every console."""
    house = House(tmp_path)
    consoles: list[Terminal] = []
    try:
        house.start_desk()
        for _ in range(count):
            consoles.append(house.console(columns=100, rows=30))
        for console in consoles:
            console.until("0 open", timeout_s=60)
        # the row under every cursor: what follows is due later, so that it stands below, in sight
        house.publish("review", text="zqfirst arrived broken", stars=1)
        drawn_at(consoles, "zqfirst")
        served, everywhere = [], []
        for number in range(POSTS):
            token = f"zq{number:04d}"
            before = len(house.log().encode())
            post = house.publish("review", text=f"{token} arrived broken", stars=3)
            times = drawn_at(consoles, token)
            assert post.served_at is not None
            served.append((times[0] - post.served_at.astimezone(UTC).timestamp()) * 1000)
            everywhere.append((times[-1] - committed_at(house, before)) * 1000)
    finally:
        for console in consoles:
            console.close()
        house.close()

    print(f"\n{count} consoles: served → first drawn {ranks(served)}")
    print(f"{count} consoles: committed → drawn on every one {ranks(everywhere)}")
