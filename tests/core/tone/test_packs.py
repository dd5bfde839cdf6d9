"""The lexicons are whole and can be read."""

from __future__ import annotations

import json

import pytest

from console.core.tone import CATALOGUE, languages
from console.core.tone.pack import message, pack
from tests.shared_data import shared


@pytest.mark.parametrize("language", languages())
def test_every_pattern_of_a_pack_can_be_read(language: str) -> None:
    """A misspelt pattern is found here and not while somebody types."""
    found = pack(language)

    assert found is not None
    for name in found.file.parts:
        found.part(name)
    for name in found.file.cues:
        found.cue(name)
    assert all([found.wording, found.sensitive, found.slang, found.familiar or found.polite])


@pytest.mark.parametrize("language", languages())
def test_every_hint_has_its_text(language: str) -> None:
    """All 48 hints speak every interface language."""
    found = pack(language)

    assert found is not None
    assert set(CATALOGUE) == set(found.file.messages)


def test_the_four_languages_are_there() -> None:
    """English, Russian, Arabic and Persian, English first."""
    assert {"en", "ru", "ar", "fa"} <= set(languages())
    assert "en" == languages()[0]


def test_an_unknown_language_reads_english() -> None:
    """A language without a pack falls back to English texts."""
    assert message("anger", "en") == message("anger", "xx")


def test_the_catalogue_is_complete() -> None:
    """Every hint of the product's catalogue exists, with its severity."""
    wanted = json.loads(shared("data/tone/catalogue.json").read_text(encoding="utf-8"))
    expected = {
        hint["id"]: hint["severity"] for hint in wanted["draft_hints"] + wanted["workflow_hints"]
    }

    assert expected == {name: entry.severity for name, entry in CATALOGUE.items()}
