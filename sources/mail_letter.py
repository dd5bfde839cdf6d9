"""A mail read from its bytes: who, when, what was newly said, what was quoted, whether a person wrote.

The bytes are a stranger's. Headers are decoded by hand from the old, forgiving parser: the newer one
of the standard library takes quadratic time on some of them and raises on others. Whatever cannot
be read still gives a letter.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime

from sources.mail_quotes import apart, apart_in_html
from sources.text import AUTHOR_LIMIT, BODY_LIMIT, TITLE_LIMIT, clean, clip, plain

_MOST_PARTS = 100
"""Parts looked at, and boundaries believed: each costs every later line a comparison."""
_HEADER_LIMIT = 4_000
_REFERENCES_LIMIT = 64_000

_MESSAGE_ID = re.compile(r"<[^<>\s]{3,400}>")
_ADDRESS = re.compile(r"[^\s<>()\[\]\\,;:\"@]{1,64}@[^\s<>()\[\]\\,;:\"@]{1,255}")
_TEXT_CODEC = re.compile(
    r"utf|iso8859|cp\d|koi8|gb|big5|euc|shift_jis|iso2022|mac|ascii|tis|hz|ptcp|johab"
)
"""Letters, not tricks: "punycode" takes quadratic time, "zlib" unpacks."""
_AUTOMATIC_PRECEDENCE = frozenset(("bulk", "list", "junk", "auto_reply"))
_AUTOMATIC_HEADERS = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-mail-autoreply")
_AUTOMATIC_SENDERS = frozenset(("mailer-daemon", "postmaster"))


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail, cleaned."""

    message_id: str
    """With its angle brackets; made from the content where the mail has none."""
    references: tuple[str, ...] = ()
    """Message-IDs of the conversation so far, the oldest first."""
    in_reply_to: str = ""
    subject: str = ""
    author: str = ""
    address: str = ""
    """Of the sender (From), in small letters; empty where there is none or more than one."""
    reply_to: str = ""
    """Where an answer should go, where that differs from `address`."""
    reply_name: str = ""
    """Whose that is."""
    sent_at: datetime | None = None
    """What the sender's clock said, aware UTC."""
    text: str = ""
    """What was newly said."""
    quoted: str = ""
    """What was only repeated, without marks."""
    html: str = ""
    """The HTML form as it came, for those who look for something in it."""
    attachments: tuple[str, ...] = ()
    """Names and sizes."""
    automatic: str = ""
    """Why no person wrote this ("auto-replied", "bulk", "delivery report"), empty where one did."""
    returned: str = ""
    """In a delivery report: the Message-ID of the mail it is about."""
    results: tuple[str, ...] = field(default=(), repr=False)
    """Authentication-Results headers, the nearest server's first."""
    from_many: bool = False

    @property
    def root(self) -> str:
        """The first mail of the conversation, as far as this one tells."""
        return next(iter(self.references), "") or self.in_reply_to or self.message_id


def read_letter(raw: bytes) -> Letter:
    """The letter in these bytes, which may end anywhere. Never raises; takes linear time."""
    head = raw.partition(b"\r\n\r\n")[0] if b"\r\n\r\n" in raw else raw.partition(b"\n\n")[0]
    if raw.lower().count(b"boundary") > _MOST_PARTS:
        return _flat(head, raw)
    try:
        return _read(message_from_bytes(raw), raw)
    except Exception:
        # A fault of the parser on hostile bytes (RecursionError, KeyError …): the words still count.
        return _flat(head, raw)


def _flat(head: bytes, raw: bytes) -> Letter:
    """A mail whose structure is not believed: its headers, and the rest as it stands."""
    bare = head + b"\r\nContent-Type: text/plain\r\n\r\n"
    headers = b"".join(
        line for line in bare.splitlines(True) if not line.lower().startswith(b"content-")
    )
    message = message_from_bytes(headers)
    message.set_payload("")
    letter = _read(message, raw)
    words = clip(clean(raw[len(head) :].decode("utf-8", "replace")).strip(), BODY_LIMIT)
    return replace(letter, text=words, quoted="", html="", attachments=())


