"""Policies: which promise a conversation is under, and how long it leaves for each clock.

An ordered list, first match wins, the last one catches everything. Targets are business time on
the policy's calendar, or calendar time.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any, Literal

from msgspec import Struct

from console.core.calendar import Calendar, always_open
from console.core.model import NORMAL, MoodLabel

PolicyClock = Literal["frt", "nrt", "upd", "fres", "res"]
POLICY_CLOCKS: tuple[PolicyClock, ...] = ("frt", "nrt", "upd", "fres", "res")
"""The clocks a policy can set a target for; a promise sets its own."""

PRIORITIES = ("low", "normal", "high", "urgent")
"""Names of the priorities, by number."""

RETRY_GRACE = timedelta(minutes=15)
"""A reply accepted within this time counts from when it was sent."""

_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}


class Comparison(Struct, frozen=True):
    """A condition on a number: `<=2`, `>4`, `=3`."""

    sign: Literal["<=", ">=", "<", ">", "="]
    value: float

    def holds(self, number: float | None) -> bool:
        """Whether a number meets it; an unknown number never does."""
        return number is not None and _COMPARISONS[self.sign](number, self.value)


def parse_comparison(text: str) -> Comparison | None:
    """`<=2`, `> 4.5`, `3`; None if it is none of these."""
    found = re.fullmatch(r"\s*(<=|>=|<|>|=|)\s*(-?\d+(?:\.\d+)?)\s*", text)
    if not found:
        return None
    sign: Any = found[1] or "="
    return Comparison(sign, float(found[2]))


def stars_of(rating: float | None, rating_max: int) -> float | None:
    """A rating on the scale of five stars, whatever the platform's own scale is."""
    return None if rating is None or rating_max <= 0 else rating * 5 / rating_max


class Facts(Struct, frozen=True):
    """What policies may ask about a conversation, as it stands now."""

    source: str = ""
    source_type: str = ""
    kind: str = "mention"
    priority: int = NORMAL
    tags: tuple[str, ...] = ()
    language: str = ""
    mood: MoodLabel | None = None
    mood_score: float = 0.0
    uncertain: bool = False
    """An uncertain mood matches no condition."""
    stars: float | None = None
    """On the scale of five, as `stars_of` gives it."""
    private: bool = False
    customer_groups: tuple[str, ...] = ()
    assignee_groups: tuple[str, ...] = ()
    text: str = ""
    """What the customer wrote last."""


class Conditions(Struct, frozen=True):
    """What must hold, all of it; an empty list asks nothing. Within one list any value will do."""

    source: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    priority: tuple[int, ...] = ()
    tag: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    mood: tuple[str, ...] = ()
    mood_score: Comparison | None = None
    stars: Comparison | None = None
    private: bool | None = None
    customer_group: tuple[str, ...] = ()
    assignee_group: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    """Words or phrases, letter case ignored."""

    def hold(self, facts: Facts) -> bool:
        """Whether a conversation meets every condition."""
        return (
            _among(self.source, facts.source)
            and _among(self.type, facts.source_type)
            and _among(self.kind, facts.kind)
            and (not self.priority or facts.priority in self.priority)
            and _share(self.tag, facts.tags)
            and _among(self.language, facts.language)
            and self._mood_holds(facts)
            and (self.stars is None or self.stars.holds(facts.stars))
            and (self.private is None or self.private == facts.private)
            and _share(self.customer_group, facts.customer_groups)
            and _share(self.assignee_group, facts.assignee_groups)
            and (not self.text or _says(facts.text, self.text))
        )

    def _mood_holds(self, facts: Facts) -> bool:
        if not self.mood and self.mood_score is None:
            return True
        if facts.mood is None or facts.uncertain:
            return False
        return _among(self.mood, facts.mood) and (
            self.mood_score is None or self.mood_score.holds(facts.mood_score)
        )


def _among(wanted: tuple[str, ...], value: str) -> bool:
    return not wanted or value in wanted


def _share(wanted: tuple[str, ...], values: tuple[str, ...]) -> bool:
    return not wanted or not set(wanted).isdisjoint(values)


def _says(text: str, phrases: tuple[str, ...]) -> bool:
    folded = text.casefold()
    return any(phrase.casefold() in folded for phrase in phrases)


