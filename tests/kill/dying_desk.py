"""A real desk that kills itself at one named point: `python -m tests.kill.dying_desk POINT --config FILE`.

Nothing of the product knows the points: its own methods are wrapped from outside.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from console import cli
from console.core.asks import SaveDraft, SendReply
from console.desk.desk import Desk
from console.store.database import Database
from console.store.sqlite import SqliteStore
from sources.json_api import JsonApiSource

WRITES = ("take_in", "save_draft", "queue_reply", "start_sending", "settle_reply")
READS = ("due_replies", "interrupted_replies")
REQUESTS = ("send", "find")
ASKS = {"SaveDraft": SaveDraft, "SendReply": SendReply}

POINTS = (
    *(f"{name}: {when}" for name in WRITES for when in ("before", "before commit", "after")),
    *(f"{name}: {when}" for name in READS for when in ("before", "after")),
    *(f"{name}: {when}" for name in REQUESTS for when in ("before", "after")),
    *(f"ask {name}: {when}" for name in ASKS for when in ("before", "after")),
)
"""Every point at which a desk can be killed here; each is reached once, then it is over."""

_running: ContextVar[str] = ContextVar("running", default="")


def die() -> None:
    """As a power cut would: no clean-up, no last word."""
    os.kill(os.getpid(), signal.SIGKILL)


def _around(owner: type, name: str, label: str, point: str) -> None:
    """Wrap an async method so that the process dies before or after it."""
    inner: Callable[..., Awaitable[Any]] = getattr(owner, name)

    @functools.wraps(inner)
    async def wrapped(*arguments: Any, **named: Any) -> Any:
        if point == f"{label}: before":
            die()
        token = _running.set(label)
        try:
            answer = await inner(*arguments, **named)
        finally:
            _running.reset(token)
        if point == f"{label}: after" and (name != "due_replies" or answer):
            die()
        return answer

    setattr(owner, name, wrapped)


def _before_commit(point: str) -> None:
    """Wrap the one place where transactions are made."""
    inner = Database.write

    async def write(self: Database, work: Callable[..., Any], *a: Any, **named: Any) -> Any:
        label = _running.get()

        def dying(*arguments: Any, **kept: Any) -> Any:
            answer = work(*arguments, **kept)
            if point == f"{label}: before commit":
                die()
            return answer

        return await inner(self, dying, *a, **named)

    Database.write = write  # type: ignore[method-assign]


def arm(point: str) -> None:
    """Make the product die at `point`. Raises `ValueError` for a point that does not exist."""
    if point not in POINTS:
        raise ValueError(f"no such point: {point}")
    for name in (*WRITES, *READS):
        _around(SqliteStore, name, name, point)
    _before_commit(point)
    for name in REQUESTS:
        _around(JsonApiSource, name, name, point)
    inner = Desk.ask

    async def ask(self: Desk, who: Any, request: Any) -> Any:
        label = f"ask {type(request).__name__}"
        if point == f"{label}: before":
            die()
        answer = await inner(self, who, request)
        if point == f"{label}: after":
            die()
        return answer

    Desk.ask = ask  # type: ignore[method-assign]


if __name__ == "__main__":
    arm(sys.argv[1])
    sys.exit(cli.main(["serve", *sys.argv[2:]]))
