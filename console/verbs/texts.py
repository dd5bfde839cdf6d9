"""Verbs that need neither configuration nor desk: mood, tone, due."""

from __future__ import annotations

import argparse
import sys

from console.verbs.opening import found_config


def mood(arguments: argparse.Namespace) -> int:
    """Score JSON lines from standard input, in order."""
    import asyncio

    from console.mood.verb import learn_verb, mood_verb

    config = found_config(arguments)
    if arguments.learn or arguments.forget:
        return asyncio.run(learn_verb(config, forget=arguments.forget))
    return asyncio.run(mood_verb(sys.stdin.buffer, sys.stdout.buffer))


def tone(_arguments: argparse.Namespace) -> int:
    """Tone hints for JSON lines from standard input."""
    from console.text_verbs import tone_verb

    return tone_verb(sys.stdin, sys.stdout)


def due(arguments: argparse.Namespace) -> int:
    """Try a calendar."""
    from console.due import due_verb

    return due_verb(arguments)
