"""Nothing that an observer can ask gives a customer away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from console.core import asks
from console.core.asks import LEAST_ROLE, Answer, Ask, Failed, QueuePage, Search, SearchPage
from console.core.sla import default_rules
from console.desk.desk import Desk
from console.desk.who import Who
from console.store.sqlite import open_store
from sources.base import Batch, Channel, Cursor
from tests.desk.fakes import START, FakeTime, post, team

ANA, MARA, OBS = (Who(name, session=n) for n, name in enumerate(("ana", "mara", "obs"), 1))
WATCHING = Who("ana", session=9, observe=True)

SECRETS = (
    "Sara", "Miller", "sara77", "sara.m@example.org", "7654321", "1234567", "example.org", "Baker",
    "birthday-cake",
)  # fmt: skip
TEXT = (
    "Third week without my refund, order 7654321. Mail sara.m@example.org, call +49 170 1234567, "
    "I live at 12 Baker Street. Sara"
)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """One customer with everything that is personal, answered, noted and promised to."""
    time = FakeTime()
    async with open_store(tmp_path / "desk.db", now=time.now, check=False) as store:
        await store.adopt(default_rules("UTC"), time.now)
        await store.name_sources({"play": ("google_play", Channel())})
        every = timedelta(minutes=5)
        written = START - timedelta(minutes=10)
        await store.take_in("play", Batch([], Cursor()), written, every=every)
        wrote = post(
            1,
            author="Sara Miller",
            author_id="sara77",
            title="Sara asks",
            text=TEXT,
            kind="question",
            url="https://example.org/sara77",
            extra={"handle": "sara77"},
            occurred_at=written,
        )
        another = post(
            2, author="Sara Miller", author_id="sara77", text="Sara again", occurred_at=written
        )
        await store.take_in("play", Batch([wrote, another], Cursor()), time.now, every=every)
        made = Desk(store, time.clock, team(), {"play": Channel()})
        for who, request in (
            (ANA, asks.Note(1, "Sara called from 1234567, see https://example.org/sara77")),
            (ANA, asks.SaveDraft(1, "Dear Sara Miller")),
            (ANA, asks.LeaveNote("call sara.m@example.org about 7654321")),
            (ANA, asks.SaveView("sara.m@example.org", "sara")),
            (ANA, asks.Snooze(2, "until reply", reason="Sara, order 7654321", past_due=True)),
            (ANA, asks.SetStatus(2, "on_hold", reason="sara.m@example.org")),
            (ANA, asks.AnsweredElsewhere(2, link="https://example.org/sara77")),
        ):
            answer = await made.ask(who, request)
            assert not isinstance(answer, Failed), answer
        failed = Cursor(failures=1, error="HTTP 404 for sara.m@example.org", next_poll_at=written)
        await store.poll_failed("play", failed, time.now)
        await store.note_customer(1, "Sara likes birthday-cake: sara.m@example.org")
        shown = await store.conversation(1, "ana", see_drafts=True)
        reply = asks.SendReply(
            1, f"Dear Sara, {TEXT}", "k", opened_on=shown.turns[-1].id, version=shown.row.version
        )
        assert isinstance(await made.ask(ANA, reply), asks.Queued)
        yield made


SAMPLES: dict[type[Ask], tuple[Ask, ...]] = {
    asks.Hello: (asks.Hello(),),
    asks.Ping: (asks.Ping(),),
    asks.Queue: (asks.Queue("open"), asks.Queue("", "id:1,2")),
    asks.Overview: (asks.Overview(),),
    asks.Show: (asks.Show(1), asks.Show(2)),
    asks.History: (asks.History(1), asks.History(2)),
    asks.Explain: (asks.Explain(1), asks.Explain(2)),
    asks.Search: (asks.Search("refund"), asks.Search("again"), asks.Search("Dear", sent_only=True)),
    asks.CustomerOf: (asks.CustomerOf(1),),
    asks.Look: (asks.Look(1, "viewing"),),
    asks.Calendars: (asks.Calendars(),),
    asks.SourceLog: (asks.SourceLog("play"),),
    asks.Report: (asks.Report(), asks.Report(shift=True)),
    asks.Lead: (asks.Lead(),),
}
"""For every question that an observer may ask, what would show a person."""


def of_observers() -> list[type[Ask]]:
    return [ask for ask in get_args(asks.AnyAsk) if LEAST_ROLE.get(ask) == "observer"]


@pytest.mark.parametrize("kind", of_observers(), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("who", [OBS, WATCHING], ids=["observer", "--observe"])
async def test_no_answer_gives_a_customer_away(desk: Desk, kind: type[Ask], who: Who) -> None:
    """Whatever an observer may ask; a question without a sample here fails."""
    for request in SAMPLES[kind]:
        answer = await desk.ask(who, request)
        told = msgspec.json.encode(answer).decode().casefold()

        assert not isinstance(answer, Failed), answer
        assert [] == [secret for secret in SECRETS if secret.casefold() in told]


@pytest.mark.parametrize("kind", of_observers(), ids=lambda kind: kind.__name__)
async def test_agents_see_customers_as_they_are(desk: Desk, kind: type[Ask]) -> None:
    """The samples do show a person to those who may see one."""
    nobody = (asks.Hello, asks.Ping, asks.Look, asks.Lead, asks.Explain, asks.Calendars)
    told = [msgspec.json.encode(await desk.ask(ANA, one)).decode() for one in SAMPLES[kind]]

    assert (kind in nobody) or any("ara" in one for one in told)


@pytest.mark.parametrize(
    "text", ["Sara", "miller", "7654321", "sara.m@example.org", "baker", "170"]
)
async def test_search_finds_nobody_for_observers(desk: Desk, text: str) -> None:
    """Not even that there is a hit."""
    found = await desk.ask(OBS, Search(text))
    known = await desk.ask(ANA, Search(text))

    assert SearchPage(()) == found
    assert isinstance(known, SearchPage) and known.found


async def test_search_finds_other_words_for_observers(desk: Desk) -> None:
    """With the words around them, masked."""
    page = await desk.ask(OBS, Search("refund week"))

    assert isinstance(page, SearchPage)
    assert {"inbound", "response"} >= {hit.kind for hit in page.found} and page.found
    assert all("refund" in hit.snippet for hit in page.found)


@pytest.mark.parametrize("filter", ["sara", "-sara", "is:open sara", '"Sara Miller"'])
async def test_filters_find_nobody_for_observers(desk: Desk, filter: str) -> None:
    """A filter by words is refused: its count alone would tell who is here."""
    answer = await desk.ask(OBS, asks.Queue("open", filter))

    assert isinstance(answer, Failed) and "denied" == answer.kind


async def test_masks_are_the_same_in_every_answer(desk: Desk) -> None:
    """The person of a row is the person of its page."""
    row = await desk.ask(OBS, asks.Queue("open"))
    page = await desk.ask(OBS, asks.Show(1))

    assert isinstance(row, QueuePage) and isinstance(page, asks.ConversationPage)
    assert row.rows[0].who == page.conversation.turns[0].author


async def test_a_mention_tells_an_observer_where_and_not_who(desk: Desk) -> None:
    """The agent reads the note at once, an observer only where to look."""
    agent, observer = desk.news.listen("bo"), desk.news.listen("obs")
    observer.observer = True
    await desk.ask(ANA, asks.Note(1, "@bo @obs Sara Miller is angry"))

    assert ["ana mentions you in 1 (Sara Miller): @bo @obs Sara Miller is angry"] == agent.take()[1]
    assert ["ana mentions you in 1"] == observer.take()[1]


async def test_an_answer_nobody_thought_of_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever lets observers ask something new decides what they see of it."""
    monkeypatch.setitem(LEAST_ROLE, asks.FindCustomers, "observer")
    answer: Answer = await desk.ask(OBS, asks.FindCustomers("Sara"))

    assert isinstance(answer, Failed) and "denied" == answer.kind
