"""What a source would give, tried before anything is configured, stored or started."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sources.base import Batch, Cursor, OptionError, Post, SourceError
from sources.feeds import batch_of
from sources.net import MAX_BYTES, Net
from sources.options import Options, is_address
from sources.parsing import Parser
from sources.registry import build, kinds
from sources.said import say
from sources.tools import Tools

_FROM_A_FILE = ("rss", "app_store_feed")
_MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class TrialResult:
    """Posts as plain dictionaries, or a sentence about why there are none."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""
    note: str = ""


async def try_source(
    kind: str,
    place: str,
    options: Mapping[str, Any] | None = None,
    *,
    allow_private: bool = False,
) -> TrialResult:
    """The posts that a source of `kind` would give, read from an address or a local file.

    Needs neither configuration nor desk, and never raises: every failure is a sentence in
    `error`. A file is read by the feed types alone; the others ask their platform.
    """
    given = dict(options or {})
    if not is_address(place):
        return await _try_file(kind, place, given)
    given["url"] = place
    if allow_private:
        given["allow_private"] = True
    return await try_configured("try", kind, given)


async def try_configured(name: str, kind: str, options: Mapping[str, Any]) -> TrialResult:
    """The posts that the source would give at its first polls; nothing is kept of them."""
    async with Net() as net, Parser() as parser:
        return await _polled(name, kind, options, Tools(net, parser))


async def try_each(
    sources: Mapping[str, tuple[str, Mapping[str, Any]]],
) -> AsyncIterator[tuple[str, TrialResult]]:
    """What each source, given by its name with type and options, would give; in this order.

    All are asked at the same time, so that one that hangs holds up nobody; one host still gets
    one request at a time.
    """
    async with Net() as net, Parser() as parser, asyncio.TaskGroup() as group:
        tools = Tools(net, parser)
        trials = {
            name: group.create_task(_polled(name, kind, options, tools))
            for name, (kind, options) in sources.items()
        }
        for name, trial in trials.items():
            yield name, await trial


async def wrong_options(name: str, kind: str, options: Mapping[str, Any]) -> str:
    """What is wrong with a source's options, as one sentence; empty for nothing. Nobody is asked."""
    async with Net() as net, Parser() as parser:
        try:
            build(kind, name, options, Tools(net, parser))
        except OptionError as error:
            return say("wrong options: {error}", error=error)
        except SourceError as error:
            return str(error)
    return ""


async def _polled(name: str, kind: str, options: Mapping[str, Any], tools: Tools) -> TrialResult:
    posts: list[Post] = []
    note = ""
    try:
        source = build(kind, name, options, tools)
        cursor = Cursor()
        for _ in range(_MOST_PAGES):
            batch = await source.poll(cursor, tools.clock())
            posts += batch.posts
            cursor, note = batch.cursor, batch.note or note
            if not batch.more:
                break
    except OptionError as error:
        return TrialResult(error=say("wrong options: {error}", error=error))
    except SourceError as error:
        return TrialResult([as_plain(post) for post in posts], tools.net.secrets.hide(str(error)))
    return TrialResult([as_plain(post) for post in posts], note=note)


async def _try_file(kind: str, place: str, options: Mapping[str, Any]) -> TrialResult:
    if kind not in _FROM_A_FILE:
        if kind not in kinds():
            return TrialResult(
                error=say(
                    "there is no type {kind}; there are {known}",
                    kind=repr(kind),
                    known=", ".join(kinds()),
                )
            )
        return TrialResult(error=say("{place} is not an http or https address", place=repr(place)))
    if "://" in place:
        return TrialResult(error=say("{place} is not an http or https address", place=repr(place)))
    read = Options(options)
    wanted, zone = read.text("kind", ""), read.zone()
    try:
        read.done()
        data = await asyncio.to_thread(_content, place)
        async with Parser() as parser:
            document = await parser.parse(data)
    except OptionError as error:
        return TrialResult(error=say("wrong options: {error}", error=error))
    except SourceError as error:
        return TrialResult(error=f"{place}: {error}")
    if kind == "app_store_feed":
        # the first entry is the app itself
        document.items = [item for item in document.items if item.rating is not None]
    batch: Batch = batch_of(document, Cursor(), zone, wanted)
    return TrialResult([as_plain(post) for post in batch.posts], note=batch.note)


def _content(place: str) -> bytes:
    try:
        with Path(place).expanduser().open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SourceError(say("cannot be read ({reason})", reason=error.strerror)) from error
    if len(data) > MAX_BYTES:
        raise SourceError(say("is larger than {n} bytes", n=f"{MAX_BYTES:,}"))
    return data


def as_plain(post: Post) -> dict[str, Any]:
    """The post as JSON can hold it: instants in ISO 8601, what is not known as null."""
    return {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in asdict(post).items()
    }
