"""What sources say in English is told in the language of whoever reads it."""

import re
from pathlib import Path
from time import perf_counter

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from console.core.i18n import LANGUAGES, speaking, use
from console.core.said import in_our_words
from sources.base import OptionError
from sources.said import say

ROOT = Path(__file__).parents[2]
FIELDS = re.compile(r"\{(\w*)\}")
TRANSLATED = [language for language in LANGUAGES if language != "en"]


def templates():
    """Every sentence that a source or the desk says of the outside world."""
    for room in ("sources", "console/desk"):
        for _file, _line, message, *_rest in extract_from_dir(ROOT / room, keywords={"say": None}):
            yield message


NUMBERS = ("n", "status", "code", "line", "port", "least", "most", "left", "limit")
TEMPLATES = sorted(set(templates()))


def catalogue(language):
    path = ROOT / "console" / "locale" / language / "LC_MESSAGES" / "sources.po"
    with path.open("rb") as source:
        return {one.id: one.string for one in read_po(source, locale=language) if one.id}


@pytest.fixture(autouse=True)
def english_again():
    yield
    use("en")


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_has_a_translation_with_the_same_fields(language):
    """No gaps, no strangers, no misspelt field."""
    known = catalogue(language)

    assert TEMPLATES == sorted(known)
    assert [] == [
        (message, words)
        for message, words in known.items()
        if not words or set(FIELDS.findall(message)) != set(FIELDS.findall(words))
    ]


def test_fields_are_plain_names_that_never_touch():
    """Else the sentence could not be taken apart again; forms and numbers are written before."""
    wrong = [one for one in TEMPLATES if "}{" in one or re.search(r"\{(?!\w+\})|\}\}", one)]

    assert [] == wrong


@pytest.mark.parametrize("template", TEMPLATES)
def test_each_sentence_is_found_again(template):
    """Its fields stand where the Russian sentence has them."""
    numbers = dict.fromkeys(NUMBERS, "1,024")
    fields = {name: numbers.get(name, f"<{name}>") for name in FIELDS.findall(template)}
    use("ru")

    assert catalogue("ru")[template].format(**fields) == in_our_words(say(template, **fields))


def test_a_desk_answers_each_console_in_its_own_language():
    """The language in force counts, not the process's."""
    with speaking("fa"):
        told = in_our_words("a text")

    assert "متن" == told
    assert "a text" == in_our_words("a text")


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "shop.example answered, but the packed body is broken; it is tried again later",
            "shop.example отвечает, но упакованное тело повреждено; позже будет новая попытка",
        ),
        (
            f"wrong options: {OptionError({'url': 'missing; expected a text', 'ports': 'expected a list of port numbers'})}",
            "неверные параметры: url: не указано; ожидается текст; ports: ожидается список номеров портов",
        ),
        (
            "the document is malformed; what could be read was taken; 3 items without an id were given one",
            "документ неправильный; взято то, что удалось прочитать; "
            "записей без идентификатора, получивших его от нас: 3",
        ),
        ("reviews.xml: cannot be read (gone)", "reviews.xml: не читается (gone)"),
        (
            "HTTP 403 from shop.example (said: no; {host}); check the token and what it may read",
            "HTTP 403 от shop.example (said: no; {host}); проверьте токен и его права на чтение",
        ),
    ],
)
def test_sentences_inside_sentences_and_in_a_row(sentence, expected):
    """What a field holds and what stands in a row is told as well; foreign words stay."""
    use("ru")

    assert expected == in_our_words(sentence)


@pytest.mark.parametrize(
    "foreign", ["We had to say no.", "Out of stock", "", "Out; of; order", "{host}", "a: b"]
)
def test_what_nobody_here_said_is_shown_as_it_is(foreign):
    """A platform's own words, a plugin's, a customer's."""
    use("ru")

    assert foreign == in_our_words(foreign)


@pytest.mark.parametrize(
    "piece",
    ["; ", " (", " does not let ", "HTTP 403 from ", ": ", "{host}", "; it is tried again "],
)
def test_hostile_text_costs_nothing(piece):
    """Sixty-four thousand characters are not looked at, the longest that are take no time."""
    use("ru")
    in_our_words("a text")
    started = perf_counter()

    assert piece * 10_000 == in_our_words(piece * 10_000)
    in_our_words("shop.example " + (piece * 4_000)[:3_900] + "; it is tried again later")

    assert perf_counter() - started < 2.0


def test_english_reads_no_catalogue(monkeypatch):
    """The usual case pays nothing."""
    monkeypatch.setattr("console.core.said.translations", None)

    assert "HTTP 404 from a; check the address" == in_our_words(
        "HTTP 404 from a; check the address"
    )
