"""One person over channels, as an agent sees it: suggested, joined by a key, parted, remembered."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from console.core import asks
from console.core.asks import CustomerHistoryPage, Done, Failed, OrdersPage, PeoplePage
from console.core.model import Customer
from console.core.sla import default_rules
from console.desk.desk import Desk
from console.desk.orders import MOST_BYTES, MOST_LINES, Orders
from console.desk.who import Who
from console.store.sqlite import open_store
from sources.base import Batch, Channel, Cursor
from sources.net import Net
from tests.desk.fakes import START, FakeTime, post, team

ANA = Who("ana", session=1)
EVERY = timedelta(minutes=5)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Сара Миллер reviews an app; Sara Miller writes a message with the same order number."""
    time = FakeTime()
    async with open_store(tmp_path / "desk.db", now=time.now, check=False) as store:
        await store.adopt(default_rules("UTC"), time.now)
        await store.name_sources({n: ("rss", Channel()) for n in ("play", "mail")})
        posts = {
            "play": [
                post(1, author="Сара Миллер", author_id="7", text="заказ 7654321", rating=1.0),
                post(2, author="Boris", author_id="9", text="fine", rating=5.0),
            ],
            "mail": [
                post(3, author="Sara Miller", author_id="s@example.org", text="order 7654321?"),
                post(4, author="", author_id="", text="nobody"),
            ],
        }
        for source, batch in posts.items():
            await store.take_in(source, Batch([], Cursor()), START, every=EVERY)
            await store.take_in(source, Batch(batch, Cursor()), time.now, every=EVERY)
        yield Desk(store, time.clock, team(), {"play": Channel(), "mail": Channel()})


async def suggested(desk: Desk, conversation: int = 1) -> PeoplePage:
    page = await desk.ask(ANA, asks.SuggestPeople(conversation))
    assert isinstance(page, PeoplePage), page
    return page


async def history(desk: Desk, conversation: int = 1) -> CustomerHistoryPage:
    page = await desk.ask(ANA, asks.CustomerHistory(conversation))
    assert isinstance(page, CustomerHistoryPage), page
    return page


async def test_a_person_is_suggested_with_the_evidence(desk: Desk) -> None:
    """The same order number and a name in two scripts; Boris is not named."""
    (one,) = (await suggested(desk)).suggestions

    assert "Sara Miller" == one.customer.name
    assert [
        "Both wrote of number 7654321.",
        "Сара Миллер and Sara Miller are one name in two scripts.",
    ] == list(one.evidence)


async def test_nobody_is_joined_by_looking(desk: Desk) -> None:
    """However sure it is."""
    await suggested(desk)

    assert 1 == len((await history(desk)).customer.handles)


async def test_a_key_joins_and_another_parts(desk: Desk) -> None:
    """Both channels in one history, then two customers again, each with their own."""
    (one,) = (await suggested(desk)).suggestions
    joined = await desk.ask(ANA, asks.JoinPeople(1, one.customer.id))
    both = await history(desk)
    parted = await desk.ask(ANA, asks.PartPeople(1))

    assert isinstance(joined, Done) and "join" == joined.undo
    assert {"play", "mail"} == {one.source for one in both.conversations}
    assert [("Sara Miller", "ana")] == [(one.name, one.by) for one in both.joined]
    assert isinstance(parted, Done)
    assert ("play: 7",) == (await history(desk)).customer.handles
    assert ("mail: s@example.org",) == (await history(desk, 3)).customer.handles


async def test_u_parts_them_too(desk: Desk) -> None:
    """The join was this person's last action."""
    (one,) = (await suggested(desk)).suggestions
    await desk.ask(ANA, asks.JoinPeople(1, one.customer.id))
    await desk.ask(ANA, asks.Undo())

    assert 1 == len((await history(desk)).customer.handles)


async def test_ratings_over_time_and_notes_are_kept(desk: Desk) -> None:
    """Newest first, and what the team noted."""
    again = post(5, author="Сара Миллер", author_id="7", text="better", rating=4.0)
    await desk.store.take_in("play", Batch([again], Cursor()), START, every=EVERY)
    await desk.ask(ANA, asks.NoteCustomer(1, " prefers mail\u202e "))
    page = await history(desk)

    assert ([4.0, 1.0], "prefers mail") == (
        [one.rating for one in page.ratings],
        page.customer.notes,
    )


