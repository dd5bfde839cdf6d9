"""Rules in force: their parts, the defaults, and their versions."""

from __future__ import annotations

from msgspec import structs

from console.core.defaults import (
    DEFAULT_PRIORITIES,
    default_policies,
    default_rules,
    office_hours,
)
from console.core.policy import (
    PRIORITIES,
    Comparison,
    Conditions,
    Facts,
    Group,
    Policy,
    PriorityRule,
    Rules,
    Target,
    match,
    raised_priority,
    stars_of,
)

__all__ = [
    "DEFAULT_PRIORITIES",
    "PRIORITIES",
    "Comparison",
    "Conditions",
    "Facts",
    "Group",
    "Policy",
    "PriorityRule",
    "Rules",
    "Target",
    "default_policies",
    "default_rules",
    "match",
    "office_hours",
    "raised_priority",
    "renumbered",
    "stars_of",
]


def renumbered(new: Rules, old: Rules) -> Rules:
    """The new rules as the next version of the old ones; the old ones themselves if nothing differs.

    A calendar whose hours are the same keeps its version, so running clocks see what changed.
    """
    version = old.version + 1
    calendars = {}
    for name, calendar in new.calendars.items():
        before = old.calendars.get(name)
        same = before is not None and before.same_hours(calendar)
        calendars[name] = structs.replace(
            calendar, version=before.version if before is not None and same else version
        )
    candidate = structs.replace(new, calendars=calendars, version=old.version)
    if candidate == old:
        return old
    return structs.replace(new, calendars=calendars, version=version)
