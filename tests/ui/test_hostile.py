"""No text of a customer reaches the terminal as anything but text, on any screen, at any size.

One program walks through the console by its keys; another, the gallery, puts each string into
every widget that shows what others wrote. Both run in a pty, on the console's own driver.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import random
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from wcwidth import wcswidth, wcwidth

from console.core.asks import SnippetShown
from console.ui.screens.snippets import SnippetsDialog
from tests.ui.text.hostile import hostile_texts
from tests.ui.text.public_strings import feed_strings, naughty_strings

ROOT = Path(__file__).parents[2]
MARK = "Zq7"
"""Stands in every hostile control sequence, so that ours cannot be taken for it."""

SILENT_S = 120
"""A console that writes nothing for so long hangs; a busy machine only makes it slower."""

CONTROLS = [
    "\x1b]0;Zq7title\x07", "\x1b]52;c;WnE3\x1b\\", "\x1b[31mZq7red\x1b[0m", "\x1b[2JZq7",
    "\x1bPZq7q\x1b\\", "\x9b31mZq7", "\x9d0;Zq7\x9c", "\x1b_Zq7\x1b\\", "\x1b[6nZq7",
    "\x1b[201~Zq7", "Zq7\x00\x08\x0b\x0c\x7f", "\x1bcZq7", "a\rZq7\x0bb", "\x1b[?1049lZq7",
]  # fmt: skip
MARKUP = [
    "[red]Zq7[/red] [@click=app.quit]x[/]", "I paid [/refund now] and [=bad", "[/]", "[00]",
    "[@click=app.bell]Zq7[/]", "[link=file:///etc/passwd]Zq7[/link]", "[[[[", "\\[bold]", "$accent",
]  # fmt: skip
LETTERS = [
    "\u202eZq7\u202c", "\u2066\u2067Zq7\u2069", "Z\u0335\u0336" * 400, "w" * 10_000, "\ufeffZq7\u200b",
    "é" + "\u0301" * 300, "\U000e0041\U000e0042Zq7", "👨‍👩‍👧‍👦" * 200, "\u2028Zq7\u2029\x85", "漢字" * 900,
    "سلام \u202e(42) Zq7", "\n\n\n\t\tZq7\n", "", " ", "😀" * 500,
]  # fmt: skip

OURS = re.compile(
    r"\x1b(?:\[[0-9;?<>=:$ ]*[A-Za-z~]|\]8;[^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\]22;default\x07|\]52;c;[A-Za-z0-9+/=]*\x07|P[^\x1b]*\x1b\\|[=>78c]|[()][0AB])"
)
"""What Textual itself writes: CSI, links, the pointer's shape, our own copying, queries."""


def walked(
    texts: list[str],
    size: tuple[int, int],
    state: Path,
    program: str = "tests.ui.hostile_console",
) -> tuple[str, int]:
    """Everything that a console wrote to its terminal while it walked, and its exit code."""
    given = state / "texts.json"
    given.write_text(json.dumps(texts), encoding="utf-8")
    main, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", program, str(given), str(state)],
        stdin=child, stdout=child, stderr=child, cwd=ROOT, start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    os.close(child)
    written = bytearray()
    end = time.monotonic() + SILENT_S
    while time.monotonic() < end:
        ready, _, _ = select.select([main], [], [], 0.2)
        if ready:
            try:
                piece = os.read(main, 65_536)
            except OSError:
                break
            if not piece:
                break
            written += piece
            end = time.monotonic() + SILENT_S
        elif process.poll() is not None:
            break
    else:
        process.kill()
    os.close(main)
    return written.decode("utf-8", "replace"), process.wait()


def fault(state: Path) -> str:
    """What the console wrote down about its end."""
    log = state / "console.log"
    return log.read_text(encoding="utf-8") if log.exists() else "no log"


def foreign_controls(output: str) -> list[str]:
    """What in the output is neither text nor a sequence of ours."""
    ours = OURS.sub("", output)
    found = re.findall(
        r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069].{0,12}", ours
    )
    found += re.findall(r"\x1b[^m]{0,20}Zq7", output)
    return found


@pytest.mark.parametrize("size", [(160, 48)])
def test_a_walk_over_every_screen_writes_no_foreign_control(
    size: tuple[int, int], tmp_path: Path
) -> None:
    """Escapes, markup, bidi overrides, endless words and heaps of accents stay text."""
    output, code = walked([*CONTROLS, *MARKUP, *LETTERS], size, tmp_path)

    assert [] == foreign_controls(output)
    assert 0 == code, fault(tmp_path)


