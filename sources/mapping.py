"""JSON of any shape to posts: one JMESPath for each field, compiled and checked beforehand."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Any, cast, get_args

import jmespath
from jmespath.exceptions import JMESPathError

from sources.base import Kind, Post, SourceError
from sources.dates import parse_date
from sources.options import Options, is_address
from sources.ratings import read_rating
from sources.said import say
from sources.text import AUTHOR_LIMIT, BODY_LIMIT, TITLE_LIMIT, URL_LIMIT, clean, clip, plain

_KINDS = get_args(Kind)
_FIELDS = (
    "id", "text", "title", "author", "author_id", "url", "thread", "parent", "time", "edited",
    "rating", "language", "kind", "own", "deleted", "private", "automatic",
)  # fmt: skip


class Path:
    """A JMESPath expression; an empty one finds nothing."""

    def __init__(self, read: Options, key: str, default: str = "") -> None:
        self.text = read.text(key, default)
        self._compiled = None
        if self.text:
            try:
                self._compiled = jmespath.compile(self.text)
            except JMESPathError as error:
                reason = str(error).splitlines()[0]
                read.wrong(key, say("expected a JMESPath expression; {reason}", reason=reason))

    def __bool__(self) -> bool:
        return self._compiled is not None

    def __call__(self, found: Any) -> Any:
        """What the path leads to in `found`, None for nothing."""
        if self._compiled is None:
            return None
        try:
            return self._compiled.search(found)
        except (JMESPathError, TypeError, ValueError, RecursionError) as error:
            # A function met a value of another type ("to_number" of a list): not this item.
            raise SourceError(
                say(
                    "the path {text} does not fit the answer ({fault}); correct it",
                    text=repr(self.text),
                    fault=type(error).__name__,
                )
            ) from error


@dataclass(frozen=True, slots=True)
class _Answer:
    """Where an item keeps our own answer to it."""

    text: Path
    id: Path
    time: Path
    author: Path


class Fields:
    """How an item's fields are found, and what their values mean.

    Options (each a JMESPath into one item): id, text, title, author, author_id, url, thread,
    parent, time, edited, rating, language, kind, own, deleted, private, automatic; a table
    `extra` of further facts; a table `answer` (text, id, time, author) for our own answer
    inside the item.
    """

    def __init__(
        self, read: Options, *, kind: Kind, zone: tzinfo, usual: Mapping[str, str] = {}
    ) -> None:
        """`usual` holds the paths that a platform is known by; the configuration goes before."""
        self._paths = {name: Path(read, name, usual.get(name, "")) for name in _FIELDS}
        if not self._paths["text"] and not self._paths["title"]:
            read.wrong("text", say("missing; expected the path to an item's text"))
        extra = read.inner("extra")
        self._extra = {clip(clean(name), 60): Path(extra, name) for name in read.table("extra")}
        answer = read.inner("answer")
        self._answer = (
            _Answer(
                *(
                    Path(answer, name, usual.get(f"answer.{name}", ""))
                    for name in ("text", "id", "time", "author")
                )
            )
            if read.has("answer") or "answer.text" in usual
            else None
        )
        self._kind, self._zone = kind, zone
        self.markup = False
        """True where texts are HTML."""
        self.rating_max = 5
        self.ratings: Mapping[str, Any] = {}
        """The platform's own words for ratings, to numbers."""
        self.kinds: Mapping[str, Any] = {}
        """The platform's own words for kinds, to ours."""

    def posts(self, found: Any) -> Iterator[Post]:
        """The post in one item, and our answer to it where it carries one."""
        post = self._post(found)
        yield post
        if self._answer is None or not (text := self._text(self._answer.text(found))):
            return
        at, assumed = self._instant(self._answer.time(found))
        yield Post(
            id=clean(_word(self._answer.id(found))) or f"{post.id}:answer",
            text=text,
            kind=post.kind,
            author=clip(_line(self._answer.author(found)), AUTHOR_LIMIT),
            thread=post.thread or post.id,
            occurred_at=at,
            assumed_zone=assumed,
            url=post.url,
            own=True,
        )

    def has_id(self, found: Any) -> bool:
        return bool(_word(self._paths["id"](found)))

    def _post(self, found: Any) -> Post:
        at = {name: path(found) for name, path in self._paths.items()}
        text, title = self._text(at["text"]), clip(_line(self._text(at["title"])), TITLE_LIMIT)
        occurred, assumed = self._instant(at["time"])
        edited, _ = self._instant(at["edited"])
        rating, rating_max = self._rating(at["rating"])
        url = clean(_word(at["url"]))
        post = Post(
            id=clean(_word(at["id"])),
            text=text,
            title=title,
            kind=self._kind_of(at["kind"]),
            author=clip(_line(at["author"]), AUTHOR_LIMIT),
            author_id=clip(_line(at["author_id"]), URL_LIMIT),
            url=url if is_address(url) and len(url) <= URL_LIMIT else "",
            thread=clean(_word(at["thread"])),
            parent=clean(_word(at["parent"])),
            occurred_at=occurred,
            edited_at=edited if edited and (occurred is None or edited > occurred) else None,
            rating=rating,
            rating_max=rating_max,
            language=clip(_line(at["language"]), 35),
            own=_is(at["own"]),
            deleted=_is(at["deleted"]),
            private=_is(at["private"]),
            automatic=_is(at["automatic"]),
            assumed_zone=assumed,
            extra={
                name: clip(_line(value), TITLE_LIMIT)
                for name, path in self._extra.items()
                if (value := _word(path(found)))
            },
        )
        return post if post.id else _with_id(post)

    def _text(self, value: Any) -> str:
        text = _word(value)
        if not self.markup:
            return clip(clean(text).strip(), BODY_LIMIT)
        return clip(plain(text) if "<" in text else clean(html.unescape(text)).strip(), BODY_LIMIT)

    def _kind_of(self, value: Any) -> Kind:
        word = _word(value)
        word = str(self.kinds.get(word, word)).lower()
        return cast(Kind, word) if word in _KINDS else self._kind

    def _rating(self, value: Any) -> tuple[float | None, int]:
        word = _word(value)
        if word in self.ratings:
            value = self.ratings[word]
        read = None if value is None or isinstance(value, list | dict) else read_rating(
            value, self.rating_max
        )  # fmt: skip
        return read or (None, self.rating_max)

    def _instant(self, value: Any) -> tuple[datetime | None, bool]:
        at = parse_date(_word(value))
        if at is None:
            return None, False
        if at.tzinfo is not None:
            return at.astimezone(UTC), False
        return at.replace(tzinfo=self._zone).astimezone(UTC), True


def _word(value: Any) -> str:
    """Texts as they are, numbers as text, a list's words joined; else nothing."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return "\n".join(filter(None, (_word(one) for one in value if not isinstance(one, list))))
    return ""


def _line(value: Any) -> str:
    return " ".join(clean(_word(value)).split())


def _is(value: Any) -> bool:
    """True for true, a number that is not 0, and a text that does not say no."""
    if isinstance(value, str):
        return value.strip().lower() not in ("", "0", "no", "false", "none", "null")
    return bool(value)


def _with_id(post: Post) -> Post:
    """A post that the platform gave no id, under one made from what it says."""
    day = post.occurred_at.date().isoformat() if post.occurred_at else ""
    told = "\0".join((post.title, post.text, post.author, post.author_id, day)).casefold()
    digest = hashlib.blake2b(told.encode("utf-8", "replace"), digest_size=8).hexdigest()
    return replace(post, id=f"content:{digest}")
