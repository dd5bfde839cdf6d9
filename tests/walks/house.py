"""A whole Shiftdesk for a walk: a world on loopback, a real desk, verbs and consoles on it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from console.core.asks import Answer, Ask, Hello, Up, down_decoder, encoder
from console.demo.setup import write_config
from console.demo.stories import STORIES, Story
from console.demo.world import Published, World, serve
from console.release import RELEASE
from tests.walks.terminal import Terminal

T = TypeVar("T")
ROOT = Path(__file__).parents[2]


class House:
    """World, desk and consoles in one temporary directory."""

    def __init__(
        self,
        root: Path,
        *,
        faults: bool = False,
        mood: bool = False,
        world: World | None = None,
        undo: str = "1s",
        drafters: Sequence[str] = (),
    ) -> None:
        self.root = root
        self.world = world or World(faults=faults)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._runner = self.run(serve(self.world, before=0))
        self.config = write_config(root, self.world.base, undo=undo, drafters=drafters)
        if not mood:
            text = self.config.read_text("utf-8") + '\n[mood]\nmodel = "off"\n'
            self.config.write_text(text, "utf-8")
        self.desk: subprocess.Popen[bytes] | None = None
        self.env = {
            "XDG_STATE_HOME": str(root / "state"),
            "XDG_RUNTIME_DIR": str(root / "run"),
            "SHIFTDESK_CONFIG": str(self.config),
            "SHIFTDESK_SOCKET": str(root / "desk.sock"),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
        }

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the world's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    # --- the world ----------------------------------------------------------------------

    def publish(
        self, place: str, language: str = "en", text: str = "", stars: int = 0
    ) -> Published:
        """A customer writes; without a text, one of the demo's stories."""

        async def work() -> Published:
            fitting = [s for s in STORIES if s.place == place and s.language == language]
            story = fitting[0] if not text else Story(fitting[0].place, language, text, stars, "")
            self.world._deck.append(story)
            return self.world.publish()

        return self.run(work())

    # --- the desk -----------------------------------------------------------------------

    def start_desk(self, *, program: Sequence[str] = ("console.cli", "serve")) -> None:
        """A desk of this house, until it listens; `program` is the module that runs it."""
        log = (self.root / "desk.log").open("ab")
        self.desk = subprocess.Popen(
            [sys.executable, "-m", *program, "--config", str(self.config)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            cwd=ROOT,
            env={**os.environ, **self.env},
        )
        log.close()
        deadline = time.monotonic() + 30
        while not self._answers():
            if self.desk.poll() is not None:
                return
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.02)

    def _answers(self) -> bool:
        """Whether somebody listens at the socket: a killed desk leaves its file behind."""
        with socket.socket(socket.AF_UNIX) as trying:
            return trying.connect_ex(str(self.root / "desk.sock")) == 0

    def kill_desk(self) -> None:
        """As a power cut would."""
        assert self.desk is not None
        self.desk.send_signal(signal.SIGKILL)
        self.desk.wait()

    def stop_desk(self) -> int:
        """As a service manager would; the exit code."""
        if self.desk is None or self.desk.poll() is not None:
            return 0
        self.desk.terminate()
        return self.desk.wait(timeout=20)

    def log(self) -> str:
        """What the desk said on standard error."""
        return (self.root / "desk.log").read_text("utf-8", "replace")

    # --- people -------------------------------------------------------------------------

    def verb(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """A verb on this house's desk."""
        return subprocess.run(
            [sys.executable, "-m", "console.cli", *arguments],
            input=text,
            capture_output=True,
            text=True,
            timeout=60,
            cwd=ROOT,
            env={**os.environ, **self.env},
        )

    def ask_as(self, person: str, *questions: Ask) -> list[Answer]:
        """What the desk answers another of the team, through `attach --as`."""
        asked = [Hello(release=RELEASE), *questions]
        lines = [
            encoder.encode(Up(id=number, ask=one)) for number, one in enumerate(asked, start=1)
        ]
        with subprocess.Popen(
            [sys.executable, "-m", "console.cli", "attach", "--as", person],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, **self.env},
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            answers: list[Answer] = []
            for line in lines:
                process.stdin.write(line + b"\n")
                process.stdin.flush()
                wanted = len(answers) + 1
                while len(answers) < wanted:
                    down = down_decoder.decode(process.stdout.readline())
                    if down.answer is not None:
                        answers.append(down.answer)
            process.stdin.close()
            process.wait(timeout=20)
        return answers[1:]

    def rows(self, *filter: str) -> list[dict[str, Any]]:
        """The queue as `queue --json` tells it."""
        return [
            json.loads(line) for line in self.verb("queue", "--json", *filter).stdout.splitlines()
        ]

    def until_rows(self, count: int, *filter: str, timeout_s: float = 20.0) -> list[dict[str, Any]]:
        """The queue once it has so many rows, told by `watch`'s news rather than by waiting."""
        deadline = time.monotonic() + timeout_s
        while len(rows := self.rows(*filter)) != count:
            assert time.monotonic() < deadline, f"{rows}\n{self.log()}"
        return rows

    def console(self, *arguments: str, columns: int = 160, rows: int = 48) -> Terminal:
        """A console in a terminal of its own."""
        argv = [sys.executable, "-m", "console.cli", *arguments]
        return Terminal(argv, env=self.env, columns=columns, rows=rows)

    def close(self) -> None:
        """End what was started."""
        self.stop_desk()
        self.run(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()
