"""Verbs that look before anything is put into force: `check` and `try`. Neither ever writes."""

from __future__ import annotations

import argparse
import asyncio
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from console import config as configuration
from console.core.i18n import _, ngettext
from console.errors import ConfigError
from console.verbs.printing import as_json, narrate, one_line

if TYPE_CHECKING:
    from console.config import Config

Level = Literal["good", "warn", "wrong"]
_SIGNS: dict[Level, str] = {"good": "✓", "warn": "!", "wrong": "✗"}


class Finding(Struct, frozen=True):
    """One thing that was looked at."""

    subject: str
    level: Level
    sentence: str


def check(arguments: argparse.Namespace) -> int:
    """Configuration, files, terminal, model; then each source is polled once. Exit 1 on trouble."""
    worst = 0
    for finding in _findings(arguments):
        worst = max(worst, int(finding.level == "wrong"))
        if arguments.json:
            as_json(finding)
        else:
            print(f"{_SIGNS[finding.level]} {finding.subject}: {finding.sentence}", flush=True)
    return worst


def _findings(arguments: argparse.Namespace) -> Iterator[Finding]:
    try:
        path = configuration.find(arguments.config)
        config = configuration.load(path) if path else None
    except ConfigError as error:
        for sentence in error.problems:
            yield Finding("config", "wrong", sentence)
        return
    if config is None:
        yield Finding("config", "warn", _("none found; `shiftdesk demo` needs none"))
    else:
        yield Finding("config", "good", str(config.path))
        for sentence in config.assumed:
            yield Finding("config", "warn", sentence)
        yield from _files(config)
        yield from _rules(config)
        yield from _change(config, arguments)
    yield from _terminal(config)
    yield from _model(config)
    if config is not None and not arguments.offline:
        yield from asyncio.run(_sources(config))


def _files(config: Config) -> Iterator[Finding]:
    """Rights and space of the data directory."""
    data = config.data_dir
    if not data.exists():
        yield Finding("data", "good", _("{path} will be made").format(path=data))
        return
    loose = stat.S_IMODE(data.stat().st_mode) & 0o077
    database = data / "shiftdesk.db"
    if loose:
        yield Finding(
            "data", "wrong", _("others may enter {path}; chmod 0700 it").format(path=data)
        )
    elif database.exists() and stat.S_IMODE(database.stat().st_mode) & 0o077:
        text = _("others may read {path}; chmod 0600 it")
        yield Finding("data", "wrong", text.format(path=database))
    else:
        yield Finding("data", "good", str(data))
    space = os.statvfs(data)
    free = space.f_bavail * space.f_frsize // 1_000_000
    level: Level = "good" if free > 500 else "wrong"
    yield Finding("space", level, _("{n} MB free in {path}").format(n=free, path=data))


def _rules(config: Config) -> Iterator[Finding]:
    rules = config.rules()
    names = ", ".join(policy.name for policy in rules.policies)
    yield Finding("policies", "good", names)
    for name, calendar in rules.calendars.items():
        yield Finding("calendars", "good", f"{name}: {calendar.zone}")


def _change(config: Config, arguments: argparse.Namespace) -> Iterator[Finding]:
    """What putting this configuration into force would move on the desk that runs."""
    from console.verbs.foreseeing import foreseen

    socket = Path(arguments.socket).expanduser() if arguments.socket else config.socket_path
    if sentence := foreseen(config.rules(), socket):
        yield Finding("reload", "good", sentence)


def _terminal(config: Config | None) -> Iterator[Finding]:
    term = os.environ.get("TERM", "")
    if not sys.stdout.isatty():
        yield Finding("terminal", "good", _("output is not a terminal"))
    elif term in ("", "dumb"):
        text = _("TERM is {term!r}: a console cannot draw there; the verbs work")
        yield Finding("terminal", "wrong", text.format(term=term))
    else:
        from console.ui.terminal import findings

        wishes = config.console if config else configuration.ConsoleConfig()
        for sentence in findings(wishes.bidi, wishes.arabic_shaping, wishes.emoji, os.environ):
            yield Finding("terminal", "good", sentence)


def _model(config: Config | None) -> Iterator[Finding]:
    from importlib.util import find_spec

    wanted = config.mood.model if config else "shipped"
    if wanted == "off":
        yield Finding("mood", "good", _("off, as configured"))
    elif find_spec("flair") is None:
        yield Finding("mood", "warn", _("flair is not installed: pip install 'shiftdesk[mood]'"))
    elif wanted == "shipped":
        from console.mood.model import check_shipped

        problem = check_shipped()
        yield Finding("mood", "wrong" if problem else "good", problem or _("the shipped model"))
    else:
        yield Finding("mood", "good", wanted)


async def _sources(config: Config) -> list[Finding]:
    """Poll each source once; nothing of it is kept."""
    from sources.trial import try_configured

    found = []
    for name, source in config.sources.items():
        trial = await try_configured(name, source.type, source.options)
        subject = f"sources.{name}"
        if trial.error:
            found.append(Finding(subject, "wrong", one_line(trial.error)))
            continue
        count = len(trial.posts)
        text = ngettext("it would take in {n} post", "it would take in {n} posts", count)
        found.append(Finding(subject, "good", text.format(n=count)))
    return found


def try_source(arguments: argparse.Namespace) -> int:
    """What one source would give; posts on stdout, the rest on stderr."""
    from sources.registry import kinds
    from sources.trial import try_source as trial_of

    if arguments.type not in kinds():
        text = _("there is no type {kind!r}; there are {known}")
        narrate(text.format(kind=one_line(arguments.type), known=", ".join(kinds())))
        return 2
    options = {"kind": arguments.kind} if arguments.kind else {}
    trial = asyncio.run(
        trial_of(
            arguments.type,
            arguments.address,
            options=options,
            allow_private=arguments.allow_private,
        )
    )
    for post in trial.posts:
        if arguments.json:
            as_json(post)
        else:
            line = f"{post.get('occurred_at') or '':<27}{post.get('author') or '':<20.20} "
            print(one_line(f"{line}{post.get('title') or post.get('text') or ''}")[:200])
    if trial.note:
        narrate(one_line(trial.note))
    if trial.error:
        narrate(one_line(trial.error))
        return 1
    count = len(trial.posts)
    narrate(ngettext("{n} post", "{n} posts", count).format(n=count))
    return 0
