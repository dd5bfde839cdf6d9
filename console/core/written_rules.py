"""How rules are written in the configuration, and everything that can be wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

from console.core.calendar import Calendar, CalendarError, always_open, parse_calendar, unknown_key
from console.core.defaults import DEFAULT_PRIORITIES, OFFICE, default_policies, office_hours
from console.core.i18n import _
from console.core.policy import (
    POLICY_CLOCKS,
    PRIORITIES,
    Conditions,
    Group,
    Policy,
    PolicyClock,
    PriorityRule,
    Rules,
    Target,
    parse_comparison,
)
from console.core.spans import parse_duration
from console.errors import ConfigError


class RulesError(ConfigError):
    """Policies or calendars are wrong; `problems` names file, key, value and reason."""


def parse_rules(given: Mapping[str, Any], *, zone: str, where: str = "config.toml") -> Rules:
    """Rules from the configuration's `calendars`, `groups`, `policies`, `priority`, `retry_grace`.

    Where no calendar is given, office hours in `zone` hold; where no policy is, the default ones.
    Raises `RulesError` with every problem at once; each names `where`, the key and the reason.
    """
    form = _Form(zone)
    rules = form.rules(given)
    if form.problems:
        raise RulesError([f"{where}: {problem}" for problem in form.problems])
    return rules


_POLICY_KEYS = (
    "name",
    "position",
    "when",
    "calendar",
    "targets",
    "start",
    "pause_on_hold",
    "count_automation",
)
_LISTS = (
    "source",
    "type",
    "kind",
    "tag",
    "language",
    "mood",
    "customer_group",
    "assignee_group",
    "text",
)
_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": ("review", "mention", "question", "message", "alert", "survey"),
    "mood": ("negative", "neutral", "positive"),
    "priority": PRIORITIES,
}
_GROUPED = ("customer_group", "assignee_group")
_COMPARED = ("mood_score", "stars")
_CONDITION_KEYS = (*_LISTS, "priority", *_COMPARED, "private")


class _Form:
    """One reading of the written rules; collects what is wrong."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self.problems: list[str] = []
        self.groups: tuple[str, ...] = ()

    def rules(self, given: Mapping[str, Any]) -> Rules:
        calendars = self._calendars(given.get("calendars", {}))
        groups = tuple(self._group(name, row) for name, row in given.get("groups", {}).items())
        self.groups = tuple(group.name for group in groups)
        usual = next(iter(calendars), always_open.name)
        rows = given.get("policies", [])
        policies = self._policies(rows, calendars, usual) if rows else default_policies(usual)
        wishes = given.get("priority", [])
        priorities = self._priorities(wishes) if wishes else DEFAULT_PRIORITIES
        grace = self._grace(given.get("retry_grace", "15m"))
        return Rules(policies, calendars, priorities, grace, groups=groups)

    def _group(self, name: str, table: Mapping[str, Any]) -> Group:
        where = f"groups.{name}"
        self._known(table, where, ("agents", "customers"))
        agents, customers = (
            self._words(table.get(key, []), f"{where}.{key}", None)
            for key in ("agents", "customers")
        )
        if not agents and not customers:
            self._wrong(where, _("nobody is in it; name agents or customers"))
        return Group(name, agents, customers)

    def _grace(self, value: object) -> timedelta:
        if value == "0m":
            return timedelta(0)
        time = parse_duration(str(value))
        if time is None:
            self._wrong("retry_grace", _('{value!r} is no time such as "15m"').format(value=value))
        return time or timedelta(0)

    def _calendars(self, tables: Mapping[str, Any]) -> dict[str, Calendar]:
        if not tables:
            return {OFFICE: office_hours(self.zone)}
        found: dict[str, Calendar] = {}
        for name, table in tables.items():
            if name == always_open.name:
                self._wrong(
                    f"calendars.{name}", _("this name stands for calendar time; take another")
                )
                continue
            try:
                found[name] = parse_calendar(name, {"zone": self.zone, **table})
            except CalendarError as error:
                self.problems.extend(error.problems)
                # Policies may still name it: the calendar's own problems are enough.
                found[name] = office_hours("UTC")
        return found

    def _policies(
        self, rows: Sequence[Mapping[str, Any]], calendars: Mapping[str, Calendar], usual: str
    ) -> tuple[Policy, ...]:
        placed: dict[int, Policy] = {}
        names: set[str] = set()
        for place, row in enumerate(rows):
            where = f"policies[{place}]"
            policy = self._policy(row, where, calendars, usual)
            position = row.get("position", (place + 1) * 10)
            if not isinstance(position, int) or position in placed:
                self._wrong(
                    f"{where}.position",
                    _("{value!r} is taken, or no whole number").format(value=position),
                )
                continue
            if policy.name in names:
                self._wrong(
                    f"{where}.name",
                    _("{value!r} is the name of two policies").format(value=policy.name),
                )
            names.add(policy.name)
            placed[position] = policy
        ordered = tuple(placed[position] for position in sorted(placed))
        if ordered and ordered[-1].when:
            self._wrong(
                "policies", _("the last policy must catch everything: add one without `when`")
            )
        for policy in ordered[:-1]:
            if not policy.when:
                self._wrong(
                    "policies",
                    _("{name!r} catches everything, so those after it never apply").format(
                        name=policy.name
                    ),
                )
        return ordered

    def _policy(
        self, row: Mapping[str, Any], where: str, calendars: Mapping[str, Calendar], usual: str
    ) -> Policy:
        self._known(row, where, _POLICY_KEYS)
        name = row.get("name", "")
        if not isinstance(name, str) or not name.strip():
            self._wrong(f"{where}.name", _("missing; a policy needs a name"))
        calendar = row.get("calendar", usual)
        if calendar not in (*calendars, always_open.name):
            self._wrong(f"{where}.calendar", self._nearest(calendar, tuple(calendars)))
        start = row.get("start", "occurred")
        if start not in ("occurred", "seen"):
            self._wrong(f"{where}.start", self._nearest(start, ("occurred", "seen")))
        return Policy(
            name=str(name),
            when=self._alternatives(row.get("when", []), f"{where}.when"),
            targets=self._targets(row.get("targets", {}), f"{where}.targets"),
            calendar=str(calendar),
            start="seen" if start == "seen" else "occurred",
            pause_on_hold=self._flag(row, "pause_on_hold", where),
            count_automation=self._flag(row, "count_automation", where),
        )

    def _priorities(self, rows: Sequence[Mapping[str, Any]]) -> tuple[PriorityRule, ...]:
        found = []
        for place, row in enumerate(rows):
            where = f"priority[{place}]"
            self._known(row, where, ("when", "raise_to"))
            when = self._alternatives(row.get("when", []), f"{where}.when")
            level = row.get("raise_to")
            if level not in PRIORITIES:
                self._wrong(f"{where}.raise_to", self._nearest(level, PRIORITIES))
                continue
            found.append(PriorityRule(when, PRIORITIES.index(level)))
        return tuple(found)

    def _alternatives(self, value: object, where: str) -> tuple[Conditions, ...]:
        """`when = {…}` asks for all of it; `when = [{…}, {…}]` for any of them."""
        tables = [value] if isinstance(value, Mapping) else value
        if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
            self._wrong(
                where,
                _("{value!r} is no table of conditions, nor a list of them").format(value=value),
            )
            return ()
        found = [self._conditions(table, where) for table in tables]
        return () if any(not table for table in tables) else tuple(found)

    def _conditions(self, table: Mapping[str, Any], where: str) -> Conditions:
        self._known(table, where, _CONDITION_KEYS)
        made: dict[str, Any] = {}
        for key, value in table.items():
            here = f"{where}.{key}"
            if key in _GROUPED:
                made[key] = self._words(value, here, self.groups, empty=_("there are no groups"))
            elif key in _LISTS:
                made[key] = self._words(value, here, _CHOICES.get(key))
            elif key == "priority":
                words = self._words(value, here, PRIORITIES)
                made[key] = tuple(PRIORITIES.index(word) for word in words)
            elif key in _COMPARED:
                made[key] = parse_comparison(str(value))
                if made[key] is None:
                    self._wrong(
                        here, _('{value!r} is no comparison such as "<=2"').format(value=value)
                    )
            elif key == "private":
                made[key] = self._flag(table, key, where)
        return Conditions(**made)

    def _targets(self, value: object, where: str) -> tuple[Target, ...]:
        if not isinstance(value, Mapping):
            self._wrong(
                where,
                _('{value!r} is no table such as {{ frt = "4h business" }}').format(value=value),
            )
            return ()
        self._known(value, where, POLICY_CLOCKS)
        found: list[Target | None] = []
        for kind in POLICY_CLOCKS:
            written = value.get(kind)
            here = f"{where}.{kind}"
            if isinstance(written, Mapping):
                self._known(written, here, (*PRIORITIES, "other"))
                missing = [word for word in PRIORITIES if word not in written]
                if missing and "other" not in written:
                    self._wrong(
                        here,
                        _("nothing for {missing}; add them or `other`").format(
                            missing=", ".join(missing)
                        ),
                    )
                for level, word in enumerate(PRIORITIES):
                    text = written.get(word, written.get("other", "none"))
                    found.append(self._target(kind, text, f"{here}.{word}", level))
            elif written is not None:
                found.append(self._target(kind, written, here, None))
        return tuple(target for target in found if target is not None)

    def _target(
        self, kind: PolicyClock, text: object, where: str, priority: int | None
    ) -> Target | None:
        """`4h business`, `48h calendar`, `2d calendar`; `none` for no target at this priority."""
        if text == "none":
            return None
        words = str(text).split()
        time = parse_duration(words[0]) if words else None
        if time is None or len(words) != 2 or words[1] not in ("business", "calendar"):
            self._wrong(
                where,
                _('{value!r} is no target such as "4h business" or "48h calendar"').format(
                    value=text
                ),
            )
            return None
        if {"d", "w"} & set(words[0]) and words[1] == "business":
            self._wrong(
                where,
                _("{value!r}: a business day has no fixed length; write the hours").format(
                    value=text
                ),
            )
            return None
        return Target(kind, time, business=words[1] == "business", priority=priority)

    def _words(
        self, value: object, where: str, known: tuple[str, ...] | None, *, empty: str = ""
    ) -> tuple[str, ...]:
        """The texts of a list; where only some are known, the others are problems.

        `empty` is the sentence for words where none are known at all.
        """
        words = [value] if isinstance(value, str) else value
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            self._wrong(
                where, _("{value!r} is neither a text nor a list of texts").format(value=value)
            )
            return ()
        if empty and not known and words:
            self._wrong(where, empty)
            return ()
        wrong = [word for word in words if known and word not in known]
        for word in wrong:
            self._wrong(where, self._nearest(word, known or ()))
        return tuple(word for word in words if word not in wrong)

    def _flag(self, table: Mapping[str, Any], key: str, where: str) -> bool:
        value = table.get(key, False)
        if not isinstance(value, bool):
            self._wrong(
                f"{where}.{key}", _("{value!r} is neither true nor false").format(value=value)
            )
        return value is True

    def _known(self, table: Mapping[str, Any], where: str, known: Sequence[str]) -> None:
        for key in table:
            if key not in known:
                self.problems.append(unknown_key(f"{where}.{key}", key, known))

    def _nearest(self, value: object, known: Sequence[str]) -> str:
        near = get_close_matches(str(value), known, n=1)
        if near:
            return _("{value!r} is unknown; did you mean {near!r}?").format(
                value=value, near=near[0]
            )
        return _("{value!r} is unknown; known are {known}").format(
            value=value, known=", ".join(known)
        )

    def _wrong(self, key: str, problem: str) -> None:
        self.problems.append(f"{key}: {problem}")
