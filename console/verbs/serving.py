"""Verbs that run the desk or speak with it: serve, reload, rebuild, attach."""

from __future__ import annotations

import argparse
import asyncio

from console.core import asks
from console.core.asks import Done
from console.core.i18n import _
from console.verbs.line import ask_once, socket_of
from console.verbs.opening import needed_config
from console.verbs.printing import as_json


def serve(arguments: argparse.Namespace) -> int:
    """Run the desk until it is told to stop."""
    from console.desk.run import run_desk
    from console.verbs.printing import now

    config = needed_config(arguments)
    return asyncio.run(run_desk(config, clock=now, started_by_console=arguments.started_by_console))


def reload(arguments: argparse.Namespace) -> int:
    """Let the desk read its configuration again, all or nothing."""
    return _told(arguments, ask_once(arguments, asks.Reload(), Done))


def rebuild(arguments: argparse.Namespace) -> int:
    """Derive every clock again from the ledger."""
    return _told(arguments, ask_once(arguments, asks.Rebuild(), Done))


def _told(arguments: argparse.Namespace, done: Done) -> int:
    if arguments.json:
        as_json(done)
    else:
        print(done.text or _("done"))
    return 0


def attach(arguments: argparse.Namespace) -> int:
    """Carry the wire between standard input, standard output and the desk's socket."""
    from console.desk.attach import attach as carry

    asyncio.run(carry(socket_of(arguments), speak_for=arguments.speak_for))
    return 0
