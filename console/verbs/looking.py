"""Verbs that look: the queue, a conversation, its history, the state of the desk."""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from console.core import asks
from console.core.asks import (
    ConversationPage,
    Explanation,
    HistoryPage,
    OverviewPage,
    QueuePage,
    SearchPage,
)
from console.core.i18n import _
from console.core.model import QueueRow, SourceHealth
from console.core.past import happened
from console.core.said import in_our_words
from console.verbs.line import VerbLine, ask_once, expect, open_hours, with_desk
from console.verbs.printing import (
    as_json,
    local,
    now,
    one_line,
    print_conversation,
    print_rows,
    row_object,
)


def _queue_ask(arguments: argparse.Namespace, count: int) -> asks.Queue:
    return asks.Queue(
        view=arguments.view or "open",
        filter=" ".join(arguments.filter),
        order=getattr(arguments, "order", ""),
        count=count,
    )


def queue(arguments: argparse.Namespace) -> int:
    """The queue, one line a conversation."""
    return with_desk(arguments, lambda line: _queue(line, arguments))


async def _queue(line: VerbLine, arguments: argparse.Namespace) -> int:
    page = expect(await line.ask(_queue_ask(arguments, arguments.count)), QueuePage)
    if arguments.json:
        for row in page.rows:
            as_json(row_object(row, now()))
    else:
        print_rows(page.rows, now(), await open_hours(line))
    return 0


def show(arguments: argparse.Namespace) -> int:
    """One conversation."""
    return with_desk(arguments, lambda line: _show(line, arguments))


async def _show(line: VerbLine, arguments: argparse.Namespace) -> int:
    page = expect(await line.ask(asks.Show(arguments.id)), ConversationPage)
    if arguments.json:
        as_json(page.conversation)
    else:
        print_conversation(page.conversation, now(), await open_hours(line))
    return 0


def history(arguments: argparse.Namespace) -> int:
    """What happened to a conversation."""
    page = ask_once(arguments, asks.History(arguments.id), HistoryPage)
    for event in page.events:
        if arguments.json:
            as_json(event)
        else:
            what = one_line(happened(event.verb, event.detail, local))
            actor = event.actor or _("desk")
            print(f"{local(event.at)}  {actor}  {what}")
    return 0


def explain(arguments: argparse.Namespace) -> int:
    """How a deadline came about."""
    page = ask_once(arguments, asks.Explain(arguments.id), Explanation)
    if arguments.json:
        as_json(page)
    else:
        print("\n".join(page.sentences))
    return 0


def search(arguments: argparse.Namespace) -> int:
    """Full text over everything said."""
    request = asks.Search(" ".join(arguments.words), count=arguments.count)
    for found in ask_once(arguments, request, SearchPage).found:
        if arguments.json:
            as_json(found)
        else:
            print(
                f"{found.conversation:>6}  {local(found.at)}  {found.source:<12.12} "
                f"{one_line(found.who):<18.18} {one_line(found.snippet)}"
            )
    return 0


def status(arguments: argparse.Namespace) -> int:
    """Views, team, sources and troubles; exit code 1 if anything is wrong."""
    page = ask_once(arguments, asks.Overview(), OverviewPage)
    if arguments.json:
        as_json(page)
    else:
        _print_status(page)
    wrong = page.trouble or page.refused or page.unsure or any(s.error for s in page.sources)
    return 1 if wrong else 0


def _print_status(page: OverviewPage) -> None:
    print(
        _("{open} open, {late} late, {soon} soon; mood {mood}").format(
            open=page.open, late=page.late, soon=page.soon, mood=page.mood
        )
    )
    for sentence in filter(None, (page.trouble, page.mood_trouble)):
        # a mood that was turned off is no trouble
        sign = " " if sentence == page.mood_trouble and page.mood == "off" else "!"
        print(f"{sign} {sentence}")
    if page.note:
        print(f"  {page.note}")
    for view in page.views:
        print(f"  {view.title:<20}{view.count:>6}")
    for person in page.team:
        shift = _("on shift") if person.on_shift else ""
        here = _("here") if person.connected else ""
        print(f"  {person.name:<20}{person.role:<10}{shift} {here}".rstrip())
    for source in page.sources:
        print(source_line(source))


def source_line(source: SourceHealth) -> str:
    """A source in one line: what it is, when it last spoke, what it complains of."""
    last = local(source.last_success_at) if source.last_success_at else _("never")
    words = source.error or source.note
    return f"  {source.name:<20}{source.type:<14}{last}  {one_line(in_our_words(words))}".rstrip()


def watch(arguments: argparse.Namespace) -> int:
    """The queue's changes as a stream: what came, changed and went."""
    return with_desk(arguments, lambda line: _watch(line, arguments))


async def _watch(line: VerbLine, arguments: argparse.Namespace) -> int:
    limit = arguments.seconds or None
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(limit):
            known: dict[int, QueueRow] = {}
            while True:
                answer = await line.ask(_queue_ask(arguments, 500))
                rows = {row.id: row for row in expect(answer, QueuePage).rows}
                _tell_changes(known, rows, json=arguments.json)
                known = rows
                await line.next_change()
    return 0


def _tell_changes(before: dict[int, QueueRow], after: dict[int, QueueRow], *, json: bool) -> None:
    changes = [("came", row) for id, row in after.items() if id not in before]
    changes += [("changed", row) for id, row in after.items() if id in before and before[id] != row]
    changes += [("went", row) for id, row in before.items() if id not in after]
    at = now()
    for what, row in changes:
        if json:
            as_json({"change": what, **row_object(row, at)})
        else:
            words = {"came": _("came"), "changed": _("changed"), "went": _("went")}
            print(
                f"{words[what]:<8}{row.id:>6}  {row.source:<12.12} "
                f"{one_line(row.who):<18.18} {one_line(row.what)}",
                flush=True,
            )
