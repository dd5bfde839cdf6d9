"""The socket: who speaks, what is refused, and what arrives without being asked for."""

from __future__ import annotations

import asyncio
import contextlib
import grp
import os
import random
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from console.client import Client, connect, or_raise
from console.core.asks import (
    MAX_LINE_BYTES,
    Claim,
    Done,
    Down,
    Failed,
    Hello,
    Look,
    Overview,
    OverviewPage,
    Ping,
    Queue,
    QueuePage,
    SaveDraft,
    SpeakFor,
    Up,
    down_decoder,
    encoder,
)
from console.core.news import Changed, Lost, Met, News, Told
from console.desk import connection, server
from console.desk.desk import Desk
from console.desk.peer import peer_uid, user_name
from console.desk.server import Server
from console.errors import ConfigError, Denied, DeskUnreachable, ProtocolMismatch
from tests.desk.fakes import FakeStore, FakeTime, breathe, row, team


class Place:
    """A desk that listens on a real socket, and who is said to come in."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = path / "run" / "desk.sock"
        self.time = FakeTime()
        self.store = FakeStore(rows={1: row(1), 2: row(2)})
        self.desk = Desk(self.store, self.time.clock, team())  # type: ignore[arg-type]
        self.next_user = "ana"
        monkeypatch.setattr(server, "user_name", lambda _uid: self.next_user)

    def peer(self, _socket: object) -> int:
        return os.getuid() if self.next_user == "owner" else 61_000

    @asynccontextmanager
    async def open(self, *, group: str = "") -> AsyncIterator[Place]:
        ready = asyncio.Event()
        listening = Server(self.desk, self.path, group=group, peer=self.peer, sleep=self.time.sleep)
        running = asyncio.ensure_future(listening.run(ready))
        waiting = asyncio.ensure_future(ready.wait())
        try:
            await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                running.result()
            yield self
        finally:
            waiting.cancel()
            running.cancel()
            await asyncio.gather(running, waiting, return_exceptions=True)

    @asynccontextmanager
    async def as_user(self, name: str, hear: list[News] | None = None) -> AsyncIterator[Client]:
        self.next_user = name
        told: list[News] = hear if hear is not None else []
        async with connect(self.path, hear=told.append, client="console") as client:
            yield client


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    return Place(tmp_path, monkeypatch)


async def until(true: Callable[[], object], turns: int = 4000) -> None:
    """Real sockets need the loop a few turns; never the clock."""
    for _turn in range(turns):
        if true():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never became true")


async def raw(path: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_unix_connection(str(path), limit=MAX_LINE_BYTES)


async def say(writer: asyncio.StreamWriter, number: int, ask: object) -> None:
    writer.write(encoder.encode(Up(id=number, ask=ask)) + b"\n")  # type: ignore[arg-type]
    await writer.drain()


async def hear(reader: asyncio.StreamReader) -> Down:
    return down_decoder.decode(await reader.readuntil(b"\n"))


async def test_hello_says_who_you_are(place: Place) -> None:
    """The welcome carries the name that the kernel gave, and its role."""
    async with place.open(), place.as_user("mara") as client:
        assert client.welcome is not None
        assert ("mara", "lead") == (client.welcome.you.name, client.welcome.you.role)


async def test_stranger_is_refused_by_name(place: Place) -> None:
    """A Unix user who is not in the team reads their own name and the way out."""
    async with place.open():
        with pytest.raises(Denied, match=r"eve is not in this desk's team.*agents\.eve"):
            async with place.as_user("eve"):
                pass


async def test_owner_of_a_desk_is_lead(place: Place) -> None:
    """Whoever owns the database is not refused by the desk."""
    async with place.open(), place.as_user("owner") as client:
        assert client.welcome is not None
        assert "lead" == client.welcome.you.role


async def test_roles_are_held_for_each_user(place: Place) -> None:
    """Two users on one desk: the observer may look and not claim, the agent may."""
    async with place.open(), place.as_user("obs") as watching, place.as_user("ana") as acting:
        looked = await watching.ask(Queue())
        denied = await watching.ask(Claim(conversation=1))
        claimed = await acting.ask(Claim(conversation=1))

        assert isinstance(looked, QueuePage)
        assert isinstance(denied, Failed) and denied.kind == "denied"
        assert isinstance(claimed, Done)


async def test_observing_console_may_not_act(place: Place) -> None:
    """`--observe` takes an agent's rights away for that console alone."""
    place.next_user = "ana"
    async with place.open(), connect(place.path, observe=True) as client:
        answer = await client.ask(Claim(conversation=1))

        assert isinstance(answer, Failed) and answer.kind == "denied"


