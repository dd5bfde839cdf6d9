"""A mailbox, read: what becomes a post, in which conversation, and of whom."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sources.base import Cursor, OptionError, SourceError
from tests.sources.conftest import NOW
from tests.sources.mail_world import Ear, MailWorld, MakeMailbox, mail, only


async def test_a_mail_becomes_a_message(mail_world: MailWorld, make: MakeMailbox) -> None:
    """Sender, subject, words and time, private, in a conversation of its own."""
    mail_world.inbox.add(mail())

    post = await only(make())

    assert ("<1@mail.example>", "message", "My order", "Where is my order?") == (
        post.id, post.kind, post.title, post.text,
    )  # fmt: skip
    assert ("Dana Customer", "dana@mail.example", True) == (
        post.author, post.author_id, post.private,
    )  # fmt: skip
    assert datetime(2026, 11, 24, 9, 30, tzinfo=UTC) == post.occurred_at


async def test_nothing_is_read_twice(mail_world: MailWorld, make: MakeMailbox) -> None:
    """The second poll gives what came after the first, though "n:*" always names the last mail."""
    source = make()
    mail_world.inbox.add(mail())
    first = await source.poll(Cursor(), NOW)
    second = await source.poll(first.cursor, NOW)
    mail_world.inbox.add(mail(id="<2@mail.example>"))
    third = await source.poll(second.cursor, NOW)

    assert [1, 0, 1] == [len(batch.posts) for batch in (first, second, third)]


async def test_mails_are_not_marked_as_read(mail_world: MailWorld, make: MakeMailbox) -> None:
    """The team's own mail programs still show them as new."""
    mail_world.inbox.add(mail())
    await make().poll(Cursor(), NOW)

    assert set() == mail_world.inbox.mails[0].flags
    assert not any("SELECT" in told or "STORE" in told for told in mail_world.told)


async def test_a_first_sync_reads_two_weeks(mail_world: MailWorld, make: MakeMailbox) -> None:
    """Older mail is history."""
    mail_world.inbox.add(mail(id="<old@mail.example>"), arrived=NOW - timedelta(days=20))
    mail_world.inbox.add(mail())

    assert ["<1@mail.example>"] == [p.id for p in (await make().poll(Cursor(), NOW)).posts]


async def test_a_full_mailbox_is_read_in_portions(mail_world: MailWorld, make: MakeMailbox) -> None:
    """Each poll says that there is more, and none is lost or repeated."""
    for number in range(120):
        mail_world.inbox.add(mail(id=f"<{number}@mail.example>"))
    source, cursor, ids, polls = make(), Cursor(), [], 0
    while True:
        batch = await source.poll(cursor, NOW)
        ids += [post.id for post in batch.posts]
        cursor, polls = batch.cursor, polls + 1
        if not batch.more:
            break

    assert ([f"<{number}@mail.example>" for number in range(120)], 3) == (ids, polls)


async def test_a_mailbox_numbered_anew_gives_the_same_ids(
    mail_world: MailWorld, make: MakeMailbox
) -> None:
    """A new UIDVALIDITY means reading again; the ids are those that the desk knows already."""
    source = make()
    mail_world.inbox.add(mail())
    before = await source.poll(Cursor(), NOW)
    mail_world.inbox.validity += 1
    mail_world.inbox.next = 1
    mail_world.inbox.mails.clear()
    mail_world.inbox.add(mail())
    after = await source.poll(replace(before.cursor, last_success_at=NOW), NOW)

    assert [post.id for post in before.posts] == [post.id for post in after.posts]
    assert "numbered anew" in after.note


async def test_references_make_a_conversation(mail_world: MailWorld, make: MakeMailbox) -> None:
    """A later mail belongs to the first one it names."""
    mail_world.inbox.add(
        mail(
            id="<3@mail.example>",
            References="<1@mail.example> <2@shop.example>",
            In_Reply_To="<2@shop.example>",
        )
    )

    assert "<1@mail.example>" == (await only(make())).thread


async def test_a_mail_that_names_only_our_answer_finds_its_conversation(
    mail_world: MailWorld, make: MakeMailbox
) -> None:
    """Some programs leave References out; the answer they name stands in Sent and tells."""
    mail_world.sent.add(
        mail(id="<ours@shop.example>", References="<1@mail.example>"), flags={r"\draft"}
    )
    mail_world.inbox.add(mail(id="<3@mail.example>", In_Reply_To="<ours@shop.example>"))

    assert "<1@mail.example>" == (await only(make())).thread


async def test_an_answer_given_in_a_mail_program_is_ours(
    mail_world: MailWorld, make: MakeMailbox
) -> None:
    """What stands in Sent stops the clock; a mail that answers nothing does not concern us."""
    mail_world.sent.add(mail(id="<s1@shop.example>", References="<1@mail.example>"))
    mail_world.sent.add(mail(id="<s2@shop.example>"))

    post = await only(make())

    assert (True, "<1@mail.example>", "sent:<s1@shop.example>") == (post.own, post.thread, post.id)


