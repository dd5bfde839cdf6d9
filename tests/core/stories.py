"""Short stories for clock tests: what happens at which time of a Wednesday in Berlin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from console.core.calendar import Calendar
from console.core.clocks import (
    Arrived,
    Clock,
    Happening,
    LedgerEvent,
    Responded,
    advance,
    replay,
)
from console.core.model import NORMAL
from console.core.policy import Facts, Policy, Rules, Target
from console.core.sla import default_rules

RULES = default_rules("Europe/Berlin")
MESSAGE = Facts(kind="message")
REVIEW = Facts(kind="review", stars=5, mood="positive")


def at(clock: str, day: str = "2027-05-05") -> datetime:
    """A local time in Berlin in summer, in UTC."""
    return datetime.fromisoformat(f"{day}T{clock}+02:00").astimezone(UTC)


def came(clock: str, day: str = "2027-05-05", **more: object) -> Arrived:
    """A customer's turn, seen at once."""
    return Arrived(at=at(clock, day), **{"seen_at": at(clock, day), **more})  # type: ignore[arg-type]


def answered(clock: str, day: str = "2027-05-05", **more: object) -> Responded:
    """A reply, accepted at once."""
    return Responded(at=at(clock, day), **{"accepted_at": at(clock, day), **more})  # type: ignore[arg-type]


def targets(**hours: float) -> tuple[Target, ...]:
    """Calendar-time targets in hours, by clock."""
    return tuple(
        Target(kind, timedelta(hours=time), business=False)  # type: ignore[arg-type]
        for kind, time in hours.items()
    )


def rules(*, version: int = 1, calendar: Calendar | None = None, **policy: object) -> Rules:
    """Rules with one policy that catches everything."""
    calendars = {calendar.name: calendar} if calendar else {}
    name = calendar.name if calendar else "calendar"
    only = Policy(**{"name": "only", "calendar": name, **policy})  # type: ignore[arg-type]
    return Rules((only,), calendars, version=version)


class Story:
    """A conversation's clocks, told happening by happening; replays them after each."""

    def __init__(self, rules: Rules = RULES, facts: Facts = MESSAGE) -> None:
        self.rules = rules
        self.facts = facts
        self.clocks: tuple[Clock, ...] = ()
        self.ledger: list[LedgerEvent] = []
        self._versions = {rules.version: rules}

    def tell(self, *happenings: Happening) -> Story:
        """What happened next."""
        for happening in happenings:
            events, self.clocks = advance(self.clocks, happening, self.facts, self.rules)
            self.ledger.extend(events)
        assert self.clocks == replay(self.ledger, self._versions)
        return self

    def under(self, rules: Rules | None = None, facts: Facts | None = None) -> Story:
        """From now on other rules or facts hold."""
        self.rules, self.facts = rules or self.rules, facts or self.facts
        self._versions[self.rules.version] = self.rules
        return self

    def clock(self, kind: str, instance: int = 1) -> Clock:
        """One clock, which must exist."""
        return next(c for c in self.clocks if (c.kind, c.instance) == (kind, instance))

    def states(self) -> dict[str, str]:
        """State by clock, `frt`, `nrt`, `nrt2` …; `wait` left out."""
        return {
            clock.kind + (str(clock.instance) if clock.instance > 1 else ""): clock.state
            for clock in self.clocks
            if clock.kind != "wait"
        }

    def wrote(self, kind: str, clock: str) -> list[datetime]:
        """When the ledger has events of this kind for a clock."""
        return [event.at for event in self.ledger if (event.kind, event.clock) == (kind, clock)]


__all__ = [
    "MESSAGE", "NORMAL", "REVIEW", "RULES", "Story", "answered", "at", "came", "rules", "targets",
]  # fmt: skip
