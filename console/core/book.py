"""A conversation's ledger open for writing: what stands in it, and the rules it is written under."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import structs

from console.core.ledger import Clock, Detail, LedgerClock, LedgerEvent, LedgerKind, applied
from console.core.policy import Facts, Policy, Rules, match

JUDGED: tuple[LedgerClock, ...] = ("frt", "nrt", "upd", "fres", "res")
"""The clocks whose targets policies set."""

NOTHING = Detail()


class Book:
    """A ledger open for writing: each event changes the clocks that the next one sees."""

    def __init__(self, clocks: tuple[Clock, ...], facts: Facts, rules: Rules, actor: str) -> None:
        self.clocks = clocks
        self.events: list[LedgerEvent] = []
        self.facts = facts
        self.rules = rules
        self.actor = actor
        self.policy: Policy = match(rules, facts)

    def active(self, *kinds: LedgerClock) -> tuple[Clock, ...]:
        """The clocks of these kinds that are neither met nor cancelled."""
        return tuple(clock for clock in self.clocks if clock.kind in kinds and clock.active)

    def last(self, kind: LedgerClock) -> Clock | None:
        """The newest instance of a clock."""
        found = [clock for clock in self.clocks if clock.kind == kind]
        return found[-1] if found else None

    def write(
        self,
        kind: LedgerKind,
        clock: Clock,
        at: datetime,
        detail: Detail = NOTHING,
        **changes: Any,
    ) -> None:
        """Appends an event; `changes` are fields of it that differ from the clock's own."""
        event = LedgerEvent(
            kind=kind,
            clock=clock.kind,
            instance=clock.instance,
            # What is learnt of late may be older than a clock: nothing ends before it started.
            at=max(at, clock.started_at),
            actor=self.actor,
            policy=clock.policy,
            policy_version=self.rules.version,
            calendar=clock.calendar,
            calendar_version=clock.calendar_version,
            target=clock.target,
            business=clock.business,
            detail=detail,
        )
        event = structs.replace(event, **changes)
        self.clocks = applied(self.clocks, event, self.rules)
        after = next(c for c in self.clocks if (c.kind, c.instance) == (clock.kind, clock.instance))
        self.events.append(structs.replace(event, due_at=after.due_at))

    def activate(self, kind: LedgerClock, at: datetime, detail: Detail = NOTHING) -> None:
        """Starts a new instance, under the policy that fits now."""
        last = self.last(kind)
        fresh = Clock(kind, (last.instance if last else 0) + 1, at, at)
        self.write("activate", fresh, at, detail, **self._judgement(kind))

    def _judgement(self, kind: LedgerClock) -> dict[str, Any]:
        """Policy, target and calendar for a clock as the rules now have it."""
        target = self.policy.target(kind, self.facts.priority)
        calendar = self.rules.calendar(self.policy.calendar)
        return {
            "policy": self.policy.name,
            "target": target.time if target else None,
            "business": target is not None and target.business,
            "calendar": calendar.name,
            "calendar_version": calendar.version,
        }

    def write_breaches(self, until: datetime) -> None:
        """Every deadline before `until` that passed unanswered, each with its own time."""
        for clock in self.clocks:
            if clock.active and clock.breached_at is None and clock.due_at is not None:
                frozen = any(submitted <= clock.due_at for _reply, submitted in clock.pending)
                # what looks like thanks is no clock yet: it may be late only once it counts.
                frozen = frozen or (clock.held_until is not None and until <= clock.held_until)
                if clock.due_at < until and not frozen:
                    self.write("breach", clock, clock.due_at, actor="")

    def judge_again(self, at: datetime) -> None:
        """Puts running clocks under the policy that now fits. Starts never move.

        A breached clock keeps its deadline: a new policy does not unmake a breach.
        """
        for clock in self.active(*JUDGED):
            if clock.breached_at is not None:
                continue
            wanted = self._judgement(clock.kind)
            if wanted["policy"] != clock.policy:
                self.write("apply_policy", clock, at, **wanted)
            elif not _same_deadline(clock, wanted):
                self.write("recompute", clock, at, **wanted)


def _same_deadline(clock: Clock, wanted: dict[str, Any]) -> bool:
    """Whether another judgement leaves the clock's deadline where it is."""
    kept = ["target", "business"]
    if clock.business:
        kept += ["calendar", "calendar_version"]
    return all(getattr(clock, key) == wanted[key] for key in kept)
