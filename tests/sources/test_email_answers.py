"""A mailbox, answered: the right headers, to the right person, with a copy that proves it."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header

import pytest

from sources.base import Cursor, Doubt, Outgoing, Refused, SourceError
from tests.sources.conftest import NOW
from tests.sources.mail_world import MailWorld, MakeMailbox, answering, mail, only


async def test_an_answer_reaches_the_customer(mail_world: MailWorld, make: MakeMailbox) -> None:
    """With the headers that keep it in the customer's conversation."""
    mail_world.inbox.add(
        mail(id="<2@mail.example>", References="<1@mail.example>", subject="Заказ 7")
    )
    source = make()
    receipt = await source.send(answering(await only(source), "Уже в пути.\nДо свидания"))
    ((sender, recipients, raw),) = mail_world.outbox
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


async def test_the_copy_in_sent_is_ours_on_the_next_poll(
    mail_world: MailWorld, make: MakeMailbox
) -> None:
    """The receipt and the post that Sent shows bear the same id, so that nothing counts twice."""
    mail_world.inbox.add(mail())
    source = make()
    receipt = await source.send(answering(await only(source)))
    posts = (await source.poll(Cursor(), NOW)).posts

    assert [receipt.id] == [post.id for post in posts if post.own]
    assert {r"\seen"} == mail_world.sent.mails[0].flags


async def test_where_the_customer_wants_answers(mail_world: MailWorld, make: MakeMailbox) -> None:
    """Reply-To counts."""
    mail_world.inbox.add(mail(Reply_To="Dana <dana@work.example>"))
    source = make()
    await source.send(answering(await only(source)))

    assert ["dana@work.example"] == mail_world.outbox[0][1]


async def test_automatic_mail_is_never_answered(mail_world: MailWorld, make: MakeMailbox) -> None:
    """Two machines that answer each other would not stop."""
    mail_world.inbox.add(mail(Auto_Submitted="auto-replied"))
    source = make()
    post = await only(source)

    with pytest.raises(Refused, match="no person wrote"):
        await source.send(answering(replace(post, extra={})))
    assert post.automatic
    assert [] == mail_world.outbox


async def test_a_group_of_our_own_marks_nobody(mail_world: MailWorld, make: MakeMailbox) -> None:
    """A support address that is a mailing list puts its mark on every customer's mail."""
    mail_world.inbox.add(mail(Precedence="list"))
    source = make(group=True)
    post = await only(source)
    await source.send(answering(post))

    assert (False, 1) == (post.automatic, len(mail_world.outbox))
    assert [True] == [p.automatic for p in (await make().poll(Cursor(), NOW)).posts if not p.own]


async def test_a_mail_that_was_filed_away_is_answered_all_the_same(
    mail_world: MailWorld, make: MakeMailbox
) -> None:
    """What the desk knows is enough for the conversation."""
    mail_world.inbox.add(mail())
    source = make()
    post = await only(source)
    mail_world.inbox.mails.clear()
    await source.send(answering(post))
    sent = message_from_bytes(mail_world.outbox[0][2])

    assert ("<1@mail.example>", "dana@mail.example") == (
        sent["In-Reply-To"],
        mail_world.outbox[0][1][0],
    )


async def test_a_hostile_name_adds_no_header(mail_world: MailWorld, make: MakeMailbox) -> None:
    """Line ends in what the customer wrote stay words."""
    mail_world.inbox.add(mail())
    source = make()
    post = replace(await only(source), author="Eve\r\nBcc: all@shop.example")
    await source.send(answering(post))

    assert message_from_bytes(mail_world.outbox[0][2])["Bcc"] is None


@pytest.mark.parametrize(
    ("says", "kind"),
    [("550 no such user", Refused), ("451 come back later", SourceError)],
)
async def test_a_no_leaves_no_copy(
    mail_world: MailWorld, make: MakeMailbox, says: str, kind: type[SourceError]
) -> None:
    """5xx is for good, 4xx for now; either way nothing went and Sent says so."""
    mail_world.inbox.add(mail())
    mail_world.says = says
    source = make()
    reply = answering(await only(source))

    with pytest.raises(kind, match=says[4:]) as caught:
        await source.send(reply)
    assert kind is type(caught.value)
    assert [] == mail_world.sent.mails
    assert await source.find(reply) is None


