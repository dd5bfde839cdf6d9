"""Everything that is wrong in a configuration, gathered so that it is told at once."""

from __future__ import annotations

import difflib
from pathlib import Path

from console.errors import ConfigError


class Problems:
    """Collects sentences about one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sentences: list[str] = []

    def add(self, key: str, problem: str) -> None:
        self.sentences.append(f"{self.path}: {key}: {problem}")

    def unknown(self, key: str, table: str, known: set[str]) -> None:
        where = f"{table}.{key}" if table else key
        near = difflib.get_close_matches(key, known, 1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
        self.add(where, f"no such key; {hint}")

    def raise_any(self) -> None:
        if self.sentences:
            raise ConfigError(self.sentences)
