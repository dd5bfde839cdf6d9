"""What answering leaves on a conversation: reminders, going private, refused replies on top."""

from __future__ import annotations

from datetime import timedelta

from console.core.model import FOLLOW_UP, PRIVATE, Draft
from console.core.views import parse
from console.store import Store
from sources.base import Channel
from tests.store.conftest import answer, at, one, poll, post, queue


async def view(store: Store, filter: str, when: str = "12:00") -> list[int]:
    """The conversations of a filter."""
    window = await store.window(parse(filter), me="ana", now=at(when))
    return [row.id for row in window.rows]


async def test_a_reminder_comes_back_at_its_time(store: Store) -> None:
    """It sleeps until then and is in the view of reminders afterwards, solved as it is."""
    id = await one(store)
    await answer(store, id, "9:30", then="solved")
    await store.follow_up(id, "ana", at("9:40"), until=at("11:00"), reason="did it help?")
    asleep = await view(store, "is:follow_up", "10:00")
    await store.tick(at("11:00"))

    assert ([], [id]) == (asleep, await view(store, "is:follow_up"))
    assert "solved" == (await store.row(id)).status


async def test_a_reminder_is_one_step_to_take_back(store: Store) -> None:
    """Undo ends the sleep and takes the tag away."""
    id = await one(store)
    await store.follow_up(id, "ana", at("9:40"), until=at("11:00"), reason="")

    await store.undo("ana", at("9:41"))

    row = await store.row(id)
    assert ((), None) == (row.tags, row.snoozed_until)


async def test_an_answer_ends_the_reminder(store: Store) -> None:
    """Whoever has written again need not be reminded."""
    id = await one(store)
    await store.follow_up(id, "ana", at("9:40"), until=at("11:00"), reason="")
    await store.tick(at("11:00"))

    await answer(store, id, "11:30")

    assert FOLLOW_UP not in (await store.row(id)).tags


async def test_a_reply_on_its_way_does_not_end_a_reminder_set_after_it(store: Store) -> None:
    """Solved with a reply, reminded within the undo window: the reminder stays."""
    id = await one(store)
    queued = await queue(store, id, "9:30", then="solved")
    assert queued.reply is not None
    await store.follow_up(id, "ana", at("9:30"), until=at("11:00"), reason="")
    await store.start_sending(queued.reply.id, at("9:31"))
    await store.settle_reply(queued.reply.id, "accepted", at("9:31"))

    assert FOLLOW_UP in (await store.row(id)).tags


async def test_going_private_leaves_a_tag_and_an_event(store: Store) -> None:
    """The conversation says that its customer was asked to go on in private."""
    id = await one(store)

    await store.go_private(id, "ana", at("9:10"))

    events = await store.history(id)
    assert (PRIVATE,) == (await store.row(id)).tags
    assert "asked_in_private" == events[-1].verb


async def test_a_private_conversation_of_the_same_customer_is_found(store: Store) -> None:
    """The newest one; another customer's is not."""
    public = await one(store, author_id="sara")
    taken = await poll(
        store,
        "mast",
        [
            post("2", when="9:05", author_id="sara", private=True, thread="dm"),
            post("3", when="9:06", author_id="bob", author="Bob", private=True, thread="other"),
        ],
        "9:10",
    )

    assert taken.conversations[0] == await store.private_beside(public)


async def refused(store: Store, id: int) -> int:
    """Ana's reply, refused by the platform; its number."""
    queued = await queue(store, id, "9:30", text="Our answer.")
    assert queued.reply is not None
    await store.start_sending(queued.reply.id, at("9:31"))
    await store.settle_reply(queued.reply.id, "refused", at("9:31"), error="too many links")
    return int(queued.reply.id)


async def my_draft(store: Store, id: int) -> str | None:
    page = await store.conversation(id, "ana", see_drafts=True)
    return next((draft.text for draft in page.drafts if draft.person == "ana"), None)


async def test_a_refused_reply_comes_back_on_top_with_its_text(store: Store) -> None:
    """Before everything that is due, in its author's editor, with the platform's words."""
    late = await one(store, "play", id="9", when="8:00", rating=1)
    id = await one(store)
    await refused(store, id)

    page = await store.conversation(id, "ana", see_drafts=True)
    assert [id, late] == await view(store, "is:open")
    assert "Our answer." == await my_draft(store, id)
    assert "too many links" == page.replies[-1].error


async def test_what_is_being_written_stays_when_a_reply_is_refused(store: Store) -> None:
    """The refused text does not take the place of a newer draft."""
    id = await one(store)
    queued = await queue(store, id, "9:30")
    assert queued.reply is not None
    await store.save_draft(
        Draft(id, "ana", "A second thought", False, at("9:30"), 1, 1), at("9:30")
    )
    await store.start_sending(queued.reply.id, at("9:31"))
    await store.settle_reply(queued.reply.id, "refused", at("9:31"), error="no")

    assert "A second thought" == await my_draft(store, id)


async def test_another_reply_takes_the_place_of_a_refused_one(store: Store) -> None:
    """The refused one is settled by it, and no longer wants anybody."""
    id = await one(store)
    number = await refused(store, id)

    await answer(store, id, "9:40", text="Our answer, without links.")

    assert "taken_back" == (await store.reply(number)).state
    assert (await store.row(id)).reply_state is None


async def test_sending_a_refused_reply_again_takes_its_text_out_of_the_editor(
    store: Store,
) -> None:
    """It is on its way: a draft of the same text would be sent twice."""
    id = await one(store)
    number = await refused(store, id)

    await store.decide(number, "send_again", "ana", at("9:35"))

    assert await my_draft(store, id) is None


async def test_what_waits_for_approval_is_a_view(store: Store) -> None:
    """A drafter's reply stands in it until somebody decides."""
    id = await one(store)
    queued = await queue(store, id, "9:30", approval=True, undo_window=timedelta(0))
    waiting = await view(store, "is:approval")
    assert queued.reply is not None
    await store.decide(queued.reply.id, "return", "lead", at("9:40"))

    assert ([id], []) == (waiting, await view(store, "is:approval"))


async def test_answers_to_customers_who_wrote_alike_are_found(store: Store) -> None:
    """By the words they share, each with what it answered; one's own conversation is left out."""
    await store.name_sources({"mast": ("mastodon", Channel())})
    kettle = await one(store, text="My kettle leaks water", author_id="a", thread="a")
    await answer(store, kettle, "9:30", text="A new lid is on its way.")
    mine = await one(store, id="2", text="The kettle leaks again", author_id="b", thread="b")

    found = await store.answers_like("The kettle leaks again", mine, 10)

    assert [("My kettle leaks water", "A new lid is on its way.")] == [
        (one.asked, one.text) for one in found
    ]


async def test_sent_replies_are_found_by_their_words(store: Store) -> None:
    """What a customer wrote is not searched."""
    id = await one(store, text="Where is my lid?")
    await answer(store, id, "9:30", text="A new handle is on its way.")

    found = [await store.answers_with(words, 0, 10) for words in ("handle", "lid", "“” ?")]

    assert [1, 0, 0] == [len(one) for one in found]


async def test_a_customer_who_comes_back_ends_the_reminder(store: Store) -> None:
    """They need not be asked any more, though the time has not come."""
    id = await one(store, thread="a")
    await answer(store, id, "9:30", then="solved")
    await store.follow_up(id, "ana", at("9:40"), until=at("11:00"), reason="")

    await poll(store, "mast", [post("2", "It broke again", "10:00", thread="a")], "10:01")

    row = await store.row(id)
    assert ("open", ()) == (row.status, row.tags)
