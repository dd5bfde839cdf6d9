"""How many colours a console writes: no more than its terminal says it has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.ui.test_ends import Terminal

STYLES = re.compile(r"\x1b\[([0-9;]*)m")
RGB = re.compile(r"[34]8;2;(\d+);(\d+);(\d+)")


def written(state: Path, **environment: str) -> str:
    """A console's first screen."""
    terminal = Terminal(state, **{"COLORTERM": "", **environment})
    try:
        terminal.until("20 open")
        return terminal.drained()
    finally:
        terminal.close()


def kinds(output: str) -> set[str]:
    """Which sorts of colours are in it."""
    found = set()
    for style in STYLES.findall(output):
        found |= {"true"} if ";2;" in style else {"256"} if "8;5;" in style else set()
        if re.search(r"(?:^|;)(?:3|4|9|10)[0-7](?:;|$)", re.sub(r"[34]8;[25];[0-9;]+", "", style)):
            found.add("16")
    return found


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, {"true"}),
        ({"TERM": "xterm-256color"}, {"256"}),
        ({"TERM": "xterm"}, {"16"}),
        ({"TERM": "linux"}, {"16"}),
    ],
)
def test_a_terminal_gets_colours_that_it_has(
    tmp_path: Path, environment: dict[str, str], expected: set[str]
) -> None:
    """Sixteen, 256 or all of them."""
    assert expected == kinds(written(tmp_path, **environment))


def test_without_colours_all_is_grey(tmp_path: Path) -> None:
    """NO_COLOR leaves light and dark, bold and reverse: signs and words say the rest."""
    output = written(tmp_path, NO_COLOR="1", COLORTERM="truecolor")

    assert all(len(set(rgb)) == 1 for rgb in RGB.findall(output))


def test_the_plainest_locale_shows_every_sign(tmp_path: Path) -> None:
    """LC_ALL=C is no reason to lose letters."""
    assert "▌" in written(tmp_path, LC_ALL="C", LANG="C")
