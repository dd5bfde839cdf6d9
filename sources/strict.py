"""The reader for well-formed feeds: expat alone, some thirty times faster than feedparser.

It knows the plain cases and hands on everything else: whatever is not well-formed, declares a
document type, nests markup, fills a field twice or uses a name in a foreign namespace raises
`NotStrict`. A test holds its items equal to the lenient reader's over every document at hand.
"""

from __future__ import annotations

from xml.parsers import expat

from sources.dates import parse_date
from sources.documents import Document
from sources.reading import Raw, address, best_link, item, wait_s
from sources.text import TITLE_LIMIT, clip, plain

_ATOM = {"http://www.w3.org/2005/Atom": "atom10"}
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RSS = {
    "http://purl.org/rss/1.0/": "rss10",
    "http://my.netscape.com/rdf/simple/0.9/": "rss090",
    "http://channel.netscape.com/rdf/simple/0.9/": "rss090",
}
_DC = "http://purl.org/dc/elements/1.1/"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_MEDIA = "http://search.yahoo.com/mrss/"
_IM = "http://itunes.apple.com/rss"
_THREAD = "http://purl.org/syndication/thread/1.0"
_SY = "http://purl.org/rss/1.0/modules/syndication/"
_VERSIONS = {
    "0.91": "rss091u",
    "0.92": "rss092",
    "0.93": "rss093",
    "0.94": "rss094",
    "2.0": "rss20",
}

# An item's children by namespace and name, to the field each fills.
_FIELDS = {
    "title": "title", "guid": "id", "id": "id", "description": "summary", "summary": "summary",
    "pubDate": "published", "published": "published", "updated": "updated",
    f"{_DC} creator": "author", f"{_DC} date": "updated", f"{_CONTENT} encoded": "content",
    "content": "content", "author": "author", "link": "link",
    f"{_MEDIA} description": "summary", f"{_IM} rating": "rating", f"{_IM} version": "version",
}  # fmt: skip
_PERSON = {"name": "author", "uri": "author_id", "email": "author_id"}
_CHANNEL = {"title": "title", "link": "link", "ttl": "ttl",
            f"{_SY} updatePeriod": "period", f"{_SY} updateFrequency": "frequency"}  # fmt: skip
# Names that feedparser gives a meaning in more namespaces than are known here.
_TELLING = frozenset(name for name in _FIELDS if " " not in name) | {
    "creator", "date", "encoded", "issued", "modified", "created", "body", "fullitem", "abstract",
    "subtitle", "tagline", "prodlink", "url", "contributor", "lastbuilddate",
}  # fmt: skip
_HARMLESS = frozenset(
    (_MEDIA, "http://www.georss.org/georss", "http://www.google.com/schemas/reader/atom/")
)


class NotStrict(Exception):
    """The document needs the lenient reader."""


def read_strictly(text: str, url: str) -> Document:
    """The feed in `text`. Raises `NotStrict` where anything about it is unusual."""
    if "<!DOCTYPE" in text or "xml:base" in text or "<!ENTITY" in text:
        raise NotStrict
    reader = _Reader(url)
    try:
        reader.feed(text)
    except (expat.ExpatError, ValueError) as error:
        raise NotStrict from error
    return reader.document()


