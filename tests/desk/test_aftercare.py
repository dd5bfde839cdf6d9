"""Going private, reminders, earlier answers and approval, as a console asks the desk for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.core.asks import (
    AnsweredBefore,
    AnsweredElsewhere,
    BeginPrivate,
    Decide,
    Done,
    DraftHistory,
    DraftHistoryPage,
    Failed,
    FollowUp,
    GoPrivate,
    Hints,
    HintShown,
    JudgeThanks,
    Overview,
    OverviewPage,
    PrecedentsPage,
    Queued,
    SaveDraft,
    SendReply,
    Snooze,
    SnoozeAgain,
    Undo,
    WentPrivate,
)
from console.core.model import Person, QueueRow
from console.core.past import happened
from console.desk.desk import Desk
from console.desk.who import Settings, Who
from console.store.sqlite import SqliteStore, open_store
from sources.base import Batch, Channel, Cursor, Post

NOW = datetime(2027, 5, 5, 12, tzinfo=UTC)
ANA = Who("ana")
DORA = Who("dora")


class Clock:
    """Stands where it is put."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with open_store(tmp_path / "desk.db", now=NOW) as made:
        await made.name_sources({"play": ("google_play", Channel())})
        yield made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(store: SqliteStore, clock: Clock) -> Desk:
    team = {"ana": Person("ana", "lead"), "dora": Person("dora", "drafter")}
    settings = Settings(desk="Lamps", team=team, contacts=("help@lamps.example",))
    return Desk(store, clock, settings, {"play": Channel()})


async def arrived(store: SqliteStore, id: str = "1", *, source: str = "play", **fields: Any) -> int:
    """A customer's post is taken in; its conversation."""
    given = {"text": "My kettle leaks", "author": "Sara", "language": "en", "occurred_at": NOW}
    post = Post(id, **{**given, **fields})
    taken = await store.take_in(source, Batch([post], Cursor()), NOW, every=timedelta(minutes=5))
    return taken.conversations[0]


async def told(desk: Desk, conversation: int) -> dict[str, Any]:
    """What the text process is told about a draft there."""
    seen: dict[str, Any] = {}

    async def hints(_session: int, _ask: Hints, told: dict[str, Any]) -> tuple[HintShown, ...]:
        seen.update(told)
        return ()

    desk.workers.hints = hints
    await desk.ask(ANA, Hints(conversation, "Hello", 1))
    return seen


async def test_going_private_names_our_address_where_there_is_no_channel(
    desk: Desk, store: SqliteStore
) -> None:
    """In the customer's language; and the agent is told that there is none."""
    id = await arrived(store, language="ru")

    answer = await desk.ask(ANA, GoPrivate(id))

    assert isinstance(answer, WentPrivate)
    assert "напишите нам: help@lamps.example" in answer.line
    assert "no private channel" in answer.said
    assert ("private",) == (await store.row(id)).tags


async def test_a_private_conversation_of_the_customer_is_where_it_goes_on(
    desk: Desk, store: SqliteStore
) -> None:
    """The console is told which one to open."""
    public = await arrived(store, author_id="sara")
    private = await arrived(store, "2", author_id="sara", private=True, thread="dm")

    answer = await desk.ask(ANA, GoPrivate(public))

    assert isinstance(answer, WentPrivate)
    assert private == answer.conversation


@pytest.fixture
async def begins(desk: Desk) -> Desk:
    """Beside the shop, a network on which we can write first, and a mailbox."""
    desk.channels["social"] = Channel(begins="author", private_via="message")
    desk.channels["mail"] = Channel(public=False, begins="address")
    types = {"play": "google_play", "social": "mastodon", "mail": "email"}
    await desk.store.name_sources({name: (types[name], one) for name, one in desk.channels.items()})
    return desk


async def begin(desk: Desk, id: int) -> QueueRow:
    """The private conversation that going private opens."""
    told = await desk.ask(ANA, GoPrivate(id))
    assert isinstance(told, WentPrivate)
    assert told.begins
    assert "we are writing to you directly" in told.line
    done = await desk.ask(ANA, BeginPrivate(id))
    assert isinstance(done, Done), done
    assert done.conversation is not None
    return await desk.store.row(done.conversation)


async def test_where_the_network_lets_us_we_write_first(begins: Desk, store: SqliteStore) -> None:
    """On the customer's own platform; asked twice it is one conversation."""
    id = await arrived(store, source="social", author_id="sara@social.example")

    row = await begin(begins, id)
    again = await begins.ask(ANA, BeginPrivate(id))

    assert ("social", False, "ana") == (row.source, row.public, row.owner)
    assert isinstance(again, Done)
    assert row.id == again.conversation


