"""What agents do to a conversation."""

from __future__ import annotations

import difflib
import re
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from console.core.asks import (
    Answer,
    AnsweredElsewhere,
    Assign,
    Claim,
    CorrectMood,
    Done,
    JudgeThanks,
    Next,
    Note,
    SetPriority,
    SetStatus,
    Snooze,
    SnoozeAgain,
    Tag,
    Undo,
)
from console.core.i18n import _
from console.core.model import LOW, URGENT, QueueRow
from console.core.moments import parse_moment
from console.core.past import said
from console.errors import Denied, NotFound, ShiftdeskError, Stale
from sources.text import clean

if TYPE_CHECKING:
    from console.desk.desk import Desk
    from console.desk.who import Who

_TRIES_FOR_NEXT = 5
"""How often `n` looks again when somebody was faster."""
_LONGEST_NOTE = 64_000
_LONGEST_REASON = 500
_LONGEST_LINK = 2000
_REPLY_CLOCKS = ("frt", "nrt")
_MENTION = re.compile(r"(?<![\w@])@([A-Za-z_][\w.-]*)")


async def claim(desk: Desk, who: Who, ask: Claim) -> Answer:
    await desk.store.claim(
        ask.conversation,
        who.name,
        desk.clock(),
        version=ask.version,
        take_over=ask.take_over,
    )
    return _done(desk, ask.conversation, _("It is yours."), undo=_("claim"))


async def assign(desk: Desk, who: Who, ask: Assign) -> Answer:
    """To somebody who may answer, or back to the team."""
    if ask.to:
        _teammate(desk, ask.to, who)
    await desk.store.assign(ask.conversation, ask.to, who.name, desk.clock(), version=ask.version)
    if ask.to and ask.to != who.name:
        row = await desk.store.row(ask.conversation)
        desk.news.tell(
            [ask.to],
            lambda: _("{name} gave you {what}").format(name=who.name, what=_in_short(row)),
        )
    text = _("It is {name}'s.").format(name=ask.to) if ask.to else _("It is the team's again.")
    return _done(desk, ask.conversation, text, undo=_("assignment"))


def _teammate(desk: Desk, name: str, who: Who) -> None:
    if name == who.name:
        return
    person = desk.settings.team.get(name)
    if person is None:
        near = difflib.get_close_matches(name, desk.settings.team, 1)
        hint = " " + _("Did you mean {name}?").format(name=near[0]) if near else ""
        raise NotFound(_("Nobody called {name} is in the team.").format(name=name) + hint)
    if person.role not in ("agent", "lead"):
        raise Denied(_("{name} is {role} and does not answer.").format(name=name, role=person.role))


async def next_one(desk: Desk, who: Who, _ask: Next) -> Answer:
    """The earliest due that nobody owns and nobody writes in, within this person's skills."""
    person = desk.settings.person(who)
    for _again in range(_TRIES_FOR_NEXT):
        now = desk.clock()
        desk.presence.decay(now)
        found = await desk.store.next_for(
            who.name,
            now,
            languages=person.languages,
            sources=person.sources,
            taken=sorted(desk.presence.taken(but=who.name)),
        )
        if found is None:
            raise NotFound(_("Nothing waits for you."))
        try:
            await desk.store.claim(found, who.name, now)
        except Stale:
            continue
        return _done(desk, found, _("It is yours."), undo=_("claim"))
    raise Stale(_("Others were faster, again and again; try once more."))


async def set_status(desk: Desk, who: Who, ask: SetStatus) -> Answer:
    """Ending a conversation whose customer still waits demands a reason, which is reported."""
    if ask.status in ("solved", "closed") and not ask.reason.strip():
        row = await desk.store.row(ask.conversation)
        if row.clock in _REPLY_CLOCKS and row.clock_state in ("running", "paused"):
            raise ShiftdeskError(
                _("The customer has no answer yet; say why none is needed, or reply first.")
            )
    await desk.store.set_status(
        ask.conversation, ask.status, who.name, desk.clock(), reason=_reason(ask.reason)
    )
    return _done(desk, ask.conversation, "", undo=_("status"))


async def snooze(desk: Desk, who: Who, ask: Snooze) -> Answer:
    """Hide until a time or an answer; past a deadline only after a yes to the refusal's words."""
    now = desk.clock()
    row = await _may_snooze(desk, who, ask.conversation)
    if not ask.until.strip():
        await desk.store.snooze(ask.conversation, who.name, now, until=None)
        return _done(desk, ask.conversation, _("It is awake."))
    zone = ZoneInfo(desk.settings.zone_of(who))
    until, until_reply = parse_moment(ask.until, now, zone)
    if not ask.past_due:
        _guard_deadline(row, until, zone)
    await desk.store.snooze(
        ask.conversation,
        who.name,
        now,
        until=until,
        until_reply=until_reply,
        reason=_reason(ask.reason),
    )
    return _done(desk, ask.conversation, _snoozed(until, zone), undo=_("snooze"))


async def snooze_again(desk: Desk, who: Who, ask: SnoozeAgain) -> Answer:
    """To the very time that the customer's words cut short; thanks need no answer before it."""
    row = await _may_snooze(desk, who, ask.conversation)
    cut_short = await desk.store.cut_short(ask.conversation)
    if cut_short is None:
        raise NotFound(_("No snooze of this conversation was cut short."))
    zone = ZoneInfo(desk.settings.zone_of(who))
    if not ask.past_due:
        _guard_deadline(row, cut_short[0], zone)
    await desk.store.snooze_again(ask.conversation, who.name, desk.clock())
    return _done(desk, ask.conversation, _snoozed(cut_short[0], zone), undo=_("snooze"))


