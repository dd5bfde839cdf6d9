"""Every command of the console, declared once: key, palette entry and help line come from here."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from console.core.asks import ROLE_RANK
from console.core.model import Role
from console.ui.commands import everywhere, moving, reading, working, writing
from console.ui.commands.command import CONSOLE, MOVE, READ, WORK, WRITE, Command, Room

__all__ = [
    "BY_ID",
    "COMMANDS",
    "CONSOLE",
    "MOVE",
    "READ",
    "WORK",
    "WRITE",
    "Command",
    "Room",
    "allowed",
    "bindings",
]

COMMANDS: tuple[Command, ...] = (
    *working.COMMANDS,
    *reading.COMMANDS,
    *moving.COMMANDS,
    *writing.COMMANDS,
    *everywhere.COMMANDS,
)

BY_ID = {command.id: command for command in COMMANDS}


def bindings(room: Room) -> list[BindingType]:
    """The room's keys, as Textual binds them; each carries its command's id."""
    return [
        Binding(
            command.keys,
            command.action,
            command.title,
            id=command.id,
            show=False,
            priority=command.id in ("palette", "quit"),
        )
        for command in COMMANDS
        if command.room == room and command.keys
    ]


def allowed(command: Command, role: Role, *, observe: bool) -> bool:
    """Whether somebody of this role may do it; a console that observes acts on nothing."""
    if observe and command.acts:
        return False
    return ROLE_RANK[role] >= ROLE_RANK[command.least]
