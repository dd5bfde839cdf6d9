"""Mail servers that are broken, hostile or merely unusual: an error in words, or the mail."""

from __future__ import annotations

from typing import Any

import pytest

from sources import mail_imap
from sources.base import Cursor, SourceError
from sources.email import EmailSource
from sources.mail_grammar import folder_name
from tests.sources.conftest import NOW
from tests.sources.mail_world import MailWorld, MakeMailbox, mail

ODD: dict[str, tuple[str, bytes, str]] = {
    "refuses": ("EXAMINE", b"TAG NO [ALERT] \x1b[31mcome back\r\n", r"says: \[ALERT\] \[31mcome"),
    "does not understand": ("UID SEARCH", b"TAG BAD what\r\n", "says: what"),
    "does not number": ("EXAMINE", b"* 3 EXISTS\r\nTAG OK\r\n", "UIDVALIDITY"),
    "a huge literal": ("UID FETCH", b"* 1 FETCH (BODY[] {9999999999}\r\n", "more than was asked"),
    "many literals": (
        "UID FETCH",
        b"* 1 FETCH (BODY[] {1000000}\r\n" + b"x" * 1_000_000 + b")\r\n" * 2,
        "does not answer",
    ),
    "hangs up": ("UID FETCH", b"", "does not answer"),
    "an endless line": ("UID SEARCH", b"* SEARCH " + b"1 " * 5_000_000, "answers nonsense"),
    "an endless list": ("LIST", b'* LIST () "/" "' + b"x" * 9_000_000 + b'"\r\n', "nonsense"),
    "no IMAP": ("EXAMINE", b"HTTP/1.1 200 OK\r\n\r\n", "does not answer"),
}


@pytest.fixture
def source(mail_world: MailWorld, make: MakeMailbox) -> EmailSource:
    """A mailbox with one mail."""
    mail_world.inbox.add(mail())
    return make()


@pytest.mark.parametrize("name", ODD)
async def test_an_odd_server_is_an_error_in_words(
    mail_world: MailWorld, source: EmailSource, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bounded in time and size, without a control character."""
    monkeypatch.setattr(mail_imap, "ANSWER_WITHIN_S", 0.3)
    word, said, words = ODD[name]
    mail_world.odd_answers = {word: said}

    with pytest.raises(SourceError, match=words) as caught:
        await source.poll(Cursor(), NOW)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "said",
    [
        b"* 1 FETCH (FLAGS () UID 1 BODY[]<0> %s INTERNALDATE \" 3-Nov-2026 09:00:00 +0100\")",
        b"* 5 EXISTS\r\n* 1 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH (UID 1 BODY[]<0> %s)",
        b"* 1 FETCH (BODY[]<0> %s UID 1)\r\n* 2 FETCH (UID 2 FLAGS ())",
    ],
    ids=["another order", "news in between", "uid at the end"],
)  # fmt: skip
async def test_unusual_answers_are_understood(
    mail_world: MailWorld, source: EmailSource, said: bytes
) -> None:
    """The grammar leaves servers much freedom."""
    raw = mail()
    literal = b"{%d}\r\n%s" % (len(raw), raw)
    mail_world.odd_answers = {"UID FETCH 1": said.replace(b"%s", literal) + b"\r\nTAG OK\r\n"}
    (post,) = (await source.poll(Cursor(), NOW)).posts

    assert "Where is my order?" == post.text


async def test_a_mail_that_vanished_meanwhile_is_passed_over(
    mail_world: MailWorld, source: EmailSource
) -> None:
    """Somebody deleted it between the search and the reading."""
    mail_world.inbox.add(mail(id="<2@mail.example>"))
    mail_world.odd_answers = {"UID FETCH 1 ": b"TAG OK nothing\r\n"}
    batch = await source.poll(Cursor(), NOW)

    assert ["<2@mail.example>"] == [post.id for post in batch.posts]


async def test_a_mailbox_without_a_folder_for_sent_mail(
    mail_world: MailWorld, source: EmailSource
) -> None:
    """Polls go on without it."""
    del mail_world.folders["Sent Items"]

    assert 1 == len((await source.poll(Cursor(), NOW)).posts)


@pytest.mark.parametrize(
    ("name", "written"),
    [("INBOX", "INBOX"), ("A&B", "A&-B"), ("Поддержка", "&BB8EPgQ0BDQENQRABDYEOgQw-")],
)
def test_folder_names_in_any_letters(name: str, written: str) -> None:
    """As IMAP writes them (modified UTF-7)."""
    assert written == folder_name(name)


async def test_a_damaged_bookmark_begins_anew(mail_world: MailWorld, source: EmailSource) -> None:
    """Everything is read again under the same ids."""
    cursor: Any = Cursor(position="{not json")

    assert 1 == len((await source.poll(cursor, NOW)).posts)
