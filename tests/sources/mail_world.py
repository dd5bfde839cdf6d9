"""A small mail world on loopback: a strict IMAP server, and an SMTP server that delivers into it."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

from sources.base import Batch, Cursor, Outgoing, Post
from sources.email import EmailSource

MakeMailbox = Callable[..., EmailSource]
"""A mailbox of the world, with further options."""

USER, PASSWORD = "support@shop.example", "correct horse"
ARRIVED = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@dataclass
class Mail:
    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)
    arrived: datetime = ARRIVED


@dataclass
class Folder:
    marks: str = ""
    validity: int = 7
    next: int = 1
    mails: list[Mail] = field(default_factory=list)

    def add(self, raw: bytes, flags: set[str] | None = None, arrived: datetime = ARRIVED) -> Mail:
        mail = Mail(self.next, raw, flags or set(), arrived)
        self.next += 1
        self.mails.append(mail)
        return mail


class MailWorld:
    """The servers of one mailbox. Every command that IMAP was given is in `told`."""

    def __init__(self) -> None:
        self.inbox = Folder(r"\HasNoChildren")
        self.sent = Folder(r"\HasNoChildren \Sent")
        self.arrives = ARRIVED
        """When a copy that is appended arrived."""
        self.folders = {"INBOX": self.inbox, "Sent Items": self.sent}
        self.told: list[str] = []
        self.outbox: list[tuple[str, list[str], bytes]] = []
        """What SMTP took: sender, recipients, bytes."""
        self.says = ""
        """An answer of SMTP to the end of a mail, in place of taking it."""
        self.hangs_up = False
        """SMTP takes the mail and dies before it says so."""
        self.breaks_at = ""
        """The word of SMTP (MAIL, RCPT, DATA) at which it dies instead of answering."""
        self.cut_at, self.cut_obeyed = 0, False
        """IMAP hangs up at this command, counted from 1, obeyed or not."""
        self.odd_answers: dict[str, bytes] = {}
        """By the first words of an IMAP command: what is said in place of the answer."""
        self.odd_password = ""
        """What LOGIN takes, as a literal."""
        self.full = False
        self.capabilities = "IMAP4rev1 IDLE UIDPLUS AUTH=PLAIN SASL-IR"
        self.imap_port = self.smtp_port = 0
        self.news = asyncio.Event()
        self._servers: list[asyncio.Server] = []
        self._talks: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        imap = await asyncio.start_server(self._imap, "127.0.0.1", 0)
        loop = asyncio.get_running_loop()
        smtp = await loop.create_server(
            lambda: SMTP(self, hostname="mx.shop.example", loop=loop), "127.0.0.1", 0
        )
        self._servers = [imap, smtp]
        self.imap_port, self.smtp_port = (one.sockets[0].getsockname()[1] for one in self._servers)

    async def stop(self) -> None:
        for talk in self._talks:
            talk.cancel()
        for server in self._servers:
            server.close()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def options(self, secret: str, **more: Any) -> dict[str, Any]:
        return {
            "address": USER,
            "name": "Shop Support",
            "imap": f"127.0.0.1:{self.imap_port}",
            "imap_tls": "none",
            "smtp": f"127.0.0.1:{self.smtp_port}",
            "smtp_tls": "none",
            "password_file": secret,
        } | more

    # -- SMTP --------------------------------------------------------------------------------

    async def handle_MAIL(
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._break(server, "MAIL")
        envelope.mail_from = address
        return "250 go on"

    async def handle_RCPT(
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._break(server, "RCPT")
        envelope.rcpt_tos.append(address)
        return "250 go on"

    def _break(self, server: SMTP, word: str) -> None:
        if self.breaks_at == word:
            assert server.transport is not None
            server.transport.abort()

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:
        self._break(server, "DATA")
        if self.says or self.breaks_at:
            return self.says or "451 never mind"
        assert isinstance(envelope.content, bytes)
        self.outbox.append((envelope.mail_from or "", envelope.rcpt_tos, envelope.content))
        if self.hangs_up:
            assert server.transport is not None
            server.transport.abort()
        return "250 taken"

    # -- IMAP --------------------------------------------------------------------------------

    async def _imap(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            await _Talk(self, reader, writer).run()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._talks.discard(task)
            writer.close()


class _Talk:
    """One connection; anything but the grammar that we speak is answered with BAD."""

    def __init__(self, world: MailWorld, reader: asyncio.StreamReader, writer: Any) -> None:
        self.world, self.reader, self.writer = world, reader, writer
        self.folder: Folder | None = None
        self.may_write = False
        self.known = False

    def say(self, line: str | bytes) -> None:
        self.writer.write((line if isinstance(line, bytes) else line.encode()) + b"\r\n")

    async def run(self) -> None:
        self.say("* OK ready")
        while raw := await self.reader.readuntil(b"\r\n"):
            line = raw[:-2].decode()
            literal = b""
            if match := re.search(r"\{(\d+)\}$", line):
                self.say("+ go on")
                literal = await self.reader.readexactly(int(match[1]))
                after = (await self.reader.readuntil(b"\r\n"))[:-2].decode()
                line = line[: match.start()].rstrip() + after
            tag, _, rest = line.partition(" ")
            self.world.told.append(rest)
            if len(self.world.told) == self.world.cut_at:
                if self.world.cut_obeyed:
                    await self.obey(rest, literal, tag)
                self.writer.transport.abort()
                return
            odd = [said for word, said in self.world.odd_answers.items() if rest.startswith(word)]
            if odd:
                self.writer.write(odd[0].replace(b"TAG", tag.encode()))
                continue
            if rest == "LOGOUT":
                self.say("* BYE")
                self.say(f"{tag} OK")
                return
            self.say(f"{tag} {await self.obey(rest, literal, tag)}")
            await self.writer.drain()

    async def obey(self, rest: str, literal: bytes, tag: str) -> str:
        if rest == "CAPABILITY":
            self.say(f"* CAPABILITY {self.world.capabilities}")
            return "OK"
        if rest == "AUTHENTICATE PLAIN":
            self.say("+ ")
            told = base64.b64decode(await self.reader.readuntil(b"\r\n")).decode()
            self.known = told == f"\0{USER}\0{PASSWORD}"
            return "OK" if self.known else "NO [AUTHENTICATIONFAILED] who are you"
        if match := re.fullmatch(r'LOGIN "(.*)"', rest):
            self.known = (match[1], literal.decode()) == (USER, self.world.odd_password)
            return "OK" if self.known else "NO who are you"
        if not self.known:
            return "BAD log in first"
        if rest == "NOOP":
            return "OK"
        if rest == 'LIST "" "*"':
            for name, folder in self.world.folders.items():
                self.say(f'* LIST ({folder.marks}) "/" "{name}"')
            return "OK"
        if match := re.fullmatch(r'(EXAMINE|SELECT) "(.*)"', rest):
            return self.open(match[2], write=match[1] == "SELECT")
        if match := re.fullmatch(r'APPEND "(.*)" \((.*)\)', rest):
            return self.append(match[1], match[2], literal)
        if rest == 'CREATE "Sent"':
            self.world.folders["Sent"] = Folder()
            return "OK"
        if self.folder is None:
            return "BAD open a folder first"
        if match := re.fullmatch(r"UID SEARCH (.*)", rest):
            return self.search(match[1])
        if match := re.fullmatch(
            r"UID FETCH (\d+) \(UID FLAGS INTERNALDATE RFC822.SIZE "
            r"BODY\.PEEK(\[(?:HEADER)?\])<0\.([1-9]\d*)>\)",
            rest,
        ):
            return self.fetch(int(match[1]), match[2], int(match[3]))
        if match := re.fullmatch(r"UID STORE (\d+) ([+-])FLAGS.SILENT \((.*)\)", rest):
            return self.store(int(match[1]), match[2], match[3])
        if match := re.fullmatch(r"UID EXPUNGE (\d+)", rest):
            if not self.may_write:
                return "NO read only"
            gone = [m for m in self.folder.mails if m.uid == int(match[1])]
            self.folder.mails = [m for m in self.folder.mails if m not in gone]
            return "OK"
        if rest == "IDLE":
            return await self.idle()
        return "BAD no such command"

    def open(self, name: str, *, write: bool) -> str:
        folder = self.world.folders.get(name)
        if folder is None:
            return "NO [NONEXISTENT] there is no such folder"
        self.folder, self.may_write = folder, write
        self.say(f"* {len(folder.mails)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {folder.validity}] valid")
        self.say(f"* OK [UIDNEXT {folder.next}] next")
        return "OK [READ-ONLY]"

    def append(self, name: str, flags: str, raw: bytes) -> str:
        if self.world.full:
            return "NO [OVERQUOTA] the mailbox is full"
        if name not in self.world.folders:
            return "NO [TRYCREATE] there is no such folder"
        self.world.folders[name].add(raw, set(flags.lower().split()), self.world.arrives)
        return "OK"

    def search(self, criteria: str) -> str:
        assert self.folder is not None
        uids = [mail.uid for mail in self.folder.mails]
        if match := re.fullmatch(r"UID (\d+):\* SINCE (\d+-\w{3}-\d{4})", criteria):
            day = datetime.strptime(match[2] + "+0000", "%d-%b-%Y%z").date()
            least = int(match[1])
            found = {uid for uid in uids if uid >= least} | set(uids[-1:])
            uids = [
                mail.uid
                for mail in self.folder.mails
                if mail.uid in found and mail.arrived.date() >= day
            ]
        elif match := re.fullmatch(r'HEADER Message-ID "(.*)"', criteria):
            uids = [
                mail.uid
                for mail in self.folder.mails
                if match[1] in str(message_from_bytes(mail.raw)["Message-ID"])
            ]
        else:
            return "BAD no such criteria"
        self.say("* SEARCH" + "".join(f" {uid}" for uid in uids))
        return "OK"

    def fetch(self, uid: int, part: str, size: int) -> str:
        assert self.folder is not None
        for number, mail in enumerate(self.folder.mails, 1):
            if mail.uid == uid:
                raw = mail.raw
                if part == "[HEADER]":
                    raw = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
                at = mail.arrived.strftime("%d-%b-%Y %H:%M:%S +0000")
                told = raw[:size]
                self.say(
                    f'* {number} FETCH (UID {uid} FLAGS ({" ".join(mail.flags)}) INTERNALDATE "{at}" '
                    f"RFC822.SIZE {len(mail.raw)} BODY{part}<0> {{{len(told)}}}\r\n".encode()
                    + told
                    + b")"
                )
        return "OK"

    def store(self, uid: int, change: str, flags: str) -> str:
        assert self.folder is not None
        if not self.may_write:
            return "NO read only"
        for mail in self.folder.mails:
            if mail.uid == uid:
                told = set(flags.lower().split())
                mail.flags = mail.flags | told if change == "+" else mail.flags - told
        return "OK"

    async def idle(self) -> str:
        self.say("+ idling")
        await self.writer.drain()
        done = asyncio.ensure_future(self.reader.readuntil(b"\r\n"))
        heard = asyncio.ensure_future(self.world.news.wait())
        try:
            await asyncio.wait({done, heard}, return_when=asyncio.FIRST_COMPLETED)
            if not done.done():
                assert self.folder is not None
                self.world.news.clear()
                self.say(f"* {len(self.folder.mails)} EXISTS")
                await self.writer.drain()
            assert await done == b"DONE\r\n"
        finally:
            heard.cancel()
            done.cancel()
        return "OK"


def mail(
    text: str = "Where is my order?",
    *,
    id: str = "<1@mail.example>",
    subject: str = "My order",
    sender: str = "Dana Customer <dana@mail.example>",
    date: str = "Tue, 24 Nov 2026 09:30:00 +0000",
    **headers: str,
) -> bytes:
    """A plain mail; further headers by name, an underscore for the dash."""
    lines = [
        f"From: {sender}",
        f"To: {USER}",
        f"Subject: {subject}",
        f"Date: {date}",
        *([f"Message-ID: {id}"] if id else []),
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    if "Content_Type" not in headers:
        lines.append("Content-Type: text/plain; charset=utf-8")
    return ("\r\n".join(lines) + "\r\n\r\n" + text.replace("\n", "\r\n") + "\r\n").encode()


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
    (post,) = (await source.poll(Cursor(), ARRIVED + timedelta(hours=2))).posts
    return post


class Ear:
    """The desk's side of a listening source."""

    def __init__(self) -> None:
        self.woken = asyncio.Event()
        self.cursor = Cursor()

    async def take(self, batch: Batch) -> None:
        raise AssertionError("a mailbox is polled")

    def wake(self) -> None:
        self.woken.set()
