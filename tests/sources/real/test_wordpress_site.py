"""WordPress itself: comments come in, an answer stands under its comment, nothing twice."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sources.base import Cursor, Outgoing
from sources.feeds import FeedSource
from sources.net import Limits, Net
from sources.parsing import Parser
from sources.tools import Tools
from sources.wordpress import WordPressSource
from tests.sources.real import installed

pytestmark = pytest.mark.heavy

_PACKAGES = (
    "wordpress", "php8.2-cli", "php8.2-mysql", "php8.2-xml", "php8.2-mbstring", "php8.2-curl",
    "mariadb-server",
)  # fmt: skip
_CONFIG = """<?php
define('DB_NAME', 'wp'); define('DB_USER', 'wp'); define('DB_PASSWORD', 'wp');
define('DB_HOST', '127.0.0.1:{port}'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_ENVIRONMENT_TYPE', 'local'); define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) {{ define('ABSPATH', __DIR__ . '/'); }}
require_once ABSPATH . 'wp-settings.php';
"""
# An application password for the administrator, and comments without waiting for approval.
_PREPARE = """<?php
require '{root}/wp-load.php';
update_option('comment_moderation', '0'); update_option('comment_previously_approved', '0');
$made = WP_Application_Passwords::create_new_application_password(1, ['name' => 'desk']);
echo json_encode(['password' => $made[0]]);
"""
_COMMENT = """<?php
require '{root}/wp-load.php';
echo wp_insert_comment(['comment_post_ID' => 1, 'comment_author' => 'Ana &amp; Bo',
  'comment_author_email' => 'ana@example.com', 'comment_content' => {content},
  'comment_parent' => {parent}, 'comment_approved' => 1,
  'comment_date_gmt' => gmdate('Y-m-d H:i:s'), 'comment_date' => gmdate('Y-m-d H:i:s')]);
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A running site."""

    base: str
    root: Path
    password: str

    def comment(self, content: str, parent: int = 0) -> int:
        """A customer's comment; its id."""
        told = _COMMENT.format(root=self.root, content=json.dumps(content), parent=parent)
        return int(_php(told))


def _php(program: str) -> str:
    done = subprocess.run(
        ["php", "-d", "display_errors=stderr"], input=program, capture_output=True, text=True,
        timeout=120, check=False, env={**os.environ, "HTTP_HOST": "127.0.0.1"},
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"php: {(done.stderr or done.stdout)[-300:]}")
    return done.stdout.strip()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """WordPress by PHP's own server, its database by a MariaDB of its own."""
    installed.need_packages(*_PACKAGES)
    # The database runs as another user, who may not enter pytest's own folders.
    with tempfile.TemporaryDirectory(prefix="shiftdesk-wordpress-") as folder:
        work = Path(folder)
        work.chmod(0o755)
        yield from _running(work)


def _running(work: Path) -> Iterator[Site]:
    data, root, log = work / "db", work / "wp", work / "log"
    database_port, port = installed.free_port(), installed.free_port()
    user = "mysql"
    installed.run(
        ["mariadb-install-db", "--no-defaults", f"--datadir={data}", f"--user={user}"], "MariaDB"
    )
    database = [
        "mariadbd", "--no-defaults", f"--datadir={data}", f"--user={user}", f"--port={database_port}",
        "--bind-address=127.0.0.1", f"--socket={data}/s.sock",
    ]  # fmt: skip
    with installed.started(database, log):
        _make_database(data / "s.sock", log)
        shutil.copytree("/usr/share/wordpress", root, symlinks=False)
        (root / "wp-config.php").write_text(_CONFIG.format(port=database_port))
        # PHP answers the site's requests to itself only with a second worker.
        server = ["php", "-S", f"127.0.0.1:{port}", "-t", str(root)]
        with installed.started(server, log, {"PHP_CLI_SERVER_WORKERS": "3"}):
            base = f"http://127.0.0.1:{port}"
            installed.wait_for_http(f"{base}/wp-admin/install.php", log, seconds=120)
            _install(base)
            told = json.loads(_php(_PREPARE.format(root=root)))
            yield Site(base, root, told["password"])


def _make_database(place: Path, log: Path) -> None:
    commands = (
        "create database wp; create user wp@'127.0.0.1' identified by 'wp';"
        "grant all on wp.* to wp@'127.0.0.1';"
    )
    ends = time.monotonic() + 60
    while True:
        done = subprocess.run(
            ["mariadb", "--no-defaults", "-S", str(place), "-e", commands],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode == 0:
            return
        if time.monotonic() > ends:
            pytest.skip(f"MariaDB does not answer: {done.stderr} {log.read_text()[-300:]}")
        time.sleep(0.3)


def _install(base: str) -> None:
    form = {
        "weblog_title": "Lamp", "user_name": "support", "admin_password": "a long password 1",
        "admin_password2": "a long password 1", "pw_weak": "1", "admin_email": "a@example.com",
        "blog_public": "0",
    }  # fmt: skip
    data = urllib.parse.urlencode(form).encode()
    try:
        answer = urllib.request.urlopen(
            f"{base}/wp-admin/install.php?step=2", data=data, timeout=180
        ).read()
    except OSError as error:
        pytest.skip(f"WordPress does not install itself: {error}")
    if b"Success" not in answer and b"success" not in answer:
        pytest.skip(f"WordPress does not install itself: {answer[-300:]!r}")


async def test_comments_are_answered_and_read_back(site: Site, tmp_path: Path) -> None:
    """Comment → post → reply → seen on the site → the next comment in the same conversation."""
    (tmp_path / "password").write_text(site.password)
    options: dict[str, Any] = {
        "url": site.base,
        "user": "support",
        "password_file": str(tmp_path / "password"),
        "permalinks": False,
        "allow_private": True,
    }
    first_id = site.comment("The lamp <b>flickers</b> &amp; hums")
    async with Net(limits=Limits(read_s=60, total_s=120)) as net, Parser() as parser:
        source = WordPressSource("blog", options, Tools(net, parser))
        first = await source.poll(Cursor(), datetime.now(UTC))
        post = next(post for post in first.posts if post.id == str(first_id))
        reply = Outgoing(
            "k1", "Sorry! 1 < 2 & a new one comes.\nAnn", post.id, post.id, extra=post.extra
        )

        assert await source.find(reply) is None
        receipt = await source.send(reply)
        found = await source.find(reply)
        next_id = site.comment("Thank you!", parent=int(receipt.id))
        second = await source.poll(first.cursor, datetime.now(UTC))
        third = await source.poll(second.cursor, datetime.now(UTC))

    assert (post.text, post.author) == ("The lamp flickers & hums", "Ana & Bo")
    assert receipt.published
    assert found is not None
    assert found.id == receipt.id
    posts = {post.id: post for post in second.posts}
    assert (posts[str(next_id)].thread, posts[str(next_id)].own) == (post.id, False)
    assert (posts[receipt.id].own, posts[receipt.id].thread) == (True, post.id)
    assert {post.id for post in third.posts} == {post.id for post in second.posts}


async def test_the_keyless_feed_is_conditional(site: Site) -> None:
    """The comments' feed needs no key, and an unchanged one is not sent again."""
    site.comment("Words for the feed")
    options = {"url": f"{site.base}/?feed=comments-rss2", "allow_private": True}
    async with Net(limits=Limits(read_s=60, total_s=120)) as net, Parser() as parser:
        source = FeedSource("blog", options, Tools(net, parser))
        first = await source.poll(Cursor(), datetime.now(UTC))
        second = await source.poll(first.cursor, datetime.now(UTC))

    assert any("Words for the feed" in post.text for post in first.posts)
    assert first.cursor.etag or first.cursor.last_modified
    assert second.posts == ()
