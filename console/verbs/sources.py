"""The verb `sources`: how each is doing, and the log of one."""

from __future__ import annotations

import argparse

from console.core import asks
from console.core.asks import OverviewPage, SourceLogPage
from console.core.i18n import _
from console.core.poll_words import gave, stretches, took
from console.verbs.line import ask_once
from console.verbs.looking import source_line
from console.verbs.printing import as_json, local, one_line


def sources(arguments: argparse.Namespace) -> int:
    """Health of all, or what the last polls of one gave; exit code 1 if one is failing."""
    if arguments.name:
        return _log(arguments)
    page = ask_once(arguments, asks.Overview(), OverviewPage)
    for source in page.sources:
        if arguments.json:
            as_json(source)
        else:
            print(source_line(source).strip())
    return int(any(source.error for source in page.sources))


def _log(arguments: argparse.Namespace) -> int:
    page = ask_once(arguments, asks.SourceLog(arguments.name, arguments.count), SourceLogPage)
    if arguments.json:
        for poll in page.polls:
            as_json({"source": page.source, "poll": poll})
    else:
        for one in stretches(page.polls):
            poll = one.poll
            times = ""
            if one.since is not None:
                times = _("{n} times since {at}").format(n=one.count, at=local(one.since))
            status = str(poll.status or "")
            print(
                f"{local(poll.at)}  {one.sign}  {status:>3}  {took(poll):>7}  "
                f"{one_line(gave(poll))}  {times}".rstrip()
            )
    return int(bool(page.polls and page.polls[0].error))
