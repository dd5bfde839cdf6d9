"""A mailbox: read, answered, and never answered twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from sources.base import (
    Batch,
    Cursor,
    Doubt,
    OptionError,
    Outgoing,
    Post,
    Refused,
    SourceError,
)
from sources.email import EmailSource
from sources.tools import Tools
from tests.sources.conftest import NOW
from tests.sources.mail_world import PASSWORD, MailWorld, mail

Make = Callable[..., EmailSource]


@pytest.fixture
async def world() -> AsyncIterator[MailWorld]:
    world = MailWorld()
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
def make(world: MailWorld, tools: Tools, tmp_path: Path) -> Make:
    secret = tmp_path / "password"
    secret.write_text(PASSWORD + "\n")

    def made(**options: Any) -> EmailSource:
        return EmailSource("mail", world.options(str(secret), **options), tools)

    return made


def answering(post: Post, text: str = "It is on its way.", key: str = "key-12345678") -> Outgoing:
    """A reply to `post`, as the desk would give it."""
    return Outgoing(
        key=key,
        text=text,
        post_id=post.id,
        thread=post.thread or post.id,
        parent=post.parent,
        author=post.author,
        author_id=post.author_id,
        url=post.url,
        extra=post.extra,
    )


async def only(source: EmailSource) -> Post:
    (post,) = (await source.poll(Cursor(), NOW)).posts
    return post


# -- reading ----------------------------------------------------------------------------------


async def test_a_mail_becomes_a_message(world: MailWorld, make: Make) -> None:
    """Sender, subject, words and time, private, in a conversation of its own."""
    world.inbox.add(mail())

    post = await only(make())

    assert ("<1@mail.example>", "message", "My order", "Where is my order?") == (
        post.id, post.kind, post.title, post.text,
    )  # fmt: skip
    assert ("Dana Customer", "dana@mail.example", True) == (
        post.author, post.author_id, post.private,
    )  # fmt: skip
    assert datetime(2026, 11, 24, 9, 30, tzinfo=UTC) == post.occurred_at


async def test_nothing_is_read_twice(world: MailWorld, make: Make) -> None:
    """The second poll gives what came after the first, though "n:*" always names the last mail."""
    source = make()
    world.inbox.add(mail())
    first = await source.poll(Cursor(), NOW)
    second = await source.poll(first.cursor, NOW)
    world.inbox.add(mail(id="<2@mail.example>"))
    third = await source.poll(second.cursor, NOW)

    assert [1, 0, 1] == [len(batch.posts) for batch in (first, second, third)]


async def test_mails_are_not_marked_as_read(world: MailWorld, make: Make) -> None:
    """The team's own mail programs still show them as new."""
    world.inbox.add(mail())
    await make().poll(Cursor(), NOW)

    assert set() == world.inbox.mails[0].flags
    assert not any("SELECT" in told or "STORE" in told for told in world.told)


async def test_a_first_sync_reads_two_weeks(world: MailWorld, make: Make) -> None:
    """Older mail is history."""
    world.inbox.add(mail(id="<old@mail.example>"), arrived=NOW - timedelta(days=20))
    world.inbox.add(mail())

    assert ["<1@mail.example>"] == [p.id for p in (await make().poll(Cursor(), NOW)).posts]


async def test_a_full_mailbox_is_read_in_portions(world: MailWorld, make: Make) -> None:
    """Each poll says that there is more, and none is lost or repeated."""
    for number in range(120):
        world.inbox.add(mail(id=f"<{number}@mail.example>"))
    source, cursor, ids, polls = make(), Cursor(), [], 0
    while True:
        batch = await source.poll(cursor, NOW)
        ids += [post.id for post in batch.posts]
        cursor, polls = batch.cursor, polls + 1
        if not batch.more:
            break

    assert ([f"<{number}@mail.example>" for number in range(120)], 3) == (ids, polls)


async def test_a_mailbox_numbered_anew_gives_the_same_ids(world: MailWorld, make: Make) -> None:
    """A new UIDVALIDITY means reading again; the ids are those that the desk knows already."""
    source = make()
    world.inbox.add(mail())
    before = await source.poll(Cursor(), NOW)
    world.inbox.validity += 1
    world.inbox.next = 1
    world.inbox.mails.clear()
    world.inbox.add(mail())
    after = await source.poll(replace(before.cursor, last_success_at=NOW), NOW)

    assert [post.id for post in before.posts] == [post.id for post in after.posts]
    assert "numbered anew" in after.note


