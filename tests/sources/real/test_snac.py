"""Mastodon's API as snac speaks it: a small real server whose ids are hex and do not sort."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sources.base import Batch, Cursor, Outgoing
from sources.mastodon import MastodonSource
from sources.net import Net
from sources.parsing import Parser
from sources.tools import Tools
from tests.sources.real import installed

pytestmark = pytest.mark.heavy

_OOB = "urn:ietf:wg:oauth:2.0:oob"


@dataclass(frozen=True, slots=True)
class Snac:
    """The server and the passwords of its two accounts."""

    base: str
    passwords: dict[str, str]


@pytest.fixture(scope="module")
def snac(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snac]:
    """snac in a small Debian of its own: it is not in the stable release of every machine."""
    installed.need_packages("debootstrap")
    root = installed.CACHE / "trixie"
    if not (root / "usr/bin/snac").exists():
        shutil.rmtree(root, ignore_errors=True)
        root.parent.mkdir(parents=True, exist_ok=True)
        installed.run(
            ["debootstrap", "--variant=minbase", "--include=snac2,ca-certificates", "trixie",
             str(root)],
            "debootstrap trixie",
        )  # fmt: skip
    shutil.rmtree(root / "srv/snac", ignore_errors=True)
    port = installed.free_port()
    snac = ["chroot", str(root), "snac"]
    installed.run(
        [*snac, "init", "/srv/snac"], "snac init", text=f"127.0.0.1\n{port}\nsnac.test\n\n\n"
    )
    settings = root / "srv/snac/server.json"
    told = json.loads(settings.read_text())
    told |= {"host": f"127.0.0.1:{port}", "protocol": "http"}
    settings.write_text(json.dumps(told))
    passwords = {}
    for name in ("support", "customer"):
        output = installed.run([*snac, "adduser", "/srv/snac", name], "snac adduser", text="\n")
        found = re.search(r"password is\s+(\S+)", output, re.IGNORECASE)
        if found is None:
            pytest.skip(f"snac did not tell a password: {output[-200:]}")
        passwords[name] = found.group(1)
    log = tmp_path_factory.mktemp("snac") / "log"
    with installed.started([*snac, "httpd", "/srv/snac"], log):
        base = f"http://127.0.0.1:{port}"
        installed.wait_for_http(base, log)
        yield Snac(base, passwords)


async def _token(web: aiohttp.ClientSession, snac: Snac, name: str) -> str:
    """A token as an app gets one, without a browser."""
    app = {"client_name": "desk", "redirect_uris": _OOB, "scopes": "read write"}
    async with web.post(f"{snac.base}/api/v1/apps", data=app) as answer:
        client = await answer.json(content_type=None)
    login = {
        "login": name,
        "passwd": snac.passwords[name],
        "redir": _OOB,
        "cid": client["client_id"],
        "state": "",
    }
    async with web.post(
        f"{snac.base}/oauth/x-snac-login", data=login, allow_redirects=False
    ) as answer:
        text = await answer.text()
        place = answer.headers.get("Location", "")
    code = re.search(r"code=([0-9a-zA-Z]+)", place) or re.search(r"\b([0-9a-f]{16,})\b", text)
    assert code is not None, text
    form = {
        "grant_type": "authorization_code",
        "code": code.group(1),
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "redirect_uri": _OOB,
    }
    async with web.post(f"{snac.base}/oauth/token", data=form) as answer:
        return str((await answer.json(content_type=None))["access_token"])


@pytest.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    # snac closes each connection without saying so beforehand.
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as web:
        yield web


@asynccontextmanager
async def _source(
    web: aiohttp.ClientSession, snac: Snac, tmp_path: Path
) -> AsyncIterator[MastodonSource]:
    """The support's account as a source."""
    (tmp_path / "token").write_text(await _token(web, snac, "support"))
    options = {
        "url": snac.base,
        "token_file": str(tmp_path / "token"),
        "allow_private": True,
    }
    async with Net() as net, Parser() as parser:
        yield MastodonSource("social", options, Tools(net, parser))


async def _post(web: aiohttp.ClientSession, snac: Snac, token: str, **status: str) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    async with web.post(f"{snac.base}/api/v1/statuses", data=status, headers=headers) as answer:
        return await answer.json(content_type=None)


async def _until(source: MastodonSource, cursor: Cursor, words: str) -> Batch:
    """Poll until a post with these words is there: delivery takes some seconds."""
    for _ in range(60):
        batch = await source.poll(cursor, datetime.now(UTC))
        if any(words in post.text for post in batch.posts):
            return batch
        await asyncio.sleep(0.5)
    raise AssertionError(f"{words!r} never came")


async def test_a_mention_is_answered_and_the_answer_is_read_back(
    snac: Snac, web: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """Mention → post → reply → seen on the server → the customer's next words, nothing twice."""
    customer = await _token(web, snac, "customer")
    async with _source(web, snac, tmp_path) as source:
        await _post(web, snac, customer, status="@support the lamp flickers")
        first = await _until(source, Cursor(), "flickers")
        post = next(post for post in first.posts if "flickers" in post.text)
        reply = Outgoing(
            "key-1", "Sorry! A new one is on its way.", post.id, post.thread or post.id,
            author=post.author, author_id=post.author_id, extra=post.extra,
        )  # fmt: skip

        assert await source.find(reply) is None
        receipt = await source.send(reply)
        found = await source.find(reply)
        await _post(web, snac, customer, status="@support thank you!", in_reply_to_id=receipt.id)
        second = await _until(source, first.cursor, "thank you")
        third = await source.poll(second.cursor, datetime.now(UTC))

    assert found is not None
    assert found.id == receipt.id
    thanks = next(post for post in second.posts if "thank you" in post.text)
    assert not any("flickers" in post.text and not post.own for post in second.posts)
    assert thanks.thread == post.id
    assert third.posts == []


async def test_a_first_direct_message_is_found_and_its_answer_belongs_to_it(
    snac: Snac, web: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """The customer only mentioned us in public; we write first, and they answer in private."""
    customer = await _token(web, snac, "customer")
    async with _source(web, snac, tmp_path) as source:
        await _post(web, snac, customer, status="@support the kettle leaks")
        public = await _until(source, Cursor(), "kettle")
        post = next(post for post in public.posts if "kettle" in post.text)
        opening = Outgoing(
            "key-begin", "Tell us your address here, please.", "", "",
            author=post.author, author_id=post.author_id,
        )  # fmt: skip

        before = await source.find(opening)
        receipt = await source.send(opening)
        found = await source.find(opening)
        await _post(
            web, snac, customer, status="@support Elm Street 5", in_reply_to_id=receipt.id,
            visibility="direct",
        )  # fmt: skip
        answers = await _until(source, public.cursor, "Elm Street")

    answer = next(post for post in answers.posts if "Elm Street" in post.text)
    assert before is None
    assert found is not None
    assert (receipt.id, receipt.thread) == (found.id, found.thread)
    assert receipt.thread == answer.thread
    assert answer.private
