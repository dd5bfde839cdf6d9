"""One action on many conversations: each in its own transaction, all of it taken back as one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from console.core.asks import (
    BULK_AT_ONCE,
    Answer,
    Assign,
    Bulk,
    BulkDone,
    Claim,
    NotDone,
    SetPriority,
    SetStatus,
    Snooze,
    Tag,
)
from console.core.i18n import _, mark, ngettext
from console.desk import acting
from console.errors import ShiftdeskError, StoreError

if TYPE_CHECKING:
    from console.core.asks import Ask
    from console.desk.desk import Desk
    from console.desk.who import Who

_ACTIONS: Mapping[type[Ask], tuple[Callable[[Desk, Who, Any], Awaitable[Answer]], str]] = {
    Claim: (acting.claim, mark("claim")),
    Assign: (acting.assign, mark("assignment")),
    SetStatus: (acting.set_status, mark("status")),
    Snooze: (acting.snooze, mark("snooze")),
    Tag: (acting.tag, mark("tag")),
    SetPriority: (acting.set_priority, mark("priority")),
}


async def bulk(desk: Desk, who: Who, ask: Bulk) -> Answer:
    """Do it to each that can take it; the answer says which could not, and why.

    A disk that refuses ends it: what is left is told with the same sentence.
    """
    wanted = tuple(dict.fromkeys(ask.conversations))
    if not wanted:
        raise ShiftdeskError(_("No conversation is marked."))
    if len(wanted) > BULK_AT_ONCE:
        raise ShiftdeskError(_("At most {n} conversations at once.").format(n=BULK_AT_ONCE))
    act, word = _ACTIONS[type(ask.action)]
    before = await desk.store.acted(who.name)
    done: list[int] = []
    not_done: list[NotDone] = []
    disk = ""
    for conversation in wanted:
        if disk:
            not_done.append(NotDone(conversation, disk))
            continue
        try:
            await act(desk, who, _aimed(ask.action, conversation))
        except StoreError as error:
            desk.trouble.store_failed(error)
            disk = str(error)
            not_done.append(NotDone(conversation, disk))
        except ShiftdeskError as error:
            not_done.append(NotDone(conversation, str(error)))
        else:
            done.append(conversation)
    what = ngettext("{what} ({n} conversation)", "{what} ({n} conversations)", len(done))
    undo = what.format(what=_(word), n=len(done)) if done else ""
    if len(done) > 1 and not disk:
        await desk.store.tie(who.name, done, before, undo)
    return BulkDone(tuple(done), tuple(not_done), _sentence(done, not_done), undo, desk.version)


def _aimed(action: Any, conversation: int) -> Ask:
    """The action on this one. A version belongs to one conversation alone, so none is compared."""
    fields: dict[str, Any] = {"conversation": conversation}
    if isinstance(action, Claim | Assign):
        fields["version"] = None
    aimed: Ask = replace(action, **fields)
    return aimed


def _sentence(done: list[int], not_done: list[NotDone]) -> str:
    text = ngettext("{n} conversation done.", "{n} conversations done.", len(done))
    parts = [text.format(n=len(done))] if done else []
    if not_done:
        one = not_done[0]
        text = ngettext(
            "{n} left as it is: {id}: {why}",
            "{n} left as they are, the first: {id}: {why}",
            len(not_done),
        )
        parts.append(text.format(n=len(not_done), id=one.conversation, why=one.message))
    return " ".join(parts)