async def test_a_reviewers_address_is_written_to_by_mail(begins: Desk, store: SqliteStore) -> None:
    """Shops tell it with the review."""
    row = await begin(begins, await arrived(store, author_id="sara@mail.example"))
    version = row.version
    await begins.ask(ANA, SendReply(row.id, "Hello", "k" * 8, opened_on=99, version=version))

    (delivery,) = await store.due_replies(NOW + timedelta(minutes=1))
    assert ("mail", "sara@mail.example") == (delivery.source, delivery.outgoing.author_id)
    assert "About what you wrote to us" == delivery.outgoing.subject


async def test_a_name_on_a_network_is_no_mail_address(begins: Desk, store: SqliteStore) -> None:
    """Though it looks like one, no mail goes there."""
    id = await arrived(store, source="social", author_id="sara@social.example")
    # the network went out of the configuration: what is known from it are names, not addresses.
    del begins.channels["social"]

    told = await begins.ask(ANA, GoPrivate(id))

    assert isinstance(told, WentPrivate)
    assert not told.begins


async def test_without_a_way_in_nothing_is_begun(begins: Desk, store: SqliteStore) -> None:
    """The line names our address instead, and the agent is told why."""
    id = await arrived(store, author_id="sara")

    told = await begins.ask(ANA, GoPrivate(id))
    refused = await begins.ask(ANA, BeginPrivate(id))

    assert isinstance(told, WentPrivate)
    assert not told.begins
    assert "help@lamps.example" in told.line
    assert isinstance(refused, Failed)


async def test_a_private_conversation_cannot_go_private(desk: Desk, store: SqliteStore) -> None:
    """It says that it is private already."""
    id = await arrived(store, private=True)

    answer = await desk.ask(ANA, GoPrivate(id))

    assert isinstance(answer, Failed)
    assert "private already" in answer.message


async def test_the_teams_own_line_goes_before_ours(desk: Desk, store: SqliteStore) -> None:
    """As the configuration has it, with the address in its place."""
    id = await arrived(store)
    lines = {"en": "Drop us a line: {contact} {smile}"}
    desk.settings = Settings(desk="Lamps", private_lines=lines, contacts=("help@lamps.example",))

    answer = await desk.ask(Who("ana", owner=True), GoPrivate(id))

    assert isinstance(answer, WentPrivate)
    assert "Drop us a line: help@lamps.example {smile}" == answer.line


async def test_a_reminder_that_has_come_is_a_hint(
    desk: Desk, store: SqliteStore, clock: Clock
) -> None:
    """Before its time the hints know nothing of it."""
    id = await arrived(store)
    answer = await desk.ask(ANA, FollowUp(id))
    before = (await told(desk, id))["context"]["promised_for"]
    clock.now += timedelta(days=3)
    await store.tick(clock.now)

    assert isinstance(answer, Done)
    assert (None, clock.now) == (before, (await told(desk, id))["context"]["promised_for"])


async def test_views_for_what_wants_a_person_show_only_while_they_hold_something(
    desk: Desk, store: SqliteStore
) -> None:
    """A team without drafters never sees the view of their replies."""
    id = await arrived(store)
    before = await desk.ask(ANA, Overview())
    await sent(desk, store, id)

    after = await desk.ask(ANA, Overview())

    assert isinstance(before, OverviewPage)
    assert isinstance(after, OverviewPage)
    assert "approval" not in [view.name for view in before.views]
    assert [1] == [view.count for view in after.views if view.name == "approval"]


async def sent(desk: Desk, store: SqliteStore, id: int, who: Who = DORA, text: str = "Hi") -> int:
    """Somebody's reply is queued; its number."""
    version = (await store.row(id)).version
    answer = await desk.ask(
        who, SendReply(id, text, f"{who.name}-{text}", opened_on=99, version=version)
    )
    assert isinstance(answer, Queued), answer
    return answer.reply.id


async def test_a_drafters_reply_is_returned_with_a_reason(desk: Desk, store: SqliteStore) -> None:
    """Its author hears it now, reads it in the conversation, and can send again at once."""
    heard: list[str] = []
    desk.news.tell = lambda names, say: heard.extend(f"{n}: {say()}" for n in names)  # type: ignore[method-assign,assignment]
    id = await arrived(store)
    reply = await sent(desk, store, id)

    await desk.ask(ANA, Decide(reply, "return", "Say when it comes."))

    page = await store.conversation(id, "dora", see_drafts=False)
    draft = page.drafts[0]
    again = await desk.ask(
        DORA, SendReply(id, "Hi again", "k2", opened_on=draft.opened_on, version=draft.version)
    )
    assert any(line.startswith("dora:") and "Say when it comes." in line for line in heard)
    assert "Returned to @dora: Say when it comes." == page.turns[-1].text
    assert "Hi" == draft.text
    assert isinstance(again, Queued)


