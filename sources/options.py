"""A source's options read from the configuration: every mistake is found at once, in words."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from difflib import get_close_matches
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sources.base import OptionError, SourceError
from sources.net import How, read_token
from sources.said import say

T = TypeVar("T")

_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}


class Options:
    """The options of one source. Read each once, then `done()`."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given
        self._known: set[str] = set()
        self._inner: list[Options] = []
        self._prefix = ""
        self.problems: dict[str, str] = {}

    def inner(self, key: str) -> Options:
        """The options of a table inside; its problems are named `key.NAME` and are ours."""
        inner = Options(self.table(key))
        inner._prefix = f"{self._prefix}{key}."
        inner.problems = self.problems
        self._inner.append(inner)
        return inner

    def has(self, key: str) -> bool:
        return key in self._given

    def done(self) -> None:
        """Raises `OptionError` with every problem: what was wrong, and what nobody asked for."""
        self._find_unknown()
        if self.problems:
            raise OptionError(self.problems)

    def _find_unknown(self) -> None:
        for key in self._given:
            if key not in self._known:
                near = get_close_matches(key, self._known, 1)
                self.wrong(
                    key,
                    say("there is no such option; did you mean {near}?", near=near[0])
                    if near
                    else say("there is no such option"),
                )
        for inner in self._inner:
            inner._find_unknown()

    def wrong(self, key: str, problem: str) -> None:
        self.problems.setdefault(self._prefix + key, problem)

    def text(self, key: str, default: str | None = None) -> str:
        """A string; required where there is no default."""
        value = self._value(key, default if default is not None else "", str, say("a text"))
        if not value.strip() and default is None:
            self.wrong(key, say("missing; expected a text"))
        return value.strip()

    def flag(self, key: str, default: bool = False) -> bool:
        return self._value(key, default, bool, say("true or false"))

    def whole(self, key: str, default: int, least: int = 0, most: int = 2**31) -> int:
        """A whole number within bounds."""
        value = self._value(key, default, int, say("a whole number"))
        if isinstance(value, bool) or not least <= value <= most:
            self.wrong(
                key, say("expected a whole number from {least} to {most}", least=least, most=most)
            )
            return default
        return value

    def choice(self, key: str, choices: Collection[str], default: str) -> str:
        value = self._value(key, default, str, say("a text"))
        if value not in choices:
            self.wrong(
                key,
                say("expected one of {choices}", choices=", ".join(sorted(filter(None, choices)))),
            )
            return default
        return value

    def texts(self, key: str, default: Collection[str] = ()) -> tuple[str, ...]:
        """A list of texts; a single one is a list of one."""
        self._known.add(key)
        value = self._given.get(key, list(default))
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.wrong(key, say("expected a list of texts"))
            return tuple(default)
        return tuple(one.strip() for one in value)

    def table(self, key: str) -> Mapping[str, Any]:
        return self._value(key, {}, dict, say("a table"))

    def url(self, key: str = "url", default: str | None = None) -> str:
        """An http or https address."""
        value = self.text(key, default)
        if value and not is_address(value):
            self.wrong(key, say("expected an address that starts with http:// or https://"))
        return value

    def zone(self, key: str = "zone") -> ZoneInfo:
        """An IANA time zone; UTC by default."""
        value = self.text(key, "UTC")
        try:
            return ZoneInfo(value)
        except (ValueError, OSError, KeyError):
            self.wrong(key, say("expected a time zone such as Europe/Berlin"))
            return ZoneInfo("UTC")

    def duration(self, key: str, default: str) -> timedelta:
        """A length of time such as 90s, 10m, 2h, 1d."""
        value = self.text(key, default)
        match = re.fullmatch(r"(\d{1,6})\s*(s|m|h|d)", value)
        if match is None:
            self.wrong(key, say("expected a length of time such as 90s, 10m, 2h or 1d"))
            return timedelta()
        return int(match.group(1)) * _UNITS[match.group(2)]

    def reach(self) -> How:
        """How the source's requests are made: allow_private, ports, ca_file."""
        how = How(allow_private=self.flag("allow_private"), ca_file=self.text("ca_file", ""))
        ports: list[Any] = self._value("ports", [], list, say("a list of port numbers"))
        if not all(isinstance(port, int) and 0 < port < 65_536 for port in ports):
            self.wrong("ports", say("expected a list of port numbers"))
            ports = []
        how["ports"] = frozenset(ports)
        return how

    def secret(self, name: str = "token", *, required: bool = False) -> Callable[[], str]:
        """A way to read the secret that `NAME_env` or `NAME_file` points to, afresh each time.

        The secret itself never stands in the configuration. Reading raises `SourceError`
        where the variable or file is missing; with neither option it gives an empty text.
        """
        if name in self._given:
            self._known.add(name)
            self.wrong(
                name, say("a secret does not stand here; use {name}_file or {name}_env", name=name)
            )
        variable, path = self.text(f"{name}_env", ""), self.text(f"{name}_file", "")
        if variable and path:
            self.wrong(f"{name}_env", say("give either {name}_env or {name}_file", name=name))
        if required and not variable and not path:
            self.wrong(
                f"{name}_file",
                say("missing; expected the file with the secret, or {name}_env", name=name),
            )

        def read() -> str:
            if path:
                return read_token(path)
            if not variable:
                return ""
            if value := os.environ.get(variable, "").strip():
                return value
            raise SourceError(
                say("the variable {variable} is not set; set it for the desk", variable=variable),
                stop=True,
            )

        return read

    def _value(self, key: str, default: T, kind: type, expected: str) -> T:
        self._known.add(key)
        value = self._given.get(key, default)
        if not isinstance(value, kind):
            self.wrong(key, say("expected {expected}", expected=expected))
            return default
        return value  # type: ignore[return-value]


def is_address(text: str) -> bool:
    """True for an absolute http or https address."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
