"""The lead's screen, the hand-over page and the wallboard."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from console.core.asks import (
    Doing,
    HandOver,
    Hour,
    Lead,
    LeadPage,
    LeaveNote,
    Left,
    LeftNote,
    Number,
    Queue,
    Report,
    ReportPage,
    Shift,
    Topic,
)
from console.core.forecast import Forecast, Pace
from console.core.spikes import Spike
from console.ui.screens.desk import DeskScreen
from console.ui.screens.lead import LeadScreen
from console.ui.widgets.big_figure import BigFigure
from tests.ui.conftest import Opened, screen_text, settle
from tests.ui.fake_desk import START, FakeDesk, rows

HOSTILE = "\x1b[31mred\u202e[bold]x"

PAGE = LeadPage(
    now=START,
    zone="UTC",
    live=(
        Number("late", "count", 2.0, 2),
        Number("late@policy:unhappy review", "count", 2.0, 2),
        Number("soon", "count", 0.0, 0),
        Number("outbox.refused", "count", 1.0, 1),
        Number("outbox.awaiting_approval", "count", 0.0, 0),
    ),
    today=(
        Number("arrived", "count", 41.0, 41),
        Number("arrived@source:trust", "count", 41.0, 41),
        Number("frt.attainment", "share", 0.875, 16),
        Number("first.median", "seconds", 4200.0, 12),
        Number("next.median", "seconds", None, 2, (60.0, 7800.0)),
        Number("answered@agent:ana", "count", 9.0, 9),
        Number("first.median@agent:ana", "seconds", 4200.0, 9),
    ),
    before=(Number("arrived", "count", 30.0, 30),),
    hours=tuple(
        Hour(START.replace(hour=hour, minute=0), hour, hour // 2, hour % 3, 1, 0)
        for hour in range(15)
    ),
    team=(
        Doing("ana", True, True, 4, 9, writing=3),
        Doing("bo", False, False, 0, None),
    ),
    pace=Pace(6.0, 8.0, 1, timedelta(hours=4)),
    forecast=Forecast(START + timedelta(hours=1), START + timedelta(hours=2, minutes=30)),
    spikes=(Spike("play", 12, 15, 0.2),),
    model=(
        Number("right@model:fa", "share", 0.84, 50),
        Number("wrong@model:fa", "count", 8.0, 8),
        Number("right.negative@model:fa", "share", None, 7),
    ),
)

SHIFT = ReportPage(
    since=START - timedelta(hours=6),
    until=START,
    zone="UTC",
    numbers=(Number("arrived", "count", 41.0, 41),),
    hand_over=HandOver(
        open=(Left(7, HOSTILE, HOSTILE, "trust", START + timedelta(hours=1), "bo"),),
        open_count=1,
        promised=(Left(8, "Lena", "Refund", "trust", START + timedelta(hours=5), "ana"),),
        notes=(LeftNote(START, "bo", "The shop calls back."),),
        people=("ana",),
    ),
)


def desk(**page: object) -> FakeDesk:
    made = FakeDesk(rows(12))
    made.answers[Lead] = msgspec.structs.replace(PAGE, **page)
    made.answers[Report] = SHIFT
    return made


@pytest.mark.parametrize("size", [(160, 48), (80, 24)])
async def test_the_lead_sees_what_is_late_and_what_comes(
    open_console: Opened, size: tuple[int, int]
) -> None:
    """Late by policy, the forecast and one alert stand at the top, wide or narrow."""
    async with open_console(desk(), size) as pilot:
        await pilot.press("L")
        await settle(pilot)
        text = screen_text(pilot)

    assert "queue breaches at 15:32; one more agent moves it to 17:02" in " ".join(text.split())
    assert "Unhappier than usual: play: 12 of 15 (usually 20 %)" in text
    assert "unhappy review" in text


async def test_few_values_are_shown_instead_of_a_median(open_console: Opened) -> None:
    """Two replies have no median: both stand there."""
    async with open_console(desk()) as pilot:
        await pilot.press("L")
        await settle(pilot)
        text = screen_text(pilot)

    assert "1m 2h10" in text
    assert "1h10 (n 12)" in text


async def test_enter_on_a_number_opens_its_rows_in_the_queue(open_console: Opened) -> None:
    """The desk screen shows them, and its title says which number they are."""
    fake = desk(conversations=(3, 5))
    async with open_console(fake) as pilot:
        await pilot.press("L")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        title = str(pilot.app.screen.query_one("#queue-pane").border_title)
        screen = pilot.app.screen

    assert isinstance(screen, DeskScreen)
    assert [Lead(), Lead("late")] == fake.asked_for(Lead)
    asked = fake.asked_for(Queue)[-1]
    assert isinstance(asked, Queue) and "id:3,5" == asked.filter
    assert "all · late" in title


@pytest.mark.parametrize("size", [(160, 48), (80, 24)])
async def test_the_lead_sees_how_rightly_moods_are_read(
    open_console: Opened, size: tuple[int, int]
) -> None:
    """By language, with how many were judged; Enter on the misread ones opens them."""
    fake = desk(conversations=(3, 5))
    async with open_console(fake, size) as pilot:
        await pilot.press("L")
        await settle(pilot)
        pilot.app.screen.query_one("#lead-model").focus()
        await settle(pilot)
        text = screen_text(pilot)
        await pilot.press("right", "right", "enter")
        await settle(pilot)

    (line,) = [line for line in text.splitlines() if "84 %" in line]
    assert "fa 50 84 % 8 –" in " ".join(line.replace("│", " ").split())
    assert Lead("model/wrong@model:fa") == fake.asked_for(Lead)[-1]


async def test_a_number_of_nothing_cannot_be_opened(open_console: Opened) -> None:
    """The cursor goes from number to number and passes over noughts."""
    fake = desk(conversations=(3,))
    async with open_console(fake) as pilot:
        await pilot.press("L")
        await settle(pilot)
        await pilot.press("down", "down", "enter")
        await settle(pilot)

    assert Lead("outbox.refused") == fake.asked_for(Lead)[-1]


async def test_another_key_groups_by_source(open_console: Opened) -> None:
    """`b` goes on from agents to sources."""
    async with open_console(desk()) as pilot:
        await pilot.press("L")
        await settle(pilot)
        before = screen_text(pilot)
        await pilot.press("b")
        await settle(pilot)
        after = screen_text(pilot)

    assert "By agent" in before and "By source" in after
    assert "trust" in after


async def test_escape_goes_back_to_the_desk(open_console: Opened) -> None:
    """And `L` does the same."""
    async with open_console(desk()) as pilot:
        await pilot.press("L")
        await settle(pilot)
        there = pilot.app.screen
        await pilot.press("escape")
        await settle(pilot)

        assert isinstance(there, LeadScreen)
        assert isinstance(pilot.app.screen, DeskScreen)


async def test_the_hand_over_page_shows_what_is_left_harmlessly(open_console: Opened) -> None:
    """Notes, open and promised ones; a customer's control characters draw nothing."""
    async with open_console(desk()) as pilot:
        await pilot.press("H")
        await settle(pilot)
        text = screen_text(pilot)

    assert "The shop calls back." in text and "Promised" in text
    assert "\x1b" not in text and "\u202e" not in text and "[bold]x" in text


