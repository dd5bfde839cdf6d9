"""A feed document as it comes out of the parse process: plain words, no markup, nothing raw."""

from __future__ import annotations

import msgspec


class Item(msgspec.Struct, omit_defaults=True):
    """One item of a feed, every field cleaned and cut to its limit."""

    id: str = ""
    """The feed's own id (guid, atom:id), unresolved; may be empty, and may be used twice."""
    link: str = ""
    """An absolute http or https address, or empty."""
    title: str = ""
    text: str = ""
    author: str = ""
    author_id: str = ""
    published: str = ""
    """ISO 8601; without an offset where the feed gave none."""
    updated: str = ""
    rating: float | None = None
    """Stars, 1 to 5, where the feed has them (App Store)."""
    language: str = ""
    thread: str = ""
    """The id this item replies to (atom threading)."""
    extra: dict[str, str] = msgspec.field(default_factory=dict)


class Document(msgspec.Struct, omit_defaults=True):
    """A parsed feed."""

    form: str = ""
    """Such as rss20, atom10, rss10, jsonfeed, appstore-json."""
    title: str = ""
    link: str = ""
    wait_s: float = 0.0
    """How long the feed asks to be left alone (ttl, sy:updatePeriod)."""
    items: list[Item] = msgspec.field(default_factory=list)
    note: str = ""
    """A warning in words, such as that the document is malformed."""


class Reply(msgspec.Struct, omit_defaults=True):
    """What the parse process answers: a document, or a sentence about why there is none."""

    document: Document | None = None
    error: str = ""
