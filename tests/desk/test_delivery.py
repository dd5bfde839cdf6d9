"""A reply is delivered once, whatever the platform and the desk do in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from console.core.model import Reply
from console.desk.delivery import Courier
from console.desk.trouble import Trouble
from console.errors import StoreError
from sources.base import Channel, Doubt, Receipt, Refused, SourceError
from tests.desk.fakes import START, FakeSource, FakeStore, FakeTime, breathe, row

PLAIN = Channel()
KEYED = Channel(idempotent=True)
READABLE = Channel(readable=True)


class Scene:
    """A courier at work."""

    def __init__(self, source: FakeSource, store: FakeStore | None = None) -> None:
        self.time = FakeTime()
        self.store = store or FakeStore(rows={1: row(source=source.name)})
        self.source = source
        self.settled: list[Reply] = []
        self.trouble = Trouble(self.time.clock)
        self.courier = Courier(
            self.store,  # type: ignore[arg-type]
            self.time.clock,
            self.trouble,
            sleep=self.time.sleep,
            chance=lambda: 0.5,
            settled=self.settled.append,
        )
        self.courier.adopt({source.name: source})  # type: ignore[dict-item]

    def state(self, reply: int = 1) -> str:
        return self.store.replies[reply].state


@asynccontextmanager
async def working(scene: Scene) -> AsyncIterator[Scene]:
    running = asyncio.ensure_future(scene.courier.run())
    try:
        await breathe()
        yield scene
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def source(channel: Channel = PLAIN, **told: Any) -> FakeSource:
    return FakeSource("play", channel, **told)


async def test_reply_goes_after_its_undo_window_and_not_before() -> None:
    """Nothing reaches the platform while the author can take it back."""
    async with working(Scene(source())) as scene:
        scene.store.outbox(held_until=START + timedelta(seconds=10))
        scene.courier.ring()
        await scene.time.advance(9)
        before = len(scene.source.sent)
        await scene.time.advance(2)

        assert (0, 1, "sent") == (before, len(scene.source.sent), scene.state())


async def test_sending_is_committed_before_the_network_is_touched() -> None:
    """A desk that dies during the request leaves `sending` behind, not `held`."""
    told = source()
    told.gate = asyncio.Event()
    async with working(Scene(told)) as scene:
        scene.store.outbox()
        scene.courier.ring()
        await breathe()
        during = scene.state()
        told.gate.set()

        assert ("sending", 1) == (during, len(told.sent))


async def test_taken_back_reply_is_not_sent() -> None:
    """`start_sending` says no, and nothing happens."""
    async with working(Scene(source())) as scene:
        scene.store.outbox(held_until=START + timedelta(seconds=10))
        scene.courier.ring()
        await breathe()
        await scene.store.take_back(1, "ana", START)
        await scene.time.advance(60)

        assert ([], "taken_back") == (scene.source.sent, scene.state())


async def test_refusal_carries_the_platforms_words() -> None:
    """A refused reply comes back with what the platform said."""
    async with working(Scene(source(sends=[Refused("too late to reply")]))) as scene:
        scene.store.outbox()
        scene.courier.ring()
        await breathe()

        assert ("refused", "too late to reply") == (
            scene.state(),
            scene.store.replies[1].error,
        )


async def test_reply_that_surely_did_not_go_is_tried_again() -> None:
    """After an error before the request left, the same reply goes later."""
    async with working(Scene(source(sends=[SourceError("no route")]))) as scene:
        scene.store.outbox()
        scene.courier.ring()
        await breathe()
        between = scene.state()
        await scene.time.advance(60)

        assert ("retry_at", "sent", 2) == (between, scene.state(), len(scene.source.sent))


async def test_rate_limit_holds_the_whole_source() -> None:
    """After a 429 no other reply of the source goes before the platform's own time."""
    limit = SourceError("429", retry_at=START + timedelta(minutes=5))
    async with working(Scene(source(sends=[limit]))) as scene:
        scene.store.outbox()
        scene.store.outbox(key="two")
        scene.courier.ring()
        await scene.time.advance(299)
        before = len(scene.source.sent)
        await scene.time.advance(10)

        assert (1, 3) == (before, len(scene.source.sent))


async def test_wrong_token_returns_the_reply_at_once() -> None:
    """Where no retry helps a person is told, with the source's words."""
    stop = SourceError("sources.play: 401; renew the token", stop=True)
    async with working(Scene(source(sends=[stop]))) as scene:
        scene.store.outbox()
        scene.courier.ring()
        await breathe()

        assert "refused" == scene.state()


