"""The program's logs: one JSON object a line, no foreign character raw, no secret."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TextIO

_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """`{"at", "level", "from", "what", …}`: what a record carries in `extra` becomes keys.

    Everything outside ASCII is escaped, so no log viewer can be made to obey a customer's text.
    """

    def __init__(self, hide: Callable[[str], str] = lambda text: text) -> None:
        super().__init__()
        self._hide = hide

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "what": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _ORDINARY}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        # Secrets are struck out by value, before escaping could hide their form.
        clean = {key: self._struck(value) for key, value in line.items()}
        return json.dumps(clean, ensure_ascii=True, default=lambda value: self._hide(str(value)))

    def _struck(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._hide(value)
        if isinstance(value, dict):
            return {self._struck(key): self._struck(inner) for key, inner in value.items()}
        return (
            [self._struck(inner) for inner in value] if isinstance(value, (list, tuple)) else value
        )


def log_to_stderr(
    hide: Callable[[str], str] = lambda text: text,
    *,
    level: int = logging.INFO,
    stream: TextIO | None = None,
) -> None:
    """The desk's log. `hide` strikes secrets out of a text, wherever in it they stand."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(hide))
    _only(handler, level)


def _only(handler: logging.Handler, level: int) -> None:
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    logging.captureWarnings(True)
