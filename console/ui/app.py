"""The console: it keeps the line to the desk, the themes and the keys; its screens do the rest."""

from __future__ import annotations

import asyncio
import gc
import signal
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from rich.text import Text
from textual import events
from textual.app import App
from textual.dom import DOMNode

from console.core.asks import Answer, Ask, ConversationPage, Failed, OverviewPage, Shift, Welcome
from console.core.i18n import language_of, use
from console.core.model import Reply
from console.errors import DeskUnreachable, ShiftdeskError
from console.ui.commands import BY_ID, COMMANDS, Command, allowed, bindings
from console.ui.crash import report
from console.ui.dates import use_dates
from console.ui.desk_line import Changed, Clock, DeskLine, Lost, Met, News, Told
from console.ui.local_drafts import LocalDrafts, state_directory
from console.ui.palette import CommandProvider
from console.ui.screens.base import ConsoleScreen
from console.ui.screens.desk import DeskScreen
from console.ui.settings import ConsoleSettings
from console.ui.terminal import TerminalAnswers, driver_class, notice, rendering_for
from console.ui.terminal_memory import remembered
from console.ui.text import gate, literal, use_rendering
from console.ui.themes import THEMES, theme_called
from console.ui.widgets.held_line import HeldLine
from console.ui.words import _, use_zone

_SIGN_KEYS = {"/": "slash", "?": "question_mark"}
ANSWER_WITHIN_S = 20.0
"""A question without an answer for so long has none."""

LEAVE_WITHIN_S = 2.0
"""Nobody waits longer to leave; the draft is in a file by then."""

_NOTABLE_SKEW = timedelta(seconds=2)