def _read(message: Message, raw: bytes) -> Letter:
    author, address, many = _sender(message, "From")
    reply_name, reply_to, _ = _sender(message, "Reply-To")
    found = _Found(message)
    ids = _ids(_plain_header(message, "Message-ID", _HEADER_LIMIT))
    in_reply_to = _ids(_plain_header(message, "In-Reply-To", _HEADER_LIMIT))
    references = _ids(_plain_header(message, "References", _REFERENCES_LIMIT))
    return Letter(
        message_id=ids[0] if ids else _made_id(raw),
        references=references,
        in_reply_to=in_reply_to[0] if in_reply_to else "",
        subject=clip(_header(message, "Subject"), TITLE_LIMIT),
        author=clip(author, AUTHOR_LIMIT),
        address=address,
        reply_to=reply_to if reply_to != address else "",
        reply_name=clip(reply_name, AUTHOR_LIMIT),
        sent_at=_date(_plain_header(message, "Date", 100)),
        text=found.text,
        quoted=found.quoted,
        html=found.html,
        attachments=tuple(found.attachments),
        automatic=_automatic(message, address),
        returned=found.returned,
        results=tuple(
            " ".join(str(value).split())
            for value in (message.get_all("Authentication-Results") or [])[:10]
        ),
        from_many=many,
    )


class _Found:
    """What the parts of a mail hold."""

    def __init__(self, message: Message) -> None:
        self.text = self.quoted = self.html = self.returned = ""
        self.attachments: list[str] = []
        plain_text = None
        for part in _parts(message):
            kind = part.get_content_type()
            if kind in ("message/rfc822", "text/rfc822-headers"):
                self._take_returned(part)
            elif part.get_filename() or part.get_content_disposition() == "attachment":
                self._attach(part)
            elif kind == "text/plain":
                plain_text = (plain_text + "\n\n" if plain_text else "") + _words(part)
            elif kind == "text/html" and not self.html:
                self.html = _words(part)
            elif part.get_content_maintype() not in ("text", "multipart", "message"):
                self._attach(part)
        if plain_text and plain_text.strip():
            self.text, self.quoted = apart(_cleaned(plain_text))
        elif self.html:
            new, old = apart_in_html(self.html)
            self.text, below = apart(_cleaned(plain(new)))
            self.quoted = "\n\n".join(filter(None, (below, _cleaned(plain(old)))))
        if not self.text:
            # An answer written inside the quote, or a bare forward: then all of it was said.
            self.text, self.quoted = self.quoted, ""

    def _attach(self, part: Message) -> None:
        name = _decoded(str(part.get_filename() or "")) or part.get_content_type()
        payload = part.get_payload(decode=True)
        size = len(payload) if isinstance(payload, bytes) else 0
        self.attachments.append(f"{clip(' '.join(clean(name).split()), 100)} ({_size(size)})")

    def _take_returned(self, part: Message) -> None:
        inner = part.get_payload()
        told = inner[0] if isinstance(inner, list) and inner else None
        if isinstance(told, Message):
            ids = _ids(_plain_header(told, "Message-ID", _HEADER_LIMIT))
        else:
            match = re.search(r"^Message-ID:\s*(<[^<>\s]+>)", str(inner), re.I | re.M)
            ids = (match[1],) if match else ()
        if ids and not self.returned:
            self.returned = ids[0]
        if part.get_filename():
            self.attachments.append(clip(clean(str(part.get_filename())), 100))


def _parts(message: Message) -> Iterator[Message]:
    """Every part that is none of a forwarded mail's, at most `_MOST_PARTS`."""
    waiting, count = [message], 0
    while waiting and count < _MOST_PARTS:
        part = waiting.pop()
        count += 1
        inner = part.get_payload()
        if isinstance(inner, list) and part.get_content_type() != "message/rfc822":
            waiting += [one for one in reversed(inner) if isinstance(one, Message)]
        else:
            yield part


def _words(part: Message) -> str:
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    return _in_letters(raw[: BODY_LIMIT * 6], part.get_content_charset() or "")


