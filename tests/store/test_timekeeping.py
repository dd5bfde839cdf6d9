"""Time and rules: breaches with their own instant, versions, and everything derived again."""

from __future__ import annotations

import random
import sqlite3
from datetime import timedelta
from pathlib import Path

import msgspec

from console.core.policy import Rules
from console.core.views import parse
from console.store import Store
from tests.store.conftest import RULES, answer, at, one, poll, post
from tests.store.test_queue import many


async def test_a_breach_has_the_time_it_was_due(store: Store) -> None:
    """Sequence (g): the desk was down; the breach is written with 13:00 all the same."""
    conversation = await one(store)

    await store.tick(at("18:00"))

    ledger = (await store.ledger(conversation))[0]
    assert [at("13:00")] == [e.at for e in ledger if e.kind == "breach" and e.clock == "frt"]


async def test_a_tick_without_news_is_silent(store: Store) -> None:
    """No console is told, no writer's screen becomes stale."""
    conversation = await one(store)
    await store.tick(at("18:00"))
    before = (store.version, (await store.row(conversation)).version)

    await store.tick(at("18:01"))

    assert before == (store.version, (await store.row(conversation)).version)


def halved(rules: Rules) -> Rules:
    policies = tuple(
        msgspec.structs.replace(
            policy,
            targets=tuple(msgspec.structs.replace(t, time=t.time / 2) for t in policy.targets),
        )
        for policy in rules.policies
    )
    return msgspec.structs.replace(rules, policies=policies)


async def test_a_preview_tells_what_adopting_does(store: Store) -> None:
    """First reply and resolution get earlier, one is late by it: told before, and then true."""
    conversation = await one(store)
    now = at("11:30")

    told = await store.adopt(halved(RULES), now, preview=True)
    untouched = (await store.row(conversation)).due_at
    done = await store.adopt(halved(RULES), now)

    assert (2, 1) == (told.earlier, told.newly_late)
    assert told == done
    assert (at("13:00"), at("11:00")) == (untouched, (await store.row(conversation)).due_at)


async def test_the_same_rules_are_no_new_version(store: Store) -> None:
    """A reload that changes nothing moves nothing."""
    await one(store)
    before = store.version

    await store.adopt(RULES, at("10:00"))

    assert before == store.version


async def test_rebuild_derives_what_stands_there(store: Store) -> None:
    """After a long random history nothing differs: the caches are the ledger's."""
    await many(store)
    await store.adopt(halved(RULES), at("14:00"))
    await store.tick(at("+1d 9:00"))

    assert 0 == await store.rebuild()


async def test_rebuild_repairs_a_cache(store: Store, tmp_path: Path) -> None:
    """Whatever happened to the cached columns, the ledger gives them back."""
    rows = await many(store)
    file = tmp_path / "desk" / "desk.db"
    db = sqlite3.connect(file)
    with db:
        db.execute("update conversations set due_at = 5, clock = 'upd', what = 'x', order_at = 9")
        db.execute("delete from clocks where conversation % 2 = 0")
    db.close()

    changed = await store.rebuild()

    window = await store.window(
        parse("is:open,waiting,solved,closed"), me="ana", now=at("13:00"), count=1000
    )
    assert len(rows) == changed
    assert rows == list(window.rows)


async def test_a_random_year_keeps_its_promises(store: Store) -> None:
    """Posts, edits, answers and statuses in any order: rows, clocks and ledger stay one."""
    rng = random.Random(11)
    now = at("9:00")
    for step in range(150):
        now += timedelta(minutes=rng.randint(1, 600))
        thread = str(rng.randrange(12))
        when = now - timedelta(minutes=rng.randint(0, 3))
        words = f"text {step} with some more words"
        said = post(
            f"{thread}-{step}", words, thread=thread, occurred_at=when, own=rng.random() < 0.2
        )
        taken = await poll_at(store, said, now)
        window = await store.window(parse("is:open,waiting,solved"), me="", now=now, count=50)
        if window.rows and rng.random() < 0.5:
            row = rng.choice(window.rows)
            status = rng.choice(["solved", "waiting", "on_hold", "open"])
            await store.set_status(row.id, status, "ana", now)  # type: ignore[arg-type]
        assert taken.new <= 1
    await store.tick(now)

    assert 0 == await store.rebuild()


async def poll_at(store: Store, said: object, now: object) -> object:
    from sources.base import Batch, Cursor

    return await store.take_in(
        "mast",
        Batch([said], Cursor(last_success_at=now)),  # type: ignore[list-item, arg-type]
        now,  # type: ignore[arg-type]
        every=timedelta(minutes=5),
    )


async def test_an_answer_shows_in_the_explanation(store: Store) -> None:
    """The ledger names who answered, and the version it was judged by."""
    conversation = await one(store)
    await answer(store, conversation, "10:00")

    events = (await store.ledger(conversation))[0]
    assert ["ana"] == [e.actor for e in events if e.kind == "fulfil" and e.clock == "frt"]
    assert await poll(store, "mast", [post()], "10:06")


async def test_a_clock_that_jumps_back_brings_rows_back(store: Store) -> None:
    """Late by a clock that was an hour fast: soon again once it is set right."""
    conversation = await one(store)
    await store.tick(at("13:30"))

    await store.tick(at("12:30"))

    soon = await store.window(parse("is:soon"), me="", now=at("12:30"))
    late = await store.window(parse("is:late"), me="", now=at("12:30"))
    assert ([conversation], 0) == ([row.id for row in soon.rows], late.total)
