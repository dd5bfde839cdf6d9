"""Verbs that act on a conversation, for scripts and screen readers."""

from __future__ import annotations

import argparse
import asyncio
import sys
import uuid

from console.core import asks
from console.core.asks import Ask, Conflict, ConversationPage, Done, Guarded, Queued
from console.core.i18n import _
from console.core.model import Reply
from console.core.past import said
from console.core.said import in_our_words
from console.core.sla import PRIORITIES
from console.verbs.line import VerbLine, ask_once, expect, with_desk
from console.verbs.printing import as_json, local, narrate

SETTLED = frozenset({"sent", "refused", "unsure", "taken_back", "awaiting_approval"})


def claim(arguments: argparse.Namespace) -> int:
    """Take a conversation."""
    return _act(arguments, asks.Claim(arguments.id, take_over=arguments.take_over))


def assign(arguments: argparse.Namespace) -> int:
    """Give a conversation to somebody, or back to the team."""
    return _act(arguments, asks.Assign(arguments.id, arguments.to))


def note(arguments: argparse.Namespace) -> int:
    """Write an internal note."""
    return _act(arguments, asks.Note(arguments.id, _given(arguments.text)))


def solve(arguments: argparse.Namespace) -> int:
    """Mark as solved."""
    return _act(arguments, asks.SetStatus(arguments.id, "solved"))


def reopen(arguments: argparse.Namespace) -> int:
    """Open again."""
    return _act(arguments, asks.SetStatus(arguments.id, "open"))


def hold(arguments: argparse.Namespace) -> int:
    """Put on hold."""
    return _act(arguments, asks.SetStatus(arguments.id, "on_hold"))


def close(arguments: argparse.Namespace) -> int:
    """Close without an answer, with the reason."""
    return _act(arguments, asks.SetStatus(arguments.id, "closed", reason=arguments.reason))


def snooze(arguments: argparse.Namespace) -> int:
    """Hide for a time, or wake."""
    return _act(
        arguments,
        asks.Snooze(
            arguments.id, arguments.until, reason=arguments.reason, past_due=arguments.past_due
        ),
    )


def snooze_again(arguments: argparse.Namespace) -> int:
    """Until the same time as before the customer wrote."""
    return _act(arguments, asks.SnoozeAgain(arguments.id, past_due=arguments.past_due))


def thanks(arguments: argparse.Namespace) -> int:
    """Whether words that look like thanks are just that."""
    return _act(arguments, asks.JudgeThanks(arguments.id, arguments.what == "only"))


def tag(arguments: argparse.Namespace) -> int:
    """Add tags; `-name` removes one."""
    if not arguments.tags:
        narrate(_("shiftdesk tag: which tags? `refund -wifi` adds one and removes one"))
        return 2
    remove = tuple(name[1:] for name in arguments.tags if name.startswith("-"))
    add = tuple(name for name in arguments.tags if not name.startswith("-"))
    return _act(arguments, asks.Tag(arguments.id, add=add, remove=remove))


def priority(arguments: argparse.Namespace) -> int:
    """Set the priority."""
    return _act(arguments, asks.SetPriority(arguments.id, PRIORITIES.index(arguments.priority)))


def mood_is(arguments: argparse.Namespace) -> int:
    """Correct the mood."""
    return _act(arguments, asks.CorrectMood(arguments.id, arguments.label))


def take_back(arguments: argparse.Namespace) -> int:
    """Take a reply back, by the reply's number."""
    return _act(arguments, asks.TakeBack(arguments.id))


def decide(arguments: argparse.Namespace) -> int:
    """Settle a reply, by the reply's number."""
    request = asks.Decide(arguments.id, arguments.verdict, arguments.note, arguments.anyway)
    return with_desk(arguments, lambda line: _decide(line, arguments, request))


async def _decide(line: VerbLine, arguments: argparse.Namespace, request: asks.Decide) -> int:
    """To approve is to send: it is guarded as sending is, and answered like it."""
    answer = await line.ask(request)
    if request.verdict != "approve":
        return _done(arguments, expect(answer, Done))
    if isinstance(answer, Guarded):
        return _stopped(answer)
    return _on_its_way(arguments, expect(answer, Queued).reply)


def next_one(arguments: argparse.Namespace) -> int:
    """Take the next conversation."""
    return _act(arguments, asks.Next())


def undo_one(arguments: argparse.Namespace) -> int:
    """Take back my last action."""
    return _act(arguments, asks.Undo())


def shift(arguments: argparse.Namespace) -> int:
    """Go on shift or off."""
    return _act(arguments, asks.Shift(arguments.state == "on"))


def reply(arguments: argparse.Namespace) -> int:
    """Answer a conversation, and with --wait see it delivered."""
    text = _given(arguments.text)
    return with_desk(arguments, lambda line: _reply(line, arguments, text))


async def _reply(line: VerbLine, arguments: argparse.Namespace, text: str) -> int:
    shown = expect(await line.ask(asks.Show(arguments.id)), ConversationPage).conversation
    newest = max((turn.id for turn in shown.turns), default=0)
    answer = await line.ask(
        asks.SendReply(
            arguments.id,
            text,
            key=uuid.uuid4().hex,
            opened_on=newest,
            version=shown.row.version,
            anyway=arguments.anyway,
            then=arguments.then,
        )
    )
    if isinstance(answer, Guarded):
        return _stopped(answer)
    queued = expect(answer, Queued).reply
    if arguments.wait > 0:
        queued = await _settled(line, arguments.id, queued, arguments.wait)
    return _on_its_way(arguments, queued)


def _stopped(answer: Guarded) -> int:
    """Say what is newer; nothing was sent."""
    for conflict in answer.conflicts:
        narrate(_conflict_line(conflict))
    narrate(_("nothing was sent; --anyway sends all the same"))
    return 1


def _on_its_way(arguments: argparse.Namespace, queued: Reply) -> int:
    """Print how a reply stands."""
    if arguments.json:
        as_json(queued)
    else:
        print(f"{queued.id}  {queued.state}  {in_our_words(queued.error)}".rstrip())
    return 1 if queued.state in ("refused", "unsure") else 0


async def _settled(line: VerbLine, conversation: int, reply: Reply, wait_s: float) -> Reply:
    """The reply once it is settled, or as it stands after `wait_s`."""
    try:
        async with asyncio.timeout(wait_s):
            while reply.state not in SETTLED:
                await line.next_change()
                page = expect(await line.ask(asks.Show(conversation)), ConversationPage)
                reply = next(
                    (one for one in page.conversation.replies if one.id == reply.id), reply
                )
    except TimeoutError:
        narrate(_("still on its way after {n} s").format(n=f"{wait_s:g}"))
    return reply


def _conflict_line(conflict: Conflict) -> str:
    return f"{local(conflict.at)}  {conflict.actor}: {said(conflict.what)}"


def _given(text: str) -> str:
    """The argument, or standard input for `-`."""
    return sys.stdin.read().strip() if text == "-" else text


def _act(arguments: argparse.Namespace, request: Ask) -> int:
    return _done(arguments, ask_once(arguments, request, Done))


def _done(arguments: argparse.Namespace, done: Done) -> int:
    if arguments.json:
        as_json(done)
    else:
        print(done.text or _("done"))
    return 0
