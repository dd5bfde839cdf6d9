"""The filter language of `console.core.views` as conditions on columns.

Texts of SQL here are constants; whatever a person typed is a bound parameter.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from console.core.model import FOLLOW_UP
from console.core.views import Filter, Term
from console.store.instants import to_ms

Values = dict[str, str | int | float]

_IS = {
    "open": "c.is_open = 1",
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
    "approval": "c.reply_state is 'awaiting_approval'",
    "follow_up": (
        "(c.snoozed_at is null"
        f" and c.id in (select conversation from tags where tag = '{FOLLOW_UP}'))"
    ),
}

_NAMES_A_STATE = frozenset(_IS) - {"mine", "unassigned", "edited", "outdated"}
"""Where none of these is asked for, a filter means open conversations."""

PRIMARY_LANGUAGE = "lower(substr(c.language, 1, instr(c.language || '-', '-') - 1))"
"""`pt` for `pt-BR`. A language's tag is ASCII."""

_SIGNS = {"<=": "<=", ">=": ">=", "<": "<", ">": ">", "=": "="}


class Alternative(Struct, frozen=True):
    """A condition, and the index that it is read over."""

    condition: str
    index: str = ""
    """Empty where SQLite may choose."""

    @property
    def rows(self) -> str:
        """The `from` and `where` of a question about `conversations c`."""
        hint = f" indexed by {self.index}" if self.index else ""
        return f"from conversations c{hint} where {self.condition}"


class Where(Struct, frozen=True):
    """A filter as SQL: alternatives that no conversation meets twice."""

    alternatives: tuple[Alternative, ...]
    values: Values


_SHAPES: dict[frozenset[str], tuple[Alternative, ...]] = {
    frozenset({"open", "-snoozed"}): (Alternative("c.queued = 1", "queue_due"),),
    frozenset({"open", "-snoozed", "mine"}): (
        Alternative("c.queued = 1 and c.owner = :me", "queue_by_owner"),
    ),
    frozenset({"open", "-snoozed", "unassigned"}): (
        Alternative("c.queued = 1 and c.owner = ''", "queue_by_owner"),
    ),
    frozenset({"open", "-snoozed", "negative"}): (
        Alternative("c.queued = 1 and c.mood = 'negative' and c.uncertain = 0", "queue_by_mood"),
    ),
    frozenset({"snoozed"}): (Alternative("c.snoozed_at is not null", "queue_snoozed"),),
    # those that the last tick knew, and those that became so since.
    frozenset({"late"}): (
        Alternative(f"c.stage = 2 and {_IS['late']}", "queue_late"),
        Alternative(f"c.stage < 2 and {_IS['late']}", "becoming_late"),
    ),
    frozenset({"soon"}): (
        Alternative(f"c.stage = 1 and {_IS['soon']}", "queue_soon"),
        Alternative(f"c.stage = 0 and {_IS['soon']}", "becoming_soon"),
    ),
}
"""Filters that have an index in the order "due"."""

_IN_THEIR_INDEX = ("due", "negative-first", "priority")
"""Orders whose columns such an index holds; for the others the table is read anyway."""


def where(filter: Filter, me: str, now: datetime, order: str = "due") -> Where:
    """The condition of a filter on `conversations c`, to be read in an order.

    A filter that names no state means open conversations.
    """
    values: Values = {"now": to_ms(now), "me": me}
    shape = frozenset(map(_word, filter.terms))
    if shape in _SHAPES and (order in _IN_THEIR_INDEX or "c.queued" not in _first(shape)):
        return Where(_SHAPES[shape], values)
    conditions = [_condition(term, number, values) for number, term in enumerate(filter.terms)]
    open_only = "open" in shape
    if not any(_names_a_state(term) for term in filter.terms):
        conditions.append(_IS["open"])
        open_only = True
    index = "open_rows" if open_only else ""
    return Where((Alternative(" and ".join(conditions), index),), values)


def _first(shape: frozenset[str]) -> str:
    return _SHAPES[shape][0].condition


def _word(term: Term) -> str:
    """`open`, `-snoozed`, `negative`: a term `is:` or `mood:` with one word; its key for another."""
    if term.key not in ("is", "mood") or len(term.values) != 1:
        return term.key
    return f"{'-' if term.negated else ''}{term.values[0]}"


def _names_a_state(term: Term) -> bool:
    # who names conversations by number means them whatever their state.
    if term.key == "id" and not term.negated:
        return True
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
        case "id":
            # numbers beyond what a table can hold name nothing.
            numbers = [int(value) for value in term.values if len(value) < 19]
            values[name] = msgspec.json.encode(numbers).decode()
            return f"c.id in (select value from json_each(:{name}))"
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
    "lang": f"{PRIMARY_LANGUAGE} {{among}}",
    "owner": "casefold(c.owner) {among}",
    "tag": "exists (select 1 from tags t where t.conversation = c.id and casefold(t.tag) {among})",
}


def _ms(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)
