"""What observers are given: every answer that can carry a customer goes through a mask first.

An answer that is not known here is refused: whoever adds one decides what an observer sees of it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from console.core.asks import (
    Answer,
    Ask,
    CalendarsPage,
    ConversationPage,
    CustomerPage,
    Done,
    Explanation,
    Failed,
    Found,
    HandOver,
    HistoryPage,
    LeadPage,
    OverviewPage,
    Queue,
    QueuePage,
    ReportPage,
    Search,
    SearchPage,
    SourceLogPage,
    Welcome,
)
from console.core.i18n import _
from console.core.masking import (
    Mask,
    masked_conversation,
    masked_customer,
    masked_event,
    masked_row,
    masked_turn,
    names_in,
)
from console.core.model import Conversation, Turn
from console.core.tone.fold import key
from console.core.views import FilterError, parse
from console.errors import Denied, NotFound

if TYPE_CHECKING:
    from console.desk.desk import Desk
    from console.desk.who import Who

_LOOKED_THROUGH = 200
"""Hits of a search that are looked through for those that name nobody."""
_BEFORE, _SHOWN = 40, 200
"""Letters of a hit: before the first word that was sought, and in all."""

Handler = Callable[["Desk", "Who", Any], Awaitable[Answer]]


async def answered(desk: Desk, who: Who, request: Ask, handler: Handler) -> Answer:
    """The answer to an observer. Raises `Denied` for questions that would find people."""
    if isinstance(request, Queue) and any(
        term.key == "words" for term in parse(request.filter).terms
    ):
        raise Denied(
            _("An observer may not filter by words, which are often names; search instead.")
        )
    wider = replace(request, count=_LOOKED_THROUGH) if isinstance(request, Search) else request
    return await _Veil(desk, who, request).over(await handler(desk, who, wider))


class _Veil:
    """Masks one answer."""

    def __init__(self, desk: Desk, who: Who, request: Ask) -> None:
        self._desk = desk
        self._who = who
        self._request = request

    async def over(self, answer: Answer) -> Answer:
        match answer:
            case Welcome() | LeadPage() | CalendarsPage() | Done() | Failed():
                return answer
            case QueuePage():
                rows = tuple(masked_row(self._mask(row.id, [row.who]), row) for row in answer.rows)
                return replace(answer, rows=rows)
            case ConversationPage():
                found = answer.conversation
                mask = self._mask(found.row.id, names_in(found))
                return replace(answer, conversation=masked_conversation(mask, found))
            case HistoryPage():
                mask = await self._mask_asked()
                return HistoryPage(tuple(masked_event(mask, event) for event in answer.events))
            case Explanation():
                mask = await self._mask_asked()
                return Explanation(tuple(mask.text(one) for one in answer.sentences))
            case CustomerPage():
                mask = await self._mask_asked()
                return CustomerPage(masked_customer(mask, answer.customer))
            case SearchPage():
                return await self._search_page(answer)
            case ReportPage():
                return self._report(answer)
            case OverviewPage():
                return self._overview(answer)
            case SourceLogPage():
                plain = self._mask(0)
                polls = (replace(one, error=plain.text(one.error)) for one in answer.polls)
                return replace(answer, polls=tuple(polls))
            case _:
                raise Denied(_("A console that only watches may not see this."))

    def _mask(self, conversation: int, names: Iterable[str] = ()) -> Mask:
        return Mask(self._desk.salt, conversation, names, self._desk.settings.team)

    async def _mask_asked(self) -> Mask:
        """For the conversation that was asked about."""
        number: int = getattr(self._request, "conversation", 0)
        return self._mask(number, names_in(await self._conversation(number)))

    async def _conversation(self, number: int) -> Conversation:
        return await self._desk.store.conversation(number, self._who.name, see_drafts=False)

    # --- search ---------------------------------------------------------------------------

    async def _search_page(self, page: SearchPage) -> SearchPage:
        """Hits whose masked text still says what was sought; no others, not even as a number."""
        assert isinstance(self._request, Search)
        sought = [key(piece) for piece in re.findall(r"\w+", self._request.text)]
        talks: dict[int, Conversation] = {}
        shown: list[Found] = []
        for found in page.found:
            if len(shown) >= self._request.count:
                break
            if found.conversation not in talks:
                try:
                    talks[found.conversation] = await self._conversation(found.conversation)
                except NotFound:
                    continue
            talk = talks[found.conversation]
            turn = next((turn for turn in talk.turns if turn.id == found.turn), None)
            mask = self._mask(found.conversation, names_in(talk))
            if turn is not None and (hit := _hit(found, masked_turn(mask, turn), sought)):
                shown.append(hit)
        return SearchPage(tuple(shown))

    # --- figures --------------------------------------------------------------------------

    def _report(self, page: ReportPage) -> ReportPage:
        plain = self._mask(0)
        return replace(
            page,
            topics=tuple(topic for topic in page.topics if plain.text(topic.word) == topic.word),
            hand_over=self._handed_over(page.hand_over),
        )

    def _handed_over(self, page: HandOver | None) -> HandOver | None:
        if page is None:
            return None
        lists = {
            name: tuple(
                replace(one, who=mask.name(one.who), what=mask.text(one.what))
                for one in getattr(page, name)
                for mask in [self._mask(one.conversation, [one.who])]
            )
            for name in ("open", "promised", "snoozed")
        }
        plain = self._mask(0)
        notes = tuple(replace(note, text=plain.text(note.text)) for note in page.notes)
        return replace(page, **lists, notes=notes)

    def _overview(self, page: OverviewPage) -> OverviewPage:
        """A view of the team can be named after a customer; a source can quote one in its error."""
        plain = self._mask(0)
        return replace(
            page,
            views=tuple(
                replace(view, filter=_without_words(view.filter)) if view.own else view
                for view in page.views
                if not view.own or plain.text(view.name) == view.name
            ),
            sources=tuple(
                replace(one, error=plain.text(one.error), note=plain.text(one.note))
                for one in page.sources
            ),
            trouble=plain.text(page.trouble),
        )


def _hit(found: Found, turn: Turn, sought: list[str]) -> Found | None:
    """The hit with its masked text around the first word sought; None if that was masked away."""
    text = " ".join(f"{turn.title} {turn.text}".split())
    said = key(text if turn.kind == "inbound" else f"{text} {turn.author}")
    if not sought or not all(word in said for word in sought):
        return None
    start = max(0, key(text).find(sought[0]) - _BEFORE)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    snippet = ("…" if start else "") + text[start : start + _SHOWN]
    return replace(found, who=turn.author, snippet=snippet)


def _without_words(filter: str) -> str:
    """A filter whose words are not for observers' eyes."""
    try:
        words = any(term.key == "words" for term in parse(filter).terms)
    except FilterError:
        return "…"
    return "…" if words else filter
