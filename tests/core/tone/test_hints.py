"""What a hint says, where it points, and what its fix does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.core.limits import Limit
from console.core.tone import Context, Hint, Item, Profile, hints, ids

COMPLAINT = Item("The kettle arrived broken.", rating=1, kind="review", language="en", author="Ann")
PUBLIC = Context(public=True)
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


def one(hint_id: str, item: object, draft: str, context: object = PUBLIC, **more: Any) -> Hint:
    return next(hint for hint in hints(item, draft, context, **more) if hint.id == hint_id)


def fixed(draft: str, hint: Hint) -> str:
    assert hint.fix is not None
    return draft[: hint.fix.start] + hint.fix.text + draft[hint.fix.end :]


def test_a_hint_points_at_its_words() -> None:
    """The span of a hint holds the words that raised it."""
    draft = "Hi Ann. The lid was open. You clearly forgot to close it."

    hint = one("blames_customer", COMPLAINT, draft)

    assert "You clearly forgot" == draft[hint.start : hint.end]


def test_offsets_survive_vowel_marks() -> None:
    """Harakat and joiners are folded away, and the span still fits the draft."""
    draft = "مَرْحَبًا، هذا خَطؤُكِ أنتِ."
    item = Item("وصل الطلب مكسورًا", rating=1, kind="review", language="ar")

    hint = one("blames_customer", item, draft)

    assert "خَطؤُكِ" == draft[hint.start : hint.end]


def test_the_message_is_in_the_agents_language() -> None:
    """An agent who works in Russian reads Russian hints about an English draft."""
    english = one("too_short", COMPLAINT, "Sorry.")
    russian = one("too_short", COMPLAINT, "Sorry.", interface_language="ru")

    assert english.message != russian.message


def test_mappings_and_structs_give_the_same() -> None:
    """Plain dictionaries with the same fields give the same ids."""
    item = {"text": COMPLAINT.text, "rating": 1, "kind": "review", "author": "Ann"}

    plain = list(ids(item | {"language": "en"}, "Sorry.", {"public": True}))

    assert list(ids(COMPLAINT, "Sorry.", PUBLIC)) == plain


def test_a_muted_hint_is_not_given() -> None:
    """What a team mutes is not shown to it."""
    given = hints(COMPLAINT, "Sorry.", PUBLIC, muted={"too_short"})

    assert "too_short" not in [hint.id for hint in given]


def test_given_sentiment_goes_before_the_rating() -> None:
    """Five stars with a complaint that the agent marked are treated as a complaint."""
    item = Item("Great, but it broke.", rating=5, sentiment="negative", language="en")

    assert "missing_apology" in ids(item, "Hello, thank you for your message.", PUBLIC)


def test_the_missing_greeting_goes_to_the_start() -> None:
    """The fix inserts a greeting with the customer's name."""
    draft = "We are sorry that the kettle arrived broken."

    hint = one("missing_greeting", COMPLAINT, draft)

    assert f"Hello Ann, {draft}" == fixed(draft, hint)


def test_a_card_number_is_masked() -> None:
    """All but the last four digits become stars, the spaces stay."""
    draft = "We refund 4111 1111 1111 1111 today."

    hint = one("pii_payment", COMPLAINT, draft)

    assert "We refund **** **** **** 1111 today." == fixed(draft, hint)


def test_a_card_number_in_private_only_warns() -> None:
    """In a private channel a card number is a warning, in public an error."""
    draft = "We refund 4111 1111 1111 1111 today."

    private = one("pii_payment", COMPLAINT, draft, Context(public=False))

    assert "warn" == private.severity


@pytest.mark.parametrize("account", ["IR062960000000100324200001", "GB82 WEST 1234 5698 7654 32"])
def test_account_numbers_are_found_by_their_checksum(account: str) -> None:
    """British and Iranian account numbers are both found."""
    assert "pii_payment" in ids(COMPLAINT, f"Is {account} still yours?", PUBLIC)