async def test_undeliverable_for_a_day_comes_back_to_its_author() -> None:
    """The retry budget is a day; then it is a person's again."""
    async with working(Scene(source(sends=[SourceError("no route")] * 500))) as scene:
        scene.store.outbox()
        scene.courier.ring()
        await scene.time.advance(25 * 3600)

        assert "refused" == scene.state()
        assert "not delivered for a day" in scene.store.replies[1].error


async def test_doubt_without_any_means_is_a_persons_to_settle() -> None:
    """No key, no reading back: unsure, and never sent again by itself."""
    async with working(Scene(source(sends=[Doubt("answer lost")]))) as scene:
        scene.store.outbox()
        scene.courier.ring()
        await scene.time.advance(3600)

        assert ("unsure", 1) == (scene.state(), len(scene.source.sent))


async def test_doubt_on_a_keyed_channel_repeats_the_same_key() -> None:
    """The platform sees the same key twice and keeps one reply."""
    async with working(Scene(source(KEYED, sends=[Doubt("answer lost")]))) as scene:
        scene.store.outbox()
        scene.courier.ring()
        await scene.time.advance(60)

        assert ("sent", ["key-1", "key-1"]) == (
            scene.state(),
            [sent.key for sent in scene.source.sent],
        )


async def test_doubtful_reply_stays_sending_while_it_is_repeated() -> None:
    """A desk that dies between two repetitions must find a doubt, not a `retry_at`."""
    async with working(Scene(source(KEYED, sends=[Doubt("lost")] * 9))) as scene:
        scene.store.outbox()
        scene.courier.ring()
        await scene.time.advance(90)

        assert "sending" == scene.state()


async def test_forgotten_key_is_not_repeated() -> None:
    """Platforms forget keys after an hour: before that the desk stops and asks a person."""
    async with working(Scene(source(KEYED, sends=[Doubt("lost")] * 99))) as scene:
        scene.store.outbox()
        scene.courier.ring()
        await scene.time.advance(2 * 3600)

        assert "unsure" == scene.state()


async def test_doubt_that_reads_back_is_sent() -> None:
    """It stands on the platform: sent, with its address, and not posted again."""
    there = Receipt("r9", url="https://play.example/r9")
    async with working(Scene(source(READABLE, sends=[Doubt("lost")], finds=[there]))) as scene:
        scene.store.outbox()
        scene.courier.ring()
        await scene.time.advance(60)

        assert ("sent", "https://play.example/r9", 1) == (
            scene.state(),
            scene.store.replies[1].url,
            len(scene.source.sent),
        )


async def test_first_look_waits_until_the_platform_had_time() -> None:
    """Nothing is looked for before five seconds after the doubt."""
    async with working(Scene(source(READABLE, sends=[Doubt("lost")]))) as scene:
        scene.store.outbox()
        scene.courier.ring()
        await scene.time.advance(4.9)
        before = len(scene.source.found)
        await scene.time.advance(0.2)

        assert (0, 1) == (before, len(scene.source.found))


async def test_repetition_keeps_to_the_platforms_time() -> None:
    """A 429 during the repetitions is waited out."""
    limit = SourceError("429", retry_at=START + timedelta(minutes=20))
    async with working(Scene(source(KEYED, sends=[Doubt("lost"), limit]))) as scene:
        scene.store.outbox()
        scene.courier.ring()
        await scene.time.advance(19 * 60)
        before = len(scene.source.sent)
        await scene.time.advance(120)

        assert (2, 3, "sent") == (before, len(scene.source.sent), scene.state())


async def test_twice_absent_is_sent_again() -> None:
    """Only after two looks that found nothing."""
    async with working(Scene(source(READABLE, sends=[Doubt("lost")]))) as scene:
        scene.store.outbox()
        scene.courier.ring()
        await scene.time.advance(9)
        before = len(scene.source.sent)
        await scene.time.advance(5)

        assert (1, 2, 2, "sent") == (
            before,
            len(scene.source.sent),
            len(scene.source.found),
            scene.state(),
        )


async def test_appearing_at_the_second_look_is_not_sent_again() -> None:
    """A slow platform shows it late; one look would have posted twice."""
    told = source(READABLE, sends=[Doubt("lost")], finds=[None, Receipt("r1")])
    async with working(Scene(told)) as scene:
        scene.store.outbox()
        scene.courier.ring()
        await scene.time.advance(120)

        assert ("sent", 1) == (scene.state(), len(told.sent))