async def judge_thanks(desk: Desk, who: Who, ask: JudgeThanks) -> Answer:
    """Only thanks: nobody waits. More: the clock counts from when it was written."""
    await desk.store.judge_thanks(ask.conversation, who.name, desk.clock(), thanks=ask.thanks)
    text = _("Only thanks: no clock runs.") if ask.thanks else _("More than thanks: it counts.")
    return _done(desk, ask.conversation, text, undo=_("word on thanks"))


async def _may_snooze(desk: Desk, who: Who, conversation: int) -> QueueRow:
    """The row, for its owner or a lead. Raises `Denied`."""
    row = await desk.store.row(conversation)
    if row.owner not in ("", who.name) and desk.settings.role(who) != "lead":
        raise Denied(_("It is {name}'s; they or a lead may snooze it.").format(name=row.owner))
    return row


def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%a %d %b %H:%M")


def _snoozed(until: datetime | None, zone: ZoneInfo) -> str:
    if until is None:
        return _("Snoozed until the customer answers.")
    return _("Snoozed until {time}.").format(time=_local(until, zone))


def _guard_deadline(row: QueueRow, until: datetime | None, zone: ZoneInfo) -> None:
    waits = row.clock in _REPLY_CLOCKS and row.clock_state == "running" and row.due_at is not None
    if waits and row.due_at and (until is None or until > row.due_at):
        due = _local(row.due_at, zone)
        raise Stale(
            _(
                "The customer waits for an answer by {due}, and that time goes on. Snooze past it?"
            ).format(due=due)
        )


async def tag(desk: Desk, who: Who, ask: Tag) -> Answer:
    add, remove = ([name.strip() for name in names] for names in (ask.add, ask.remove))
    wrong = [name for name in add if not re.fullmatch(r"[^\s:\"]{1,40}", name)]
    if wrong:
        raise ShiftdeskError(
            _("A tag is one word of at most 40 characters: {tag}").format(tag=wrong[0])
        )
    await desk.store.tag(ask.conversation, who.name, desk.clock(), add=add, remove=remove)
    return _done(desk, ask.conversation, "", undo=_("tag"))


async def set_priority(desk: Desk, who: Who, ask: SetPriority) -> Answer:
    if not LOW <= ask.priority <= URGENT:
        raise ShiftdeskError(_("A priority is 0 (low) to 3 (urgent)."))
    await desk.store.set_priority(ask.conversation, ask.priority, who.name, desk.clock())
    return _done(desk, ask.conversation, "", undo=_("priority"))


async def note(desk: Desk, who: Who, ask: Note) -> Answer:
    """For the team's eyes; whoever is named with @ hears of it now."""
    text = clean(ask.text).strip()
    if not text:
        raise ShiftdeskError(_("The note is empty."))
    if len(text) > _LONGEST_NOTE:
        raise ShiftdeskError(_("The note is too long."))
    await desk.store.note(ask.conversation, text, who.name, desk.clock())
    named = {name.rstrip(".-") for name in _MENTION.findall(text)} - {who.name}
    if named:
        row = await desk.store.row(ask.conversation)
        desk.news.tell(
            named,
            lambda: _("{name} mentions you in {what}: {text}").format(
                name=who.name, what=_in_short(row), text=text[:200]
            ),
            observers=lambda: _("{name} mentions you in {what}").format(name=who.name, what=row.id),
        )
    return _done(desk, ask.conversation, _("Noted."))


async def answered_elsewhere(desk: Desk, who: Who, ask: AnsweredElsewhere) -> Answer:
    """Counted as an answer and marked `manual`."""
    now = desk.clock()
    link = ask.link.strip()
    if link and (len(link) > _LONGEST_LINK or not link.startswith(("https://", "http://"))):
        raise ShiftdeskError(_("The link has to begin with https:// or http://."))
    at = aware(ask.at) or now
    if at > now:
        raise ShiftdeskError(_("That time is still to come."))
    await desk.store.answered_elsewhere(ask.conversation, who.name, now, at=at, link=link)
    return _done(desk, ask.conversation, _("Counted as answered."), undo=_("answered elsewhere"))


async def correct_mood(desk: Desk, who: Who, ask: CorrectMood) -> Answer:
    await desk.store.correct_mood(ask.conversation, ask.label, who.name, desk.clock())
    return _done(desk, ask.conversation, _("Thank you; the model learns from this."))


async def undo(desk: Desk, who: Who, _ask: Undo) -> Answer:
    conversation, what = await desk.store.undo(who.name, desk.clock())
    zone = ZoneInfo(desk.settings.zone_of(who))
    words = said(what, lambda at: _local(at, zone))
    return _done(desk, conversation, _("Taken back: {what}").format(what=words))


def _done(desk: Desk, conversation: int, text: str, *, undo: str = "") -> Done:
    return Done(version=desk.version, conversation=conversation, text=text, undo=undo)


def _reason(text: str) -> str:
    if len(text) > _LONGEST_REASON:
        raise ShiftdeskError(_("The reason is longer than 500 characters; make it a note."))
    return clean(text).strip()


def aware(at: datetime | None) -> datetime | None:
    """The instant, if there is one. Raises `ShiftdeskError` for a time without a zone."""
    if at is not None and at.tzinfo is None:
        raise ShiftdeskError(_("A time needs its zone, such as 2027-05-04T09:00:00Z."))
    return at


def _in_short(row: QueueRow) -> str:
    who = row.who or row.source
    return f"{row.id} ({who})"
