"""How a JSON API is answered: the request that publishes, the one that reads back, the channel."""

from __future__ import annotations

import json
from typing import Any, cast, get_args

from sources import templates
from sources.answers import Answer
from sources.base import Channel, Limit, Outgoing, Receipt, SourceError, Unit
from sources.mapping import Path
from sources.options import Options
from sources.text import clean, clip, plain


class Replying:
    """How a reply is published: `url`, `method`, `body`, `key_header`, and what the answer says
    (`id`, `address`, `published` as JMESPath)."""

    def __init__(self, read: Options) -> None:
        self.url = read.text("url")
        templates.check(read, "url", self.url)
        self.method = read.choice("method", ("POST", "PUT", "PATCH"), "POST")
        self.body = read.table("body") or {"text": "{text}"}
        templates.check(read, "body", self.body)
        self.key_header = read.text("key_header", "")
        self._id = Path(read, "id", "id")
        self._address = Path(read, "address")
        self._published = Path(read, "published")

    @property
    def keyed(self) -> bool:
        return bool(self.key_header) or "{key}" in json.dumps(self.body) or "{key}" in self.url

    def receipt(self, answer: Answer, reply: Outgoing) -> Receipt:
        """What the platform says about the reply.

        A success stays one whatever its body says: an error here would publish it twice.
        """
        try:
            found = answer.json()
            id, address = self._id(found), self._address(found)
            published = self._published(found) if self._published else True
        except SourceError:
            id, address, published = "", "", True
        return Receipt(
            id=clip(clean(str(id or "")), 500) or f"{reply.post_id}:{reply.key}",
            url=clean(str(address or "")),
            published=bool(published),
        )


class Finding:
    """How a published reply is looked for: `url`, `items`, and in each of them `text`, `key`,
    `id` and `address`."""

    def __init__(self, read: Options) -> None:
        self.url = read.text("url")
        templates.check(read, "url", self.url)
        self.items = Path(read, "items", "@")
        self._text = Path(read, "text", "text")
        self._key = Path(read, "key")
        self._id = Path(read, "id", "id")
        self._address = Path(read, "address")

    def matches(self, item: Any, reply: Outgoing) -> bool:
        if self._key and (key := self._key(item)):
            return str(key) == reply.key
        text = self._text(item)
        return isinstance(text, str) and _same(text, reply.text)

    def receipt(self, item: Any) -> Receipt:
        return Receipt(
            id=clip(clean(str(self._id(item) or "")), 500),
            url=clean(str(self._address(item) or "")),
        )


def _same(shown: str, written: str) -> bool:
    """True where the platform shows our words: blanks and markup of its own do not count."""
    forms = (clean(shown), plain(shown)) if "<" in shown or "&" in shown else (clean(shown),)
    wanted = "".join(clean(written).split())
    return any("".join(form.split()) == wanted for form in forms)


def channel_of(read: Options, reply: Replying | None, find: Finding | None) -> Channel | None:
    told = read.inner("channel")
    size = told.whole("limit", 0)
    made = Channel(
        public=told.flag("public", True),
        limit=Limit(
            size,
            cast(Unit, told.choice("unit", get_args(Unit), "characters")),
            told.whole("limit_bytes", 0),
            told.whole("link_size", 0),
        )
        if size
        else None,
        mode=cast(Any, told.choice("mode", ("thread", "replaces", "single"), "thread")),
        idempotent=told.flag("idempotent", reply is not None and reply.keyed),
        readable=find is not None,
        moderated=told.flag("moderated"),
        markup=cast(Any, told.choice("markup", ("plain", "html", "markdown"), "plain")),
        private_via=told.text("private_via", ""),
    )
    return made if reply is not None else None
