"""The parse process: what it survives, what it gives, and what dies with it."""

from __future__ import annotations

import asyncio
import base64
import csv
import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sources.base import SourceError
from sources.decoded import decoded
from sources.documents import Document
from sources.lenient import read_leniently
from sources.parsing import Parser
from sources.strict import NotStrict, read_strictly
from sources.text import clean
from tests.hostile.feeds import DOCUMENTS, entity_chain, many_attributes, mutations, rss
from tests.shared_data import shared

GOOD = rss("<item><guid>1</guid><title>Hello</title></item>")


@pytest.fixture
async def parser() -> AsyncIterator[Parser]:
    async with Parser() as parser:
        yield parser


def _public() -> list[tuple[str, bytes]]:
    lines = shared("hostile-public/feedparser-tests.jsonl").read_text().splitlines()
    found = [json.loads(line) for line in lines]
    return [(one["path"], base64.b64decode(one["b64"])) for one in found]


def _feeds() -> list[tuple[str, bytes, int]]:
    with shared("data/feeds/index.csv").open() as index:
        rows = list(csv.DictReader(index))
    return [
        (
            row["file"],
            shared("data/feeds").joinpath(row["file"]).read_bytes(),
            max(int(row["entries_feedparser"] or 0), int(row["items_json"] or 0)),
        )
        for row in rows
    ]


async def test_one_process_reads_many_documents(parser: Parser) -> None:
    """The process stays warm from one document to the next."""
    await parser.parse(GOOD)
    pid = parser.pid
    await parser.parse(GOOD)

    assert parser.pid == pid


async def test_a_process_is_replaced_in_time() -> None:
    """After so many documents a fresh one takes over."""
    async with Parser(replace_after=2) as parser:
        pids = []
        for _ in range(3):
            await parser.parse(GOOD)
            pids.append(parser.pid)

    assert pids[0] == pids[1] != pids[2]


async def test_a_killed_process_costs_nothing_later(parser: Parser) -> None:
    """Killed between two documents, it is replaced without a word."""
    await parser.parse(GOOD)
    assert parser.pid is not None
    assert parser._process is not None
    os.kill(parser.pid, signal.SIGKILL)
    await parser._process.wait()

    document = await parser.parse(GOOD)

    assert [item.title for item in document.items] == ["Hello"]


async def test_a_process_killed_over_a_document_is_that_documents_error(parser: Parser) -> None:
    """The document that was being read fails in words; the next one is read."""
    await parser.parse(GOOD)
    assert parser.pid is not None
    os.kill(parser.pid, signal.SIGSTOP)
    reading = asyncio.ensure_future(parser.parse(GOOD))
    await asyncio.sleep(0)
    os.kill(parser.pid, signal.SIGKILL)

    with pytest.raises(SourceError, match="broke the parser"):
        await reading
    assert len((await parser.parse(GOOD)).items) == 1


async def test_a_document_that_takes_too_long() -> None:
    """Quadratic time is cut off by the clock, and the next document is read."""
    async with Parser(wall_s=0.5) as parser:
        with pytest.raises(SourceError, match=r"longer than 0\.5 s"):
            await parser.parse(many_attributes(40_000))
    async with Parser() as parser:
        assert len((await parser.parse(GOOD)).items) == 1


async def test_a_cancelled_question_is_not_answered_to_the_next(parser: Parser) -> None:
    """A poll that is cancelled takes its process along: answers never change places."""
    await parser.parse(GOOD)
    reading = asyncio.ensure_future(parser.parse(rss("<item><guid>2</guid></item>")))
    await asyncio.sleep(0)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)

    assert [item.id for item in (await parser.parse(GOOD)).items] == ["1"]


async def test_the_process_has_no_token(parser: Parser) -> None:
    """Nothing of the desk's environment reaches the process that reads strangers' documents."""
    os.environ["CANARY_TOKEN"] = "canary-secret"
    try:
        await parser.parse(GOOD)
        environment = await asyncio.to_thread(Path(f"/proc/{parser.pid}/environ").read_bytes)
    finally:
        del os.environ["CANARY_TOKEN"]

    assert b"canary" not in environment


async def test_too_many_entities_are_refused_unread(parser: Parser) -> None:
    """A chain of entities is refused before any parser sees it, and the process lives on."""
    await parser.parse(GOOD)
    pid = parser.pid

    with pytest.raises(SourceError, match="too many entities"):
        await parser.parse(entity_chain(30_000))
    assert parser.pid == pid


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_hostile_documents(parser: Parser, name: str) -> None:
    """Each is read or refused in words, and nothing that steers a terminal comes out."""
    try:
        document = await parser.parse(DOCUMENTS[name], url="http://example.com/")
    except SourceError as error:
        assert str(error) == clean(str(error)) != ""
        return
    _check_clean(document)


async def test_an_item_cut_inside_its_id_is_left_out(parser: Parser) -> None:
    """Half an id would be another post for ever; the whole items before it are taken."""
    document = await parser.parse(DOCUMENTS["cut in a guid"])

    assert [item.id for item in document.items] == ["1"]
    assert "last item was left out" in document.note


