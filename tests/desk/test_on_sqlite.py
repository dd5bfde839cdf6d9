"""Desk and courier on the real store: what two people and one platform do to a conversation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from console.core.asks import (
    Answer,
    Ask,
    Claim,
    ConversationPage,
    Done,
    Explain,
    Explanation,
    Failed,
    Guarded,
    Next,
    Queue,
    Queued,
    QueuePage,
    SaveDraft,
    SendReply,
    Show,
    TakeBack,
    Undo,
)
from console.core.sla import default_rules
from console.desk.delivery import Courier
from console.desk.desk import Desk
from console.desk.noticing import Noticeboard
from console.desk.who import Who
from console.store.sqlite import open_store
from sources.base import Batch, Channel, Cursor, Receipt, Refused
from tests.desk.fakes import START, FakeSource, FakeTime, breathe, post, team

ANA, BO, MARA = (Who(name, session=n) for n, name in enumerate(("ana", "bo", "mara"), 1))


class House:
    """A desk with three posts of a review site, in a file."""

    def __init__(self, desk: Desk, courier: Courier, site: FakeSource, time: FakeTime) -> None:
        self.desk = desk
        self.courier = courier
        self.site = site
        self.time = time

    async def ask(self, who: Who, ask: Ask) -> Answer:
        return await self.desk.ask(who, ask)

    async def show(self, who: Who = ANA) -> ConversationPage:
        page = await self.ask(who, Show(conversation=1))
        assert isinstance(page, ConversationPage)
        return page

    async def reply(
        self,
        who: Who,
        page: ConversationPage,
        key: str = "k1",
        promise_at: datetime | None = None,
    ) -> Answer:
        """As the editor sends it: with what was on screen when it was opened."""
        return await self.ask(
            who,
            SendReply(
                conversation=1,
                text="Sorry, Sara",
                key=key,
                opened_on=page.conversation.turns[-1].id,
                version=page.conversation.row.version,
                promise_at=promise_at,
            ),
        )

    async def open_ids(self) -> list[int]:
        page = await self.ask(ANA, Queue(view="open"))
        assert isinstance(page, QueuePage)
        return sorted(row.id for row in page.rows)

    async def later(self, seconds: int) -> None:
        """Between two of the test's seconds the database's threads finish what was asked of them.

        Our own questions go through the same threads, so they take as long as the machine needs.
        """
        for _second in range(seconds):
            await self.time.advance(1)
            for _turn in range(4):
                await self.desk.store.next_reply_at()
                await asyncio.sleep(0.001)
                await breathe()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with made(tmp_path) as one:
        yield one


@asynccontextmanager
async def made(root: Path) -> AsyncIterator[House]:
    time = FakeTime()
    site = FakeSource("play", Channel())
    async with open_store(root / "desk.db", now=time.now, check=False) as store:
        await store.adopt(default_rules("UTC"), time.now)
        await store.name_sources({"play": ("google_play", site.channel)})
        written = START - timedelta(minutes=10)
        posts = [post(n, author="Sara", kind="question", occurred_at=written) for n in (1, 2, 3)]
        await store.take_in("play", Batch([], Cursor()), written, every=timedelta(minutes=5))
        await store.take_in("play", Batch(posts, Cursor()), time.now, every=timedelta(minutes=5))
        desk = Desk(store, time.clock, team(), {"play": site.channel})
        board = Noticeboard(desk)
        courier = Courier(store, time.clock, desk.trouble, sleep=time.sleep, settled=board.settled)
        courier.adopt({"play": site})  # type: ignore[dict-item]
        desk.workers.deliver = courier.ring
        running = asyncio.ensure_future(courier.run())
        try:
            yield House(desk, courier, site, time)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_one_of_two_claims_wins(house: House) -> None:
    """In the same millisecond: one has it, the other reads who."""
    answers = await asyncio.gather(
        house.ask(ANA, Claim(conversation=1)), house.ask(BO, Claim(conversation=1))
    )

    assert 1 == sum(isinstance(answer, Done) for answer in answers)
    (lost,) = [answer for answer in answers if isinstance(answer, Failed)]
    assert "stale" == lost.kind


async def test_nobody_is_given_the_same_next_one(house: House) -> None:
    """Three people press `n` at once: three conversations."""
    answers = await asyncio.gather(*(house.ask(who, Next()) for who in (ANA, BO, MARA)))

    assert {1, 2, 3} == {answer.conversation for answer in answers if isinstance(answer, Done)}


async def test_anothers_reply_stops_mine_and_keeps_my_text(house: House) -> None:
    """Bo sends while Ana types: hers is not queued, its text is intact."""
    opened = await house.show()
    await house.ask(ANA, SaveDraft(conversation=1, text="Dear Sara", revision=1))
    await house.reply(BO, await house.show(BO), key="bo")
    answer = await house.reply(ANA, opened, key="ana")

    assert isinstance(answer, Guarded)
    assert "bo" == answer.conflicts[0].actor
    assert answer.draft is not None and "Dear Sara" == answer.draft.text


async def test_accepted_reply_leaves_the_open_view(house: House) -> None:
    """Held, sent, gone from the queue, and the clock has stopped."""
    await house.reply(ANA, await house.show())
    held = await house.open_ids()
    await house.later(12)
    page = await house.show()
    told = await house.ask(ANA, Explain(conversation=1))

    assert ([1, 2, 3], [2, 3]) == (held, await house.open_ids())
    assert "sent" == page.conversation.replies[0].state
    assert isinstance(told, Explanation)
    assert any("answered (ana)" in sentence for sentence in told.sentences)


async def test_same_key_is_one_reply(house: House) -> None:
    """A console that asks again after its desk died sends nothing twice."""
    opened = await house.show()
    first = await house.reply(ANA, opened)
    second = await house.reply(ANA, opened)
    await house.later(12)

    assert isinstance(first, Queued) and isinstance(second, Queued)
    assert (first.reply.id, 1) == (second.reply.id, len(house.site.sent))


@pytest.mark.parametrize("waited_s", [2, 15], ids=["while held", "when sent"])
async def test_promise_confirmed_after_sending_gets_its_clock(house: House, waited_s: int) -> None:
    """The console asks only then; the same key again adds the time and sends nothing twice."""
    opened = await house.show()
    await house.reply(ANA, opened)
    await house.later(waited_s)
    promise = START + timedelta(hours=48)
    await house.reply(ANA, opened, promise_at=promise)
    await house.later(20)
    told = await house.ask(ANA, Explain(conversation=1))

    assert 1 == len(house.site.sent)
    assert isinstance(told, Explanation)
    assert any("Promise" in sentence and "2027-05-05" in sentence for sentence in told.sentences)


async def test_taken_back_reply_is_a_draft_again(house: House) -> None:
    """Within ten seconds, and nothing reached the platform."""
    answer = await house.reply(ANA, await house.show())
    assert isinstance(answer, Queued)
    await house.later(5)
    taken = await house.ask(ANA, TakeBack(reply=answer.reply.id))
    await house.later(30)
    page = await house.show()

    assert isinstance(taken, Done)
    assert ([], ["Sorry, Sara"]) == (house.site.sent, [d.text for d in page.conversation.drafts])


async def test_refused_reply_comes_back_on_top(house: House) -> None:
    """Its author hears the platform's words, and the clock runs on."""
    house.site.sends.append(Refused("replies are closed"))
    ear = house.desk.news.listen("ana")
    await house.reply(ANA, await house.show())
    await house.later(12)
    row = (await house.show()).conversation.row

    assert ("refused", "running") == (row.reply_state, row.clock_state)
    assert any("replies are closed" in sentence for sentence in ear.take()[1])


