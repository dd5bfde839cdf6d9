"""The demo's two other processes: the outside world and the desk."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from console.core.i18n import _
from console.demo.setup import write_config
from console.errors import DeskUnreachable

START_S = 30.0
"""A desk that has not opened its socket by then will not."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The demo's place: where its files lie and where its world answers."""

    root: Path
    base: str
    config: Path
    socket: Path
    log: Path


@contextlib.contextmanager
def stage(*, pace_s: float, seed: int) -> Iterator[Stage]:
    """A world and a desk on a temporary database; both end, and all is removed, afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="shiftdesk-demo-") as name,
        contextlib.ExitStack() as on,
    ):
        root = Path(name)
        world = on.enter_context(_process("console.demo.world", str(pace_s), str(seed)))
        assert world.stdout is not None
        base = json.loads(world.stdout.readline())["base"]
        config = write_config(root, base)
        log = root / "desk.log"
        with log.open("wb") as errors:
            desk = on.enter_context(
                _process("console.demo.desk", "--config", str(config), errors=errors.fileno())
            )
        made = Stage(root, base, config, root / "desk.sock", log)
        _wait_for(desk, made)
        yield made


@contextlib.contextmanager
def _process(
    module: str, *arguments: str, errors: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A child of ours, asked to end afterwards, and made to if it does not."""
    child = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors if errors is not None else subprocess.DEVNULL,
        # its own group: Ctrl+C in the console is for the console
        start_new_session=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        yield child
    finally:
        if child.stdin is not None:
            child.stdin.close()
        child.terminate()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdout is not None:
            child.stdout.close()


def _wait_for(desk: subprocess.Popen[bytes], made: Stage) -> None:
    """Until the desk listens. Raises `DeskUnreachable` with its last words."""
    deadline = time.monotonic() + START_S
    while not made.socket.exists():
        if desk.poll() is not None or time.monotonic() > deadline:
            words = made.log.read_text("utf-8", "replace").strip().splitlines()
            raise DeskUnreachable(
                _("the demo's desk did not start: {words}").format(words="\n".join(words[-5:]))
            )
        time.sleep(0.02)
