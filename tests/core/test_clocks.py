"""Clocks: what starts, stops, pauses and cancels them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.core.clocks import (
    FactsChanged,
    Promised,
    Queued,
    Released,
    Responded,
    RulesChanged,
    StatusSet,
    ThanksJudged,
    Ticked,
    Undone,
    headline,
    state_at,
)
from console.core.policy import Facts
from console.core.sla import office_hours
from tests.core.stories import MESSAGE, REVIEW, RULES, Story, answered, at, came, rules, targets

HOUR = timedelta(hours=1)


# --- when a clock starts ---------------------------------------------------------------------


def test_an_import_makes_no_false_breach() -> None:
    """A turn of last week from a first sync starts when it was seen, and is marked."""
    story = Story().tell(came("09:00", "2027-04-28", seen_at=at("09:00"), backfill=True))
    first = story.clock("frt")

    assert (at("09:00"), True, "running") == (
        first.started_at,
        first.backfill,
        state_at(first, at("09:01")),
    )


@pytest.mark.parametrize(
    "turn",
    [
        came("09:00", seen_at=at("12:00"), late=True),
        came("09:00", "2027-03-01", seen_at=at("12:00")),
        came("12:05", seen_at=at("12:00")),
    ],
    ids=["shown late by the platform", "more than 30 days old", "from the future"],
)
def test_a_late_arrival_starts_when_seen_and_counts(turn: object) -> None:
    """It is flagged, and it is no import."""
    first = Story().tell(turn).clock("frt")  # type: ignore[arg-type]

    assert (at("12:00"), True, False) == (first.started_at, first.late_arrival, first.backfill)


def test_a_policy_may_start_when_seen() -> None:
    """Both times are kept, so that the screen can show both."""
    first = Story(rules(start="seen")).tell(came("09:00", seen_at=at("09:07"))).clock("frt")

    assert (at("09:07"), at("09:00"), at("09:07")) == (
        first.started_at,
        first.turn_at,
        first.seen_at,
    )


def test_a_turn_written_before_our_answer_but_seen_after_it() -> None:
    """Nobody could answer what nobody saw: its clock starts when it was seen."""
    story = Story().tell(came("09:00"), answered("10:00"), came("09:59", seen_at=at("10:03")))

    assert (at("10:03"), True) == (
        story.clock("nrt").started_at,
        story.clock("nrt").late_arrival,
    )


def test_every_conversation_is_recorded_without_a_target_too() -> None:
    """An alert has no deadline, and its clocks run all the same."""
    story = Story(facts=Facts(kind="alert")).tell(came("09:00"))

    assert ({"frt": "running", "fres": "running", "res": "running"}, None) == (
        story.states(),
        headline(story.clocks),
    )


# --- replies on their way ----------------------------------------------------------------------


def test_a_reply_on_its_way_freezes_the_clock() -> None:
    """While held or sending the clock is provisional, even past its deadline."""
    story = Story(rules(targets=targets(frt=1))).tell(
        came("09:00"), Queued(at=at("09:59"), reply=1), Ticked(at=at("10:30"))
    )

    assert ("provisional", []) == (
        state_at(story.clock("frt"), at("10:30")),
        story.wrote("breach", "frt"),
    )


@pytest.mark.parametrize("outcome", ["taken_back", "refused", "unsure"])
def test_a_reply_that_did_not_go_out_never_was(outcome: str) -> None:
    """The clock runs on as if it had never stopped: late since its deadline."""
    story = Story(rules(targets=targets(frt=1))).tell(
        came("09:00"),
        Queued(at=at("09:59"), reply=1),
        Released(at=at("10:30"), reply=1, outcome=outcome),  # type: ignore[arg-type]
    )

    assert ("breached", [at("10:00")]) == (
        state_at(story.clock("frt"), at("10:30")),
        story.wrote("breach", "frt"),
    )


def test_an_unsure_reply_proved_sent_counts_backwards() -> None:
    """It was sent at 09:59 and accepted within the grace: met at 09:59, the breach withdrawn."""
    story = Story(rules(targets=targets(frt=1))).tell(
        came("09:00"),
        Queued(at=at("09:59"), reply=1),
        Released(at=at("10:05"), reply=1, outcome="unsure"),
        Responded(at=at("09:59"), accepted_at=at("10:05"), reply=1),
    )

    assert ("met", at("09:59"), None) == (
        story.clock("frt").state,
        story.clock("frt").met_at,
        story.clock("frt").breached_at,
    )


def test_of_two_replies_on_their_way_one_is_taken_back() -> None:
    """The clock stays provisional for the other."""
    story = Story().tell(
        came("09:00"),
        Queued(at=at("09:10"), reply=1),
        Queued(at=at("09:11"), reply=2),
        Released(at=at("09:12"), reply=1, outcome="taken_back"),
    )

    assert "provisional" == story.clock("frt").state


def test_a_turn_while_our_reply_is_on_its_way_starts_the_next_clock() -> None:
    """The reply answers what was there when it was sent, not what came after."""
    story = Story().tell(
        came("09:00"),
        Queued(at=at("10:00"), reply=1),
        came("10:00:05"),
        answered("10:00", accepted_at=at("10:00:11"), reply=1),
    )

    assert ({"frt": "met", "nrt": "running", "fres": "running", "res": "running"}, 5.0) == (
        story.states(),
        (story.clock("nrt").started_at - at("10:00")).total_seconds(),
    )


# --- answers from elsewhere ----------------------------------------------------------------------


def test_an_answer_in_the_platforms_own_app_counts_from_its_own_time() -> None:
    """Given at 10:00, seen at 12:00, breach written at 11:00: it was in time."""
    story = Story(rules(targets=targets(frt=2))).tell(
        came("09:00"),
        Ticked(at=at("11:30")),
        answered("10:00", accepted_at=at("10:00"), external=True),
    )

    assert ("met", at("10:00"), None) == (
        story.clock("frt").state,
        story.clock("frt").met_at,
        story.clock("frt").breached_at,
    )


def test_turns_after_an_answer_seen_late_start_the_next_clock() -> None:
    """In 09:00 and 11:00; an outside answer of 10:00 becomes known: next reply from 11:00."""
    story = Story().tell(came("09:00"), came("11:00"), answered("10:00", external=True))

    assert at("11:00") == story.clock("nrt").started_at


def test_an_outside_answer_older_than_the_turn_stops_nothing() -> None:
    """What was said before cannot answer what came after."""
    story = Story().tell(came("09:00"), answered("10:00"), came("11:00"), answered("10:30"))

    assert "running" == story.clock("nrt").state


def test_an_edit_of_our_earlier_reply_is_no_answer() -> None:
    """The turn was there before the reply that was edited."""
    story = Story().tell(
        came("09:00"), answered("09:30", automation=True), answered("10:00", edit_of=at("09:30"))
    )

    assert "running" == story.clock("frt").state


def test_publishing_again_after_a_later_turn_is_the_answer() -> None:
    """Review sites allow one reply: after an edited review the edited reply answers it."""
    story = Story(facts=REVIEW).tell(
        came("09:00"), answered("10:00"), came("12:00"), answered("12:30", edit_of=at("10:00"))
    )

    assert "met" == story.clock("nrt").state


def test_automation_counts_only_where_the_policy_says_so() -> None:
    """The flag is off by default."""
    counted = Story(rules(count_automation=True)).tell(
        came("09:00"), answered("09:01", automation=True)
    )

    assert "met" == counted.clock("frt").state


# --- closing and coming back -----------------------------------------------------------------


def test_solving_with_a_reason_cancels_the_reply_clock() -> None:
    """ "No reply needed" is neither met nor late, and it names who said so."""
    story = Story().tell(
        came("09:00"),
        StatusSet(at=at("09:10"), status="solved", reason="no reply needed", actor="ana"),
    )

    assert ("cancelled", "met", ["ana"]) == (
        story.clock("frt").state,
        story.clock("res").state,
        [event.actor for event in story.ledger if event.kind == "cancel"],
    )


def test_solving_without_an_answer_stops_no_reply_clock() -> None:
    """A status alone never does."""
    story = Story().tell(came("09:00"), StatusSet(at=at("09:10"), status="solved"))

    assert {"frt": "running", "fres": "met", "res": "met"} == story.states()


def test_an_answer_after_a_close_makes_the_return_a_next_turn() -> None:
    """The customer was answered after all, so the return does not start a first reply."""
    story = Story().tell(
        came("09:00"),
        StatusSet(at=at("09:10"), status="closed", reason="spam"),
        answered("09:20"),
        came("15:00"),
    )

    assert ("cancelled", "running") == (story.clock("frt").state, story.clock("nrt").state)


def test_reopened_by_hand_the_customer_has_waited_all_along() -> None:
    """Closing and opening again does not buy time."""
    story = Story().tell(
        came("09:00"),
        StatusSet(at=at("09:10"), status="closed", reason="spam", actor="ana"),
        StatusSet(at=at("11:00"), status="open", actor="bo"),
    )
    first = story.clock("frt")

    assert ("running", at("09:00"), at("13:00")) == (first.state, first.started_at, first.due_at)


def test_solved_time_is_not_counted_for_the_full_resolution() -> None:
    """Two hours before solving and one after the return make three."""
    story = Story(rules(targets=targets(res=10))).tell(
        came("09:00"),
        answered("10:00"),
        StatusSet(at=at("11:00"), status="solved"),
        came("15:00"),
        StatusSet(at=at("16:00"), status="solved"),
    )

    assert (3 * HOUR, 1, at("11:00")) == (
        story.clock("res").consumed,
        sum(clock.kind == "res" for clock in story.clocks),
        story.clock("fres").met_at,
    )


def test_waiting_pauses_resolution_on_its_own_calendar() -> None:
    """V17 as a story: Friday 10-16 used, back on Monday 10:00, eight hours: due Monday 12:00."""
    friday, monday = "2027-05-14", "2027-05-17"
    hours = office_hours("Europe/Berlin")
    policy = rules(calendar=hours, targets=targets(res=8))
    business = [t.__class__(t.kind, t.time, business=True) for t in policy.policies[0].targets]
    story = Story(rules(calendar=hours, targets=tuple(business))).tell(
        came("10:00", friday),
        StatusSet(at=at("16:00", friday), status="waiting"),
        StatusSet(at=at("10:00", monday), status="open"),
    )

    assert (at("12:00", monday), 6 * HOUR) == (
        story.clock("res").due_at,
        story.clock("res").consumed,
    )


@pytest.mark.parametrize(("pauses", "state"), [(True, "paused"), (False, "running")])
def test_on_hold_pauses_resolution_only_if_the_policy_says_so(pauses: bool, state: str) -> None:
    """And never a reply clock."""
    story = Story(rules(pause_on_hold=pauses)).tell(
        came("09:00"), StatusSet(at=at("10:00"), status="on_hold")
    )

    assert {"frt": "running", "fres": state, "res": state} == story.states()


def test_the_wait_is_the_time_in_new_open_and_on_hold() -> None:
    """An hour open, two waiting, one on hold: the customer waited two hours for us."""
    story = Story().tell(
        came("09:00"),
        StatusSet(at=at("10:00"), status="waiting"),
        StatusSet(at=at("12:00"), status="on_hold"),
        StatusSet(at=at("13:00"), status="solved"),
    )

    assert 2 * HOUR == story.clock("wait").consumed


# --- updates and promises ------------------------------------------------------------------------


def test_an_update_is_due_again_after_each_answer() -> None:
    """Each answer meets the running update and starts the next; solving ends them."""
    story = Story(rules(targets=targets(upd=2))).tell(
        came("09:00"),
        answered("10:00"),
        answered("11:00"),
        StatusSet(at=at("11:30"), status="solved"),
    )

    assert ("met", "cancelled", at("13:00")) == (
        story.clock("upd").state,
        story.clock("upd", 2).state,
        story.clock("upd", 2).due_at,
    )


def test_an_update_pauses_while_we_wait_for_the_customer() -> None:
    """Its time is kept."""
    story = Story(rules(targets=targets(upd=2))).tell(
        came("09:00"),
        answered("10:00"),
        StatusSet(at=at("11:00"), status="waiting"),
        StatusSet(at=at("14:00"), status="open"),
    )

    assert at("15:00") == story.clock("upd").due_at


def test_a_promise_runs_until_the_next_answer() -> None:
    """ "Within four hours" from the reply at 10:00, kept at 13:30."""
    story = Story().tell(
        came("09:00"),
        answered("10:00"),
        Promised(at=at("10:00"), due=at("14:00"), actor="ana"),
        StatusSet(at=at("10:00"), status="waiting"),
        answered("13:30"),
    )
    promise = story.clock("prom")

    assert ("met", at("14:00"), at("13:30")) == (promise.state, promise.due_at, promise.met_at)


def test_a_broken_promise_is_late() -> None:
    """It is never paused, and nothing but an answer or a solution keeps it."""
    story = Story().tell(
        came("09:00"),
        answered("10:00"),
        Promised(at=at("10:00"), due=at("12:00")),
        StatusSet(at=at("10:00"), status="waiting"),
        Ticked(at=at("12:30")),
    )

    assert "breached" == state_at(story.clock("prom"), at("12:30"))


# --- thanks --------------------------------------------------------------------------------------


def thanked() -> Story:
    """Answered, waiting, and the customer says thanks at 11:00."""
    return Story().tell(
        came("09:00"),
        answered("10:00"),
        StatusSet(at=at("10:00"), status="waiting"),
        came("11:00", thanks=True),
    )


def test_thanks_start_no_clock_for_half_an_hour() -> None:
    """Then they count as a turn, from when they were written."""
    following = thanked().clock("nrt")

    assert ("none", "running", at("15:00")) == (
        state_at(following, at("11:29")),
        state_at(following, at("11:30")),
        following.due_at,
    )


def test_thanks_do_not_resume_a_paused_resolution() -> None:
    """The snooze and the waiting go on."""
    assert "paused" == thanked().clock("res").state


def test_an_agent_says_it_was_only_thanks() -> None:
    """No next-reply clock is left."""
    story = thanked().tell(ThanksJudged(at=at("11:10"), thanks=True, actor="ana"))

    assert "cancelled" == story.clock("nrt").state


def test_an_agent_says_it_was_more_than_thanks() -> None:
    """The clock counts at once, from the turn."""
    story = thanked().tell(ThanksJudged(at=at("11:10"), thanks=False, actor="ana"))

    assert ("running", at("11:00")) == (
        state_at(story.clock("nrt"), at("11:10")),
        story.clock("nrt").started_at,
    )


@pytest.mark.parametrize("thanks", [True, False], ids=["only", "more"])
def test_a_word_on_thanks_taken_back_never_was(thanks: bool) -> None:
    """Held as before, until the same instant."""
    before = thanked()
    story = thanked().tell(ThanksJudged(at=at("11:10"), thanks=thanks, actor="ana"))
    story.tell(Undone(at=at("11:12"), of=at("11:10"), actor="ana"))

    assert (before.clock("nrt"), before.states()) == (story.clock("nrt"), story.states())


def test_what_thanks_left_paused_is_paused_again_when_a_word_is_taken_back() -> None:
    """More than thanks resumes the resolution; `u` pauses it at the same instant."""
    story = thanked().tell(
        ThanksJudged(at=at("11:10"), thanks=False, actor="ana"),
        StatusSet(at=at("11:10"), status="open", actor="ana"),
    )
    running = story.clock("res").state
    story.tell(Undone(at=at("11:12"), of=at("11:10"), actor="ana"))

    assert ("running", "paused", thanked().clock("res").consumed) == (
        running,
        story.clock("res").state,
        story.clock("res").consumed,
    )


@pytest.mark.parametrize("thanks", [True, False], ids=["only", "more"])
def test_a_word_on_thanks_taken_back_after_the_half_hour(thanks: bool) -> None:
    """The words count by then in any case, and so does the resolution."""
    story = thanked().tell(ThanksJudged(at=at("11:10"), thanks=thanks, actor="ana"))
    if not thanks:
        story.tell(StatusSet(at=at("11:10"), status="open", actor="ana"))
    story.tell(Undone(at=at("12:00"), of=at("11:10"), actor="ana"))

    assert ("running", "running") == (
        state_at(story.clock("nrt"), at("12:00")),
        story.clock("res").state,
    )


def test_words_that_look_like_thanks_are_on_no_row() -> None:
    """Until they count the row shows no clock for them."""
    clocks = thanked().clocks
    shown = headline(clocks, thanked=True)

    assert ("res", "nrt") == (shown and shown.kind, getattr(headline(clocks), "kind", ""))


def test_thanks_are_late_only_once_they_count() -> None:
    """A target shorter than the half hour breaches nothing while the words are held."""
    story = Story(rules(targets=targets(frt=4, nrt=0.25))).tell(
        came("09:00"), answered("10:00"), came("11:00", thanks=True), Ticked(at=at("11:20"))
    )
    held = story.wrote("breach", "nrt")
    story.tell(Ticked(at=at("11:31")))

    assert ([], [at("11:15")]) == (held, story.wrote("breach", "nrt"))


def test_a_question_after_the_thanks_starts_its_own_clock() -> None:
    """The thanks are dropped."""
    story = thanked().tell(came("11:05"))

    assert ("cancelled", at("11:05")) == (
        story.clock("nrt").state,
        story.clock("nrt", 2).started_at,
    )


# --- policies change while clocks run --------------------------------------------------------


def test_another_policy_moves_the_deadline_and_not_the_start() -> None:
    """A review turns out negative: 24 hours from its start instead of 48."""
    neutral = Facts(kind="review", stars=3)
    negative = Facts(kind="review", stars=3, mood="negative", mood_score=0.9)
    story = Story(facts=neutral).tell(came("09:00"))
    story.under(facts=negative).tell(FactsChanged(at=at("09:01")))

    assert ("unhappy review", at("09:00"), at("09:00", "2027-05-06")) == (
        story.clock("frt").policy,
        story.clock("frt").started_at,
        story.clock("frt").due_at,
    )


def test_an_uncertain_mood_matches_no_policy() -> None:
    """A grey flag decides nothing."""
    unsure = Facts(kind="review", stars=3, mood="negative", mood_score=0.5, uncertain=True)

    assert "review" == Story(facts=unsure).tell(came("09:00")).clock("frt").policy


def test_finished_clocks_keep_the_version_they_were_judged_by() -> None:
    """Past reports never change."""
    story = Story(rules(targets=targets(frt=4, nrt=4))).tell(came("09:00"), answered("10:00"))
    story.under(rules(version=2, targets=targets(frt=1, nrt=1)))
    story.tell(came("11:00"), RulesChanged(at=at("11:01")))

    assert ((1, at("13:00")), (2, at("12:00"))) == (
        (story.clock("frt").policy_version, story.clock("frt").due_at),
        (story.clock("nrt").policy_version, story.clock("nrt").due_at),
    )


def test_new_rules_never_unmake_a_breach() -> None:
    """A clock that is late stays late by the deadline it missed."""
    story = Story(rules(targets=targets(frt=1))).tell(came("09:00"), Ticked(at=at("10:30")))
    story.under(rules(version=2, targets=targets(frt=8))).tell(RulesChanged(at=at("10:31")))

    assert ("breached", at("10:00")) == (
        state_at(story.clock("frt"), at("10:31")),
        story.clock("frt").due_at,
    )


def test_an_answer_learnt_of_late_is_judged_by_the_deadline_it_met() -> None:
    """Due 11:00, answered 10:00 outside; before that became known the target was made 30 minutes."""
    story = Story(rules(targets=targets(frt=2))).tell(came("09:00"), Ticked(at=at("11:30")))
    story.under(rules(version=2, targets=targets(frt=0.5)))
    story.tell(answered("10:00", accepted_at=at("10:00"), external=True))

    assert ("met", at("11:00")) == (story.clock("frt").state, story.clock("frt").due_at)


def test_a_shorter_target_may_be_late_at_once() -> None:
    """The breach has the time of the new deadline."""
    story = Story(rules(targets=targets(frt=8))).tell(came("09:00"))
    story.under(rules(version=2, targets=targets(frt=1))).tell(RulesChanged(at=at("12:00")))

    assert [at("10:00")] == story.wrote("breach", "frt")


def test_rules_that_change_nothing_write_nothing() -> None:
    """A reload leaves no line in a conversation that it does not touch."""
    story = Story(rules(targets=targets(frt=8))).tell(came("09:00"))
    lines = len(story.ledger)
    story.under(rules(version=2, targets=targets(frt=8))).tell(RulesChanged(at=at("12:00")))

    assert lines == len(story.ledger)


# --- what is taken back ----------------------------------------------------------------------


def test_a_solution_taken_back_never_was() -> None:
    """First and full resolution run on from their first start."""
    story = Story(rules(targets=targets(res=10))).tell(
        came("09:00"),
        StatusSet(at=at("10:00"), status="solved", actor="ana"),
        Undone(at=at("10:05"), of=at("10:00"), actor="ana"),
    )

    assert ({"frt": "running", "fres": "running", "res": "running"}, at("19:00")) == (
        story.states(),
        story.clock("res").due_at,
    )


def test_a_close_taken_back_never_was() -> None:
    """The first-reply clock has its old deadline."""
    story = Story().tell(
        came("09:00"),
        StatusSet(at=at("10:00"), status="closed", reason="spam", actor="ana"),
        Undone(at=at("10:05"), of=at("10:00"), actor="ana"),
    )

    assert ("running", at("13:00")) == (story.clock("frt").state, story.clock("frt").due_at)


def test_waiting_taken_back_pauses_nothing() -> None:
    """Not even for the minutes in between."""
    story = Story(rules(targets=targets(res=10))).tell(
        came("09:00"),
        StatusSet(at=at("10:00"), status="waiting", actor="ana"),
        Undone(at=at("10:05"), of=at("10:00"), actor="ana"),
    )

    assert at("19:00") == story.clock("res").due_at


def test_answered_elsewhere_taken_back() -> None:
    """The first reply runs again, and what the answer had started is gone."""
    story = Story(rules(targets=targets(frt=4, upd=2))).tell(
        came("09:00"),
        came("10:30"),
        answered("10:00", accepted_at=at("10:40"), manual=True, actor="ana"),
        Undone(at=at("10:45"), of=at("10:00"), actor="ana"),
    )

    assert {
        "frt": "running", "nrt": "cancelled", "upd": "cancelled", "fres": "running",
        "res": "running",
    } == story.states()  # fmt: skip


# --- the row's clock ---------------------------------------------------------------------------


def test_the_row_shows_the_earliest_deadline() -> None:
    """The first reply before the resolution; once answered, the resolution."""
    story = Story().tell(came("09:00"))
    before = headline(story.clocks)
    story.tell(answered("10:00"))
    after = headline(story.clocks)

    assert ("frt", "res") == (before and before.kind, after and after.kind)


def test_a_row_says_that_its_reply_is_on_its_way() -> None:
    """While a reply is out the clock that it freezes is shown, though the resolution runs on."""
    story = Story().tell(came("09:00"), Queued(at=at("09:30"), reply=1))
    while_sending = headline(story.clocks)
    story.tell(Released(at=at("09:31"), reply=1, outcome="refused"))
    when_refused = headline(story.clocks)

    assert [("frt", "provisional"), ("frt", "running")] == [
        (clock.kind, clock.state) for clock in (while_sending, when_refused) if clock
    ]


def test_a_second_question_is_shown_while_the_first_is_being_answered() -> None:
    """A promise that still runs is waited for: it stands before the reply that is on its way."""
    story = Story().tell(
        came("09:00"),
        answered("10:00"),
        Promised(at=at("10:00"), due=at("15:00")),
        came("10:00"),
        Queued(at=at("10:00"), reply=2),
    )
    shown = headline(story.clocks)

    assert ("prom", "running") == (shown and shown.kind, shown and shown.state)


def test_rules_and_facts_of_the_defaults() -> None:
    """Message 4 h business; review 48 h; unhappy review 24 h; alert and survey nothing."""
    found = {}
    for name, facts in {
        "message": MESSAGE,
        "review": REVIEW,
        "one star": Facts(kind="review", stars=1),
        "alert": Facts(kind="alert"),
        "survey": Facts(kind="survey", stars=1),
    }.items():
        clock = Story(RULES, facts).tell(came("16:00")).clock("frt")
        found[name] = clock.due_at

    assert {
        "message": at("12:00", "2027-05-06"),
        "review": at("16:00", "2027-05-07"),
        "one star": at("16:00", "2027-05-06"),
        "alert": None,
        "survey": None,
    } == found
