"""What consoles look at. Nothing here changes anything."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from console.core.asks import (
    Answer,
    ConversationPage,
    CustomerOf,
    CustomerPage,
    Explain,
    Explanation,
    History,
    HistoryPage,
    Overview,
    OverviewPage,
    Queue,
    QueuePage,
    Search,
    SearchPage,
    Show,
    ViewCount,
)
from console.core.explain import explain as explain_clocks
from console.core.model import Person, SourceHealth
from console.core.views import OCCASIONAL, parse

if TYPE_CHECKING:
    from console.desk.desk import Desk
    from console.desk.who import Who

_MOST_ROWS = 500
_MOST_FOUND = 200
_EXPLAINED = 5
"""Of how many turns of a conversation on screen the deciding words are sought."""
_WANTING = ("unsure", "refused", *(view.name for view in OCCASIONAL))
"""States that want a person, as `is:` names them."""
_NAMES_A_STATE = re.compile(r"(?:^|\s)(?:-?is|id):", re.IGNORECASE)


async def queue(desk: Desk, who: Who, ask: Queue) -> Answer:
    """A window of a view. A filter narrows the view, unless it names a state of its own."""
    narrowed, order = ask.filter.strip(), ""
    if ask.view and not _NAMES_A_STATE.search(narrowed):
        view_filter, order = await desk.store.view(ask.view)
        narrowed = f"{view_filter} {narrowed}".strip()
    wanted = parse(narrowed)
    window = await desk.store.window(
        wanted,
        me=who.name,
        now=desk.clock(),
        order=ask.order or wanted.order or order or "due",
        first=max(0, ask.first),
        count=max(1, min(ask.count, _MOST_ROWS)),
        keep=ask.keep,
    )
    return QueuePage(
        rows=desk.presence.mark(window.rows, but=who.session),
        first=window.first,
        total=window.total,
        version=desk.version,
        keep_at=window.keep_at,
    )


class _Common(NamedTuple):
    """What an overview says to everybody."""

    team: tuple[Person, ...]
    sources: tuple[SourceHealth, ...]
    wanting: dict[str, int]
    next_due: tuple[datetime, ...]
    mood: tuple[str, str, str]
    unscored: int


async def overview(desk: Desk, who: Who, _ask: Overview) -> Answer:
    now = desk.clock()
    views = await desk.store.counts(who.name, now)
    counted = {view.name: view.count for view in views}
    # after a change every console asks; without one, time still passes.
    state = (desk.version, int(now.timestamp()))
    common = await desk.overviews.once(state, "", lambda: _common(desk, now))
    wanting = common.wanting
    occasional = tuple(
        ViewCount(view.name, view.title, view.text, wanting[view.name], view.order)
        for view in OCCASIONAL
        if wanting[view.name]
    )
    mood, mood_trouble, _model = common.mood
    return OverviewPage(
        views=(*views, *occasional),
        team=common.team,
        sources=common.sources,
        late=counted.get("late", 0),
        soon=counted.get("soon", 0),
        open=counted.get("open", 0),
        version=desk.version,
        mood=mood,
        mood_trouble=mood_trouble,
        unscored=common.unscored,
        unsure=wanting["unsure"],
        refused=wanting["refused"],
        trouble=desk.trouble.sentence(),
        note=desk.note,
        next_due=common.next_due,
        rules_version=desk.settings.rules_version,
    )


async def _common(desk: Desk, now: datetime) -> _Common:
    mood = desk.workers.mood() if desk.workers.mood else ("off", "", "")
    model = mood[2]
    return _Common(
        team=await _team(desk),
        sources=await desk.store.health(now),
        wanting=await _outstanding(desk, now),
        next_due=await desk.store.next_due(now),
        mood=mood,
        unscored=await desk.store.unscored_count(model) if model else 0,
    )


async def _team(desk: Desk) -> tuple[Person, ...]:
    """The team as configured, and whoever else is connected, with who is here and on shift."""
    on_shift = set(await desk.store.on_shift())
    connected = desk.news.connected()
    others = sorted(set(connected) - set(desk.settings.team))
    people = [*desk.settings.team.values(), *(Person(name=name, role="lead") for name in others)]
    return tuple(
        msgspec.structs.replace(
            person, on_shift=person.name in on_shift, connected=connected[person.name]
        )
        for person in people
    )


async def _outstanding(desk: Desk, now: datetime) -> dict[str, int]:
    """How many conversations want a person for each of `_WANTING`."""
    counts = {}
    for word in _WANTING:
        window = await desk.store.window(
            parse(f"is:{word}"), me="", now=now, order="oldest", count=1
        )
        counts[word] = window.total
    return counts


async def show(desk: Desk, who: Who, ask: Show) -> Answer:
    """Everything about one conversation; leads read others' drafts too."""
    conversation = await desk.store.conversation(
        ask.conversation, who.name, see_drafts=desk.settings.role(who) == "lead"
    )
    if desk.workers.explain_mood:
        for turn in conversation.turns[-_EXPLAINED:]:
            desk.workers.explain_mood(turn)
    (row,) = desk.presence.mark([conversation.row], but=who.session)
    page = ConversationPage(
        conversation=msgspec.structs.replace(conversation, row=row), version=desk.version
    )
    channel = desk.channels.get(row.source)
    if channel is None:
        return page
    limit = channel.limit
    return msgspec.structs.replace(
        page,
        limit=limit.size if limit else None,
        limit_unit=limit.unit if limit else "characters",
        limit_bytes=limit.size_bytes if limit else 0,
        link_size=limit.link_size if limit else 0,
        public=row.public,
        markup=channel.markup,
        mode=channel.mode,
    )


async def history(desk: Desk, _who: Who, ask: History) -> Answer:
    return HistoryPage(events=await desk.store.history(ask.conversation))


async def explain(desk: Desk, who: Who, ask: Explain) -> Answer:
    """How a deadline came about, in the asker's own time."""
    events, clocks = await desk.store.ledger(ask.conversation)
    return Explanation(
        sentences=explain_clocks(
            events,
            clocks,
            desk.clock(),
            desk.settings.zone_of(who),
            holidays=await desk.store.holidays(),
        )
    )


async def search(desk: Desk, _who: Who, ask: Search) -> Answer:
    count = max(1, min(ask.count, _MOST_FOUND))
    return SearchPage(found=await desk.store.search(ask.text, count, sent_only=ask.sent_only))


async def customer_of(desk: Desk, _who: Who, ask: CustomerOf) -> Answer:
    return CustomerPage(customer=await desk.store.customer(ask.conversation))
