"""Drafts, and replies until they are in the outbox."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from console.core import asks
from console.core.asks import (
    Answer,
    Decide,
    DiscardDraft,
    Done,
    Guarded,
    Hints,
    HintsPage,
    SaveDraft,
    SendReply,
    TakeBack,
)
from console.core.i18n import _, mark
from console.core.model import Conversation, Draft, QueueRow
from console.core.policy import stars_of
from console.core.snippets import blanks
from console.core.tone.usual import usual
from console.core.views import is_
from console.desk.acting import aware
from console.desk.measuring import as_counted, check_length
from console.errors import Denied, ShiftdeskError, Unanswerable
from sources.base import Channel
from sources.text import clean

if TYPE_CHECKING:
    from console.desk.desk import Desk
    from console.desk.who import Who

LONGEST_TEXT = 64_000
"""Characters of a draft; no channel takes more."""
_LONGEST_KEY = 200
_MOST_SNIPPETS = 20
_LONGEST_NOTE = 4000
_TOLD_OF_NOTE = 200
"""Characters of a note that stand in the news; the whole of it is in the conversation."""
_SIMILAR_TO = 50
"""How many earlier public replies a draft is compared with."""


async def save_draft(desk: Desk, who: Who, ask: SaveDraft) -> Answer:
    """Kept as typed; an older revision never overwrites a newer."""
    if len(ask.text) > LONGEST_TEXT:
        raise ShiftdeskError(_("The text is too long to keep."))
    now = desk.clock()
    draft = await desk.store.save_draft(
        Draft(
            conversation=ask.conversation,
            person=who.name,
            text=ask.text,
            note=ask.note,
            saved_at=now,
            opened_on=ask.opened_on,
            version=ask.version,
            revision=ask.revision,
        ),
        now,
    )
    return Done(version=desk.version, conversation=draft.conversation)


async def discard_draft(desk: Desk, who: Who, ask: DiscardDraft) -> Answer:
    await desk.store.discard_draft(ask.conversation, who.name, desk.clock())
    return Done(
        version=desk.version,
        conversation=ask.conversation,
        text=_("The draft is gone."),
        undo=_("discarding"),
    )


async def send_reply(desk: Desk, who: Who, ask: SendReply) -> Answer:
    """Into the outbox under the send guard; a drafter's waits for a lead's approval."""
    text = clean(ask.text).strip()
    if not text:
        raise ShiftdeskError(_("The reply is empty."))
    if not 0 < len(ask.key) <= _LONGEST_KEY:
        raise ShiftdeskError(_("The reply has no key; the console is broken."))
    row = await desk.store.row(ask.conversation)
    channel = desk.channels.get(row.source)
    if channel is None:
        raise Unanswerable(
            _("{source} takes no replies; open its page and note the answer here.").format(
                source=row.source
            )
        )
    check_length(text, channel)
    if open_blanks := blanks(text):
        raise ShiftdeskError(
            _("The blank {{?{what}}} is still empty.").format(what=open_blanks[0][2])
        )
    queued = await desk.store.queue_reply(
        ask.conversation,
        text=text,
        key=ask.key,
        by=who.name,
        now=desk.clock(),
        opened_on=ask.opened_on,
        version=ask.version,
        undo_window=desk.settings.undo_window,
        anyway=ask.anyway,
        then=ask.then,
        approval=desk.settings.role(who) == "drafter",
        promise_at=aware(ask.promise_at),
    )
    if queued.reply is None:
        return Guarded(conflicts=queued.conflicts, draft=queued.draft)
    if ask.snippets:
        await desk.store.use_snippets(
            ask.conversation, ask.snippets[:_MOST_SNIPPETS], who.name, desk.clock()
        )
    desk.workers.deliver()
    if queued.reply.state == "awaiting_approval":
        desk.news.tell(
            _leads(desk),
            lambda: _("{name} asks for approval of a reply to {who}").format(
                name=who.name, who=row.who or row.source
            ),
        )
    promise = None
    if desk.workers.promise and ask.promise_at is None:
        promise = await desk.workers.promise(
            text, row.language, desk.clock(), desk.settings.zone_of(who)
        )
    return asks.Queued(reply=queued.reply, promise=promise)


async def take_back(desk: Desk, who: Who, ask: TakeBack) -> Answer:
    """The author, or a lead, while the undo window is open."""
    reply = await desk.store.reply(ask.reply)
    if reply.author != who.name and desk.settings.role(who) != "lead":
        raise Denied(_("It is {name}'s reply.").format(name=reply.author))
    await desk.store.take_back(ask.reply, who.name, desk.clock())
    waits = (await desk.store.reply(ask.reply)).state == "awaiting_approval"
    return Done(
        version=desk.version,
        conversation=reply.conversation,
        text=_("Taken back; it waits for approval again.")
        if waits
        else _("Taken back; the text is your draft again."),
    )


async def decide(desk: Desk, who: Who, ask: Decide) -> Answer:
    """A person settles what no machine may: an unsure or refused reply, or an approval."""
    if ask.verdict in ("approve", "return") and desk.settings.role(who) != "lead":
        raise Denied(_("Only a lead approves replies."))
    if ask.verdict == "approve":
        return await _approve(desk, who, ask)
    note = clean(ask.note).strip()
    if len(note) > _LONGEST_NOTE:
        raise ShiftdeskError(_("The note is too long."))
    if note and ask.verdict == "return":
        # before the text returns: the author's editor then opens on what they have been told.
        returned = await desk.store.reply(ask.reply)
        text = _("Returned to @{name}: {note}").format(name=returned.author, note=note)
        await desk.store.note(returned.conversation, text, who.name, desk.clock())
    reply = await desk.store.decide(ask.reply, ask.verdict, who.name, desk.clock())
    desk.workers.deliver()
    if reply.author != who.name and ask.verdict == "return":
        told = mark("{name} returned your reply in {number}; it is your draft again. {note}")
        fields = {"name": who.name, "number": reply.conversation, "note": note[:_TOLD_OF_NOTE]}
        desk.news.tell([reply.author], lambda: _(told).format(**fields).strip())
    return Done(version=desk.version, conversation=reply.conversation)


async def _approve(desk: Desk, who: Who, ask: Decide) -> Answer:
    """A lead's yes sends: under the send guard, and it can be taken back for a moment."""
    queued = await desk.store.approve(
        ask.reply,
        who.name,
        desk.clock(),
        undo_window=desk.settings.undo_window,
        anyway=ask.anyway,
    )
    reply = queued.reply
    if reply is None:
        return Guarded(conflicts=queued.conflicts)
    desk.workers.deliver()
    if reply.author != who.name:
        told = mark("{name} approved your reply in {number}.")
        fields = {"name": who.name, "number": reply.conversation}
        desk.news.tell([reply.author], lambda: _(told).format(**fields))
    return asks.Queued(reply=reply)


