"""What the desk answers, and to whom."""

from __future__ import annotations

import typing
from datetime import timedelta

import pytest

from console.core import asks
from console.core.asks import (
    LEAST_ROLE,
    AnyAsk,
    Assign,
    Claim,
    Conflict,
    Decide,
    Done,
    Failed,
    Guarded,
    Hello,
    Look,
    Next,
    Note,
    Overview,
    OverviewPage,
    Queue,
    Queued,
    QueuePage,
    SendReply,
    SetStatus,
    Shift,
    Show,
    Snooze,
    Stop,
    TakeBack,
    Welcome,
)
from console.core.i18n import PSEUDO
from console.desk.desk import HANDLERS, Desk
from console.desk.who import Who
from console.errors import StoreError
from sources.base import Channel, Limit
from tests.desk.fakes import START, FakeStore, FakeTime, row, team

ANA, BO, MARA = (Who(name, session=n) for n, name in enumerate(("ana", "bo", "mara"), 1))
OBS, DEE = Who("obs", session=4), Who("dee", session=5)


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def store() -> FakeStore:
    return FakeStore(rows={1: row(1), 2: row(2, who="Ivan")})


@pytest.fixture
def desk(store: FakeStore, time: FakeTime) -> Desk:
    return Desk(
        store,  # type: ignore[arg-type]
        time.clock,
        team(),
        {"play": Channel(limit=Limit(20))},
    )


def sending(**facts: object) -> SendReply:
    wanted = {"conversation": 1, "text": "Sorry, Sara", "key": "k1", "opened_on": 0, "version": 1}
    return SendReply(**{**wanted, **facts})  # type: ignore[arg-type]


def test_every_ask_has_a_handler() -> None:
    """The table leaves nothing of the wire out; `SpeakFor` stands before the hello."""
    on_the_wire = set(typing.get_args(AnyAsk)) - {asks.SpeakFor}

    assert on_the_wire == set(HANDLERS)


@pytest.mark.parametrize("ask", sorted(HANDLERS, key=lambda kind: kind.__name__))
async def test_observers_only_look(ask: type[asks.Ask], desk: Desk) -> None:
    """Whatever is not a look is denied to an observer, before its handler sees it."""
    if LEAST_ROLE.get(ask, "agent") == "observer":
        return
    answer = await desk.ask(OBS, ask(*[None] * len(ask.__struct_fields__)))

    assert isinstance(answer, Failed) and answer.kind == "denied"


async def test_stranger_is_refused_by_name(desk: Desk) -> None:
    """Also in the middle of a connection: a reload may have removed them."""
    answer = await desk.ask(Who("eve"), Queue())

    assert isinstance(answer, Failed) and "eve" in answer.message


async def test_welcome_names_role_and_undo_window(desk: Desk) -> None:
    """A console learns once what never changes."""
    answer = await desk.ask(MARA, Hello())

    assert isinstance(answer, Welcome)
    assert ("lead", 10.0) == (answer.you.role, answer.undo_s)


async def test_view_is_narrowed_by_a_filter(desk: Desk) -> None:
    """Words narrow the view they are typed in."""
    answer = await desk.ask(ANA, Queue(view="open", filter="ivan"))

    assert isinstance(answer, QueuePage)
    assert [2] == [one.id for one in answer.rows]


async def test_filter_with_a_state_leaves_the_view(desk: Desk, store: FakeStore) -> None:
    """`is:solved` typed in the open view shows the solved ones, not nothing."""
    store.rows[3] = row(3, status="solved")
    answer = await desk.ask(ANA, Queue(view="open", filter="is:solved"))

    assert isinstance(answer, QueuePage)
    assert [3] == [one.id for one in answer.rows]


async def test_wrong_filter_is_a_sentence(desk: Desk) -> None:
    """What a person mistypes is answered, never raised."""
    answer = await desk.ask(ANA, Queue(filter="stars:many"))

    assert isinstance(answer, Failed) and answer.kind == "wrong"


