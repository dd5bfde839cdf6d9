"""Which language a short text is in."""

from __future__ import annotations

import pytest

from console.core.language import detect

TEAM = ("en", "ru", "ar", "fa")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The parcel never came and nobody answers.", "en"),
        ("Очень плохой сервис, не советую", "ru"),
        ("الخدمة سيئة جدا ولا أنصح بها", "ar"),
        ("خدمات خیلی بد بود و توصیه نمی‌کنم", "fa"),
        ("خيلي بد بود و اصلا جواب نمي دهند", "fa"),
        ("وصل المنتج متأخرا ولم يرد علي أحد", "ar"),
    ],
)
def test_a_sentence_is_told_with_certainty(text: str, language: str) -> None:
    """Script, letters and small words decide; Persian on an Arabic keyboard too."""
    assert (language, True) == detect(text, TEAM)


def test_a_short_text_keeps_the_earlier_language() -> None:
    """Two words prove nothing against the customer's earlier messages."""
    assert ("ru", False) == detect("ok super", TEAM, previous="ru")


def test_no_letters_keep_the_earlier_language() -> None:
    """Stars and numbers are no language."""
    assert ("fa", False) == detect("10/10 ⭐", TEAM, previous="fa")


def test_a_script_of_no_team_language_names_a_stranger() -> None:
    """Hebrew is Hebrew, also for a team that does not answer in it."""
    assert ("he", True) == detect("השירות היה נורא ואף אחד לא ענה", TEAM)


def test_ukrainian_is_not_russian_where_both_are_answered() -> None:
    """Letters that only one of them has decide."""
    assert ("uk", True) == detect("Дуже повільна доставка, її чекали тиждень", (*TEAM, "uk"))


def test_links_and_addresses_do_not_count() -> None:
    """A Russian text with a long link is Russian."""
    text = "Смотрите https://example.com/a/very/long/english/path и пишите на help@example.com нам"

    assert ("ru", True) == detect(text, TEAM)


def test_german_and_english_are_told_apart_where_both_are_answered() -> None:
    """The model is asked where small words do not suffice."""
    assert "de" == detect("Wunderbares Hotel, freundliche Bedienung", (*TEAM, "de"))[0]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hola Nadia, lamentamos mucho lo ocurrido con su maleta y los regalos.", "es"),
        ("Wir freuen uns sehr, dass Ihre Mutter bei uns gut aufgehoben war.", "de"),
        ("Nous sommes désolés pour le retard de votre colis, il est parti hier.", "fr"),
    ],
)
def test_small_words_give_a_stranger_away(text: str, language: str) -> None:
    """A team that answers in one Latin language alone is still told of another."""
    assert (language, True) == detect(text, TEAM)


def test_names_of_things_are_no_other_language() -> None:
    """English without small words stays what it was taken for."""
    assert ("en", False) == detect("Samsung Galaxy Ultra black 256 GB, size La Mer", TEAM, "en")
