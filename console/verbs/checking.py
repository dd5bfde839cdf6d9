"""The verb `check`: everything is looked over before it is put into force. It never writes."""

from __future__ import annotations

import argparse
import asyncio
import grp
import os
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from console import config as configuration
from console.core.i18n import _, ngettext
from console.core.said import in_our_words
from console.errors import ConfigError
from console.verbs.printing import as_json, one_line

if TYPE_CHECKING:
    from console.config import Config, SourceConfig

Level = Literal["good", "warn", "wrong"]
_SIGNS: dict[Level, str] = {"good": "✓", "warn": "!", "wrong": "✗"}


class Finding(Struct, frozen=True):
    """One thing that was looked at."""

    subject: str
    level: Level
    sentence: str


Tell = Callable[[Finding], None]


def check(arguments: argparse.Namespace) -> int:
    """Configuration, files, terminal, model; then each source is polled once. Exit 1 on trouble."""
    worst = 0

    def tell(finding: Finding) -> None:
        nonlocal worst
        worst = max(worst, int(finding.level == "wrong"))
        if arguments.json:
            as_json(finding)
        else:
            print(f"{_SIGNS[finding.level]} {finding.subject}: {finding.sentence}", flush=True)

    _look_over(arguments, tell)
    return worst


def _look_over(arguments: argparse.Namespace, tell: Tell) -> None:
    """Tell every finding as it comes."""
    path = None
    try:
        path = configuration.find(arguments.config)
        config = configuration.load(path) if path else None
    except ConfigError as error:
        for sentence in error.problems:
            tell(Finding("config", "wrong", sentence))
        if path is not None:
            _tell_wrong_options(path, tell)
        return
    if config is None:
        tell(Finding("config", "warn", _("none found; `shiftdesk demo` needs none")))
    else:
        tell(Finding("config", "good", str(config.path)))
        for sentence in config.assumed:
            tell(Finding("config", "warn", sentence))
        for finding in (*_files(config), *_keys(config), *_rules(config)):
            tell(finding)
        for finding in _change(config, arguments):
            tell(finding)
    for finding in (*_terminal(config), *_model(config)):
        tell(finding)
    if config is None:
        return
    if arguments.offline:
        asyncio.run(_options(config.sources, tell))
    else:
        asyncio.run(_poll(config.sources, tell))


def _files(config: Config) -> Iterator[Finding]:
    """Rights and space of the data directory, and what else the file names on this machine."""
    yield from _data(config.data_dir)
    folder = config.snippet_folder
    if folder is not None and not folder.is_dir():
        text = _("there is no folder {path}; make it, or correct snippets.folder")
        yield Finding("snippets", "wrong", text.format(path=folder))
    if config.desk.group and not _is_group(config.desk.group):
        text = _("there is no Unix group {group}; create it, or leave the key out")
        yield Finding("desk.group", "wrong", text.format(group=config.desk.group))


def _data(data: Path) -> Iterator[Finding]:
    try:
        mode = data.stat().st_mode
    except FileNotFoundError:
        yield _place_for(data)
        return
    except OSError as error:
        yield Finding("data", "wrong", f"{data}: {error.strerror}")
        return
    if not os.access(data, os.X_OK):
        # an agent's own check on a shared server: it has to be closed to them
        text = _("{path} is the desk's own; only its user can look into it")
        yield Finding("data", "good", text.format(path=data))
        return
    database = data / "shiftdesk.db"
    if stat.S_IMODE(mode) & 0o077:
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


def _place_for(data: Path) -> Finding:
    """Whether a directory that is not there yet could be made."""
    above = next(parent for parent in data.absolute().parents if parent.exists())
    if os.access(above, os.W_OK | os.X_OK):
        return Finding("data", "good", _("{path} will be made").format(path=data))
    text = _("{path} cannot be made: nothing may be written in {above}; correct desk.data")
    return Finding("data", "wrong", text.format(path=data, above=above))


def _is_group(name: str) -> bool:
    try:
        grp.getgrnam(name)
    except KeyError:
        return False
    return True


def _keys(config: Config) -> Iterator[Finding]:
    """Keys that were moved: what they move must exist."""
    if not config.console.keys:
        return
    from console.ui.commands import BY_ID

    for name in config.console.keys:
        if name not in BY_ID:
            near = get_close_matches(name, BY_ID, 1)
            hint = _("did you mean {name}?").format(name=near[0]) if near else _("`?` names them")
            text = _("there is no command {name}; {hint}")
            yield Finding("console.keys", "wrong", text.format(name=name, hint=hint))


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
        from console.ui.local_drafts import state_directory
        from console.ui.terminal import TerminalAnswers, findings
        from console.ui.terminal_memory import remembered

        wishes = config.console if config else configuration.ConsoleConfig()
        told = TerminalAnswers(wishes.bidi, wishes.arabic_shaping, wishes.emoji)
        said = remembered(state_directory(), os.environ)
        told = told.completed_by(said or TerminalAnswers())
        for sentence in findings(told.bidi, told.shaping, told.emoji, os.environ):
            yield Finding("terminal", "good", sentence)
        if said:
            yield Finding("terminal", "good", _("as you chose when samples were shown (`T`)"))


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
    elif wanted.startswith(("/", "~", ".")) and not Path(wanted).expanduser().exists():
        text = _("there is no file {path}; correct mood.model, or leave it out")
        yield Finding("mood", "wrong", text.format(path=wanted))
    else:
        yield Finding("mood", "good", wanted)


def _tell_wrong_options(path: Path, tell: Tell) -> None:
    """The sources' own mistakes too, though the file cannot be used as it is."""
    try:
        sources = configuration.sources_of(path)
    except ConfigError:
        return
    asyncio.run(_options(sources, tell))


async def _options(sources: Mapping[str, SourceConfig], tell: Tell) -> None:
    """What is wrong with the sources' options; nobody is asked for anything."""
    from sources.trial import wrong_options

    for name, source in sources.items():
        if problem := await wrong_options(name, source.type, source.options):
            tell(Finding(f"sources.{name}", "wrong", one_line(in_our_words(problem))))


async def _poll(sources: Mapping[str, SourceConfig], tell: Tell) -> None:
    """Poll each source once, all together; nothing of it is kept."""
    from sources.trial import try_each

    asked = {name: (source.type, source.options) for name, source in sources.items()}
    async for name, trial in try_each(asked):
        subject = f"sources.{name}"
        if trial.error:
            tell(Finding(subject, "wrong", one_line(in_our_words(trial.error))))
            continue
        count = len(trial.posts)
        text = ngettext("it would take in {n} post", "it would take in {n} posts", count)
        tell(Finding(subject, "good", text.format(n=count)))
