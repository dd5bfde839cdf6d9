"""The filter language of `console.core.views` as conditions on columns.

Texts of SQL here are constants; whatever a person typed is a bound parameter.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from console.core.views import Filter, Term
from console.store.instants import to_ms

Values = dict[str, str | int | float]

_IS = {
    "open": "c.status in ('new', 'open', 'on_hold')",
    "new": "c.status = 'new'",
    "waiting": "c.status = 'waiting'",
    "on_hold": "c.status = 'on_hold'",
    "solved": "c.status = 'solved'",
    "closed": "c.status = 'closed'",
    "late": "(c.due_at is not null and c.due_at < :now and c.clock_state <> 'provisional')",
    "soon": "(c.clock_state = 'running' and c.soon_at <= :now and c.due_at >= :now)",
    "mine": "c.owner = :me",
    "unassigned": "c.owner = ''",
    "snoozed": "c.snoozed_at is not null",
    "edited": "c.edited = 1",
    "outdated": "c.outdated = 1",
    "unsure": "c.reply_state is 'unsure'",
    "refused": "c.reply_state is 'refused'",
}

_NAMES_A_STATE = frozenset(_IS) - {"mine", "unassigned", "edited", "outdated"}
"""Where none of these is asked for, a filter means open conversations."""

_SIGNS = {"<=": "<=", ">=": ">=", "<": "<", ">": ">", "=": "="}


class Where(Struct, frozen=True):
    """A filter as SQL: alternatives that no conversation meets twice, each over an index."""

    alternatives: tuple[str, ...]
    values: Values


def where(filter: Filter, me: str, now: datetime) -> Where:
    """The condition of a filter on `conversations c`."""
    values: Values = {"now": to_ms(now), "me": me}
    terms = list(filter.terms)
    single = {_word(term): term for term in terms if _word(term)}
    conditions: list[str] = []
    alternatives = [""]
    if {"open", "-snoozed"} <= set(single):
        # the column is what the partial indexes are about.
        conditions.append("c.queued = 1")
        terms = [term for term in terms if term not in (single["open"], single["-snoozed"])]
    if "late" in single:
        # those that the last tick knew, and those that became late since.
        alternatives = ["c.stage = 2", "c.stage < 2"]
    elif "soon" in single:
        alternatives = ["c.stage = 1", "c.stage = 0"]
    conditions += [_condition(term, number, values) for number, term in enumerate(terms)]
    if not any(_names_a_state(term) for term in filter.terms):
        conditions.append(_IS["open"])
    whole = [" and ".join(filter_empty([one, *conditions])) for one in alternatives]
    return Where(tuple(whole), values)


def filter_empty(conditions: list[str]) -> list[str]:
    """The conditions that say something."""
    return [condition for condition in conditions if condition]


def _word(term: Term) -> str:
    """`open`, `-snoozed`: a term `is:` with one word; empty for every other."""
    if term.key != "is" or len(term.values) != 1:
        return ""
    return f"{'-' if term.negated else ''}{term.values[0]}"


def _names_a_state(term: Term) -> bool:
    return term.key == "is" and not term.negated and not _NAMES_A_STATE.isdisjoint(term.values)


def _condition(term: Term, number: int, values: Values) -> str:
    """One term; its values are bound under names of their own."""
    met = _met(term, f"v{number}", values)
    return f"not coalesce({met}, 0)" if term.negated else f"({met})"


def _met(term: Term, name: str, values: Values) -> str:
    match term.key:
        case "is":
            return " or ".join(_IS[word] for word in term.values)
        case "words":
            values[name] = term.values[0].casefold()
            return f"instr(c.folded, :{name}) > 0"
        case "stars" if term.compare is not None:
            values[name] = term.compare.value
            return f"c.rating * 5.0 / c.rating_max {_SIGNS[term.compare.sign]} :{name}"
        case "priority" if term.compare is not None:
            values[name] = term.compare.value
            return f"c.priority {_SIGNS[term.compare.sign]} :{name}"
        case "due" if term.span is not None:
            values[name] = _ms(term.span.time)
            return (
                "c.clock_state <> 'provisional'"
                f" and c.due_at - :now {_SIGNS[term.span.sign]} :{name}"
            )
        case "age" if term.span is not None:
            values[name] = _ms(term.span.time)
            return (
                ":now - coalesce(c.waiting_since, c.last_activity_at)"
                f" {_SIGNS[term.span.sign]} :{name}"
            )
        case "mood" if term.values == ("negative",):
            return "c.mood = 'negative' and c.uncertain = 0"
    values[name] = msgspec.json.encode(term.values).decode()
    among = f"in (select value from json_each(:{name}))"
    return _AMONG[term.key].format(among=among)


_AMONG = {
    "mood": "case when c.uncertain = 1 then 'uncertain' else coalesce(c.mood, 'none') end {among}",
    "source": "casefold(c.source) {among}",
    "type": "casefold((select s.type from sources s where s.name = c.source)) {among}",
    "kind": "c.kind {among}",
    "lang": "primary_language(c.language) {among}",
    "owner": "casefold(c.owner) {among}",
    "tag": "exists (select 1 from tags t where t.conversation = c.id and casefold(t.tag) {among})",
}


def _ms(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)
