"""Feed documents parsed in a limited process of their own.

The process is warm, one document at a time goes through it, and it is replaced after a death or
after `REPLACE_AFTER` documents. A document that kills it is that source's error, and no more.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import struct
import sys
from pathlib import Path
from typing import Self

import msgspec

from sources.base import SourceError
from sources.documents import Document, Reply
from sources.said import say

WALL_S = 20.0
"""Most time for one document, whatever it spends it on."""
REPLACE_AFTER = 200
"""Documents that one process reads: what leaks or fragments goes with it."""

_ROOT = str(Path(__file__).resolve().parents[1])
_HEAD = struct.Struct(">III")
_LENGTH = struct.Struct(">I")
_LARGEST_ANSWER = 256 * 1024 * 1024
_ON_THE_LOOP = 128 * 1024
"""Answers up to this size are decoded on the loop (below a millisecond), larger ones beside it."""

_decode = msgspec.json.Decoder(Reply).decode


class Parser:
    """The parse process. An async context manager; the process starts with the first document."""

    def __init__(self, *, wall_s: float = WALL_S, replace_after: int = REPLACE_AFTER) -> None:
        self._wall_s = wall_s
        self._replace_after = replace_after
        self._process: asyncio.subprocess.Process | None = None
        self._read = 0
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._end()

    @property
    def pid(self) -> int | None:
        """The process that waits for documents, if there is one."""
        return self._process.pid if self._process else None

    async def parse(self, data: bytes, content_type: str = "", url: str = "") -> Document:
        """The feed in `data`, every text cleaned.

        `content_type` is the HTTP header; `url` is where relative links start, empty for a
        file. Raises `SourceError` for what is no feed, and for what no process survives.
        """
        question = self._frame(data, content_type, url)
        async with self._turn:
            answer = await self._ask(question)
        if len(answer) > _ON_THE_LOOP:
            reply = await asyncio.to_thread(_decode, answer)
        else:
            reply = _decode(answer)
        if reply.document is None:
            raise SourceError(reply.error)
        return reply.document

    async def _ask(self, question: list[bytes]) -> bytes:
        process = await self._ready()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            async with asyncio.timeout(self._wall_s):
                process.stdin.writelines(question)
                await process.stdin.drain()
                (length,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
                if length > _LARGEST_ANSWER:
                    raise ValueError(say("an answer of impossible size"))
                answer = await process.stdout.readexactly(length)
        except TimeoutError:
            await self._end()
            raise SourceError(
                say(
                    "the document took longer than {n} s to read; it was given up",
                    n=f"{self._wall_s:g}",
                )
            ) from None
        except (OSError, EOFError, ValueError):
            await self._end()
            raise SourceError(
                say("the document broke the parser (too much time or memory); it was given up")
            ) from None
        except BaseException:
            # Cancelled halfway: the process would answer this question to the next one.
            await self._end()
            raise
        self._read += 1
        return answer

    async def _ready(self) -> asyncio.subprocess.Process:
        process = self._process
        if process and (process.returncode is not None or self._read >= self._replace_after):
            await self._end()
        if self._process is None:
            self._process = await _start()
            self._read = 0
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    @staticmethod
    def _frame(data: bytes, content_type: str, url: str) -> list[bytes]:
        kind, address = content_type.encode("utf-8", "replace"), url.encode("utf-8", "replace")
        return [_HEAD.pack(len(kind), len(address), len(data)), kind, address, data]


async def _start() -> asyncio.subprocess.Process:
    """A fresh process: no token in its environment, no file of ours in its hands."""
    places = [_ROOT, *(place for place in sys.path if place and place != _ROOT)]
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sources.parse_child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        # A session of its own: a Ctrl+C at the desk's terminal is the desk's business.
        start_new_session=True,
        env={"PYTHONPATH": os.pathsep.join(places), "LANG": "C.UTF-8"},
    )
