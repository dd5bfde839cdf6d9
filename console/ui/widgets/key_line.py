"""The line at the bottom: the keys that help here and now."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from console.ui.commands import Command
from console.ui.text import literal
from console.ui.words import _

KEY_NAMES = {
    "slash": "/",
    "question_mark": "?",
    "exclamation_mark": "!",
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "down": "↓",
    "up": "↑",
    "home": "Home",
    "end": "End",
}


def key_name(key: str) -> str:
    """A key as people write it: `^S`, `?`, `Esc`."""
    if key.startswith("ctrl+"):
        return "^" + key[5:].upper()
    if key[0] == "f" and key[1:].isdigit():
        return key.upper()
    return KEY_NAMES.get(key, key)


class KeyLine(Static):
    """Shows as many keys as fit; the most useful come first."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._commands: Sequence[tuple[str, str]] = ()

    def show(self, commands: Sequence[Command], keys: dict[str, str]) -> None:
        """These commands, under their present keys by command id."""
        pairs = []
        for command in commands:
            key = keys.get(command.id, command.keys).split(",")[0]
            if key:
                pairs.append((key_name(key), literal(_(command.title).lower()).plain))
        if pairs != self._commands:
            self._commands = pairs
            self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        parts = [
            Content.assemble((key, "$accent bold"), " ", (title, "$muted"), "  ")
            for key, title in self._commands
        ]
        # the last one is help: it stays when others have to go.
        room = self.size.width - 1 - sum(part.cell_length for part in parts[-1:])
        line = Content(" ")
        for part in parts[:-1]:
            room -= part.cell_length
            if room < 0:
                break
            line = line + part
        self.update(Content.assemble(line, *parts[-1:]))
