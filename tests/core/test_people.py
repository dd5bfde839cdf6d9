"""Who may be one person: what speaks for it, how much, and in which words."""

from __future__ import annotations

import time

import pytest

from console.core.asks import Suggestion
from console.core.model import Customer
from console.core.people import Known, alike, suggest, traces


def known(number: int, name: str, *texts: str, handle: str = "") -> Known:
    return Known(Customer(number, name, (handle or f"site{number}: id{number}",)), texts)


def only(*found: Suggestion) -> Suggestion:
    (one,) = found
    return one


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("my mail is Sara.M@Example.org", "sara.m@example.org please", "e-mail address sara.m@"),
        ("call +49 170 123-45-67", "phone 0170 1234567", "ends in 701234567"),
        ("order #7654321", "where is 7654321?", "number 7654321"),
        ("booking RMA7X42K", "RMA7X42K again", "number RMA7X42K"),
        ("I am @sara_m elsewhere", "follow @sara_m", "known as sara_m"),
    ],
)
def test_the_same_trace_in_two_texts_is_evidence(one: str, other: str, words: str) -> None:
    """Whatever the spelling, and whatever they are called."""
    found = only(*suggest(known(1, "Sara", one), [known(2, "Anna", other)], 1))

    assert words in found.evidence[0]


def test_an_id_of_one_in_the_text_of_the_other_is_evidence() -> None:
    """Somebody says who they are on another platform."""
    other = known(2, "S.", "I am @sara77 there", handle="play: 5")
    found = only(*suggest(known(1, "Sara", handle="mast: sara77"), [other], 1))

    assert "known as sara77" in found.evidence[0]


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("Sara Miller", "MILLER Sara", "same"),
        ("Sara Miller", "Сара Миллер", "sound"),
        ("Анна Петрова", "Anna Petrova", "sound"),
        ("Sara Miller", "Sara Mueller", ""),
        ("Katherine Johnson", "Katharine Johnson", "similar"),
        ("Sara", "Sarah", ""),
        ("Guest", "Guest", ""),
        ("user123", "user123", ""),
    ],
)
def test_names_are_compared_by_letter_and_by_sound(one: str, other: str, how: str) -> None:
    """A placeholder is nobody's name, and short names are not guessed at."""
    assert how == alike(one, other)


def test_a_rare_name_with_the_same_order_is_nearly_sure() -> None:
    """Two weak pieces of evidence together say more than each."""
    me, other = known(1, "Sara Miller", "order 7654321"), known(2, "Sara Miller", "7654321")
    both = only(*suggest(me, [other], 2))
    name = only(*suggest(me, [known(2, "Sara Miller")], 2))

    assert (0.8, 2, 0.5, 1) == (both.score, len(both.evidence), name.score, len(name.evidence))


def test_a_common_name_alone_suggests_nobody() -> None:
    """Two people are called Anna; with an order number beside it the sentence says how many are."""
    me = known(1, "Anna", "7654321")

    assert () == suggest(me, [known(2, "Anna")], 40)
    found = only(*suggest(me, [known(2, "Anna", "7654321")], 40))
    assert "like 40 customers" in found.evidence[1]


def test_the_surest_comes_first_and_nobody_is_their_own_double() -> None:
    """Order by score; oneself is left out."""
    me = known(1, "Sara Miller", "sara@example.org")
    others = [known(1, "Sara Miller"), known(2, "Sara Miller"), known(3, "S", "sara@example.org")]

    assert [3, 2] == [one.customer.id for one in suggest(me, others, 2)]


def test_our_own_addresses_are_no_trace() -> None:
    """Everybody writes to support@."""
    me = known(1, "A. B.", "I wrote to help@shop.example")

    assert () == suggest(me, [known(2, "C. D.", "help@shop.example!")], 1, ["help@shop.example"])


def test_dates_and_small_numbers_are_no_trace() -> None:
    """Nor are numeric ids of platforms, which every platform counts up."""
    found = traces(known(1, "A", "on 2027-05-03 10:00, 12.05.2027, 1234 times", handle="x: 123456"))

    assert (frozenset(), frozenset(), frozenset()) == (found.numbers, found.phones, found.handles)


def test_hostile_text_is_read_in_time() -> None:
    """No text makes the search for traces crawl."""
    started = time.perf_counter()
    for piece in ("1 ", "a.", "a@", "A1", "@a", "1-", "A-"):
        traces(known(1, "x", piece * 20_000))

    assert time.perf_counter() - started < 10
