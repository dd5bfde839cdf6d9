"""What the desk tells about a period: numbers with their rows, topics, and the hand-over page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from console.core import asks
from console.core.asks import (
    EXPORT_AT_ONCE,
    HANDED_OVER,
    Answer,
    Done,
    Export,
    Exported,
    ExportPage,
    HandOver,
    LeaveNote,
    Left,
    LeftNote,
    Number,
    PreviewRules,
    Report,
    ReportPage,
)
from console.core.figures import Figure, distinct, figures, replies_of
from console.core.i18n import _
from console.core.model import QueueRow
from console.core.period_rows import Rows
from console.core.policy import Rules
from console.core.reports import Period
from console.core.topics import Said, Topic, topics
from console.core.views import parse
from console.errors import NotFound, ShiftdeskError
from sources.text import clean

if TYPE_CHECKING:
    from console.desk.desk import Desk
    from console.desk.who import Who
    from console.store.protocol import LiveClock, Store, Text

USUAL_SHIFT = timedelta(hours=8)
"""Where nobody said that they are on shift, a shift is so long."""

LONGEST = timedelta(days=400)
"""A report reaches back so far at most."""

NOTES_LAST = timedelta(days=3)
"""A note for the next shift stands so long on its page: over a weekend."""

_LONGEST_NOTE = 2_000
_OPEN = parse("is:open -is:snoozed")


async def report(desk: Desk, who: Who, ask: Report) -> Answer:
    """The numbers of a period; an agent sees their own among those of agents, leads see all."""
    now = desk.clock()
    zone = ZoneInfo(desk.settings.zone_of(who))
    period = await _period(desk.store, ask, now, zone, who.name)
    rows, rules = await desk.store.report_rows(period), await desk.store.rules_known()
    live = live_figures(await desk.store.live_clocks(now, now), await desk.store.outbox_troubles())
    seen = whose(desk, who)
    found = await asyncio.to_thread(_figures, rows, rules, period, now, zone, seen)
    # what stands now belongs to a report that reaches to now.
    found = shown_to(desk, who, (*found, *(live if period.end >= now else ())))
    words = await _topics(desk.store, period) if ask.topics else ()
    return ReportPage(
        since=period.start,
        until=period.end,
        zone=zone.key,
        numbers=numbers(found),
        topics=tuple(_shown(topic) for topic in words),
        hand_over=await hand_over(desk, now) if ask.shift else None,
        conversations=behind(ask.rows, found, words),
    )


def whose(desk: Desk, who: Who) -> Callable[[str], bool]:
    """Whose own figures this person may see."""
    role = desk.settings.role(who)
    if role == "lead":
        return lambda _agent: True
    if role == "observer":
        return lambda _agent: False
    return lambda agent: agent == who.name


def shown_to(desk: Desk, who: Who, found: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """An agent's reasons are free words, which may name a customer: no observer reads them."""
    if desk.settings.role(who) != "observer":
        return found
    return tuple(figure for figure in found if "@reason:" not in figure.name)


async def _period(store: Store, ask: Report, now: datetime, zone: ZoneInfo, me: str) -> Period:
    until = min(ask.until or now, now)
    if ask.since is not None:
        since = ask.since
    elif ask.shift:
        on_shift = await store.shift_since()
        began = on_shift.get(me) or min(on_shift.values(), default=None)
        since = began or until - USUAL_SHIFT
    else:
        since = midnight(until, zone)
    if since >= until:
        raise ShiftdeskError(_("The report's beginning lies behind its end."))
    if until - since > LONGEST:
        raise ShiftdeskError(_("A report reaches over at most {n} days.").format(n=LONGEST.days))
    return Period(since, until)


def midnight(at: datetime, zone: ZoneInfo) -> datetime:
    """When the day began, in somebody's zone."""
    local = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return local.astimezone(at.tzinfo)


def _figures(
    rows: Rows,
    rules: Mapping[int, Rules],
    period: Period,
    now: datetime,
    zone: ZoneInfo,
    of_agents: Callable[[str], bool],
) -> tuple[Figure, ...]:
    replies = replies_of(rows.clocks, rules)
    return figures(rows, replies, period, now, zone, of_agents=of_agents)


def live_figures(
    live: Sequence[LiveClock], troubles: Mapping[str, tuple[int, ...]]
) -> tuple[Figure, ...]:
    """What is late and soon now, in all and by policy; and replies that are not through."""
    found = []
    for name, chosen in (
        ("late", [one for one in live if one.late]),
        ("soon", [one for one in live if one.soon]),
    ):
        found.append(_standing(name, (one.conversation for one in chosen)))
        for policy in sorted({one.policy for one in live if one.policy}):
            mine = (one.conversation for one in chosen if one.policy == policy)
            found.append(_standing(f"{name}@policy:{policy}", mine))
    for state in ("refused", "unsure", "retry_at", "awaiting_approval"):
        found.append(_standing(f"outbox.{state}", troubles.get(state, ())))
    return tuple(found)