@pytest.mark.parametrize(
    "ask", [asks.SuggestPeople, asks.CustomerHistory, asks.PartPeople, asks.CustomerOrders]
)
async def test_who_is_not_named_is_no_customer(desk: Desk, ask: type[asks.SuggestPeople]) -> None:
    """A post without an author has nobody to show."""
    answer = await desk.ask(ANA, ask(4))

    assert isinstance(answer, Failed) and "not_found" == answer.kind


@pytest.mark.parametrize("who", ["obs", "dee"])
async def test_only_agents_join(desk: Desk, who: str) -> None:
    """Observers and drafters do not."""
    answer = await desk.ask(Who(who), asks.JoinPeople(1, 3))

    assert isinstance(answer, Failed) and "denied" == answer.kind


# --- orders --------------------------------------------------------------------------------------

SARA = Customer(7, "Sara; rm -rf /", ("mail: s@example.org",))


async def told(program: str, timeout_s: float = 10) -> OrdersPage:
    async with Net() as net:
        command = [sys.executable, "-c", program]
        return await Orders(command, "", "", timedelta(seconds=timeout_s), net).about(SARA)


async def test_a_command_gets_the_customer_and_its_lines_are_shown() -> None:
    """JSON in, JSON out as lines; the name never meets a shell."""
    page = await told(
        "import json,sys; c=json.load(sys.stdin);"
        "print(json.dumps({'of': c['name'], 'orders': [{'no': 1, 'by': c['handles'][0]['id']}]}))"
    )

    assert ("of: Sara; rm -rf /", "orders:", "  no: 1", "  by: s@example.org") == page.lines


@pytest.mark.parametrize(
    ("program", "trouble"),
    [
        ("import sys; sys.exit(3)", "ended with 3"),
        ("import time; time.sleep(60)", "No answer within 1 s."),
        ("import os,time; os.fork(); time.sleep(60)", "No answer within 1 s."),
    ],
)
async def test_a_failing_command_is_told(program: str, trouble: str) -> None:
    """It and its children are gone then, and the page says why there is nothing."""
    page = await told(program, 1 if "sleep" in program else 10)

    assert ((), True) == (page.lines, trouble in page.trouble)


async def test_what_a_command_prints_is_bounded_and_cleaned() -> None:
    """Endless output ends, escape sequences never reach a terminal."""
    flood = await told(f"print('x' * 100, flush=True)\nwhile True: print('y' * {MOST_BYTES})")
    hostile = await told(r"print('\x1b[31mred\x1b[0m \u202eevil\x07')")

    assert len(flood.lines) <= MOST_LINES + 1
    assert not any(sign in "".join(hostile.lines) for sign in "\x1b\u202e\x07")


async def test_a_command_does_not_inherit_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk's environment holds the sources' tokens."""
    monkeypatch.setenv("REVIEWS_TOKEN", "hunter2")

    assert ("None",) == (await told("import os; print(os.environ.get('REVIEWS_TOKEN'))")).lines


async def test_a_missing_command_is_told() -> None:
    """Not a fault of the desk."""
    async with Net() as net:
        page = await Orders(["/nowhere/x"], "", "", timedelta(seconds=5), net).about(SARA)

    assert "/nowhere/x" in page.trouble


async def test_an_address_is_asked_with_its_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """POST of the same JSON; the token goes in a header."""
    monkeypatch.setenv("SHOP_TOKEN", "t0ken")
    seen: list[tuple[str, str]] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((request.headers.get("Authorization", ""), (await request.json())["name"]))
        return web.json_response({"orders": 2})

    app = web.Application()
    app.router.add_post("/orders", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        async with Net() as net:
            orders = Orders(
                [], f"http://127.0.0.1:{port}/orders", "SHOP_TOKEN", timedelta(seconds=5), net
            )
            page = await orders.about(SARA)
    finally:
        await runner.cleanup()

    assert ([("Bearer t0ken", SARA.name)], ("orders: 2",)) == (seen, page.lines)


async def test_without_configuration_there_are_no_orders(desk: Desk) -> None:
    """Said as a fact, not as a fault."""
    assert OrdersPage(configured=False) == await desk.ask(ANA, asks.CustomerOrders(1))


async def test_waiting_consoles_are_not_held_up() -> None:
    """Two commands at once, the third waits its turn and answers all the same."""
    async with Net() as net:
        orders = Orders([sys.executable, "-c", "print(1)"], "", "", timedelta(seconds=20), net)
        pages = await asyncio.gather(*(orders.about(SARA) for _n in range(5)))

    assert [("1",)] * 5 == [page.lines for page in pages]
