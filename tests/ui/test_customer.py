"""The customer's screen: evidence to read, one key to join, another to part."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.core.asks import (
    CustomerHistory,
    CustomerHistoryPage,
    CustomerOrders,
    Done,
    Failed,
    Joined,
    JoinPeople,
    NoteCustomer,
    OrdersPage,
    PartPeople,
    PeoplePage,
    Rated,
    Suggestion,
    SuggestPeople,
    Undo,
)
from console.core.model import Customer, Earlier
from console.ui.screens.customer import CustomerScreen
from tests.ui.conftest import Opened, screen_text, settle
from tests.ui.fake_desk import START, FakeDesk, rows

SARA = Customer(7, "Sara Whitfield", ("trust: sara77",), "prefers mail")
OTHER = Customer(9, "سارة \u202eevil\x1b[31m", ("play: s9",))


def desk_of(*suggestions: Suggestion) -> FakeDesk:
    desk = FakeDesk(rows(20))
    earlier = Earlier(5, "play", "review", "solved", "It crashes", START - timedelta(days=3))
    rated = Rated(5, "play", START - timedelta(days=3), 2.0)
    desk.answers = {
        SuggestPeople: PeoplePage(suggestions),
        CustomerHistory: CustomerHistoryPage(
            SARA, (earlier,), (rated,), (Joined("S. W.", "bo", START),)
        ),
        CustomerOrders: OrdersPage(("order 7654321: \x1b[31mshipped",)),
        JoinPeople: Done(2, 1, "They are one customer now.", "join"),
    }
    return desk


BOTH = Suggestion(OTHER, 0.81, ("Both wrote of number 7654321.", "One name in two scripts."))


@pytest.mark.parametrize("size", [(160, 48), (80, 24)])
async def test_evidence_history_and_orders_are_shown(
    open_console: Opened, size: tuple[int, int]
) -> None:
    """At every size; nothing foreign reaches the terminal as it came."""
    async with open_console(desk_of(BOTH), size) as pilot:
        await pilot.press("C")
        await settle(pilot)
        text = screen_text(pilot)

    for part in ("81 %", "Both wrote of number", "Sara Whitfield", "prefers mail", "It crashes",
                 "★2", "joined with S. W.", "7654321: "):  # fmt: skip
        assert part in text
    assert not any(sign in text for sign in "\x1b\u202e")


@pytest.mark.parametrize(
    ("key", "ask"), [("plus", JoinPeople(1, 9)), ("enter", JoinPeople(1, 9)),
                     ("minus", PartPeople(1)), ("u", Undo())],
)  # fmt: skip
async def test_one_key_joins_and_one_parts(open_console: Opened, key: str, ask: object) -> None:
    """The person under the cursor, once."""
    desk = desk_of(BOTH)
    async with open_console(desk) as pilot:
        await pilot.press("C")
        await settle(pilot)
        await pilot.press(key)
        await settle(pilot)

    assert [ask] == [asked for asked in desk.asked if type(asked) is type(ask)]


async def test_opening_joins_nobody(open_console: Opened) -> None:
    """However sure the desk is."""
    desk = desk_of(BOTH)
    async with open_console(desk) as pilot:
        await pilot.press("C")
        await settle(pilot)
        await pilot.press("escape")

    assert [] == desk.asked_for(JoinPeople)


async def test_a_note_is_kept(open_console: Opened) -> None:
    """What stands there can be changed."""
    desk = desk_of()
    async with open_console(desk) as pilot:
        await pilot.press("C")
        await settle(pilot)
        await pilot.press("p")
        await pilot.pause()
        await pilot.press("!", "enter")
        await settle(pilot)

    assert [NoteCustomer(1, "prefers mail!")] == desk.asked_for(NoteCustomer)


async def test_who_is_not_named_is_said(open_console: Opened) -> None:
    """A post without an author has no page."""
    desk = desk_of()
    desk.answers[CustomerHistory] = Failed("not_found", "the platform does not say who wrote this")
    async with open_console(desk) as pilot:
        await pilot.press("C")
        await settle(pilot)

        assert isinstance(pilot.app.screen, CustomerScreen)
        assert "the platform does not say" in screen_text(pilot)
