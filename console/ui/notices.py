"""A notice outside the window: the terminal's own (OSC 9, OSC 777), or a command of the person's."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Literal

from console.ui.terminal import through_tmux
from sources.text import clean, clip

NoticeForm = Literal["auto", "osc9", "osc777", "off"]

TITLE = "Shiftdesk"
LONGEST = 200
"""Characters; a notice is a sentence."""
COMMAND_S = 5.0
"""A command that takes longer is ended."""

_OSC9 = ("iTerm.app", "WezTerm", "ghostty", "kitty")
_OSC777 = ("foot", "rxvt", "urxvt")


def form_for(wish: NoticeForm, environment: Mapping[str, str]) -> NoticeForm:
    """The form that this terminal is known to show; `off` where none is."""
    if wish != "auto":
        return wish
    names = f"{environment.get('TERM_PROGRAM', '')} {environment.get('TERM', '')}"
    if any(name in names for name in _OSC9):
        return "osc9"
    if environment.get("VTE_VERSION") or any(name in names for name in _OSC777):
        return "osc777"
    return "off"


def outside_notice(text: str, wish: NoticeForm, environment: Mapping[str, str]) -> str:
    """What to write to the terminal for this sentence; empty for nothing.

    The text is one line, cut, and without anything that could end the sequence.
    """
    line = clip(" ".join(clean(text).split()), LONGEST)
    match form_for(wish, environment):
        case "osc9":
            sequence = f"\x1b]9;{line}\x1b\\"
        case "osc777":
            # a semicolon would begin another field
            sequence = f"\x1b]777;notify;{TITLE};{line.replace(';', ',')}\x1b\\"
        case _:
            return ""
    if environment.get("TMUX"):
        return through_tmux(sequence.encode()).decode()
    return sequence


async def run_command(command: Sequence[str], text: str) -> None:
    """Run the person's own command with the sentence as its last argument; never through a shell.

    What it says or how it ends is nobody's business here.
    """
    line = clip(" ".join(clean(text).split()), LONGEST)
    with contextlib.suppress(OSError):
        child = await asyncio.create_subprocess_exec(
            *command,
            line,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await asyncio.wait_for(child.wait(), COMMAND_S)
        except TimeoutError:
            child.kill()
            await child.wait()
