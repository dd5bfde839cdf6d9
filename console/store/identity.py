"""How a post is recognised: made safe, and told apart from the others and from its own past."""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from difflib import SequenceMatcher
from typing import get_args

from sources.base import Kind, Post
from sources.text import AUTHOR_LIMIT, BODY_LIMIT, TITLE_LIMIT, URL_LIMIT, clean, clip

ID_LIMIT = 500
"""Most characters of a platform's id; a longer one is replaced by its digest."""
EXTRA_LIMIT = 40
"""Most further facts of a post."""

LEAST_CONTENT = 16
"""Least letters for a post to be recognised by its content alone: "good" is said by many."""

SMALL_CHANGE = 0.20
"""The share of a text that may change before an edit is worth a notice."""

_KINDS = frozenset(get_args(Kind))
_WORDS_COMPARED = 400


def cleaned(post: Post) -> Post:
    """The post with every field made safe and capped, whatever its source has done already."""
    occurred_at, assumed = _aware(post.occurred_at)
    rating, rating_max = _rating(post.rating, post.rating_max)
    safe = replace(
        post,
        id=identifier(post.id),
        text=clip(clean(post.text), BODY_LIMIT),
        kind=post.kind if post.kind in _KINDS else "mention",
        title=clip(one_line(post.title), TITLE_LIMIT),
        author=clip(one_line(post.author), AUTHOR_LIMIT),
        author_id=identifier(post.author_id),
        url=clip(one_line(post.url), URL_LIMIT),
        thread=identifier(post.thread),
        parent=identifier(post.parent),
        occurred_at=occurred_at,
        edited_at=_aware(post.edited_at)[0],
        rating=rating,
        rating_max=rating_max,
        language=clip(one_line(post.language), 35),
        assumed_zone=post.assumed_zone or assumed,
        extra=_extra(post.extra),
    )
    return safe if safe.id else replace(safe, id=f"content:{_key(_content(safe)).hex()}")


def one_line(text: str) -> str:
    """Clean text without line ends."""
    return " ".join(clean(text).split())


def identifier(text: str) -> str:
    """A platform's id, clean; a digest in place of one that is too long."""
    text = one_line(text)
    return text if len(text) <= ID_LIMIT else f"long:{_key(text).hex()}"


def digest(post: Post) -> bytes:
    """Changes when the text, the title, the rating or the deletion of a post changes, and only then."""
    return _key(normal(post.title), normal(post.text), repr(post.rating), repr(post.deleted))


def mark_of(source: str, native_id: str) -> bytes:
    """A mark of a post that tells nobody which it was."""
    return _key("erased", source, native_id)


def content_key(post: Post) -> bytes | None:
    """A second identity for platforms whose ids change; None where the content says too little."""
    content = _content(post)
    if len(content) < LEAST_CONTENT or not (post.author or post.author_id):
        return None
    day = post.occurred_at.date().isoformat() if post.occurred_at else ""
    return _key(content, post.author_id or normal(post.author), day, post.thread)


def normal(text: str) -> str:
    """The text as far as a change of it means something: letter forms and blanks do not."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def is_small_change(before: str, after: str) -> bool:
    """Whether at most `SMALL_CHANGE` of a text changed."""
    before, after = normal(before), normal(after)
    longest = max(len(before), len(after))
    if not longest:
        return True
    start = _shared(before, after)
    end = min(_shared(before[::-1], after[::-1]), min(len(before), len(after)) - start)
    if longest - start - end <= SMALL_CHANGE * longest:
        return True
    words = re.findall(r"\w+|\W", before), re.findall(r"\w+|\W", after)
    if max(map(len, words)) > _WORDS_COMPARED:
        return False
    matcher = SequenceMatcher(None, *words, autojunk=False)
    kept = sum(
        len("".join(words[0][block.a : block.a + block.size]))
        for block in matcher.get_matching_blocks()
    )
    return longest - kept <= SMALL_CHANGE * longest


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    length = min(len(one), len(other))
    return next((at for at in range(length) if one[at] != other[at]), length)


def _content(post: Post) -> str:
    return normal(f"{post.title} {post.text}").casefold()


def _key(*parts: str) -> bytes:
    return hashlib.blake2b("\x00".join(parts).encode("utf-8", "replace"), digest_size=16).digest()


def _aware(at: datetime | None) -> tuple[datetime | None, bool]:
    """The instant in UTC, and whether a zone had to be assumed."""
    if at is None:
        return None, False
    if at.tzinfo is None:
        return at.replace(tzinfo=UTC), True
    try:
        return at.astimezone(UTC), False
    except OverflowError:  # year 1 or 9999 in a zone that shifts it out of range
        return at.replace(tzinfo=UTC), True


def _rating(rating: float | None, rating_max: int) -> tuple[float | None, int]:
    top = rating_max if 0 < rating_max <= 1000 else 5
    if rating is None or not math.isfinite(rating):
        return None, top
    return min(max(float(rating), 0.0), float(top)), top


def _extra(extra: Mapping[str, str]) -> dict[str, str]:
    return {
        clip(one_line(str(name)), 60): clip(clean(str(value)), TITLE_LIMIT)
        for name, value in list(extra.items())[:EXTRA_LIMIT]
    }
