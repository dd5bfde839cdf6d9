"""What can be done on every screen: the ways to other screens, looks, shift, terminal."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from textual.app import App
from textual.command import CommandPalette

from console.core.asks import Answer, Ask, Failed, OverviewPage, Shift
from console.errors import DeskUnreachable
from console.ui.desk_line import DeskLine
from console.ui.local_drafts import state_directory
from console.ui.screens.base import ConsoleScreen
from console.ui.settings import ConsoleSettings
from console.ui.terminal import TerminalAnswers, rendering_for
from console.ui.terminal_memory import remembered
from console.ui.text import literal, use_rendering
from console.ui.words import _
from sources.text import clean

ANSWER_WITHIN_S = 20.0
"""A question without an answer for so long has none."""


class Everywhere(App[None]):
    """The commands of the room "everywhere", and what they need."""

    settings: ConsoleSettings
    line: DeskLine
    overview: OverviewPage | None

    @property
    def me(self) -> str:
        """Who sits here, as the desk calls them."""
        raise NotImplementedError

    @property
    def state(self) -> Path:
        """Where drafts without a desk, the log and screenshots go."""
        return self.settings.state_directory or state_directory()

    async def ask(self, request: Ask) -> Answer:
        """The desk's answer; a `Failed` of kind "trouble" where none answers."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                return await self.line.ask(request)
        except DeskUnreachable as error:
            return Failed("trouble", str(error) or _("No desk answers."))
        except TimeoutError:
            return Failed("trouble", _("The desk does not answer in time."))

    def console_screens(self) -> list[ConsoleScreen]:
        """Our own screens that are ready, the lowest first."""
        return [
            screen
            for screen in self.screen_stack
            if isinstance(screen, ConsoleScreen) and screen.is_mounted
        ]

    def action_command_palette(self) -> None:
        if not isinstance(self.screen, CommandPalette):
            asking = CommandPalette(placeholder=_("Search for commands…"), id="--command-palette")
            self.push_screen(asking)

    def action_help(self) -> None:
        from console.ui.screens.help import HelpScreen

        self._open_once(HelpScreen)

    def action_sources(self) -> None:
        from console.ui.screens.sources import SourcesScreen

        self._open_once(SourcesScreen)

    def action_lead(self) -> None:
        from console.ui.screens.lead import LeadScreen

        self._open_once(LeadScreen)

    def action_approvals(self) -> None:
        from console.ui.screens.approvals import ApprovalsScreen

        self._open_once(ApprovalsScreen)

    def action_hand_over(self) -> None:
        from console.ui.screens.report import ReportScreen

        self._open_once(ReportScreen)

    def action_search(self) -> None:
        from console.ui.screens.search import SearchScreen

        self._open_once(SearchScreen)

    def _open_once(self, screen: type[ConsoleScreen]) -> None:
        if not isinstance(self.screen, screen):
            self.push_screen(screen())

    def action_theme(self) -> None:
        from console.ui.screens.question import Question

        names = [
            ("dark", _("Dark")),
            ("light", _("Light")),
            ("contrast", _("High contrast")),
            ("terminal", _("Terminal's own colours")),
        ]

        def choose(name: str | None) -> None:
            if name:
                self.theme = name

        self.push_screen(Question(_("Theme"), names), choose)

    def action_terminal(self) -> None:
        """Ask how this terminal draws, and draw so from now on."""
        from console.ui.screens.terminal_check import TerminalCheck
        from console.ui.terminal_memory import remember

        def keep(answers: TerminalAnswers) -> None:
            environment = dict(os.environ)
            use_rendering(rendering_for(answers.bidi, answers.shaping, answers.emoji, environment))
            try:
                remember(self.state, environment, answers)
            except OSError as error:
                self.notify(str(error), severity="error", markup=False)
            for screen in self.console_screens():
                screen.rendering_changed()

        self.push_screen(TerminalCheck(keep, remembered(self.state, dict(os.environ))))

    async def action_shift(self) -> None:
        team = self.overview.team if self.overview else ()
        on = any(person.name == self.me and person.on_shift for person in team)
        answer = await self.ask(Shift(not on))
        if isinstance(answer, Failed):
            self.notify(literal(answer.message).plain, severity="error", markup=False)
        else:
            self.notify(_("You are off shift.") if on else _("You are on shift."), markup=False)

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        from console.ui.screenshot import save_screenshot

        file = save_screenshot(self, Path(path) if path else self.state / "screenshots", filename)
        self.notify(_("Saved {file}").format(file=file), markup=False)

    def action_mouse(self) -> None:
        """Hand the mouse to the terminal, or take it back."""
        if self._driver is None:
            return
        self._mouse_on = not self._mouse_on
        self._turn_mouse()
        self.notify(
            _("The mouse is ours.") if self._mouse_on else _("The mouse is the terminal's."),
            markup=False,
        )

    _mouse_on = True

    def _turn_mouse(self) -> None:
        # Textual has no public switch, and takes the mouse again after a stop.
        if self._driver is not None:
            self._driver._mouse = self._mouse_on or self._driver._mouse
            name = "_enable_mouse_support" if self._mouse_on else "_disable_mouse_support"
            getattr(self._driver, name, lambda: None)()

    def _resumed(self, _app: object) -> None:
        self._turn_mouse()

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Show and copy the address: a browser would open on the server, not at the person."""
        del new_tab
        # what is copied is in logical order, what is shown in that of the screen
        self.copy_to_clipboard(clean(url))
        self.notify(
            literal(url).plain,
            title=_("Address, copied if your terminal allows it"),
            markup=False,
            timeout=12,
        )


def terminal_wishes(settings: ConsoleSettings, environment: dict[str, str]) -> TerminalAnswers:
    """What the configuration says about this terminal, and where it says nothing, the person."""
    configured = TerminalAnswers(settings.bidi, settings.arabic_shaping, settings.emoji)
    said = remembered(settings.state_directory or state_directory(), environment)
    return configured.completed_by(said or TerminalAnswers())
