"""Snippets at the desk: read from a folder, filled in for a conversation, counted when used."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.core.asks import Failed, Queued, SendReply, Snippets, SnippetsPage
from console.desk.desk import Desk
from console.desk.who import Settings, Who
from console.store.sqlite import SqliteStore, open_store
from sources.base import Batch, Channel, Cursor, Post

NOW = datetime(2027, 5, 5, 12, tzinfo=UTC)
ANA = Who("ana", owner=True)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with open_store(tmp_path / "desk.db", now=NOW) as made:
        await made.name_sources({"play": ("google_play", Channel())})
        post = Post("1", "It is broken", "review", author="Sara Whitby", rating=1, language="en")
        await made.take_in("play", Batch([post], Cursor()), NOW, every=timedelta(minutes=5))
        yield made


@pytest.fixture
def desk(store: SqliteStore, tmp_path: Path) -> Desk:
    """A desk whose folder holds three snippets, one of them broken."""
    folder = tmp_path / "snippets"
    (folder / "refunds").mkdir(parents=True)
    (folder / "refunds" / "sent.md").write_text(
        "---\ntitle: Refund sent\n---\nHi {first_name}, {?order}!"
    )
    (folder / "ru.md").write_text("---\nlanguage: ru\n---\nЗдравствуйте, {name}!")
    (folder / "broken.md").write_text("Hi {nobody}")
    settings = Settings(desk="Lamps", snippets=folder)
    return Desk(store, lambda: NOW, settings, {"play": Channel()})


async def test_what_fits_is_filled_in_and_what_is_broken_is_told(desk: Desk) -> None:
    """The customer's language decides, the known blanks are filled, the broken file is named."""
    page = await desk.ask(ANA, Snippets(1))

    assert isinstance(page, SnippetsPage)
    assert [("refunds/sent", "Hi Sara, {?order}!")] == [(s.id, s.text) for s in page.snippets]
    assert "no such variable: {nobody}" in page.trouble


async def test_an_empty_blank_stops_the_reply(desk: Desk) -> None:
    """Nothing half-filled leaves the desk."""
    answer = await desk.ask(ANA, SendReply(1, "Hi Sara, {?order}!", "k", opened_on=1, version=1))

    assert isinstance(answer, Failed)
    assert "{?order}" in answer.message


async def test_use_is_remembered_for_similar_items(desk: Desk, store: SqliteStore) -> None:
    """A snippet that answered a review like this one says so."""
    version = (await store.row(1)).version
    sent = await desk.ask(
        ANA,
        SendReply(1, "Hi", "k", opened_on=1, version=version, snippets=("refunds/sent",)),
    )

    page = await desk.ask(ANA, Snippets(1))

    assert isinstance(sent, Queued)
    assert isinstance(page, SnippetsPage)
    assert [1] == [one.uses for one in page.snippets]


async def test_a_changed_file_is_read_again(desk: Desk) -> None:
    """No reload is needed for another wording."""
    await desk.ask(ANA, Snippets(1))
    file = desk.settings.snippets / "refunds" / "sent.md"  # type: ignore[operator]
    file.write_text("Another wording")
    os.utime(file, ns=(1, 1))

    page = await desk.ask(ANA, Snippets(1, query="wording"))

    assert isinstance(page, SnippetsPage)
    assert ["Another wording"] == [one.text for one in page.snippets]