async def test_references_make_a_conversation(world: MailWorld, make: Make) -> None:
    """A later mail belongs to the first one it names."""
    world.inbox.add(
        mail(
            id="<3@mail.example>",
            References="<1@mail.example> <2@shop.example>",
            In_Reply_To="<2@shop.example>",
        )
    )

    assert "<1@mail.example>" == (await only(make())).thread


async def test_a_mail_that_names_only_our_answer_finds_its_conversation(
    world: MailWorld, make: Make
) -> None:
    """Some programs leave References out; the answer they name stands in Sent and tells."""
    world.sent.add(mail(id="<ours@shop.example>", References="<1@mail.example>"), flags={r"\draft"})
    world.inbox.add(mail(id="<3@mail.example>", In_Reply_To="<ours@shop.example>"))

    assert "<1@mail.example>" == (await only(make())).thread


async def test_an_answer_given_in_a_mail_program_is_ours(world: MailWorld, make: Make) -> None:
    """What stands in Sent stops the clock; a mail that answers nothing does not concern us."""
    world.sent.add(mail(id="<s1@shop.example>", References="<1@mail.example>"))
    world.sent.add(mail(id="<s2@shop.example>"))

    post = await only(make())

    assert (True, "<1@mail.example>", "sent:<s1@shop.example>") == (post.own, post.thread, post.id)


async def test_a_customer_cannot_pass_for_us(world: MailWorld, make: Make) -> None:
    """Our address in From, or the Message-ID of our answer, make nothing our own."""
    world.inbox.add(mail(id="<s1@shop.example>", sender="support@shop.example"))
    world.sent.add(mail(id="<s1@shop.example>", References="<1@mail.example>"))

    posts = (await make().poll(Cursor(), NOW)).posts

    assert [("<s1@shop.example>", False), ("sent:<s1@shop.example>", True)] == [
        (post.id, post.own) for post in posts
    ]


async def test_a_contact_form_is_from_the_customer(world: MailWorld, make: Make) -> None:
    """A form writes from our own address and names the customer in Reply-To."""
    world.inbox.add(mail(sender="Form <support@shop.example>", Reply_To="Zoe <zoe@mail.example>"))
    post = await only(make())

    assert ("Zoe", "zoe@mail.example") == (post.author, post.author_id)


async def test_large_mails_come_a_few_at_a_time(world: MailWorld, make: Make) -> None:
    """What is cut off of each is said, and a poll stays short."""
    for number in range(10):
        world.inbox.add(mail("x" * 600_000, id=f"<{number}@mail.example>"))
    source = make()
    first = await source.poll(Cursor(), NOW)
    second = await source.poll(first.cursor, NOW)

    assert (8, True, 2, False) == (len(first.posts), first.more, len(second.posts), second.more)
    assert "the first 512 of 586 kB" == first.posts[0].extra["cut"]


async def test_the_address_stands_beside_the_name(world: MailWorld, make: Make) -> None:
    """Anybody can write under a customer's name; what our server found out is said too."""
    told = b"Authentication-Results: mx; dmarc=fail header.from=mail.example\r\n"
    world.inbox.add(told + mail())
    post = await only(make())

    assert ("dana@mail.example", "not proven (DMARC)") == (post.extra["from"], post.extra["sender"])


async def test_a_bounce_joins_its_conversation(world: MailWorld, make: Make) -> None:
    """A delivery report is automatic, and stands beside the answer that it is about."""
    world.sent.add(mail(id="<ours@shop.example>", References="<1@mail.example>"), flags={r"\draft"})
    world.inbox.add(
        mail(
            "--b\nContent-Type: text/plain\n\nNo such user\n"
            "--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <ours@shop.example>\n--b--",
            id="<bounce@mx.example>",
            sender="MAILER-DAEMON@mx.example",
            Content_Type="multipart/report; report-type=delivery-status; boundary=b",
        )
    )

    post = await only(make())

    assert ("<1@mail.example>", True, "No such user") == (post.thread, post.automatic, post.text)


async def test_a_wrong_password_stops(world: MailWorld, make: Make, tmp_path: Path) -> None:
    """Nothing but a person helps, and the sentence does not show the password."""
    (tmp_path / "password").write_text("wrong password")

    with pytest.raises(SourceError, match="does not let support@shop") as caught:
        await make().poll(Cursor(), NOW)

    assert caught.value.stop
    assert "wrong password" not in str(caught.value)


