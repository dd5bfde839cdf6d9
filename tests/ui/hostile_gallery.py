"""Every screen and widget of a console, fed with one batch of hostile strings after the other.

Run in a pty by `test_hostile.py`, which reads what was written. This program looks at what only
it can see: whether a line is as wide as the screen, whether any letter on it would act when it is
clicked, whether a command ran.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from rich.cells import cell_len
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input
from textual.worker import WorkerCancelled

from console.core.asks import HintShown, Queue, QueuePage, Show
from console.ui.app import ConsoleApp
from console.ui.crash import open_log
from console.ui.screens.approvals import ApprovalsScreen
from console.ui.screens.customer import CustomerScreen
from console.ui.screens.help import HelpScreen
from console.ui.screens.lead import LeadScreen
from console.ui.screens.precedents import PrecedentsDialog
from console.ui.screens.question import Question
from console.ui.screens.reading import Reading
from console.ui.screens.report import ReportScreen
from console.ui.screens.search import SearchScreen
from console.ui.screens.snippets import SnippetsDialog
from console.ui.screens.source_log import SourceLogScreen
from console.ui.screens.sources import SourcesScreen
from console.ui.screens.terminal_check import TerminalCheck
from console.ui.screens.versions import VersionsDialog
from console.ui.screens.wallboard import WallboardScreen
from console.ui.settings import ConsoleSettings
from console.ui.text import literal
from console.ui.widgets.filter_line import FilterLine
from console.ui.widgets.held_line import HeldLine
from tests.ui.fake_desk import START
from tests.ui.hostile_answers import Words, hostile_answers
from tests.ui.hostile_console import hostile_desk

BATCH = 32
ENDLESS = {"walk", "line", "act", "write", "send"}
"""Workers that wait for a person, for news, or for this program."""
OURS_ALONE = {"HelpScreen", "TerminalCheck"}
"""What stands there is the interface's; of others' words only what is behind."""


def screens(batch: Sequence[str]) -> Iterator[Screen[object]]:
    """One of each that shows what others wrote."""
    first, text = batch[0], "\n".join(batch)
    yield SourcesScreen()
    yield SourceLogScreen(first)
    yield LeadScreen()
    yield ReportScreen()
    yield ApprovalsScreen()
    yield CustomerScreen(1)
    yield SearchScreen()
    yield WallboardScreen()
    yield SnippetsDialog(1)
    yield PrecedentsDialog(1)
    yield VersionsDialog(1)
    yield Question(first, [(one, one) for one in batch], body=first, value=first, free=True)
    yield Reading(literal(first), literal(text))
    yield HelpScreen()
    yield TerminalCheck(lambda _answers: None)


class Gallery(ConsoleApp):
    """Shows each string on the desk's screen, each batch on every other one, and leaves."""

    def __init__(self, texts: Sequence[str], state: Path) -> None:
        settings = ConsoleSettings(state_directory=state, language="en", bell=False)
        self.desk = hostile_desk(list(texts[:BATCH]))
        super().__init__(self.desk, settings, self.desk.clock)
        self.texts = texts
        self.acted: list[str] = []
        self.wrong: list[str] = []
        self.filled: defaultdict[str, bool] = defaultdict(bool)

    def on_ready(self) -> None:
        self.run_worker(self._walk(), group="walk")

    async def run_action(self, action: object, *arguments: object, **named: object) -> bool:  # type: ignore[override]
        self.acted.append(str(action))
        return await super().run_action(action, *arguments, **named)  # type: ignore[arg-type]

    async def _walk(self) -> None:
        await asyncio.sleep(0.2)
        await self.desk_screen.action_filter()
        for first in range(0, len(self.texts), BATCH):
            batch = self.texts[first : first + BATCH]
            self.desk.rows = hostile_desk(list(batch)).rows
            self.desk.answers = hostile_answers(batch)
            for by_itself in (Queue, Show):
                del self.desk.answers[by_itself]
            for text in batch:
                await self._on_the_desk(text)
            for screen in screens(batch):
                await self._beside(screen, batch)
        self.exit()

    async def _on_the_desk(self, text: str) -> None:
        """The status bar, the panes, the editor, the lines below, a toast: all of this string."""
        desk = self.desk_screen
        words = Words([text])
        self.desk.note = text
        self.desk.hints = (HintShown("anger", "warn", 0, 1, text, fix=text),)
        row = next(row for row in self.desk.rows if row.what == text)
        self.desk.change()
        desk.point_to(row.id)
        reply = self.desk.replies.get(row.id)
        if reply is not None:
            desk.query_one(HeldLine).hold(words.filled(type(reply)), text, START)
        desk.query_one(FilterLine).complain(text, 1)
        desk.say(text)
        pane = await desk._made_reply()
        page = await self.ask(Show(row.id))
        # Textual's editor draws a draft that ends in a joiner one cell too wide: the caret joins it.
        pane.open(page, text[:2000].rstrip("\u200d"), note=False)  # type: ignore[arg-type]
        pane.show_hints(self.desk.hints)
        await self._rest()
        self._look(text)
        desk.query_one("#editor").blur()
        pane.shut()
        self.clear_notifications()

    async def _beside(self, screen: Screen[object], batch: Sequence[str]) -> None:
        if isinstance(screen, ApprovalsScreen):
            rows = tuple(self.desk.rows)
            self.desk.answers[Queue] = QueuePage(rows, 0, len(rows), self.desk.version)
        await self.push_screen(screen)
        await self._rest()
        name, words = type(screen).__name__, set(re.findall("[A-Za-z]{4,}", "\n".join(batch)))
        self.desk.answers.pop(Queue, None)
        if isinstance(screen, SearchScreen):
            screen.query_one(Input).value = "words"
            await asyncio.sleep(0.3)
        seen = self._look(f"{name} {batch[0]}")
        for widget in screen.query("*"):
            widget.scroll_end(animate=False)
        await self._rest()
        seen += self._look(f"{name} {batch[0]}")
        # harmless because nothing was shown would prove nothing
        self.filled[name] |= name in OURS_ALONE or any(word in seen for word in words)
        if self.screen is screen:
            await self.pop_screen()

    async def _rest(self) -> None:
        """Until what was asked is answered, drawn and written, however busy the machine is."""
        for _ in range(2):
            await Pilot(self)._wait_for_screen()
            for worker in list(self.workers):
                if worker.group not in ENDLESS and not worker.is_finished:
                    with suppress(WorkerCancelled):
                        await worker.wait()
        await Pilot(self)._wait_for_screen()
        self.screen._on_timer_update()

    def _look(self, what: str) -> str:
        """What stands on the screen; what is wrong there is written down."""
        width, seen = self.size.width, ""
        for strip in self.screen._compositor.render_strips():
            drawn = "".join(segment.text for segment in strip)
            meta = [segment.style.meta for segment in strip if segment.style]
            seen += drawn + "\n"
            if cell_len(drawn) != width:
                self.wrong.append(f"{cell_len(drawn)} cells: {drawn!r} of {what[:60]!r}")
            if any("@click" in one for one in meta):
                self.wrong.append(f"would act: {drawn!r}")
        return seen


def main() -> int:
    texts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    state = Path(sys.argv[2])
    open_log(state)
    app = Gallery(texts, state)
    asyncio.run(app.run_async(mouse=False))
    empty = [name for name, filled in app.filled.items() if not filled]
    told = {"acted": app.acted, "wrong": app.wrong[:20], "empty": empty}
    (state / "seen.json").write_text(json.dumps(told), encoding="utf-8")
    return app.return_code or 0


if __name__ == "__main__":
    raise SystemExit(main())
