"""The interface's own language."""

import asyncio

import pytest

from console.core import i18n
from console.core.i18n import PSEUDO, _, language_of, ngettext, speaking, use


@pytest.fixture(autouse=True)
def english_again():
    yield
    use("en")


@pytest.mark.parametrize("tag", i18n.LANGUAGES)
def test_every_language_has_a_catalogue(tag):
    """Each language of the list can be chosen, by its tag and by a locale's name."""
    assert tag == use(tag)
    assert tag == use(f"{tag.upper()}_XX.UTF-8")


def test_an_unknown_language_becomes_english():
    """Nobody is left without an interface because of a tag."""
    assert "en" == use("tlh")
    assert "Send" == _("Send")


def test_a_string_without_translation_stays_english():
    """A gap in a catalogue shows the source's words."""
    use("ru")

    assert "zzz never translated" == _("zzz never translated")
    assert "zzz many" == ngettext("zzz one", "zzz many", 5)


def test_the_pseudo_language_marks_strings_and_keeps_their_fields():
    """A marked string is told from a forgotten one at sight, and still formats."""
    use("pseudo")

    assert "⟦7 ôpéñ⟧" == _("{n} open").format(n=7)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "fa:en"}, "fa"),
        ({"LC_MESSAGES": "ar_EG"}, "ar"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_language_of_an_environment(environment, expected):
    """LANGUAGE, LC_ALL, LC_MESSAGES and LANG, in this order."""
    assert expected == language_of(environment)


async def test_each_answer_is_in_the_language_of_who_asked():
    """Two consoles are answered at once; an unknown language leaves the desk's own."""
    both = asyncio.Barrier(2)

    async def answer(language):
        with speaking(language):
            await both.wait()
            return _("{n} open")

    answers = await asyncio.gather(answer(PSEUDO), answer("xx"))

    assert ["⟦{n} ôpéñ⟧", "{n} open"] == answers
    assert "{n} open" == _("{n} open")
