"""The program's logs."""

from __future__ import annotations

import io
import json
import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.logs import log_to_file, log_to_stderr
from sources.secrets import Secrets


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


def logged(secrets: Secrets | None = None) -> io.StringIO:
    stream = io.StringIO()
    log_to_stderr(secrets.hide if secrets else lambda text: text, stream=stream)
    return stream


def test_log_is_one_object_a_line() -> None:
    """What happened and its facts, as keys."""
    stream = logged()
    logging.getLogger("desk").info("taken in", extra={"source": "play", "new": 3})

    told = json.loads(stream.getvalue())
    assert ("info", "desk", "taken in", "play", 3) == (
        told["level"],
        told["from"],
        told["what"],
        told["source"],
        told["new"],
    )


def test_foreign_text_cannot_command_a_terminal() -> None:
    """Escapes, line separators and overrides stand there as letters."""
    stream = logged()
    logging.getLogger("desk").info("poll", extra={"error": "\x1b[2J\u202e\u2028\n\x9b"})

    line = stream.getvalue()
    assert 1 == line.count("\n")
    assert line.isascii() and "\x1b" not in line


def test_secret_is_struck_out_wherever_it_stands() -> None:
    """In a message, in a fact, and in a traceback."""
    secrets = Secrets()
    secrets.add("Bearer s3cr3t-t0ken")
    stream = logged(secrets)
    log = logging.getLogger("desk")
    log.info(
        "token s3cr3t-t0ken", extra={"url": "https://x/?t=s3cr3t-t0ken", "list": ["s3cr3t-t0ken"]}
    )
    try:
        raise ValueError("s3cr3t-t0ken")
    except ValueError:
        log.exception("broke")

    assert "s3cr3t-t0ken" not in stream.getvalue()


def test_console_log_is_the_persons_own(tmp_path: Path) -> None:
    """0600, wherever the umask stands."""
    path = tmp_path / "state" / "console.log"
    log_to_file(path)
    logging.getLogger("ui").warning("hm")

    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert "hm" in path.read_text()


def test_unwritable_log_stops_nobody(tmp_path: Path) -> None:
    """A console without a place for its log still opens."""
    (tmp_path / "state").write_text("a file in the way")
    log_to_file(tmp_path / "state" / "console.log")

    logging.getLogger("ui").warning("unheard")