async def test_rows_say_who_is_there(desk: Desk) -> None:
    """Presence is on the row of every console."""
    await desk.ask(BO, Look(conversation=1, mode="writing"))
    await desk.ask(MARA, Look(conversation=1, mode="viewing"))
    answer = await desk.ask(ANA, Queue())

    assert isinstance(answer, QueuePage)
    assert (("mara",), ("bo",)) == (answer.rows[0].viewing, answer.rows[0].writing)


async def test_second_writer_is_told_who_writes(desk: Desk, time: FakeTime) -> None:
    """The soft claim: a name and a time, no lock."""
    await desk.ask(BO, Look(conversation=1, mode="writing"))
    await time.advance(20)
    await desk.ask(BO, Look(conversation=1, mode="writing"))
    answer = await desk.ask(ANA, Look(conversation=1, mode="writing"))

    assert isinstance(answer, Done)
    assert "bo is writing" in answer.text


async def test_writing_decays_to_viewing(desk: Desk, time: FakeTime) -> None:
    """Thirty seconds without a keystroke."""
    await desk.ask(BO, Look(conversation=1, mode="writing"))
    await time.advance(30)
    desk.presence.decay(time.now)

    assert [] == desk.presence.writers(1)


async def test_loser_of_a_claim_reads_who_won(desk: Desk) -> None:
    """Compare and set: the second is told the first."""
    await desk.ask(ANA, Claim(conversation=1))
    answer = await desk.ask(BO, Claim(conversation=1))

    assert isinstance(answer, Failed)
    assert ("stale", "ana has it.") == (answer.kind, answer.message)


async def test_assigning_to_a_typo_names_the_nearest(desk: Desk) -> None:
    """The sentence helps."""
    answer = await desk.ask(ANA, Assign(conversation=1, to="mar"))

    assert isinstance(answer, Failed) and "mara" in answer.message


async def test_observers_get_nothing_assigned(desk: Desk) -> None:
    """Work goes to people who may answer."""
    answer = await desk.ask(ANA, Assign(conversation=1, to="obs"))

    assert isinstance(answer, Failed) and answer.kind == "denied"


async def test_next_passes_over_what_somebody_writes(desk: Desk) -> None:
    """A soft claim keeps `n` away."""
    await desk.ask(BO, Look(conversation=1, mode="writing"))
    answer = await desk.ask(ANA, Next())

    assert isinstance(answer, Done)
    assert 2 == answer.conversation


async def test_next_with_nothing_left_says_so(desk: Desk, store: FakeStore) -> None:
    """An empty queue is a sentence."""
    store.rows.clear()
    answer = await desk.ask(ANA, Next())

    assert isinstance(answer, Failed) and answer.kind == "not_found"


async def test_closing_without_an_answer_wants_a_reason(desk: Desk, store: FakeStore) -> None:
    """The obvious cheat has to be written down."""
    store.rows[1] = row(1, clock="frt", clock_state="running")
    without = await desk.ask(ANA, SetStatus(conversation=1, status="closed"))
    given = await desk.ask(ANA, SetStatus(conversation=1, status="closed", reason="spam"))

    assert isinstance(without, Failed)
    assert isinstance(given, Done)


async def test_snooze_past_the_deadline_names_it(desk: Desk, store: FakeStore) -> None:
    """First a refusal with the time, then a yes."""
    due = START + timedelta(hours=1)
    store.rows[1] = row(1, clock="nrt", clock_state="running", due_at=due)
    first = await desk.ask(ANA, Snooze(conversation=1, until="2h"))
    second = await desk.ask(ANA, Snooze(conversation=1, until="2h", past_due=True))

    assert isinstance(first, Failed) and first.kind == "stale" and "10:00" in first.message
    assert isinstance(second, Done)


