"""Verbs that need neither configuration nor desk: mood, tone, due."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from console.core.i18n import _
from console.verbs.opening import found_config, needed_config
from console.verbs.printing import narrate

if TYPE_CHECKING:
    from console.core.calendar import Calendar


def mood(arguments: argparse.Namespace) -> int:
    """Score JSON lines from standard input, in order; or learn from the team's own texts."""
    import asyncio

    config = found_config(arguments)
    if arguments.learn or arguments.forget:
        from console.mood.learn_verb import learn_verb

        examples = _known_moods(arguments) if arguments.learn and sys.stdin.isatty() else None
        return asyncio.run(learn_verb(config, forget=arguments.forget, examples=examples))
    from console.mood.verb import mood_verb

    return asyncio.run(
        mood_verb(sys.stdin.buffer, sys.stdout.buffer, config.mood if config else None)
    )


def _known_moods(arguments: argparse.Namespace) -> list[Any]:
    """What the desk knows: corrections and ratings. On a pipe they are read from it instead."""
    from console.core.asks import KnownMoods, KnownMoodsPage
    from console.mood.learning import Example
    from console.verbs.line import VerbLine, expect, with_desk

    found: list[Any] = []

    async def collect(line: VerbLine) -> int:
        after = 0
        while page := expect(await line.ask(KnownMoods(after)), KnownMoodsPage).moods:
            after = page[-1].turn
            found.extend(
                msgspec.convert(
                    {
                        "text": one.text,
                        "label": one.label,
                        "rating": one.rating,
                        "rating_max": one.rating_max,
                        "kind": one.kind,
                    },
                    Example,
                )
                for one in page
            )
        return 0

    with_desk(arguments, collect)
    return found


def tone(_arguments: argparse.Namespace) -> int:
    """Tone hints for JSON lines from standard input."""
    from console.verbs.tone import tone_verb

    return tone_verb(sys.stdin, sys.stdout)


def due(arguments: argparse.Namespace) -> int:
    """Try a calendar."""
    from console.verbs.due import due_verb

    def configured() -> Mapping[str, Calendar]:
        """As configured, with the holidays that the desk's leads accepted."""
        from console.verbs.foreseeing import reviewed
        from console.verbs.line import socket_of

        calendars = dict(needed_config(arguments).rules().calendars)
        if arguments.calendar in calendars:
            days = reviewed(arguments.calendar, socket_of(arguments))
            if days is None:
                narrate(_("no desk answers: reviewed holidays are not counted"))
            closed = calendars[arguments.calendar].closed_on(days or ())
            calendars[arguments.calendar] = closed
        return calendars

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
