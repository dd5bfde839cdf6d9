"""The text process: tone hints and languages, away from the desk's loop and from every key.

Reads `{"id", "what", …}` a line from stdin and writes `{"id", "answer"}` or `{"id", "error"}` to
stdout, in order. Ends when stdin ends: a desk that was killed leaves no orphan behind.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import msgspec

from console.core import tone
from console.core.language import detect

_NICER = 5
"""Hints give way to the desk; a typing agent does not notice, a late delivery would be."""


def answer(request: dict[str, Any]) -> Any:
    """The answer to one request. Raises whatever goes wrong with it."""
    return _ANSWERS[request["what"]](request)


def _hints(request: dict[str, Any]) -> list[dict[str, Any]]:
    context = request["context"]
    found = tone.hints(
        request["item"],
        request["draft"],
        {**context, "now": _here(context["now"], request["zone"])},
        request["interface"],
        request["muted"],
    )
    return [_shown(hint) for hint in found]


def _shown(hint: tone.Hint) -> dict[str, Any]:
    """A hint as `HintShown` has it."""
    fix = hint.fix
    return {
        "id": hint.id,
        "severity": hint.severity,
        "start": hint.start,
        "end": hint.end,
        "message": hint.message,
        "fix": fix.text if fix else None,
        "fix_start": fix.start if fix else None,
        "fix_end": fix.end if fix else None,
    }


def _promise(request: dict[str, Any]) -> tuple[datetime, str] | None:
    found = tone.promise(
        request["text"], request["language"], _here(request["now"], request["zone"])
    )
    if found is None:
        return None
    return found.due.astimezone(UTC), request["text"][found.start : found.end]


def _languages(request: dict[str, Any]) -> list[str]:
    languages = tuple(request["languages"])
    told = [detect(text, languages) for text in request["texts"]]
    return [language if certain else "" for language, certain in told]


def _here(now: str, zone: str) -> datetime:
    return datetime.fromisoformat(now).astimezone(ZoneInfo(zone))


_ANSWERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "hints": _hints,
    "promise": _promise,
    "languages": _languages,
}


def main(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer until `incoming` ends, or nobody listens any more."""
    # lexicons compile at first use: before the first draft waits for them.
    tone.warm()
    outgoing.write(b'{"ready":true}\n')
    outgoing.flush()
    for line in incoming:
        number = 0
        try:
            request = msgspec.json.decode(line, type=dict[str, Any])
            number = request.get("id", 0)
            told = {"id": number, "answer": answer(request)}
        except Exception as error:
            told = {"id": number, "error": f"{type(error).__name__}: {error}"}
        outgoing.write(msgspec.json.encode(told) + b"\n")
        outgoing.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICER)
    # a desk that was killed is no fault of ours to tell about.
    with contextlib.suppress(BrokenPipeError):
        main(sys.stdin.buffer, sys.stdout.buffer)
