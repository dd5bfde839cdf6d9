"""The program's logs."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from console.logs import log_to_stderr
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