def _standing(name: str, conversations: Iterable[int]) -> Figure:
    found = tuple(conversations)
    return Figure(name, "count", float(len(found)), found)


def numbers(found: Iterable[Figure]) -> tuple[Number, ...]:
    """Figures as the wire carries them: their rows are asked for by name."""
    return tuple(
        Number(figure.name, figure.unit, figure.value, figure.n, figure.values) for figure in found
    )


def behind(name: str, found: Iterable[Figure], words: Iterable[Topic] = ()) -> tuple[int, ...]:
    """The conversations of the number of this name, each once. Raises `NotFound`."""
    if not name:
        return ()
    known: dict[str, tuple[int, ...]] = {figure.name: figure.conversations for figure in found}
    known |= {topic.name: topic.conversations for topic in words}
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = " " + _("Did you mean {name}?").format(name=near[0]) if near else ""
        raise NotFound(_("No number is called {name} here.").format(name=name) + hint)
    return distinct(known[name])


async def _topics(store: Store, period: Period) -> tuple[Topic, ...]:
    """Words that stand out against a period of the same length before."""
    earlier = Period(period.start - (period.end - period.start), period.start)
    now, before = await store.said(period), await store.said(earlier)
    return await asyncio.to_thread(topics, _said(now), _said(before))


def _said(texts: Iterable[Text]) -> list[Said]:
    return [Said(one.conversation, one.source, one.language, one.text) for one in texts]


def _shown(topic: Topic) -> asks.Topic:
    return asks.Topic(
        topic.name,
        topic.word,
        topic.source,
        topic.language,
        len(topic.conversations),
        topic.before,
    )


async def hand_over(desk: Desk, now: datetime) -> HandOver:
    """What this shift leaves to the next one."""
    store = desk.store
    window = await store.window(_OPEN, me="", now=now, order="due", count=HANDED_OVER)
    promised = [
        _left(row := await store.row(one), await _promise(store, one), row.owner)
        for one in (await store.promised())[:HANDED_OVER]
    ]
    snoozed = [
        _left(row := await store.row(one), row.snoozed_until, row.snoozed_by)
        for one in (await store.snoozed())[:HANDED_OVER]
    ]
    return HandOver(
        open=tuple(_left(row, row.due_at, row.owner) for row in window.rows),
        open_count=window.total,
        promised=tuple(promised),
        snoozed=tuple(snoozed),
        notes=tuple(
            LeftNote(note.at, note.person, note.text)
            for note in await store.shift_notes(now - NOTES_LAST)
        ),
        people=await store.on_shift(),
    )


def _left(row: QueueRow, at: datetime | None, person: str) -> Left:
    return Left(row.id, row.who, row.what, row.source, at, person)


async def _promise(store: Store, conversation: int) -> datetime | None:
    """When the promise is due that still runs."""
    _events, clocks = await store.ledger(conversation)
    return next((one.due_at for one in clocks if one.kind == "prom" and one.active), None)


async def export(desk: Desk, who: Who, ask: Export) -> Answer:
    """Some conversations, whole; the asker goes on from the last."""
    found = await desk.store.exported(
        parse(ask.filter), who.name, desk.clock(), after=max(0, ask.after), count=EXPORT_AT_ONCE
    )
    return ExportPage(
        tuple(Exported(row, turns) for row, turns in found), more=len(found) == EXPORT_AT_ONCE
    )


async def leave_note(desk: Desk, who: Who, ask: LeaveNote) -> Answer:
    """A note for the next shift."""
    text = clean(ask.text).strip()
    if not text:
        raise ShiftdeskError(_("The note is empty."))
    if len(text) > _LONGEST_NOTE:
        raise ShiftdeskError(_("The note is too long."))
    await desk.store.write_shift_note(who.name, text, desk.clock())
    return Done(version=desk.version, text=_("The next shift will read it."))


async def preview_rules(desk: Desk, _who: Who, ask: PreviewRules) -> Answer:
    """What rules would move among open conversations; nothing is changed."""
    try:
        rules = msgspec.json.decode(msgspec.json.encode(ask.rules), type=Rules)
    except msgspec.DecodeError as error:
        raise ShiftdeskError(
            _("These rules cannot be read: {error}").format(error=str(error))
        ) from None
    preview = await desk.store.adopt(rules, desk.clock(), preview=True)
    return Done(version=desk.version, text=preview.sentence())
