"""`shiftdesk check`: everything that is wrong, at once, and nothing that is written."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

import pytest

from console.verbs import checking

DATA = '[desk]\ndata = "{data}"\n'


def found(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    """What `check --offline --json` says of this file: subjects with level, and sentences."""
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    checking.check(Namespace(config=str(path), socket="", offline=True, json=True))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [(f"{one['level']} {one['subject']}", one["sentence"]) for one in lines]


def wrong(found: list[tuple[str, str]]) -> list[str]:
    return [f"{what.partition(' ')[2]}: {words}" for what, words in found if "wrong" in what]


def test_mistakes_of_sources_come_with_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistake elsewhere in the file hides none of a source's."""
    text = '[sources.blog]\ntype = "rss"\nadress = "x"\n[console]\ntheme = "drak"\n'

    said = wrong(found(tmp_path, text, capsys))

    assert "did you mean dark?" in said[0]
    assert said[1].startswith("sources.blog: ")
    assert "adress: there is no such option" in said[1]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('[console]\nlanguage = "qq"', "console.language: expected one of en, ru, ar, fa"),
        ('[tone]\nmute = ["angre"]', "did you mean anger?"),
        ('[tone]\nlanguages = ["english"]', "'english' is no language"),
        ('[mood]\nlabels = { A = "cross" }', "mood.labels.A: expected one of negative"),
        ('[console]\nkeys = { "reply.sendd" = "x" }', "did you mean reply.send?"),
        ('[mood]\nmodel = "/nowhere.pt"', "there is no file /nowhere.pt"),
        ('[snippets]\nfolder = "nowhere"', "make it, or correct snippets.folder"),
        ('[desk]\ngroup = "no-such-group"', "there is no Unix group no-such-group"),
        ('[desk]\ndata = "/etc/passwd/desk"', "/etc/passwd/desk: Not a directory"),
    ],
)
def test_what_would_be_passed_over_in_silence(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    line: str,
    words: str,
) -> None:
    """A name that means nothing is a mistake, wherever it stands."""
    (said,) = wrong(found(tmp_path, line, capsys))

    assert words in said


def test_an_agent_checks_on_a_shared_server(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk's directory is closed to them, as it has to be, and that is no trouble."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    monkeypatch.setattr("os.access", lambda *_: False)

    said = dict(found(tmp_path, DATA.format(data=data), capsys))

    assert "only its user can look into it" in said["good data"]


def test_an_open_directory_is_trouble(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody but the desk may enter it."""
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(0o755)  # whatever the umask says

    said = wrong(found(tmp_path, DATA.format(data=data), capsys))

    assert f"others may enter {data}; chmod 0700 it" in said[0]
