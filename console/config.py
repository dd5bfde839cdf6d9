"""The configuration: one TOML file, found, read and checked, with messages that help.

`load()` reads and checks everything and raises one `ConfigError` with *all* problems, each naming
file, key, what was expected and the nearest known key. The tables stand in `config_tables`.
"""

from __future__ import annotations

import difflib
import os
import stat
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from console.config_problems import Problems
from console.config_tables import (
    AgentConfig,
    Config,
    ConsoleConfig,
    DeskConfig,
    KeepConfig,
    MetricsConfig,
    MoodConfig,
    OrdersConfig,
    ReplyConfig,
    SnippetsConfig,
    SourceConfig,
    ToneConfig,
)
from console.core.spans import parse_span
from console.errors import ConfigError
from console.places import default_data_dir, machine_zone, state_dir

__all__ = [
    "AgentConfig",
    "Config",
    "ConsoleConfig",
    "DeskConfig",
    "KeepConfig",
    "MetricsConfig",
    "MoodConfig",
    "OrdersConfig",
    "ReplyConfig",
    "SnippetsConfig",
    "SourceConfig",
    "ToneConfig",
    "candidates",
    "default_data_dir",
    "find",
    "load",
    "load_console",
    "machine_zone",
    "parse",
    "socket_of",
    "state_dir",
]

T = TypeVar("T")


def candidates(explicit: str | None = None) -> list[Path]:
    """Where a configuration is looked for, first found first."""
    if explicit:
        return [Path(explicit).expanduser()]
    if named := os.environ.get("SHIFTDESK_CONFIG"):
        return [Path(named).expanduser()]
    home = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return [Path(home, "shiftdesk/config.toml").expanduser(), Path("/etc/shiftdesk/config.toml")]


def find(explicit: str | None = None) -> Path | None:
    """The configuration file that counts, None if there is none.

    Raises `ConfigError` if a file that was named is not there.
    """
    for path in (found := candidates(explicit)):
        if path.is_file():
            return path
    if explicit or os.environ.get("SHIFTDESK_CONFIG"):
        raise ConfigError(f"{found[0]}: there is no such file")
    return None


def load(path: Path) -> Config:
    """Read and check the file. Raises `ConfigError` with every problem at once."""
    return parse(_read(path), path)


def load_console(path: Path | None) -> ConsoleConfig:
    """The `[console]` table alone: all that a console needs. Raises `ConfigError`."""
    if path is None:
        return ConsoleConfig()
    problems = Problems(path)
    table = _read(path).get("console", {})
    made = _table(ConsoleConfig, table, "console", problems)
    problems.raise_any()
    return made


def socket_of(path: Path) -> Path:
    """Where the desk of this file listens, whatever else is wrong in it. Raises `ConfigError`.

    A mistake in a policy, saved a moment ago, keeps nobody from the desk that runs.
    """
    problems = Problems(path)
    desk = _table(DeskConfig, _read(path).get("desk", {}), "desk", problems)
    problems.raise_any()
    return Config(path, desk=desk).socket_path


def sources_of(path: Path) -> dict[str, SourceConfig]:
    """The sources of this file that name a type, whatever else is wrong in it.

    Raises `ConfigError` only where the file cannot be read.
    """
    return _sources(_read(path), Problems(path))


