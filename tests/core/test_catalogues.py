"""The catalogues of the interface."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from console.core.i18n import LANGUAGES, _, ngettext, use

LOCALE = Path(__file__).parents[2] / "console" / "locale"
FIELDS = re.compile(r"\{[^{}]*\}")
TRANSLATED = [language for language in LANGUAGES if language != "en"]


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
