"""What the editor shows of all hints."""

from __future__ import annotations

from console.core.tone import Context, Hint, Item, asks, for_editor, hints

COMPLAINT = Item("The kettle broke.", rating=1, kind="review", language="en", author="Ann")
PUBLIC = Context(public=True)


def made(*names: str) -> list[Hint]:
    return [Hint(name, "warn", 0, 0, name) for name in names]


def test_at_most_five_are_shown() -> None:
    """A sixth hint waits."""
    given = made("anger", "sarcasm", "defensive", "all_caps", "too_long", "boilerplate")

    assert 5 == len(for_editor(given))


def test_privacy_goes_before_tone_and_tone_before_style() -> None:
    """The weightiest stands first."""
    given = made("boilerplate", "missing_thanks", "anger", "pii_phone")

    shown = [hint.id for hint in for_editor(given)]

    assert ["pii_phone", "anger", "missing_thanks", "boilerplate"] == shown


def test_the_wrong_language_hides_everything_else() -> None:
    """Nothing else matters in a language the customer does not read."""
    given = made("anger", "wrong_language", "pii_phone")

    assert ["wrong_language"] == [hint.id for hint in for_editor(given)]


def test_a_short_reply_gets_a_checklist() -> None:
    """What is missing becomes lines of one hint."""
    shown = for_editor(hints(COMPLAINT, "Sorry.", PUBLIC))

    assert not [hint.id for hint in shown if hint.id.startswith("missing_")]
    assert 1 < next(hint for hint in shown if hint.id == "too_short").message.count("☐")


def test_personal_data_in_public_asks_before_sending() -> None:
    """A card number in public asks; in private it only advises."""
    draft = "We refund 4111 1111 1111 1111."

    public = asks(hints(COMPLAINT, draft, PUBLIC))
    private = asks(hints(COMPLAINT, draft, Context(public=False)))

    assert (["pii_payment"], []) == ([hint.id for hint in public], [hint.id for hint in private])
