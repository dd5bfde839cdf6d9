"""A console that finds no desk starts one, if the data directory is its own user's."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from console import config as configuration
from console.client import connect, or_raise
from console.core.asks import Hello, Stop, Up, Welcome, down_decoder, encoder
from console.core.i18n import _
from console.desk.listening import answers
from console.desk.peer import user_name
from console.errors import DeskUnreachable
from console.release import RELEASE

START_S = 30.0
"""A desk that does not answer by then will not."""
HELLO_S = 2.0
"""A desk that is slower to say hello is not asked for its release."""
LOOK_EVERY_S = 0.05
LAST_CHANCE_S = 5.0
"""After our desk ended, another console's may have been faster: it gets this long."""
_PACKAGES = Path(configuration.__file__).resolve().parents[1]


def ask_on_terminal(question: str) -> bool:
    """Yes or no, before the screen is drawn; no where nobody can be asked."""
    return sys.stdin.isatty() and input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def ensure_desk(
    config_path: Path,
    where: Path | Sequence[str],
    *,
    offer: Callable[[str], bool] = ask_on_terminal,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
) -> None:
    """Returns when a desk answers at the socket, one that we started if need be.

    A desk of an older release that a console of ours started is ended and started anew if `offer`
    says yes to the question. Raises `DeskUnreachable` with whom to ask where the data directory is another user's, and with
    the desk's own words where it did not start; `ConfigError` if the configuration is wrong.
    """
    if not isinstance(where, Path):
        return
    if answers(where):
        older = _older(where)
        if not older or not offer(
            _("The desk is of release {theirs}, this console of {ours}. Start it anew?").format(
                theirs=older, ours=RELEASE
            )
        ):
            return
        asyncio.run(_stop(where))
        _wait_until(lambda: not answers(where), sleep, now)
    config = configuration.load(config_path)
    owner = _owner(config.data_dir)
    if where != config.socket_path or owner != os.getuid():
        raise DeskUnreachable(
            _("no desk answers at {path}; ask {user} to start it (shiftdesk serve)").format(
                path=where, user=user_name(owner)
            )
        )
    log = config.data_dir / "desk.log"
    _wait(_start(config_path, log), where, log, sleep, now)


def _older(path: Path) -> str:
    """The release of a desk that is ours to start anew and older than we are; else empty."""
    hello = encoder.encode(Up(id=1, ask=Hello(release=RELEASE, client="verb")))
    # an event loop for one question would cost every start of a console some milliseconds
    with socket.socket(socket.AF_UNIX) as line, line.makefile("rb") as spoken:
        line.settimeout(HELLO_S)
        try:
            line.connect(str(path))
            line.sendall(hello + b"\n")
            welcome = down_decoder.decode(spoken.readline()).answer
        except (OSError, msgspec.DecodeError):
            return ""
    if (
        not isinstance(welcome, Welcome)
        or not welcome.for_console
        or welcome.you.name != user_name(os.getuid())
    ):
        return ""
    theirs, ours = _numbers(welcome.release), _numbers(RELEASE)
    return welcome.release if theirs and ours and theirs < ours else ""


def _numbers(release: str) -> tuple[int, ...]:
    parts = release.split(".")
    return tuple(int(part) for part in parts) if all(p.isdecimal() for p in parts) else ()


async def _stop(path: Path) -> None:
    async with connect(path) as client:
        or_raise(await client.ask(Stop()))


def _wait_until(
    true: Callable[[], bool], sleep: Callable[[float], None], now: Callable[[], float]
) -> None:
    deadline = now() + START_S
    while not true():
        if now() >= deadline:
            raise DeskUnreachable(_("the old desk does not end; look at its log"))
        sleep(LOOK_EVERY_S)


def _owner(directory: Path) -> int:
    """Whose the directory is, or would be: the owner of the nearest part that is there."""
    while not directory.exists():
        directory = directory.parent
    found = directory.stat().st_uid
    return os.getuid() if os.access(directory, os.W_OK) else found


def _start(config_path: Path, log: Path) -> subprocess.Popen[bytes]:
    """A desk of its own session, so that it outlives this console and its terminal."""
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        return subprocess.Popen(
            [
                sys.executable,
                "-m",
                "console.cli",
                "serve",
                "--config",
                str(config_path.resolve()),
                "--started-by-console",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=descriptor,
            cwd=_PACKAGES,
            start_new_session=True,
        )
    finally:
        os.close(descriptor)


def _wait(
    desk: subprocess.Popen[bytes],
    path: Path,
    log: Path,
    sleep: Callable[[float], None],
    now: Callable[[], float],
) -> None:
    deadline = now() + START_S
    ended = False
    while not answers(path):
        if not ended and desk.poll() is not None:
            ended, deadline = True, min(deadline, now() + LAST_CHANCE_S)
        if now() >= deadline:
            raise DeskUnreachable(
                _("the desk did not start: {words} (see {log})").format(
                    words=_last_words(log), log=log
                )
            )
        sleep(LOOK_EVERY_S)


def _last_words(log: Path) -> str:
    """The desk's last sentence, whether it was a line of the log or came before the log."""
    try:
        lines = log.read_text("utf-8", "replace").strip().splitlines()
    except OSError:
        lines = []
    import json

    last = lines[-1] if lines else _("it said nothing")
    try:
        told = json.loads(last)
        return str(told.get("error") or told.get("what"))
    except (ValueError, AttributeError):
        return last
