"""Which item of a feed is which: ids that are missing, shared, used again or changed.

The memory of a feed is the last document's items, kept as the cursor's position. With it an
item keeps the id under which the desk knows it, whatever the feed calls it next time.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Sequence

import msgspec

from sources.documents import Item

_MOST = 1_000
"""Items remembered. Larger documents are rare, and beyond them the feed's own ids decide."""
_TELLING = 40
"""Characters from which on a text is taken for the same text and not a common one ("Great!")."""


class Seen(msgspec.Struct, array_like=True, frozen=True):
    """One item of the past, small enough to keep a thousand of them on a cursor."""

    id: str
    """What the desk calls it."""
    name: str
    """What the feed calls it: its guid, else its link; empty for neither."""
    link: str
    published: str
    title: str
    content: str
    """Digest of title, text, author and day."""


class Named(msgspec.Struct, frozen=True):
    """A document's items with the ids that the desk should know them by, and the new memory."""

    items: list[tuple[str, Item]]
    memory: str
    gap: bool
    """True where everything is newer than everything remembered: some may have been missed."""
    without_id: int
    """Items that the feed gave neither id nor link."""


def name_items(items: Sequence[Item], memory: str) -> Named:
    """Each item's id, in the order of the document; exact repetitions inside it are dropped."""
    past = _recalled(memory)
    by_name: dict[str, list[Seen]] = {}
    for seen in past:
        by_name.setdefault(seen.name, []).append(seen)
    by_content = {seen.content: seen for seen in reversed(past)}
    # Two items under one name are one item twice, or two that the feed does not tell apart.
    together = {(_name(item), content_of(item)): item for item in items}
    shared = Counter(name for name, _ in together)
    named: dict[str, tuple[Item, Seen]] = {}
    for (name, content), item in together.items():
        now = _seen(item, name, content)
        chosen = _chosen(now, item, by_name, by_content, shared)
        named.setdefault(chosen, (item, msgspec.structs.replace(now, id=chosen)))
    present = [seen for _, seen in named.values()]
    known = {seen.id for seen in past}
    return Named(
        items=[(id, item) for id, (item, _) in named.items()],
        memory=_kept(present, past),
        gap=bool(past and named) and known.isdisjoint(named) and _newer(present, past),
        without_id=sum(1 for name, _ in together if not name),
    )


def content_of(item: Item) -> str:
    """A digest of what the item says, who says it and on which day."""
    day = (item.published or item.updated)[:10]
    return _digest(item.title, item.text, item.author, day, item.link if not item.text else "")


def _name(item: Item) -> str:
    return item.id or item.link


def _chosen(
    now: Seen,
    item: Item,
    by_name: dict[str, list[Seen]],
    by_content: dict[str, Seen],
    shared: Counter[str],
) -> str:
    if not now.name:
        return f"content:{now.content}"
    before = by_name.get(now.name, [])
    for seen in before:
        if seen.content == now.content:
            return seen.id
    apart = f"{now.name}#{now.content[:8]}"
    if shared[now.name] > 1 or any(seen.id.startswith(f"{seen.name}#") for seen in before):
        return apart  # this name has stood for several items
    for seen in before:
        if _may_be_an_edit(seen, now):
            return seen.id
    if before:
        return apart  # the feed uses an id again for something else
    same = by_content.get(now.content)
    # Some feeds give a new id at every fetch; the old one is gone from the document then.
    if same is not None and same.name not in shared and _telling(item, same):
        return same.id
    return now.name


def _may_be_an_edit(before: Seen, now: Seen) -> bool:
    """An edit keeps the title, the link or the date; another item changes all three."""
    return (
        before.title == now.title
        or not (before.link and now.link and before.link != now.link)
        or not (before.published and now.published and before.published != now.published)
    )


def _telling(item: Item, before: Seen) -> bool:
    if before.published and before.published == item.published:
        return True
    return len(item.text) >= _TELLING


def _newer(present: Sequence[Seen], past: Sequence[Seen]) -> bool:
    dates = [seen.published for seen in present if seen.published]
    before = [seen.published for seen in past if seen.published]
    return not dates or not before or min(dates) > max(before)


def _seen(item: Item, name: str, content: str) -> Seen:
    return Seen(
        id="",
        name=name,
        link=_digest(item.link)[:8] if item.link else "",
        published=item.published,
        title=_digest(item.title)[:8],
        content=content,
    )


def _digest(*parts: str) -> str:
    told = "\0".join(" ".join(unicodedata.normalize("NFKC", part).split()) for part in parts)
    return hashlib.blake2b(told.casefold().encode("utf-8", "replace"), digest_size=8).hexdigest()


def _recalled(memory: str) -> list[Seen]:
    try:
        return msgspec.json.decode(memory, type=list[Seen]) if memory else []
    except msgspec.MsgspecError:
        return []  # another source stood here before, or an older version


def _kept(present: list[Seen], past: list[Seen]) -> str:
    ids = {seen.id for seen in present}
    kept = present + [seen for seen in past if seen.id not in ids]
    # As many again as the document holds: an item may come back after a shorter document.
    most = min(_MOST, max(50, 2 * len(present)))
    return msgspec.json.encode(kept[:most]).decode()
