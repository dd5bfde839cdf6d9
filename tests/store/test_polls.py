"""The log of each source: bounded, and what was worth remembering stays longest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from console.store.polls import KEPT, NOTABLE
from console.store.sqlite import SqliteStore
from sources.base import Cursor
from tests.store.conftest import at, poll, post


async def test_a_poll_is_written_down_with_what_it_gave(store: SqliteStore) -> None:
    """New and changed posts, HTTP's status, how long it took; an import is no poll."""
    await poll(store, "mast", [post("1"), post("2")], "9:01", duration_s=0.25, status=200)
    edited = post("1", "It works now", edited_at=at("9:02"))
    await poll(store, "mast", [edited], "9:03", status=200)
    await poll(store, "mast", [post("3")], "9:04", backfill=True)

    second, first, _equipped = await store.polls("mast", 10)

    assert (2, 0, 200, 0.25) == (first.new, first.edited, first.status, first.took_s)
    assert (0, 1) == (second.new, second.edited)


async def test_a_failure_is_written_down_with_its_sentence(store: SqliteStore) -> None:
    """As the platform said it, cleaned."""
    failed = Cursor(failures=1, error="HTTP 429 from example.com\x1b[31m")
    await store.poll_failed("mast", failed, at("9:10"), duration_s=1.5, status=429)

    (last, *_rest) = await store.polls("mast", 10)

    assert (429, 1.5, at("9:10")) == (last.status, last.took_s, last.at)
    assert last.error.startswith("HTTP 429 from example.com") and "\x1b" not in last.error


async def test_the_log_of_a_source_has_an_end(store: SqliteStore) -> None:
    """The last polls, and of those before them only what failed or brought something."""
    cursor = Cursor(last_success_at=at("9:00"))
    for n in range(KEPT + NOTABLE + 30):
        when = at("9:00") + timedelta(seconds=n)
        if n < NOTABLE + 20:
            await store.poll_failed("mast", replace(cursor, error=f"e{n}"), when)
        else:
            await poll(store, "mast", [], "9:30")
    await poll(store, "play", [], "9:40")

    log = await store.polls("mast", 1000)

    assert KEPT + NOTABLE == len(log)
    assert NOTABLE == sum(bool(one.error) for one in log)
    assert 2 == len(await store.polls("play", 1000))


async def test_polls_without_news_are_no_news(store: SqliteStore) -> None:
    """No console draws anything anew because a source was asked."""
    before = store.version

    await poll(store, "mast", [], "9:01")

    assert before == store.version
