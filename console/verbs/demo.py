"""The verb `demo`: everything for real against a small world on this machine."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from typing import TYPE_CHECKING

from console.core.i18n import _
from console.verbs.printing import as_json, narrate, now

if TYPE_CHECKING:
    from console.demo.processes import Stage


def demo(arguments: argparse.Namespace) -> int:
    """A world, a desk on a temporary database, and a console; or no screen and figures."""
    from console.demo.processes import stage

    on_screen = not arguments.headless and sys.stdin.isatty() and sys.stdout.isatty()
    if not on_screen and not arguments.headless:
        narrate(_("no terminal here: the demo runs without a screen"))
    narrate(_("starting a small outside world and a desk on this machine …"))
    with stage(pace_s=arguments.pace, seed=arguments.seed) as made:
        if on_screen:
            from console.verbs.opening import run

            return run(made.socket, made.config, observe=False)
        return asyncio.run(_headless(arguments, made))


async def _headless(arguments: argparse.Namespace, made: Stage) -> int:
    from console.demo.headless import measure
    from console.verbs.line import line_to

    narrate(_("waiting for the sentiment model …"))
    async with line_to(made.socket) as line:
        figures = await measure(line, made, arguments.seconds, now)
    if keep := os.environ.get("SHIFTDESK_DEMO_LOG"):
        made.log.rename(keep)
    if arguments.json:
        as_json(figures)
    else:
        for name, value in figures.items():
            print(f"{name:<16}{value}")
    return 1 if figures["errors"] or not figures["posts"] else 0
