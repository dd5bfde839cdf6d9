"""The verb `connect`: a guided set-up of one source, tried before it is written down."""

from __future__ import annotations

import argparse
import asyncio
import re
from collections.abc import Callable, Mapping
from getpass import getpass
from pathlib import Path
from typing import Any

import tomlkit

from console import config as configuration
from console.core.i18n import _, ngettext
from console.core.said import in_our_words
from console.errors import ConfigError
from console.verbs.printing import narrate, one_line
from sources.base import OptionError
from sources.registry import kinds, load
from sources.setup import Question, Setup
from sources.trial import TrialResult, try_configured

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,30}")
SHOWN = 3

Say = Callable[[str], None]
Read = Callable[[str], str]


def connect(arguments: argparse.Namespace) -> int:
    """Ask for what the type needs, try it, and write the block into the configuration."""
    if not arguments.type:
        for kind in kinds():
            setup = setup_of(kind)
            title = in_our_words(setup.title) if setup else _("set up by hand")
            print(f"{kind:<18}{title}")
        return 0
    setup = setup_of(arguments.type)
    if setup is None:
        narrate(
            _("{kind} is set up by hand: see the README's table and config.example.toml").format(
                kind=arguments.type
            )
        )
        return 1
    target = configuration.find(arguments.config) or configuration.candidates(arguments.config)[0]
    return Guide(setup, arguments.type, target).run(arguments.name)


def setup_of(kind: str) -> Setup | None:
    """How a type is connected, None where it does not say. Raises `ConfigError` for no such type."""
    try:
        found = getattr(load(kind), "setup", None)
    except OptionError as error:
        raise ConfigError(in_our_words(str(error))) from None
    return found if isinstance(found, Setup) else None


class Guide:
    """One conversation with the person who connects a source."""

    def __init__(
        self,
        setup: Setup,
        kind: str,
        target: Path,
        *,
        read: Read = input,
        read_secret: Read = getpass,
        say: Say = narrate,
        attempt: Callable[[str, str, Mapping[str, Any]], TrialResult] | None = None,
    ) -> None:
        self._setup = setup
        self._kind = kind
        self._target = target
        self._read = read
        self._read_secret = read_secret
        self._say = say
        self._attempt = attempt or (lambda *given: asyncio.run(try_configured(*given)))

    def run(self, name: str = "") -> int:
        """0 once the source is written down, 1 if the person let it be."""
        self._say(in_our_words(self._setup.title))
        if self._setup.demands:
            self._say(in_our_words(self._setup.demands))
        name = name or self._name()
        while True:
            options = self._answers(name)
            trial = self._attempt(name, self._kind, options)
            self._tell(trial)
            if not trial.error:
                break
            choice = self._read(_("[t]ry again, [k]eep it all the same, [l]eave: ")).strip().lower()
            if choice.startswith("l"):
                return 1
            if choice.startswith("k"):
                break
        write_source(self._target, name, self._kind, options)
        self._say(
            _("Written to {path}; `shiftdesk reload` puts it into force.").format(path=self._target)
        )
        return 0

    def _name(self) -> str:
        while True:
            name = self._read(_("A short name for it [{name}]: ").format(name=self._kind)).strip()
            name = name or self._kind
            if _NAME.fullmatch(name):
                return name
            self._say(_("Small letters, digits, - and _, at most 31."))

    def _answers(self, name: str) -> dict[str, Any]:
        options: dict[str, Any] = {}
        for question in self._setup.questions:
            value = self._answer(question)
            if not value:
                continue
            if question.form == "secret":
                options[f"{question.option}_file"] = str(self._keep_secret(name, question, value))
            elif question.form == "file":
                options[f"{question.option}_file"] = str(Path(value).expanduser())
            elif question.form == "list":
                options[question.option] = [part for part in re.split(r"[\s,]+", value) if part]
            elif question.form == "whole":
                options[question.option] = int(value)
            else:
                options[question.option] = value
        return options

    def _answer(self, question: Question) -> str:
        prompt = in_our_words(question.prompt)
        if question.choices:
            prompt += f" ({', '.join(question.choices)})"
        if question.default:
            prompt += f" [{question.default}]"
        read = self._read_secret if question.form == "secret" else self._read
        while True:
            value = read(f"{prompt}: ").strip() or question.default
            if not value and not question.optional:
                self._say(_("It is needed."))
            elif value and question.choices and value not in question.choices:
                self._say(_("One of {choices}.").format(choices=", ".join(question.choices)))
            elif value and question.form == "whole" and not value.isdecimal():
                self._say(_("A whole number."))
            else:
                return value

    def _keep_secret(self, name: str, question: Question, value: str) -> Path:
        """The secret in a file of its own beside the configuration, for its owner alone."""
        folder = self._target.parent / "secrets"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{name}.{question.option}"
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(value + "\n", "utf-8")
        return path

    def _tell(self, trial: TrialResult) -> None:
        if trial.error:
            self._say(
                _("It does not work yet: {why}").format(why=one_line(in_our_words(trial.error)))
            )
            return
        count = len(trial.posts)
        self._say(ngettext("It works: {n} post.", "It works: {n} posts.", count).format(n=count))
        for post in trial.posts[:SHOWN]:
            self._say("  " + one_line(f"{post.get('author', '')}: {post.get('text', '')}")[:100])


def write_source(target: Path, name: str, kind: str, options: Mapping[str, Any]) -> None:
    """Add `[sources.NAME]` to the file, everything else as it stands. Raises `ConfigError`."""
    text = target.read_text("utf-8") if target.exists() else ""
    document = tomlkit.parse(text)
    sources = document.setdefault("sources", tomlkit.table(is_super_table=True))
    if name in sources:
        raise ConfigError(
            _("{path}: sources.{name} is there already; give another name with --name").format(
                path=target, name=name
            )
        )
    block = tomlkit.table()
    block["type"] = kind
    for option, value in options.items():
        block[option] = value
    sources[name] = block
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = target.with_name(f".{target.name}.new")
    fresh.write_text(tomlkit.dumps(document), "utf-8")
    fresh.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o600)
    # at once or not at all: a desk that reloads meanwhile reads the old file or the new one
    fresh.replace(target)