async def test_a_lost_answer_is_a_doubt_that_nobody_resends(
    mail_world: MailWorld, make: MakeMailbox
) -> None:
    """The mail went, its 250 did not come back: Sent proves neither, so a person decides."""
    mail_world.inbox.add(mail())
    mail_world.hangs_up = True
    source = make()
    reply = answering(await only(source))

    with pytest.raises(Doubt):
        await source.send(reply)
    with pytest.raises(SourceError, match="the answer was lost"):
        await source.find(reply)


async def test_an_answer_that_went_is_found(mail_world: MailWorld, make: MakeMailbox) -> None:
    """A desk that died after the answer went finds it, and sending again does not repeat it."""
    mail_world.inbox.add(mail())
    source = make()
    reply = answering(await only(source))
    receipt = await source.send(reply)

    assert receipt == await source.find(reply)
    assert receipt == await source.send(reply)
    assert 1 == len(mail_world.outbox)


async def test_an_answer_that_never_began_is_surely_absent(
    mail_world: MailWorld, make: MakeMailbox
) -> None:
    """No copy: it may be sent."""
    mail_world.inbox.add(mail())
    source = make()

    assert await source.find(answering(await only(source))) is None


async def test_a_full_mailbox_sends_nothing(mail_world: MailWorld, make: MakeMailbox) -> None:
    """Without a copy there would be no proof; the sentence says what to do."""
    mail_world.inbox.add(mail())
    mail_world.full = True
    source = make()

    with pytest.raises(SourceError, match="make room"):
        await source.send(answering(await only(source)))
    assert [] == mail_world.outbox


async def test_a_server_that_keeps_copies_itself(mail_world: MailWorld, make: MakeMailbox) -> None:
    """We write none, and its absence is the proof."""
    mail_world.inbox.add(mail())
    source = make(copy="server")
    reply = answering(await only(source))
    await source.send(reply)

    assert [] == mail_world.sent.mails
    assert await source.find(reply) is None


async def test_a_mailbox_without_smtp_is_only_read(make: MakeMailbox) -> None:
    """It has no channel."""
    assert make(smtp="").channel is None


def opening(text: str = "Here is your code.", **more: str) -> Outgoing:
    """A first mail to Dana, who had only reviewed."""
    fields = {"author": "Dana", "author_id": "dana@mail.example", "subject": "Ваш отзыв"}
    return Outgoing("abcdefgh-1", text, post_id="", **{"thread": "", **fields, **more})


async def test_a_first_mail_has_a_subject_and_answers_nothing(
    mail_world: MailWorld, make: MakeMailbox
) -> None:
    """To the address given, with a copy in Sent, and the conversation that it begins is told."""
    source = make()
    receipt = await source.send(opening())
    ((_sender, recipients, raw),) = mail_world.outbox
    sent = message_from_bytes(raw)

    assert ["dana@mail.example"] == recipients
    assert (None, None) == (sent["In-Reply-To"], sent["References"])
    assert "Ваш отзыв" == str(make_header(decode_header(sent["Subject"])))
    assert (f"sent:{sent['Message-ID']}", sent["Message-ID"]) == (receipt.id, receipt.thread)


async def test_a_first_mail_goes_once_and_is_found(
    mail_world: MailWorld, make: MakeMailbox
) -> None:
    """By the copy in Sent, as every answer."""
    source = make()
    before = await source.find(opening())

    first = await source.send(opening())
    again = await source.send(opening())

    assert (None, 1) == (before, len(mail_world.outbox))
    assert first == again == await source.find(opening())


async def test_what_answers_a_first_mail_is_in_its_thread(
    mail_world: MailWorld, make: MakeMailbox
) -> None:
    """A second one of ours before it answers goes on in it, too."""
    source = make()
    receipt = await source.send(opening())
    again = replace(opening("And this.", thread=receipt.thread), key="abcdefgh-2")
    second = await source.send(again)
    mail_world.inbox.add(mail(References=receipt.thread, In_Reply_To=receipt.thread))

    posts = (await source.poll(Cursor(), NOW)).posts

    assert receipt.thread == second.thread
    assert receipt.thread in message_from_bytes(mail_world.outbox[1][2])["References"]
    assert [receipt.thread] == [post.thread for post in posts if not post.own]


async def test_a_first_mail_needs_an_address(mail_world: MailWorld, make: MakeMailbox) -> None:
    """A name on a network is none."""
    with pytest.raises(Refused):
        await make().send(opening(author_id="@dana"))

    assert [] == mail_world.outbox
