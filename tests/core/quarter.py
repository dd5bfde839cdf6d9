"""A simulated quarter: random conversations with everything that can happen to them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal

from msgspec import structs

from console.core.clocks import (
    Arrived,
    Clock,
    FactsChanged,
    Happening,
    LedgerEvent,
    Noted,
    Promised,
    Queued,
    Released,
    Responded,
    RulesChanged,
    StatusSet,
    ThanksJudged,
    Ticked,
    Undone,
    advance,
)
from console.core.policy import Facts, Rules
from console.core.sla import renumbered
from console.core.written_rules import parse_rules

START = datetime(2027, 3, 1, tzinfo=UTC)
END = START + timedelta(days=92)
ZONES = ("Europe/Berlin", "Africa/Cairo", "Asia/Tehran", "America/St_Johns", "Australia/Lord_Howe")

_TARGETS = {
    "frt": {"urgent": "1h business", "other": "6h business"},
    "nrt": "4h business",
    "upd": "8h business",
    "fres": "30h calendar",
    "res": "24h business",
}


def written_rules(draw: random.Random) -> Rules:
    """Rules as somebody might have written them this week."""
    zone = draw.choice(ZONES)
    days = draw.choice((("mon", "tue", "wed", "thu", "fri"), ("sun", "mon", "tue", "wed", "thu")))
    hours = draw.choice(([["09:00", "17:00"]], [["08:00", "12:00"], ["13:30", "18:00"]]))
    return parse_rules(
        {
            "calendars": {"office": {"week": dict.fromkeys(days, hours)}},
            "policies": [
                {"name": "quiet", "when": {"kind": ["alert", "survey"]}},
                {
                    "name": "reviews",
                    "when": [{"kind": "review", "stars": "<=2"}, {"mood": "negative"}],
                    "targets": {"frt": f"{draw.randrange(8, 30)}h calendar", "nrt": "24h calendar"},
                    "start": draw.choice(("occurred", "seen")),
                },
                {
                    "name": "rest",
                    "targets": {**_TARGETS, "nrt": f"{draw.randrange(2, 9)}h business"},
                    "pause_on_hold": draw.random() < 0.5,
                },
            ],
        },
        zone=zone,
    )


def versions(draw: random.Random, count: int) -> list[tuple[datetime, Rules]]:
    """Rules over the quarter, each in force from its instant."""
    rules = written_rules(draw)
    found = [(START, rules)]
    for _ in range(count):
        rules = renumbered(written_rules(draw), rules)
        found.append((START + (END - START) * draw.random(), rules))
    # In force in the order of their numbers.
    instants = sorted(instant for instant, _rules in found[1:])
    return [found[0], *zip(instants, (rules for _at, rules in found[1:]), strict=True)]


class Life:
    """One conversation's quarter."""

    def __init__(self, draw: random.Random, history: list[tuple[datetime, Rules]]) -> None:
        self.draw = draw
        self.history = history
        self.clocks: tuple[Clock, ...] = ()
        self.ledger: list[LedgerEvent] = []
        self.happenings: list[Happening] = []
        kinds = ("message", "review", "mention", "alert")
        self.facts = Facts(kind=draw.choice(kinds), stars=draw.choice((None, 1, 2, 3, 5)))
        self._reply = 0

    def live(self) -> Life:
        """From the first turn to the end of the quarter, with rules and downtime as they come."""
        now = START + (END - START) * self.draw.random() * 0.8
        version = self._rules(now)
        self._tell(self._turn(now, first=True), version)
        while now < END and len(self.happenings) < 60:
            now += timedelta(minutes=self.draw.expovariate(1 / 600))
            current = self._rules(now)
            if current.version != version.version:
                version = current
                self._tell(RulesChanged(at=now), version)
            for happening in self._next(now):
                self._tell(happening, version)
        # Whatever the desk was doing, the end of the quarter is looked at.
        self._tell(Ticked(at=END), self._rules(END))
        return self

    def _tell(self, happening: Happening, rules: Rules) -> None:
        events, self.clocks = advance(self.clocks, happening, self.facts, rules)
        self.ledger.extend(events)
        self.happenings.append(happening)

    def _rules(self, now: datetime) -> Rules:
        return [rules for instant, rules in self.history if instant <= now][-1]

    def _turn(self, now: datetime, *, first: bool = False) -> Arrived:
        draw = self.draw
        occurred = now - timedelta(minutes=draw.choice((0, 0, 1, 5, 300)))
        if draw.random() < 0.03:
            occurred = now - timedelta(days=draw.randrange(10, 50))
        if draw.random() < 0.03:
            occurred = now + timedelta(minutes=5)
        return Arrived(
            at=occurred,
            seen_at=now,
            backfill=first and draw.random() < 0.1,
            late=draw.random() < 0.05,
            thanks=not first and draw.random() < 0.2,
        )

    def _next(self, now: datetime) -> Iterator[Happening]:
        draw = self.draw
        what = draw.choices(
            ("turn", "reply", "outside", "status", "note", "facts", "thanks", "tick", "automation"),
            (25, 25, 6, 16, 8, 6, 4, 6, 4),
        )[0]
        match what:
            case "turn":
                yield self._turn(now)
            case "reply":
                yield from self._replied(now)
            case "outside":
                sent = now - timedelta(minutes=draw.randrange(0, 600))
                yield Responded(at=sent, accepted_at=sent, external=True)
            case "automation":
                yield Responded(at=now, accepted_at=now, automation=True)
            case "status":
                yield from self._status(now)
            case "note":
                yield Noted(at=now, what=draw.choice(("note", "snooze", "reaction")))
            case "facts":
                mood: Literal["negative", "neutral"] = draw.choice(("negative", "neutral"))
                self.facts = structs.replace(
                    self.facts, mood=mood, mood_score=0.9, priority=draw.randrange(4)
                )
                yield FactsChanged(at=now)
            case "thanks":
                yield ThanksJudged(at=now, thanks=draw.random() < 0.5, actor="ana")
            case _:
                yield Ticked(at=now)

    def _replied(self, now: datetime) -> Iterator[Happening]:
        draw = self.draw
        self._reply += 1
        yield Queued(at=now, reply=self._reply, actor="ana")
        later = now + timedelta(minutes=draw.choice((0.2, 1, 14, 40)))
        if draw.random() < 0.2:
            yield self._turn(now + timedelta(seconds=30))
        if draw.random() < 0.2:
            outcome: Literal["taken_back", "unsure"] = draw.choice(("taken_back", "unsure"))
            yield Released(at=later, reply=self._reply, outcome=outcome)
            if outcome == "taken_back" or draw.random() < 0.5:
                return
        yield Responded(at=now, accepted_at=later, reply=self._reply, actor="ana")
        if draw.random() < 0.1:
            yield Promised(at=now, due=now + timedelta(hours=draw.randrange(1, 72)), actor="ana")
        yield StatusSet(at=later, status=draw.choice(("waiting", "solved", "on_hold")), actor="ana")

    def _status(self, now: datetime) -> Iterator[Happening]:
        draw = self.draw
        status: Literal["open", "waiting", "on_hold", "solved", "closed"] = draw.choice(
            ("open", "waiting", "on_hold", "solved", "closed")
        )
        reason = draw.choice(("", "spam", "no reply needed")) if status == "solved" else ""
        yield StatusSet(at=now, status=status, reason=reason, actor=draw.choice(("", "bo")))
        if status in ("solved", "closed", "waiting") and draw.random() < 0.2:
            yield Undone(at=now + timedelta(seconds=20), of=now, actor="bo")


def lives(seed: int, count: int) -> Iterator[Life]:
    """Whole conversations, one after the other."""
    draw = random.Random(seed)
    history = versions(draw, 6)
    for _ in range(count):
        yield Life(draw, history).live()


__all__ = ["END", "START", "Life", "lives"]