def _in_letters(raw: bytes, charset: str) -> str:
    """The bytes in the charset they name, else in the likeliest."""
    try:
        codec = codecs.lookup(charset).name if charset else ""
        # What old programs call ASCII or Latin 1 is Windows' own.
        codec = {"ascii": "utf-8", "iso8859-1": "cp1252"}.get(codec, codec)
        if codec and _TEXT_CODEC.match(codec):
            return raw.decode(codec, "strict")
    except (LookupError, ValueError):
        pass
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(raw) - 4:  # cut off inside a letter
            return raw[: error.start].decode("utf-8", "replace")
    try:
        if charset and _TEXT_CODEC.match(codecs.lookup(charset).name):
            return raw.decode(charset, "replace")
    except (LookupError, ValueError):
        pass
    return raw.decode("cp1252", "replace")


def _cleaned(text: str) -> str:
    return clip(clean(text).strip(), BODY_LIMIT)


def _plain_header(message: Message, name: str, limit: int) -> str:
    return " ".join(str(message.get(name, ""))[:limit].split())


def _header(message: Message, name: str) -> str:
    return _decoded(_plain_header(message, name, _HEADER_LIMIT))


def _decoded(value: str) -> str:
    """A header's words, each in its own charset."""
    if "=?" not in value:
        # Bytes that nobody encoded arrive as lone surrogates.
        value = _in_letters(value.encode("utf-8", "surrogateescape"), "")
        return " ".join(clean(value).split())
    try:
        pieces = decode_header(value)
    except Exception:  # binascii.Error, ValueError, HeaderParseError: the raw form is readable too
        return " ".join(clean(value).split())
    words = [
        piece if isinstance(piece, str) else _in_letters(piece, charset or "")
        for piece, charset in pieces
    ]
    return " ".join(clean("".join(words)).split())


def _sender(message: Message, name: str) -> tuple[str, str, bool]:
    """Display name, address, and whether the header names more than one sender.

    The address is the one in angle brackets at the end, the name what stands before it: a name
    that looks like an address ("boss@bank.com" <x@evil.com>) stays a name.
    """
    raw = _plain_header(message, name, _HEADER_LIMIT)
    many = len(message.get_all(name) or []) > 1
    match = re.fullmatch(rf"(.*?)\s*<\s*({_ADDRESS.pattern})\s*>\s*(?:\([^()]*\))?", raw)
    if match:
        label, address = match[1].strip(), match[2]
        # A comma outside quotes begins another sender.
        many = many or "<" in label or "," in re.sub(r'"(?:\\.|[^"\\])*"', "", label)
    elif match := re.fullmatch(rf"({_ADDRESS.pattern})\s*(?:\(([^()]*)\))?", raw):
        label, address = match[2] or "", match[1]
    else:
        found = _ADDRESS.findall(raw)
        return (
            _decoded(_ADDRESS.sub("", raw)).strip(' "<>,;'),
            found[0].lower() if (len(found) == 1) else "",
            True,
        )
    if label.startswith('"') and label.endswith('"') and len(label) > 1:
        label = re.sub(r"\\(.)", r"\1", label[1:-1])
    return _decoded(label), address.lower(), many


def _ids(value: str) -> tuple[str, ...]:
    """Message-IDs, each once, in order."""
    return tuple(dict.fromkeys(_MESSAGE_ID.findall(value)))


def _made_id(raw: bytes) -> str:
    """For a mail without an id: the same bytes have the same one."""
    return f"<{hashlib.blake2b(raw, digest_size=16).hexdigest()}@content>"


def _date(value: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(value)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _automatic(message: Message, address: str) -> str:
    """Why no person wrote this (RFC 3834 and the habits before it)."""
    submitted = _plain_header(message, "Auto-Submitted", 100).lower().partition(";")[0].strip()
    if message.get_content_type() == "multipart/report":
        return "delivery report"
    if submitted and submitted != "no":
        return submitted
    if _plain_header(message, "Return-Path", 100) == "<>":
        return "delivery report"
    if any(message.get(name) is not None for name in _AUTOMATIC_HEADERS):
        return "auto-replied"
    precedence = _plain_header(message, "Precedence", 40).lower()
    if precedence in _AUTOMATIC_PRECEDENCE:
        return precedence.replace("_", "-")
    return "delivery report" if address.partition("@")[0] in _AUTOMATIC_SENDERS else ""


def _size(size_bytes: int) -> str:
    if size_bytes < 1024:
        return f"{size_bytes} B"
    kilo = size_bytes / 1024
    return f"{kilo:.0f} kB" if kilo < 1024 else f"{kilo / 1024:.1f} MB"
