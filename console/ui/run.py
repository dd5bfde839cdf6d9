"""Run a console in this terminal until the person leaves it."""

from __future__ import annotations

import asyncio
import os
import sys

from console.core.i18n import _
from console.ui.desk_line import Clock, DeskLine
from console.ui.settings import ConsoleSettings


def run_console(line: DeskLine, settings: ConsoleSettings, clock: Clock) -> int:
    """Gives the exit code: 0 after leaving, 1 after a fault, 2 where the terminal cannot show it."""
    if problem := unfit_terminal():
        print(problem, file=sys.stderr)
        return 2
    # both are read when Textual is imported; escape sequences of keys need no second to settle.
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    from console.ui.app import ConsoleApp
    from console.ui.crash import open_log
    from console.ui.local_drafts import state_directory

    open_log(settings.state_directory or state_directory())
    app = ConsoleApp(line, settings, clock)
    asyncio.run(app.run_async(mouse=settings.mouse))
    return app.return_code or 0


def unfit_terminal() -> str:
    """Why this terminal cannot show a console, in a sentence; empty where it can."""
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        return _("A console needs a terminal; `shiftdesk queue` and `shiftdesk watch` do without.")
    if os.environ.get("TERM", "") in ("", "dumb"):
        return _("TERM=dumb cannot show a console; `shiftdesk queue` prints the queue instead.")
    return ""
