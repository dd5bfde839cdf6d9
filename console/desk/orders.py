"""Order data of a customer, from a command or an address that the team configured itself.

The command is an argv list: no shell ever sees a customer's name. What it prints is foreign text
like any other: bounded, cleaned, shown as lines. It gets the customer as JSON on standard input.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from console.core.asks import OrdersPage
from console.core.i18n import _
from console.core.model import Customer
from console.core.said import in_our_words
from sources.base import SourceError
from sources.net import Net
from sources.text import clean, clip

MOST_BYTES = 64 * 1024
MOST_LINES = 200
LINE_LIMIT = 400
AT_ONCE = 2
"""Commands that run at the same time; whoever asks meanwhile waits."""
_KEPT_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ")
"""Nothing else is passed on: the desk's environment holds the sources' tokens."""


class Orders:
    """Asks the team's command or address about a customer."""

    def __init__(
        self, command: Sequence[str], url: str, token_env: str, timeout: timedelta, net: Net
    ) -> None:
        """The command if there is one, else the address; `token_env` names the bearer's token."""
        self._command = tuple(command)
        self._url = url
        self._token_env = token_env
        self._timeout_s = timeout.total_seconds()
        self._net = net
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def about(self, customer: Customer) -> OrdersPage:
        """Lines about their orders, or a sentence about what is wrong. Never raises."""
        question = msgspec.json.encode(
            {
                "customer": customer.id,
                "name": customer.name,
                "handles": [
                    {"source": source, "id": id}
                    for handle in customer.handles
                    for source, _colon, id in [handle.partition(": ")]
                ],
            }
        )
        try:
            async with self._slots, asyncio.timeout(self._timeout_s):
                said = await (self._run(question) if self._command else self._fetch(question))
        except TimeoutError:
            words = _("No answer within {n} s.").format(n=f"{self._timeout_s:g}")
            return OrdersPage(trouble=words)
        except (OSError, SourceError, _Wrong) as error:
            return OrdersPage(trouble=clip(clean(in_our_words(str(error))), LINE_LIMIT))
        return OrdersPage(lines=tuple(_lines(said)))

    async def _fetch(self, question: bytes) -> bytes:
        token = os.environ.get(self._token_env, "") if self._token_env else ""
        answer = await self._net.post(
            self._url,
            data=question,
            headers={"Content-Type": "application/json"},
            token_header={"Authorization": f"Bearer {token}"} if token else {},
            # the team's own shop stands in the team's own network.
            allow_private=True,
            max_bytes=MOST_BYTES,
        )
        return answer.body

    async def _run(self, question: bytes) -> bytes:
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ},
            start_new_session=True,
        )
        assert process.stdin is not None and process.stdout is not None
        try:
            # A command that does not read its standard input is no fault.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                process.stdin.write(question + b"\n")
                process.stdin.close()
            said = b""
            while piece := await process.stdout.read(MOST_BYTES + 1 - len(said)):
                said += piece
                if len(said) > MOST_BYTES:
                    return said[:MOST_BYTES]
            if code := await process.wait():
                words = _("{command} ended with {code}.")
                raise _Wrong(words.format(command=self._command[0], code=code))
            return said
        finally:
            # It and whatever it started: a shell script's children would outlive it.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            with contextlib.suppress(ProcessLookupError):
                await process.wait()


class _Wrong(Exception):
    """The command failed; the text says how."""


def _lines(said: bytes) -> Iterator[str]:
    """JSON as `name: value` lines, anything else as it is; cleaned, at most `MOST_LINES`."""
    text = said.decode("utf-8", "replace")
    try:
        lines = _told(msgspec.json.decode(text), 0)
    except (msgspec.DecodeError, RecursionError):
        lines = iter(text.splitlines())
    for n, line in enumerate(lines):
        if n == MOST_LINES:
            yield _("… and more")
            return
        if shown := clip(" ".join(clean(line).split(" ")).rstrip(), LINE_LIMIT):
            yield shown


def _told(value: Any, depth: int) -> Iterator[str]:
    """A JSON value as indented lines; what is nested deeper than four stands as JSON."""
    indent = "  " * depth
    if depth > 4:
        yield indent + msgspec.json.encode(value).decode()
    elif isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, dict | list):
                yield f"{indent}{name}:"
                yield from _told(inner, depth + 1)
            else:
                yield f"{indent}{name}: {_plain(inner)}"
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            if n and isinstance(inner, dict):
                yield ""
            yield from _told(inner, depth)
    else:
        yield indent + _plain(value)


def _plain(value: Any) -> str:
    if value is None:
        return "–"
    return str(value) if not isinstance(value, bool) else _("yes") if value else _("no")