async def test_snoozing_anothers_needs_a_lead(desk: Desk, store: FakeStore) -> None:
    """Owner or lead."""
    store.rows[1] = row(1, owner="bo")
    by_agent = await desk.ask(ANA, Snooze(conversation=1, until="2h"))
    by_lead = await desk.ask(MARA, Snooze(conversation=1, until="2h"))

    assert isinstance(by_agent, Failed)
    assert isinstance(by_lead, Done)


async def test_mention_reaches_the_one_who_was_named(desk: Desk) -> None:
    """@bo hears, and nobody else."""
    ears = {name: desk.news.listen(name) for name in ("bo", "mara", "ana")}
    await desk.ask(ANA, Note(conversation=1, text="@bo, please look; not at bo@example.com"))

    heard = {name: ear.take()[1] for name, ear in ears.items()}
    assert 1 == len(heard["bo"])
    assert ([], []) == (heard["mara"], heard["ana"])


async def test_reply_goes_to_the_outbox_and_the_courier_hears(desk: Desk) -> None:
    """Ctrl+S: held for the undo window, and delivery is rung."""
    rung: list[bool] = []
    desk.workers.deliver = lambda: rung.append(True)
    answer = await desk.ask(ANA, sending())

    assert isinstance(answer, Queued)
    assert ("held", START + timedelta(seconds=10), [True]) == (
        answer.reply.state,
        answer.reply.held_until,
        rung,
    )


async def test_send_guard_shows_what_is_newer(desk: Desk, store: FakeStore) -> None:
    """Nothing is queued; the differences are the answer."""
    store.conflicts = (Conflict(at=START, actor="bo", what="replied"),)
    answer = await desk.ask(ANA, sending())

    assert isinstance(answer, Guarded)
    assert ({}, "bo") == (store.replies, answer.conflicts[0].actor)


async def test_too_long_a_reply_is_not_queued(desk: Desk, store: FakeStore) -> None:
    """The channel would refuse it; the figures say by how much."""
    answer = await desk.ask(ANA, sending(text="x" * 21))

    assert isinstance(answer, Failed) and "21" in answer.message and "20" in answer.message
    assert {} == store.replies


async def test_source_without_replies_says_what_to_do(desk: Desk) -> None:
    """A feed takes no answer."""
    desk.channels["play"] = None
    answer = await desk.ask(ANA, sending())

    assert isinstance(answer, Failed) and answer.kind == "unanswerable"


async def test_drafters_reply_waits_for_a_lead(desk: Desk) -> None:
    """It is not held but awaits approval, and leads hear of it."""
    ear = desk.news.listen("mara")
    answer = await desk.ask(DEE, sending())

    assert isinstance(answer, Queued)
    assert "awaiting_approval" == answer.reply.state
    assert 1 == len(ear.take()[1])


async def test_only_a_lead_approves(desk: Desk) -> None:
    """An agent may not let a drafter's reply go."""
    await desk.ask(DEE, sending())
    by_agent = await desk.ask(ANA, Decide(reply=1, verdict="approve"))
    by_lead = await desk.ask(MARA, Decide(reply=1, verdict="approve"))

    assert isinstance(by_agent, Failed)
    assert isinstance(by_lead, Queued)
    assert "held" == by_lead.reply.state


async def test_an_approval_that_something_overtook_asks_the_lead(
    desk: Desk, store: FakeStore
) -> None:
    """Nothing goes out until they say anyway; its author hears of the yes only then."""
    await desk.ask(DEE, sending())
    store.conflicts = (Conflict(START, "Sara", "wrote"),)

    stopped = await desk.ask(MARA, Decide(reply=1, verdict="approve"))
    anyway = await desk.ask(MARA, Decide(reply=1, verdict="approve", anyway=True))

    assert isinstance(stopped, Guarded)
    assert store.conflicts == stopped.conflicts
    assert isinstance(anyway, Queued)


