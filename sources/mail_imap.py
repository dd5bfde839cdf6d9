"""A small IMAP client: bounded in time and size, cancelled like any other task.

It speaks what the mailbox needs and no more (RFC 3501, IDLE, UIDPLUS, SPECIAL-USE). Lines and
literals are read one after the other, so that no answer, however long, costs more than its bytes.
"""

from __future__ import annotations

import asyncio
import base64
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sources.base import SourceError
from sources.mail_grammar import Fetched, Line, fetched_in, quoted, unquoted
from sources.mail_place import MailPlace
from sources.said import say
from sources.text import clean, clip

ANSWER_WITHIN_S = 30.0
MAX_LITERAL_BYTES = 1024 * 1024
MAX_ANSWER_BYTES = 8 * 1024 * 1024
"""Of one command: a mailbox of a million mails answers a search with 7 MB."""
_LINE_LIMIT = 8 * 1024 * 1024

_LITERAL = re.compile(rb"\{(\d+)\+?\}\Z")
_HOLE = b"\0"
"""Stands in a line for each literal taken out of it; a NUL cannot stand there otherwise."""


class Denied(Exception):
    """The server answered NO or BAD; the message is its own words."""


class Broken(Exception):
    """The server went away, was too slow, or does not speak IMAP."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder as it was when it was opened."""

    validity: int
    """UIDVALIDITY: while it stays, so do the numbers of the mails."""
    next: int
    """UIDNEXT, 0 where the server does not say."""


