"""Reports and the lead's screen: who may see what, the shift, previews."""

from __future__ import annotations

import pytest

from console.core.asks import (
    Answer,
    Ask,
    Done,
    Failed,
    Lead,
    LeadPage,
    LeaveNote,
    PreviewRules,
    Report,
    ReportPage,
    Shift,
)
from console.desk.desk import Desk
from console.store.sqlite import SqliteStore
from tests.desk.a_day import (
    BO,
    EVENING,
    MARA,
    OBS,
    PERIOD,
    numbers_of,
    report,
)
from tests.store.conftest import RULES, answer, at, poll, post
from tests.store.test_timekeeping import halved

# --- roles ---------------------------------------------------------------------------------------


def agents_in(page: ReportPage | LeadPage) -> set[str]:
    return {name.split("@agent:")[1] for name in numbers_of(page) if "@agent:" in name}


async def test_leads_see_every_agent_agents_themselves_observers_none(day: Desk) -> None:
    """Figures of single people are for leads and for the person."""
    seen = [agents_in(await report(day, who)) for who in (MARA, BO, OBS)]

    assert [{"ana", "bo"}, {"bo"}, set()] == seen


async def test_reasons_in_agents_words_are_not_for_observers(day: Desk) -> None:
    """They may name a customer; how many were cancelled stays in sight."""
    names = [numbers_of(await report(day, who)) for who in (MARA, OBS)]

    assert [True, False] == [any("@reason:" in name for name in some) for some in names]
    assert names[0]["frt.cancelled"] == names[1]["frt.cancelled"]


async def test_rows_of_another_agents_number_are_not_told(day: Desk) -> None:
    """What is not shown cannot be asked for by its name."""
    answers = [
        await day.ask(who, Report(*PERIOD, rows="answered@agent:ana")) for who in (MARA, BO, OBS)
    ]

    assert [ReportPage, Failed, Failed] == [type(one) for one in answers]


async def test_the_team_on_the_leads_screen_hides_others_figures(day: Desk) -> None:
    """An agent reads their own count of answers only."""
    lead = await day.ask(BO, Lead())
    assert isinstance(lead, LeadPage)
    answered = {one.person: one.answered for one in lead.team}

    assert answered["bo"] is not None
    assert answered["ana"] is None


@pytest.mark.parametrize(
    ("ask", "least"),
    [(LeaveNote("watch play"), "agent"), (PreviewRules(RULES), "lead")],
    ids=["note", "preview"],
)
async def test_observers_only_look(desk: Desk, ask: Ask, least: str) -> None:
    """Notes are for those who work, previews of rules for leads."""
    said: list[Answer] = [await desk.ask(who, ask) for who in (MARA, BO, OBS)]

    assert [Done, Done if least == "agent" else Failed, Failed] == [type(one) for one in said]


# --- shift ---------------------------------------------------------------------------------------


async def test_the_hand_over_page_has_open_promised_asleep_and_notes(
    desk: Desk, store: SqliteStore
) -> None:
    """What the next shift has to know, in the words of the last."""
    for n in (1, 2, 3):
        await poll(store, "mast", [post(str(n), f"Question {n}", "20:00", thread=str(n))], "20:01")
    await answer(store, 2, "20:05", promise_at=at("+1d 9:00"))
    await store.snooze(3, "bo", at("20:10"), until=at("+1d 8:00"), reason="asks the shop")
    await desk.ask(BO, LeaveNote("The shop calls back at nine."))

    page = await report(desk, shift=True)
    assert page.hand_over is not None
    left = page.hand_over

    assert [1] == [one.conversation for one in left.open]
    assert [(2, at("+1d 9:00"))] == [(one.conversation, one.at) for one in left.promised]
    assert [(3, "bo")] == [(one.conversation, one.person) for one in left.snoozed]
    assert [("bo", "The shop calls back at nine.")] == [(n.person, n.text) for n in left.notes]


async def test_going_off_shift_gives_back_what_was_open(desk: Desk, store: SqliteStore) -> None:
    """Open, waiting and snoozed ones return to the team; solved ones keep who solved them."""
    for n in (1, 2, 3, 4):
        await poll(store, "mast", [post(str(n), f"Question {n}", "20:00", thread=str(n))], "20:01")
        await store.claim(n, "bo", at("20:02"))
    await answer(store, 2, "20:05", by="bo")
    await store.snooze(3, "bo", at("20:10"), until=at("+1d 8:00"))
    await answer(store, 4, "20:12", by="bo", then="solved")
    await desk.ask(BO, Shift(on=True))

    await desk.ask(BO, Shift(on=False))

    assert ["", "", "", "bo"] == [(await store.row(n)).owner for n in (1, 2, 3, 4)]


async def test_a_preview_moves_nothing(desk: Desk, store: SqliteStore) -> None:
    """`check` may ask it of a working desk."""
    await poll(store, "mast", [post("1", "Where?", "20:00")], "20:01")
    before = (await store.row(1)).due_at

    answer = await desk.ask(MARA, PreviewRules(halved(RULES)))

    assert isinstance(answer, Done) and "earlier" in answer.text
    assert before == (await store.row(1)).due_at


async def test_a_number_that_is_none_names_the_nearest(desk: Desk) -> None:
    """`frt.mett` is answered with `frt.met`."""
    answer = await desk.ask(MARA, Report(*PERIOD, rows="frt.mett"))

    assert isinstance(answer, Failed) and "frt.met" in answer.message


async def test_a_report_that_ends_before_it_begins_is_refused(desk: Desk) -> None:
    """Wrong ends are an answer in words."""
    answer = await desk.ask(MARA, Report(at(EVENING), at("1:00")))

    assert isinstance(answer, Failed)
