"""The rules that hold where the configuration names none."""

from __future__ import annotations

from datetime import timedelta

from console.core.calendar import Calendar
from console.core.model import HIGH
from console.core.policy import Comparison, Conditions, Policy, PriorityRule, Rules, Target

OFFICE = "office"
_UNHAPPY = (
    Conditions(kind=("review",), stars=Comparison("<=", 2)),
    Conditions(kind=("review",), mood=("negative",)),
)


def office_hours(zone: str) -> Calendar:
    """Monday to Friday, 09:00 to 17:00: what the desk assumes where nobody says otherwise."""
    return Calendar(OFFICE, zone, (((9 * 60, 17 * 60),),) * 5 + ((),) * 2)


def default_policies(calendar: str) -> tuple[Policy, ...]:
    """What holds where the configuration names no policy."""
    resolution = Target("res", timedelta(hours=48), business=True)

    def answered_within(hours: int, *, business: bool) -> tuple[Target, ...]:
        time = timedelta(hours=hours)
        return (Target("frt", time, business), Target("nrt", time, business), resolution)

    return (
        Policy("no deadline", (Conditions(kind=("alert", "survey")),), calendar=calendar),
        Policy("unhappy review", _UNHAPPY, answered_within(24, business=False), calendar),
        Policy(
            "review",
            (Conditions(kind=("review",)),),
            answered_within(48, business=False),
            calendar,
        ),
        Policy("message", (), answered_within(4, business=True), calendar),
    )


DEFAULT_PRIORITIES = (PriorityRule(_UNHAPPY, HIGH),)
"""An unhappy review is of high priority, where the configuration says nothing else."""


def default_rules(zone: str) -> Rules:
    """The desk's own rules, with office hours in a zone."""
    return Rules(default_policies(OFFICE), {OFFICE: office_hours(zone)}, DEFAULT_PRIORITIES)
