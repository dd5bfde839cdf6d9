"""Mail as strangers write it: letters in every charset, quotes in every form, hostile bytes."""

from __future__ import annotations

import random
from email import message_from_bytes
from time import process_time

import pytest

from sources.mail_letter import read_letter
from sources.mail_quotes import apart, joined
from tests.sources.mail_world import mail

MULTIPART = "multipart/mixed; boundary=x"


@pytest.mark.parametrize(
    ("charset", "words"),
    [
        ("koi8-r", "Где мой заказ?"),
        ("windows-1251", "Где мой заказ?"),
        ("iso-8859-6", "أين طلبي"),
        ("windows-1256", "سفارش"),
        ("gb18030", "我的订单在哪里"),
        ("iso-2022-jp", "注文はどこですか"),
        ("shift_jis", "注文はどこですか"),
        ("us-ascii", "Wo bleibt meine Größe"),
        ("x-unknown", "Wo bleibt meine Größe"),
        ("punycode", "Wo bleibt meine Größe"),
    ],
)
def test_letters_of_every_charset(charset: str, words: str) -> None:
    """What a header names is believed where it can be; else the likeliest is taken."""
    real = charset if charset not in ("us-ascii", "x-unknown", "punycode") else "utf-8"
    raw = mail("@@", Content_Type=f"text/plain; charset={charset}")

    assert words == read_letter(raw.replace(b"@@", words.encode(real))).text


def test_headers_are_decoded() -> None:
    """Encoded words, of several charsets, in subject and name."""
    letter = read_letter(
        mail(
            subject="=?koi8-r?B?+sHLwdo=?= =?utf-8?Q?=E2=84=96_7?=",
            sender="=?utf-8?B?2LPYp9ix2Kc=?= <sara@mail.example>",
        )
    )

    assert ("Заказ№ 7", "سارا", "sara@mail.example") == (
        letter.subject, letter.author, letter.address,
    )  # fmt: skip


def test_the_plain_form_is_read_where_there_are_two() -> None:
    """HTML is only read where nothing else was written."""
    both = (
        "--x\nContent-Type: text/plain\n\nplain words\n"
        "--x\nContent-Type: text/html\n\n<b>bold words</b>\n--x--"
    )
    only = "--x\nContent-Type: text/html\n\n<script>bad()</script><p>bold <b>words</b>\n--x--"
    kind = "multipart/alternative; boundary=x"

    assert "plain words" == read_letter(mail(both, Content_Type=kind)).text
    assert "bold words" == read_letter(mail(only, Content_Type=kind)).text


def test_attachments_are_named_and_never_opened() -> None:
    """Name and size; a name that climbs or steers the terminal is only a text."""
    letter = read_letter(
        mail(
            "--x\nContent-Type: text/plain\n\nsee attached\n"
            "--x\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n"
            'Content-Disposition: attachment; filename="../../\x1b[31mbill.pdf"\n\n'
            "AAAAAAAA\n--x--",
            Content_Type=MULTIPART,
        )
    )

    assert ("see attached", ("../../[31mbill.pdf (6 B)",)) == (letter.text, letter.attachments)


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ({}, ""),
        ({"Auto_Submitted": "no"}, ""),
        ({"Auto_Submitted": "auto-replied (vacation)"}, "auto-replied (vacation)"),
        ({"Auto_Submitted": "auto-generated; x=y"}, "auto-generated"),
        ({"Precedence": "bulk"}, "bulk"),
        ({"Precedence": "first-class"}, ""),
        ({"X_Autoreply": "yes"}, "auto-replied"),
        ({"Return_Path": "<>"}, "delivery report"),
        ({"Return_Path": "<dana@mail.example>"}, ""),
        ({"sender": "MAILER-DAEMON@mail.example"}, "delivery report"),
    ],
)
def test_automatic_mail_is_known(headers: dict[str, str], automatic: str) -> None:
    """By RFC 3834 and the habits before it."""
    assert automatic == read_letter(mail(**headers)).automatic


@pytest.mark.parametrize(
    ("raw", "address", "many"),
    [
        ("Dana <dana@mail.example>", "dana@mail.example", False),
        ("dana@mail.example (Dana)", "dana@mail.example", False),
        ('"Roe, Dana" <dana@mail.example>', "dana@mail.example", False),
        ('"boss@bank.example" <x@evil.example>', "x@evil.example", False),
        ("boss@bank.example <x@evil.example>", "x@evil.example", False),
        ("a@x.example, b@y.example", "", True),
        ("a@x.example <b@y.example>, <c@z.example>", "", True),
        ("", "", True),
        ("undisclosed", "", True),
    ],
)
def test_the_sender_is_the_one_in_brackets(raw: str, address: str, many: bool) -> None:
    """A name is a name, whatever it looks like; two senders are none that proves anything."""
    letter = read_letter(mail(sender=raw))

    assert many == letter.from_many
    assert many or address == letter.address