async def test_a_customer_cannot_pass_for_us(mail_world: MailWorld, make: MakeMailbox) -> None:
    """Our address in From, or the Message-ID of our answer, make nothing our own."""
    mail_world.inbox.add(mail(id="<s1@shop.example>", sender="support@shop.example"))
    mail_world.sent.add(mail(id="<s1@shop.example>", References="<1@mail.example>"))

    posts = (await make().poll(Cursor(), NOW)).posts

    assert [("<s1@shop.example>", False), ("sent:<s1@shop.example>", True)] == [
        (post.id, post.own) for post in posts
    ]


async def test_a_contact_form_is_from_the_customer(
    mail_world: MailWorld, make: MakeMailbox
) -> None:
    """A form writes from our own address and names the customer in Reply-To."""
    mail_world.inbox.add(
        mail(sender="Form <support@shop.example>", Reply_To="Zoe <zoe@mail.example>")
    )
    post = await only(make())

    assert ("Zoe", "zoe@mail.example") == (post.author, post.author_id)


async def test_large_mails_come_a_few_at_a_time(mail_world: MailWorld, make: MakeMailbox) -> None:
    """What is cut off of each is said, and a poll stays short."""
    for number in range(10):
        mail_world.inbox.add(mail("x" * 600_000, id=f"<{number}@mail.example>"))
    source = make()
    first = await source.poll(Cursor(), NOW)
    second = await source.poll(first.cursor, NOW)

    assert (8, True, 2, False) == (len(first.posts), first.more, len(second.posts), second.more)
    assert "the first 512 of 586 kB" == first.posts[0].extra["cut"]


async def test_the_address_stands_beside_the_name(mail_world: MailWorld, make: MakeMailbox) -> None:
    """Anybody can write under a customer's name; what our server found out is said too."""
    told = b"Authentication-Results: mx; dmarc=fail header.from=mail.example\r\n"
    mail_world.inbox.add(told + mail())
    post = await only(make())

    assert ("dana@mail.example", "not proven (DMARC)") == (post.extra["from"], post.extra["sender"])


async def test_a_bounce_joins_its_conversation(mail_world: MailWorld, make: MakeMailbox) -> None:
    """A delivery report is automatic, and stands beside the answer that it is about."""
    mail_world.sent.add(
        mail(id="<ours@shop.example>", References="<1@mail.example>"), flags={r"\draft"}
    )
    mail_world.inbox.add(
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


async def test_a_wrong_password_stops(
    mail_world: MailWorld, make: MakeMailbox, tmp_path: Path
) -> None:
    """Nothing but a person helps, and the sentence does not show the password."""
    (tmp_path / "password").write_text("wrong password")

    with pytest.raises(SourceError, match="does not let support@shop") as caught:
        await make().poll(Cursor(), NOW)

    assert caught.value.stop
    assert "wrong password" not in str(caught.value)


async def test_an_older_server_and_a_password_in_any_letters(
    mail_world: MailWorld, make: MakeMailbox, tmp_path: Path
) -> None:
    """LOGIN, where PLAIN is not offered; what cannot be quoted goes as a literal."""
    mail_world.capabilities, mail_world.odd_password = "IMAP4rev1", "پاسورد"
    (tmp_path / "password").write_text(mail_world.odd_password)
    mail_world.inbox.add(mail())

    assert "Where is my order?" == (await only(make())).text


async def test_a_closed_port_is_told_in_words(mail_world: MailWorld, make: MakeMailbox) -> None:
    """The sentence names the server."""
    source = make(imap="127.0.0.1:1")

    with pytest.raises(SourceError, match=r"127\.0\.0\.1:1 cannot be reached"):
        await source.poll(Cursor(), NOW)


async def test_a_server_that_hangs_up_is_tried_again(make: MakeMailbox) -> None:
    """Half an answer is an error of this poll, never a crash."""

    async def rude(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK hi\r\n* CAPA")
        writer.close()

    server = await asyncio.start_server(rude, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        with pytest.raises(SourceError, match="broke the connection"):
            await make(imap=f"127.0.0.1:{port}").poll(Cursor(), NOW)


async def test_plain_text_logins_stay_on_this_machine(
    mail_world: MailWorld, make: MakeMailbox
) -> None:
    """Without TLS only loopback may be used, and a password never stands in the table."""
    with pytest.raises(OptionError) as caught:
        make(imap="imap.example.com", password="x")

    assert {"imap_tls", "password"} == caught.value.problems.keys()


async def test_new_mail_wakes_the_poll(mail_world: MailWorld, make: MakeMailbox) -> None:
    """At the beginning, for what came before, and whenever IDLE tells of more."""
    ear = Ear()
    listening = asyncio.ensure_future(make().listen(ear))
    await asyncio.wait_for(ear.woken.wait(), 5)
    ear.woken.clear()
    mail_world.news.set()
    await asyncio.wait_for(ear.woken.wait(), 5)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)

    assert ear.woken.is_set()


async def test_a_server_without_idle_is_only_polled(
    mail_world: MailWorld, make: MakeMailbox
) -> None:
    """Listening ends at once and without an error."""
    mail_world.capabilities = "IMAP4rev1 AUTH=PLAIN"

    await make().listen(Ear())

    assert "IDLE" not in mail_world.told