class _Reader:
    """One pass over one document."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._form = ""
        self._core = ""
        self._depth = 0
        self._items: list[Raw] = []
        self._channel: dict[str, str] = {}
        self._item_depth = 0
        self._channel_depth = 0
        self._fields: dict[str, str] = {}
        self._types: dict[str, str] = {}
        self._links: list[tuple[str, str]] = []
        self._permalink = True
        self._field = ""
        self._text: list[str] = []
        self._text_depth = 0
        self._person_depth = 0

    def feed(self, text: str) -> None:
        parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.buffer_size = 65_536
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._chars
        parser.Parse(text, True)

    def document(self) -> Document:
        channel = self._channel
        return Document(
            form=self._form,
            title=clip(plain(channel.get("title", "")), TITLE_LIMIT),
            link=address(channel.get("link", ""), self._url),
            wait_s=wait_s(
                channel.get("ttl", ""), channel.get("period", ""), channel.get("frequency", "")
            ),
            items=[item(raw, self._url) for raw in self._items],
        )

    # -- elements ---------------------------------------------------------------------------

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            self._root(name, attributes)
            return
        if self._text_depth:
            raise NotStrict  # markup inside a field
        core = self._core_name(name)
        if self._item_depth:
            self._inside_item(name, core, attributes)
        elif core in ("item", "entry"):
            self._item_depth = self._depth
            self._fields, self._types, self._links = {}, {}, []
            self._permalink = True
            if about := attributes.get(f"{_RDF} about"):
                self._fields["id"] = about
        elif core == "channel" and self._depth == 2:
            self._channel_depth = 2
        elif self._depth == self._channel_depth + 1:
            self._inside_channel(name, core, attributes)

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if local == "feed" and namespace in _ATOM:
            self._form, self._core, self._channel_depth = _ATOM[namespace], namespace, 1
        elif name == "rss" and attributes.get("version", "").strip() in _VERSIONS:
            self._form = _VERSIONS[attributes["version"].strip()]
        elif name == f"{_RDF} RDF":
            self._form = "rdf"
        else:
            raise NotStrict

    def _core_name(self, name: str) -> str:
        """The local name of an element in the feed's own namespace, else empty."""
        namespace, _, local = name.rpartition(" ")
        if self._form == "rdf" and namespace in _RSS:
            self._form, self._core = _RSS[namespace], namespace
        return local if namespace == self._core else ""

    def _inside_channel(self, name: str, core: str, attributes: dict[str, str]) -> None:
        field = _CHANNEL.get(core or name, "")
        if field == "link" and "href" in attributes:
            if attributes.get("rel", "alternate") == "alternate":
                self._channel.setdefault("link", attributes["href"])
        elif field:
            self._capture(field)

    def _inside_item(self, name: str, core: str, attributes: dict[str, str]) -> None:
        if self._person_depth:
            if self._depth == self._person_depth + 1 and core in _PERSON:
                self._capture(_PERSON[core])
            return
        if self._depth != self._item_depth + 1:
            # media:group holds the one nested field that matters.
            if name == f"{_MEDIA} description":
                self._capture("summary")
            return
        if core in ("item", "entry"):
            raise NotStrict
        if name == f"{_THREAD} in-reply-to":
            self._fields["thread"] = attributes.get("ref", "")
            return
        namespace, _, local = name.rpartition(" ")
        field = _FIELDS.get(core or name, "")
        if namespace in _ATOM and not core and local == "link":
            field = "link"
        if not field:
            if local.lower() in _TELLING and namespace not in _HARMLESS:
                raise NotStrict
            return
        self._field_starts(field, core, attributes)

    def _field_starts(self, field: str, core: str, attributes: dict[str, str]) -> None:
        if "mode" in attributes or "src" in attributes:
            raise NotStrict
        if field == "link" and "href" in attributes:
            self._links.append((attributes.get("rel", "alternate"), attributes["href"]))
            return
        if core == "author" and self._form.startswith("atom"):
            if "author" in self._fields:
                raise NotStrict
            self._fields["author"] = ""
            self._person_depth = self._depth
            return
        if core == "guid" and attributes.get("isPermaLink", "true").lower() == "false":
            self._permalink = False
        if field in ("title", "content", "summary"):
            kind = attributes.get("type", "")
            if kind not in ("", "text", "html", "text/plain", "text/html"):
                raise NotStrict
            if field != "content" or not self._fields.get("content"):
                self._types[field] = kind
        self._capture(field)

    def _capture(self, field: str) -> None:
        self._field, self._text, self._text_depth = field, [], self._depth

    def _chars(self, text: str) -> None:
        if self._text_depth:
            self._text.append(text)

    def _end(self, _: str) -> None:
        if self._text_depth == self._depth:
            self._keep("".join(self._text).strip())
            self._text_depth = 0
        if self._person_depth == self._depth:
            self._person_depth = 0
        if self._item_depth == self._depth:
            self._items.append(self._raw())
            self._item_depth = 0
        elif self._channel_depth == self._depth and self._depth > 1:
            self._channel_depth = 0
        self._depth -= 1

    def _keep(self, text: str) -> None:
        if not self._item_depth:
            self._channel.setdefault(self._field, text)
            return
        if self._field == "link":
            self._links.append(("alternate", text))
            return
        if not text:
            return
        if self._fields.get(self._field):
            if self._field == "content":
                return  # the first one that says something
            raise NotStrict
        self._fields[self._field] = text

    def _raw(self) -> Raw:
        fields = self._fields
        for name in ("published", "updated"):
            if fields.get(name) and parse_date(fields[name]) is None:
                raise NotStrict
        atom = self._form.startswith("atom")
        body = "content" if fields.get("content") else "summary"
        link = best_link(self._links)
        return Raw(
            id=fields.get("id", ""),
            link=link or (fields.get("id", "") if self._permalink and not atom else ""),
            title=fields.get("title", ""),
            title_is_text=atom and self._types.get("title", "") in ("", "text", "text/plain"),
            body=fields.get(body, ""),
            body_is_text=atom and self._types.get(body, "") in ("", "text", "text/plain"),
            author=fields.get("author", ""),
            author_id=fields.get("author_id", ""),
            published=fields.get("published", ""),
            updated=fields.get("updated", ""),
            rating=fields.get("rating", ""),
            thread=fields.get("thread", ""),
            extra={"version": fields.get("version", "")},
        )
