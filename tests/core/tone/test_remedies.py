"""What one key does about a hint."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.core.tone import Hint, hints

CASES = [
    json.loads(line)
    for language in ("en", "ru", "ar", "fa")
    for line in (Path(__file__).parent / f"cases-{language}.jsonl").read_text("utf-8").splitlines()
]
MENDED = (
    "blames_customer",
    "condescending",
    "emoji_misfit",
    "humour_on_complaint",
    "incentivised_review",
    "intrusive_personalisation",
    "non_apology",
    "over_promise",
    "passive_aggressive",
    "promo_in_complaint",
    "sarcasm",
)


def mended(draft: str, hint: Hint) -> str:
    """The draft after one key."""
    assert hint.fix is not None
    return draft[: hint.fix.start] + hint.fix.text + draft[hint.fix.end :]


def found(case: dict[str, object], draft: str, id: str) -> Hint | None:
    told = hints(case["item"], draft, case.get("context", {}))
    return next((hint for hint in told if hint.id == id), None)


@pytest.mark.parametrize("id", MENDED)
def test_a_remedy_removes_its_hint(id: str) -> None:
    """Pressed until the hint is gone, at most thrice, in every labelled case that has it."""
    left = []
    for case in CASES:
        draft = str(case["draft"])
        for _again in range(3):
            hint = found(case, draft, id)
            if hint is None:
                break
            draft = mended(draft, hint)
        if found(case, draft, id):
            left.append(draft)

    assert [] == left


def test_a_sentence_is_taken_out_with_one_blank() -> None:
    """What stands around it stays apart by one."""
    item = {"text": "It broke.", "rating": 1, "kind": "review", "language": "en"}
    draft = "We are sorry. Haha, that was a blast! We send a new one."
    hint = found({"item": item}, draft, "humour_on_complaint")

    assert hint is not None
    assert "We are sorry. We send a new one." == mended(draft, hint)


@pytest.mark.parametrize("language", ["en", "ru", "ar", "fa"])
def test_a_missing_solution_leaves_a_blank_to_fill(language: str) -> None:
    """No machine knows what the team does: the agent is asked, and nothing goes before."""
    thanks = {"en": "Thank you.", "ru": "Спасибо.", "ar": "شكرًا لكم.", "fa": "ممنونیم."}
    item = {"text": "It broke.", "rating": 1, "kind": "review", "language": language}
    hint = found({"item": item}, thanks[language], "missing_solution")

    assert hint is not None
    assert "{?" in mended(thanks[language], hint)


@pytest.mark.parametrize(
    ("language", "draft", "id", "after"),
    [
        ("en", "As we already told you, the lift opens at nine.", "passive_aggressive",
         "The lift opens at nine."),
        ("ru", "Даже ребёнок знает, что шерсть садится.", "condescending", "Шерсть садится."),
        ("ru", "Неужели так сложно понять, как устроена очередь?", "condescending", ""),
        ("fa", "همان‌طور که در پیام قبلی گفتیم، مغازه باز است.", "passive_aggressive",
         "مغازه باز است."),
        ("en", "Hereby we confirm the visit.", "over_formal", "We confirm the visit."),
        ("ar", "نفيدكم بأن الموعد يوم الأحد.", "over_formal", "الموعد يوم الأحد."),
        ("en", "We're gonna look at it.", "too_informal", "We're going to look at it."),
        ("ru", "Напиши нам, и мы вернём вам деньги.", "formality_mix",
         "Напишите нам, и мы вернём вам деньги."),
        ("ru", "Если вам неудобно, сможешь прийти завтра.", "formality_mix",
         "Если вам неудобно, сможете прийти завтра."),
        ("fa", "سلام، به شما خبر می‌دهیم و پولت برمی‌گردد.", "formality_mix",
         "سلام، به شما خبر می‌دهیم و پولتان برمی‌گردد."),
    ],
)  # fmt: skip
def test_a_better_wording_keeps_the_fact(language: str, draft: str, id: str, after: str) -> None:
    """What talks down goes, officialese and slang are said plainly, one form of address stays."""
    item = {"text": "It broke.", "rating": 1, "kind": "review", "language": language}
    hint = found({"item": item}, draft, id)

    assert hint is not None
    assert after == mended(draft, hint)


def test_mockery_gives_way_to_one_sincere_sentence() -> None:
    """Twice the same sentence would read like a template."""
    item = {"text": "It broke.", "rating": 1, "kind": "review", "language": "en"}
    draft = "Oh no, ten minutes! Somebody call the police. We send a new one."
    for _again in range(3):
        hint = found({"item": item}, draft, "sarcasm")
        if hint:
            draft = mended(draft, hint)

    assert 1 == draft.count("I can see why this upset you.")
    assert draft.endswith("We send a new one.")
