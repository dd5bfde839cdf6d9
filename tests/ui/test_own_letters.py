"""The interface in a language of Arabic letters: joined, in order, in every widget."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator
from gettext import NullTranslations

import pytest
from rich.cells import cell_len
from textual.content import Content

from console.core import i18n
from console.ui.text import Rendering, has_rtl, literal, own, use_rendering
from console.ui.text.seal import opened
from tests.ui.conftest import Opened, screen_text, settle
from tests.ui.fake_desk import FakeDesk, rows

LATIN = "abcdefghijklmnopqrstuvwxyz"
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنه"
_TO_LETTERS = str.maketrans(LATIN, LETTERS)
_FIELDS = re.compile(r"(\{[^{}]*\})")
_WORD = re.compile("[\u0620-\u064a\ufb50-\ufdff\ufe70-\ufefc]+")
_UNFORMED = re.compile("[\u0621-\u063a\u0641-\u064a]")

SOME = ["", "r", "question_mark", "z"]
OTHERS = [
    "n", "s", "ctrl+f", "i", "t", "w", "d", "h", "o", "ctrl+p", "slash", "T", "a", "C", "H", "L", "p",
]  # fmt: skip
KEYS = [*SOME, *(pytest.param(key, marks=pytest.mark.heavy) for key in OTHERS)]
"""Each opens another screen, question or line; the empty one stays at the desk."""


class Letters(NullTranslations):
    """Every message with its Latin letters as Arabic ones, its fields untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.words: set[str] = set()

    def gettext(self, message: str) -> str:
        parts = _FIELDS.split(message.lower())
        told = "".join(p if p[:1] == "{" else p.translate(_TO_LETTERS) for p in parts)
        self.words |= set(_WORD.findall(told))
        return told

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> Iterator[Letters]:
    """The made-up language, whatever a console asks for."""
    made = Letters()
    monkeypatch.setattr("console.ui.app.use", lambda _wish: None)
    monkeypatch.setattr(i18n, "_chosen", made)
    yield made
    use_rendering(Rendering())


def latin_desk() -> FakeDesk:
    """A desk whose customers write no Arabic: what there is of it is the interface's."""
    return FakeDesk([row for row in rows(60) if not has_rtl(row.who + row.what)])


def base_letters(drawn: str) -> str:
    """The letters of forms: `ﻼ` is lam and alef."""
    return "".join(
        "".join(chr(int(code, 16)) for code in unicodedata.decomposition(sign).split()[1:]) or sign
        for sign in drawn
    )


def misread(screen: str, words: set[str], *, visual: bool) -> set[str]:
    """Words on the screen which, read by an Arabic reader, are no words of the interface."""
    found = set()
    for drawn in _WORD.findall(screen):
        word = "".join(base_letters(sign) for sign in reversed(drawn)) if visual else drawn
        # single letters are those that help shows of other keyboards.
        if len(word) > 1 and not any(whole.startswith(word) for whole in words):
            found.add(word)
    return found


@pytest.mark.parametrize("key", KEYS)
async def test_every_word_of_a_screen_reads_right(
    open_console: Opened, letters: Letters, key: str
) -> None:
    """Where the console orders text: letters have their forms, words run from the right."""
    async with open_console(latin_desk(), bidi="app", arabic_shaping="on") as pilot:
        await pilot.press(*filter(None, [key]))
        await settle(pilot)
        screen = screen_text(pilot)

        assert not [line for line in screen.split("\n") if _UNFORMED.search(line)]
        assert set() == misread(screen, letters.words, visual=True)


@pytest.mark.parametrize("key", KEYS)
async def test_words_without_forms_are_in_order_too(
    open_console: Opened, letters: Letters, key: str
) -> None:
    """Where the font has no joined letters, the console still orders its own sentences."""
    async with open_console(latin_desk(), bidi="app", arabic_shaping="off") as pilot:
        await pilot.press(*filter(None, [key]))
        await settle(pilot)

        assert set() == misread(opened(screen_text(pilot)), letters.words, visual=True)


@pytest.mark.parametrize("key", KEYS)
async def test_a_terminal_that_orders_text_gets_it_in_logical_order(
    open_console: Opened, letters: Letters, key: str
) -> None:
    """Nothing is turned round twice."""
    async with open_console(latin_desk(), bidi="terminal") as pilot:
        await pilot.press(*filter(None, [key]))
        await settle(pilot)

        assert set() == misread(screen_text(pilot), letters.words, visual=False)


def own_plain(text: str, width: int | None, spans: list[tuple[int, int]] | None = None) -> Content:
    content = Content(text)
    for start, end in spans or ():
        content = content.stylize("bold", start, end)
    return own.laid_out(content, width)


def test_a_sentence_is_wrapped_as_it_is_read_and_stands_at_the_right():
    """Its first words are on the first line, and a bracket opens where it should."""
    shown = own_plain("سلام (42) ok سلام", 10).plain

    assert ["  (42) ﻡﻼﺳ", "    ﻡﻼﺳ ok"] == shown.split("\n")


def test_columns_stay_where_they_are():
    """Fields between blanks are ordered each by itself, and a ligature moves nothing."""
    before = "سلام  12  علی · x"
    shown = own_plain(before, 40)

    assert cell_len(before) == shown.cell_length
    assert before.index("12") == shown.plain.index("12")


def test_what_was_laid_out_is_left_alone():
    """A name that came through the door stands in a sentence of ours as it was drawn."""
    name = literal("سلام دنیا").plain

    assert name in own_plain(f"نام {name} است", 40).plain
    assert name == own_plain(name, 40).plain


@pytest.fixture
def unjoined() -> Iterator[None]:
    """The console orders letters and joins none."""
    use_rendering(Rendering(shape=False))
    yield
    use_rendering(Rendering())


@pytest.mark.usefixtures("unjoined")
def test_without_forms_a_name_is_left_alone_and_the_sentence_is_ordered():
    """Nothing is turned round twice: the name was in its place before."""
    shown = own_plain(f"نام {literal('علی').plain} است", None).plain

    assert "تسا یلع مان" == opened(shown)


def test_a_hebrew_name_in_a_persian_sentence_is_left_alone():
    """The interface speaks no Hebrew: whatever is written in it came through the door."""
    assert "םולש" in own_plain(f"نام {literal('שלום').plain} است", None).plain


def test_a_style_follows_its_letters():
    """The word that was bold is bold where it stands now."""
    shown = own_plain("نه بله", None, [(0, 2)])

    assert ["ﻪﻧ"] == [shown.plain[span.start : span.end] for span in shown.spans]


def test_a_sentence_under_columns_stands_where_they_do():
    """A command of the palette and what it does begin at the same edge."""
    shown = own_plain("پاسخ  r\nپاسخ را باز می کند", 60).plain

    assert not any(line.startswith(" ") for line in shown.split("\n"))


def test_no_letter_that_was_laid_out_is_taken_for_one_that_was_not():
    """Any neighbours, marks and joiners: what `literal()` gives is left alone."""
    chance = random.Random(7)
    signs = [
        *LETTERS,
        *"پچژکگیئؤأإآىةء",
        "\u064e",
        "\u0651",
        "\u0640",
        "\u200c",
        "\u200d",
        " ",
        "(",
    ]
    texts = ["".join(chance.choices(signs, k=chance.randint(1, 12))) for _ in range(3000)]

    assert [] == [text for text in texts if own.needs_layout(literal(text).plain)]