async def test_reply_is_taken_back_by_its_author_or_a_lead(desk: Desk) -> None:
    """Nobody else reaches into the undo window."""
    await desk.ask(ANA, sending())
    by_other = await desk.ask(BO, TakeBack(reply=1))
    by_author = await desk.ask(ANA, TakeBack(reply=1))

    assert isinstance(by_other, Failed)
    assert isinstance(by_author, Done)


async def test_end_of_shift_hands_back(desk: Desk, store: FakeStore) -> None:
    """What was mine is the team's again."""
    store.rows[1] = row(1, owner="ana")
    await desk.ask(ANA, Shift(on=True))
    answer = await desk.ask(ANA, Shift(on=False))

    assert isinstance(answer, Done) and "1 conversation" in answer.text


async def test_leads_read_others_drafts(desk: Desk, store: FakeStore) -> None:
    """Content is visible to leads alone."""
    await desk.ask(ANA, Show(conversation=1))
    await desk.ask(MARA, Show(conversation=1))

    assert [False, True] == [call[2] for call in store.calls if call[0] == "conversation"]


async def test_overview_carries_what_everybody_must_know(desk: Desk) -> None:
    """A full disk stands in every console's banner."""
    desk.trouble.store_failed(StoreError("disk full"))
    answer = await desk.ask(OBS, Overview())

    assert isinstance(answer, OverviewPage) and "disk full" in answer.trouble


async def test_only_the_owner_ends_the_desk(desk: Desk) -> None:
    """A lead may not end a service that is not theirs."""
    ended: list[bool] = []
    desk.workers.stop = lambda: ended.append(True)
    by_lead = await desk.ask(MARA, Stop())
    by_owner = await desk.ask(Who("mara", owner=True), Stop())

    assert isinstance(by_lead, Failed)
    assert isinstance(by_owner, Done)
    assert [True] == ended


async def test_fault_of_the_program_is_an_answer(desk: Desk, store: FakeStore) -> None:
    """A bug in one handler ends neither the desk nor the connection."""
    store.rows[1] = None  # type: ignore[assignment]
    answer = await desk.ask(ANA, Show(conversation=1))

    assert isinstance(answer, Failed) and answer.kind == "trouble"


async def test_refused_write_is_trouble_for_everybody(desk: Desk, store: FakeStore) -> None:
    """The banner comes with the first write that the disk refuses."""
    store.broken = StoreError("disk full")
    answer = await desk.ask(ANA, Note(conversation=1, text="hm"))

    assert isinstance(answer, Failed) and answer.kind == "store"
    assert "disk full" in desk.trouble.sentence()


async def test_time_without_a_zone_is_refused(desk: Desk) -> None:
    """Nobody knows whose nine o'clock it was."""
    answer = await desk.ask(
        ANA, asks.AnsweredElsewhere(conversation=1, at=START.replace(tzinfo=None))
    )

    assert isinstance(answer, Failed) and answer.kind == "wrong"


async def test_controls_never_reach_a_platform(desk: Desk, store: FakeStore) -> None:
    """What a console did not clean the desk does."""
    await desk.ask(ANA, sending(text="Hi\x1b[2J\u202e Sara\x00"))

    assert "Hi[2J Sara" == store.replies[1].text


async def test_each_hears_the_desk_in_their_own_language(desk: Desk) -> None:
    """Answers and sentences: the console's language, not that of the machine the desk runs on."""
    ears = [desk.news.listen("bo"), desk.news.listen("bo")]
    ears[1].language = PSEUDO
    asker = Who("ana", language=PSEUDO)

    refused = await desk.ask(asker, Note(1, "x" * 100_000))
    await desk.ask(asker, Note(1, "@bo look"))
    english, pseudo = (ear.take()[1][0] for ear in ears)

    assert isinstance(refused, Failed)
    assert refused.message.startswith("⟦")
    assert english.startswith("ana mentions you in")
    assert pseudo.startswith("⟦")
