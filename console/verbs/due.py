"""The verb `due`: try a calendar, without a configuration and without a desk."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from console.core.calendar import HORIZON, Calendar, CalendarError, parse_calendar
from console.core.i18n import _
from console.core.spans import parse_duration
from console.errors import ConfigError, NotFound, ShiftdeskError


class WrongUse(ShiftdeskError):
    """An argument cannot be understood; the sentence names it and shows the form."""


def due_verb(
    *,
    start: str,
    target: str,
    calendar: str = "",
    calendar_file: Path | None = None,
    configured: Callable[[], Mapping[str, Calendar]] = dict,
    as_json: bool = False,
    out: TextIO,
    err: TextIO,
) -> int:
    """Prints when `target` of open time since `start` ends; returns the exit code.

    `configured` reads the configuration's calendars and is called only where `calendar` names
    one. 0 for an answer, 1 where the target ends beyond the horizon, 2 for wrong use.
    """
    try:
        hours = _calendar(calendar, calendar_file, configured)
        begins = _start(start)
        if {"d", "w"} & set(target.lower()):
            raise WrongUse(
                _(
                    "--target: {value!r}: a business day has no fixed length; write the hours"
                ).format(value=target)
            )
        time = parse_duration(target)
        if time is None:
            raise WrongUse(
                _("--target: cannot read {value!r}; write it as 90m, 4h or 1h30m").format(
                    value=target
                )
            )
    except ShiftdeskError as error:
        print(error, file=err)
        return 2
    due = hours.due(begins, time)
    if as_json:
        print(json.dumps(_answer(due, hours)), file=out)
    elif due is not None:
        print(_sentence(due, hours), file=out)
    if due is None:
        print(
            _("no deadline: the target ends more than {days} days after the start").format(
                days=HORIZON.days
            ),
            file=err,
        )
        return 1
    return 0


def read_calendar(path: Path) -> Calendar:
    """A calendar from a TOML or JSON file; its name is the file's.

    Raises `ConfigError` with every problem, each naming the file.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        table: Any = json.loads(text) if _is_json(path, text) else tomllib.loads(text)
    except FileNotFoundError:
        raise ConfigError(_("{path}: there is no such file").format(path=path)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            _("{path}: cannot be read: {error}").format(path=path, error=error)
        ) from None
    except RecursionError:
        raise ConfigError(_("{path}: nested too deeply").format(path=path)) from None
    except ValueError as error:
        raise ConfigError(_("{path}: {error}").format(path=path, error=error)) from None
    if not isinstance(table, dict):
        raise ConfigError(_("{path}: no table with zone and week").format(path=path))
    try:
        return parse_calendar(path.stem, table)
    except CalendarError as error:
        raise ConfigError([f"{path}: {problem}" for problem in error.problems]) from None


def _is_json(path: Path, text: str) -> bool:
    return path.suffix.lower() == ".json" or (
        path.suffix.lower() != ".toml" and text.lstrip().startswith("{")
    )


def _calendar(
    name: str, path: Path | None, configured: Callable[[], Mapping[str, Calendar]]
) -> Calendar:
    if path is not None:
        return read_calendar(path)
    if not name:
        raise WrongUse(_("name a calendar: --calendar NAME, or --calendar-file FILE"))
    calendars = configured()
    if name not in calendars:
        raise NotFound(
            _("no calendar is called {name!r}; there are: {known}").format(
                name=name, known=", ".join(calendars) or "-"
            )
        )
    return calendars[name]


def _start(text: str) -> datetime:
    try:
        start = datetime.fromisoformat(text)
        if start.tzinfo is not None:
            return start.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise WrongUse(
        _(
            "--start: cannot read {value!r}; write it with an offset, as 2027-04-29T16:00+02:00"
        ).format(value=text)
    )


def _answer(due: datetime | None, calendar: Calendar) -> dict[str, str | None]:
    local = due.astimezone(ZoneInfo(calendar.zone)) if due else None
    return {
        "due_utc": due.isoformat().replace("+00:00", "Z") if due else None,
        "due_local": local.isoformat() if local else None,
        "zone": calendar.zone,
    }


def _sentence(due: datetime, calendar: Calendar) -> str:
    local = due.astimezone(ZoneInfo(calendar.zone))
    return _("due {local} in {zone}, {utc} UTC").format(
        local=f"{local:%a %Y-%m-%d %H:%M:%S %z}", zone=calendar.zone, utc=f"{due:%Y-%m-%d %H:%M:%S}"
    )
