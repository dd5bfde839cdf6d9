"""A console whose desk holds nothing but hostile text; run in a pty by `test_hostile.py`.

It walks over every screen by itself and leaves with the exit code of the console.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import msgspec

from console.core.asks import Explain, Explanation, Failed, HintShown, History, HistoryPage
from console.core.model import Event, Reply
from console.ui.app import ConsoleApp
from console.ui.crash import open_log
from console.ui.settings import ConsoleSettings
from console.ui.widgets.reply_pane import ReplyPane
from tests.ui.fake_desk import START, FakeDesk, rows

WALK = (
    "j", "k", "enter", "escape", "i", "escape", "h", "escape", "w", "escape", "o", "d", "escape",
    "a", "escape", "t", "escape", "s", "j", "escape", "ctrl+f", "escape", "question_mark",
    "escape", "r", "escape", "ctrl+p", "escape", "G", "g",
)  # fmt: skip


def hostile_desk(texts: list[str]) -> FakeDesk:
    """Every field that customers, agents, sources or platforms fill holds one of the texts."""
    made = []
    for n, (row, text) in enumerate(zip(rows(len(texts)), texts, strict=True)):
        made.append(
            msgspec.structs.replace(
                row, who=text, what=text, source=text[:40], source_type=text[:40], owner=text[:40],
                tags=(text[:30],), writing=(text[:30],) if n % 2 else (), language=text[:5],
                reply_state="unsure" if n % 3 == 0 else None,
            )
        )  # fmt: skip
    desk = FakeDesk(made)
    first = texts[0]
    desk.replies = {
        n: Reply(n, row.id, str(n), text, text, "unsure", START, error=text)
        for n, (row, text) in enumerate(zip(made, texts, strict=True))
    }
    desk.hints = (HintShown("anger", "error", 0, 3, first), HintShown("x", "warn", 0, 1, first))
    desk.answers = {
        Explain: Explanation(tuple(texts[:20])),
        History: HistoryPage(tuple(Event(START, text, text, text) for text in texts[:20])),
    }
    desk.sources = tuple(
        msgspec.structs.replace(source, name=text, type=text, error=text, note=text)
        for source, text in zip(desk.sources, texts, strict=False)
    )
    desk.conflicts = ()
    return desk


class WalkingConsole(ConsoleApp):
    """Presses the keys of the walk, one after the other, and leaves."""

    def on_ready(self) -> None:
        self.run_worker(self._walk(), group="walk")

    async def _walk(self) -> None:
        await self._rest()
        desk: FakeDesk = self.line  # type: ignore[assignment]
        for row in desk.rows:
            self.desk_screen.point_to(row.id)
            await self._rest()
        for key in WALK:
            self.simulate_key(key)
            await self._rest()
        self.simulate_key("r")
        await self._rest()
        self.desk_screen.query_one(ReplyPane).editor.insert(desk.rows[0].what[:2000])
        await self._rest()
        desk.tell(desk.rows[0].what)
        desk.answers[Explain] = Failed("trouble", desk.rows[0].what)
        desk.lose(desk.rows[0].what)
        await self._rest()
        self.exit()

    async def _rest(self) -> None:
        await asyncio.sleep(0.03)


def main() -> int:
    texts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    open_log(Path(sys.argv[2]))
    desk = hostile_desk(texts)
    settings = ConsoleSettings(state_directory=Path(sys.argv[2]), language="en", bell=False)
    app = WalkingConsole(desk, settings, desk.clock)
    asyncio.run(app.run_async(mouse=False))
    return app.return_code or 0


if __name__ == "__main__":
    raise SystemExit(main())
