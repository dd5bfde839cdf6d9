"""Verbs about customers: a customer over all channels, joining and parting."""

from __future__ import annotations

import argparse

from console.core import asks
from console.core.asks import CustomerHistoryPage, Done, OrdersPage, PeoplePage
from console.core.i18n import _
from console.verbs.line import VerbLine, ask_once, expect, with_desk
from console.verbs.printing import as_json, local, one_line, stars


def customer(arguments: argparse.Namespace) -> int:
    """A conversation's customer: notes, orders, ratings, conversations, and who they may be."""
    return with_desk(arguments, lambda line: _customer(line, arguments))


async def _customer(line: VerbLine, arguments: argparse.Namespace) -> int:
    number: int = arguments.id
    if arguments.note is not None:
        expect(await line.ask(asks.NoteCustomer(number, arguments.note)), Done)
    history = expect(await line.ask(asks.CustomerHistory(number)), CustomerHistoryPage)
    people = expect(await line.ask(asks.SuggestPeople(number)), PeoplePage)
    orders = expect(await line.ask(asks.CustomerOrders(number)), OrdersPage)
    if arguments.json:
        as_json({"history": history, "suggestions": people.suggestions, "orders": orders})
        return 0
    who = history.customer
    print(f"{who.id}  {one_line(who.name)}  {one_line(', '.join(who.handles))}")
    for joined in history.joined:
        words = _("joined with {name} by {person}, {when}")
        print(one_line(words.format(name=joined.name, person=joined.by, when=local(joined.at))))
    for note in who.notes.splitlines():
        print(f"    {note}")
    if orders.trouble:
        print("! " + _("orders: {trouble}").format(trouble=one_line(orders.trouble)))
    for said in orders.lines:
        print(f"  {said}")
    for rated in history.ratings:
        print(f"  {local(rated.at)}  {stars(rated.rating, rated.rating_max):<6}{rated.source}")
    for one in history.conversations:
        print(
            f"{one.id:>6}  {local(one.at)}  {one.source:<12.12} {one.status:<8} {one_line(one.what)}"
        )
    if people.suggestions:
        print(_("may be the same person (shiftdesk join ID CUSTOMER):"))
    for found in people.suggestions:
        print(f"{found.customer.id:>6}  {found.score:.0%}  {one_line(found.customer.name)}")
        for sentence in found.evidence:
            print(f"        {one_line(sentence)}")
    return 0


def join(arguments: argparse.Namespace) -> int:
    """Two customers are one."""
    return _done(arguments, asks.JoinPeople(arguments.id, arguments.customer))


def part(arguments: argparse.Namespace) -> int:
    """The last join is taken back."""
    return _done(arguments, asks.PartPeople(arguments.id))


def _done(arguments: argparse.Namespace, request: asks.Ask) -> int:
    done = ask_once(arguments, request, Done)
    if arguments.json:
        as_json(done)
    else:
        print(done.text)
    return 0