async def test_escapes_never_come_out_of_references(parser: Parser) -> None:
    """Controls that decoding re-creates are gone after the last decoding step."""
    document = await parser.parse(DOCUMENTS["escapes by reference"])

    assert "\x1b" not in document.items[0].title
    assert "\u202e" not in document.items[0].title


async def test_a_page_names_its_feed(parser: Parser) -> None:
    """The address of a web page is answered with the address of its feed."""
    page = b'<html><head><link rel="alternate" type="application/rss+xml" href="/news.rss"></head>'

    with pytest.raises(SourceError, match=r"web page.*http://example\.com/news\.rss"):
        await parser.parse(page, "text/html", "http://example.com/blog")


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("koi8-r", True), ("windows-1251", True), ("shift_jis", True), ("gb18030", True),
     ("utf-16", False), ("utf-8-sig", False), ("utf-8", False), ("iso-2022-jp", True)],
)  # fmt: skip
async def test_encodings(parser: Parser, encoding: str, declared: bool) -> None:
    """Declared or marked, the words arrive as they were written."""
    words = "日本語の文" if "jp" in encoding or "jis" in encoding else "Здравствуйте, мир"
    head = f'<?xml version="1.0" encoding="{encoding}"?>' if declared else '<?xml version="1.0"?>'
    text = f"{head}<rss version='2.0'><channel><item><title>{words}</title></item></channel></rss>"

    document = await parser.parse(text.encode(encoding), "text/xml")

    assert document.items[0].title == words


async def test_real_feeds(parser: Parser) -> None:
    """Every document of the collection gives at least what plain feedparser finds in it."""
    found = {}
    for name, data, least in _feeds():
        document = await parser.parse(data, url="http://example.com/")
        _check_clean(document)
        found[name] = len(document.items) - least

    assert {name: count for name, count in found.items() if count != 0} == {}


async def test_a_sample_of_public_test_documents(parser: Parser) -> None:
    """Every eighth of feedparser's own test documents is read or refused in words."""
    await _read_all(parser, [data for _, data in _public()[::8]])


@pytest.mark.heavy
async def test_all_public_test_documents(parser: Parser) -> None:
    """All 768, with a process that is not harmed by any."""
    await _read_all(parser, [data for _, data in _public()])


async def test_naughty_strings_in_every_field(parser: Parser) -> None:
    """The 515 naughty strings, as titles, bodies, authors and ids of one document."""
    lines = shared("hostile-public/blns.jsonl").read_text().splitlines()
    strings = [base64.b64decode(json.loads(line)["b64"]).decode("utf-8") for line in lines]
    items = "".join(
        f"<item><guid>{n}</guid><title><![CDATA[{text}]]></title><author><![CDATA[{text}]]></author>"
        f"<description><![CDATA[{text}]]></description></item>"
        for n, text in enumerate(strings)
        if "]]>" not in text
    )
    document = await parser.parse(rss(items))

    assert len(document.items) >= 500
    _check_clean(document)


async def test_a_sample_of_damaged_documents(parser: Parser) -> None:
    """Two hundred damaged copies, seeded, are read or refused in words."""
    documents = [data for name, data in DOCUMENTS.items() if 20 < len(data) < 20_000]
    await _read_all(parser, list(mutations(documents, 200, seed=7)))


@pytest.mark.heavy
async def test_many_damaged_documents(parser: Parser) -> None:
    """A hundred thousand damaged copies of the public documents and of ours."""
    documents = [data for _, data in _public()]
    documents += [data for data in DOCUMENTS.values() if 20 < len(data) < 20_000]
    await _read_all(parser, list(mutations(documents, 100_000, seed=11)))


def test_both_readers_agree() -> None:
    """Wherever the fast reader answers, the lenient one gives the same items."""
    documents = [(name, data) for name, data, _ in _feeds()] + _public()
    strict, different = 0, []
    for name, data in documents:
        text = decoded(data, "")
        try:
            fast = read_strictly(text, "http://example.com/")
        except NotStrict:
            continue
        strict += 1
        slow = read_leniently(text, "http://example.com/")
        if (fast.items, fast.title, fast.link, fast.wait_s) != (
            slow.items, slow.title, slow.link, slow.wait_s,
        ):  # fmt: skip
            different.append(name)

    assert different == []
    assert strict > 350


async def _read_all(parser: Parser, documents: list[bytes]) -> None:
    for data in documents:
        try:
            _check_clean(await parser.parse(data, url="http://example.com/"))
        except SourceError as error:
            assert str(error) == clean(str(error)) != ""
    assert len((await parser.parse(GOOD)).items) == 1


def _check_clean(document: Document) -> None:
    for item in document.items:
        for text in (item.id, item.title, item.text, item.author, item.link, *item.extra.values()):
            assert text == clean(text)
        assert item.link == "" or item.link.startswith(("http://", "https://"))
