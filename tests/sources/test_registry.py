"""Which kinds of source there are, and what an unknown one is answered."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from sources.base import OptionError, Source, SourceError
from sources.net import Net
from sources.parsing import Parser
from sources.registry import build, kinds, load
from sources.setup import Setup
from sources.tools import Tools

TOOLS = Tools(None, None)  # type: ignore[arg-type]


def test_every_kind_of_the_project_file_is_there_and_loads() -> None:
    """Each entry point leads to something that can be built."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    named = project["project"]["entry-points"]["shiftdesk.sources"]

    assert set(named) <= set(kinds())
    assert all(callable(load(kind)) for kind in named)


def test_kinds_are_listed_without_importing_them() -> None:
    """No adapter and no HTTP client is imported for the list."""
    program = (
        "import sys; from sources.registry import kinds; assert kinds();"
        "print([m for m in sys.modules if m in ('aiohttp', 'feedparser', 'sources.feeds')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip

    assert done.stdout.strip() == "[]"


def test_an_unknown_kind_is_answered_with_the_nearest() -> None:
    """The message lists what there is."""
    with pytest.raises(OptionError, match=r"did you mean rss\? \(there are .*json_api"):
        load("rrs")


def test_a_source_is_built() -> None:
    """What comes out is a source."""
    source = build("rss", "blog", {"url": "http://example.com/feed"}, TOOLS)

    assert isinstance(source, Source)
    assert source.name == "blog"


def test_a_plugin_that_breaks_is_one_sources_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else's program cannot keep the others from starting."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("sources.registry.load", lambda _: broken)

    with pytest.raises(SourceError, match=r"sources\.x: the type x broke"):
        build("x", "x", {}, TOOLS)


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind != "json_api"])
def test_every_kind_can_be_connected_by_answering(kind: str) -> None:
    """What the guided set-up asks for is what the type takes, and enough for it."""
    setup = getattr(load(kind), "setup", None)
    assert isinstance(setup, Setup)
    answers: dict[str, Any] = {}
    for question in setup.questions:
        if question.form in ("secret", "file"):
            answers[f"{question.option}_file"] = "/nowhere"
        elif question.form == "list":
            answers[question.option] = ["de"]
        elif question.form == "whole":
            answers[question.option] = 1
        elif question.choices:
            answers[question.option] = question.choices[0]
        else:
            answers[question.option] = _PLAUSIBLE.get(question.option, "word")

    problems = _problems(kind, answers)

    assert problems == {}


_PLAUSIBLE = {
    "url": "https://example.com/feed",
    "app": "375380948",
    "repository": "owner/name",
    "address": "support@example.com",
    "imap": "imap.example.com",
    "smtp": "smtp.example.com",
    "listen": "127.0.0.1:8787",
    "public_url": "https://hooks.example.com/hook",
}


def _problems(kind: str, answers: dict[str, Any]) -> dict[str, str]:
    try:
        build(kind, "x", answers, Tools(Net(), Parser()))
    except OptionError as error:
        return error.problems
    return {}
