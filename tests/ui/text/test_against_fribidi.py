"""Our order of text is FriBidi's, but for what `documented` names.

FriBidi 1.0.8 differs from UAX #9, and so from us, where a combining mark follows a neutral: it
joins the mark, now a neutral itself (W1), to a bracket beside it and loses the pair (N0).
We differ on purpose in three things that no order of characters shows: joiners and direction
marks are spent and not drawn, a joined emoji is never turned round inside, and what has no base
(a lone variation selector) or changes nothing is not drawn or stands on a dotted circle.
"""

import random
import re

import pytest

from console.ui.text import Rendering, display_lines, use_rendering
from console.ui.text.bidi import classes, levels, line_levels
from console.ui.text.shaping import shaped
from tests.ui.text.fribidi import Paragraph

LETTERS = "abcXYZéжابتسلمنیאבגד中😀" + "0123456789٠١٢۴۵" + " ()[]{}<>«».,:;!?/-+%$#@&*'\"،؟€°−"
MARKS = "\u064b\u0650\u05b0\u0301\ufe0f"
FORMATS = "\u200e\u200f\u061c\u200c\u200d"
BASES = (None, "ltr", "rtl")
_UNDRAWN = dict.fromkeys(map(ord, FORMATS + "\u25cc\ufe0f"))


@pytest.fixture(autouse=True)
def letters_as_they_are():
    use_rendering(Rendering(shape=False))
    yield
    use_rendering(Rendering())


def texts(count, alphabet, seed, longest=60):
    chance = random.Random(seed)
    for _ in range(count):
        yield "".join(chance.choices(alphabet, k=chance.randint(1, longest)))


def documented(text):
    """Whether a mark follows a neutral, where FriBidi may lose a pair of brackets."""
    return re.search("(^|[owStpc])z*m", classes(text)) is not None


def different_levels(text, base):
    """The places whose level is not FriBidi's; what rule X9 removes has none."""
    level, found = levels(text, base)
    types = classes(text)
    theirs = Paragraph(text, base)
    ours = line_levels(types, found, level)
    if level != theirs.level:
        return [-1]
    pairs = zip(types, ours, theirs.levels, strict=True)
    return [i for i, (t, a, b) in enumerate(pairs) if a != b and t not in "zlrduf"]


def different_lines(text, base, width):
    """The lines that FriBidi would show in another order."""
    paragraph = Paragraph(text, base)
    found = []
    for line in display_lines(text, width, base):
        unseen = [c.start for c in line.cells if not c.text and text[c.start].isspace()]
        theirs = paragraph.line(line.start, min(unseen, default=line.end))
        if line.text.translate(_UNDRAWN).lstrip() != theirs.translate(_UNDRAWN).lstrip():
            found.append((theirs, line.text))
    return found


def check_levels(count, seed):
    wrong = [
        (text, base)
        for text in texts(count, LETTERS + MARKS + FORMATS + "\t", seed)
        if not documented(text)
        for base in BASES
        if different_levels(text, base)
    ]
    assert [] == wrong


def check_lines(count, seed):
    chance = random.Random(seed)
    wrong = []
    for text in texts(count, LETTERS * 3 + MARKS + FORMATS, seed):
        too_many_marks = re.search(f"[{MARKS}]{{3}}", text)
        if documented(text) or too_many_marks:
            continue
        wrong += different_lines(text, chance.choice(BASES), chance.randint(4, 40))
    assert [] == wrong


def check_shapes(count, seed):
    letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهويىئآأإؤةپچژگکیڵۆێەۀڤڭۋۇٹڈڑںہےۓ" + "ل" * 6 + "ا" * 4
    wrong = []
    for text in texts(count, letters + "\u200c\u200d\u0640 a", seed, longest=8):
        # FriBidi puts the ligature in the alef's place and the filling in lam's.
        theirs = re.sub("\ufeff([\ufef5-\ufefc])", "\\1\ufeff", Paragraph(text, "rtl").joined())
        if "".join(form or "\ufeff" for form in shaped(text)) != theirs:
            wrong.append(text)
    assert [] == wrong


def test_levels_of_a_sample_are_those_of_fribidi():
    """Every character of 1,000 mixed paragraphs, in three directions."""
    check_levels(1000, seed=1)


def test_wrapped_lines_of_a_sample_are_those_of_fribidi():
    """Every line of 1,000 mixed paragraphs wrapped at random widths, brackets mirrored."""
    check_lines(1000, seed=2)


def test_letters_of_a_sample_join_as_in_fribidi():
    """Arabic, Persian, Kurdish and Urdu letters take the same forms."""
    check_shapes(1000, seed=3)


def nested(chance, depth):
    """A text in which every embedding, override and isolate is closed."""
    opening, closing = chance.choice(
        ["\u202a\u202c", "\u202b\u202c", "\u202d\u202c", "\u202e\u202c"]
    )
    if chance.random() < 0.6:
        opening, closing = chance.choice("\u2066\u2067\u2068"), "\u2069"
    words = ["".join(chance.choices(LETTERS, k=chance.randint(0, 8))) for _ in range(3)]
    inner = nested(chance, depth - 1) if depth else ""
    return words[0] + opening + words[1] + inner + closing + words[2]


def test_embeddings_and_isolates_nest_as_in_fribidi():
    """Controls that `clean()` removes are understood all the same; FriBidi goes its own way
    where they are left open."""
    chance = random.Random(4)
    wrong = [
        (text, base)
        for text in (nested(chance, chance.randint(0, 4)) for _ in range(500))
        for base in BASES
        if different_levels(text, base)
    ]

    assert [] == wrong


@pytest.mark.heavy
def test_all_levels_are_those_of_fribidi():
    """20,000 mixed paragraphs in three directions."""
    check_levels(20_000, seed=11)


@pytest.mark.heavy
def test_all_wrapped_lines_are_those_of_fribidi():
    """20,000 mixed paragraphs wrapped at random widths."""
    check_lines(20_000, seed=12)


@pytest.mark.heavy
def test_all_letters_join_as_in_fribidi():
    """20,000 words."""
    check_shapes(20_000, seed=13)
