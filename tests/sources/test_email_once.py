"""An answer goes once: every line of the talk with both servers may be the last one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sources.base import Cursor, Doubt, Outgoing, Refused, SourceError
from sources.email import EmailSource
from sources.tools import Tools
from tests.sources.conftest import NOW
from tests.sources.mail_world import PASSWORD, MailWorld, answering, mail, only


@asynccontextmanager
async def scene(
    tools: Tools, folder: Path
) -> AsyncIterator[tuple[MailWorld, EmailSource, Outgoing]]:
    """A mailbox with one mail, and an answer to it that has not begun."""
    world = MailWorld()
    await world.start()
    secret = folder / "password"
    secret.write_text(PASSWORD)
    source = EmailSource("mail", world.options(str(secret)), tools)
    world.inbox.add(mail())
    reply = answering(await only(source))
    world.told.clear()
    try:
        yield world, source, reply
    finally:
        await world.stop()


async def delivered(world: MailWorld, source: EmailSource, reply: Outgoing) -> str:
    """What a desk does: again after a sure failure, look after a doubt, ask a person at last.

    The fault happens once; what comes after it finds the servers well.
    """
    for _ in range(4):
        try:
            await source.send(reply)
            return "sent"
        except Refused:
            return "refused"
        except Doubt:
            doubtful = True
        except SourceError:
            doubtful = False
        world.cut_at, world.breaks_at, world.hangs_up = 0, "", False
        if doubtful and (known := await looked(source, reply)) != "absent":
            return known
    raise AssertionError("it never ends")


async def looked(source: EmailSource, reply: Outgoing) -> str:
    try:
        return "sent" if await source.find(reply) else "absent"
    except SourceError:
        return "unsure"


async def commands(tools: Tools, folder: Path) -> int:
    async with scene(tools, folder) as (world, source, reply):
        await source.send(reply)
        return len(world.told)


@pytest.mark.parametrize("obeyed", [False, True])
async def test_imap_dies_at_any_command(tools: Tools, tmp_path: Path, obeyed: bool) -> None:
    """Wherever the mailbox's server hangs up: the answer goes, and goes once."""
    ends = {}
    for cut in range(1, await commands(tools, tmp_path) + 1):
        async with scene(tools, tmp_path) as (world, source, reply):
            world.cut_at, world.cut_obeyed = cut, obeyed
            ends[cut] = await delivered(world, source, reply), len(world.outbox)

    assert {("sent", 1)} == set(ends.values()), ends


@pytest.mark.parametrize(
    ("word", "end"),
    [("MAIL", ("sent", 1)), ("RCPT", ("sent", 1)), ("DATA", ("unsure", 0)), ("", ("unsure", 1))],
)
async def test_smtp_dies_at_any_word(
    tools: Tools, tmp_path: Path, word: str, end: tuple[str, int]
) -> None:
    """Before the mail it goes later; after it nobody knows, and it is not sent again."""
    async with scene(tools, tmp_path) as (world, source, reply):
        world.breaks_at, world.hangs_up = word, not word
        ended = await delivered(world, source, reply), len(world.outbox)

    assert end == ended


async def test_the_desk_dies_at_any_command(tools: Tools, tmp_path: Path) -> None:
    """The next desk looks: what went is found, what did not is absent, and only the moment
    between both is a person's to decide. Nothing goes twice."""
    ends = []
    for cut in range(1, await commands(tools, tmp_path) + 1):
        async with scene(tools, tmp_path) as (world, source, reply):
            task = asyncio.ensure_future(source.send(reply))
            while len(world.told) < cut and not task.done():  # noqa: ASYNC110
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            known = await looked(source, reply)
            if known == "absent":
                await source.send(reply)
            ends.append((known, len(world.outbox)))

    assert all(count == 1 for known, count in ends if known != "unsure"), ends
    assert all(count <= 1 for _, count in ends), ends


async def test_a_desk_that_died_before_it_wrote_is_no_answer_given_outside(
    tools: Tools, tmp_path: Path
) -> None:
    """A copy that is still marked is no answer of ours: the clock goes on."""
    async with scene(tools, tmp_path) as (world, source, reply):
        world.hangs_up = True
        with pytest.raises(Doubt):
            await source.send(reply)
        posts = (await source.poll(Cursor(), NOW)).posts

    assert [False] == [post.own for post in posts]