class Imap:
    """One connection. Commands come one after the other; none outlives `ANSWER_WITHIN_S`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._number = 0
        self.capabilities: frozenset[str] = frozenset()

    async def greet(self) -> None:
        """Take the server's first line. Raises `Broken` where that is none."""
        line = await self._line(ANSWER_WITHIN_S)
        if not line.text.upper().startswith((b"* OK", b"* PREAUTH")):
            raise Broken(say("does not greet as an IMAP server does"))
        await self._learn()

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        await self.command("STARTTLS")
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await self._writer.start_tls(context, server_hostname=host)
        except (OSError, TimeoutError) as error:
            raise _broken(error) from error
        await self._learn()

    async def log_in(self, user: str, secret: str, *, token: bool) -> None:
        """By password, or by an OAuth access token. Raises `Denied` where that is not accepted."""
        if token:
            told = base64.b64encode(f"user={user}\1auth=Bearer {secret}\1\1".encode())
            await self.command("AUTHENTICATE XOAUTH2", told)
        elif "AUTH=PLAIN" in self.capabilities:
            told = base64.b64encode(f"\0{user}\0{secret}".encode())
            await self.command("AUTHENTICATE PLAIN", told)
        else:
            await self.command("LOGIN", _argument(user), _argument(secret))
        await self._learn()

    async def folders(self) -> list[tuple[frozenset[str], str]]:
        """Every folder's marks (`\\sent`, in small letters) and its name as the server writes it."""
        found = []
        for line in await self.command("LIST", '""', '"*"'):
            match = re.match(rb'\* LIST \(([^)]*)\) (?:"(?:\\.|[^"])*"|NIL) (.+)', line.text, re.I)
            if match:
                name = line.literals[0] if line.literals else unquoted(match[2])
                marks = frozenset(match[1].decode("ascii", "replace").lower().split())
                found.append((marks, name.decode("ascii", "replace")))
        return found

    async def open(self, folder: str, *, write: bool = False) -> Opened:
        """Open a folder; read only, unless its mails are to be marked."""
        lines = await self.command("SELECT" if write else "EXAMINE", quoted(folder))
        text = b"\n".join(line.text for line in lines)
        validity = re.search(rb"\[UIDVALIDITY (\d+)\]", text, re.I)
        if validity is None:
            raise Broken(
                say("does not number the mails of {folder} (no UIDVALIDITY)", folder=folder)
            )
        following = re.search(rb"\[UIDNEXT (\d+)\]", text, re.I)
        return Opened(int(validity[1]), int(following[1]) if following else 0)

    async def search(self, *criteria: str) -> list[int]:
        """The UIDs that answer, in order."""
        uids: set[int] = set()
        for line in await self.command("UID SEARCH", *criteria):
            if match := re.fullmatch(rb"\* SEARCH((?: \d+)*) *", line.text, re.I):
                uids.update(map(int, match[1].split()))
        return sorted(uids)

    async def find(self, message_id: str) -> list[int]:
        """The UIDs of mails with this Message-ID, in the open folder."""
        return await self.search("HEADER", "Message-ID", quoted(message_id))

    async def fetch(self, uid: int, most_bytes: int, *, headers: bool = False) -> Fetched | None:
        """A mail's first bytes, not marked as read; None where it is gone."""
        part = "BODY.PEEK[HEADER]" if headers else "BODY.PEEK[]"
        wanted = f"(UID FLAGS INTERNALDATE RFC822.SIZE {part}<0.{most_bytes}>)"
        for line in await self.command("UID FETCH", str(uid), wanted):
            match = re.match(rb"\* \d+ FETCH \(", line.text, re.I)
            if match and (fetched := fetched_in(line)) and fetched.uid == uid:
                return fetched
        return None

    async def append(self, folder: str, raw: bytes, flags: str) -> None:
        await self.command("APPEND", quoted(folder), f"({flags})", raw)

    async def mark(self, uid: int, change: str, flags: str) -> None:
        """Change a mail's flags: `+FLAGS` adds, `-FLAGS` takes away."""
        await self.command("UID STORE", str(uid), f"{change}.SILENT", f"({flags})")

    async def remove(self, uid: int) -> None:
        """Delete this mail alone: without UIDPLUS it is only marked."""
        await self.mark(uid, "+FLAGS", r"\Deleted")
        if "UIDPLUS" in self.capabilities:
            await self.command("UID EXPUNGE", str(uid))

    async def wait_for_mail(self, at_most_s: float) -> bool:
        """IDLE until the open folder has news; False where there was none for so long."""
        tag = self._tag()
        await self._write(tag + b" IDLE\r\n")
        line = await self._line(ANSWER_WITHIN_S)
        while not line.text.startswith(b"+"):
            if line.text.startswith(tag):
                raise Denied(_words(line.text[len(tag) :]))
            line = await self._line(ANSWER_WITHIN_S)
        news = False
        try:
            async with asyncio.timeout(at_most_s):
                while not news:
                    line = await self._line(None)
                    news = bool(re.fullmatch(rb"\* \d+ (EXISTS|RECENT|EXPUNGE) *", line.text, re.I))
        except TimeoutError:
            pass
        await self._write(b"DONE\r\n")
        await self._answer(tag)
        return news

    async def command(self, *parts: str | bytes) -> list[Line]:
        """What the server says before it agrees; `bytes` are sent as literals.

        Raises `Denied` where it does not agree, `Broken` where it is gone.
        """
        tag = self._tag()
        sent, waiting = [tag], list(parts)
        if isinstance(parts[0], str) and parts[0].startswith("AUTHENTICATE"):
            # What follows answers the server's "+", and is no literal.
            await self._write(tag + b" " + parts[0].encode() + b"\r\n")
            return await self._answer(tag, parts[1:])
        lines: list[Line] = []
        for part in waiting:
            if isinstance(part, str):
                sent.append(b" " + part.encode("ascii"))
                continue
            sent.append(b" {%d}\r\n" % len(part))
            await self._write(b"".join(sent))
            lines += await self._until_asked(tag)
            sent = [part]
        await self._write(b"".join(sent) + b"\r\n")
        return lines + await self._answer(tag)

    async def _until_asked(self, tag: bytes) -> list[Line]:
        lines = []
        while not (line := await self._line(ANSWER_WITHIN_S)).text.startswith(b"+"):
            if line.text.startswith(tag):
                raise Denied(_words(line.text[len(tag) :]))
            lines.append(line)
        return lines

    async def _answer(self, tag: bytes, told: tuple[str | bytes, ...] = ()) -> list[Line]:
        """Everything up to the tagged line; each "+" on the way is answered with what is told."""
        lines: list[Line] = []
        size, left = 0, list(told)
        while True:
            line = await self._line(ANSWER_WITHIN_S)
            if line.text.startswith(tag + b" "):
                told_us = line.text[len(tag) + 1 :]
                if told_us[:2].upper() == b"OK":
                    return lines
                raise Denied(_words(told_us.partition(b" ")[2]))
            if line.text.startswith(b"+"):
                # Nothing left to tell: the server explains a refusal and waits for an empty line.
                answer = left.pop(0) if left else b""
                await self._write((answer if isinstance(answer, bytes) else b"") + b"\r\n")
                continue
            size += len(line.text) + sum(map(len, line.literals))
            if size > MAX_ANSWER_BYTES:
                raise Broken(say("answers with more than {n} bytes", n=f"{MAX_ANSWER_BYTES:,}"))
            lines.append(line)

    async def _line(self, within_s: float | None) -> Line:
        """One answer with its literals."""
        text = b""
        literals: list[bytes] = []
        try:
            async with asyncio.timeout(within_s):
                while True:
                    raw = await self._reader.readuntil(b"\n")
                    piece = raw.rstrip(b"\r\n")
                    match = _LITERAL.search(piece)
                    if match is None:
                        return Line(text + piece, tuple(literals))
                    size = int(match[1])
                    if size > MAX_LITERAL_BYTES:
                        raise Broken(
                            say(
                                "sends a piece of {n} bytes, more than was asked for", n=f"{size:,}"
                            )
                        )
                    literals.append(await self._reader.readexactly(size))
                    text += piece[: match.start()] + _HOLE
                    if len(text) > _LINE_LIMIT:
                        raise Broken(say("sends a line without an end"))
        except TimeoutError as error:
            if within_s is None:
                raise
            raise _broken(error) from error
        except (OSError, EOFError, asyncio.LimitOverrunError, ValueError) as error:
            raise _broken(error) from error

    async def _write(self, raw: bytes) -> None:
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                self._writer.write(raw)
                await self._writer.drain()
        except (OSError, TimeoutError) as error:
            raise _broken(error) from error

    async def _learn(self) -> None:
        found: set[str] = set()
        for line in await self.command("CAPABILITY"):
            if line.text.upper().startswith(b"* CAPABILITY"):
                found.update(line.text.decode("ascii", "replace").upper().split()[2:])
        self.capabilities = frozenset(found)

    def _tag(self) -> bytes:
        self._number += 1
        return b"S%d" % self._number

    async def close(self) -> None:
        """Say goodbye if that takes no time, and hang up."""
        try:
            async with asyncio.timeout(2.0):
                self._writer.write(self._tag() + b" LOGOUT\r\n")
                await self._writer.drain()
                self._writer.close()
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            self._writer.transport.abort()


