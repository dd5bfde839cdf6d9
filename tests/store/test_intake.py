"""Posts come in once, whatever the platform does."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from console.core.views import parse
from console.store import Store
from sources.base import Cursor
from tests.store.conftest import answer, at, newest_turn, one, poll, post


async def test_a_post_becomes_a_row(store: Store) -> None:
    """What a customer wrote stands in the queue with its clock."""
    conversation = await one(store, rating=1.0, kind="review", title="Bad")

    row = await store.row(conversation)

    assert ("Sara", "Bad · It does not work", "new", 1.0) == (
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


async def test_posts_of_one_thread_are_one_conversation(store: Store) -> None:
    """A reply to a thread, and to a post that became one, joins it."""
    conversation = await one(store, id="root")
    joined = await poll(store, "mast", [post("a", "More", "9:10", thread="root")], "9:11")
    same = await poll(store, "mast", [post("b", "Even more", "9:12", thread="root")], "9:13")

    assert ((conversation,), (conversation,)) == (joined.conversations, same.conversations)
    assert at("9:00") == (await store.row(conversation)).waiting_since


async def test_a_return_within_a_fortnight_reopens(store: Store) -> None:
    """Solved, and the customer writes again: the same conversation, open, said as reopened."""
    conversation = await one(store, thread="t")
    await store.set_status(conversation, "solved", "ana", at("9:30"), reason="no reply needed")

    taken = await poll(store, "mast", [post("2", "Again", "+10d 9:00", thread="t")], "+10d 9:01")

    assert ((conversation,), "open") == (taken.reopened, (await store.row(conversation)).status)


async def test_a_later_return_is_a_new_conversation(store: Store) -> None:
    """After fourteen days, or when closed: a new one that knows what it follows."""
    first = await one(store, thread="t")
    await store.set_status(first, "solved", "ana", at("9:30"), reason="no reply needed")
    later = await poll(store, "mast", [post("2", "Again", "+15d 9:00", thread="t")], "+15d 9:01")
    (second,) = later.conversations
    await store.set_status(second, "closed", "ana", at("+15d 10:00"), reason="spam")
    (third,) = (
        await poll(store, "mast", [post("3", "Third", "+15d 11:00", thread="t")], "+15d 11:01")
    ).conversations

    page = await store.conversation(third, "ana", see_drafts=False)
    assert 3 == len({first, second, third})
    assert {first, second} == {earlier.id for earlier in page.earlier}


async def test_an_auto_responder_reopens_nothing(store: Store) -> None:
    """Out of office: kept as a turn, no clock, no status."""
    conversation = await one(store, thread="t")
    await answer(store, conversation, "10:00")
    await store.set_status(conversation, "solved", "ana", at("10:01"))

    await poll(
        store, "mast", [post("2", "I am away", "10:05", thread="t", automatic=True)], "10:06"
    )

    row = await store.row(conversation)
    assert ("solved", None, "It does not work") == (row.status, row.clock, row.what)


async def test_a_late_post_starts_when_seen(store: Store) -> None:
    """What the platform shows hours later counts from then, and is marked."""
    taken = await poll(store, "mast", [post("1", when="6:00"), post("2", "b", "+1d 9:00")], "9:00")

    pages = [await store.conversation(c, "ana", see_drafts=False) for c in taken.conversations]
    assert [True, True] == [page.turns[0].late_arrival for page in pages]
    assert [at("13:00"), at("13:00")] == [page.row.due_at for page in pages]


async def test_downtime_makes_nothing_late(store: Store) -> None:
    """The desk slept six hours: what came meanwhile started when the customer wrote."""
    taken = await poll(store, "mast", [post("1", when="9:00")], "15:00")

    page = await store.conversation(taken.conversations[0], "ana", see_drafts=False)
    assert (False, at("13:00")) == (page.turns[0].late_arrival, page.row.due_at)


async def test_a_small_edit_reopens_without_a_notice(store: Store) -> None:
    """A corrected letter is a new version, and nobody is rung for it."""
    text = "The parcel arived after three weeks and was open"
    conversation = await one(store, source="play", kind="review", rating=2.0, text=text)
    await answer(store, conversation, "10:00")
    better = text.replace("arived", "arrived")

    taken = await poll(
        store,
        "play",
        [post(kind="review", rating=2.0, text=better, edited_at=at("11:00"))],
        "11:01",
    )

    assert ((conversation,), "open") == (taken.small_edits, (await store.row(conversation)).status)


async def test_blanks_and_letter_forms_are_no_edit(store: Store) -> None:
    """The same words with other blanks change nothing."""
    await one(store, text="It  does not\nwork")

    assert 0 == (await poll(store, "mast", [post(text="It does not work ")], "9:06")).edited


async def test_a_deleted_post_is_marked(store: Store) -> None:
    """The platform says it is gone: the turn stays, marked; absence alone says nothing."""
    conversation = await one(store)
    await poll(store, "mast", [], "9:06")
    kept = (await store.conversation(conversation, "ana", see_drafts=False)).turns[0].deleted
    await poll(store, "mast", [post(text="", deleted=True)], "9:11")

    page = await store.conversation(conversation, "ana", see_drafts=False)
    assert (False, True, "It does not work") == (kept, page.turns[0].deleted, page.turns[0].text)
    assert 1 == len(page.turns)


async def test_changed_ids_do_not_double_posts(store: Store) -> None:
    """A feed that invents new ids on every fetch: recognised by its content and address."""
    long = {"text": "Where is my refund, it is three weeks", "url": "https://example.com/1"}
    conversation = await one(store, **long)

    taken = await poll(store, "mast", [post("other", **long)], "9:06")
    both = await poll(store, "mast", [post("other", **long), post("third", **long)], "9:11")

    assert (0, 1) == (taken.new, taken.unchanged)
    assert 1 == both.new
    assert await newest_turn(store, conversation)


async def test_asking_again_in_the_same_words_is_asking_again(store: Store) -> None:
    """An hour later, the same text by the same person: two posts."""
    await one(store, text="Where is my order, please?")

    again = await poll(store, "mast", [post("2", "Where is my order, please?", "10:00")], "10:01")

    assert 1 == again.new


async def test_one_person_is_one_customer(store: Store) -> None:
    """Known by the platform's id: earlier conversations are listed, a renamed account is the same."""
    first = await one(store)
    second = (
        await poll(store, "mast", [post("2", "Other", "9:02", author="Sara B.")], "9:03")
    ).conversations[0]
    stranger = (
        await poll(store, "mast", [post("3", "Third", "9:04", author_id="")], "9:05")
    ).conversations[0]

    customer = await store.customer(second)
    assert customer is not None
    assert ("Sara B.", ("mast: sara",)) == (customer.name, customer.handles)
    page = await store.conversation(second, "ana", see_drafts=False)
    assert [first] == [earlier.id for earlier in page.earlier]
    assert None is await store.customer(stranger)