@pytest.mark.parametrize(("protocol", "side"), [(99, "update the desk"), (0, "update the console")])
async def test_mismatch_says_which_side_to_update(place: Place, protocol: int, side: str) -> None:
    """An old desk or an old console: the sentence names the one that is behind."""
    async with place.open():
        reader, writer = await raw(place.path)
        await say(writer, 1, Hello(protocol=protocol))
        answer = (await hear(reader)).answer
        rest = await reader.read()
        writer.close()

    assert isinstance(answer, Failed) and side in answer.message
    assert b"" == rest


async def test_newer_hello_that_cannot_be_read_is_still_answered(place: Place) -> None:
    """A later protocol may look different; only its number has to be found."""
    async with place.open():
        reader, writer = await raw(place.path)
        writer.write(b'{"id":4,"ask":{"type":"hello_again","protocol":7,"zone":[1]}}\n')
        down = await hear(reader)
        writer.close()

    assert 4 == down.id
    assert isinstance(down.answer, Failed) and "update the desk" in down.answer.message


async def test_first_line_has_to_be_a_hello(place: Place) -> None:
    """Nothing is answered to a line that did not say hello."""
    async with place.open():
        reader, writer = await raw(place.path)
        await say(writer, 1, Queue())
        answer = (await hear(reader)).answer
        writer.close()

    assert isinstance(answer, Failed) and answer.kind == "protocol"


async def test_unknown_ask_is_answered_and_the_line_goes_on(place: Place) -> None:
    """A newer console's question is refused by itself; the next one is answered."""
    async with place.open():
        reader, writer = await raw(place.path)
        await say(writer, 1, Hello())
        await hear(reader)
        writer.write(b'{"id":2,"ask":{"type":"sing"}}\nnot json\n')
        await say(writer, 3, Queue())
        answers: dict[int, Down] = {}
        while len(answers) < 3:
            down = await hear(reader)
            if down.answer:
                answers[down.id] = down
        writer.close()

    assert isinstance(answers[2].answer, Failed)
    assert isinstance(answers[0].answer, Failed)
    assert isinstance(answers[3].answer, QueuePage)


