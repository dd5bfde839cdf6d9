"""What an answer leaves to be done: to go on in private, and to ask later whether it helped."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from console.core.asks import Answer, Done, FollowUp, GoPrivate, WentPrivate
from console.core.i18n import _
from console.core.moments import parse_moment
from console.core.private_line import private_line
from console.errors import ShiftdeskError

if TYPE_CHECKING:
    from console.desk.desk import Desk
    from console.desk.who import Who

_LONGEST_REASON = 200


async def go_private(desk: Desk, who: Who, ask: GoPrivate) -> Answer:
    """Marks the conversation, and gives the public line and where it goes on."""
    row = await desk.store.row(ask.conversation)
    if not row.public:
        raise ShiftdeskError(_("This conversation is private already."))
    channel = desk.channels.get(row.source)
    beside = await desk.store.private_beside(ask.conversation)
    if beside is not None:
        found = await desk.store.conversation(beside, who.name, see_drafts=False)
        beside = beside if found.answerable else None
    via = channel.private_via if channel else ""
    contact = next(iter(desk.settings.contacts), "")
    line, spoken = private_line(
        row.language,
        own=desk.settings.private_lines,
        contact=contact,
        message=via == "message" or (beside is not None and not contact),
    )
    await desk.store.go_private(ask.conversation, who.name, desk.clock())
    said = _where(beside, via, contact)
    if not spoken and row.language:
        said += " " + _("The line is in English: nobody wrote one in {language}.").format(
            language=row.language
        )
    return WentPrivate(line=line, said=said, conversation=beside)


def _where(beside: int | None, via: str, contact: str) -> str:
    if beside is not None:
        return _("It goes on in their private conversation {number}.").format(number=beside)
    if via:
        return _("Their private message will come here as a conversation of its own.")
    if contact:
        return _("This source has no private channel; the line names {contact}.").format(
            contact=contact
        )
    return _("This source has no private channel; name your address in [tone] contacts.")


async def follow_up(desk: Desk, who: Who, ask: FollowUp) -> Answer:
    """A reminder to ask whether the answer helped; the conversation sleeps until then."""
    if len(ask.reason) > _LONGEST_REASON:
        raise ShiftdeskError(_("The reason is longer than 200 characters; make it a note."))
    now, zone = desk.clock(), ZoneInfo(desk.settings.zone_of(who))
    until, _until_reply = parse_moment(ask.until, now, zone) if ask.until.strip() else (None, False)
    at = until or now + desk.settings.follow_up_after
    await desk.store.follow_up(
        ask.conversation,
        who.name,
        now,
        until=at,
        reason=ask.reason.strip() or _("ask whether it helped"),
    )
    return Done(
        version=desk.version,
        conversation=ask.conversation,
        text=_("A reminder to ask whether it helped: {time}.").format(
            time=at.astimezone(zone).strftime("%a %d %b %H:%M")
        ),
        undo=_("reminder"),
    )
