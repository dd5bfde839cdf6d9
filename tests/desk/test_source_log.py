"""A source that fails, is asked to wait and recovers: its log says so, and no secret is in it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from console.core.asks import Failed, SourceLog, SourceLogPage
from console.core.model import Poll
from console.desk.collector import Collector, Polled
from console.desk.desk import Desk
from console.desk.trouble import Trouble
from console.desk.who import Who
from console.store.sqlite import open_store
from sources.base import Cursor
from sources.json_api import JsonApiSource
from sources.net import Net
from sources.parsing import Parser
from sources.tools import Tools
from tests.desk.fakes import START, FakeTime, team
from tests.sources.conftest import Site

ANA, OBS = Who("ana", session=1), Who("obs", session=4)
TOKEN = "tok-quokka-5151"
EVERY = timedelta(minutes=5)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """The platform's machine."""
    made = Site()
    await made.start()
    yield made
    await made.stop()


class Platform:
    """Answers what is next in its list, and repeats the token it was shown, as some do."""

    def __init__(self, *answers: web.Response) -> None:
        self._answers = list(answers)

    async def __call__(self, request: web.Request) -> web.Response:
        assert TOKEN in request.headers["Authorization"]
        return self._answers.pop(0)


def item(text: str) -> web.Response:
    at = START.isoformat()
    return web.Response(text=json.dumps([{"id": "1", "text": text, "at": at, "who": "Sara"}]))


@asynccontextmanager
async def polling(site: Site, tmp_path: Path, *answers: web.Response) -> AsyncIterator[Desk]:
    """A desk whose source was polled once for each of these answers, a minute apart."""
    time = FakeTime()
    secret = tmp_path / "token"
    secret.write_text(TOKEN)
    async with (
        open_store(tmp_path / "desk" / "desk.db", now=time.now) as store,
        Net(clock=time.clock) as net,
        Parser() as parser,
    ):
        options = {
            "url": site.route("/reviews", Platform(*answers)),
            "allow_private": True,
            "token_file": str(secret),
            "fields": {"id": "id", "text": "text", "time": "at", "author": "who"},
        }
        source = JsonApiSource("reviews", options, Tools(net, parser, time.clock))
        collector = Collector(store, time.clock, Trouble(time.clock), chance=lambda: 0.5)
        await store.name_sources({"reviews": ("json_api", None)})
        collector.adopt({"reviews": Polled(source, EVERY)})
        cursor = Cursor()
        for _answer in answers:
            cursor, _more = await collector.poll_once("reviews", cursor)
            time.now += timedelta(minutes=1)
        yield Desk(store, time.clock, team())


async def log_of(desk: Desk, who: Who = ANA) -> tuple[Poll, ...]:
    page = await desk.ask(who, SourceLog("reviews"))
    assert isinstance(page, SourceLogPage), page
    return page.polls


async def test_failures_waits_and_recovery_stand_in_the_log(site: Site, tmp_path: Path) -> None:
    """The newest first, each with HTTP's status and the sentence that the platform is owed."""
    answers = (
        web.Response(status=500, text=f"no luck with {TOKEN}"),
        web.Response(status=429, headers={"Retry-After": "600"}),
        item("Where is my order?"),
        item("Where is my order? I asked twice."),
        web.Response(status=304),
    )
    async with polling(site, tmp_path, *answers) as desk:
        log = await log_of(desk)

    assert [304, 200, 200, 429, 500] == [one.status for one in log]
    assert [(0, 0), (0, 1), (1, 0), (0, 0), (0, 0)] == [(one.new, one.edited) for one in log]
    assert "asked to wait until" in log[3].error and "HTTP 500" in log[4].error
    assert ["", "", ""] == [one.error for one in log[:3]]
    assert [START + timedelta(minutes=n) for n in (4, 3, 2, 1, 0)] == [one.at for one in log]
    # on loopback some take less than the millisecond that is kept
    assert all(0 <= one.took_s < 60 for one in log)


async def test_no_secret_comes_into_a_log(site: Site, tmp_path: Path) -> None:
    """A platform that repeats the token is quoted without it; no file of the desk has it."""
    broken = web.Response(status=500, text=f"no luck with {TOKEN}")
    async with polling(site, tmp_path, broken) as desk:
        (failed,) = await log_of(desk)
        held = b"".join(path.read_bytes() for path in (tmp_path / "desk").iterdir())

    assert "no luck with" in failed.error
    assert TOKEN not in failed.error and TOKEN.encode() not in held


async def test_observers_read_a_log_without_people(site: Site, tmp_path: Path) -> None:
    """An error that quotes a customer is masked."""
    broken = web.Response(status=404, text="no such page for sara@example.org")
    async with polling(site, tmp_path, broken) as desk:
        (told,), (masked,) = await log_of(desk), await log_of(desk, OBS)

    assert "sara@example.org" in told.error
    assert "sara@example.org" not in masked.error and 404 == masked.status


@pytest.mark.parametrize("name", ["nobody", ""])
async def test_a_source_that_is_none_has_no_log(site: Site, tmp_path: Path, name: str) -> None:
    """It is said by name."""
    async with polling(site, tmp_path) as desk:
        answer = await desk.ask(ANA, SourceLog(name))

    assert isinstance(answer, Failed) and "not_found" == answer.kind