def any_hold(alternatives: tuple[Conditions, ...], facts: Facts) -> bool:
    """Whether one of several sets of conditions holds; none given asks nothing."""
    return not alternatives or any(conditions.hold(facts) for conditions in alternatives)


class Target(Struct, frozen=True):
    """How long one clock may take."""

    kind: PolicyClock
    time: timedelta
    business: bool
    """Counted in the policy's opening hours; otherwise every hour counts."""
    priority: int | None = None
    """The priority it is for; None for all that have no target of their own."""


class Policy(Struct, frozen=True):
    """One promise: for whom, and how long each clock may take."""

    name: str
    when: tuple[Conditions, ...] = ()
    """Alternatives; none: it catches everything."""
    targets: tuple[Target, ...] = ()
    calendar: str = always_open.name
    start: Literal["occurred", "seen"] = "occurred"
    """Whether reply clocks start when the customer wrote, or when the desk first saw it."""
    pause_on_hold: bool = False
    """Whether resolution clocks pause while a conversation is on hold."""
    count_automation: bool = False
    """Whether a reply by a rule or bot counts as a response."""

    def target(self, kind: str, priority: int) -> Target | None:
        """The target for a clock at a priority, None where there is none."""
        general = None
        for target in self.targets:
            if target.kind == kind:
                if target.priority == priority:
                    return target
                if target.priority is None:
                    general = target
        return general


class PriorityRule(Struct, frozen=True):
    """Raises a conversation's priority; never lowers it."""

    when: tuple[Conditions, ...]
    priority: int


class Group(Struct, frozen=True):
    """Some of the team, some of the customers, under one name that conditions can ask for."""

    name: str
    agents: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    """Ids of customers on their platforms, `*` for any letters: `*@bank.example`, `mail: ana@*`.
    Before a colon and a blank stands the source, where only that one is meant."""

    def has_customer(self, handles: tuple[str, ...]) -> bool:
        """Whether one of a customer's handles, as `source: id`, is named; letter case is ignored."""
        return any(
            fnmatchcase(handle.casefold(), _with_source(pattern.casefold()))
            for pattern in self.customers
            for handle in handles
        )


def _with_source(pattern: str) -> str:
    return pattern if ": " in pattern else f"*: {pattern}"


REOPEN_WITHIN = timedelta(days=14)
"""A customer who returns within this time reopens what was solved (semantics S11)."""


class Rules(Struct, frozen=True):
    """Everything deadlines are made of, in one version."""

    policies: tuple[Policy, ...]
    """In order; the last one catches everything."""
    calendars: Mapping[str, Calendar]
    priorities: tuple[PriorityRule, ...] = ()
    retry_grace: timedelta = RETRY_GRACE
    version: int = 1
    groups: tuple[Group, ...] = ()
    reopen_within: timedelta = REOPEN_WITHIN
    reopen_of: Mapping[str, timedelta] = {}
    """Of sources that have a time of their own."""

    def reopens_within(self, source: str) -> timedelta:
        """How long after it was solved a conversation of this source is reopened."""
        return self.reopen_of.get(source, self.reopen_within)

    def assignee_groups(self, owner: str) -> tuple[str, ...]:
        """The groups that a conversation's owner belongs to; none for nobody."""
        return tuple(group.name for group in self.groups if owner and owner in group.agents)

    def customer_groups(self, handles: tuple[str, ...]) -> tuple[str, ...]:
        """The groups that a customer with these handles (`source: id`) belongs to."""
        return tuple(group.name for group in self.groups if group.has_customer(handles))

    def calendar(self, name: str) -> Calendar:
        """A calendar by name; calendar time for `calendar` and for a name that is no more."""
        return self.calendars.get(name, always_open)


def match(rules: Rules, facts: Facts) -> Policy:
    """The first policy that fits; exactly one always does."""
    return next(policy for policy in rules.policies if any_hold(policy.when, facts))


def raised_priority(rules: Rules, facts: Facts, *, set_by_person: bool) -> int:
    """The priority after the automatic rules: never lower, and never over a person's own choice."""
    if set_by_person:
        return facts.priority
    wishes = [rule.priority for rule in rules.priorities if any_hold(rule.when, facts)]
    return max([facts.priority, *wishes])