async def test_reply_on_its_way_freezes_the_clock(house: House) -> None:
    """Neither met nor running while the platform has not answered, and the row shows that."""
    house.site.gate = asyncio.Event()
    await house.reply(ANA, await house.show())
    await house.later(12)
    row = (await house.show()).conversation.row
    told = await house.ask(ANA, Explain(conversation=1))
    house.site.gate.set()

    assert ("sending", "frt", "provisional") == (row.reply_state, row.clock, row.clock_state)
    assert isinstance(told, Explanation)
    assert any("the clock stands still" in sentence for sentence in told.sentences)


async def test_pending_reply_says_so(house: House) -> None:
    """Accepted by a platform that shows it later."""
    house.site.sends.append(Receipt("r1", published=False))
    await house.reply(ANA, await house.show())
    await house.later(12)
    (reply,) = (await house.show()).conversation.replies

    assert ("sent", False) == (reply.state, reply.published)


async def test_last_action_is_taken_back(house: House) -> None:
    """`u` names what it undid."""
    await house.ask(ANA, Claim(conversation=1))
    answer = await house.ask(ANA, Undo())

    assert isinstance(answer, Done) and 1 == answer.conversation
    assert "" == (await house.show()).conversation.row.owner


async def test_impossible_number_is_not_found(house: House) -> None:
    """A number beyond the store's is an answer, and no fault in the log."""
    answer = await house.ask(ANA, Claim(conversation=2**70))

    assert isinstance(answer, Failed) and answer.kind == "not_found"


async def test_restart_in_the_undo_window_still_delivers(tmp_path: Path) -> None:
    """What was held when the desk ended goes when the next one starts."""
    async with made(tmp_path) as first:
        await first.reply(ANA, await first.show())
    async with made(tmp_path) as second:
        await second.later(12)

        assert ["k1"] == [sent.key for sent in second.site.sent]
