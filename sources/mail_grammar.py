"""How IMAP writes names, days and mails, and how they are read again."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sources.said import say
from sources.text import clean, clip

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Line:
    """An untagged answer, its literals taken out."""

    text: bytes
    literals: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail of the folder."""

    uid: int
    flags: frozenset[str]
    """In small letters, with their backslash: `\\draft`."""
    arrived: datetime | None
    """When the mailbox took it in, aware UTC."""
    size_bytes: int
    raw: bytes
    """Its first bytes, as many as were asked for."""


def quoted(text: str) -> str:
    """A quoted string. Raises `ValueError` for what cannot stand in one."""
    if not text.isascii() or not text.isprintable():
        raise ValueError(
            say("{text} cannot be written in an IMAP command", text=repr(clip(clean(text), 40)))
        )
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def folder_name(text: str) -> str:
    """A folder's name as IMAP writes it: letters outside ASCII in modified UTF-7."""

    def encoded(match: re.Match[str]) -> str:
        if match[0] == "&":
            return "&-"
        raw = base64.b64encode(match[0].encode("utf-16-be")).decode().rstrip("=")
        return "&" + raw.replace("/", ",") + "-"

    return re.sub(r"&|[^\x20-\x7e]+", encoded, text)


def since(day: date) -> str:
    """The day as a search writes it."""
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"


def fetched_in(line: Line) -> Fetched | None:
    uid = re.search(rb"\bUID (\d+)", line.text, re.I)
    if uid is None or not re.search(rb"\bBODY\[", line.text, re.I):
        return None
    flags = re.search(rb"\bFLAGS \(([^)]*)\)", line.text, re.I)
    arrived = re.search(rb'\bINTERNALDATE "([^"]*)"', line.text, re.I)
    size = re.search(rb"\bRFC822\.SIZE (\d+)", line.text, re.I)
    return Fetched(
        int(uid[1]),
        frozenset(flags[1].decode("ascii", "replace").lower().split()) if flags else frozenset(),
        _arrival(arrived[1]) if arrived else None,
        int(size[1]) if size else 0,
        line.literals[0] if line.literals else b"",
    )


def _arrival(raw: bytes) -> datetime | None:
    """An INTERNALDATE such as ` 3-Nov-2026 09:00:00 +0100`."""
    match = re.fullmatch(
        rb" ?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d:\d\d:\d\d) ([+-]\d{4})", raw.strip()
    )
    if match is None or match[2].decode().capitalize() not in _MONTHS:
        return None
    month = _MONTHS.index(match[2].decode().capitalize()) + 1
    told = f"{match[3].decode()}-{month:02}-{int(match[1]):02}T{match[4].decode()}"
    try:
        return datetime.fromisoformat(told + match[5].decode()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def unquoted(raw: bytes) -> bytes:
    raw = raw.strip()
    if raw.startswith(b'"') and raw.endswith(b'"') and len(raw) > 1:
        return re.sub(rb"\\(.)", rb"\1", raw[1:-1])
    return raw