async def test_imports_leave_the_cursor_alone(store: Store) -> None:
    """A file brought into a source says nothing of how far the source was read."""
    await poll(store, "file", [post("1", when="+-99d 9:00")], "9:00", backfill=True)

    taken = await poll(store, "file", [post("2", "other", "+-99d 9:00")], "9:05")
    page = await store.conversation(taken.conversations[0], "ana", see_drafts=False)

    assert page.turns[0].backfill


HOSTILE = {
    "id": "x" * 5000 + "\x00\ud800\x1b]0;",
    "text": "\x1b[31m" + "word " * 40_000 + "\u202e\x00\udfff",
    "title": "t\n" * 2000,
    "author": "\x1b]52;c;AAAA\x07" + "a" * 3000,
    "author_id": "\ud83d",
    "url": "javascript:" + "u" * 5000,
    "thread": "\x00" * 3 + "t" * 2000,
    "parent": "p" * 9000,
    "rating": float("nan"),
    "rating_max": -3,
    "language": "x" * 500,
    "kind": "nonsense",
    "extra": {f"k{n}\x1b" * 50: "v\x00" * 5000 for n in range(200)},
}


async def test_hostile_fields_are_made_safe(store: Store) -> None:
    """Controls, surrogates, endless fields, no number for a rating: cleaned, capped, taken in once."""
    first = await poll(store, "mast", [post(**HOSTILE)], "9:01")
    second = await poll(store, "mast", [post(**HOSTILE)], "9:06")

    page = await store.conversation(first.conversations[0], "ana", see_drafts=False)
    turn = page.turns[0]
    assert ((1, 0), "mention") == ((first.new, second.new), page.row.kind)
    assert (None, 5) == (turn.rating, turn.rating_max)
    assert (200, 500, 64_000) >= (len(turn.author), len(turn.title), len(turn.text))
    assert not any(sign in f"{page}" for sign in ("\\x1b", "\\x00", "\\u202e", "\\ud83d"))


@pytest.mark.parametrize("year", [1, 1970, 9999])
async def test_absurd_dates_are_survived(store: Store, year: int) -> None:
    """Year 1 and year 9999 arrive late, and are shown."""
    when = datetime(year, 1, 1, tzinfo=timezone(timedelta(hours=14 if year == 1 else -12)))

    taken = await poll(store, "mast", [post(occurred_at=when)], "9:01")

    page = await store.conversation(taken.conversations[0], "ana", see_drafts=False)
    assert page.turns[0].late_arrival


async def test_an_answer_given_before_it_was_read_stops_the_clock(store: Store) -> None:
    """Question and answer come in one batch, the answer first: the question is answered."""
    batch = [
        post("r", "Fixed", "8:50", own=True, thread="q"),
        post("q", "Broken?", "8:40", thread="q"),
    ]

    taken = await poll(store, "mast", batch, "9:00")

    assert "waiting" == (await store.row(taken.conversations[0])).status


async def test_health_is_in_words(store: Store) -> None:
    """The last error, the gap, the platform's own words about what is left."""
    await poll(store, "mast", [post()], "9:01", gap=True, note="12 rows without an id")
    before = store.version
    failed = Cursor(position="9:01", failures=2, error="HTTP 403\x1b[2J", next_poll_at=at("9:30"))
    await store.poll_failed("mast", failed, at("9:10"))

    (health,) = (one for one in await store.health(at("9:11")) if one.name == "mast")
    assert ("mastodon", 2, "HTTP 403[2J", at("9:01"), "12 rows without an id", 1) == (
        health.type,
        health.failures,
        health.error,
        health.gap_at,
        health.note,
        health.posts,
    )
    assert before < store.version


async def test_a_lively_source_that_fell_silent_is_quiet(store: Store) -> None:
    """Quiet after twice its longest silence, and never within six hours."""
    for hour in range(9, 21):
        await poll(store, "mast", [post(str(hour), f"t {hour}", f"{hour}:00")], f"{hour}:01")

    quiet = [
        {one.name: one.quiet for one in await store.health(at(when))}["mast"]
        for when in ("21:00", "+1d 2:00", "+1d 3:00")
    ]

    assert [False, False, True] == quiet
