"""The guided set-up: what is asked, what is tried, what is written."""

from __future__ import annotations

import stat
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from console.core.i18n import use
from console.errors import ConfigError
from console.verbs.connecting import Guide, setup_of, write_source
from sources.setup import Question, Setup
from sources.trial import TrialResult

SETUP = Setup(
    "A shop",
    "A paid plan.",
    (
        Question("url", "Address"),
        Question("token", "Token", form="secret"),
        Question("apps", "Apps", form="list", optional=True),
    ),
)


def guide(
    target: Path, answers: Iterator[str], trials: Iterator[TrialResult], said: list[str]
) -> Guide:
    def attempt(name: str, kind: str, options: Mapping[str, Any]) -> TrialResult:
        return next(trials)

    return Guide(
        SETUP,
        "shop",
        target,
        read=lambda prompt: next(answers),
        read_secret=lambda prompt: next(answers),
        say=said.append,
        attempt=attempt,
    )


def test_a_source_is_tried_and_written_with_its_secret_beside(tmp_path: Path) -> None:
    """The block names a file of 0600; the secret stands nowhere else."""
    target = tmp_path / "config.toml"
    target.write_text("# mine\nname = 'x'\n")
    said: list[str] = []
    works = TrialResult([{"author": "Sara", "text": "hi"}])

    code = guide(
        target, iter(["books", "https://s.example", "s3cret", "a, b"]), iter([works]), said
    ).run()

    written = tomllib.loads(target.read_text())["sources"]["books"]
    secret = Path(written["token_file"])
    assert 0 == code
    assert ("shop", "https://s.example", ["a", "b"]) == (
        written["type"],
        written["url"],
        written["apps"],
    )
    assert 0o600 == stat.S_IMODE(secret.stat().st_mode)
    assert "s3cret" not in target.read_text() + "".join(said)
    assert target.read_text().startswith("# mine")


def test_a_failure_is_told_and_can_be_tried_again(tmp_path: Path) -> None:
    """The platform's own words, then another try."""
    said: list[str] = []
    trials = iter([TrialResult(error="HTTP 401"), TrialResult()])
    answers = iter(["books", "https://s.example", "bad", "", "t", "https://s.example", "good", ""])

    assert 0 == guide(tmp_path / "config.toml", answers, trials, said).run()
    assert any("HTTP 401" in sentence for sentence in said)


def test_leaving_writes_nothing(tmp_path: Path) -> None:
    """Whoever leaves has the configuration they had."""
    answers = iter(["books", "https://s.example", "bad", "", "l"])
    target = tmp_path / "config.toml"

    assert 1 == guide(target, answers, iter([TrialResult(error="no")]), []).run()
    assert not target.exists()


def test_a_name_in_use_is_not_overwritten(tmp_path: Path) -> None:
    """An existing source is never changed by connecting another."""
    target = tmp_path / "config.toml"
    target.write_text('[sources.books]\ntype = "rss"\nurl = "https://a.example"\n')

    with pytest.raises(ConfigError, match="there already"):
        write_source(target, "books", "shop", {})


def test_a_type_is_set_up_in_russian(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """What it asks and what goes wrong, in the language of whoever connects it."""
    request.addfinalizer(lambda: use("en"))
    use("ru")
    said: list[str] = []
    asked: list[str] = []
    setup = setup_of("rss")
    assert setup is not None

    def read(prompt: str) -> str:
        asked.append(prompt)
        return "l" if len(asked) > 3 else "mention" if len(asked) == 3 else "x"

    Guide(
        setup,
        "rss",
        tmp_path / "config.toml",
        read=read,
        say=said.append,
        attempt=lambda *given: TrialResult(
            error="wrong options: url: expected an address that starts with http:// or https://"
        ),
    ).run()

    assert "Адрес ленты (https://…): " == asked[1]
    assert said[0].startswith("Лента: RSS")
    assert "url: ожидается адрес, который начинается с http:// или https://" in said[-1]
