"""A console that finds no desk starts one, or says whom to ask."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console import config as configuration
from console.desk import ensure
from console.desk.ensure import ensure_desk
from console.desk.listening import answers
from console.errors import DeskUnreachable


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(
        f'[desk]\ndata = "{tmp_path}/data"\nsocket = "{tmp_path}/desk.sock"\n'
        '[mood]\nmodel = "off"\n'
    )
    file.chmod(0o600)
    return file


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The desks that were started, ended afterwards."""
    made: list[subprocess.Popen[bytes]] = []
    original = ensure._start

    def start(config_path: Path, log: Path) -> subprocess.Popen[bytes]:
        made.append(original(config_path, log))
        return made[-1]

    monkeypatch.setattr(ensure, "_start", start)
    yield made
    for desk in made:
        if desk.poll() is None:
            desk.send_signal(signal.SIGTERM)
        desk.wait(timeout=20)


def test_desk_is_started_and_waited_for(
    config: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    """When it returns a desk answers; SIGTERM ends it with exit code 0."""
    ensure_desk(config, configuration.load(config).socket_path)
    answered = answers(configuration.load(config).socket_path)
    started[0].send_signal(signal.SIGTERM)

    assert (True, 0) == (answered, started[0].wait(timeout=20))


def test_desk_that_answers_is_left_alone(
    config: Path, monkeypatch: pytest.MonkeyPatch, started: list[subprocess.Popen[bytes]]
) -> None:
    """No second one is tried."""
    path = configuration.load(config).socket_path
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        monkeypatch.setattr(ensure, "HELLO_S", 0.01)
        ensure_desk(config, path)

    assert [] == started


@pytest.mark.parametrize("yes", [True, False])
def test_older_desk_of_a_console_is_started_anew(
    config: Path,
    monkeypatch: pytest.MonkeyPatch,
    started: list[subprocess.Popen[bytes]],
    yes: bool,
) -> None:
    """Only after a yes to a question that names both releases."""
    path = configuration.load(config).socket_path
    ensure_desk(config, path)
    asked: list[str] = []
    monkeypatch.setattr(ensure, "RELEASE", "999.0")
    ensure_desk(config, path, offer=lambda question: bool(asked.append(question)) or yes)

    assert 1 == len(asked) and "999.0" in asked[0]
    assert (2 if yes else 1) == len(started)
    assert answers(path)


def test_desk_of_the_same_release_is_not_asked_about(
    config: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    """The ordinary morning."""
    path = configuration.load(config).socket_path
    ensure_desk(config, path)
    ensure_desk(config, path, offer=lambda question: pytest.fail(question))

    assert 1 == len(started)


def test_anothers_desk_is_not_started(
    config: Path, monkeypatch: pytest.MonkeyPatch, started: list[subprocess.Popen[bytes]]
) -> None:
    """The data directory is somebody else's: their name is in the sentence."""
    monkeypatch.setattr(ensure, "_owner", lambda _directory: os.getuid() + 1)
    monkeypatch.setattr(ensure, "user_name", lambda _uid: "desk-user")
    with pytest.raises(DeskUnreachable, match="ask desk-user"):
        ensure_desk(config, configuration.load(config).socket_path)

    assert [] == started


def test_desk_on_another_machine_is_never_started(config: Path) -> None:
    """`--on HOST` carries the wire; who runs that desk is not our business."""
    ensure_desk(config, ["ssh", "host", "shiftdesk", "attach"])


def test_failed_start_gives_the_desks_own_words(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it said last, and where the rest stands."""

    def start(_config_path: Path, log: Path) -> subprocess.Popen[bytes]:
        log.parent.mkdir()
        log.write_text("shiftdesk: config.toml: the rules are wrong\n")
        return subprocess.Popen([sys.executable, "-c", ""])

    monkeypatch.setattr(ensure, "_start", start)
    clock = iter(range(0, 1000, 1))
    with pytest.raises(DeskUnreachable, match="the rules are wrong"):
        ensure_desk(
            config,
            configuration.load(config).socket_path,
            sleep=lambda _s: time.sleep(0.001),
            now=lambda: float(next(clock)),
        )
