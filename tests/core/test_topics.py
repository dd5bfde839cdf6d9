"""Topics: words that stand out against the period before, in four scripts."""

from __future__ import annotations

import pytest

from console.core.topics import Said, topics, words


def said(count: int, text: str, *, language: str = "en", first: int = 1) -> list[Said]:
    return [Said(first + n, "play", language, text) for n in range(count)]


def test_a_new_complaint_stands_out_and_what_is_always_said_does_not() -> None:
    """ "checkout" is new; "delivery" was said as often before."""
    before = said(20, "The delivery came on time")
    now = said(12, "The checkout fails after delivery") + said(8, "The delivery was fine", first=50)

    found = {topic.word: topic for topic in topics(now, before)}

    assert "checkout" in found and "delivery" not in found
    assert tuple(range(1, 13)) == found["checkout"].conversations
    assert (0, 12) == (found["checkout"].before, len(found["checkout"].conversations))


def test_one_voice_that_repeats_itself_is_one_voice() -> None:
    """Turns are counted, not words."""
    now = [Said(1, "play", "en", "refund " * 500), *said(10, "nice lamp", first=2)]

    assert "refund" not in {topic.word for topic in topics(now, said(10, "nice lamp"))}


def test_sources_and_languages_have_topics_of_their_own() -> None:
    """What is said in Persian is compared with Persian."""
    now = said(6, "بازگشت وجه انجام نشد", language="fa") + said(6, "refund please", first=20)
    before = said(20, "خیلی خوب بود", language="fa") + said(20, "refund please", first=60)

    found = topics(now, before)

    assert {"fa"} == {topic.language for topic in found}
    assert "بازگشت" in {topic.word for topic in found}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "I didn't get the refund @shop https://x.example/refund", ["refund"]),
        ("ru", "Заказ мне всё ещё не вернули", ["заказ", "вернули"]),
        ("ar", "لم يصل الطَّلَب حتى الآن", ["يصل", "الطلب"]),
        ("fa", "هنوز پول من را پس نداده‌اند", ["پول", "نداده\u200cاند"]),
    ],
)
def test_stop_words_addresses_and_vowel_signs_are_left_out(
    language: str, text: str, expected: list[str]
) -> None:
    """What is left says something."""
    assert set(expected) <= set(words(text, language))
    assert {"the", "не", "لم", "من", "shop"}.isdisjoint(words(text, language))


def test_without_a_period_before_what_most_say_is_told() -> None:
    """A new desk has topics on its first day."""
    assert "refund" == topics(said(5, "refund"), [])[0].word
