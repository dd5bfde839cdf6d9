"""The catalogues of the interface."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from console.core.i18n import LANGUAGES, _, ngettext, use

LOCALE = Path(__file__).parents[2] / "console" / "locale"
FIELDS = re.compile(r"\{[^{}]*\}")
TRANSLATED = [language for language in LANGUAGES if language != "en"]


def in_f_strings(tree):
    """What is looked up inside f-strings, where the extractor of Python 3.11 does not look."""
    lines = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    calls = [one for line in lines for one in ast.walk(line) if isinstance(one, ast.Call)]
    for call in calls:
        words = [one.value for one in call.args if isinstance(one, ast.Constant)]
        if (
            isinstance(call.func, ast.Name)
            and call.func.id in ("_", "mark", "ngettext", "say")
            and words
        ):
            yield words[0]


def test_every_string_is_one_that_the_extractor_finds():
    """A string looked up inside an f-string would reach no translator."""
    found = [
        f"{path.name}: {words}"
        for folder in (LOCALE.parent, LOCALE.parents[1] / "sources")
        for path in sorted(folder.rglob("*.py"))
        for words in in_f_strings(ast.parse(path.read_text("utf-8")))
    ]

    assert [] == found


def messages(language):
    """Pairs of what the source says, in all its forms, and one translation."""
    path = LOCALE / language / "LC_MESSAGES" / "shiftdesk.po"
    with path.open("rb") as source:
        for message in read_po(source, locale=language):
            forms = message.id if isinstance(message.id, tuple) else (message.id,)
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            yield from ((forms, string) for string in strings if string and message.id)


@pytest.fixture(autouse=True)
def english_again():
    yield
    use("en")


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_the_fields(language):
    """A translation that misspells a field would end the console where it is shown."""
    wrong = [
        (forms, string)
        for forms, string in messages(language)
        if set(FIELDS.findall(string))
        != {field for form in forms for field in FIELDS.findall(form)}
    ]

    assert [] == wrong


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_the_blanks_at_their_ends(language):
    """Labels on a coloured ground bring their own blanks."""
    wrong = [
        string
        for forms, string in messages(language)
        if (string[0] == " ", string[-1] == " ") != (forms[0][0] == " ", forms[0][-1] == " ")
    ]

    assert [] == wrong


@pytest.mark.parametrize(
    ("n", "expected"), [(1, "1 час"), (2, "2 часа"), (5, "5 часов"), (21, "21 час")]
)
def test_russian_counts_in_three_forms(n, expected):
    """One, few and many."""
    use("ru")

    assert expected == ngettext("{n} hour", "{n} hours", n).format(n=n)


def test_a_catalogue_with_gaps_speaks_english_in_them():
    """What nobody has translated yet is shown as the source says it, never empty."""
    use("ar")

    assert "Words of tomorrow" == _("Words of tomorrow")
