"""The console: it keeps the line to the desk, the themes and the keys; its screens do the rest."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, WeakSet

from rich.text import Text
from textual import events, work
from textual.dom import DOMNode
from textual.theme import Theme

from console.core.asks import ConversationPage, OverviewPage, Welcome
from console.core.i18n import language, language_of, use
from console.core.model import Reply
from console.errors import ShiftdeskError
from console.ui.commands import BY_ID, COMMANDS, Command, allowed, bindings
from console.ui.crash import report
from console.ui.dates import use_dates
from console.ui.desk_line import Changed, Clock, DeskLine, Lost, Met, News, Told
from console.ui.driver import driver_class
from console.ui.everywhere import Everywhere, terminal_wishes
from console.ui.local_drafts import LocalDrafts
from console.ui.notices import outside_notice, run_command
from console.ui.palette import CommandProvider
from console.ui.screens.desk import DeskScreen
from console.ui.settings import ConsoleSettings
from console.ui.terminal import notice, rendering_for
from console.ui.text import gate, literal, own, use_rendering
from console.ui.themes import THEMES, theme_called
from console.ui.widgets.held_line import HeldLine
from console.ui.words import _, use_zone
from sources.text import clean

if TYPE_CHECKING:
    from console.ui.keyboard import Keyboard

_SIGN_KEYS = {"/": "slash", "?": "question_mark"}
LEAVE_WITHIN_S = 2.0
"""Nobody waits longer to leave; the draft is in a file by then."""

_NOTABLE_SKEW = timedelta(seconds=2)


class ConsoleApp(Everywhere):
    """One person's console on one desk."""

    CSS_PATH = Path(__file__).with_name("console.tcss")
    TITLE = "Shiftdesk"
    COMMANDS = {CommandProvider}
    BINDINGS = bindings("everywhere")
    ENABLE_COMMAND_PALETTE = True
    NOTIFICATION_TIMEOUT = 4
    ESCAPE_TO_MINIMIZE = False

    def __init__(self, line: DeskLine, settings: ConsoleSettings, clock: Clock) -> None:
        environment = dict(os.environ)
        wishes = terminal_wishes(settings, environment)
        super().__init__(driver_class=driver_class(wishes.bidi, environment))
        gate.install()
        own.install()
        use_rendering(rendering_for(wishes.bidi, wishes.shaping, wishes.emoji, environment))
        self.animation_level = "none"
        self._mouse_on = settings.mouse
        self.line = line
        self.settings = settings
        self.welcome: Welcome | None = None
        self.overview: OverviewPage | None = None
        self.connected = False
        self._held: Reply | None = None
        self._held_keys: list[events.Key | events.Paste] | None = None
        self._given_to: WeakKeyDictionary[events.Event, DOMNode] = WeakKeyDictionary()
        self.local_drafts = LocalDrafts(self.state, "")
        self._clock = clock
        self._skew = timedelta(0)
        self._keyboard: Keyboard | None = None
        self._translated: WeakSet[events.Event] = WeakSet()
        use(settings.language or language_of(environment))
        use_dates(settings.calendar, settings.digits)
        for theme in THEMES:
            self.register_theme(theme)
        self._begin_with(theme_called(settings.theme))
        self.set_keymap(settings.keys)

    def _begin_with(self, theme: Theme) -> None:
        """Take a theme before anything is drawn; set the usual way, every style is parsed twice."""
        if theme.ansi:
            self.theme = theme.name
            return
        self.set_reactive(ConsoleApp.theme, theme.name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(theme.dark, "-dark-mode", update=False)
        self.set_class(not theme.dark, "-light-mode", update=False)
        self.add_class(f"-theme-{theme.name}", update=False)

    def get_default_screen(self) -> DeskScreen:
        return DeskScreen()

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

    # --- life ----------------------------------------------------------------------------------

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, self._resumed)
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGHUP):
            try:
                loop.add_signal_handler(name, self._end)
            except (NotImplementedError, RuntimeError, ValueError):
                # not in the main thread, as in a test
                break
        if sentence := notice(dict(os.environ)):
            self.notify(sentence, markup=False, timeout=10)

    async def begin(self) -> None:
        """The desk screen stands: hear the desk, and let time pass."""
        if self.settings.wallboard:
            from console.ui.screens.wallboard import WallboardScreen

            await self.push_screen(WallboardScreen())
        self._follow()
        self._next_second()

    def on_ready(self) -> None:
        gc.freeze()
        gc.enable()

    @work(group="line")
    async def _follow(self) -> None:
        try:
            await self.line.follow(self._hear)
        except ShiftdeskError as error:
            self.exit(return_code=1, message=Text(clean(str(error))))

    def _hear(self, news: News) -> None:
        match news:
            case Met(welcome):
                self._meet(welcome)
            case Lost(why):
                self.connected = False
                for screen in self.console_screens():
                    screen.lost(why)
            case Changed(_, touched):
                if self.connected:
                    for screen in self.console_screens():
                        screen.touched(touched)
                        screen.changed()
            case Told(text):
                self.notify(literal(text).plain, markup=False)
                self._notice_outside(text)

    def _notice_outside(self, text: str) -> None:
        """Reach a person who looks at another window."""
        if self.settings.bell:
            self.bell()
        sequence = outside_notice(text, self.settings.notices, os.environ)
        if sequence and self._driver:
            self._driver.write(sequence)
        if self.settings.notice_command:
            self.run_worker(run_command(self.settings.notice_command, text), group="notices")

    def _meet(self, welcome: Welcome) -> None:
        self.welcome, self.connected = welcome, True
        if welcome.now is not None:
            skew = welcome.now - self._clock()
            self._skew = skew if abs(skew) > _NOTABLE_SKEW else timedelta(0)
        use_zone(welcome.you.zone)
        self.local_drafts = LocalDrafts(self.state, welcome.desk)
        for screen in self.console_screens():
            screen.met(welcome)
        self._bring_drafts_home()

    @work(group="drafts", exclusive=True)
    async def _bring_drafts_home(self) -> None:
        """Give the desk the drafts that were written while there was none."""
        from console.ui.homecoming import bring_home

        for conversation in await bring_home(self.local_drafts, self.me, self.ask):
            self.notify(_("A draft written without the desk is saved now."), markup=False)
            del conversation

    # --- time ----------------------------------------------------------------------------------

    def _next_second(self) -> None:
        # aligned to the second of the clock that people see; a tick counts nothing.
        rest = 1_000_000 - self.now.microsecond
        self.set_timer(rest / 1_000_000, self._second)

    def _second(self) -> None:
        self._next_second()
        # the one in front, or the one that a question covers
        for screen in self.console_screens()[-1:]:
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
        """Give what was typed meanwhile to whatever has the focus now, in the order of typing.

        What had gone to another widget before, and only came back from it, counts as typed anew;
        what arrives while this goes on waits for its turn.
        """
        while self._held_keys:
            self._held_keys.sort(key=lambda event: event.time)
            await super().on_event(_anew(self._held_keys.pop(0)))
        self._held_keys = None

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and event not in self._translated:
            event = self._read_layout(event)
        if not isinstance(event, events.Key | events.Paste):
            await super().on_event(event)
        elif self._held_keys is not None:
            self._held_keys.append(event)
        elif not event.is_forwarded:
            self._given_to[event] = self._hears
            await super().on_event(event)
        elif self._given_to.get(event) in (None, self._hears):
            await super().on_event(event)
        else:
            # a key before it moved the focus: it was typed for what has the focus now.
            await super().on_event(_anew(event))

    @property
    def _hears(self) -> DOMNode:
        """What a key goes to now."""
        return self.focused or self.screen

    async def on_key(self, event: events.Key) -> None:
        """A key of another layout that nobody took is tried as the Latin key in its place."""
        if self._keyboard is None or not event.character:
            return
        latin = [_SIGN_KEYS.get(key, key) for key in self._keyboard.latin_keys(event.character)]
        if latin:
            event.prevent_default()
            bound = self.screen.active_bindings
            meant = events.Key(next((key for key in latin if key in bound), latin[0]), None)
            self._translated.add(meant)
            self.post_message(meant)

    def _read_layout(self, event: events.Key) -> events.Key:
        """Learn the layout from what is typed; a chord of another one becomes that of its key."""
        if self._keyboard is None:
            if event.key.isascii() and (event.character or "").isascii():
                return event
            # most consoles never meet one
            from console.ui.keyboard import Keyboard

            self._keyboard = Keyboard(language())
        if event.character:
            self._keyboard.hear(event.character)
            return event
        chord = self._keyboard.latin_chord(event.key)
        return event if chord == event.key else events.Key(chord, None)

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


def _anew(event: events.Key | events.Paste) -> events.Key | events.Paste:
    """The same key or text, as if it had gone to no widget yet."""
    if isinstance(event, events.Paste):
        return events.Paste(event.text)
    return events.Key(event.key, event.character)