async def test_what_is_left_is_opened_from_the_page(open_console: Opened) -> None:
    """Enter on a line of the open ones shows that conversation, down goes on to the promised."""
    fake = desk()
    async with open_console(fake) as pilot:
        await pilot.press("H")
        await settle(pilot)
        await pilot.press("tab", "down", "enter")
        await settle(pilot)
        screen = pilot.app.screen

    assert isinstance(screen, DeskScreen)
    asked = fake.asked_for(Queue)[-1]
    assert isinstance(asked, Queue) and "id:8" == asked.filter


async def test_a_topic_opens_those_who_said_it(open_console: Opened) -> None:
    """A word that is said more than before, like every number."""
    fake = desk()
    topic = Topic("topic@source:play,language:en,word:hinge", "hinge", "play", "en", 7, 1)
    fake.answers[Report] = msgspec.structs.replace(
        SHIFT, numbers=(), hand_over=None, topics=(topic,), conversations=(3, 5)
    )
    async with open_console(fake) as pilot:
        await pilot.press("H")
        await settle(pilot)
        await pilot.press("t")
        await settle(pilot)
        await pilot.press("tab", "enter")
        await settle(pilot)

    assert Report(rows=topic.name, topics=True) == fake.asked_for(Report)[-1]
    asked = fake.asked_for(Queue)[-1]
    assert isinstance(asked, Queue) and "id:3,5" == asked.filter


