"""Feeds in JSON: JSON Feed 1 and 1.1, and the App Store's customer reviews."""

from __future__ import annotations

from typing import Any

import msgspec

from sources.documents import Document
from sources.reading import Raw, Unreadable, address, item
from sources.said import say
from sources.text import TITLE_LIMIT, clean, clip


def read_json(text: str, url: str) -> Document:
    """The feed in `text`. Raises `Unreadable` for JSON of any other kind."""
    try:
        found = msgspec.json.decode(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(
            say("the document looks like JSON and is broken: {error}", error=error)
        ) from error
    if isinstance(found, dict):
        if "jsonfeed.org" in _text(found.get("version")) or isinstance(found.get("items"), list):
            return _json_feed(found, url)
        feed = found.get("feed")
        if isinstance(feed, dict) and ("entry" in feed or "title" in feed):
            return _app_store(feed, url)
    raise Unreadable(
        say(
            "this JSON is neither JSON Feed nor an App Store feed; a source of type json_api reads any"
        )
    )


def _json_feed(found: dict[str, Any], url: str) -> Document:
    entries = [entry for entry in _list(found.get("items")) if isinstance(entry, dict)]
    return Document(
        form="jsonfeed",
        title=clip(clean(_text(found.get("title"))), TITLE_LIMIT),
        link=address(_text(found.get("home_page_url")), url),
        items=[item(_entry(entry), url) for entry in entries],
    )


def _entry(entry: dict[str, Any]) -> Raw:
    author = _dict(entry.get("author")) or _dict(next(iter(_list(entry.get("authors"))), None))
    markup = _text(entry.get("content_html"))
    plain_text = _text(entry.get("content_text"))
    return Raw(
        id=_text(entry.get("id")),
        link=_text(entry.get("url")) or _text(entry.get("external_url")),
        title=_text(entry.get("title")),
        title_is_text=True,
        body=plain_text or markup or _text(entry.get("summary")),
        body_is_text=bool(plain_text) or not markup,
        author=_text(author.get("name")),
        author_id=_text(author.get("url")),
        published=_text(entry.get("date_published")),
        updated=_text(entry.get("date_modified")),
        language=_text(entry.get("language")),
    )


def _app_store(feed: dict[str, Any], url: str) -> Document:
    # "entry" is a list, a single object, or absent.
    entries = feed.get("entry", [])
    entries = [entry for entry in _list(entries) or [entries] if isinstance(entry, dict)]
    return Document(
        form="appstore-json",
        title=clip(clean(_label(feed.get("title"))), TITLE_LIMIT),
        items=[item(_review(entry), url) for entry in entries if entry],
    )


def _review(entry: dict[str, Any]) -> Raw:
    author = _dict(entry.get("author"))
    link = entry.get("link")
    link = _dict(next(iter(_list(link)), None)) or _dict(link)
    content = entry.get("content") or entry.get("summary")
    content = _dict(next(iter(_list(content)), None)) or _dict(content)
    return Raw(
        id=_label(entry.get("id")),
        link=_text(_dict(link.get("attributes")).get("href")),
        title=_label(entry.get("title")),
        title_is_text=True,
        body=_text(content.get("label")),
        body_is_text=_dict(content.get("attributes")).get("type", "text") == "text",
        author=_label(author.get("name")),
        author_id=_label(author.get("uri")),
        updated=_label(entry.get("updated")),
        rating=_label(entry.get("im:rating")),
        extra={"version": _label(entry.get("im:version"))},
    )


def _label(value: Any) -> str:
    """App Store JSON wraps every text as {"label": text}."""
    return _text(value.get("label")) if isinstance(value, dict) else _text(value)


def _text(value: Any) -> str:
    """Strings as they are, numbers as text (many feeds have numbers for ids), else nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
