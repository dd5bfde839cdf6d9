"""What a person said about each of their terminals, kept for the next start.

One person comes from several terminals to the same machine: the answers hold for the terminal
that gave them, by the name it gives itself.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from console.ui.terminal import TerminalAnswers

_NAMES = ("TERM_PROGRAM", "TERM", "VTE_VERSION", "KONSOLE_VERSION", "TMUX")


def terminal_name(environment: Mapping[str, str]) -> str:
    """How this terminal is told from others: its names, and whether tmux stands between."""
    told = [environment.get(name, "") for name in _NAMES]
    return " ".join([*filter(None, told[:-1]), *(["tmux"] if told[-1] else [])]) or "unknown"


def remembered(state: Path, environment: Mapping[str, str]) -> TerminalAnswers | None:
    """The answers for this terminal, None where none were given or the file cannot be read."""
    return _read(state).get(terminal_name(environment))


def remember(state: Path, environment: Mapping[str, str], answers: TerminalAnswers) -> None:
    """Keeps the answers for this terminal in `terminals.json`, for this user's eyes only.

    Raises `OSError` where the state directory cannot be written to.
    """
    known = _read(state) | {terminal_name(environment): answers}
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = state / f"terminals.json.{os.getpid()}"
    new.touch(mode=0o600)
    new.write_bytes(msgspec.json.encode(known))
    new.replace(state / "terminals.json")


def _read(state: Path) -> dict[str, TerminalAnswers]:
    try:
        written = (state / "terminals.json").read_bytes()
        return msgspec.json.decode(written, type=dict[str, TerminalAnswers])
    except (OSError, msgspec.DecodeError):
        # Lost answers cost three questions; a console that does not start costs a shift.
        return {}