async def test_an_older_server_and_a_password_in_any_letters(
    world: MailWorld, make: Make, tmp_path: Path
) -> None:
    """LOGIN, where PLAIN is not offered; what cannot be quoted goes as a literal."""
    world.capabilities, world.odd_password = "IMAP4rev1", "پاسورد"
    (tmp_path / "password").write_text(world.odd_password)
    world.inbox.add(mail())

    assert "Where is my order?" == (await only(make())).text


async def test_a_closed_port_is_told_in_words(world: MailWorld, make: Make) -> None:
    """The sentence names the server."""
    source = make(imap="127.0.0.1:1")

    with pytest.raises(SourceError, match=r"127\.0\.0\.1:1 cannot be reached"):
        await source.poll(Cursor(), NOW)


async def test_a_server_that_hangs_up_is_tried_again(make: Make) -> None:
    """Half an answer is an error of this poll, never a crash."""

    async def rude(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK hi\r\n* CAPA")
        writer.close()

    server = await asyncio.start_server(rude, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        with pytest.raises(SourceError, match="broke the connection"):
            await make(imap=f"127.0.0.1:{port}").poll(Cursor(), NOW)


async def test_plain_text_logins_stay_on_this_machine(world: MailWorld, make: Make) -> None:
    """Without TLS only loopback may be used, and a password never stands in the table."""
    with pytest.raises(OptionError) as caught:
        make(imap="imap.example.com", password="x")

    assert {"imap_tls", "password"} == caught.value.problems.keys()


# -- answering --------------------------------------------------------------------------------


async def test_an_answer_reaches_the_customer(world: MailWorld, make: Make) -> None:
    """With the headers that keep it in the customer's conversation."""
    world.inbox.add(mail(id="<2@mail.example>", References="<1@mail.example>", subject="Заказ 7"))
    source = make()
    receipt = await source.send(answering(await only(source), "Уже в пути.\nДо свидания"))
    ((sender, recipients, raw),) = world.outbox
    sent = message_from_bytes(raw)

    assert ("support@shop.example", ["dana@mail.example"]) == (sender, recipients)
    assert "<2@mail.example>" == sent["In-Reply-To"]
    assert "<1@mail.example> <2@mail.example>" == " ".join(sent["References"].split())
    assert "no" == sent["Auto-Submitted"]
    assert f"sent:{sent['Message-ID']}" == receipt.id
    assert "=?utf-8?" in sent["Subject"]
    payload = sent.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert "Уже в пути.\r\nДо свидания" == payload.decode().strip()


async def test_the_copy_in_sent_is_ours_on_the_next_poll(world: MailWorld, make: Make) -> None:
    """The receipt and the post that Sent shows bear the same id, so that nothing counts twice."""
    world.inbox.add(mail())
    source = make()
    receipt = await source.send(answering(await only(source)))
    posts = (await source.poll(Cursor(), NOW)).posts

    assert [receipt.id] == [post.id for post in posts if post.own]
    assert {r"\seen"} == world.sent.mails[0].flags


async def test_where_the_customer_wants_answers(world: MailWorld, make: Make) -> None:
    """Reply-To counts."""
    world.inbox.add(mail(Reply_To="Dana <dana@work.example>"))
    source = make()
    await source.send(answering(await only(source)))

    assert ["dana@work.example"] == world.outbox[0][1]


async def test_automatic_mail_is_never_answered(world: MailWorld, make: Make) -> None:
    """Two machines that answer each other would not stop."""
    world.inbox.add(mail(Auto_Submitted="auto-replied"))
    source = make()
    post = await only(source)

    with pytest.raises(Refused, match="no person wrote"):
        await source.send(answering(replace(post, extra={})))
    assert post.automatic
    assert [] == world.outbox


async def test_a_group_of_our_own_marks_nobody(world: MailWorld, make: Make) -> None:
    """A support address that is a mailing list puts its mark on every customer's mail."""
    world.inbox.add(mail(Precedence="list"))
    source = make(group=True)
    post = await only(source)
    await source.send(answering(post))

    assert (False, 1) == (post.automatic, len(world.outbox))
    assert [True] == [p.automatic for p in (await make().poll(Cursor(), NOW)).posts if not p.own]


async def test_a_mail_that_was_filed_away_is_answered_all_the_same(
    world: MailWorld, make: Make
) -> None:
    """What the desk knows is enough for the conversation."""
    world.inbox.add(mail())
    source = make()
    post = await only(source)
    world.inbox.mails.clear()
    await source.send(answering(post))
    sent = message_from_bytes(world.outbox[0][2])

    assert ("<1@mail.example>", "dana@mail.example") == (sent["In-Reply-To"], world.outbox[0][1][0])


async def test_a_hostile_name_adds_no_header(world: MailWorld, make: Make) -> None:
    """Line ends in what the customer wrote stay words."""
    world.inbox.add(mail())
    source = make()
    post = replace(await only(source), author="Eve\r\nBcc: all@shop.example")
    await source.send(answering(post))

    assert message_from_bytes(world.outbox[0][2])["Bcc"] is None


@pytest.mark.parametrize(
    ("says", "kind"),
    [("550 no such user", Refused), ("451 come back later", SourceError)],
)
async def test_a_no_leaves_no_copy(
    world: MailWorld, make: Make, says: str, kind: type[SourceError]
) -> None:
    """5xx is for good, 4xx for now; either way nothing went and Sent says so."""
    world.inbox.add(mail())
    world.says = says
    source = make()
    reply = answering(await only(source))

    with pytest.raises(kind, match=says[4:]) as caught:
        await source.send(reply)
    assert kind is type(caught.value)
    assert [] == world.sent.mails
    assert await source.find(reply) is None


async def test_a_lost_answer_is_a_doubt_that_nobody_resends(world: MailWorld, make: Make) -> None:
    """The mail went, its 250 did not come back: Sent proves neither, so a person decides."""
    world.inbox.add(mail())
    world.hangs_up = True
    source = make()
    reply = answering(await only(source))

    with pytest.raises(Doubt):
        await source.send(reply)
    with pytest.raises(SourceError, match="the answer was lost"):
        await source.find(reply)


async def test_an_answer_that_went_is_found(world: MailWorld, make: Make) -> None:
    """A desk that died after the answer went finds it, and sending again does not repeat it."""
    world.inbox.add(mail())
    source = make()
    reply = answering(await only(source))
    receipt = await source.send(reply)

    assert receipt == await source.find(reply)
    assert receipt == await source.send(reply)
    assert 1 == len(world.outbox)


async def test_an_answer_that_never_began_is_surely_absent(world: MailWorld, make: Make) -> None:
    """No copy: it may be sent."""
    world.inbox.add(mail())
    source = make()

    assert await source.find(answering(await only(source))) is None


async def test_a_full_mailbox_sends_nothing(world: MailWorld, make: Make) -> None:
    """Without a copy there would be no proof; the sentence says what to do."""
    world.inbox.add(mail())
    world.full = True
    source = make()

    with pytest.raises(SourceError, match="make room"):
        await source.send(answering(await only(source)))
    assert [] == world.outbox


async def test_a_server_that_keeps_copies_itself(world: MailWorld, make: Make) -> None:
    """We write none, and its absence is the proof."""
    world.inbox.add(mail())
    source = make(copy="server")
    reply = answering(await only(source))
    await source.send(reply)

    assert [] == world.sent.mails
    assert await source.find(reply) is None


async def test_a_mailbox_without_smtp_is_only_read(make: Make) -> None:
    """It has no channel."""
    assert make(smtp="").channel is None


# -- listening --------------------------------------------------------------------------------


class Ear:
    """The desk's side of a listening source."""

    def __init__(self) -> None:
        self.woken = asyncio.Event()
        self.cursor = Cursor()

    async def take(self, batch: Batch) -> None:
        raise AssertionError("a mailbox is polled")

    def wake(self) -> None:
        self.woken.set()


async def test_new_mail_wakes_the_poll(world: MailWorld, make: Make) -> None:
    """At the beginning, for what came before, and whenever IDLE tells of more."""
    ear = Ear()
    listening = asyncio.ensure_future(make().listen(ear))
    await asyncio.wait_for(ear.woken.wait(), 5)
    ear.woken.clear()
    world.news.set()
    await asyncio.wait_for(ear.woken.wait(), 5)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)

    assert ear.woken.is_set()


async def test_a_server_without_idle_is_only_polled(world: MailWorld, make: Make) -> None:
    """Listening ends at once and without an error."""
    world.capabilities = "IMAP4rev1 AUTH=PLAIN"

    await make().listen(Ear())

    assert "IDLE" not in world.told