async def test_overlong_line_ends_the_connection(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line beyond the cap is told and cut; the desk's memory is not the console's."""
    monkeypatch.setattr(server, "MAX_LINE_BYTES", 2000)
    async with place.open():
        reader, writer = await raw(place.path)
        writer.write(b"x" * 5000)
        answer = (await hear(reader)).answer
        writer.close()

    assert isinstance(answer, Failed) and "longer than" in answer.message


async def test_change_of_one_console_is_news_to_the_other(place: Place) -> None:
    """Bo hears that Ana claimed something."""
    news: list[News] = []
    async with place.open(), place.as_user("bo", news), place.as_user("ana") as ana:
        await until(lambda: any(isinstance(one, Changed) for one in news))
        await place.time.advance(1)
        await until(lambda: place.desk.news)
        news.clear()
        or_raise(await ana.ask(Claim(conversation=1)))
        await until(lambda: any(isinstance(one, Changed) for one in news))


async def test_later_news_are_merged(place: Place) -> None:
    """Fifty changes within a tenth of a second are at most two lines."""
    news: list[News] = []
    async with place.open(), place.as_user("bo", news), place.as_user("ana") as ana:
        await until(lambda: news)
        await place.time.advance(1)
        await breathe(400)
        news.clear()
        for number in range(50):
            await ana.ask(SaveDraft(conversation=1, text=f"{number}"))
        await breathe(400)
        at_once = len(news)
        await place.time.advance(0.11)
        await until(lambda: len(news) > at_once)
        await breathe(400)

        assert (1, 2) == (at_once, len(news))


async def test_sentence_reaches_only_its_person(place: Place) -> None:
    """A mention is told to the one who was mentioned."""
    to_bo: list[News] = []
    to_mara: list[News] = []
    async with place.open(), place.as_user("bo", to_bo), place.as_user("mara", to_mara):
        place.desk.news.tell(["bo"], lambda: "ana mentions you")
        await place.time.advance(1)
        await until(lambda: Told("ana mentions you") in to_bo)
        await breathe(200)

        assert not [one for one in to_mara if isinstance(one, Told)]


async def test_presence_ends_with_the_connection(place: Place) -> None:
    """Who closes the console is no longer writing."""
    async with place.open():
        async with place.as_user("ana") as ana:
            await ana.ask(Look(conversation=1, mode="writing"))
            during = place.desk.presence.writers(1)
        await until(lambda: not place.desk.presence.writers(1))

        assert ["ana"] == [name for name, _since in during]


async def test_silent_console_is_gone_after_thirty_seconds(place: Place) -> None:
    """A suspended console answers no ping: its presence ends, its line too."""
    async with place.open():
        reader, writer = await raw(place.path)
        await say(writer, 1, Hello())
        await hear(reader)
        await say(writer, 2, Look(conversation=1, mode="viewing"))
        await until(lambda: place.desk.presence.version > 1)
        for _second in range(31):
            await place.time.advance(1)
            await breathe(200)
        await until(lambda: len(place.desk.news) == 0)
        writer.close()


async def test_console_that_answers_pings_stays(place: Place) -> None:
    """The client answers by itself, so a quiet console is not a dead one."""
    async with place.open(), place.as_user("ana") as ana:
        for _second in range(45):
            await place.time.advance(1)
            await breathe(300)

        assert isinstance(await ana.ask(Queue()), QueuePage)


async def test_a_verb_is_nobodys_presence(place: Place) -> None:
    """`shiftdesk queue` does not make its user appear in the team's line."""
    place.next_user = "ana"
    async with place.open(), connect(place.path, client="verb") as client:
        page = await client.ask(Overview())

        assert isinstance(page, OverviewPage)
        assert 0 == sum(person.connected for person in page.team)


async def test_owner_may_speak_for_one_of_the_team(place: Place) -> None:
    """One Unix account for everybody: the desk's own user names the person."""
    place.next_user = "owner"
    async with place.open():
        reader, writer = await raw(place.path)
        await say(writer, 0, SpeakFor(name="bo"))
        await say(writer, 1, Hello())
        welcome = (await hear(reader)).answer
        writer.close()

    assert '"bo"' in msgspec.json.encode(welcome).decode()


async def test_agent_may_not_speak_for_another(place: Place) -> None:
    """Anybody else who tries is shown the door."""
    async with place.open():
        reader, writer = await raw(place.path)
        await say(writer, 0, SpeakFor(name="mara"))
        answer = (await hear(reader)).answer
        writer.close()

    assert isinstance(answer, Failed)


async def test_private_socket_is_the_users_alone(place: Place) -> None:
    """Without a group: 0600 in a 0700 directory."""
    async with place.open():
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (place.path, place.path.parent)]

    assert [0o600, 0o700] == modes