@pytest.mark.heavy
@pytest.mark.parametrize("size", [(160, 48), (80, 24), (40, 12)])
@pytest.mark.parametrize("seed", range(8))
def test_many_walks_write_no_foreign_control(
    size: tuple[int, int], seed: int, tmp_path: Path
) -> None:
    """Mixtures of all of them, at three sizes."""
    chance = random.Random(seed)
    parts = [*CONTROLS, *MARKUP, *LETTERS]
    texts = ["".join(chance.sample(parts, chance.randint(1, 5)))[:20_000] for _ in range(40)]
    output, code = walked(texts, size, tmp_path)

    assert [] == foreign_controls(output)
    assert 0 == code, fault(tmp_path)


# --- every string in every widget ---------------------------------------------------------------

ENTER = (
    "\x1b[?1049h\x1b[?25l\x1b[?1004h\x1b[>25u\x1b[?2026$p\x1b[?2048$p\x1b[?2004h\x1b[?7l"
    "\x1b[8l\x1b[2J"
)
LEAVE = (
    "\x1b[8h\x1b[?2004l\x1b[?7h\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)  # fmt: skip
POINTER = "\x1b]22;default\x07"
"""The shape of the mouse's pointer, once at first and once for each screen that goes."""
COLOUR = r"[34]8;2;\d{1,3};\d{1,3};\d{1,3}"
BETWEEN = re.compile(
    rf"(?P<style>\x1b\[(?:[1-9];)*{COLOUR}(?:;{COLOUR})?m)|(?P<plain>\x1b\[0m)"
    r"|\x1b\[(?P<row>\d+);(?P<column>\d+)H"
)
"""All that a console writes while it runs: a style, its end, and where the next words stand."""
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def cells(words: str) -> int:
    """Columns on a terminal. Joined figures of an emoji are two; of the consonants that an Indic
    sign joins, terminals draw each in its own cell, where the newest tables say two for all."""
    return min(wcswidth(words), sum(max(0, wcwidth(sign)) for sign in words))


def strange(output: str, size: tuple[int, int]) -> list[str]:
    """Whatever a console would not have written by itself, or written over its edge."""
    body = output.replace(POINTER, "")
    if not (body.startswith(ENTER) and body.endswith(LEAVE)):
        return [f"{body[:120]!r} … {body[-80:]!r}"]
    found, styles, row, column, end = [], 0, 1, 1, 0
    body = body[len(ENTER) : -len(LEAVE)] + "\x1b[1;1H"
    for mark in BETWEEN.finditer(body):
        # a whole screen is drawn line by line
        first, *lines = body[end : mark.start()].split("\r\n")
        end = mark.end()
        for words, at_column in [(first, column), *((line, 1) for line in lines)]:
            column = at_column + cells(words)
            if CONTROL.search(words) or column > size[0] + 1:
                found.append(f"{words!r} in line {row}")
        row += len(lines)
        if row > size[1]:
            found.append(f"line {row}")
        if mark["row"]:
            row, column = int(mark["row"]), int(mark["column"])
        styles += bool(mark["style"]) - bool(mark["plain"])
    return found if styles == 0 else [*found, f"{styles} styles were not ended"]


def through_the_gallery(texts: list[str], size: tuple[int, int], state: Path) -> None:
    """Fail if one of them did anything but be shown."""
    # a lone surrogate comes through no pipe and no socket
    sent = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
    output, code = walked(sent, size, state, "tests.ui.hostile_gallery")

    assert 0 == code, fault(state)
    assert [] == strange(output, size)
    told = json.loads((state / "seen.json").read_text("utf-8"))
    assert {"acted": [], "wrong": [], "empty": []} == told


def test_some_strings_are_shown_by_every_widget(tmp_path: Path) -> None:
    """A sample of the attacks, of the mixtures and of what feeds bring, on a small terminal."""
    chance = random.Random(1)
    texts = [*chance.sample(hostile_texts(), 20), *chance.sample(feed_strings(), 8)]

    through_the_gallery([*texts, *CONTROLS[:6], *MARKUP[:6]], (80, 24), tmp_path)


@pytest.mark.heavy
@pytest.mark.parametrize("size", [(160, 48), (80, 24), (40, 12)])
@pytest.mark.parametrize("texts", [hostile_texts, naughty_strings, feed_strings])
def test_every_string_is_shown_by_every_widget(
    texts: Callable[[], list[str]], size: tuple[int, int], tmp_path: Path
) -> None:
    """More than 500 attacks of our own and the public ones: shown, and nothing else."""
    through_the_gallery(texts(), size, tmp_path)


def test_a_snippet_of_an_endless_language_keeps_its_line() -> None:
    """A snippet's language is what its file says: it once pushed the border out of the list."""
    one = SnippetShown("a", "title", "text", language="👩\u200d" * 200, uses=30)

    assert 58 == SnippetsDialog(1).line(one, 60).cell_length
