"""A console's end of the wire, without a socket and through a command."""

from __future__ import annotations

import asyncio
import io
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from console.client import Client, LocalClient, connect, or_raise
from console.core.asks import (
    Claim,
    Done,
    Down,
    Failed,
    Hello,
    Ping,
    Queue,
    QueuePage,
    Up,
    Welcome,
    down_decoder,
    encoder,
    up_decoder,
)
from console.core.model import Person
from console.core.news import Changed, Lost, Met, News, Told
from console.desk import server
from console.desk.attach import attach
from console.desk.desk import Desk
from console.desk.server import Server
from console.desk.who import Who
from console.errors import Denied, DeskUnreachable, ShiftdeskError, Stale
from tests.desk.fakes import FakeStore, FakeTime, breathe, row, team


@pytest.fixture
def desk() -> Desk:
    return Desk(FakeStore(rows={1: row(1)}), FakeTime().clock, team())  # type: ignore[arg-type]


@asynccontextmanager
async def listening(desk: Desk, path: Path) -> AsyncIterator[None]:
    ready = asyncio.Event()
    running = asyncio.ensure_future(Server(desk, path).run(ready))
    await ready.wait()
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize(
    ("kind", "error"),
    [("denied", Denied), ("stale", Stale), ("trouble", ShiftdeskError)],
)
def test_refusal_becomes_its_error(kind: str, error: type[Exception]) -> None:
    """With the desk's own sentence."""
    with pytest.raises(error, match="no, because"):
        or_raise(Failed(kind=kind, message="no, because"))  # type: ignore[arg-type]


async def test_local_client_asks_the_desk(desk: Desk) -> None:
    """A test or a headless agent needs no socket."""
    answer = await LocalClient(desk, Who("ana")).ask(Claim(conversation=1))

    assert isinstance(answer, Done)


async def test_local_client_hears_news(desk: Desk) -> None:
    """The same news, in the same form."""
    news: list[News] = []
    client = LocalClient(desk, Who("ana"))
    following = asyncio.ensure_future(client.follow(news.append))
    await breathe()
    await LocalClient(desk, Who("bo")).ask(Claim(conversation=1))
    desk.news.tell(["ana"], lambda: "look")
    await breathe()
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)

    assert [Met, Told, Changed] == [type(one) for one in news]
    assert 0 == len(desk.news)


async def test_stranger_is_denied_without_a_socket_as_well(desk: Desk) -> None:
    """The local door is no back door."""
    with pytest.raises(Denied):
        await LocalClient(desk, Who("eve")).follow(lambda _news: None)