async def test_shared_socket_belongs_to_the_group(place: Place) -> None:
    """With a group: 0660 in a 2750 directory."""
    mine = grp.getgrgid(os.getgid()).gr_name
    async with place.open(group=mine):
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (place.path, place.path.parent)]

    assert [0o660, 0o2750] == modes


async def test_unknown_group_is_a_sentence(place: Place) -> None:
    """A wrong group ends the start with the key's name."""
    with pytest.raises(ConfigError, match=r"desk\.group"):
        async with place.open(group="no-such-group"):
            pass


async def test_group_that_cannot_come_in_is_told(place: Place) -> None:
    """A directory above the socket keeps everybody out: the banner names it."""
    place.path.parent.parent.chmod(0o700)
    async with place.open(group=grp.getgrgid(os.getgid()).gr_name):
        told = place.desk.trouble.sentence()

    assert "cannot enter" in told


async def test_socket_of_a_living_desk_is_not_taken(place: Place) -> None:
    """Two desks with one `desk.socket`: the second says so and the first goes on."""
    async with place.open(), place.as_user("ana") as client:
        with pytest.raises(ConfigError, match="another desk answers"):
            async with place.open():
                pass

        assert isinstance(await client.ask(Queue()), QueuePage)


async def test_socket_file_goes_with_the_desk(place: Place) -> None:
    """After a clean stop nothing is left to connect to."""
    async with place.open():
        pass

    assert not place.path.exists()


async def test_socket_of_a_dead_desk_is_replaced(place: Place) -> None:
    """A file that kill -9 left behind is no obstacle."""
    place.path.parent.mkdir()
    old, dead = await asyncio.to_thread(_dead_socket, place.path)
    async with place.open(), place.as_user("ana") as client:
        assert client.connected
    assert old == dead


def _dead_socket(path: Path) -> tuple[str, str]:
    import socket

    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))
    return str(path), str(path)


async def test_kernel_names_the_user() -> None:
    """SO_PEERCRED gives our own user for a socket of our own."""
    import socket

    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert user_name(os.getuid()) == user_name(peer_uid(ours))


async def test_client_reconnects_and_says_so(place: Place) -> None:
    """A desk that goes away and comes back: lost once, then met again."""
    news: list[News] = []
    client = Client(place.path, sleep=place.time.sleep, chance=lambda: 0.5)
    following = asyncio.ensure_future(client.follow(news.append))
    try:
        async with place.open():
            await breathe(10)
            await place.time.advance(20)
            await until(lambda: client.connected)
        await until(lambda: isinstance(news[-1], Lost))
        with pytest.raises(DeskUnreachable):
            await client.ask(Queue())
        async with place.open():
            for _second in range(20):
                await place.time.advance(1)
            await until(lambda: client.connected)
            answer = await client.ask(Queue())
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

    assert isinstance(answer, QueuePage)
    assert ["Met", "Lost", "Met"] == [
        type(one).__name__ for one in news if isinstance(one, (Met, Lost))
    ][-3:]


async def test_question_that_waits_when_the_desk_dies_fails(place: Place) -> None:
    """Nobody waits for ever: the error says that the line is gone."""
    asked: asyncio.Event = asyncio.Event()

    async def never(*_about: object, **_wanted: object) -> None:
        asked.set()
        await asyncio.Event().wait()

    place.store.window = never  # type: ignore[assignment,method-assign]
    async with place.open():
        async with place.as_user("ana") as client:
            question = asyncio.ensure_future(client.ask(Queue()))
            await asked.wait()
        with pytest.raises(DeskUnreachable):
            await question


async def test_client_does_not_retry_what_cannot_help(place: Place) -> None:
    """A stranger's console ends with the desk's sentence."""
    place.next_user = "eve"
    client = Client(place.path, sleep=place.time.sleep)
    async with place.open():
        with pytest.raises(Denied):
            await client.follow(lambda _news: None)


