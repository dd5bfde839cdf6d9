"""What a configuration becomes: sources built, rules read, settings for those who answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from console.config import Config, OrdersConfig, machine_zone
from console.core.calendar import calendar_mapping
from console.core.model import Person
from console.core.notify import quiet_hours
from console.core.policy import Rules
from console.core.said import in_our_words
from console.desk.collector import Polled
from console.desk.orders import Orders
from console.desk.who import Settings
from console.errors import ConfigError
from sources import registry
from sources.base import Channel, OptionError, Source, SourceError
from sources.tools import Tools


@dataclass(frozen=True)
class Fitting:
    """One configuration, ready to be put into force as a whole."""

    config: Config
    rules: Rules
    settings: Settings
    polled: Mapping[str, Polled]
    broken: tuple[str, ...] = ()
    """Sentences about sources whose type broke; the others work."""

    @property
    def sources(self) -> dict[str, Source]:
        return {name: polled.source for name, polled in self.polled.items()}

    @property
    def channels(self) -> dict[str, Channel | None]:
        return {name: polled.source.channel for name, polled in self.polled.items()}

    @property
    def named(self) -> dict[str, tuple[str, Channel | None]]:
        """Type and channel by name, as the store wants them; a broken source keeps its name."""
        channels = self.channels
        return {
            name: (source.type, channels.get(name)) for name, source in self.config.sources.items()
        }


def fit(config: Config, tools: Tools, before: Fitting | None = None) -> Fitting:
    """Build everything a configuration asks for. Raises `ConfigError` with every problem.

    A source whose table is the same as `before` stays the same object, and its schedule with it.
    """
    problems: list[str] = []
    broken: list[str] = []
    polled: dict[str, Polled] = {}
    for name, wanted in config.sources.items():
        kept = before.polled.get(name) if before else None
        same = before and before.config.sources.get(name)
        if kept and same and (same.type, same.options) == (wanted.type, wanted.options):
            polled[name] = Polled(kept.source, wanted.every)
            continue
        try:
            source = registry.build(wanted.type, name, wanted.options, tools)
        except OptionError as error:
            problems += [
                f"{config.path}: sources.{name}.{key}: {in_our_words(problem)}"
                for key, problem in error.problems.items()
            ]
        except SourceError as error:
            broken.append(str(error))
        else:
            polled[name] = Polled(source, wanted.every)
    try:
        rules = config.rules()
    except ConfigError as error:
        problems += error.problems
    if problems:
        raise ConfigError(problems)
    return Fitting(config, rules, _settings(config, rules, tools), polled, tuple(broken))


def _settings(config: Config, rules: Rules, tools: Tools) -> Settings:
    zone = config.zone or machine_zone()
    return Settings(
        desk=config.name,
        team={
            name: Person(
                name=name,
                role=agent.role,
                zone=agent.zone,
                languages=agent.languages,
                sources=agent.sources,
            )
            for name, agent in config.agents.items()
        },
        private=not config.desk.group,
        undo_window=config.desk.undo_window,
        calendars={name: calendar_mapping(calendar) for name, calendar in rules.calendars.items()},
        hours=tuple(rules.calendars.values()),
        rules=rules,
        quiet={
            name: hours
            for name, agent in config.agents.items()
            if (hours := quiet_hours(agent.quiet)) is not None
        },
        always_told=frozenset(
            name for name, agent in config.agents.items() if agent.notices == "always"
        ),
        languages=config.tone.languages,
        snippets=config.snippet_folder,
        orders=_orders(config.orders, tools),
        private_lines=config.reply.private_line,
        follow_up_after=config.reply.follow_up_after,
        address=config.tone.address,
        backups=config.data_dir / "backups",
        muted_hints=config.tone.mute,
        contacts=config.tone.contacts,
        zone=zone,
    )


def _orders(wanted: OrdersConfig, tools: Tools) -> Orders | None:
    if not (wanted.command or wanted.url):
        return None
    return Orders(wanted.command, wanted.url, wanted.token_env, wanted.timeout, tools.net)


def needs_restart(old: Config, new: Config) -> tuple[str, ...]:
    """The keys that differ and that only a new start puts into force."""
    differing = {
        "desk.data": old.data_dir != new.data_dir,
        "desk.socket": old.socket_path != new.socket_path,
        "desk.group": old.desk.group != new.desk.group,
        "mood": old.mood != new.mood,
    }
    return tuple(key for key, differs in differing.items() if differs)