@pytest.mark.parametrize(("finds", "state"), [([Receipt("r1")], "sent"), ([], "refused")])
async def test_refusal_after_a_doubt_is_looked_at(finds: list[Receipt], state: str) -> None:
    """ "Already answered" may mean: by the request whose answer was lost."""
    both = Channel(idempotent=True, readable=True)
    told = source(both, sends=[Doubt("lost"), Refused("already answered")], finds=finds)
    async with working(Scene(told)) as scene:
        scene.store.outbox()
        scene.courier.ring()
        await scene.time.advance(120)

        assert (state, 2) == (scene.state(), len(told.sent))


async def test_looks_that_tell_nothing_end_as_unsure() -> None:
    """If the platform cannot be read either, a person decides."""
    told = source(READABLE, sends=[Doubt("lost")], finds=[SourceError("down")] * 50)
    async with working(Scene(told)) as scene:
        scene.store.outbox()
        scene.courier.ring()
        await scene.time.advance(2 * 3600)

        assert ("unsure", 1) == (scene.state(), len(told.sent))


async def test_absence_proves_nothing_where_replies_wait_for_moderation() -> None:
    """A moderated reply cannot be seen yet: unsure rather than twice."""
    told = source(Channel(readable=True, moderated=True), sends=[Doubt("lost")])
    async with working(Scene(told)) as scene:
        scene.store.outbox()
        scene.courier.ring()
        await scene.time.advance(600)

        assert ("unsure", 1) == (scene.state(), len(told.sent))


async def test_accepted_for_moderation_is_sent_and_pending() -> None:
    """Platform-pending counts as accepted and says so."""
    async with working(Scene(source(sends=[Receipt("r1", published=False)]))) as scene:
        scene.store.outbox()
        scene.courier.ring()
        await breathe()

        assert ("sent", False) == (scene.state(), scene.store.replies[1].published)


@pytest.mark.parametrize(
    ("channel", "finds", "state", "sent"),
    [
        (KEYED, [], "sent", 1),
        (READABLE, [Receipt("r1")], "sent", 0),
        (READABLE, [], "sent", 1),
        (PLAIN, [], "unsure", 0),
    ],
    ids=["keyed", "stands", "absent", "plain"],
)
async def test_reply_interrupted_by_a_death_is_doubtful(
    channel: Channel, finds: list[Receipt], state: str, sent: int
) -> None:
    """What was `sending` when the last desk died is cleared up by the channel's means."""
    scene = Scene(source(channel, finds=finds))
    scene.store.outbox(state="sending", attempts=1)
    async with working(scene):
        await scene.time.advance(120)

        assert (state, sent) == (scene.state(), len(scene.source.sent))


async def test_unknown_error_of_a_source_is_a_doubt() -> None:
    """A source that breaks in the middle may have sent: never repeat blindly."""
    async with working(Scene(source(sends=[RuntimeError("bug")]))) as scene:
        scene.store.outbox()
        scene.courier.ring()
        await breathe()

        assert "unsure" == scene.state()


async def test_full_disk_does_not_forget_an_acceptance() -> None:
    """The platform's word is kept until the store takes it; nothing is sent twice."""
    told = source()
    told.gate = asyncio.Event()
    async with working(Scene(told)) as scene:
        scene.store.outbox()
        scene.courier.ring()
        await breathe()
        scene.store.broken = StoreError("disk full")
        told.gate.set()
        await scene.time.advance(30)
        scene.store.broken = None
        await scene.time.advance(60)

        assert ("sent", 1) == (scene.state(), len(told.sent))


async def test_nothing_is_sent_while_the_disk_is_full() -> None:
    """Without a committed `sending` the network is not touched."""
    async with working(Scene(source())) as scene:
        scene.store.outbox()
        scene.store.broken = StoreError("disk full")
        scene.courier.ring()
        await scene.time.advance(60)
        during = len(scene.source.sent)
        scene.store.broken = None
        await scene.time.advance(60)

        assert (0, 1) == (during, len(scene.source.sent))


async def test_one_source_sends_one_at_a_time() -> None:
    """Two replies of one source never overlap."""
    told = source()
    told.gate = asyncio.Event()
    async with working(Scene(told)) as scene:
        scene.store.outbox()
        scene.store.outbox(key="two")
        scene.courier.ring()
        await breathe()
        first = len(told.sent)
        told.gate.set()
        await scene.time.advance(1)

        assert (1, 2) == (first, len(told.sent))


async def test_request_under_way_may_end_when_the_desk_stops() -> None:
    """A clean stop waits for the answer, so nothing is left in doubt."""
    told = source()
    told.gate = asyncio.Event()
    scene = Scene(told)
    async with working(scene):
        scene.store.outbox()
        scene.courier.ring()
        await breathe()
        asyncio.get_running_loop().call_soon(told.gate.set)

    assert "sent" == scene.state()
