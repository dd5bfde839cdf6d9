"""Strings that others collected to break programs, as they lie beside the checkout."""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import UTC

from sources.base import Cursor, SourceError
from sources.documents import Document
from sources.feeds import batch_of
from sources.parsing import Parser
from tests.shared_data import shared


def naughty_strings() -> list[str]:
    """The Big List of Naughty Strings."""
    return [one.decode("utf-8", "surrogateescape") for one in _coded("blns.jsonl")]


def feed_strings() -> list[str]:
    """All that reaches a console from feedparser's own test documents, each string once.

    They go the way of every feed: through the parse process, cleaned there, then made posts.
    """
    documents, told = asyncio.run(_parsed(_coded("feedparser-tests.jsonl")))
    found = dict.fromkeys([*told, *(one.note for one in documents)])
    for document in documents:
        found[document.title] = None
        for post in batch_of(document, Cursor(), UTC).posts:
            found |= dict.fromkeys([post.title, post.text, post.author, post.author_id])
            found |= dict.fromkeys([post.id, post.url, post.thread, post.language])
    return list(found)


async def _parsed(coded: list[bytes]) -> tuple[list[Document], list[str]]:
    """The documents that are feeds, and what was said of the others."""
    documents, told = [], []
    async with Parser() as parser:
        for one in coded:
            try:
                documents.append(await parser.parse(one, url="https://feed.example/"))
            except SourceError as error:
                told.append(str(error))
    return documents, told


def _coded(name: str) -> list[bytes]:
    with shared(f"hostile-public/{name}").open(encoding="utf-8") as lines:
        return [base64.b64decode(json.loads(line)["b64"]) for line in lines]
