"""Deliveries: true ones are kept once, all others change nothing."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from sources.base import OptionError, SourceError
from sources.net import Net
from sources.parsing import Parser
from sources.tools import Tools
from sources.webhook_server import CALLERS, MAX_BODY_BYTES, Patience
from tests.sources.conftest import NOW
from tests.sources.webhook_house import OLD, SECRET, Desk, House, item, signed


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with Net() as net, Parser() as parser:
        yield House(Tools(net, parser), tmp_path)


async def test_a_true_delivery_is_kept(house: House) -> None:
    """The mapping makes a post of it, and 200 says that it is safe."""
    async with house.listening():
        status = await house.deliver(item())
    (post,) = house.desk.posts

    assert (200, "r1", "Late by 1 days", 2, "review") == (
        status, post.id, post.text, post.rating, post.kind,
    )  # fmt: skip


async def test_the_answer_comes_after_the_commit(house: House) -> None:
    """Nobody is told 200 about what a crash could still lose."""
    house.desk.gate = asyncio.Event()
    async with house.listening():
        answer = asyncio.ensure_future(house.deliver(item()))
        await asyncio.sleep(0.05)
        waited = not answer.done()
        house.desk.gate.set()
        status = await answer

    assert (True, 200) == (waited, status)


async def test_a_desk_that_cannot_write_asks_to_try_again(house: House) -> None:
    """503; and the repetition is no repetition then."""
    async with house.listening():
        house.desk.refuses = True
        first = await house.deliver(item(), id="d1")
        house.desk.refuses = False
        second = await house.deliver(item(), id="d1")

    assert (503, 200, 1) == (first, second, len(house.desk.posts))


async def test_a_repeated_delivery_counts_once(house: House) -> None:
    """By the delivery's id, else by its body; both answers are 200, so that the vendor rests."""
    async with house.listening():
        statuses = [await house.deliver(item(1), id="d1") for _ in range(3)]
        statuses += [await house.deliver(item(2)) for _ in range(3)]

    assert ([200] * 6, ["r1", "r2"]) == (statuses, [post.id for post in house.desk.posts])


async def test_the_same_delivery_twice_at_once_counts_once(house: House) -> None:
    """Two connections, one delivery."""
    async with house.listening():
        statuses = await asyncio.gather(*(house.deliver(item(), id="d1") for _ in range(20)))

    assert ({200}, 1) == (set(statuses), len(house.desk.posts))


async def test_ids_are_known_after_a_restart_for_a_day(house: House) -> None:
    """They stand on the cursor; after 24 hours they are forgotten."""
    async with house.listening():
        await house.deliver(item(), id="d1")
    async with house.listening():
        house.now += timedelta(hours=23)
        await house.deliver(item(), id="d1")
        again = len(house.desk.posts)
        house.now += timedelta(hours=2)
        await house.deliver(item(), id="d1")

    assert (1, 2) == (again, len(house.desk.posts))


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_a_replayed_delivery_is_refused(house: House, minutes: int) -> None:
    """A true signature of another time proves nothing now."""
    body = json.dumps(item()).encode()
    async with house.listening():
        status = await house.post(body, signed(body, NOW + timedelta(minutes=minutes)))

    assert (401, []) == (status, house.desk.posts)


async def test_two_secrets_while_one_is_replaced(house: House) -> None:
    """Both are taken; without the option the old one is not."""
    async with house.listening():
        alone = await house.deliver(item(1), secret=OLD)
    async with house.listening(old_secret_file=str(house.folder / "old")):
        both = [await house.deliver(item(n), secret=s) for n, s in ((2, OLD), (3, SECRET))]

    assert (401, [200, 200]) == (alone, both)


FORGERIES: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "no headers": lambda headers: {},
    "no signature": lambda headers: {"X-Shiftdesk-Timestamp": headers["X-Shiftdesk-Timestamp"]},
    "no time": lambda headers: {"X-Shiftdesk-Signature": headers["X-Shiftdesk-Signature"]},
    "another time": lambda headers: (
        headers | {"X-Shiftdesk-Timestamp": str(int(headers["X-Shiftdesk-Timestamp"]) + 1)}
    ),
    "an empty one": lambda headers: headers | {"X-Shiftdesk-Signature": ""},
    "one digit": lambda headers: (
        headers | {"X-Shiftdesk-Signature": headers["X-Shiftdesk-Signature"][:-1] + "x"}
    ),
    "letters": lambda headers: headers | {"X-Shiftdesk-Signature": "ключ"},
    "odd time": lambda headers: headers | {"X-Shiftdesk-Timestamp": "1e400"},
    "long time": lambda headers: headers | {"X-Shiftdesk-Timestamp": "9" * 400},
    "negative": lambda headers: headers | {"X-Shiftdesk-Timestamp": "-1"},
}


@pytest.mark.parametrize("name", FORGERIES)
async def test_a_forged_delivery_is_refused(house: House, name: str) -> None:
    """Whatever is wrong, the answer is the same word."""
    body = json.dumps(item()).encode()
    async with house.listening():
        status = await house.post(body, FORGERIES[name](signed(body, NOW)))

    assert (401, []) == (status, house.desk.posts)


async def test_a_changed_body_is_refused(house: House) -> None:
    """The signature is over every byte."""
    body = json.dumps(item()).encode()
    async with house.listening():
        status = await house.post(body.replace(b"2", b"5"), signed(body, NOW))

    assert 401 == status


