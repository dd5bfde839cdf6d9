"""Who asks: what the kernel said about a connection, and what the team's list makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from console.core.calendar import Calendar, calendar_mapping
from console.core.i18n import _
from console.core.model import Person, Role
from console.core.policy import Rules
from console.desk.orders import Orders
from console.errors import Denied


@dataclass(frozen=True, slots=True)
class Who:
    """One console, for as long as its connection lives."""

    name: str
    """The Unix user's name."""
    session: int = 0
    """The connection's number, never used twice while the desk runs; 0 for the desk itself."""
    zone: str = "UTC"
    """The console's own IANA zone."""
    language: str = ""
    """The language to answer in, one of `i18n.LANGUAGES`; empty for the desk's own."""
    observe: bool = False
    """A console that asked only to watch: its person's role counts for nothing more."""
    owner: bool = False
    """Runs as the desk's own Unix user."""


@dataclass(frozen=True)
class Settings:
    """What the configuration says to those who answer; replaced whole on a reload."""

    desk: str = "Shiftdesk"
    team: Mapping[str, Person] = field(default_factory=dict)
    private: bool = True
    """No group is configured: only the desk's own user can connect."""
    undo_window: timedelta = timedelta(seconds=10)
    calendars: Mapping[str, Any] = field(default_factory=dict)
    """Calendar by name, as the wire carries them."""
    hours: tuple[Calendar, ...] = ()
    """The team's opening hours, to know when nobody is to be disturbed."""
    quiet: Mapping[str, tuple[time, time]] = field(default_factory=dict)
    """Each person's night, from and until, in their own zone."""
    always_told: frozenset[str] = frozenset()
    """Leads who hear of deadlines off shift too."""
    rules: Rules | None = None
    """As configured; what is in force has the reviewed holidays too."""
    rules_version: int = 0
    """Of what is in force."""
    languages: tuple[str, ...] = ()
    muted_hints: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    """Our own addresses and numbers, which a public reply may name."""
    zone: str = "UTC"
    """For people whose console names none."""
    backups: Path | None = None
    """Where copies of the database go."""
    snippets: Path | None = None
    """The folder of the team's snippets."""
    orders: Orders | None = None
    """Where a customer's orders are asked for; None where the team configured nothing."""
    private_lines: Mapping[str, str] = field(default_factory=dict)
    """The team's own line that asks to go on in private, by language."""
    follow_up_after: timedelta = timedelta(days=3)
    """When a reminder comes that names no time."""
    address: str = "formal"
    """The team's form of address: formal or informal."""

    def person(self, who: Who) -> Person:
        """The person behind a console, with the role they have now.

        The desk's own user owns its files, so the desk cannot refuse them: on a private desk,
        and where `[agents]` does not name them, they are lead. Raises `Denied` for strangers.
        """
        known = self.team.get(who.name)
        if who.owner and (self.private or known is None):
            known = Person(
                name=who.name,
                role="lead",
                zone=known.zone if known else "",
                languages=known.languages if known else (),
                sources=known.sources if known else (),
            )
        if known is None:
            raise Denied(
                _(
                    "{name} is not in this desk's team; ask whoever runs it to add [agents.{name}]"
                ).format(name=who.name)
            )
        return known

    def role(self, who: Who) -> Role:
        """The role that counts for one request. Raises `Denied` for strangers."""
        role = self.person(who).role
        return "observer" if who.observe else role

    def zone_of(self, who: Who) -> str:
        """The IANA zone a person reads times in."""
        return self.person(who).zone or who.zone or self.zone


def in_force(settings: Settings, rules: Rules) -> Settings:
    """The settings with the calendars of the rules in force, reviewed holidays among them."""
    return replace(
        settings,
        calendars={name: calendar_mapping(calendar) for name, calendar in rules.calendars.items()},
        hours=tuple(rules.calendars.values()),
        rules_version=rules.version,
    )