async def test_client_raises_a_mismatch(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The console shows which side is to be updated."""
    monkeypatch.setattr(connection, "PROTOCOL", 2)
    async with place.open():
        with pytest.raises(ProtocolMismatch, match="update the console"):
            async with place.as_user("ana"):
                pass


async def test_no_desk_names_the_socket(tmp_path: Path) -> None:
    """Without a desk the sentence says where it was looked for."""
    with pytest.raises(DeskUnreachable, match=r"gone\.sock"):
        async with connect(tmp_path / "gone.sock"):
            pass


async def test_pings_get_no_answer(place: Place) -> None:
    """The client's answer to a ping is not answered in turn."""
    async with place.open():
        reader, writer = await raw(place.path)
        await say(writer, 1, Hello())
        await hear(reader)
        await say(writer, 0, Ping())
        await say(writer, 2, Queue())
        ids = []
        while 2 not in ids:
            down = await hear(reader)
            if down.answer:
                ids.append(down.id)
        writer.close()

    assert [2] == ids


async def test_console_that_reads_nothing_is_let_go(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answers pile up nowhere: after a while its line is cut, and the others never noticed."""
    monkeypatch.setattr(connection, "DRAIN_TIMEOUT_S", 0.02)
    place.store.rows = {n: row(n, what="x" * 200) for n in range(500)}
    async with place.open(), place.as_user("bo") as bo:
        place.next_user = "ana"
        reader, writer = await raw(place.path)
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        await say(writer, 1, Hello())
        for number in range(2, 40):
            await say(writer, number, Queue(count=500))
        await until(lambda: place.desk.news.connected()["ana"] == 1)
        for _look in range(400):
            if not place.desk.news.connected()["ana"]:
                break
            await asyncio.sleep(0.005)
        answer = await bo.ask(Queue(count=1))
        gone = not place.desk.news.connected()["ana"]
        writer.close()

    assert isinstance(answer, QueuePage)
    assert gone


NONSENSE = (
    b"",
    b"null",
    b"[" * 100_000,
    b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b',"id":7,"ask":{"type":"ping"}}',
    b'{"id":7,"ask":{"type":"note","conversation":1,"text":"\\ud800"}}',
    b'{"id":7,"ask":{"type":"note","conversation":1,"text":"\xff"}}',
    b'{"id":"seven","ask":{"type":"ping"}}',
    b'{"id":7,"ask":{"type":"ping"}',
    b"\x00\x1b[2J",
)


@pytest.mark.parametrize("line", NONSENSE, ids=range(len(NONSENSE)))
async def test_nonsense_is_answered_and_the_line_goes_on(place: Place, line: bytes) -> None:
    """Whatever a console sends, the desk answers that it is nonsense, and then the next question."""
    async with place.open():
        reader, writer = await raw(place.path)
        await say(writer, 1, Hello())
        await hear(reader)
        writer.write(line + b"\n")
        await say(writer, 2, Queue())
        answers: dict[int, Down] = {}
        while 2 not in answers:
            down = await hear(reader)
            if down.answer:
                answers[down.id] = down
        writer.close()

    (nonsense,) = [down.answer for number, down in answers.items() if number != 2]
    assert isinstance(nonsense, Failed) and nonsense.kind == "protocol"
    assert isinstance(answers[2].answer, QueuePage)


async def test_random_bytes_harm_nobody_else(place: Place) -> None:
    """A thousand seeded lines of garbage before and after the hello; another console works on."""
    chance = random.Random(11)
    async with place.open(), place.as_user("bo") as bo:
        for _round in range(20):
            _reader, writer = await raw(place.path)
            if chance.random() < 0.5:
                await say(writer, 1, Hello())
            with contextlib.suppress(ConnectionError):
                for _line in range(50):
                    writer.write(chance.randbytes(chance.randrange(200)) + b"\n")
                await writer.drain()
            writer.close()
        answer = await bo.ask(Queue())

    assert isinstance(answer, QueuePage)
