"""Whatever is typed is words; nothing that is typed raises."""

from __future__ import annotations

import base64
import json
import random

import pytest

from console.core.views import parse
from console.store import Store
from tests.shared_data import shared
from tests.store.conftest import answer, at, one, poll, post

ODD = [
    "C++", "e-mail", "#refund", '"', '""', '"a', "'", "a AND", "OR", "NOT", "NEAR(", "a*", "*", "^a",
    "{a b}", "a:b", "text:", "-a", "(", ")", "a\x00b", "\x00", "\ud800", "a\udfffb", "😀", "👩‍👩‍👧",
    "\u202e", "٣", "ﷺ", "%", "_", "\\", ";drop table turns", "a" * 100_000, "x " * 5000, "\n", " ", "",
    "+" * 500, "col : val", "a NEAR b", "--", "/*", "�",
]  # fmt: skip


@pytest.mark.parametrize("text", ODD)
async def test_nothing_that_is_typed_raises(store: Store, text: str) -> None:
    """Signs, operators, emoji, controls, endless words."""
    await one(store)

    found = await store.search(text, 10)

    assert isinstance(found, tuple)


def naughty() -> list[str]:
    """The public list of naughty strings."""
    lines = shared("hostile-public/blns.jsonl").read_text("utf-8").splitlines()
    return [base64.b64decode(json.loads(line)["b64"]).decode("utf-8", "replace") for line in lines]


async def test_naughty_strings_are_words(store: Store) -> None:
    """Each of them typed into the search."""
    await one(store)
    for text in naughty():
        await store.search(text, 5)


async def test_naughty_posts_come_in_and_are_found(store: Store) -> None:
    """Each of them as text, title, author and ids of a post: taken in once, and shown."""
    posts = [
        post(
            f"n{number} {text}",
            text,
            title=text,
            author=text,
            author_id=text,
            thread=text,
            url=text,
        )
        for number, text in enumerate(naughty())
    ]

    first = await poll(store, "mast", posts, "9:01")
    second = await poll(store, "mast", posts, "9:06")

    assert (len(posts), 0, 0) == (first.new, second.new, second.edited)
    window = await store.window(parse("is:open"), me="ana", now=at("9:10"), count=1000)
    for row in window.rows:
        await store.conversation(row.id, "ana", see_drafts=False)


async def test_everything_said_is_found_newest_first(store: Store) -> None:
    """Customers' words, our answers and notes; the beginning of a word is enough."""
    conversation = await one(store, text="My refund for C++ did not arrive, größe")
    await store.note(conversation, "refunded by bank", "ana", at("9:30"))
    await answer(store, conversation, "10:00", text="Your refund is on its way")

    everything = await store.search("refun", 10)
    sent = await store.search("refund", 10, sent_only=True)

    assert ["response", "note", "inbound"] == [found.kind for found in everything]
    assert ["response"] == [found.kind for found in sent]
    assert 1 == len(await store.search("C++ GROß", 10))
    assert "refund" in everything[0].snippet


@pytest.mark.parametrize(
    ("text", "typed"),
    [("приложение не работает", "Прилож"), ("التطبيق لا يعمل", "التطبيق"), ("Great 👍", "👍")],
)
async def test_every_script_is_found(store: Store, text: str, typed: str) -> None:
    """Cyrillic, Arabic, and signs that no index knows."""
    conversation = await one(store, text=text)

    assert [conversation] == [found.conversation for found in await store.search(typed, 10)]


async def test_random_bytes_do_not_break_it(store: Store) -> None:
    """A seeded storm of characters."""
    await poll(store, "mast", [post("1", "hello world")], "9:01")
    rng = random.Random(5)
    for _round in range(300):
        text = "".join(
            chr(rng.choice([rng.randrange(0x80), rng.randrange(0x110000)])) for _ in range(8)
        )
        await store.search(text, 3)