async def hints(desk: Desk, who: Who, ask: Hints) -> Answer:
    """Tone hints, from the text process; none where it is not there."""
    if desk.workers.hints is None or len(ask.draft) > LONGEST_TEXT:
        return HintsPage(revision=ask.revision, hints=())
    conversation = await desk.store.conversation(ask.conversation, who.name, see_drafts=False)
    found = await desk.workers.hints(who.session, ask, await _told(desk, conversation, who))
    return HintsPage(revision=ask.revision, hints=found)


async def _told(desk: Desk, conversation: Conversation, who: Who) -> dict[str, Any]:
    """The item and the context of a draft, as `console.core.tone` takes them."""
    row = conversation.row
    channel = desk.channels.get(row.source)
    recent = await desk.store.recent_replies(_SIMILAR_TO)
    return {
        "item": _item(conversation),
        "context": {
            "channel": row.source_type,
            "public": row.public,
            "limit": _limit(channel),
            "language": row.language or None,
            "brand_contacts": desk.settings.contacts,
            "address": desk.settings.address,
            "brand_names": (desk.settings.desk, *desk.settings.team),
            "recent_replies": recent,
            "profile": usual(recent),
            "languages": desk.settings.languages,
            "now": desk.clock().isoformat(),
            "answered": row.clock not in ("frt", "nrt"),
            "waiting_since": row.waiting_since,
            "due_at": row.due_at if row.clock in ("frt", "nrt") else None,
            "promised_for": _promised_for(row, desk.clock()),
        },
        "zone": desk.settings.zone_of(who),
    }


def _item(conversation: Conversation) -> dict[str, Any]:
    """What the customer wrote last. An agent's word on the mood goes before the stars, those
    before the model's (decisions, "Mood")."""
    row = conversation.row
    last = next((t for t in reversed(conversation.turns) if t.kind == "inbound"), None)
    mood = last.mood if last else None
    by_agent = mood is not None and mood.model.startswith("agent:")
    counts = (
        mood is not None
        and not mood.uncertain
        and (by_agent or last is None or last.rating is None)
    )
    return {
        "text": last.text if last else "",
        "rating": stars_of(last.rating, last.rating_max) if last else None,
        "kind": row.kind,
        "sentiment": mood.label if mood and counts else None,
        "language": row.language or None,
        "author": row.who or None,
    }


def _promised_for(row: QueueRow, now: datetime) -> datetime | None:
    """When somebody wanted to write again: as promised, or as a reminder that has come says."""
    if is_(row, "follow_up", now, ""):
        return now
    return row.due_at if row.clock == "prom" else None


def _limit(channel: Channel | None) -> Any:
    return as_counted(channel.limit) if channel and channel.limit else None


def _leads(desk: Desk) -> list[str]:
    return [person.name for person in desk.settings.team.values() if person.role == "lead"]