def test_the_brands_own_address_may_be_published() -> None:
    """An address in the brand's contacts is no personal data."""
    context = Context(public=True, brand_contacts=("help@shop.example",))

    assert "pii_email" not in ids(COMPLAINT, "Please write to help@shop.example.", context)


def test_a_free_call_number_is_nobodys() -> None:
    """A number that costs nothing belongs to a company."""
    assert "pii_phone" not in ids(COMPLAINT, "Please call us on 0800 033 6500.", PUBLIC)


def test_lookalike_letters_are_put_back() -> None:
    """A Latin letter in a Russian word is replaced by its twin."""
    item = Item("Всё плохо", rating=1, kind="review", language="ru")
    draft = "Ваш зaказ уже в пути."

    assert "Ваш заказ уже в пути." == fixed(draft, one("script_hygiene", item, draft))


def test_the_limit_is_counted_as_the_channel_counts() -> None:
    """Ten emoji are twenty UTF-16 units."""
    over = Context(limit=Limit(15, "utf16"))

    assert "over_limit" in ids(COMPLAINT, "😀" * 10, over)


def test_one_foreign_passage_is_mixed_not_wrong() -> None:
    """A reply with one sentence in another language is still the customer's."""
    item = Item("Отличный отель!", rating=5, kind="review", language="ru")
    draft = "Спасибо за отзыв! We are so happy that you liked the room. Ждём вас снова!"

    given = set(ids(item, draft, PUBLIC))

    assert {"mixed_language"} == given & {"mixed_language", "wrong_language"}


def test_a_brand_name_is_no_foreign_passage() -> None:
    """Fewer than five foreign words in a row are names."""
    item = Item("Отличный отель!", rating=5, kind="review", language="ru")
    draft = "Спасибо за отзыв о нашем Grand Hotel Nordhaus Spa! Ждём вас снова."

    assert "mixed_language" not in ids(item, draft, PUBLIC)


def test_the_same_name_in_another_script_counts() -> None:
    """A customer who signs in Latin letters may be addressed in Russian."""
    item = Item("Плохо", rating=1, kind="review", language="ru", author="Dmitry")

    assert "missing_name" not in ids(item, "Здравствуйте, Дмитрий! Простите нас.", PUBLIC)


@pytest.mark.parametrize("author", ["user_8812", "@anna", "A Google user", "Аноним", "کاربر"])
def test_a_handle_is_no_name(author: str) -> None:
    """Nobody is called by a handle or by "anonymous"."""
    item = Item("Bad", rating=1, kind="review", language="en", author=author)

    assert "missing_name" not in ids(item, "Hello, we are sorry about this.", PUBLIC)


def test_a_kept_promise_is_asked_after() -> None:
    """When a promised date has come, the agent is reminded."""
    context = Context(now=NOW, promised_for=NOW - timedelta(hours=1))

    assert "follow_up_due" in ids(COMPLAINT, "", context)


def test_a_late_answer_is_called_late() -> None:
    """Past the policy's deadline the reply is overdue."""
    context = Context(now=NOW, due_at=NOW - timedelta(minutes=1))

    assert "reply_overdue" in ids(COMPLAINT, "", context)


def test_an_answered_conversation_is_not_late() -> None:
    """Once answered, nothing is overdue."""
    context = Context(now=NOW, due_at=NOW - timedelta(minutes=1), answered=True)

    assert "reply_overdue" not in ids(COMPLAINT, "", context)


def test_praise_without_a_question_needs_no_answer() -> None:
    """Five stars that ask for nothing may stay unanswered."""
    item = Item("Wonderful place.", rating=5, kind="review", language="en")

    assert "reply_optional" in ids(item, "", PUBLIC)


def test_a_voice_that_is_not_the_brands_is_noticed() -> None:
    """A brand that uses no emoji is told when a draft does."""
    context = Context(profile=Profile(emoji=0))

    assert "voice_drift" in ids(COMPLAINT, "Hello Ann, we are sorry 🙏", context)


