"""The parse process: documents in, items out, inside hard limits. Started by `sources.parsing`.

Frames on stdin: three lengths (4 bytes each, big-endian) of content type, address and document,
then the three. Frames on stdout: one length, then a `Reply` as JSON. Nothing else is read,
written, or reached; a document that kills this process kills nothing more.
"""

from __future__ import annotations

import contextlib
import os
import resource
import struct
import sys
from typing import BinaryIO

import msgspec

from sources.documents import Reply
from sources.reading import Unreadable, read
from sources.said import say
from sources.strict import read_strictly  # noqa: F401  here, so that no document waits for it

CPU_S = 10
"""Processor time for one document."""
MEMORY_BYTES = 512 * 1024 * 1024

_HEAD = struct.Struct(">III")
_LENGTH = struct.Struct(">I")


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    # A library that prints must not print into the answers.
    os.dup2(2, 1)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_AS, MEMORY_BYTES)
    serve(sys.stdin.buffer, answers)


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer documents until the other side closes."""
    encode = msgspec.json.Encoder().encode
    while head := questions.read(_HEAD.size):
        kind, url, data = (questions.read(length) for length in _HEAD.unpack(head))
        _allow_cpu()
        reply = encode(_reply(data, kind.decode(), url.decode()))
        answers.write(_LENGTH.pack(len(reply)) + reply)
        answers.flush()


def _reply(data: bytes, content_type: str, url: str) -> Reply:
    try:
        return Reply(document=read(data, content_type, url))
    except Unreadable as error:
        return Reply(error=str(error))
    except MemoryError:
        return Reply(error=say("the document needs too much memory to be read"))
    except Exception as error:
        # Hostile documents raise from deep inside (UnicodeError, re.error, RecursionError …).
        # The parser's own words may quote the document; its kind of error is enough.
        return Reply(error=say("the document cannot be read ({fault})", fault=type(error).__name__))


def _allow_cpu() -> None:
    """Let this one document use `CPU_S`; the limit counts from the start of the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        soft = int(used.ru_utime + used.ru_stime) + 1 + CPU_S
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _limit(what: int, value: int) -> None:
    # Some systems (macOS: memory) refuse a limit; the others still hold.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(what, (value, value))


if __name__ == "__main__":
    main()
