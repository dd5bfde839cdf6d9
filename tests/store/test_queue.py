"""Views: what the filter language and the orders of the core say, the store's columns give."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from console.core.model import Mood, QueueRow
from console.core.order import ORDERS, ordered
from console.core.views import SHIPPED, parse
from console.errors import NotFound
from console.store import Store
from tests.store.conftest import answer, at, one, poll, post, queue

EVERYTHING = "is:open,waiting,solved,closed"
FILTERS = [
    *(view.text for view in SHIPPED),
    "",
    EVERYTHING,
    "mood:negative",
    "mood:none,uncertain is:open,waiting",
    "-mood:positive",
    "stars:<=2",
    "-stars:<=2",
    "stars:>3 is:open,waiting,solved",
    "source:PLAY",
    "type:mastodon,rss",
    "kind:review is:open",
    "lang:ru",
    "tag:refund",
    "-tag:refund",
    "owner:ana",
    "priority:>=high",
    "due:<30m",
    "-due:<30m",
    "age:>2h",
    "word",
    "-слово",
    '"A word"',
    "is:edited",
    "is:outdated,unsure",
    "is:late -is:mine",
    "is:soon kind:review",
    "is:unassigned",
]


async def many(store: Store) -> list[QueueRow]:
    """Some sixty conversations in every state; every row of them."""
    rng = random.Random(7)
    numbers: list[int] = []
    for number in range(60):
        source = rng.choice(["play", "mast", "blog"])
        said = post(
            str(number),
            rng.choice(["A word", "Слово", "كلمة", "nothing"]),
            f"{rng.randint(0, 8)}:{rng.randint(10, 59)}",
            kind=rng.choice(["review", "question", "alert", "message"]),
            rating=rng.choice([None, 1.0, 3.0, 5.0]),
            language=rng.choice(["", "en", "ru-RU", "ar"]),
            author=f"Writer {number % 9}",
            author_id=f"writer{number % 9}",
        )
        numbers += (await poll(store, source, [said], "9:00")).conversations
    for number in numbers:
        await scatter(store, number, rng)
    await store.tick(at("13:00"))
    window = await store.window(parse(EVERYTHING), me="ana", now=at("13:00"), count=1000)
    assert len(numbers) == len(window.rows)
    return list(window.rows)


async def scatter(store: Store, number: int, rng: random.Random) -> None:
    """Something happens to one conversation, by chance."""
    match rng.randrange(8):
        case 0:
            await store.claim(number, rng.choice(["ana", "bo"]), at("9:30"))
        case 1:
            await store.set_status(number, "on_hold", "ana", at("9:31"))
        case 2:
            await store.set_status(
                number, "solved", "ana", at(f"9:{rng.randint(32, 50)}"), reason="spam"
            )
        case 3:
            await store.snooze(number, "ana", at("9:33"), until=at("18:00"))
        case 4:
            await store.snooze(number, "ana", at("9:33"), until=None, until_reply=True)
        case 5:
            await store.tag(number, "ana", at("9:34"), add=["Refund"])
        case 6 if (await store.row(number)).source != "blog":
            await answer(store, number, "9:40")
        case 7 if (await store.row(number)).source != "blog":
            await queue(store, number, "12:59")
    turn = (await store.conversation(number, "", see_drafts=False)).turns[0].id
    label = rng.choice(["negative", "neutral", "positive", None])
    if label:
        mood = Mood(label, round(rng.random(), 2), uncertain=rng.random() < 0.2, model="m")
        await store.set_moods([(turn, mood, False)], at("9:45"))
    if rng.random() < 0.3:
        await store.set_priority(number, rng.randrange(4), "bo", at("9:46"))


async def test_views_are_what_the_core_says(store: Store) -> None:
    """Every filter, order and place in it agrees with the pure functions of the core."""
    rows = await many(store)
    now = at("13:00")
    wrong = []
    for text in FILTERS:
        names_state = "is:" in text and not text.startswith(("is:edited", "is:unassigned"))
        wanted = parse(text if names_state else f"{text} is:open")
        expected = [row for row in rows if wanted.matches(row, now, "ana")]
        for order in ORDERS:
            ids = [row.id for row in ordered(expected, order, now)]
            keep = ids[len(ids) // 2] if ids else None
            window = await store.window(
                parse(text), me="ana", now=now, order=order, count=100, keep=keep
            )
            place = len(ids) // 2 if ids else None
            if (ids, len(ids), place) != (
                [r.id for r in window.rows],
                window.total,
                window.keep_at,
            ):
                wrong.append((text, order))

    assert [] == wrong


async def test_late_and_soon_do_not_wait_for_a_tick(store: Store) -> None:
    """Between two ticks a deadline that passes is late all the same."""
    conversation = await one(store, kind="question")
    due = (await store.row(conversation)).due_at
    assert due is not None

    soon = await store.window(parse("is:soon"), me="", now=due)
    late = await store.window(parse("is:late"), me="", now=due + timedelta(milliseconds=1))

    assert ([conversation], [conversation]) == (
        [r.id for r in soon.rows],
        [r.id for r in late.rows],
    )


async def test_counts_name_shipped_and_own_views(store: Store) -> None:
    """The side pane gets the shipped views first, then the team's own, each with its number."""
    await one(store)
    await store.save_view("refunds", "tag:refund", "newest", "ana")

    counts = await store.counts("ana", at("10:00"))

    assert [*(view.name for view in SHIPPED), "refunds"] == [view.name for view in counts]
    assert {"open": 1, "unassigned": 1, "mine": 0} == {
        view.name: view.count for view in counts if view.name in ("open", "unassigned", "mine")
    }
    assert counts[-1].own


