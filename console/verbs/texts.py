"""Verbs that need neither configuration nor desk: mood, tone, due."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from console.verbs.opening import found_config, needed_config

if TYPE_CHECKING:
    from console.core.calendar import Calendar


def mood(arguments: argparse.Namespace) -> int:
    """Score JSON lines from standard input, in order."""
    import asyncio

    from console.mood.verb import mood_verb

    config = found_config(arguments)
    return asyncio.run(
        mood_verb(sys.stdin.buffer, sys.stdout.buffer, config.mood if config else None)
    )


def tone(_arguments: argparse.Namespace) -> int:
    """Tone hints for JSON lines from standard input."""
    from console.text_verbs import tone_verb

    return tone_verb(sys.stdin, sys.stdout)


def due(arguments: argparse.Namespace) -> int:
    """Try a calendar."""
    from console.due import due_verb

    def configured() -> Mapping[str, Calendar]:
        return needed_config(arguments).rules().calendars

    return due_verb(
        start=arguments.start,
        target=arguments.target,
        calendar=arguments.calendar or "",
        calendar_file=Path(arguments.calendar_file) if arguments.calendar_file else None,
        configured=configured,
        as_json=arguments.json,
        out=sys.stdout,
        err=sys.stderr,
    )
