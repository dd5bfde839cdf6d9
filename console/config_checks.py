"""What no single key tells: ranges, names that must exist, rules that must make sense."""

from __future__ import annotations

import difflib
import re
import zoneinfo
from datetime import timedelta
from typing import get_args

from console.config_problems import Problems
from console.config_tables import Config
from console.core.i18n import LANGUAGES
from console.core.listening import parse_place
from console.core.model import MoodLabel
from console.core.notify import quiet_hours
from console.errors import ConfigError

_MOODS = get_args(MoodLabel)
_LANGUAGE = re.compile(r"[a-z]{2,3}")


def check(config: Config, problems: Problems) -> None:
    """Adds every problem of a configuration whose keys are all well-formed."""
    _ranges(config, problems)
    _rules(config, problems)


def _ranges(config: Config, problems: Problems) -> None:
    if config.desk.undo_window > timedelta(seconds=60):
        problems.add("desk.undo_window", "at most 60s")
    if not timedelta(hours=1) <= config.reply.follow_up_after <= timedelta(days=90):
        problems.add("reply.follow_up_after", "expected 1h to 90d")
    if not 1 <= config.mood.batch <= 1024:
        problems.add("mood.batch", "expected 1 to 1024")
    if not 1 <= config.mood.threads <= 16:
        problems.add("mood.threads", "expected 1 to 16")
    if not 0 <= config.mood.uncertain_below <= 1:
        problems.add("mood.uncertain_below", "expected 0 to 1")
    for label, mood in config.mood.labels.items():
        if mood.casefold() not in _MOODS:
            problems.add(f"mood.labels.{label}", f"expected one of {', '.join(_MOODS)}")
    _words(config, problems)
    try:
        parse_place(config.metrics.listen)
    except ValueError as error:
        problems.add("metrics.listen", str(error))
    if config.orders.command and config.orders.url:
        problems.add("orders.url", "command is set already; leave one of them empty")
    if config.orders.url and not config.orders.url.startswith(("https://", "http://")):
        problems.add("orders.url", "expected an address that begins with https:// or http://")
    if not timedelta(seconds=1) <= config.orders.timeout <= timedelta(seconds=60):
        problems.add("orders.timeout", "expected 1s to 60s")
    zones = {"zone": config.zone} | {f"agents.{n}.zone": a.zone for n, a in config.agents.items()}
    for key, zone in zones.items():
        if zone and zone not in zoneinfo.available_timezones():
            near = difflib.get_close_matches(zone, zoneinfo.available_timezones(), 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            problems.add(key, f"no such time zone: {zone}{hint}")
    for name, source in config.sources.items():
        if source.every < timedelta(seconds=1):
            problems.add(f"sources.{name}.every", "at least 1s")
    for name, group in config.groups.items():
        agents = group.get("agents", [])
        for agent_name in agents if config.agents and isinstance(agents, list) else ():
            if agent_name not in config.agents:
                problems.add(f"groups.{name}.agents", f"there is no agent {agent_name}")
    for name, agent in config.agents.items():
        if agent.quiet and quiet_hours(agent.quiet) is None:
            problems.add(f"agents.{name}.quiet", 'expected two times such as ["22:00", "07:00"]')
        if agent.notices == "always" and agent.role != "lead":
            problems.add(f"agents.{name}.notices", "always is for leads; others hear on shift")
        for source_name in agent.sources:
            if source_name not in config.sources:
                problems.add(f"agents.{name}.sources", f"there is no source {source_name}")


def _words(config: Config, problems: Problems) -> None:
    """Languages and hints by name."""
    for code in config.tone.languages:
        if not _LANGUAGE.fullmatch(code):
            problems.add("tone.languages", f"{code!r} is no language; write codes such as en or fa")
    for hint in config.tone.mute:
        # a seventh of a second, and most teams mute nothing
        from console.core.tone.catalogue import CATALOGUE

        if hint not in CATALOGUE:
            near = difflib.get_close_matches(hint, CATALOGUE, 1)
            problems.add(
                "tone.mute",
                f"there is no hint {hint!r}" + (f"; did you mean {near[0]}?" if near else ""),
            )
    spoken = config.console.language
    if spoken and spoken not in LANGUAGES:
        problems.add(
            "console.language", f"expected one of {', '.join(LANGUAGES)}; found {spoken!r}"
        )


def _rules(config: Config, problems: Problems) -> None:
    try:
        config.rules()
    except ConfigError as error:
        for sentence in error.problems:
            prefix = f"{config.path}: "
            problems.sentences.append(
                sentence if sentence.startswith(prefix) else prefix + sentence
            )