async def test_a_wrong_view_name_names_the_nearest(store: Store) -> None:
    """`latte` is no view, and the answer says what is."""
    with pytest.raises(NotFound, match="late"):
        await store.view("latte")


async def test_next_for_me_is_the_earliest_due_that_is_free(store: Store) -> None:
    """Owned, taken and foreign ones are passed over."""
    taken = await poll(
        store,
        "mast",
        [
            post(str(n), f"text {n}", f"8:3{n}", language="ru" if n == 3 else "en")
            for n in range(1, 5)
        ],
        "9:00",
    )
    first, second, third, fourth = taken.conversations
    await store.claim(first, "bo", at("9:01"))

    everything = await store.next_for("ana", at("9:02"))
    untaken = await store.next_for("ana", at("9:02"), taken=[second], languages=["en"])
    nothing = await store.next_for("ana", at("9:02"), sources=["play"])

    assert (second, fourth, None) == (everything, untaken, nothing)
    assert third


async def test_next_due_lies_ahead(store: Store) -> None:
    """What the next minutes bring: the earliest deadlines, none that has passed."""
    await poll(store, "mast", [post(str(n), f"text {n}", f"8:3{n}") for n in range(1, 4)], "9:00")

    assert (at("12:32"), at("12:33")) == await store.next_due(at("12:31"), 5)


async def test_counts_of_own_views_are_five_seconds_old_at_most(store: Store) -> None:
    """They have no index: many consoles asking at once count once."""
    await store.save_view("questions", "kind:question", "due", "ana")
    before = (await store.counts("ana", at("9:00")))[-1].count
    await one(store, kind="question")

    soon = (await store.counts("bo", at("9:00") + timedelta(seconds=4)))[-1].count
    later = (await store.counts("bo", at("9:00") + timedelta(seconds=5)))[-1].count

    assert (0, 0, 1) == (before, soon, later)


async def test_conversations_by_number_come_whatever_their_state(store: Store) -> None:
    """The rows behind a number may be solved; a number nobody has names nothing."""
    number = await one(store, id="1", text="text 1")
    await one(store, id="2", text="text 2")
    await store.set_status(number, "solved", "ana", at("9:05"))

    found = await store.window(
        parse(f"id:{number},99999999999999999999"), me="ana", now=at("9:06"), count=10
    )

    assert [number] == [row.id for row in found.rows]


async def test_an_export_goes_through_every_state_by_number(store: Store) -> None:
    """In portions, with everything that was said; a filter narrows it."""
    numbers = [await one(store, id=str(n), text=f"text {n}") for n in (1, 2, 3)]
    await store.set_status(numbers[1], "solved", "ana", at("9:05"))

    async def exported(filter: str, after: int = 0) -> list[int]:
        some = await store.exported(parse(filter), "ana", at("9:06"), after=after, count=2)
        assert all(turns for _row, turns in some)
        return [row.id for row, _turns in some]

    assert numbers[:2] == await exported("")
    assert numbers[2:] == await exported("", numbers[1])
    assert [numbers[1]] == await exported("is:solved")