def test_an_empty_draft_has_no_faults() -> None:
    """Before the first word nothing is missing."""
    assert [] == list(ids(COMPLAINT, "", PUBLIC))


@pytest.mark.parametrize(
    ("language", "draft", "expected"),
    [
        ("en", "Your number 555-123-4567 is on file.", "pii_phone"),
        ("en", "Account number: 00412-77810.", "pii_order"),
        ("en", "Your booking reference is QX7731-902.", "pii_order"),
        ("en", "Write to jane (at) gmail (dot) com please.", "pii_email"),
        ("ru", "Номер накладной: 10-2233-441.", "pii_order"),
        ("ru", "Перезвоним на +7 (495) 123-45-67.", "pii_phone"),
        ("ar", "سنتصل على ٠١٠١٢٣٤٥٦٧٨ اليوم.", "pii_phone"),
        ("fa", "شماره پیگیری شما ۹۹۱۲۳۴۵۶ است.", "pii_order"),
    ],
)
def test_a_number_is_what_stands_beside_it(language: str, draft: str, expected: str) -> None:
    """Calls make a phone number, orders an order number, in digits of any kind."""
    item = Item("x", rating=1, kind="review", language=language)

    given = {hint for hint in ids(item, draft, PUBLIC) if hint.startswith("pii_")}

    assert {expected} == given


@pytest.mark.parametrize(
    ("language", "draft"),
    [
        ("en", "The fix is in version 10.4.21 since 2027-03-01, open 9:00-18:00."),
        ("en", "It costs 1,250,000 rubles or $12,500 plus 20% tax."),
        ("en", "See https://shop.example/orders/123456789 for details."),
        ("ru", "Стоит 1 250 000 рублей, версия 4.2.1 от 12.05.2027."),
        ("ar", "السعر 1250000 دينار والإصدار 4.2.1 من 2027."),
        ("fa", "مبلغ ۱۲۵۰۰۰۰ تومان است و نسخه ۴٫۲٫۱ آمده."),
    ],
)
def test_prices_dates_and_versions_are_nobodys(language: str, draft: str) -> None:
    """Long numbers that name no person stay silent."""
    item = Item("x", rating=1, kind="review", language=language)

    assert not [hint for hint in ids(item, draft, PUBLIC) if hint.startswith("pii_")]


def test_an_address_is_seen_before_a_full_stop() -> None:
    """The sentence that follows it is no part of it."""
    draft = "Hi Ann, we wrote to ann.b@mail.example. See you soon."

    hint = one("pii_email", COMPLAINT, draft)

    assert "ann.b@mail.example" == draft[hint.start : hint.end]


def test_a_span_that_is_over_is_no_promised_time() -> None:
    """ "Three weeks without your money" does not say when it comes."""
    late = "Hi Ann, three weeks without your money is too long, sorry. We will refund you"

    open_, dated = (list(ids(COMPLAINT, text, PUBLIC)) for text in (f"{late}.", f"{late} today."))

    assert "missing_time_frame" in open_
    assert "missing_time_frame" not in dated


def test_a_short_good_wish_closes_a_reply() -> None:
    """Whatever it wishes; thanks and excuses with the same mark do not."""
    start = "Hi Ann, thank you for the kind words. "

    wished, thanked = (
        list(ids(COMPLAINT, start + text, PUBLIC)) for text in ("Warm toes!", "Many thanks!")
    )

    assert "missing_close" not in wished
    assert "missing_close" in thanked


def test_congratulations_to_a_happy_customer_are_meant() -> None:
    """The same word under a complaint could be read as sarcasm."""
    happy = Item("Passed my test!", rating=5, kind="review", language="en", author="Ann")
    draft = "Wow, congratulations! What a lovely surprise for us."

    assert "sarcasm" not in list(ids(happy, draft, PUBLIC))
    assert "sarcasm" in list(ids(COMPLAINT, draft, PUBLIC))
