"""Whatever happens, in whatever order: views, clocks and ledger stay one."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.order import ordered
from console.core.views import SHIPPED
from console.store import Store
from console.store.sqlite import open_store
from tests.store.conftest import at, equip
from tests.store.random_life import Life


async def live(store: Store, seed: int) -> None:
    """Two hundred doings, looked at ten times."""
    life = Life(store, seed)
    for _look in range(10):
        await life.go_on(20)
        rows = await life.rows()
        for view in SHIPPED:
            expected = [row for row in rows if view.filter.matches(row, life.now, "ana")]
            window = await store.window(
                view.filter, me="ana", now=life.now, order=view.order, count=1000
            )
            assert ordered(expected, view.order, life.now) == list(window.rows)
        for row in rows:
            await store.conversation(row.id, "ana", see_drafts=True)
    assert 0 == await store.rebuild()


@pytest.mark.parametrize("seed", [1, 2])
async def test_any_life_keeps_views_and_clocks_true(store: Store, seed: int) -> None:
    """Two seeded lives of one desk."""
    await live(store, seed)


@pytest.mark.heavy
async def test_a_hundred_lives_keep_views_and_clocks_true(tmp_path: Path) -> None:
    """The whole size, on SQLite."""
    for seed in range(100, 200):
        async with open_store(tmp_path / f"{seed}.db", now=at("8:00"), check=False) as store:
            await equip(store)
            await live(store, seed)
