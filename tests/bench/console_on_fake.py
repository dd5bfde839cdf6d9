"""A console on a fake desk of 500 rows, or an empty Textual app: what `bench_console` measures."""

from __future__ import annotations

import asyncio
import os
import sys


def main() -> int:
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    if sys.argv[1] == "empty":
        from textual.app import App, ComposeResult
        from textual.widgets import Static

        class Empty(App[None]):
            def compose(self) -> ComposeResult:
                yield Static("ready-now")

        asyncio.run(Empty().run_async())
        return 0
    from datetime import UTC, datetime
    from pathlib import Path
    from tempfile import mkdtemp

    from console.ui.run import run_console
    from console.ui.settings import ConsoleSettings
    from tests.ui.fake_desk import FakeDesk, rows

    # the fake desk's rows stand in the console's process: they are the desk's, not the console's.
    desk = FakeDesk(rows(500, now=datetime.now(UTC)))
    desk.clock = lambda: datetime.now(UTC)  # type: ignore[assignment]
    return run_console(desk, ConsoleSettings(state_directory=Path(mkdtemp())), desk.clock)


if __name__ == "__main__":
    raise SystemExit(main())