async def test_what_is_no_delivery(house: House) -> None:
    """Another path, method or type, too long a body, and what is no JSON."""
    body = b"[1"
    big = b'{"text":"' + b"x" * MAX_BODY_BYTES + b'"}'

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(big), 8192):
            yield big[at : at + 8192]

    async with house.listening():
        get = (await house.session.get(house.url)).status
        elsewhere = (await house.session.post(house.url + "x", data=b"{}")).status
        form = await house.post(body, {"Content-Type": "text/plain"})
        packed = await house.post(body, {"Content-Encoding": "gzip"})
        long = await house.post(big, signed(big, NOW))
        told = {"Content-Type": "application/json"}
        endless = (await house.session.post(house.url, data=pieces(), headers=told)).status
        broken = await house.post(body, signed(body, NOW))

    assert (405, 404, 415, 415, 413, 413, 400) == (
        get, elsewhere, form, packed, long, endless, broken,
    )  # fmt: skip
    assert [] == house.desk.posts


@pytest.mark.parametrize(
    "sent",
    [b"", b"POST /hook HTTP/1.1\r\nHost: x\r\nX-Slow: "],
    ids=["silence", "half a header"],
)
async def test_slow_headers_are_hung_up_on(house: House, sent: bytes) -> None:
    """A connection that never asks anything has its time, and a true one is served meanwhile."""
    async with house.listening(Patience(headers_s=0.2, body_s=0.2)):
        reader, writer = await asyncio.open_connection("127.0.0.1", house.source.port)
        writer.write(sent)
        meanwhile = await house.deliver(item())
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()

    assert (200, b"") == (meanwhile, answer)


async def test_many_who_say_nothing_keep_nobody_out_for_long(house: House) -> None:
    """Above a hundred the door is shut; those before it have their time, and it opens again."""
    async with house.listening(Patience(headers_s=0.3, body_s=0.2)):
        silent = [
            await asyncio.open_connection("127.0.0.1", house.source.port)
            for _ in range(CALLERS + 20)
        ]
        closed = [await asyncio.wait_for(reader.read(), 5) for reader, _ in silent]
        status = await house.deliver(item())
        for _, writer in silent:
            writer.close()

    assert ([b""] * (CALLERS + 20), 200) == (closed, status)


async def test_a_slow_body_is_given_up(house: House) -> None:
    """408, and nothing is kept of it."""
    async with house.listening(Patience(headers_s=0.2, body_s=0.2)):
        reader, writer = await asyncio.open_connection("127.0.0.1", house.source.port)
        writer.write(
            b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1000\r\n\r\n{"
        )
        answer = await asyncio.wait_for(reader.readline(), 5)
        writer.close()

    assert answer.startswith(b"HTTP/1.1 408")


async def test_what_the_mapping_does_not_fit_is_kept_as_it_came(house: House) -> None:
    """The vendor changed its form: nothing is lost, and somebody sees it."""
    async with house.listening(items="reverse(reviews)"):
        status = await house.deliver({"reviews": 7, "words": "Broken on arrival"})
    (post,) = house.desk.posts

    assert (200, "alert") == (status, post.kind)
    assert "Broken on arrival" in post.text


async def test_a_taken_port_is_told_in_words(house: House) -> None:
    """The address, and what may be the matter."""
    async with house.listening():
        taken = house.made(listen=f"127.0.0.1:{house.source.port}")
        with pytest.raises(SourceError, match="cannot be listened on"):
            await taken.listen(Desk())


def test_a_secret_is_needed(house: House) -> None:
    """Nothing is ever taken unsigned, and HubSpot needs its address."""
    with pytest.raises(OptionError) as caught:
        house.made(secret_file="", recipe="hubspot")

    assert {"secret_file", "public_url"} == caught.value.problems.keys()


# -- many -------------------------------------------------------------------------------------


async def storm(house: House, good: int, bad: int) -> dict[str, int]:
    """True deliveries, each twice or thrice, among forged, replayed and oversized ones."""
    chance = random.Random(3)
    calls: list[Callable[[], Any]] = []
    accepted: list[int] = []

    async def true(number: int) -> None:
        await house.deliver(item(number), id=f"d{number}")

    async def false(number: int) -> None:
        body = json.dumps(item(100_000 + number)).encode()
        headers = signed(body, NOW)
        match number % 4:
            case 0:
                headers |= {"X-Shiftdesk-Signature": "0" * 64}
            case 1:
                headers = signed(body, NOW - timedelta(hours=1))
            case 2:
                body = b'"' + b"x" * (MAX_BODY_BYTES + 1) + b'"'
                headers = signed(body, NOW)
            case 3:
                headers = signed(body, NOW, OLD)
        status = await house.post(body, headers)
        if status < 400:
            accepted.append(status)

    for number in range(good):
        calls += [lambda n=number: true(n)] * chance.choice((1, 2, 3))
    calls += [lambda n=number: false(n) for number in range(bad)]
    chance.shuffle(calls)
    gate = asyncio.Semaphore(20)

    async def one(call: Callable[[], Any]) -> None:
        async with gate:
            await call()

    async with house.listening():
        await asyncio.gather(*map(one, calls))
    ids = [post.id for post in house.desk.posts]
    return {"kept": len(set(ids)), "twice": len(ids) - len(set(ids)), "forged": len(accepted)}


async def test_a_small_storm(house: House) -> None:
    """60 true deliveries among 120 false ones: each kept once, nothing else."""
    assert {"kept": 60, "twice": 0, "forged": 0} == await storm(house, 60, 120)


@pytest.mark.heavy
async def test_a_whole_storm(house: House) -> None:
    """1,000 true deliveries among 10,000 false ones, in little memory."""
    await storm(house, 50, 50)
    house.desk = Desk()
    before = psutil.Process().memory_info().rss

    assert {"kept": 1_000, "twice": 0, "forged": 0} == await storm(house, 1_000, 10_000)
    assert psutil.Process().memory_info().rss - before < 48e6  # the callers' own included
