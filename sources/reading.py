"""Feed documents to items: which reader a document needs, and what its fields come to.

Runs in the parse process alone. Two readers gather an item's raw fields (the strict one over
expat, some thirty times faster, and feedparser for everything odd); `item()` makes both into
the same words.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

import msgspec

from sources.dates import parse_date
from sources.decoded import decoded
from sources.documents import Document, Item
from sources.said import say
from sources.text import AUTHOR_LIMIT, BODY_LIMIT, TITLE_LIMIT, URL_LIMIT, clean, clip, plain

MOST_ENTITIES = 20
"""A document that declares more is refused: chains of entities kill parsers."""
ID_LIMIT = 1_000

_PAGE_FEED = re.compile(
    r"<link\b[^>]{0,500}type\s*=\s*[\"']application/(?:rss|atom|feed)\+(?:xml|json)[^>]{0,500}>",
    re.IGNORECASE,
)
_HREF = re.compile(r"href\s*=\s*[\"']([^\"'>]{1,500})", re.IGNORECASE)
_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000,
            "yearly": 31_536_000}  # fmt: skip
# Windows characters that were taken for Latin-1 on their way: quotes and dashes, not controls.
_MEANT = {
    code: bytes((code,)).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
# An address that needs no second look: nearly all of them, and a third of the time otherwise.
_WHOLE = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?(?:/[!#-;=?-~]*)?")
_WINDOWS = re.compile("[\x80-\x9f]")
_MAIL_AND_NAME = re.compile(r"\s*(\S+@\S+)\s*\((.+)\)\s*")


class Unreadable(Exception):
    """The document cannot be read as a feed; the message says why and what to do."""


class Raw(msgspec.Struct):
    """An item's fields as the document has them."""

    id: str = ""
    link: str = ""
    title: str = ""
    title_is_text: bool = False
    body: str = ""
    body_is_text: bool = False
    author: str = ""
    author_id: str = ""
    published: str = ""
    published_at: datetime | None = None
    """As the reader understood it, for forms that `parse_date` does not know."""
    updated: str = ""
    updated_at: datetime | None = None
    rating: str = ""
    language: str = ""
    thread: str = ""
    extra: dict[str, str] = {}


def read(data: bytes, content_type: str, url: str) -> Document:
    """The feed in `data`. `url` is where relative links start; empty for a file.

    Raises `Unreadable` where it is no feed of any kind.
    """
    text = decoded(data, content_type)
    start = text.lstrip()[:1]
    if not start:
        raise Unreadable(say("the document is empty; check the address"))
    if start in "{[":
        from sources.json_feeds import read_json

        return read_json(text, url)
    if len(re.findall("<!entity", text, re.IGNORECASE)) > MOST_ENTITIES:
        raise Unreadable(say("the document declares too many entities to be read safely; refused"))
    from sources.strict import NotStrict, read_strictly

    try:
        return read_strictly(text, url)
    except NotStrict:
        from sources.lenient import read_leniently
    document = read_leniently(text, url)
    if not document.form and not document.items:
        raise Unreadable(_no_feed(text, url))
    return document


def item(raw: Raw, base: str) -> Item:
    """The item that `raw` comes to, links resolved against `base`."""
    author, author_id = _person(raw.author, raw.author_id)
    return Item(
        id=clip(_line(raw.id), ID_LIMIT),
        link=address(raw.link, base),
        title=clip(_line(_words(raw.title, raw.title_is_text)), TITLE_LIMIT),
        text=clip(_words(raw.body, raw.body_is_text), BODY_LIMIT),
        author=clip(author, AUTHOR_LIMIT),
        author_id=clip(author_id, URL_LIMIT),
        published=_instant(raw.published, raw.published_at),
        updated=_instant(raw.updated, raw.updated_at),
        rating=stars(raw.rating),
        language=clip(_line(raw.language), 35),
        thread=clip(_line(raw.thread), ID_LIMIT),
        extra={name: clip(_line(value), TITLE_LIMIT) for name, value in raw.extra.items() if value},
    )


def address(link: str, base: str) -> str:
    """`link` as an absolute http or https address; empty for anything else."""
    link = link.strip()
    if _WHOLE.fullmatch(link) and len(link) <= URL_LIMIT:
        return link
    if not link:
        return ""
    try:
        joined = urljoin(base, link) if base else link
        parts = urlsplit(joined)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    joined = "".join(clean(joined).split())
    # A cut address leads somewhere else; none is better.
    return joined if len(joined) <= URL_LIMIT else ""


def best_link(links: Sequence[tuple[str, str]]) -> str:
    """Where a person reads the item: the first link whose relation means that."""
    for wanted in ("alternate", "", "related", "via"):
        for rel, href in links:
            if rel == wanted and href.strip():
                return href
    return ""


def stars(value: str) -> float | None:
    """A rating of 1 to 5, or None."""
    try:
        number = float(value)
    except ValueError:
        return None
    return number if 1 <= number <= 5 else None


def wait_s(ttl: str, period: str, frequency: str) -> float:
    """The longest pause the feed asks for, in seconds: `ttl` in minutes, or so often a period."""
    waits = [0.0]
    if ttl.strip().isdecimal():
        waits.append(60.0 * min(int(ttl.strip()[:9]), 525_600))
    if seconds := _PERIODS.get(period.strip().lower()):
        times = frequency.strip()
        waits.append(seconds / max(int(times[:9]) if times.isdecimal() else 1, 1))
    return max(waits)


def _words(text: str, is_text: bool) -> str:
    """Text of a field: markup taken out where there may be some, lines kept where there is none."""
    text = _mended(text)
    if not is_text:
        if "<" in text:
            return plain(text)
        # No tag at all: whoever wrote this meant its lines as lines.
        text = html.unescape(text)
    lines = (" ".join(line.split()) for line in clean(text).strip().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _mended(text: str) -> str:
    """`text` with two common accidents undone: Windows quotes, and UTF-8 taken for Latin-1."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text.translate(_MEANT) if _WINDOWS.search(text) else text


def _line(text: str) -> str:
    return " ".join(clean(_mended(text)).split())


def _person(author: str, author_id: str) -> tuple[str, str]:
    if match := _MAIL_AND_NAME.fullmatch(author):
        author_id, author = author_id or match.group(1), match.group(2)
    if "&" in author or "<" in author:
        author = plain(author) or html.unescape(author)
    name = _line(author)
    # Reddit writes "/u/name".
    return name.removeprefix("/u/"), _line(author_id)


def _instant(text: str, understood: datetime | None) -> str:
    at = parse_date(text) or understood
    if at is None or not 1970 <= at.year <= 2100:
        return ""
    try:
        return at.isoformat() if at.tzinfo is None else at.astimezone(UTC).isoformat()
    except OverflowError:
        return ""


def _no_feed(text: str, url: str) -> str:
    if match := _PAGE_FEED.search(text[:200_000]):
        href = _HREF.search(match.group())
        if href and (place := address(html.unescape(href.group(1)), url)):
            return say(
                "this is a web page, not a feed; its feed seems to be at {place}", place=place
            )
    if "<html" in text[:5000].lower():
        return say("this is a web page, not a feed; look for the feed's own address")
    return say("this is neither RSS, Atom, RDF nor JSON Feed; check the address")