async def test_a_drafter_may_not_approve(desk: Desk, store: SqliteStore) -> None:
    """Not even what somebody else wrote."""
    reply = await sent(desk, store, await arrived(store))

    answer = await desk.ask(DORA, Decide(reply, "approve"))

    assert isinstance(answer, Failed)
    assert "denied" == answer.kind


async def test_earlier_answers_come_by_likeness(desk: Desk, store: SqliteStore) -> None:
    """The answer to the text that is most like the customer's stands first."""
    for number, (asked, text) in enumerate(
        [("My kettle leaks badly", "A lid is coming."), ("My lamp and my kettle", "Thanks!")], 10
    ):
        id = await arrived(store, str(number), text=asked, thread=str(number))
        reply = await sent(desk, store, id, ANA, text)
        await store.start_sending(reply, NOW)
        await store.settle_reply(reply, "accepted", NOW)
    mine = await arrived(store, text="The kettle leaks badly", thread="mine")

    page = await desk.ask(ANA, AnsweredBefore(mine))

    assert isinstance(page, PrecedentsPage)
    assert ["A lid is coming.", "Thanks!"] == [one.text for one in page.precedents]
    assert page.precedents[0].alike > page.precedents[1].alike


async def test_what_was_sent_before_is_what_drafts_are_compared_with(
    desk: Desk, store: SqliteStore
) -> None:
    """The last public replies, whoever wrote them."""
    id = await arrived(store, "5", thread="5")
    reply = await sent(desk, store, id, ANA, "A lid is coming.")
    await store.start_sending(reply, NOW)
    await store.settle_reply(reply, "accepted", NOW)

    context = (await told(desk, await arrived(store, thread="mine")))["context"]

    assert ("A lid is coming.",) == context["recent_replies"]


async def test_a_discarded_draft_is_in_its_history(desk: Desk, store: SqliteStore) -> None:
    """And the history is one's own alone."""
    id = await arrived(store)
    await desk.ask(DORA, SaveDraft(id, "A thought"))
    await store.discard_draft(id, "dora", NOW)

    hers = await desk.ask(DORA, DraftHistory(id))
    mine = await desk.ask(ANA, DraftHistory(id))

    assert isinstance(hers, DraftHistoryPage)
    assert isinstance(mine, DraftHistoryPage)
    assert (["A thought"], []) == ([d.text for d in hers.drafts], [d.text for d in mine.drafts])


async def thanked(desk: Desk, store: SqliteStore, clock: Clock) -> int:
    """Answered elsewhere, snoozed until Friday by ana; then the customer says thanks."""
    conversation = await arrived(store)
    await desk.ask(ANA, AnsweredElsewhere(conversation))
    clock.now += timedelta(minutes=1)
    await desk.ask(ANA, Snooze(conversation, "fri 9"))
    clock.now += timedelta(minutes=1)
    thanks = Post(
        "2", "Thank you!", author="Sara", author_id="s", thread="1", occurred_at=clock.now
    )
    batch = Batch([thanks], Cursor(last_success_at=clock.now))
    await store.take_in("play", batch, clock.now, every=timedelta(minutes=5))
    return conversation


async def test_one_ask_snoozes_again_and_u_takes_it_back(
    desk: Desk, store: SqliteStore, clock: Clock
) -> None:
    """Until the very Friday morning, in the agent's words; then awake as before."""
    conversation = await thanked(desk, store, clock)
    before = await store.row(conversation)
    done = await desk.ask(ANA, SnoozeAgain(conversation))
    asleep = await store.row(conversation)
    await desk.ask(ANA, Undo())

    after = await store.row(conversation)
    assert isinstance(done, Done) and "Fri 07 May 09:00" in done.text and done.undo
    assert datetime(2027, 5, 7, 9, tzinfo=UTC) == asleep.snoozed_until
    assert (before.status, before.thanks_until) == (after.status, after.thanks_until)


async def test_a_word_on_thanks_where_there_are_none(desk: Desk, store: SqliteStore) -> None:
    """A sentence, and nothing changes."""
    conversation = await arrived(store)
    judged = await desk.ask(ANA, JudgeThanks(conversation, thanks=False))
    again = await desk.ask(ANA, SnoozeAgain(conversation))

    assert ["not_found", "not_found"] == [getattr(one, "kind", "") for one in (judged, again)]


async def test_the_history_tells_a_word_on_thanks(
    desk: Desk, store: SqliteStore, clock: Clock
) -> None:
    """In the reader's words."""
    conversation = await thanked(desk, store, clock)
    await desk.ask(ANA, JudgeThanks(conversation, thanks=False))
    told = (await store.history(conversation))[-1]

    assert "said that it was more than thanks" == happened(told.verb, told.detail)
