"""What an answer leaves to be done: to go on in private, and to ask later whether it helped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from console.core.asks import Answer, BeginPrivate, Done, FollowUp, GoPrivate, WentPrivate
from console.core.i18n import _
from console.core.moments import parse_moment
from console.core.private_line import begun_line, private_line
from console.errors import ShiftdeskError

if TYPE_CHECKING:
    from console.desk.desk import Desk
    from console.desk.who import Who

_LONGEST_REASON = 200
_ADDRESS = re.compile(r"[^\s<>@\":]+@[^\s<>@\":]+\.[^\s<>@\":]+")
"""A mail address; a name on a social network begins with "@" or has no dot after it."""


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
    way_in = await _way_in(desk, who, ask.conversation) if beside is None else None
    if way_in is not None:
        line, _subject, spoken = begun_line(row.language)
        said = _where_we_begin(way_in)
    else:
        line, spoken = private_line(
            row.language,
            own=desk.settings.private_lines,
            contact=contact,
            message=via == "message" or (beside is not None and not contact),
        )
        said = _where(beside, via, contact)
    await desk.store.go_private(ask.conversation, who.name, desk.clock())
    if not spoken and row.language:
        said += " " + _("The line is in English: nobody wrote one in {language}.").format(
            language=row.language
        )
    return WentPrivate(line=line, said=said, conversation=beside, begins=way_in is not None)


async def begin_private(desk: Desk, who: Who, ask: BeginPrivate) -> Answer:
    """A private conversation with whoever wrote in public; its first message is still to be written."""
    row = await desk.store.row(ask.conversation)
    if not row.public:
        raise ShiftdeskError(_("This conversation is private already."))
    way_in = await _way_in(desk, who, ask.conversation)
    if way_in is None:
        raise ShiftdeskError(_("We cannot write first to this customer; name them an address."))
    _line, subject, _spoken = begun_line(row.language)
    begun = await desk.store.begin_private(
        ask.conversation,
        who.name,
        desk.clock(),
        source=way_in.source,
        address=way_in.address,
        subject=subject,
    )
    return Done(version=desk.version, conversation=begun, text=_where_we_begin(way_in))


class _WayIn(Struct, frozen=True):
    """How to write first to a customer."""

    source: str
    address: str = ""
    """Empty for the author of their public words, on the same platform."""


async def _way_in(desk: Desk, who: Who, conversation: int) -> _WayIn | None:
    """On their own platform if it lets us; else by mail, where a platform told their address."""
    shown = await desk.store.conversation(conversation, who.name, see_drafts=False)
    source = shown.row.source
    handles = [
        (place, id)
        for handle in (shown.customer.handles if shown.customer else ())
        for place, _colon, id in [handle.partition(": ")]
    ]
    own = desk.channels.get(source)
    if own is not None and own.begins == "author" and any(place == source for place, _ in handles):
        return _WayIn(source)
    mailbox = next(
        (name for name, one in desk.channels.items() if one and one.begins == "address"), None
    )
    # the address that they gave with these words stands before what is known from elsewhere.
    handles.sort(key=lambda handle: handle[0] != source)
    address = next(
        (id for place, id in handles if _is_mail(desk, place) and _ADDRESS.fullmatch(id)), None
    )
    return _WayIn(mailbox, address) if mailbox and address else None


def _is_mail(desk: Desk, source: str) -> bool:
    """Whether an id of this source that looks like a mail address is one: `ana@social.example` may
    be a name on a network that lets us write first."""
    channel = desk.channels.get(source)
    return source in desk.channels and (channel is None or channel.begins != "author")


def _where_we_begin(way_in: _WayIn) -> str:
    if way_in.address:
        return _("When it is out, write to them by mail: {address}.").format(address=way_in.address)
    return _("When it is out, write to them in private on {source}.").format(source=way_in.source)


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
