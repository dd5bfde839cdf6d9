"""A mailbox on real servers: from a customer's mail to the answer in the customer's mailbox."""

from __future__ import annotations

import asyncio
import smtplib
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

import pytest

from sources.base import Batch, Cursor, Post, Refused
from sources.email import EmailSource
from sources.net import Net
from sources.parsing import Parser
from sources.tools import Tools
from tests.sources.mail_world import Ear, answering, mail
from tests.sources.real_mail import RealMail, missing, real_mail

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def servers() -> Iterator[RealMail]:
    if reason := missing():
        pytest.skip(reason)
    # Not below the test's own folder: the mail servers' users may not enter that.
    with tempfile.TemporaryDirectory(prefix="shiftdesk-mail-") as folder:
        with real_mail(Path(folder)) as place:
            yield place


@dataclass
class Desk:
    """The team's mailbox, and the customer's."""

    servers: RealMail
    tools: Tools
    secret: Path

    def box(self, address: str = "support@shop.test") -> EmailSource:
        options = {
            "address": address,
            "name": "Shop Support",
            "imap": f"127.0.0.1:{self.servers.imap}",
            "imap_tls": "none",
            "smtp": f"127.0.0.1:{self.servers.smtp}",
            "smtp_tls": "none",
            "password_file": str(self.secret),
        }
        return EmailSource("mail", options, self.tools)

    def write(self, *mails: bytes) -> None:
        with smtplib.SMTP("127.0.0.1", self.servers.smtp) as client:
            for raw in mails:
                client.sendmail("dana@shop.test", ["support@shop.test"], raw)

    async def until(self, box: EmailSource, id: str) -> Post:
        """The post with this id, as soon as the mailbox has it."""
        for _ in range(100):
            cursor = Cursor()
            while True:
                batch: Batch = await box.poll(cursor, self.tools.clock())
                for post in batch.posts:
                    if post.id == id:
                        return post
                if not batch.more:
                    break
                cursor = batch.cursor
            await asyncio.sleep(0.1)
        raise AssertionError(f"{id} never came")


@pytest.fixture
async def desk(servers: RealMail, tmp_path: Path) -> AsyncIterator[Desk]:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    async with Net() as net, Parser() as parser:
        yield Desk(servers, Tools(net, parser), secret)


def customer(id: str, **headers: str) -> bytes:
    return mail("Где мой заказ?", id=id, sender="Dana <dana@shop.test>", **headers)


async def test_from_a_mail_to_its_answer(desk: Desk) -> None:
    """Poll, answer, seen in the customer's mailbox; the customer's next mail joins; Sent proves it."""
    desk.write(customer("<r1@shop.test>"))
    ours = desk.box()
    post = await desk.until(ours, "<r1@shop.test>")
    reply = answering(post, "Уже едет", key="real-key-0001")
    receipt = await ours.send(reply)
    answer = await desk.until(desk.box("dana@shop.test"), receipt.id.removeprefix("sent:"))
    desk.write(customer("<r2@shop.test>", In_Reply_To=receipt.id.removeprefix("sent:")))
    back = await desk.until(ours, "<r2@shop.test>")
    copy = await desk.until(ours, receipt.id)

    assert ("Уже едет", "<r1@shop.test>", "Re: My order") == (
        answer.text, answer.thread, answer.title,
    )  # fmt: skip
    assert ("<r1@shop.test>", False) == (back.thread, back.automatic)
    assert (True, "<r1@shop.test>", "Уже едет") == (copy.own, copy.thread, copy.text)
    assert receipt == await ours.find(reply)


async def test_nobody_at_that_address(desk: Desk) -> None:
    """The server says no at once: refused in its words, and Sent keeps no copy."""
    desk.write(customer("<r3@shop.test>", Reply_To="nobody@shop.test"))
    ours = desk.box()
    reply = answering(await desk.until(ours, "<r3@shop.test>"), key="real-key-0003")

    with pytest.raises(Refused, match="no such user"):
        await ours.send(reply)
    assert await ours.find(reply) is None


async def test_a_portion_of_a_full_mailbox(desk: Desk) -> None:
    """A hundred and twenty mails: each once, in three polls."""
    raw = [customer(f"<many{number}@shop.test>") for number in range(120)]
    desk.write(*raw)
    ours = desk.box()
    await desk.until(ours, message_from_bytes(raw[-1])["Message-ID"])
    cursor, ids = Cursor(), []
    while True:
        batch = await ours.poll(cursor, desk.tools.clock())
        ids += [post.id for post in batch.posts if "many" in post.id]
        cursor = batch.cursor
        if not batch.more:
            break

    assert (120, 120) == (len(ids), len(set(ids)))
    assert () == tuple((await ours.poll(cursor, desk.tools.clock())).posts)


async def test_new_mail_is_told(desk: Desk) -> None:
    """IDLE wakes without a poll."""
    ear = Ear()
    listening = asyncio.ensure_future(desk.box().listen(ear))
    try:
        await asyncio.wait_for(ear.woken.wait(), 10)
        ear.woken.clear()
        desk.write(customer("<r4@shop.test>"))
        await asyncio.wait_for(ear.woken.wait(), 10)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)

    assert ear.woken.is_set()