async def test_wire_runs_through_a_command(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ssh HOST shiftdesk attach` is such a command: the console's end cannot tell."""
    monkeypatch.setattr(server, "user_name", lambda _uid: "mara")
    path = tmp_path / "desk.sock"
    pump = (
        "import asyncio,sys;from pathlib import Path;from console.desk.attach import attach;"
        f"asyncio.run(attach(Path({str(path)!r}), speak_for='bo'))"
    )
    async with listening(desk, path), connect([sys.executable, "-c", pump]) as client:
        answer = await client.ask(Queue())

        assert client.welcome is not None
        assert "bo" == client.welcome.you.name
        assert isinstance(answer, QueuePage)


async def test_command_that_fails_gives_its_last_words() -> None:
    """What ssh says on stderr is what the status bar shows."""
    command = [sys.executable, "-c", "import sys; sys.exit('Host key verification failed.')"]
    with pytest.raises(DeskUnreachable, match="Host key verification failed"):
        async with connect(command):
            pass


async def test_missing_command_is_a_sentence() -> None:
    """Without ssh the sentence names it."""
    with pytest.raises(DeskUnreachable, match="no-such-command"):
        async with connect(["no-such-command"]):
            pass


async def test_whoever_is_not_in_the_group_reads_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Starting a desk of one's own was the wrong advice for a socket that one may not open."""

    async def refuse(*_arguments: object, **_named: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(asyncio, "open_unix_connection", refuse)

    with pytest.raises(DeskUnreachable, match="ask whoever runs this server to add you"):
        async with connect(tmp_path / "desk.sock", zone="UTC"):
            pass


async def test_something_else_that_answers_is_no_desk() -> None:
    """A banner on stdout instead of the wire."""
    with pytest.raises(DeskUnreachable, match="no desk"):
        async with connect([sys.executable, "-c", "print('Welcome to Debian')"]):
            pass


async def test_attach_ends_cleanly_with_its_input(desk: Desk, tmp_path: Path) -> None:
    """The console hung up: the pump ends, and the desk is left in peace."""
    path = tmp_path / "desk.sock"
    reading, writing = os.pipe()
    os.close(writing)
    async with listening(desk, path):
        with os.fdopen(reading, "rb") as incoming:
            await attach(path, incoming=incoming, outgoing=io.BytesIO())

        assert 0 == len(desk.news)


async def test_attach_answers_what_a_file_asks(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`shiftdesk attach < questions`: the end of the input is no end before the last answer."""
    monkeypatch.setattr(server, "user_name", lambda _uid: "ana")
    path = tmp_path / "desk.sock"
    asked = encoder.encode(Up(id=1, ask=Hello())) + b"\n" + encoder.encode(Up(2, Queue())) + b"\n"
    (tmp_path / "questions").write_bytes(asked)
    outgoing = io.BytesIO()
    async with listening(desk, path):
        with os.fdopen(os.open(tmp_path / "questions", os.O_RDONLY), "rb") as incoming:
            await attach(path, incoming=incoming, outgoing=outgoing)

    answered = [down_decoder.decode(line) for line in outgoing.getvalue().splitlines()]
    assert [1, 2] == [down.id for down in answered if down.answer]


async def test_attach_without_a_desk_is_a_sentence(tmp_path: Path) -> None:
    """The path that was tried is in it."""
    with pytest.raises(DeskUnreachable, match=r"none\.sock"):
        await attach(tmp_path / "none.sock")


async def test_a_desk_that_stops_answering_is_told_and_found_again(tmp_path: Path) -> None:
    """It is asked first; its line is kept, and what was asked meanwhile is answered at last."""
    asked: list[bytes] = []
    speak = asyncio.Event()

    async def stubborn(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        welcome = Welcome(you=Person(name="ana"), desk="d", release="1", calendars={})
        await reader.readuntil(b"\n")
        writer.write(encoder.encode(Down(id=1, answer=welcome)) + b"\n")
        asked.append(await reader.readuntil(b"\n"))
        await speak.wait()
        writer.write(encoder.encode(Down(changed=2)) + b"\n")
        await reader.read()

    told: asyncio.Queue[News] = asyncio.Queue()
    async with await asyncio.start_unix_server(stubborn, str(tmp_path / "s")):
        client = Client(tmp_path / "s", quiet_s=0.01)
        following = asyncio.ensure_future(client.follow(told.put_nowait))
        heard: list[News] = [await told.get(), await told.get()]
        speak.set()
        heard += [await told.get(), await told.get()]
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

    assert [Met, Lost, Met, Changed] == [type(news) for news in heard]
    assert isinstance(up_decoder().decode(asked[0]).ask, Ping)


@pytest.mark.parametrize(("own", "begun"), [(True, 1), (False, 0)])
async def test_a_desk_of_a_console_is_started_anew(
    tmp_path: Path, desk: Desk, own: bool, begun: int
) -> None:
    """One that died under its console has nobody else to start it; a service manager's has."""
    desk.for_console = own
    path = tmp_path / "desk.sock"
    begins, news = 0, list[News]()
    again = asyncio.Event()

    async def revive() -> None:
        nonlocal begins
        begins += 1
        raise DeskUnreachable("it did not start: disk full")

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) > 5:
            again.set()
            await asyncio.Event().wait()

    pauses = list[float]()
    client = Client(path, sleep=sleep, revive=revive)
    async with listening(desk, path):
        following = asyncio.ensure_future(client.follow(news.append))
        while not any(isinstance(one, Met) for one in news):
            await breathe()
    await again.wait()
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)

    assert begun == begins
    said = [one.why for one in news if isinstance(one, Lost)]
    assert ["it did not start: disk full"] * begun == said[1:]
