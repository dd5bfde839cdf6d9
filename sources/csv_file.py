"""Posts from a file: CSV or JSON lines, for seller feedback, surveys, phone logs and archives.

A row becomes a post by a mapping from our fields to the file's columns, guessed from usual names or
given. A row that makes no sense is reported with its line and the rest goes on. The same file read
twice gives the same ids, so that an import can be repeated.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

from sources.base import Kind, Post, SourceError
from sources.dates import parse_date
from sources.ratings import read_rating
from sources.said import say
from sources.text import clean

FIELDS = (
    "id",
    "text",
    "title",
    "author",
    "author_id",
    "rating",
    "occurred_at",
    "language",
    "url",
    "thread",
    "kind",
)
"""What a column can become."""

USUAL_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "feedback id", "review id", "response id", "call id", "item number", "номер"),
    "text": (
        "text", "comment", "comments", "review", "body", "message", "feedback", "content",
        "answer", "transcript", "your feedback", "отзыв", "текст", "комментарий", "نظر", "النص",
    ),
    "title": ("title", "subject", "headline", "summary", "заголовок", "عنوان"),
    "author": (
        "author", "name", "buyer", "customer", "user", "rater", "from", "reviewer", "caller",
        "rater email", "имя", "клиент", "نام", "الاسم",
    ),
    "author_id": ("author id", "user id", "email", "e-mail", "phone", "number", "телефон"),
    "rating": ("rating", "stars", "score", "nps", "csat", "feedback type", "оценка", "امتیاز"),
    "occurred_at": (
        "date", "time", "created", "created at", "submitted at", "timestamp", "date/time",
        "received", "дата", "تاریخ", "التاريخ",
    ),
    "language": ("language", "lang", "locale", "язык"),
    "url": ("url", "link", "address", "permalink", "ссылка"),
    "thread": ("thread", "order id", "order number", "conversation", "ticket"),
    "kind": ("kind",),
}  # fmt: skip
"""Column names that mean a field, as shops, survey tools and switchboards export them."""

MAX_FIELD_CHARS = 256_000


@dataclass(frozen=True, slots=True)
class Mapped:
    """How a file becomes posts."""

    columns: Mapping[str, str]
    """Our field to the file's column; `text` or `rating` must be there."""
    kind: Kind = "review"
    rating_max: int = 5
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    """For times without one."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is no post."""

    line: int
    problem: str


def guess(header: Sequence[str]) -> dict[str, str]:
    """Our fields to the columns of `header` that bear a usual name; each column once."""
    found: dict[str, str] = {}
    free = {_folded(name): name for name in reversed(header)}
    for field_name, names in USUAL_NAMES.items():
        for name in names:
            if name in free:
                found[field_name] = free.pop(name)
                break
    return found


def _folded(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("-", " ").split()).casefold()


def read_header(path: Path) -> tuple[str, ...]:
    """The names of the file's columns. Raises `SourceError` for what is no table."""
    first = next(_raw_rows(path), None)
    if first is None:
        raise SourceError(say("{path}: there are no rows", path=path))
    return tuple(first[1])


def read_posts(path: Path, mapped: Mapped) -> Iterator[Post | BadRow]:
    """Every row of the file as a post, or as what is wrong with it, in order.

    Raises `SourceError` where the file cannot be read, and for columns that are not there.
    """
    missing = [column for column in mapped.columns.values() if column not in read_header(path)]
    if missing:
        raise SourceError(
            say("{path}: there is no column {column}", path=path, column=repr(missing[0]))
        )
    if not {"text", "rating"} & mapped.columns.keys():
        raise SourceError(
            say("{path}: name the column of the text, with --map text=COLUMN", path=path)
        )
    for line, row in _raw_rows(path):
        try:
            yield _post(row, mapped)
        except ValueError as error:
            yield BadRow(line, str(error))


def _post(row: Mapping[str, Any], mapped: Mapped) -> Post:
    def value(name: str) -> str:
        given = row.get(mapped.columns.get(name, ""), "")
        return clean("" if given is None else str(given))[:MAX_FIELD_CHARS].strip()

    rating, rating_max = None, mapped.rating_max
    if written := value("rating"):
        read = read_rating(written, mapped.rating_max)
        if read is None:
            raise ValueError(say("no rating: {written}", written=repr(written[:40])))
        rating, rating_max = read
    text = value("text")
    if not text and rating is None:
        raise ValueError(say("neither text nor rating"))
    at, zone_assumed = None, False
    if written := value("occurred_at"):
        at = parse_date(written)
        if at is None:
            raise ValueError(say("no date: {written}", written=repr(written[:40])))
        if at.tzinfo is None:
            at, zone_assumed = at.replace(tzinfo=mapped.zone), True
    kind = value("kind") or mapped.kind
    if kind not in get_args(Kind):
        raise ValueError(
            say(
                "no kind of post: {kind}; known are {known}",
                kind=repr(kind[:40]),
                known=", ".join(get_args(Kind)),
            )
        )
    return Post(
        id=value("id") or _made_id(value("author"), value("title"), text, value("occurred_at")),
        text=text,
        kind=kind,  # type: ignore[arg-type]
        title=value("title"),
        author=value("author"),
        author_id=value("author_id"),
        url=value("url"),
        thread=value("thread"),
        occurred_at=at,
        rating=rating,
        rating_max=rating_max,
        language=value("language"),
        assumed_zone=zone_assumed,
    )


def _made_id(*parts: str) -> str:
    """An id from what the row says: the same row has the same one, wherever it stands."""
    return "row-" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:24]


def _raw_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number and columns of each row; a JSON line that is none gives one odd column."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}") from None
    text = _decoded(raw)
    if text.lstrip()[:1] == "{":
        yield from _json_rows(text)
    else:
        yield from _csv_rows(text)


def _json_rows(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            yield number, row if isinstance(row, dict) else {}


def _csv_rows(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    sample = text[:8192]
    try:
        dialect: Any = csv.Sniffer().sniff(sample, delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    csv.field_size_limit(MAX_FIELD_CHARS)
    reader = csv.DictReader(io.StringIO(text, newline=""), dialect=dialect)
    try:
        for row in reader:
            yield reader.line_num, {key: value for key, value in row.items() if key is not None}
    except csv.Error as error:
        raise SourceError(say("line {line}: {error}", line=reader.line_num, error=error)) from None


def _decoded(raw: bytes) -> str:
    """The text, by its byte-order mark, as UTF-8, or as Windows' Cyrillic or Western letters."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    cyrillic = raw.decode("cp1251", "replace")
    letters = sum("а" <= letter.lower() <= "я" for letter in cyrillic[:4096])
    return cyrillic if letters * 4 > len(cyrillic[:4096]) else raw.decode("cp1252", "replace")
