"""A mailbox at a desk: a customer's mail is a row, its answer goes once and counts once."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest

from console.client import or_raise
from console.core.asks import BeginPrivate, ConversationPage, Done, SendReply, Show
from tests.desk.test_run import House, rows, until
from tests.sources.mail_world import PASSWORD, MailWorld, mail
from tests.sources.vendors import wordpress

ARRIVED = datetime(2027, 5, 3, 8, 30, tzinfo=UTC)
"""Half an hour before the desk's clock."""
SENT = 'EXAMINE "Sent Items"'


@pytest.fixture
async def world() -> AsyncIterator[MailWorld]:
    world = MailWorld()
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
def house(tmp_path: Path, world: MailWorld) -> House:
    before = os.umask(0o022)
    os.umask(before)
    (tmp_path / "password").write_text(PASSWORD)
    made = House(tmp_path)
    options = world.options(str(tmp_path / "password"))
    lines = [f"{key} = {str(value)!r}" for key, value in options.items()]
    made.write(sources=(), more="[sources.mail]\ntype = 'email'\n" + "\n".join(lines) + "\n")
    return made


def written(id: str, **headers: str) -> bytes:
    return mail(id=id, date="Mon, 03 May 2027 08:20:00 +0000", **headers)


async def test_a_mail_is_answered_once_and_the_answer_is_its_copy(
    house: House, world: MailWorld
) -> None:
    """The copy that the next poll finds in Sent is the reply that the desk sent, no second one."""
    world.arrives = ARRIVED
    world.inbox.add(written("<1@mail.example>"), arrived=ARRIVED)
    async with house.desk(), house.console() as client:
        await until(lambda: rows(client), looks=15_000)
        (row,) = await rows(client)
        page = await client.ask(Show(conversation=row.id))
        assert isinstance(page, ConversationPage)
        inbound = page.conversation.turns[-1]
        or_raise(
            await client.ask(
                SendReply(
                    conversation=row.id,
                    text="It left today.",
                    key="abcdefgh-1",
                    opened_on=inbound.id,
                    version=page.conversation.row.version,
                )
            )
        )
        polls = world.told.count(SENT)

        async def polled_since() -> bool:
            await house.time.advance(5)
            shown = await client.ask(Show(conversation=row.id))
            assert isinstance(shown, ConversationPage)
            answered = shown.conversation.row.status == "waiting"
            return answered and world.told.count(SENT) > polls + 3

        await until(polled_since, looks=15_000)
        after = await client.ask(Show(conversation=row.id))

    assert isinstance(after, ConversationPage)
    said = [(turn.kind, turn.text) for turn in after.conversation.turns]
    assert [("inbound", "Where is my order?"), ("response", "It left today.")] == said
    assert ("waiting", 1) == (after.conversation.row.status, len(world.outbox))


async def test_news_of_the_mailbox_needs_no_interval(house: House, world: MailWorld) -> None:
    """IDLE brings a mail within a minute, where a poll comes every five."""
    async with house.desk(), house.console() as client:
        await until(lambda: "IDLE" in world.told)
        world.inbox.add(written("<2@mail.example>"), arrived=ARRIVED)
        world.news.set()

        async def came() -> bool:
            await house.time.advance(0.1)
            return bool(await rows(client))

        await until(came, looks=600)
        (row,) = await rows(client)

    assert ("mail", "message") == (row.source, row.kind)


async def test_a_review_goes_on_by_mail_and_its_answer_comes_back_there(
    house: House, world: MailWorld, tmp_path: Path
) -> None:
    """The shop told the reviewer's address: we write first, once, and they answer into it."""
    world.arrives = ARRIVED
    async with wordpress.WordPress().running() as shop:
        shop.review("The lamp flickers", at=ARRIVED)
        (tmp_path / "wordpress").write_text(wordpress.PASSWORD)
        (tmp_path / "secret").write_text(wordpress.SECRET)
        with house.file.open("a") as config:
            config.write(
                f"[sources.shop]\ntype = 'woocommerce'\nurl = '{shop.base}'\nevery = '1m'\n"
                f"user = '{wordpress.USER}'\npassword_file = '{tmp_path}/wordpress'\n"
                f"key = '{wordpress.KEY}'\nsecret_file = '{tmp_path}/secret'\n"
                "allow_private = true\n"
            )
        async with house.desk(), house.console() as client:

            async def came() -> bool:
                await house.time.advance(1)
                return bool(await rows(client))

            await until(came, looks=15_000)
            (review,) = await rows(client)
            begun = or_raise(await client.ask(BeginPrivate(review.id)))
            assert isinstance(begun, Done)
            number = begun.conversation
            assert number is not None
            page = await client.ask(Show(number))
            assert isinstance(page, ConversationPage)
            turns, version = page.conversation.turns, page.conversation.row.version
            or_raise(
                await client.ask(
                    SendReply(number, "Where do you live?", "abcdefgh-9", turns[-1].id, version)
                )
            )

            async def sent() -> bool:
                await house.time.advance(5)
                return bool(world.outbox)

            await until(sent, looks=15_000)
            first = message_from_bytes(world.outbox[0][2])
            answer = mail(
                "Elm Street 5",
                id="<9@mail.example>",
                sender="Ana <ana@example.com>",
                date="Mon, 03 May 2027 08:25:00 +0000",
                In_Reply_To=first["Message-ID"],
                References=first["Message-ID"],
            )
            world.inbox.add(answer, arrived=ARRIVED)

            async def answered() -> bool:
                await house.time.advance(30)
                shown = await client.ask(Show(number))
                assert isinstance(shown, ConversationPage)
                return any(turn.kind == "inbound" for turn in shown.conversation.turns)

            await until(answered, looks=15_000)
            after = await client.ask(Show(number))

    assert isinstance(after, ConversationPage)
    said = [(turn.kind, turn.text) for turn in after.conversation.turns if turn.kind != "note"]
    assert [("response", "Where do you live?"), ("inbound", "Elm Street 5")] == sorted(
        said, key=lambda one: one[0] == "inbound"
    )
    assert (["ana@example.com"], 1) == (world.outbox[0][1], len(world.outbox))
    assert ("mail", "open") == (after.conversation.row.source, after.conversation.row.status)
