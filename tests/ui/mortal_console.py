"""A console on a fake desk in a terminal of its own; `test_ends.py` ends it in several ways."""

from __future__ import annotations

import sys
from pathlib import Path

from console.ui.run import run_console
from console.ui.settings import ConsoleSettings
from tests.ui.fake_desk import FakeClock, FakeDesk, rows


class SilentDesk(FakeDesk):
    """Breaks at its second explanation, and never saves a draft."""

    async def ask(self, request):  # type: ignore[no-untyped-def, override]
        from console.core.asks import Explain, SaveDraft
        from console.errors import DeskUnreachable

        if isinstance(request, Explain):
            customer_words = "my card is 4111"  # noqa: F841
            raise RuntimeError("a fault of the program")
        if isinstance(request, SaveDraft):
            raise DeskUnreachable("the line was lost")
        return await super().ask(request)


if __name__ == "__main__":
    desk = SilentDesk(rows(20), clock=FakeClock())
    settings = ConsoleSettings(state_directory=Path(sys.argv[1]), language="en")
    raise SystemExit(run_console(desk, settings, desk.clock))
