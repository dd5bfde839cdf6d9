"""A mailbox as a source: read by IMAP, answered by SMTP, with a copy of every answer in Sent."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from sources.base import (
    Batch,
    Channel,
    Cursor,
    Doubt,
    Hearing,
    OptionError,
    Outgoing,
    Post,
    Receipt,
    Refused,
    SourceError,
)
from sources.certificates import Trust
from sources.feeds import latest
from sources.mail_grammar import Fetched, folder_name, since
from sources.mail_imap import Imap, connected
from sources.mail_letter import Letter, read_letter
from sources.mail_outgoing import answer_to, hand_over
from sources.mail_place import read_place
from sources.mail_posts import message, occurred, own_answer
from sources.mail_recipes import recipes, recognised
from sources.mail_sent import SentFolder
from sources.options import Options
from sources.said import say
from sources.setup import Question, Setup
from sources.tools import Tools

_MAILS = 50
_BYTES = 4 * 1024 * 1024
"""Read in one poll, whichever comes first; the next one follows at once. On a slow line a poll must
end before the desk loses patience, or it would never get on."""
_FIRST_BYTES = 512 * 1024
"""Of a mail: its words come first, what is cut off is the end of an attachment."""
_HEADER_BYTES = 64 * 1024
_OVERLAP = timedelta(days=2)
"""Read again where the mailbox was numbered anew."""
_IDLE_S = 25 * 60.0
"""Servers hang up on a client that is silent for half an hour (RFC 2177)."""
_ADDRESS = re.compile(r"[^\s<>@\"]+@[^\s<>@\"]+")


class _Mark(msgspec.Struct):
    """How far a folder is read."""

    validity: int
    uid: int
    since: str
    """The day from which mails count, ISO 8601."""


class _Place(msgspec.Struct):
    folders: dict[str, _Mark] = {}


class EmailSource:
    """One mailbox.

    Options: `address` and `name` (who we are), `imap` and `smtp` (host or host:port; without
    `smtp` the mailbox is only read), `imap_tls` and `smtp_tls` (implicit, starttls; by port),
    `user` (the address), `password_file` or `password_env`, or `token_file` or `token_env` for an
    OAuth access token; `folders` (INBOX), `sent` (found by itself), `copy` (append: we write the
    copy in Sent; server: the server does; none), `backfill`, `idle`, `recipes` (a folder of your
    own), `authserv_id` (your mail server's name in Authentication-Results), `group` (true where the
    address is a group or list of your own, whose marks then say nothing), `ca_file`.
    """

    polled = True
    setup = Setup(
        title=say("E-mail, by IMAP and SMTP"),
        demands=say(
            "Providers with two-factor sign-in ask for an app password; some take OAuth tokens "
            "alone, which token_file carries."
        ),
        questions=(
            Question("address", say("The mailbox's address (support@example.com)")),
            Question("name", say("The name that customers see (Example Support)"), optional=True),
            Question("imap", say("The IMAP server (imap.example.com)")),
            Question("smtp", say("The SMTP server (smtp.example.com or smtp.example.com:587)")),
            Question("user", say("The user name, if it is not the address"), optional=True),
            Question("password", say("The password"), form="secret"),
            Question(
                "copy", say("Who keeps copies in Sent (Gmail: server)"), "append",
                choices=("append", "server", "none"),
            ),
        ),
    )  # fmt: skip

    def __init__(self, name: str, options: Mapping[str, Any], tools: Tools) -> None:
        read = Options(options)
        self.name = name
        self._tools = tools
        self._address = read.text("address").lower()
        if self._address and not _ADDRESS.fullmatch(self._address):
            read.wrong("address", say("expected an address such as support@example.com"))
        self._shown = read.text("name", "")
        user = read.text("user", "") or self._address
        password, token = read.secret("password"), read.secret("token")
        by_token = read.has("token_file") or read.has("token_env")
        self._secret = token if by_token else password
        if by_token == (read.has("password_file") or read.has("password_env")):
            read.wrong("password_file", say("give password_file, or token_file for an OAuth token"))
        ca_file, trust = read.text("ca_file", ""), Trust()
        imap, smtp = (
            read_place(read, key, port, user=user, token=by_token, ca_file=ca_file, trust=trust)
            for key, port in (("imap", 993), ("smtp", 465))
        )
        if imap is None:
            read.wrong("imap", say("missing; expected a server such as imap.example.com"))
        self._folders = tuple(folder_name(one) for one in read.texts("folders", ("INBOX",)))
        sent = folder_name(read.text("sent", ""))
        copy = read.choice("copy", ("append", "server", "none"), "append")
        self._backfill = read.duration("backfill", "14d")
        self._idle = read.flag("idle", True)
        self._trusted = read.text("authserv_id", "")
        self._group = read.flag("group")
        try:
            self._recipes = recipes(read.text("recipes", ""))
        except OptionError as error:
            for key, problem in error.problems.items():
                read.wrong(key, problem)
        read.done()
        assert imap is not None
        self._imap, self._smtp = imap, smtp
        self._sent = SentFolder(imap.host, sent, ours=copy == "append")
        self.channel: Channel | None = (
            Channel(public=False, readable=copy != "none", begins="address") if smtp else None
        )

    async def poll(self, cursor: Cursor, now: datetime) -> Batch:
        """New mails of every folder, then what was answered elsewhere (Sent)."""
        place = _place(cursor.position)
        posts: list[Post] = []
        notes: list[str] = []
        async with self._mailbox() as imap:
            more = False
            for folder in self._folders:
                room = _MAILS - len(posts)
                found, more = await self._new(imap, folder, place, cursor, now, room, notes)
                posts += await self._posts(imap, found)
                if more:
                    break
            if not more and (sent := await self._sent.name(imap)):
                found, more = await self._new(imap, sent, place, cursor, now, _MAILS, notes)
                posts += await self._own_posts(imap, found)
        newest = max((post.occurred_at for post in posts if post.occurred_at), default=None)
        after = replace(
            cursor,
            position=msgspec.json.encode(place).decode(),
            last_post_at=latest(cursor.last_post_at, newest),
        )
        return Batch(posts, after, more=more, note="; ".join(notes))

    async def send(self, reply: Outgoing) -> Receipt:
        """Answer the mail, or write a first one to `author_id`; its copy in Sent first.

        Raises `Refused` for a mail that no person wrote, and for a notification, whose answer
        belongs on its site.
        """
        if self._smtp is None:
            raise Refused(say("sources.{name} has no smtp server; answer by hand", name=self.name))
        if "platform" in reply.extra and not reply.author_id:
            where = reply.url or say("on the site of {platform}", platform=reply.extra["platform"])
            raise Refused(
                say(
                    "{platform} takes no answers by mail; answer at {where}",
                    platform=reply.extra["platform"],
                    where=where,
                )
            )
        message_id = self._message_id(reply.key)
        async with self._mailbox() as imap:
            original = await self._original(imap, reply.post_id)
            reason = reply.extra.get("automatic", "")
            if original:
                reason = self._as_ours(original).automatic
            if reason and "platform" not in reply.extra:
                raise Refused(
                    say("no person wrote this mail ({reason}); it is not answered", reason=reason)
                )
            letter = answer_to(
                original, reply, sender=(self._shown, self._address), message_id=message_id,
                now=self._tools.clock(),
            )  # fmt: skip
            copied = await self._sent.write(imap, message_id, letter.raw)
            if copied == "sent":
                return _receipt(reply, message_id)
            try:
                await hand_over(self._smtp, self._secret(), letter)
            except SourceError as error:
                if copied and not isinstance(error, Doubt):
                    await self._sent.take_back(imap, message_id)
                raise
            if copied:
                await self._sent.finish(imap, message_id)
        return _receipt(reply, message_id)

    async def find(self, reply: Outgoing) -> Receipt | None:
        """The copy in Sent, by the Message-ID that the reply's key gives.

        Raises `SourceError` where it is there but still marked: its answer was lost on the way.
        """
        message_id = self._message_id(reply.key)
        async with self._mailbox() as imap:
            standing = await self._sent.standing(imap, message_id)
        if standing == "begun":
            raise SourceError(
                say(
                    "{address} began to send it, and the answer was lost; look whether the customer "
                    "has it",
                    address=self._address,
                )
            )
        return _receipt(reply, message_id) if standing else None

    async def listen(self, hearing: Hearing) -> None:
        """IDLE: be told of new mail instead of asking for it. Ends where the server cannot."""
        if not self._idle:
            return
        async with self._mailbox() as imap:
            if "IDLE" not in imap.capabilities:
                return
            await imap.open(self._folders[0])
            hearing.wake()  # for what came before anybody listened
            while True:
                if await imap.wait_for_mail(_IDLE_S):
                    hearing.wake()

    def _mailbox(self) -> Any:
        secret = self._secret()
        self._tools.net.secrets.add(secret)
        return connected(self._imap, secret)

    def _message_id(self, key: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9_-]{8,80}", key):
            key = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
        return f"<shiftdesk.{key}@{self._address.rpartition('@')[2]}>"

    # -- reading -----------------------------------------------------------------------------

    async def _new(
        self,
        imap: Imap,
        folder: str,
        place: _Place,
        cursor: Cursor,
        now: datetime,
        room: int,
        notes: list[str],
    ) -> tuple[list[Fetched], bool]:
        """The oldest new mails of a folder, and whether there are more of them."""
        opened = await imap.open(folder)
        mark = place.folders.get(folder)
        if mark is None:
            mark = _Mark(opened.validity, 0, (now - self._backfill).date().isoformat())
        elif mark.validity != opened.validity:
            day = ((cursor.last_success_at or now - self._backfill) - _OVERLAP).date().isoformat()
            mark = _Mark(opened.validity, 0, max(day, mark.since))
            notes.append(
                say("{folder} was numbered anew; read again from {day}", folder=folder, day=day)
            )
        place.folders[folder] = mark
        if opened.next and opened.next <= mark.uid + 1:
            return [], False
        day = since(datetime.fromisoformat(mark.since).date())
        # "n:*" always names the last mail, whatever n is.
        found = await imap.search("UID", f"{mark.uid + 1}:*", "SINCE", day)
        uids = [uid for uid in found if uid > mark.uid]
        mails: list[Fetched] = []
        for uid in uids[:room]:
            if sum(len(mail.raw) for mail in mails) >= _BYTES:
                break
            if mail := await imap.fetch(uid, _FIRST_BYTES):
                mails.append(mail)
            mark.uid = uid
        if not uids or mark.uid == uids[-1]:
            mark.uid = max(mark.uid, opened.next - 1)
            return mails, False
        return mails, True

    async def _posts(self, imap: Imap, mails: list[Fetched]) -> list[Post]:
        posts = []
        for mail, letter in await _letters(mails):
            notice, note = await asyncio.to_thread(recognised, letter, self._recipes, self._trusted)
            if notice is not None:
                posts.append(replace(notice, occurred_at=occurred(mail, letter)))
                continue
            root = letter.root
            if letter.returned:
                root = await self._root_of(imap, letter.returned)
            elif letter.in_reply_to and not letter.references:
                root = await self._root_of(imap, letter.in_reply_to)
            posts.append(message(self._as_ours(letter), mail, root, note, self._address))
        return posts

    def _as_ours(self, letter: Letter) -> Letter:
        """The letter without the mark that our own group puts on every mail."""
        return (
            replace(letter, automatic="") if self._group and letter.automatic == "list" else letter
        )

    async def _root_of(self, imap: Imap, message_id: str) -> str:
        """The first mail of the conversation that a mail belongs to, known by its id alone."""
        found = await self._original(imap, message_id)
        return found.root if found else message_id

    async def _original(self, imap: Imap, message_id: str) -> Letter | None:
        """The headers of a mail, looked for in every folder that we read."""
        # What cannot stand in a command is no id of a mail program's making.
        if not message_id.startswith("<") or not (
            message_id.isascii() and message_id.isprintable()
        ):
            return None
        sent = await self._sent.name(imap)
        for folder in filter(None, (*self._folders, sent)):
            await imap.open(folder)
            for uid in (await imap.find(message_id))[:1]:
                if mail := await imap.fetch(uid, _HEADER_BYTES, headers=True):
                    return await asyncio.to_thread(read_letter, mail.raw)
        return None

    async def _own_posts(self, imap: Imap, mails: list[Fetched]) -> list[Post]:
        """What answers somebody; a draft has not been sent."""
        posts = []
        for mail, letter in await _letters(mails):
            if r"\draft" in mail.flags or letter.root == letter.message_id:
                continue
            root = letter.root if letter.references else await self._root_of(imap, letter.root)
            posts.append(own_answer(letter, mail, root))
        return posts


async def _letters(mails: list[Fetched]) -> list[tuple[Fetched, Letter]]:
    """Every mail with its letter, read beside the loop."""
    return [(mail, await asyncio.to_thread(read_letter, mail.raw)) for mail in mails]


def _receipt(reply: Outgoing, message_id: str) -> Receipt:
    """The copy's id; answers to a first mail name the first of its conversation."""
    began = "" if reply.post_id else reply.thread or message_id
    return Receipt(f"sent:{message_id}", thread=began)


def _place(position: str) -> _Place:
    try:
        return msgspec.json.decode(position, type=_Place) if position else _Place()
    except msgspec.MsgspecError:
        return _Place()
