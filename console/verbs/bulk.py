"""The verb `bulk`: one action on everything that a filter leaves, looked at first, undone as one."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from console.core import asks
from console.core.asks import BULK_AT_ONCE, BulkDone, QueuePage
from console.core.i18n import _, ngettext
from console.core.open_hours import OpenHours
from console.core.sla import PRIORITIES
from console.errors import ShiftdeskError
from console.verbs.line import VerbLine, expect, open_hours, with_desk
from console.verbs.printing import as_json, narrate, now, one_line, print_rows, row_object

Action = asks.Claim | asks.Assign | asks.SetStatus | asks.Snooze | asks.Tag | asks.SetPriority


def bulk(arguments: argparse.Namespace) -> int:
    """Do it to each; 1 if some could not take it. Nothing is done with --dry-run."""
    action = _action(arguments)
    if isinstance(action, str):
        narrate(f"shiftdesk bulk: {action}")
        return 2
    return with_desk(arguments, lambda line: _bulk(line, arguments, action))


def _action(arguments: argparse.Namespace) -> Action | str:
    """The one action that was named; a sentence where there is none, or more than one."""
    if not arguments.filter:
        return _("on which? a filter such as is:late lang:fa, or id:1,2,3")
    ways: dict[str, Callable[[], Action]] = {
        "claim": lambda: asks.Claim(0),
        "assign": lambda: asks.Assign(0, arguments.assign),
        "hand_back": lambda: asks.Assign(0, ""),
        "solve": lambda: asks.SetStatus(0, "solved"),
        "reopen": lambda: asks.SetStatus(0, "open"),
        "hold": lambda: asks.SetStatus(0, "on_hold"),
        "close": lambda: asks.SetStatus(0, "closed", reason=arguments.close),
        "snooze": lambda: asks.Snooze(0, arguments.snooze, past_due=arguments.past_due),
        "wake": lambda: asks.Snooze(0, ""),
        "priority": lambda: asks.SetPriority(0, PRIORITIES.index(arguments.priority)),
        "tag": lambda: asks.Tag(0, add=tuple(arguments.tag), remove=tuple(arguments.untag)),
    }
    named = [way for way in ways if getattr(arguments, way)]
    if arguments.untag and "tag" not in named:
        named.append("tag")
    if len(named) != 1:
        options = ", ".join(f"--{way.replace('_', '-')}" for way in ways)
        return _("one action at a time: {options}").format(options=options)
    return ways[named[0]]()


async def _bulk(line: VerbLine, arguments: argparse.Namespace, action: Action) -> int:
    wanted = asks.Queue("", " ".join(arguments.filter), count=BULK_AT_ONCE)
    page = expect(await line.ask(wanted), QueuePage)
    if page.total > BULK_AT_ONCE:
        raise ShiftdeskError(
            _(
                "{found} conversations are too many: at most {most} at once; narrow the filter"
            ).format(found="999+" if page.total >= 1000 else page.total, most=BULK_AT_ONCE)
        )
    if arguments.dry_run or not page.rows:
        return _preview(page, await open_hours(line), json=arguments.json)
    request = asks.Bulk(tuple(row.id for row in page.rows), action)
    return _told(expect(await line.ask(request), BulkDone), json=arguments.json)


def _preview(page: QueuePage, hours: OpenHours, *, json: bool) -> int:
    """The rows it would be done to."""
    if json:
        for row in page.rows:
            as_json(row_object(row, now()))
    else:
        print_rows(page.rows, now(), hours)
    n = len(page.rows)
    narrate(ngettext("{n} conversation; nothing is done", "{n} conversations; nothing is done", n)
            .format(n=n))  # fmt: skip
    return 0


def _told(done: BulkDone, *, json: bool) -> int:
    if json:
        as_json(done)
    else:
        print(done.text)
        for one in done.not_done:
            print(f"{one.conversation:>6}  {one_line(one.message)}")
    if done.undo:
        narrate(_("`shiftdesk undo` takes it back: {what}").format(what=done.undo))
    return int(bool(done.not_done))
