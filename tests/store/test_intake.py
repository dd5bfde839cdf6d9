"""Posts come in once, whatever the platform does."""

from __future__ import annotations

from datetime import timedelta

from console.core.views import parse
from console.store import Store
from tests.store.conftest import answer, at, one, poll, post


async def test_a_post_becomes_a_row(store: Store) -> None:
    """What a customer wrote stands in the queue with its clock."""
    conversation = await one(store, rating=1.0, kind="review", title="Bad")

    row = await store.row(conversation)

    assert ("Sara", "Bad It does not work", "new", 1.0) == (
        row.who,
        row.what,
        row.status,
        row.rating,
    )
    assert ("frt", at("+1d 9:00")) == (row.clock, row.due_at)


async def test_the_same_post_again_changes_nothing(store: Store) -> None:
    """An unchanged post writes nothing but the cursor, and no console is told."""
    await one(store)
    before = store.version

    taken = await poll(store, "mast", [post()], "9:06")

    assert (0, 0, 1) == (taken.new, taken.edited, taken.unchanged)
    assert before == store.version


async def test_an_edited_post_is_a_new_turn_and_reopens(store: Store) -> None:
    """A review re-rated after our answer waits again, and our answer is outdated."""
    conversation = await one(store, source="play", kind="review", rating=1.0)
    await answer(store, conversation, "10:00")

    taken = await poll(
        store, "play", [post(kind="review", rating=4.0, edited_at=at("12:00"))], "12:01"
    )

    page = await store.conversation(conversation, "ana", see_drafts=False)
    assert (1, (conversation,)) == (taken.edited, taken.conversations)
    assert ("open", 4.0, True, True) == (
        page.row.status,
        page.row.rating,
        page.row.edited,
        page.row.outdated,
    )
    assert at("12:00") == page.row.waiting_since
    assert page.turns[0].id == page.turns[-1].edit_of


async def test_the_first_sync_is_backfill(store: Store) -> None:
    """Posts of a source's first sync start when seen, on every page until its end."""
    await poll(store, "new", [post("1", when="+-9d 9:00")], "9:00", more=True)
    await poll(store, "new", [post("2", when="+-9d 8:00")], "9:01")
    await poll(store, "new", [post("3", when="9:02")], "9:05")

    window = await store.window(parse(""), me="ana", now=at("9:06"), order="oldest")
    pages = [await store.conversation(row.id, "ana", see_drafts=False) for row in window.rows]
    assert [True, True, False] == [page.turns[0].backfill for page in pages]


async def test_posts_and_cursor_are_kept_together(store: Store) -> None:
    """The cursor that came with the posts is where the source goes on."""
    await one(store)

    assert "9:01" == (await store.cursors())["mast"].position
    assert timedelta(0) <= at("9:01") - at("9:00")
