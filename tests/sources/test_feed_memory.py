"""Which item of a feed is which."""

from __future__ import annotations

from sources.documents import Item
from sources.feed_memory import name_items

LONG = "The parcel came broken, and nobody answers the phone since Monday."


def _ids(items: list[Item], memory: str = "") -> list[str]:
    return [id for id, _ in name_items(items, memory).items]


def _memory(*items: Item) -> str:
    return name_items(list(items), "").memory


def test_the_guid_is_the_identity() -> None:
    """Ids are taken as the feed gives them, else the link stands in."""
    assert _ids([Item(id="7", link="http://x/7"), Item(link="http://x/8")]) == ["7", "http://x/8"]


def test_an_item_without_id_and_link_gets_one_from_its_content() -> None:
    """It is the same one every time, and the batch says how many there were."""
    items = [Item(text=LONG), Item(text="another")]

    first, second = name_items(items, ""), name_items(items, "")

    assert first.items == second.items
    assert first.without_id == 2
    assert len({id for id, _ in first.items}) == 2


def test_an_edit_keeps_its_id() -> None:
    """New words under the same guid, with the same link, are an edit."""
    memory = _memory(Item(id="7", link="http://x/7", title="Broken", text="old"))

    assert _ids([Item(id="7", link="http://x/7", title="Repaired", text="new")], memory) == ["7"]


def test_an_id_used_again_for_something_else() -> None:
    """Another title, another link and another date: another item, whatever its guid says."""
    memory = _memory(Item(id="1", link="http://x/7", title="Broken", published="2026-11-23"))
    after = [Item(id="1", link="http://x/8", title="Late", published="2026-11-24")]

    assert _ids(after, memory) == _ids(after, memory) != ["1"]


def test_items_that_share_an_id_are_told_apart() -> None:
    """Three reviews under one guid are three, and each stays itself when only one is left."""
    items = [Item(id="same", text=f"review {n}") for n in range(3)]
    before = name_items(items, "")

    after = name_items(items[1:2], before.memory)

    assert len(before.items) == 3
    assert after.items == before.items[1:2]


def test_a_later_item_under_a_shared_id_is_new() -> None:
    """Where a guid has stood for several items it never means an edit."""
    before = name_items([Item(id="same", text=f"review {n}") for n in range(3)], "")

    after = name_items([Item(id="same", text="review 9")], before.memory)

    assert after.items[0][0] not in {id for id, _ in before.items}


def test_items_that_all_link_to_one_page() -> None:
    """Without guids, a link that all share is no identity."""
    items = [Item(link="http://x/reviews", text=f"review {n}") for n in range(3)]
    before = name_items(items, "")
    after = name_items([Item(link="http://x/reviews", text="review 9")], before.memory)

    assert len(before.items) == 3
    assert after.items[0][0] not in {id for id, _ in before.items}


def test_an_exact_repetition_is_one_item() -> None:
    """The same item twice in a document is one post."""
    assert _ids([Item(id="7", text="a"), Item(id="7", text="a")]) == ["7"]


def test_a_feed_that_changes_its_ids() -> None:
    """A long text under a new guid, the old one gone, is the item that was known."""
    memory = _memory(Item(id="session1-7", author="Ana", text=LONG))

    assert _ids([Item(id="session2-7", author="Ana", text=LONG)], memory) == ["session1-7"]


def test_changed_ids_stay_known_over_many_fetches() -> None:
    """The third guid leads to the first as well."""
    second = name_items([Item(id="b", text=LONG)], _memory(Item(id="a", text=LONG)))

    assert _ids([Item(id="c", text=LONG)], second.memory) == ["a"]


def test_a_common_phrase_is_not_taken_for_the_same_one() -> None:
    """ "Great!" by nobody on one day is said by many."""
    memory = _memory(Item(id="1", text="Great!", published="2026-11-24T10:00:00+00:00"))
    after = [Item(id="2", text="Great!", published="2026-11-24T11:00:00+00:00")]

    assert _ids(after, memory) == ["2"]


def test_the_same_words_twice_in_one_document_are_two() -> None:
    """Both guids are shown, so somebody said it twice."""
    memory = _memory(Item(id="1", text=LONG))

    assert _ids([Item(id="1", text=LONG), Item(id="2", text=LONG)], memory) == ["1", "2"]


def test_a_gap_is_seen() -> None:
    """Where everything is newer than everything known, some may have been missed."""
    memory = _memory(Item(id="1", published="2026-11-23"))

    assert name_items([Item(id="9", published="2026-11-24")], memory).gap
    assert not name_items([Item(id="9", published="2026-11-22")], memory).gap
    assert not name_items([Item(id="9"), Item(id="1", published="2026-11-23")], memory).gap
    assert not name_items([Item(id="9")], "").gap


def test_a_memory_that_is_not_ours() -> None:
    """A position left by another type of source is no error."""
    assert _ids([Item(id="7")], '{"since": 1}') == ["7"]


def test_the_memory_is_bounded() -> None:
    """A feed of ten thousand items leaves a thousand on the cursor."""
    memory = _memory(*(Item(id=str(n)) for n in range(10_000)))

    assert len(memory) < 150_000