async def test_few_values_stand_once(open_console: Opened) -> None:
    """In the place of the median, not three times."""
    async with open_console(desk()) as pilot:
        await pilot.press("L")
        await settle(pilot)
        text = screen_text(pilot)

    assert 1 == text.count("1m 2h10")


async def test_a_number_of_a_report_opens_its_rows(open_console: Opened) -> None:
    """`t` goes on to today; Enter on a number asks for its rows in the same period."""
    fake = desk()
    fake.answers[Report] = msgspec.structs.replace(SHIFT, conversations=(3, 5), hand_over=None)
    async with open_console(fake) as pilot:
        await pilot.press("H")
        await settle(pilot)
        await pilot.press("t")
        await settle(pilot)
        await pilot.press("tab", "enter")
        await settle(pilot)

    assert Report(rows="arrived", topics=False) == fake.asked_for(Report)[-1]
    asked = fake.asked_for(Queue)[-1]
    assert isinstance(asked, Queue) and "id:3,5" == asked.filter


async def test_on_a_narrow_screen_columns_follow_the_cursor(open_console: Opened) -> None:
    """What does not fit is announced by a sign and reached with the arrow."""
    fake = desk()
    names = ("first.median", "first.p90", "first.p95", "next.median", "next.p90", "next.p95")
    fake.answers[Report] = msgspec.structs.replace(
        SHIFT,
        hand_over=None,
        numbers=tuple(Number(f"{one}@agent:ana", "seconds", 4200.0, 9) for one in names),
    )
    async with open_console(fake, (60, 24)) as pilot:
        await pilot.press("H")
        await settle(pilot)
        before = screen_text(pilot)
        await pilot.press("tab", *["right"] * 9)
        await settle(pilot)
        after = screen_text(pilot)

    assert "›" in before and "next: n" not in before
    assert "‹" in after and "next: n" in after
    assert all(len(line) <= 60 for line in after.splitlines())


async def test_a_note_for_the_next_shift_is_left_there(open_console: Opened) -> None:
    """`p` asks for its words."""
    fake = desk()
    async with open_console(fake) as pilot:
        await pilot.press("H")
        await settle(pilot)
        await pilot.press("p")
        await pilot.pause()
        pilot.app.screen.query_one("#answer").value = "Call Lena"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await settle(pilot)

    assert [LeaveNote("Call Lena")] == fake.asked_for(LeaveNote)


async def test_one_key_goes_on_or_off_shift(open_console: Opened) -> None:
    """`S` while on shift goes off."""
    fake = desk()
    async with open_console(fake) as pilot:
        await pilot.press("S")
        await settle(pilot)

    assert [Shift(False)] == fake.asked_for(Shift)


async def test_a_wallboard_has_large_figures_and_no_keys(open_console: Opened) -> None:
    """Whoever leans on the keyboard changes nothing."""
    fake = desk()
    async with open_console(fake, (120, 30), wallboard=True, observe=True) as pilot:
        await settle(pilot)
        before = pilot.app.screen
        text = screen_text(pilot)
        await pilot.press("e", "S", "L", "question_mark", "escape", "q")
        await settle(pilot)

        assert before is pilot.app.screen
        lit = [figure.has_class("-none") for figure in before.query(BigFigure)][:2]
    assert "late now" in text and "queue breaches at 15:32" in text
    # two are late, none is due soon: an alarm that stands there always is none.
    assert [False, True] == lit
    assert [] == fake.asked_for(Shift)
