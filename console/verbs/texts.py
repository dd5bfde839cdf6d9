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
    from console.verbs.tone import tone_verb

    return tone_verb(sys.stdin, sys.stdout)


def holidays(arguments: argparse.Namespace) -> int:
    """List the days of an iCalendar file; a person copies those on which nobody works."""
    from datetime import UTC, date, datetime, timedelta

    from console.verbs.holidays import holidays_verb

    try:
        first = date.fromisoformat(arguments.first) if arguments.first else None
        last = date.fromisoformat(arguments.last) if arguments.last else None
    except ValueError as error:
        print(f"shiftdesk: {error}", file=sys.stderr)
        return 2
    first = first or datetime.now(UTC).astimezone().date()
    return holidays_verb(
        path=Path(arguments.file),
        first=first,
        last=last or first + timedelta(days=731),
        as_json=arguments.json,
        out=sys.stdout,
        err=sys.stderr,
    )


def due(arguments: argparse.Namespace) -> int:
    """Try a calendar."""
    from console.verbs.due import due_verb

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