class ConsoleApp(App[None]):
    """One person's console on one desk."""

    CSS_PATH = Path(__file__).with_name("console.tcss")
    TITLE = "Shiftdesk"
    COMMANDS = {CommandProvider}
    BINDINGS = bindings("everywhere")
    ENABLE_COMMAND_PALETTE = True
    NOTIFICATION_TIMEOUT = 4
    ESCAPE_TO_MINIMIZE = False

    def __init__(self, line: DeskLine, settings: ConsoleSettings, clock: Clock) -> None:
        environment = _environment()
        wishes = _terminal_wishes(settings, environment)
        super().__init__(driver_class=driver_class(wishes.bidi, environment))
        gate.install()
        use_rendering(rendering_for(wishes.bidi, wishes.shaping, wishes.emoji, environment))
        self.animation_level = "none"
        self.line = line
        self.settings = settings
        self.welcome: Welcome | None = None
        self.overview: OverviewPage | None = None
        self.connected = False
        self._held: Reply | None = None
        self._held_keys: list[events.Event] | None = None
        self.local_drafts = LocalDrafts(self._state, "")
        self._clock = clock
        self._skew = timedelta(0)
        use(settings.language or language_of(environment))
        use_dates(settings.calendar, settings.digits)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = theme_called(settings.theme).name
        self.set_keymap(settings.keys)

    # --- facts that screens ask for ------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The desk's time: a laptop's clock may be wrong."""
        return self._clock() + self._skew

    @property
    def me(self) -> str:
        return self.welcome.you.name if self.welcome else ""

    @property
    def observing(self) -> bool:
        """Whether this console only looks."""
        return self.settings.observe or (
            self.welcome is not None and self.welcome.you.role == "observer"
        )

    @property
    def keys(self) -> dict[str, str]:
        """The present keys of every command, by its id."""
        return {command.id: command.keys for command in COMMANDS} | {
            id: keys for id, keys in self.settings.keys.items() if id in BY_ID
        }

    def may(self, command: Command) -> bool:
        """Whether this person may use it in this console."""
        role = self.welcome.you.role if self.welcome else "agent"
        return allowed(command, role, observe=self.observing)

    @property
    def desk_screen(self) -> DeskScreen:
        return next(screen for screen in self.screen_stack if isinstance(screen, DeskScreen))

    @property
    def _state(self) -> Path:
        return self.settings.state_directory or state_directory()

    # --- life ----------------------------------------------------------------------------------

    async def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGHUP):
            try:
                loop.add_signal_handler(name, self._end)
            except (NotImplementedError, RuntimeError, ValueError):
                # not in the main thread, as in a test
                break
        await self.push_screen(DeskScreen())
        self.run_worker(self._follow(), group="line")
        self._next_second()
        if sentence := notice(_environment()):
            self.notify(sentence, markup=False, timeout=10)

    def on_ready(self) -> None:
        gc.freeze()
        gc.enable()

    async def _follow(self) -> None:
        try:
            await self.line.follow(self._hear)
        except ShiftdeskError as error:
            self.exit(return_code=1, message=Text(literal(str(error)).plain))

    def _hear(self, news: News) -> None:
        match news:
            case Met(welcome):
                self._meet(welcome)
            case Lost(why):
                self.connected = False
                for screen in self._screens():
                    screen.lost(why)
            case Changed():
                if self.connected:
                    for screen in self._screens():
                        screen.changed()
            case Told(text):
                self.notify(literal(text).plain, markup=False)
                if self.settings.bell:
                    self.bell()

    def _meet(self, welcome: Welcome) -> None:
        self.welcome, self.connected = welcome, True
        if welcome.now is not None:
            skew = welcome.now - self._clock()
            self._skew = skew if abs(skew) > _NOTABLE_SKEW else timedelta(0)
        use_zone(welcome.you.zone)
        self.local_drafts = LocalDrafts(self._state, welcome.desk)
        for screen in self._screens():
            screen.met(welcome)
        self.run_worker(self._bring_drafts_home(), group="drafts", exclusive=True)

    async def _bring_drafts_home(self) -> None:
        """Give the desk the drafts that were written while there was none."""
        from console.ui.homecoming import bring_home

        for conversation in await bring_home(self.local_drafts, self.me, self.ask):
            self.notify(_("A draft written without the desk is saved now."), markup=False)
            del conversation

    async def ask(self, request: Ask) -> Answer:
        """The desk's answer; a `Failed` of kind "trouble" where none answers."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                return await self.line.ask(request)
        except DeskUnreachable as error:
            return Failed("trouble", str(error) or _("No desk answers."))
        except TimeoutError:
            return Failed("trouble", _("The desk does not answer in time."))

    def _screens(self) -> list[ConsoleScreen]:
        return [
            screen
            for screen in self.screen_stack
            if isinstance(screen, ConsoleScreen) and screen.is_mounted
        ]

    # --- time ----------------------------------------------------------------------------------

    def _next_second(self) -> None:
        # aligned to the second of the clock that people see; a tick counts nothing.
        rest = 1_000_000 - self.now.microsecond
        self.set_timer(rest / 1_000_000, self._second)

    def _second(self) -> None:
        self._next_second()
        # the one in front, or the one that a question covers
        for screen in self._screens()[-1:]:
            screen.tick(self.now)

    # --- a reply on its way --------------------------------------------------------------------

    @property
    def held_reply(self) -> Reply | None:
        """My last reply, while it can still be taken back."""
        held = self._held
        if held is None or held.held_until is None or held.held_until <= self.now:
            return None
        return held

    def release(self) -> None:
        """It was taken back."""
        self._held = None
        self.desk_screen.query_one(HeldLine).release()

    def hold(self, reply: Reply, promise: str) -> None:
        """This reply can be taken back until its moment comes."""
        self._held = reply if reply.state == "held" else None
        self.desk_screen.query_one(HeldLine).hold(reply, promise, self.now)

    def see(self, page: ConversationPage) -> None:
        """What the desk says about the held reply now."""
        held = self._held
        for reply in page.conversation.replies:
            if held is not None and reply.id == held.id and reply.state != "held":
                self._held = None

    # --- keys and commands -----------------------------------------------------------------------

    def hold_keys(self) -> None:
        """Keep what is typed from now on: the editor it is meant for is still being opened.

        Without this the first letters of a fast typist would be commands ("e" solves).
        """
        self._held_keys = self._held_keys if self._held_keys is not None else []

    async def release_keys(self) -> None:
        """Give what was typed meanwhile to whatever has the focus now, in order."""
        held, self._held_keys = self._held_keys, None
        for event in held or ():
            await super().on_event(event)

    async def on_event(self, event: events.Event) -> None:
        if self._held_keys is not None and isinstance(event, events.Key | events.Paste):
            self._held_keys.append(event)
        else:
            await super().on_event(event)

    async def on_key(self, event: events.Key) -> None:
        """A letter of another layout that nobody took is tried as the Latin key in its place."""
        if event.character and ord(event.character[0]) > 127:
            from console.ui.keyboard import latin_key

            latin = latin_key(event.character)
            if latin:
                event.prevent_default()
                self.simulate_key(_SIGN_KEYS.get(latin, latin))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        return self.may_run("everywhere", action)

    def may_run(self, room: str, action: str) -> bool:
        """Whether the action of this room is one that the person may use."""
        for command in COMMANDS:
            if command.room == room and command.action.partition("(")[0] == action:
                return self.may(command)
        return True

    async def run_command(self, command: Command) -> None:
        """Run a command chosen in the palette."""
        desk = self.desk_screen
        rooms: dict[str, DOMNode] = {"everywhere": self, "queue": desk.queue}
        await self.run_action(command.action, rooms.get(command.room, desk))

    def action_help(self) -> None:
        from console.ui.screens.help import HelpScreen

        self._open_once(HelpScreen)

    def action_sources(self) -> None:
        from console.ui.screens.sources import SourcesScreen

        self._open_once(SourcesScreen)

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
            environment = _environment()
            use_rendering(rendering_for(answers.bidi, answers.shaping, answers.emoji, environment))
            try:
                remember(self._state, environment, answers)
            except OSError as error:
                self.notify(str(error), severity="error", markup=False)
            for screen in self._screens():
                screen.rendering_changed()

        self.push_screen(TerminalCheck(keep, remembered(self._state, _environment())))

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

        file = save_screenshot(self, Path(path) if path else self._state / "screenshots", filename)
        self.notify(_("Saved {file}").format(file=file), markup=False)

    def action_mouse(self) -> None:
        """Hand the mouse to the terminal, or take it back."""
        switch = "_disable_mouse_support" if self._mouse_on else "_enable_mouse_support"
        turn = getattr(self._driver, switch, None)
        if turn is None:
            return
        turn()
        self._mouse_on = not self._mouse_on
        self.notify(
            _("The mouse is ours.") if self._mouse_on else _("The mouse is the terminal's."),
            markup=False,
        )

    _mouse_on = True

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Show and copy the address: a browser would open on the server, not at the person."""
        del new_tab
        shown = literal(url).plain
        self.copy_to_clipboard(shown)
        self.notify(
            shown, title=_("Address, copied if your terminal allows it"), markup=False, timeout=12
        )

    # --- ends ----------------------------------------------------------------------------------

    async def action_quit(self) -> None:
        desk = self.desk_screen
        desk.keep_draft_here()
        with suppress(TimeoutError):
            async with asyncio.timeout(LEAVE_WITHIN_S):
                await desk.shut_editor()
        self.exit()

    def _end(self) -> None:
        """The terminal is gone, or somebody stops us: keep the draft, then leave."""
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                screen.keep_draft_here()
        self.exit()

    def _handle_exception(self, error: Exception) -> None:
        """Textual prints every local variable of every frame: customers' words, tokens."""
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                screen.keep_draft_here()
        sentence = report(error, self._clock())
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._exit_renderables.append(Text(sentence))
        self._close_messages_no_wait()


def _terminal_wishes(settings: ConsoleSettings, environment: dict[str, str]) -> TerminalAnswers:
    """What the configuration says about this terminal, and where it says nothing, the person."""
    state = settings.state_directory or state_directory()
    said = remembered(state, environment) or TerminalAnswers()
    return TerminalAnswers(
        bidi=said.bidi if settings.bidi == "auto" else settings.bidi,
        shaping=said.shaping if settings.arabic_shaping == "auto" else settings.arabic_shaping,
        emoji=said.emoji if settings.emoji == "simple" else settings.emoji,
    )


def _environment() -> dict[str, str]:
    import os

    return dict(os.environ)