@asynccontextmanager
async def connected(place: MailPlace, secret: str) -> AsyncIterator[Imap]:
    """A connection that is logged in.

    Raises `SourceError` in words, whatever fails inside: `stop` where the key is not accepted.
    """
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            context = await place.context()
            reader, writer = await asyncio.open_connection(
                place.host,
                place.port,
                ssl=context if place.tls == "implicit" else None,
                server_hostname=place.host if place.tls == "implicit" else None,
                limit=_LINE_LIMIT,
            )
    except (OSError, TimeoutError, ValueError) as error:
        raise place.unreachable(error) from error
    imap = Imap(reader, writer)
    try:
        await imap.greet()
        if place.tls == "starttls" and context:
            await imap.start_tls(context, place.host)
        try:
            await imap.log_in(place.user, secret, token=place.token)
        except Denied as error:
            raise SourceError(
                say(
                    "{host} does not let {user} in ({error}); check user and secret",
                    host=place.host,
                    user=place.user,
                    error=error,
                ),
                stop=True,
            ) from error
        yield imap
    except Denied as error:
        raise SourceError(say("{host} says: {error}", host=place.host, error=error)) from error
    except Broken as error:
        raise SourceError(
            say("{host} {problem}; it is tried again later", host=place.host, problem=error)
        ) from error
    finally:
        await imap.close()


def _argument(text: str) -> str | bytes:
    """A text as a quoted string, or as a literal where it cannot be one."""
    return quoted(text) if text.isascii() and text.isprintable() else text.encode()


def _words(raw: bytes) -> str:
    return clip(" ".join(clean(raw.decode("utf-8", "replace")).split()), 200)


def _broken(error: Exception) -> Broken:
    if isinstance(error, TimeoutError):
        return Broken(say("does not answer within {n} s", n=f"{ANSWER_WITHIN_S:g}"))
    if isinstance(error, ssl.SSLError):
        return Broken(say("has no certificate that can be trusted"))
    if isinstance(error, OSError | EOFError):
        return Broken(say("broke the connection"))
    return Broken(say("answers nonsense"))
