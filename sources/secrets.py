"""The values that must never be shown: known by value, so that no path around a name exists."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

HIDDEN = "[hidden]"
_SHORTEST = 6
"""Shorter values are not tokens, and hiding them would eat ordinary words."""


class Secrets:
    """Every secret the program has been given, and a way to strike them from any text."""

    def __init__(self) -> None:
        self._values: list[str] = []

    def add(self, value: str) -> None:
        """Remember `value`, its percent-encoded form, and a scheme's bare part ("Bearer x": x)."""
        bare = value.strip().rpartition(" ")[2]
        for form in (value.strip(), bare, quote(bare, safe="")):
            if len(form) >= _SHORTEST and form not in self._values:
                self._values.append(form)
        # Longest first: a value inside another one must not leave the rest of it behind.
        self._values.sort(key=len, reverse=True)

    def add_headers(self, headers: Mapping[str, str]) -> None:
        for value in headers.values():
            self.add(value)

    def hide(self, text: str) -> str:
        """`text` with every remembered value struck out."""
        for value in self._values:
            text = text.replace(value, HIDDEN)
        return text
