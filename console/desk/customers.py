"""Customers over all channels: who may be one, joining and parting, their history, their orders."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from console.core import people
from console.core.asks import (
    Answer,
    CustomerHistory,
    CustomerHistoryPage,
    CustomerOrders,
    Done,
    JoinPeople,
    NoteCustomer,
    OrdersPage,
    PartPeople,
    PeoplePage,
    SuggestPeople,
)
from console.core.i18n import _
from console.errors import NotFound, ShiftdeskError
from sources.text import clean

if TYPE_CHECKING:
    from console.desk.desk import Desk
    from console.desk.who import Who

NAMES_READ = 5000
"""The newest customers whose names are compared by sound: some hundredths of a second."""
SUGGESTED = 10
_LONGEST_NOTE = 8000


async def suggest_people(desk: Desk, _who: Who, ask: SuggestPeople) -> Answer:
    """Who left the same traces or is called alike, with the evidence, the surest first."""
    store, ours = desk.store, desk.settings.contacts
    me = await store.known_of(ask.conversation)
    mine = people.traces(me, ours)
    found = set(await store.traced(people.phrases(mine), sorted(mine.handles)))
    found |= {one.customer.id for one in await store.suggest_customers(ask.conversation)}
    names = await store.customer_names(NAMES_READ)
    found |= set(await asyncio.to_thread(people.names_like, me.customer.name, names))
    others = await store.known(sorted(found - {me.customer.id}))
    bearers = await store.bearers(me.customer.name)
    suggestions = await asyncio.to_thread(people.suggest, me, others, bearers, ours)
    return PeoplePage(suggestions[:SUGGESTED])


async def join_people(desk: Desk, who: Who, ask: JoinPeople) -> Answer:
    """Only here are two customers made one: a person pressed a key for it."""
    await desk.store.join_customers(ask.conversation, ask.other, who.name, desk.clock())
    return Done(
        version=desk.version,
        conversation=ask.conversation,
        text=_("They are one customer now."),
        undo=_("join"),
    )


async def part_people(desk: Desk, who: Who, ask: PartPeople) -> Answer:
    await desk.store.part_customers(ask.conversation, who.name, desk.clock())
    return Done(
        version=desk.version,
        conversation=ask.conversation,
        text=_("They are two customers again."),
    )


async def customer_history(desk: Desk, _who: Who, ask: CustomerHistory) -> Answer:
    return CustomerHistoryPage(*await desk.store.customer_history(ask.conversation))


async def customer_orders(desk: Desk, _who: Who, ask: CustomerOrders) -> Answer:
    """What the team's own command says; that there is none, or that it failed, is an answer."""
    customer = await desk.store.customer(ask.conversation)
    if customer is None:
        raise NotFound(_("the platform does not say who wrote this"))
    if desk.settings.orders is None:
        return OrdersPage(configured=False)
    return await desk.settings.orders.about(customer)


async def note_customer(desk: Desk, _who: Who, ask: NoteCustomer) -> Answer:
    text = clean(ask.text).strip()
    if len(text) > _LONGEST_NOTE:
        raise ShiftdeskError(_("The note is too long."))
    await desk.store.note_customer(ask.conversation, text)
    return Done(version=desk.version, conversation=ask.conversation, text=_("Noted."))
