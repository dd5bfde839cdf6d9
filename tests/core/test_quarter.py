"""A quarter of random conversations: the ledger replays, no clock is negative, figures agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
import pytest

from console.core.clocks import Clock, LedgerEvent, replay, state_at
from console.core.ledger import applied
from console.core.policy import Rules
from console.core.reports import ClockRow, Period, attainment
from tests.core.quarter import END, START, Life, lives

KINDS = ("frt", "nrt", "upd", "prom", "fres", "res")
VERDICTS = ("met", "met_late", "breached_open", "cancelled", "backfill")
NEVER_WAITED = ("thanks", "undone", "replaced")

SIZES = [200, pytest.param(5000, marks=pytest.mark.heavy)]


@pytest.mark.parametrize("count", SIZES)
def test_the_ledger_replays_to_the_same_clocks(count: int) -> None:
    """Also after a journey through JSON, as the store keeps it."""
    decoder = msgspec.json.Decoder(list[LedgerEvent])
    for life in lives(7, count):
        stored = decoder.decode(msgspec.json.encode(life.ledger))
        by_version = {rules.version: rules for _at, rules in life.history}

        assert life.clocks == replay(stored, by_version)


@pytest.mark.parametrize("count", SIZES)
def test_no_clock_is_negative_or_doubled(count: int) -> None:
    """Spans run forward, nothing ends before it starts, one instance of a kind is active."""
    for life in lives(8, count):
        active = Counter(clock.kind for clock in life.clocks if clock.active)
        wrong = [clock for clock in life.clocks if not _is_sound(clock)]

        assert ([], []) == (wrong, [kind for kind, n in active.items() if n > 1])


def _is_sound(clock: Clock) -> bool:
    edges = [edge for span in clock.spans for edge in span]
    ended = clock.met_at or clock.cancelled_at
    return (
        edges == sorted(edges)
        and clock.consumed >= timedelta(0)
        and (ended is None or ended >= clock.started_at)
        and (clock.due_at is None or clock.due_at >= clock.started_at)
        and (clock.breached_at is None or clock.breached_at == clock.due_at)
        and (clock.soon_at is None or clock.due_at is None or clock.soon_at <= clock.due_at)
    )


@pytest.mark.parametrize("count", SIZES)
def test_the_witnessed_deadlines_are_the_derived_ones(count: int) -> None:
    """Each line of the ledger names the deadline that replaying gives at that line."""
    for life in lives(9, count):
        by_version = {rules.version: rules for _at, rules in life.history}
        assert [] == list(_disagreements(life, by_version))


def _disagreements(life: Life, by_version: dict[int, Rules]) -> Iterable[LedgerEvent]:
    clocks: tuple[Clock, ...] = ()
    for event in life.ledger:
        clocks = applied(clocks, event, by_version[event.policy_version])
        (clock,) = [c for c in clocks if (c.kind, c.instance) == (event.clock, event.instance)]
        if clock.due_at != event.due_at:
            yield event


@pytest.mark.parametrize("count", SIZES)
def test_no_first_and_next_reply_run_together(count: int) -> None:
    """A next-reply clock does not exist before the first reply is met."""
    for life in lives(10, count):
        kinds = {clock.kind for clock in life.clocks if clock.active}

        assert not {"frt", "nrt"} <= kinds


@pytest.mark.parametrize("count", SIZES)
def test_attainment_is_the_same_counted_from_clocks_and_from_the_ledger(count: int) -> None:
    """Two independent ways: the state of the clocks, and the plain lines of the ledger."""
    found = list(lives(11, count))
    rows = [ClockRow(n, clock) for n, life in enumerate(found) for clock in life.clocks]
    for kind in KINDS:
        counted = attainment(rows, Period(START, END), kind, END)
        recounted = Counter(
            verdict for life in found for verdict in _from_ledger(life.ledger, kind, START, END)
        )

        assert {name: recounted[name] for name in VERDICTS} == {
            name: getattr(counted, name).n for name in VERDICTS
        }, kind


def _from_ledger(
    ledger: list[LedgerEvent], kind: str, since: datetime, until: datetime
) -> Iterable[str]:
    """Verdicts by walking through each instance's lines with three plain variables."""
    instances = sorted({event.instance for event in ledger if event.clock == kind})
    for instance in instances:
        lines = [e for e in ledger if (e.clock, e.instance) == (kind, instance)]
        ended, late, on_the_way = "", False, set[int | None]()
        for line in lines:
            detail = line.detail
            if line.kind == "fulfil":
                ended, late = "met", late and not detail.in_time
            elif line.kind == "cancel":
                ended = f"cancelled:{detail.reason}"
            elif line.kind == "activate" or (line.kind == "resume" and detail.undone):
                ended = ""
            elif line.kind == "breach":
                late = True
            elif line.kind == "provisional":
                on_the_way.add(detail.reply)
            if line.kind == "resume" and detail.reply is not None:
                on_the_way.discard(detail.reply)
        due, last = lines[-1].due_at, lines[-1]
        begun = since <= lines[0].at < until
        if ended.removeprefix("cancelled:") in NEVER_WAITED:
            continue
        if lines[0].detail.backfill or ended.startswith("cancelled:"):
            if begun:
                yield "backfill" if lines[0].detail.backfill else "cancelled"
        elif last.target is not None and due is not None and since <= due < until:
            if ended:
                yield "met_late" if late else "met"
            elif not on_the_way:
                yield "breached_open"


def test_what_is_breached_is_seen_without_any_tick() -> None:
    """The state on read and the breach that is written later are the same."""
    for life in lives(12, 100):
        for clock in life.clocks:
            late = state_at(clock, END) == "breached"

            assert late == (clock.active and clock.breached_at is not None and not clock.pending)
