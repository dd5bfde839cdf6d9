"""What can be done on every screen."""

from __future__ import annotations

from console.core.i18n import mark
from console.ui.commands.command import CONSOLE, Command

COMMANDS: tuple[Command, ...] = (
    Command(
        "search", "ctrl+f", "search", mark("Search"),
        mark("Finds words in everything that customers and agents wrote."),
        "everywhere", CONSOLE,
    ),
    Command(
        "sources", "s", "sources", mark("Sources"),
        mark("Shows how each source is doing."), "everywhere", CONSOLE,
    ),
    Command(
        "lead", "L,f4", "lead", mark("Lead"),
        mark("Shows what is late and soon, what comes, the day so far and who is on what."),
        "everywhere", CONSOLE,
    ),
    Command(
        "approvals", "A", "approvals", mark("To approve"),
        mark("Shows the replies that wait for a lead's approval."),
        "everywhere", CONSOLE, "lead", acts=True,
    ),
    Command(
        "hand_over", "H", "hand_over", mark("Report and hand-over"),
        mark("Shows what this shift did and leaves to the next one, and the report of longer times."),
        "everywhere", CONSOLE,
    ),
    Command(
        "shift", "S", "shift", mark("Go on or off shift"),
        mark("Tells the team whether you are on shift."),
        "everywhere", CONSOLE, "drafter", acts=True,
    ),
    Command(
        "theme", "", "theme", mark("Theme"),
        mark("Dark, light, high contrast, or your terminal's own colours."),
        "everywhere", CONSOLE,
    ),
    Command(
        "terminal",
        "T",
        "terminal",
        mark("Check this terminal"),
        mark("Shows samples of right-to-left text and remembers which of them reads correctly."),
        "everywhere",
        CONSOLE,
    ),
    Command(
        "screenshot", "", "screenshot", mark("Save a screenshot"),
        mark("Saves the screen as an SVG file that only you can read."),
        "everywhere", CONSOLE,
    ),
    Command(
        "mouse", "M", "mouse", mark("Mouse on or off"),
        mark("Leaves the mouse to the terminal, to select and copy text."),
        "everywhere", CONSOLE,
    ),
    Command(
        "palette", "ctrl+p", "command_palette", mark("Commands"),
        mark("Finds a command by its name."), "everywhere", CONSOLE, line=True, palette=False,
    ),
    Command(
        "help", "question_mark,f1", "help", mark("Help"),
        mark("Shows every key."), "everywhere", CONSOLE, line=True,
    ),
    Command(
        "quit", "ctrl+q", "quit", mark("Quit"),
        mark("Leaves the console; the desk goes on."), "everywhere", CONSOLE,
    ),
)  # fmt: skip
