"""`shiftdesk` with a running desk to its first useful paint, beside an empty Textual app."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import pytest

from tests.walks.house import House
from tests.walks.terminal import Terminal

ROUNDS = 11
EMPTY = """
from textual.app import App
from textual.widgets import Static

class Empty(App):
    def compose(self):
        yield Static("All open")

Empty().run()
"""


def until_seen(terminal: Terminal, words: bytes) -> None:
    """Until the words were written to the terminal; the screen is not worked out meanwhile."""
    while words not in terminal.written:
        terminal.take(20.0)


def seconds(terminal: Terminal, begun: float) -> float:
    """From its spawn to the words that both show."""
    with terminal:
        until_seen(terminal, b"All open")
        return time.perf_counter() - begun


@pytest.mark.bench
def test_start_beside_an_empty_app(tmp_path: Path) -> None:
    """Pairs in turn, so that a busy moment hits both; medians.

    The first pair is not counted: it leaves the compiled modules that an installation has,
    also where the environment of the bench forbids to write them.
    """
    house = House(tmp_path)
    house.env["PYTHONDONTWRITEBYTECODE"] = ""
    ours, empty = [], []
    try:
        house.start_desk()
        for _ in range(1 + ROUNDS):
            begun = time.perf_counter()
            empty.append(seconds(Terminal([sys.executable, "-c", EMPTY], env=house.env), begun))
            begun = time.perf_counter()
            ours.append(seconds(house.console(), begun))
    finally:
        house.close()

    del ours[0], empty[0]
    ratio = statistics.median(ours) / statistics.median(empty)
    print(
        f"\nfirst useful paint: {statistics.median(ours) * 1000:.0f} ms, an empty app "
        f"{statistics.median(empty) * 1000:.0f} ms: {ratio:.2f} times"
    )
