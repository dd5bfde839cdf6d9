"""The command palette: the same commands as the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from console.ui.commands import COMMANDS, Command
from console.ui.widgets.key_line import key_name
from console.ui.words import _

if TYPE_CHECKING:
    from console.ui.app import ConsoleApp


class CommandProvider(Provider):
    """Every command that this person may use here."""

    @property
    def console(self) -> ConsoleApp:
        return cast("ConsoleApp", self.app)

    async def discover(self) -> Hits:
        for command in self._commands():
            yield DiscoveryHit(
                self._title(command),
                self._runner(command),
                text=_(command.title),
                help=_(command.more),
            )

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        found = False
        for command in self._commands():
            text = f"{_(command.title)} {_(command.more)}"
            score = max(matcher.match(_(command.title)), 0.5 * matcher.match(text))
            if score > 0:
                found = True
                yield Hit(
                    score,
                    self._title(command),
                    self._runner(command),
                    text=_(command.title),
                    help=_(command.more),
                )
        if not found:
            # Textual's own sentence for this is English, whatever the interface speaks.
            yield Hit(1.0, Content.styled(_("Nothing found."), "$muted"), lambda: None)

    def _commands(self) -> list[Command]:
        return [command for command in COMMANDS if command.palette and self.console.may(command)]

    def _title(self, command: Command) -> Content:
        key = self.console.keys.get(command.id, command.keys).split(",")[0]
        name = key_name(key) if key else ""
        return Content.assemble(_(command.title), "  ", (name, "$accent"))

    def _runner(self, command: Command):  # type: ignore[no-untyped-def]
        async def run() -> None:
            await self.console.run_command(command)

        return run