def parse(document: Mapping[str, Any], path: Path) -> Config:
    """A configuration from a parsed document. Raises `ConfigError` with every problem at once."""
    problems = Problems(path)
    given = dict(document)
    made: dict[str, Any] = {"path": path}
    known = set(Config.__struct_fields__) - {"path", "assumed"}
    for key in given.keys() - known:
        problems.unknown(key, "", known)
    for key, kind in (("name", str), ("zone", str)):
        if key in given and isinstance(given[key], kind):
            made[key] = given[key]
        elif key in given:
            problems.add(key, "expected a text in quotes")
    for key, shape in (
        ("desk", DeskConfig),
        ("mood", MoodConfig),
        ("tone", ToneConfig),
        ("snippets", SnippetsConfig),
        ("reply", ReplyConfig),
        ("keep", KeepConfig),
        ("metrics", MetricsConfig),
        ("orders", OrdersConfig),
        ("console", ConsoleConfig),
    ):
        if key in given:
            made[key] = _table(shape, given[key], key, problems)
    made["agents"] = {
        name: _table(AgentConfig, table, f"agents.{name}", problems)
        for name, table in _named(given, "agents", problems).items()
    }
    made["sources"] = _sources(given, problems)
    for key in ("calendars", "groups"):
        made[key] = _named(given, key, problems)
    for key in ("policies", "priority"):
        rows = given.get(key, [])
        if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
            made[key] = tuple(rows)
        else:
            problems.add(key, f"expected tables: [[{key}]]")
    config = Config(**made)
    # a console reads its own table and the socket, and needs none of this
    from console.config_checks import check

    check(config, problems)
    problems.raise_any()
    if not config.calendars:
        zone = config.zone or machine_zone()
        sentence = f"no calendar is configured: Monday to Friday 09–17, {zone}"
        config = msgspec.structs.replace(config, assumed=(sentence,))
    return config


def _read(path: Path) -> dict[str, Any]:
    try:
        mode = path.stat().st_mode
        if mode & stat.S_IWOTH:
            raise ConfigError(f"{path}: everybody may write this file; chmod o-w it")
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {error}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not UTF-8 text") from None
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from None


def _named(given: Mapping[str, Any], key: str, problems: Problems) -> dict[str, Any]:
    tables = given.get(key, {})
    if not isinstance(tables, dict):
        problems.add(key, f"expected tables: [{key}.NAME]")
        return {}
    for name, table in tables.items():
        if not isinstance(table, dict):
            problems.add(f"{key}.{name}", f"expected a table: [{key}.{name}]")
    return {name: table for name, table in tables.items() if isinstance(table, dict)}


def _sources(given: Mapping[str, Any], problems: Problems) -> dict[str, SourceConfig]:
    return {
        name: source
        for name, table in _named(given, "sources", problems).items()
        if (source := _source(name, table, problems)) is not None
    }


def _source(name: str, table: Mapping[str, Any], problems: Problems) -> SourceConfig | None:
    own = {key: value for key, value in table.items() if key in ("type", "every", "reopen_within")}
    options = {key: value for key, value in table.items() if key not in own}
    if not isinstance(own.get("type"), str):
        problems.add(f"sources.{name}.type", 'expected the kind of source, such as type = "rss"')
        return None
    made = _table(SourceConfig, own, f"sources.{name}", problems)
    return msgspec.structs.replace(made, options=options)


def _table(shape: type[T], table: Any, where: str, problems: Problems) -> T:
    """`shape` filled from a table; wrong and unknown keys become problems, defaults stand in."""
    if not isinstance(table, Mapping):
        problems.add(where, f"expected a table: [{where}]")
        return shape()
    hints = get_type_hints(shape)
    made: dict[str, Any] = {}
    for key, value in table.items():
        if key not in hints:
            problems.unknown(key, where, set(hints) - {"options"})
            continue
        try:
            made[key] = _value(hints[key], value)
        except (msgspec.ValidationError, ValueError) as error:
            problems.add(f"{where}.{key}", _in_words(hints[key], value, str(error)))
    return shape(**made)


def _value(hint: Any, value: Any) -> Any:
    if hint is timedelta:
        if not isinstance(value, str):
            raise ValueError("")
        return parse_span(value)
    return msgspec.convert(value, hint)


def _in_words(hint: Any, value: Any, error: str) -> str:
    if hint is timedelta:
        return error or f'expected a length of time in quotes, such as "5m"; found {value!r}'
    if get_origin(hint) is Literal:
        choices = [str(one) for one in get_args(hint)]
        near = difflib.get_close_matches(str(value), choices, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        return f"expected one of {', '.join(choices)}; found {value!r}{hint}"
    names = {
        str: "a text in quotes",
        bool: "true or false",
        int: "a whole number",
        float: "a number",
    }
    expected = names.get(hint, "a list of texts" if get_origin(hint) is tuple else "another form")
    return f"expected {expected}; found {value!r}"