QUOTES = [
    ("Thanks!\n\nOn Tue, 24 Nov 2026 at 10:00, Support <s@shop.example> wrote:\n> Hi\n> there", "Thanks!"),
    ("Thanks!\n\nOn Tue, 24 Nov 2026 at 10:00, Support\n<s@shop.example> wrote:\n\n> Hi", "Thanks!"),
    ("Спасибо\n\n24.11.2026 10:00, Support пишет:\n> Привет", "Спасибо"),
    ("ممنون\n\nدر ۲۴ نوامبر 2026، پشتیبانی نوشت:\n> سلام", "ممنون"),
    ("Danke\n\nAm 24.11.2026 um 10:00 schrieb Support:\n> Hallo", "Danke"),
    ("Ok\n\n-----Original Message-----\nFrom: Support\nanything", "Ok"),
    ("Ok\n\n________________________________\nFrom: S <s@x>\nSent: Tuesday\nTo: D\nSubject: R\n\nHi", "Ok"),
    ("Ok\n> quoted at the end", "Ok"),
    ("> Is it red?\nYes\n> Is it big?\nNo", "> Is it red?\nYes\n> Is it big?\nNo"),
    ("In 2026 my aunt wrote:\nI like it", "In 2026 my aunt wrote:\nI like it"),
    ("From: my point of view\nit is fine", "From: my point of view\nit is fine"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "new"), QUOTES)
def test_new_words_are_told_from_repeated_ones(text: str, new: str) -> None:
    """In the ways of several programs and languages; what answers between quotes stays whole."""
    assert new == apart(text)[0]


@pytest.mark.parametrize(("text", "new"), QUOTES)
def test_nothing_said_is_lost(text: str, new: str) -> None:
    """New and repeated words together are all the words there were."""
    whole = joined(*apart(text))

    assert sorted(text.replace(">", "").split()) == sorted(whole.replace(">", "").split())


def test_a_quote_in_html_is_told_too() -> None:
    """What the mail program marked as quoted is kept below, each line marked."""
    letter = read_letter(
        mail(
            '<p>Thanks!</p><div class="gmail_quote">On Tuesday we wrote:<blockquote>Hi</blockquote></div>',
            Content_Type="text/html",
        )
    )

    assert ("Thanks!", "On Tuesday we wrote:\n\nHi") == (letter.text, letter.quoted)


def test_a_mail_that_is_all_quote_is_all_said() -> None:
    """A bare forward still shows its words."""
    assert "> everything here" == read_letter(mail("> everything here")).text


def test_a_mail_without_an_id_gets_a_steady_one() -> None:
    """The same bytes, the same id."""
    ids = {read_letter(mail(id="")).message_id for _ in range(2)}

    assert 1 == len(ids) and ids.pop().endswith("@content>")


HOSTILE = {
    "nothing": b"",
    "no header": b"\r\n\r\nhi",
    "only noise": bytes(range(256)) * 20,
    "deep parts": b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
        for n in range(3000)
    ),
    "deep forwards": b"Content-Type: message/rfc822\r\n\r\n" * 5000,
    "endless header": b"Subject: " + b"=?utf-8?q?a?= " * 40_000 + b"\r\n\r\nx",
    "many references": b"References: " + b"<a@b.example> " * 30_000 + b"\r\n\r\nx",
    "many senders": b"From: " + b'"a" <a@b.example>, ' * 20_000 + b"\r\n\r\nx",
    "brackets": b"From: " + b"<" * 100_000 + b"\r\n\r\nx",
    "wrote": mail("x 1 wrote " * 40_000),
    "wrote lines": mail("on 1 wrote wrote\n" * 25_000),
    "from lines": mail("From: a\n" * 40_000),
    "quotes": mail("> \n" * 150_000),
    "html": mail('<div class="gmail' * 20_000, Content_Type="text/html"),
    "blockquotes": mail("<blockquote " + "a" * 400_000, Content_Type="text/html"),
    "bad base64": mail("=" * 400_000, Content_Transfer_Encoding="base64"),
    "bad names": mail("x", Content_Type="text/plain; name*0*=x''%FF; name*1*=%; charset*=x'y'z"),
    "zip charset": mail("x" * 400_000, Content_Type="text/plain; charset=punycode"),
    "date": mail(date="Thu, 99 Foo 99999999999 99:99:99 +99999999"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_gives_a_letter_quickly(name: str) -> None:
    """Never an exception, never more than a moment of the processor."""
    started = process_time()
    letter = read_letter(HOSTILE[name][: 512 * 1024])

    assert letter.message_id
    assert process_time() - started < 1.5


def test_controls_do_not_survive() -> None:
    """Every field is clean, however it was encoded."""
    letter = read_letter(
        mail(
            "=1B]52;c;eA=3D=3D=07 =E2=80=AEevil",
            subject="=?utf-8?q?=1B[2J=C2=9B_hi?=",
            sender='"\x1b[31mEve" <eve@mail.example>',
            Content_Transfer_Encoding="quoted-printable",
        )
    )
    shown = letter.text + letter.subject + letter.author

    assert not any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 or sign == "\u202e" for sign in shown)


def test_mutated_mails_never_raise() -> None:
    """A seeded thousand of damaged mails."""
    chance = random.Random(11)
    whole = [mail("a\n" * 20, Content_Type=MULTIPART), *HOSTILE.values()]
    for _ in range(1_000):
        raw = bytearray(chance.choice(whole)[:4_000])
        for _ in range(chance.randrange(1, 20)):
            if raw:
                raw[chance.randrange(len(raw))] = chance.randrange(256)
        read_letter(bytes(raw))


def test_a_cut_mail_keeps_its_words() -> None:
    """The first half of a mail with a large attachment still says what was written."""
    raw = mail(
        "--x\nContent-Type: text/plain\n\nThe photo shows it\n"
        "--x\nContent-Type: image/png; name=photo.png\nContent-Transfer-Encoding: base64\n\n"
        + "QUJD" * 2_000 + "\n--x--",
        Content_Type=MULTIPART,
    )  # fmt: skip
    letter = read_letter(raw[:3_000])

    assert "The photo shows it" == letter.text
    assert letter.attachments[0].startswith("photo.png")
    assert message_from_bytes(raw).is_multipart()
